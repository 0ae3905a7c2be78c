import { apis, type Variable } from '@busbar/contract';
import { Form } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Course } from '../../ui/charts.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { type Asking, asking, place } from '../calls.ts';
import type { Route } from './+types/capture-values';
import { PartyName } from './capture-conversations.tsx';

export async function ask({ read, request, params }: Asking) {
  const asked = place(request);
  const found = await read(apis.observations.variables, {
    params: { id: params.id },
    query: { ...asked, limit: pageRows },
  });
  return { variables: found.items, total: found.total, next: found.next, search: asked.search ?? '' };
}

export const loader = asking(ask);

const exactly = { style: 'short', precise: true } as const;

export default function CaptureValues({
  loaderData: { variables, total, next, search },
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const paged = usePaged(next);
  const { words, count, time } = useColumns();
  const between = ([least, most]: readonly [number, number]) =>
    least === most ? format.value(least) : `${format.value(least)} … ${format.value(most)}`;
  const columns: Column<Variable>[] = [
    words('name', text('values.name'), ({ name }) => name, { show: (name) => <code>{name}</code> }),
    {
      id: 'device',
      label: text('values.device'),
      sort: ({ device }) => device.name,
      words: ({ device }) => `${device.name} ${device.address}`,
      cell: ({ device }) => <PartyName party={device} />,
    },
    words('protocol', text('conversation.protocol'), ({ protocol }) => protocol),
    {
      id: 'course',
      label: text('values.course'),
      cell: ({ name, points, last, lastSeen }) => (
        <Course label={name} points={points} last={last} until={Date.parse(lastSeen) * 1000} />
      ),
    },
    count('last', text('values.last'), ({ last }) => last, { show: format.value }),
    {
      id: 'range',
      label: text('values.range'),
      number: true,
      sort: ({ range }) => range[1] - range[0],
      words: () => '',
      cell: ({ range }) => between(range),
    },
    count('sets', text('values.sets'), ({ sets }) => sets),
    {
      id: 'setRange',
      label: text('values.setRange'),
      number: true,
      words: () => '',
      cell: ({ setRange }) => (setRange ? between(setRange) : '–'),
    },
    count('changes', text('values.changes'), ({ changes }) => changes),
    count('count', text('values.count'), ({ count: values }) => values, { spare: true }),
    time('first', text('asset.firstSeen'), ({ firstSeen }) => firstSeen, { ...exactly, spare: true }),
    time('lastSeen', text('asset.lastSeen'), ({ lastSeen }) => lastSeen, { ...exactly, spare: true }),
  ];
  return (
    <div className="stack">
      <p className="soft">{text('values.lead')}</p>
      <Form method="get" className="row" role="search">
        <SearchBox label={text('values.search')} icon="filter" />
        <button className="button button-plain button-small">{text('table.apply')}</button>
      </Form>
      <DataTable
        caption={text('capture.values')}
        rows={variables}
        total={total}
        paged={paged}
        filter={false}
        columns={columns}
        rowKey={({ id }) => id}
        order="-sets"
        empty={
          <Empty title={text(search ? 'operations.noMatch' : 'values.none')}>
            {text(search ? 'operations.noMatch.why' : 'values.none.why')}
          </Empty>
        }
      />
      <Pager next={next} />
    </div>
  );
}
