import { apis, type Conversation } from '@busbar/contract';
import { Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { useHere } from '../../ui/here.ts';
import { Empty } from '../../ui/notice.tsx';
import { Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { type Asking, asking, place } from '../calls.ts';
import type { Route } from './+types/capture-conversations';

export async function ask({ read, request, params }: Asking) {
  const found = await read(apis.captures.conversations, {
    params: { id: params.id },
    query: { ...place(request), limit: pageRows },
  });
  return { conversations: found.items, total: found.total, next: found.next };
}

export const loader = asking(ask);

const exactly = { style: 'short', precise: true } as const;

export default function CaptureConversations({
  loaderData: { conversations, total, next },
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const paged = usePaged(next);
  const { words, count, time } = useColumns();
  const columns: Column<Conversation>[] = [
    {
      id: 'from',
      label: text('conversation.from'),
      sort: ({ from }) => from.name,
      words: ({ from }) => `${from.name} ${from.address}`,
      cell: ({ from }) => <PartyName party={from} />,
    },
    {
      id: 'to',
      label: text('conversation.to'),
      sort: ({ to }) => to.name,
      words: ({ to }) => `${to.name} ${to.address}`,
      cell: ({ to }) => <PartyName party={to} />,
    },
    words('protocol', text('conversation.protocol'), ({ protocol }) => protocol),
    {
      id: 'port',
      label: text('conversation.port'),
      sort: ({ port }) => port,
      words: ({ port, transport }) => `${port ?? ''}/${transport}`,
      cell: ({ port, transport }) => <code>{port === null ? transport : `${port}/${transport}`}</code>,
    },
    count('messages', text('conversation.messages'), ({ messages }) => messages),
    count('packets', text('asset.packets'), ({ packets }) => packets),
    count('bytes', text('conversation.bytes'), ({ bytes }) => bytes, { show: format.bytes }),
    time('first', text('asset.firstSeen'), ({ firstSeen }) => firstSeen, { ...exactly, spare: true }),
    time('last', text('asset.lastSeen'), ({ lastSeen }) => lastSeen, { ...exactly, spare: true }),
  ];
  return (
    <div className="stack">
      <DataTable
        caption={text('capture.conversations')}
        rows={conversations}
        total={total}
        paged={paged}
        columns={columns}
        rowKey={({ id }) => id}
        order="-packets"
        empty={
          <Empty title={text('capture.conversations.none')}>{text('capture.conversations.none.why')}</Empty>
        }
      />
      <Pager next={next} />
    </div>
  );
}

export function PartyName({ party }: { party: { asset: string | null; name: string; address: string } }) {
  const here = useHere();
  const name = party.name || party.address;
  return (
    <>
      {party.asset && !here ? <Link to={`/assets/${party.asset}`}>{name}</Link> : name}
      {party.address && party.address !== name && <span className="faint">{` ${party.address}`}</span>}
    </>
  );
}
