import { Fragment, type ReactNode, useEffect, useState } from 'react';

import type { SharedReport } from '@busbar/contract';
import { Link } from 'react-router';
import { INDEX_EVERY, packetsAt, shownPacket, type Sliced, type WrittenPacket } from '@busbar/dissect';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { MessageView } from '../ui/message-view.tsx';
import { Notice } from '../ui/notice.tsx';
import { SmallTable } from '../ui/small-table.tsx';
import { Time } from '../ui/time.tsx';
import { useAside, useDesk } from './desk-context.ts';
import type { HeldCapture } from './held-capture.ts';
import { CAPTURE_FILE, type LeavingFile, REPORT_FILE } from './leaving.ts';
import { Letter, Pages, Unreadable } from './letter.tsx';
import { saveFile } from './save-file.ts';
import { ShareSend } from './share-send.tsx';
import type { Prepared, Wish } from './work.ts';

/** Everything that would leave, byte by byte, and the ways out. */
export function SharePreview({
  capture,
  before,
  prepared,
}: {
  capture: HeldCapture;
  before: Wish['report'];
  prepared: Prepared;
}) {
  const text = useText();
  const { leaving, report, sliced, pairs } = prepared;
  const contentOf = (name: string) => leaving.files.find((file) => file.name === name)?.content;
  const changed = sliced?.problems.some(({ code }) => code === 'source-lost');
  return (
    <>
      <Notice kind="good" live title={text('share.ready')}>
        {text('share.ready.what')}
      </Notice>
      {changed && (
        <Notice kind="warn" live title={text('share.changed')}>
          {text('share.changed.what')}
        </Notice>
      )}
      <h3>{text('share.fields')}</h3>
      <Fields before={before} after={report} />
      {pairs.length > 0 && <Pairs pairs={pairs} />}
      {sliced && (
        <>
          <h3>{text('share.capture')}</h3>
          <SliceFigures sliced={sliced} />
          <Written content={contentOf(CAPTURE_FILE)!} sliced={sliced} />
        </>
      )}
      <h3>{text('share.letter', { name: REPORT_FILE })}</h3>
      <Letter content={contentOf(REPORT_FILE)!} name={REPORT_FILE} />
      <h3>{text('share.ways')}</h3>
      <ul className="plain-list stack stack-s">
        {leaving.files.map((file) => (
          <li key={file.name}>
            <SaveButton file={file} />
          </li>
        ))}
      </ul>
      <ShareSend prepared={prepared} />
      <PutAside name={capture.file.name} leaving={leaving} />
    </>
  );
}

/** One of several things that leave together. */
function PutAside({ name, leaving }: { name: string; leaving: Prepared['leaving'] }) {
  const text = useText();
  const desk = useDesk();
  const isAside = useAside().some(({ files }) => files === leaving.files);
  return (
    <p className="row" role="status">
      {isAside ? (
        <Link to="/bundle">{text('share.aside.done')}</Link>
      ) : (
        <Button onClick={() => desk.putAside(name, leaving)}>{text('share.aside')}</Button>
      )}
    </p>
  );
}

function SaveButton({ file: { name, type, content } }: { file: LeavingFile }) {
  const text = useText();
  const format = useFormat();
  return (
    <Button icon="download" onClick={() => saveFile(name, type, content)}>
      {text('share.save', { name, size: format.bytes(content.size) })}
    </Button>
  );
}

interface Row {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

const FIELDS_AT_ONCE = 100;

/** Every field of the report, with what it was. */
function Fields({ before, after }: { before: Wish['report']; after: SharedReport }) {
  const text = useText();
  const was = new Map(fieldsOf(before).map(([path, value]) => [path, value]));
  const rows: Row[] = fieldsOf(after).map(([path, value]) => ({
    path,
    before: was.get(path) ?? '',
    after: value,
  }));
  return (
    <Paged rows={rows} size={FIELDS_AT_ONCE} label={text('share.fields')}>
      {(shown) => (
        <SmallTable label={text('share.fields')}>
          <thead>
            <tr>
              <th scope="col">{text('share.field')}</th>
              <th scope="col">{text('share.before')}</th>
              <th scope="col">{text('share.after')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.path}>
                <th scope="row" className="mono">
                  {row.path}
                </th>
                <td>{row.before}</td>
                <td>{row.before === row.after ? row.after : <strong>{row.after}</strong>}</td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
      )}
    </Paged>
  );
}

/** `devices.0.name`: every value that is not made of others. */
function fieldsOf(value: unknown, path = ''): [string, string][] {
  if (value === null || value === undefined) return [[path, '–']];
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object') return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, one]) =>
    fieldsOf(one, path === '' ? name : `${path}.${name}`),
  );
}

