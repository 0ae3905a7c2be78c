import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { DataTable } from '../../ui/table.tsx';
import { reader } from '../calls.ts';
import type { Route } from './+types/crossing';
import { Reasons, useTalkColumns } from './zone-parts.tsx';

/** The conversations that no conduit allows, each with the capture that shows it. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const { items: sites } = await read(apis.plant.sites);
  const query = new URL(request.url).searchParams;
  const site = sites.find(({ id }) => id === query.get('site')) ?? sites[0];
  const proposal = query.get('proposal') || 'outside';
  const found = site
    ? await read(apis.zones.crossing, { params: { id: site.id }, query: { proposal } })
    : { conduit: null, talks: [] };
  const { visibility } = await read(apis.plant.summary);
  return { ...found, site: site?.id ?? '', visibility };
}

export default function Crossing({ loaderData: { conduit, talks, site, visibility } }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const columns = useTalkColumns();
  return (
    <Page
      title={conduit ? text.coded('conduitName', conduit.name) : text('zones.unexpected')}
      seen={visibility}
      crumbs={<Link to={`/zones?site=${site}`}>{text('nav.zones')}</Link>}
      lead={
        conduit
          ? text(conduit.outside ? 'zones.unexpected.outside' : 'zones.unexpected.between', {
              zones: format.list(conduit.zones.map(({ name }) => name)),
            })
          : undefined
      }
    >
      {conduit && <Reasons reasons={conduit.reasons} />}
      <DataTable
        caption={text('zones.talks')}
        rows={talks}
        columns={columns}
        rowKey={({ id }) => id}
        order="-packets"
        empty={<Empty title={text('zones.talks.none')}>{text('zones.talks.none.why')}</Empty>}
      />
    </Page>
  );
}
