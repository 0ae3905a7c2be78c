import { apis, mayDo, type Reach } from '@busbar/contract';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Filters, NothingFound } from '../../ui/search-box.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { place, reader } from '../calls.ts';
import type { Route } from './+types/reach';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const { me } = visitOf(context);
  const { after, search } = place(request);
  const [board, silent] = await Promise.all([
    read(apis.reach.board, {
      query: {
        limit: 100,
        ...(search && { search }),
        ...(after && /^\d+$/.test(after) && { after: Number(after) }),
      },
    }),
    mayDo(me?.roles ?? [], apis.reach.silent.action, apis.reach.silent.serves)
      ? read(apis.reach.silent)
      : null,
  ]);
  return {
    reach: board.items,
    next: board.next,
    total: board.total,
    silent: silent?.items ?? null,
    filtered: search !== undefined,
  };
}

/** How far warnings reached, in counts that name nobody; and who could not be reached at all. */
export default function ReachBoard({
  loaderData: { reach, next, total, silent, filtered },
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const { me } = useVisitor();
  const range = ({ from, to }: { from: number; to: number }) =>
    from === to ? format.number(from) : `${format.number(from)}–${format.number(to)}`;
  const columns: Column<Reach>[] = [
    {
      id: 'advisory',
      label: text('warning.advisory'),
      cell: ({ advisory }) => (
        <span>
          {advisory.title}
          <br />
          <code className="soft">{advisory.trackingId}</code>
        </span>
      ),
    },
    {
      id: 'severity',
      label: text('severity'),
      cell: ({ advisory }) => <Severity level={advisory.severity} />,
    },
    {
      id: 'organisations',
      label: text('reach.organisations'),
      number: true,
      cell: ({ organisations }) => format.number(organisations),
    },
    {
      id: 'devices',
      label: text('nav.assets'),
      number: true,
      cell: ({ devices }) =>
        devices === null ? (
          <abbr title={text('reach.devices.hidden')}>{text('reach.hidden')}</abbr>
        ) : devices === 0 ? (
          text('reach.devices.few')
        ) : (
          text('reach.devices.from', { count: format.number(devices) })
        ),
    },
    ...(['delivered', 'seen', 'acknowledged', 'unreached'] as const).map((name): Column<Reach> => ({
      id: name,
      label: text(`reach.${name}`),
      number: true,
      cell: (row) =>
        name === 'unreached' && row.unreached.from > 0 ? (
          <strong className="alarm-words">{range(row[name])}</strong>
        ) : (
          range(row[name])
        ),
    })),
  ];
  return (
    <Page
      title={text('nav.reach')}
      lead={text('reach.lead')}
      help={text('reach.help')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
    >
      <Filters search={text('reach.search')} filtered={filtered} all="/reach" />
      <DataTable
        caption={text('nav.reach')}
        rows={reach}
        total={total}
        columns={columns}
        rowKey={({ advisory }) => advisory.id}
        href={({ advisory }) => `/advisories/${advisory.id}`}
        paged
        filter={false}
        empty={
          filtered ? (
            <NothingFound title={text('reach.noMatch')} all="/reach">
              {text('reach.noMatch.why')}
            </NothingFound>
          ) : (
            <Empty title={text('reach.none')}>{text('reach.none.why')}</Empty>
          )
        }
      />
      <Pager next={next} />
      <p className="soft measure">{text('reach.rules')}</p>
      {silent && (
        <section className="stack stack-s" aria-labelledby="silent">
          <h2 id="silent">{text('reach.silent')}</h2>
          <p className="measure">{text('reach.silent.lead')}</p>
          {silent.length === 0 ? (
            <Notice kind="good" title={text('reach.silent.none')} />
          ) : (
            <SmallTable narrow label={text('nav.organisations')}>
              <thead>
                <tr>
                  <th scope="col">{text('reach.silent.name')}</th>
                  <th scope="col">{text('reach.silent.people')}</th>
                  <th scope="col">{text('reach.silent.last')}</th>
                </tr>
              </thead>
              <tbody>
                {silent.map(({ id, name, people, lastSeenAt }) => (
                  <tr key={id}>
                    <th scope="row">{name}</th>
                    <td>{people === 0 ? text('reach.silent.nobody') : format.number(people)}</td>
                    <td>{lastSeenAt ? <Time at={lastSeenAt} style="date" /> : text('reach.silent.never')}</td>
                  </tr>
                ))}
              </tbody>
            </SmallTable>
          )}
        </section>
      )}
    </Page>
  );
}
