import { apis, type Anomaly } from '@busbar/contract';
import { useRouteLoaderData } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Bars } from '../../ui/charts.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { all, type Asking, asking } from '../calls.ts';
import type { Route } from './+types/capture-problems';
import type { loader as captureLoader } from './capture.tsx';
import { PacketLink } from './packet-link.tsx';

export async function ask({ read, params }: Asking) {
  const [anomalies, counts] = await Promise.all([
    all(
      (after) =>
        read(apis.captures.anomalies, {
          params: { id: params.id },
          query: { limit: 200, ...(after && { after }) },
        }),
      1000,
    ),
    read(apis.captures.counts, { params: { id: params.id } }),
  ]);
  return { anomalies: anomalies.items, total: anomalies.total, counts: flat(counts) };
}

export const loader = asking(ask);

export default function CaptureProblems({
  loaderData: { anomalies, total, counts },
  params,
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const summary = useRouteLoaderData<typeof captureLoader>('pages/plant/capture')?.capture.summary;
  const { words, count } = useColumns();
  const columns: Column<Anomaly>[] = [
    words('what', text('problems.what'), ({ what }) => text.coded('anomaly', what)),
    words('protocol', text('conversation.protocol'), ({ protocol }) => protocol),
    count('count', text('problems.count'), ({ count: times }) => times),
    {
      id: 'at',
      label: text('problems.first'),
      cell: ({ at }) => (at ? <PacketLink capture={params.id} packet={at.packet} at={at} /> : '–'),
    },
  ];
  return (
    <div className="stack stack-l">
      {summary && summary.problems.length > 0 && (
        <section className="stack stack-s">
          <h2>{text('problems.reading')}</h2>
          {summary.problems.map((problem, place) => (
            <Notice key={`${problem.code}-${place}`} kind="warn">
              {text.coded('captureProblem', problem)}
            </Notice>
          ))}
        </section>
      )}
      <section className="stack stack-s">
        <h2>{text('problems.malformed')}</h2>
        <DataTable
          caption={text('problems.malformed')}
          rows={anomalies}
          total={total}
          columns={columns}
          rowKey={({ id }) => id}
          order="-count"
          empty={<Empty title={text('problems.none')}>{text('problems.none.why')}</Empty>}
        />
      </section>
      {summary && summary.protocols.length > 0 && (
        <section className="stack stack-s">
          <h2>{text('problems.protocols')}</h2>
          <div className="panel measure">
            <Bars
              label={text('problems.protocols')}
              items={summary.protocols.slice(0, 20).map(({ name, messages }) => ({ name, value: messages }))}
            />
          </div>
        </section>
      )}
      <details className="more">
        <summary>{text('problems.counts', { count: counts.length })}</summary>
        <SmallTable label={text('problems.counts', { count: counts.length })}>
          <tbody>
            {counts.map(([name, value]) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td className="number">{format.number(value)}</td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
      </details>
    </div>
  );
}

function flat(counts: Record<string, number | Record<string, number>>): [string, number][] {
  return Object.entries(counts).flatMap(([name, value]): [string, number][] =>
    typeof value === 'number'
      ? [[name, value]]
      : Object.entries(value).map(([inner, count]) => [`${name} ${inner}`, count]),
  );
}
