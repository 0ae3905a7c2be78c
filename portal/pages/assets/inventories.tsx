import { apis, type Inventory } from '@busbar/contract';
import { Link, useNavigate } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { DropZone } from '../../ui/drop-zone.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager, usePaged } from '../../ui/pager.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { fromBrowser, place, reader } from '../calls.ts';
import { isGoing, JobState } from '../jobs/job-state.tsx';
import { useLive } from '../live.ts';
import type { Route } from './+types/inventories';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [inventories, sites] = await Promise.all([
    read(apis.inventories.list, { query: { ...place(request), limit: 50 } }),
    read(apis.plant.sites),
  ]);
  return { ...inventories, sites: sites.items };
}

export default function Inventories({
  loaderData: { items, next, sites, visibility },
}: Route.ComponentProps) {
  const text = useText();
  const navigate = useNavigate();
  useLive(items.some(({ job }) => isGoing(job)));
  const paged = usePaged(next);
  const { words, count, time } = useColumns();
  const columns: Column<Inventory>[] = [
    words('name', text('inventory.file'), ({ name }) => name),
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      cell: (inventory) => <InventoryState inventory={inventory} />,
    },
    count('new', text('inventory.outcome.new'), ({ counts }) => counts?.new),
    count('changed', text('inventory.outcome.changed'), ({ counts }) => counts?.changed),
    count('known', text('inventory.outcome.known'), ({ counts }) => counts?.known),
    count('left', text('inventory.outcome.left'), ({ counts }) => counts?.left),
    words('site', text('site'), ({ site }) => site.name, { spare: sites.length < 2 }),
    words('by', text('captures.by'), ({ by }) => by),
    time('at', text('captures.at'), ({ at }) => at, { style: 'short' }),
  ];
  return (
    <Page
      title={text('inventory.title')}
      lead={text('inventory.lead')}
      seen={visibility}
      crumbs={
        <>
          <Link to="/assets">{text('nav.assets')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text('import')}</span>
        </>
      }
    >
      <DropZone
        id="drop"
        title={text('inventory.drop')}
        accept=".csv,.txt,.tsv,.xlsx,.json,.spdx"
        begin={async (file) => {
          const site = document.querySelector<HTMLSelectElement>('[data-site]')?.value;
          const { inventory, upload } = await fromBrowser(apis.inventories.begin, {
            body: { name: file.name, size: file.size, ...(site && { site }) },
          });
          return { id: inventory.id, upload };
        }}
        finish={async (id, _sha256, last) => {
          if (last) await navigate(`/assets/import/${id}`);
        }}
      >
        {text('inventory.drop.lead')}
      </DropZone>
      {sites.length > 1 && (
        <div className="measure">
          <SelectField
            id="site"
            label={text('inventory.site')}
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
            data-site=""
          />
        </div>
      )}
      <section className="stack stack-s" aria-labelledby="inventories">
        <h2 id="inventories">{text('inventory.all')}</h2>
        <DataTable
          caption={text('inventory.all')}
          rows={items}
          columns={columns}
          rowKey={({ id }) => id}
          href={({ id }) => `/assets/import/${id}`}
          order="-at"
          paged={paged}
          empty={<Empty title={text('inventory.none')}>{text('inventory.none.why')}</Empty>}
        />
        <Pager next={next} />
      </section>
    </Page>
  );
}

const standings: Record<Inventory['state'], Standing> = {
  receiving: 'running',
  read: 'waiting',
  imported: 'done',
  undone: 'stopped',
};

export function InventoryState({ inventory: { state, job } }: { inventory: Inventory }) {
  const text = useText();
  if (job && (isGoing(job) || job.state === 'failed')) return <JobState job={job} />;
  return <State standing={standings[state]}>{text(`inventory.state.${state}`)}</State>;
}
