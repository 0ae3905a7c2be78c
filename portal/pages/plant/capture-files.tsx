import { apis, type Credentials, type Transfer, urlOf } from '@busbar/contract';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useHere } from '../../ui/here.ts';
import { Empty, Notice } from '../../ui/notice.tsx';
import { useMay } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { all, type Asking, asking } from '../calls.ts';
import type { Route } from './+types/capture-files';
import { PartyName } from './capture-conversations.tsx';
import { PacketLink } from './packet-link.tsx';

export async function ask({ read, params }: Asking) {
  const whole = (after: string | undefined) => ({
    params: { id: params.id },
    query: { limit: 200, ...(after && { after }) },
  });
  const [transfers, credentials] = await Promise.all([
    all((after) => read(apis.observations.transfers, whole(after)), 1000),
    all((after) => read(apis.observations.credentials, whole(after)), 1000),
  ]);
  return { transfers, credentials };
}

export const loader = asking(ask);

const exactly = { style: 'short', precise: true } as const;

export default function CaptureFiles({ loaderData, params }: Route.ComponentProps) {
  const text = useText();
  const { transfers, credentials } = loaderData;
  return (
    <div className="stack stack-l">
      <section className="stack stack-s">
        <h2>{text('files.title')}</h2>
        <p className="soft">{text('files.lead')}</p>
        <Transfers capture={params.id} found={transfers} />
      </section>
      <section className="stack stack-s">
        <h2>{text('credentials.title')}</h2>
        {credentials.items.length > 0 && <Notice kind="warn">{text('credentials.lead')}</Notice>}
        <SignIns capture={params.id} found={credentials} />
      </section>
    </div>
  );
}

interface Found<Row> {
  readonly items: Row[];
  readonly total: number | undefined;
}

function Transfers({ capture, found }: { capture: string; found: Found<Transfer> }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const here = useHere();
  const { words, count, time } = useColumns();
  const columns: Column<Transfer>[] = [
    words('name', text('files.name'), ({ name, kind }) => name || text(`files.kind.${kind}`)),
    words('kind', text('files.kind'), ({ kind }) => text(`files.kind.${kind}`)),
    {
      id: 'way',
      label: text('files.way'),
      sort: ({ way }) => way,
      words: ({ device, other }) => `${device.name} ${other.name}`,
      cell: ({ way, device, other }) => (
        <>
          <PartyName party={way === 'to' ? other : device} /> <Icon name="arrowRight" size={13} />{' '}
          <span className="hidden-words">{text('operations.to')}</span>
          <PartyName party={way === 'to' ? device : other} />
        </>
      ),
    },
    words('protocol', text('conversation.protocol'), ({ protocol }) => protocol),
    count('bytes', text('conversation.bytes'), ({ bytes }) => bytes, { show: format.bytes }),
    words('complete', text('files.complete'), ({ complete }) =>
      text(complete ? 'files.complete.yes' : 'files.complete.no'),
    ),
    time('first', text('asset.firstSeen'), ({ firstSeen }) => firstSeen, exactly),
    {
      id: 'at',
      label: text('problems.first'),
      cell: ({ at }) => <PacketLink capture={capture} packet={at.packet} at={at} />,
    },
    {
      id: 'get',
      label: text('files.get'),
      cell: ({ id, name, kind }) =>
        here ? (
          <here.SaveCarried capture={capture} transfer={id} name={name || text(`files.kind.${kind}`)} />
        ) : may('download raw evidence') ? (
          <a
            className="packet nowrap"
            href={urlOf(apis.observations.content, { params: { id: capture, transfer: id } })}
            download
            data-scripts=""
          >
            <Icon name="download" size={13} /> {text('files.get')}
            <span className="hidden-words"> {name || text(`files.kind.${kind}`)}</span>
          </a>
        ) : (
          '–'
        ),
    },
  ];
  return (
    <DataTable
      name="files"
      caption={text('files.title')}
      rows={found.items}
      total={found.total}
      columns={columns}
      rowKey={({ id }) => id}
      order="-bytes"
      empty={<Empty title={text('files.none')}>{text('files.none.why')}</Empty>}
    />
  );
}

function SignIns({ capture, found }: { capture: string; found: Found<Credentials> }) {
  const text = useText();
  const { words, count, time } = useColumns();
  const columns: Column<Credentials>[] = [
    {
      id: 'source',
      label: text('credentials.who'),
      sort: ({ source }) => source.name,
      words: ({ source }) => `${source.name} ${source.address}`,
      cell: ({ source }) => <PartyName party={source} />,
    },
    {
      id: 'target',
      label: text('credentials.where'),
      sort: ({ target }) => target.name,
      words: ({ target }) => `${target.name} ${target.address}`,
      cell: ({ target }) => <PartyName party={target} />,
    },
    words('user', text('credentials.user'), ({ user }) => user, { show: (user) => <code>{user}</code> }),
    words('scheme', text('credentials.scheme'), ({ scheme }) =>
      text.coded('credentials.scheme', { code: scheme }),
    ),
    words('protocol', text('conversation.protocol'), ({ protocol }) => protocol),
    count('secret', text('credentials.secret'), ({ secret }) => secret),
    count('count', text('credentials.count'), ({ count: times }) => times),
    time('first', text('asset.firstSeen'), ({ firstSeen }) => firstSeen, exactly),
    {
      id: 'at',
      label: text('problems.first'),
      cell: ({ at }) => <PacketLink capture={capture} packet={at.packet} at={at} />,
    },
  ];
  return (
    <DataTable
      name="credentials"
      caption={text('credentials.title')}
      rows={found.items}
      total={found.total}
      columns={columns}
      rowKey={({ id }) => id}
      order="-count"
      empty={<Empty title={text('credentials.none')}>{text('credentials.none.why')}</Empty>}
    />
  );
}
