import { apis, type Pack } from '@busbar/contract';
import { useNavigate } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { DropZone } from '../../ui/drop-zone.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { fromBrowser, place, reader } from '../calls.ts';
import { isGoing } from '../jobs/job-state.tsx';
import { useLive } from '../live.ts';
import type { Route } from './+types/packs';
import { PackStateBadge, PacksPage, usePackName } from './pack-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { after } = place(request);
  return reader(context, request)(apis.packs.list, { query: { limit: 50, ...(after && { after }) } });
}

/** Packs that were brought: each is checked and shown before it changes anything. */
export default function Packs({ loaderData: { items, next } }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const go = useNavigate();
  const nameOf = usePackName();
  useLive(items.some(({ job }) => isGoing(job)));
  const columns: Column<Pack>[] = [
    { id: 'name', label: text('pack'), cell: nameOf },
    { id: 'state', label: text('state'), cell: ({ state }) => <PackStateBadge state={state} /> },
    {
      id: 'holds',
      label: text('pack.holds'),
      number: true,
      cell: ({ changes }) =>
        changes.length > 0 ? format.number(sumOf(changes.map(({ holds }) => holds))) : '–',
    },
    {
      id: 'added',
      label: text('pack.added'),
      number: true,
      cell: ({ changes, installedAt }) =>
        installedAt ? format.number(sumOf(changes.map(({ added }) => added ?? 0))) : '–',
    },
    {
      id: 'leftOut',
      label: text('pack.leftOut.short'),
      number: true,
      cell: ({ leftOut }) =>
        leftOut.length > 0 ? <strong className="alarm-words">{format.number(leftOut.length)}</strong> : '–',
    },
    { id: 'tlp', label: text('pack.tlp'), cell: ({ tlp }) => (tlp ? <Tlp label={tlp} /> : '–') },
    {
      id: 'madeAt',
      label: text('pack.madeAt'),
      cell: ({ madeAt }) => (madeAt ? <Time at={madeAt} style="short" /> : '–'),
    },
    {
      id: 'installed',
      label: text('pack.installed'),
      cell: ({ installedAt, installedBy }) =>
        installedAt ? (
          <span>
            <Time at={installedAt} style="short" /> {installedBy}
          </span>
        ) : (
          '–'
        ),
    },
  ];
  return (
    <PacksPage current="/packs">
      <DropZone
        id="drop"
        title={text('packs.drop')}
        accept=".zst"
        begin={async (file) => {
          const begun = await fromBrowser(apis.packs.begin, { body: { name: file.name, size: file.size } });
          return { id: begun.pack, upload: begun.upload };
        }}
        finish={async (id) => go(`/packs/${id}`)}
      >
        {text('packs.drop.lead')}
      </DropZone>
      <DataTable
        caption={text('packs.brought')}
        rows={items}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => `/packs/${id}`}
        paged
        filter={items.length > 10}
        empty={<Empty title={text('packs.none')}>{text('packs.none.why')}</Empty>}
      />
      <Pager next={next} />
    </PacksPage>
  );
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, one) => sum + one, 0);