function Pairs({ pairs }: { pairs: Prepared['pairs'] }) {
  const text = useText();
  return (
    <details className="more">
      <summary>{text('share.pairs', { count: pairs.length })}</summary>
      <p className="soft">{text('share.pairs.what')}</p>
      <Paged rows={pairs} size={FIELDS_AT_ONCE} label={text('share.pairs', { count: pairs.length })}>
        {(shown) => (
          <SmallTable label={text('share.pairs', { count: pairs.length })}>
            <thead>
              <tr>
                <th scope="col">{text('share.before')}</th>
                <th scope="col">{text('share.after')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(([before, after]) => (
                <tr key={before}>
                  <td className="mono wrap">{before}</td>
                  <td className="mono wrap">{after}</td>
                </tr>
              ))}
            </tbody>
          </SmallTable>
        )}
      </Paged>
    </details>
  );
}

function SliceFigures({ sliced }: { sliced: Sliced }) {
  const text = useText();
  const format = useFormat();
  const { read, written, bytes, cut, replaced, zeroed, leftOut, undescribed, kept } = sliced;
  const messages = Object.entries(kept).sort(([, a], [, b]) => b - a);
  return (
    <dl className="facts">
      <dt>{text('share.figure.packets')}</dt>
      <dd>{text('share.figure.of', { written: format.number(written), read: format.number(read) })}</dd>
      <dt>{text('share.figure.size')}</dt>
      <dd>{format.bytes(bytes)}</dd>
      <dt>{text('share.figure.replaced')}</dt>
      <dd>{format.number(replaced)}</dd>
      <dt>{text('share.figure.zeroed')}</dt>
      <dd>{format.number(zeroed)}</dd>
      <dt>{text('share.figure.leftOut')}</dt>
      <dd>{text('share.figure.cut', { bytes: format.number(leftOut), packets: cut })}</dd>
      {undescribed > 0 && (
        <>
          <dt>{text('share.figure.undescribed')}</dt>
          <dd>{format.number(undescribed)}</dd>
        </>
      )}
      {messages.length > 0 && (
        <>
          <dt>{text('share.figure.kept')}</dt>
          <dd>{messages.map(([name, count]) => `${name} ${format.number(count)}`).join(', ')}</dd>
        </>
      )}
    </dl>
  );
}

const PACKETS_AT_ONCE = INDEX_EVERY / 2;

/** The packets of the file as they are written, read from it again. */
function Written({ content, sliced }: { content: Blob; sliced: Sliced }) {
  const text = useText();
  const format = useFormat();
  const [first, setFirst] = useState(1);
  const [packets, setPackets] = useState<readonly WrittenPacket[] | null>([]);
  const [open, setOpen] = useState<number | null>(null);
  useEffect(() => {
    let left = false;
    const read = async (at: number, length: number) =>
      new Uint8Array(await content.slice(at, at + length).arrayBuffer());
    packetsAt(read, sliced, first, PACKETS_AT_ONCE).then(
      (found) => {
        if (!left) setPackets(found);
      },
      () => {
        if (!left) setPackets(null);
      },
    );
    return () => {
      left = true;
    };
  }, [content, sliced, first]);
  if (sliced.written === 0) return <Notice kind="warn" title={text('share.empty')} />;
  if (!packets) return <Unreadable name={CAPTURE_FILE} />;
  return (
    <>
      <SmallTable label={text('share.capture')}>
        <thead>
          <tr>
            <th scope="col" className="number">
              {text('share.packet')}
            </th>
            <th scope="col">{text('share.time')}</th>
            <th scope="col">{text('share.way')}</th>
            <th scope="col">{text('share.header')}</th>
            <th scope="col" className="number">
              {text('share.bytes')}
            </th>
          </tr>
        </thead>
        <tbody>
          {packets.map((packet) => (
            <Fragment key={packet.packet}>
              <tr>
                <td className="number">
                  <Button
                    size="small"
                    kind="quiet"
                    aria-expanded={open === packet.packet}
                    onClick={() => setOpen(open === packet.packet ? null : packet.packet)}
                  >
                    {format.number(packet.packet)}
                  </Button>
                </td>
                <td className="nowrap">
                  <Time at={new Date(packet.time / 1000).toISOString()} precise />
                </td>
                <td className="mono">
                  {packet.from} → {packet.to}
                </td>
                <td>{packet.header}</td>
                <td className="number nowrap">
                  {text('share.bytes.of', {
                    length: format.number(packet.length),
                    wire: format.number(packet.wireLength),
                  })}
                </td>
              </tr>
              {open === packet.packet && (
                <tr>
                  <td colSpan={5}>
                    <MessageView message={shownPacket(packet)} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </SmallTable>
      <Pages
        {...{ first, setFirst }}
        size={PACKETS_AT_ONCE}
        total={sliced.written}
        label={text('share.capture')}
      />
    </>
  );
}

function Paged<Item>({
  rows,
  size,
  label,
  children,
}: {
  rows: readonly Item[];
  size: number;
  label: string;
  children: (shown: readonly Item[]) => ReactNode;
}) {
  const [first, setFirst] = useState(1);
  return (
    <>
      {children(rows.slice(first - 1, first - 1 + size))}
      <Pages {...{ first, setFirst, size, label }} total={rows.length} />
    </>
  );
}
