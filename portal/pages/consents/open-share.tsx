import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { SharedContent } from '../bundles/share-parts.tsx';
import { reader } from '../calls.ts';
import type { Route } from './+types/open-share';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { locale: language } = visitOf(context);
  const { id, bundle, place } = params;
  const asked = { params: { id, bundle }, query: { place: Number(place), language } };
  return { plant: id, share: await reader(context, request)(apis.consents.share, asked) };
}

/** What a member ticked of a capture, as far as the member opened it to analysts. */
export default function OpenShare({ loaderData: { plant, share } }: Route.ComponentProps) {
  const text = useText();
  const { name, report, visibility } = share;
  return (
    <Page
      title={text('shared', { name })}
      heading={<span className="mono-title">{name}</span>}
      lead={text('shared.lead')}
      seen={visibility}
      help={text('shared.help')}
      crumbs={
        <>
          <Link to="/plants">{text('plants')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/plants/${plant}`}>{visibility.owner}</Link>
        </>
      }
    >
      <SharedContent report={report}>
        <p className="soft">{text(report.slice ? 'openShare.packets' : 'shared.noPackets')}</p>
      </SharedContent>
    </Page>
  );
}
