import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { reader } from '../calls.ts';
import { Packets, SharedContent } from './share-parts.tsx';
import type { Route } from './+types/share';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { locale: language } = visitOf(context);
  const asked = { params: { id: params.id }, query: { place: Number(params.place), language } };
  return { share: await reader(context, request)(apis.bundles.share, asked) };
}

/** What somebody ticked of a capture that never left their browser, as it came in a bundle. */
export default function SharePage({ loaderData: { share } }: Route.ComponentProps) {
  const text = useText();
  const { bundle, name, packets, report } = share;
  return (
    <Page
      title={text('shared', { name })}
      heading={<span className="mono-title">{name}</span>}
      lead={text('shared.lead')}
      seen={share.visibility}
      help={text('shared.help')}
      crumbs={
        <>
          <Link to="/bundles">{text('bundles')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/bundles/${bundle.id}`}>{bundle.name}</Link>
        </>
      }
    >
      <SharedContent report={report}>
        <Packets slice={report.slice} capture={packets} />
      </SharedContent>
    </Page>
  );
}
