import { apis, urlOf } from '@busbar/contract';
import { Link } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { PacketFigures, SharedContent } from '../bundles/share-parts.tsx';
import { reader } from '../calls.ts';
import type { Route } from './+types/open-share';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { locale: language } = visitOf(context);
  const { id, bundle, place } = params;
  const asked = { params: { id, bundle }, query: { place: Number(place), language } };
  const share = await reader(context, request)(apis.consents.share, asked);
  return { plant: id, share, file: urlOf(apis.consents.packets, asked) };
}

/** What a member ticked of a capture, as far as the member opened it to analysts. */
export default function OpenShare({ loaderData: { plant, share, file } }: Route.ComponentProps) {
  const text = useText();
  const { name, report, packets, visibility } = share;
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
        {report.slice ? (
          <section className="stack stack-s" aria-labelledby="packets">
            <h2 id="packets">{text('shared.packets')}</h2>
            {packets ? (
              <p>
                <a href={file} download>
                  {text('openShare.download', { file: report.slice.file })}
                </a>{' '}
                <span className="soft">
                  {text.rich('openShare.download.next', {
                    here: (words) => <Link to="/analyse">{words}</Link>,
                  })}
                </span>
              </p>
            ) : (
              <p className="soft">{text('openShare.packets')}</p>
            )}
            <PacketFigures slice={report.slice} />
          </section>
        ) : (
          <p className="soft">{text('shared.noPackets')}</p>
        )}
      </SharedContent>
    </Page>
  );
}
