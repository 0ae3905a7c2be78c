import { apis, type Conversation } from '@busbar/contract';
import { Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { place, reader } from '../calls.ts';
import type { Route } from './+types/capture-conversations';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const found = await read(apis.captures.conversations, {
    params: { id: params.id },
    query: { ...place(request), limit: pageRows },
  });
  return { conversations: found.items, total: found.total, next: found.next };
}

export default function CaptureConversations({
  loaderData: { conversations, total, next },
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const paged = usePaged(next);
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
    {
      id: 'protocol',
      label: text('conversation.protocol'),
      sort: ({ protocol }) => protocol,
      cell: ({ protocol }) => protocol,
    },
    {
      id: 'port',
      label: text('conversation.port'),
      sort: ({ port }) => port,
      words: ({ port, transport }) => `${port ?? ''}/${transport}`,
      cell: ({ port, transport }) => <code>{port === null ? transport : `${port}/${transport}`}</code>,
    },
    {
      id: 'messages',
      label: text('conversation.messages'),
      number: true,
      sort: ({ messages }) => messages,
      words: () => '',
      cell: ({ messages }) => format.number(messages),
    },
    {
      id: 'packets',
      label: text('asset.packets'),
      number: true,
      sort: ({ packets }) => packets,
      words: () => '',
      cell: ({ packets }) => format.number(packets),
    },
    {
      id: 'bytes',
      label: text('conversation.bytes'),
      number: true,
      sort: ({ bytes }) => bytes,
      words: () => '',
      cell: ({ bytes }) => format.bytes(bytes),
    },
    {
      id: 'first',
      label: text('asset.firstSeen'),
      sort: ({ firstSeen }) => firstSeen,
      words: () => '',
      cell: ({ firstSeen }) => <Time at={firstSeen} style="short" precise />,
      spare: true,
    },
    {
      id: 'last',
      label: text('asset.lastSeen'),
      sort: ({ lastSeen }) => lastSeen,
      words: () => '',
      cell: ({ lastSeen }) => <Time at={lastSeen} style="short" precise />,
      spare: true,
    },
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
  const name = party.name || party.address;
  return (
    <>
      {party.asset ? <Link to={`/assets/${party.asset}`}>{name}</Link> : name}
      {party.address && party.address !== name && <span className="faint">{` ${party.address}`}</span>}
    </>
  );
}
