import type { Field, MessageView as Message } from '@busbar/contract';
import { useId, useMemo, useState, type KeyboardEvent } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Icon } from './icon.tsx';

/** The packet, what carried the message, the message: each with bytes of its own. */
interface Part {
  name: string;
  reference: string;
  bytes: string;
  rows: readonly Row[];
}

interface Row {
  path: string;
  part: number;
  depth: number;
  field: Field;
  kind: number;
}

const rowBytes = 16;
const mostBytes = 4096;

/** Bytes on one side, fields on the other; one highlights the other. The chosen field is in the address (`?field=2.1`). */
export function MessageView({ message }: { message: Message }) {
  const text = useText();
  const format = useFormat();
  const table = useId();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const parts = useMemo(() => partsOf(message), [message]);
  const rows = useMemo(() => parts.flatMap((part) => part.rows), [parts]);
  const chosen = rows.find(({ path }) => path === query.get('field'));
  const [pointed, setPointed] = useState<Row | null>(null);
  const [all, setAll] = useState(false);
  const bright = pointed ?? chosen ?? null;

  const choose = (row: Row) => {
    const next = new URLSearchParams(query);
    next.set('field', row.path);
    void navigate({ search: `?${next}` }, { replace: true, preventScrollReset: true });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const at = rows.findIndex(({ path }) => path === (event.target as HTMLElement).dataset['path']);
    if (at < 0) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      choose(rows[at]!);
      return;
    }
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      j: at + 1,
      k: at - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const next = rows[moves[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-path="${next.path}"]`)?.focus();
  };

  // The hex side shows the part that the reader is in; the message itself at first.
  const at = chosen?.part ?? parts.length - 1;
  const part = parts[pointed && pointed.part === at ? pointed.part : at]!;
  const size = part.bytes.length / 2;
  const shown = all ? size : Math.min(size, mostBytes);
  const owner = useMemo(() => owners(part.rows, size), [part, size]);

  return (
    <div className="message">
      <div className="panel panel-flush message-fields">
        <table id={table} className="fields" role="treegrid" aria-label={text('message.fields')}>
          <thead>
            <tr>
              <th scope="col">{text('message.field')}</th>
              <th scope="col">{text('message.value')}</th>
              <th scope="col">{text('message.meaning')}</th>
              <th scope="col">{text('message.section')}</th>
              <th scope="col" className="number">
                {text('message.bytes')}
              </th>
            </tr>
          </thead>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
          <tbody onKeyDown={onKeyDown} onMouseLeave={() => setPointed(null)}>
            {parts.map((one, place) => (
              <PartRows
                key={`${one.name}-${place}`}
                {...{ part: one, parts, bright, chosen, query, choose, setPointed }}
                first={(chosen ?? rows[0])?.path}
              />
            ))}
          </tbody>
        </table>
      </div>
      <figure className="panel hex">
        <figcaption className="soft small row row-end">
          <span>
            {parts.length > 1 && <strong>{part.name} </strong>}
            {text('message.size', { bytes: size })}
          </span>
          {bright && (
            <span>
              <strong>{bright.field.name}</strong>
              {bright.field.length > 0 &&
                ` · ${text('message.range', { from: bright.field.offset, to: bright.field.offset + bright.field.length - 1 })}`}
            </span>
          )}
        </figcaption>
        <div
          className="hex-rows"
          aria-hidden="true"
          data-doubles={table}
          onMouseLeave={() => setPointed(null)}
        >
          {range(Math.ceil(shown / rowBytes)).map((row) => (
            <div className="hex-row" key={row}>
              <span className="hex-offset">{(row * rowBytes).toString(16).padStart(4, '0')}</span>
              {[0, 8].map((half) => (
                <Half
                  key={half}
                  from={row * rowBytes + half}
                  bytes={part.bytes}
                  {...{ owner, bright: bright?.part === at ? bright : null, size, choose, setPointed }}
                />
              ))}
            </div>
          ))}
        </div>
        {/* The picture above is for eyes; the same bytes as text for everyone else. */}
        <p className="hidden-words">{part.bytes.slice(0, 2000).replace(/(..)/g, '$1 ')}</p>
        {shown < size && (
          <button type="button" className="button button-small" onClick={() => setAll(true)}>
            {text('message.more', { bytes: format.number(size - shown) })}
          </button>
        )}
      </figure>
    </div>
  );
}

function PartRows({
  part,
  parts,
  bright,
  chosen,
  first,
  query,
  choose,
  setPointed,
}: {
  part: Part;
  parts: readonly Part[];
  bright: Row | null;
  chosen: Row | undefined;
  first: string | undefined;
  query: URLSearchParams;
  choose: (row: Row) => void;
  setPointed: (row: Row | null) => void;
}) {
  const text = useText();
  return (
    <>
      {parts.length > 1 && (
        <tr className="field-part">
          <th colSpan={5} scope="rowgroup">
            {part.name} <span className="soft">{part.reference}</span>
          </th>
        </tr>
      )}
      {part.rows.map((row) => (
        <tr
          key={row.path}
          data-path={row.path}
          aria-level={row.depth + 1}
          aria-selected={row === chosen}
          tabIndex={row.path === first ? 0 : -1}
          className={`${row.field.malformed ? 'field-malformed' : ''} ${row.field.fields ? 'field-group' : ''} ${row === bright ? 'field-bright' : ''}`}
          onMouseEnter={() => setPointed(row)}
          onFocus={() => setPointed(row)}
          onBlur={() => setPointed(null)}
          onClick={() => choose(row)}
        >
          <td className={`field-name depth-${Math.min(row.depth, 6)}`}>
            <Link
              to={`?${withField(query, row.path)}`}
              replace
              preventScrollReset
              tabIndex={-1}
              className={`field-kind kind-${row.kind}`}
            >
              {row.field.name}
            </Link>
          </td>
          <td className="mono">{row.field.value}</td>
          <td>
            {row.field.malformed && (
              <span className="field-wrong-mark">
                <Icon name="alarm" size={13} /> {text('message.malformed')}{' '}
              </span>
            )}
            {row.field.meaning}
          </td>
          <td className="soft">{row.field.reference}</td>
          <td className="number faint mono nowrap">
            {row.field.length > 0 ? `${row.field.offset}+${row.field.length}` : ''}
          </td>
        </tr>
      ))}
    </>
  );
}

function Half({
  from,
  bytes,
  owner,
  bright,
  size,
  choose,
  setPointed,
}: {
  from: number;
  bytes: string;
  owner: readonly (Row | undefined)[];
  bright: Row | null;
  size: number;
  choose: (row: Row) => void;
  setPointed: (row: Row | null) => void;
}) {
  const places = range(Math.max(0, Math.min(8, size - from))).map((offset) => from + offset);
  const looks = (place: number) => {
    const row = owner[place];
    const inside =
      bright && place >= bright.field.offset && place < bright.field.offset + bright.field.length
        ? 'hex-bright'
        : '';
    return `${row ? `kind-${row.kind}` : ''} ${inside} ${row?.field.malformed ? 'hex-wrong' : ''}`;
  };
  return (
    <>
      <span className="hex-bytes">
        {places.map((place) => (
          // Pointing and clicking only double what the field table does by keyboard.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
          <span
            key={place}
            className={`hex-byte ${looks(place)}`}
            onMouseEnter={() => setPointed(owner[place] ?? null)}
            onClick={() => owner[place] && choose(owner[place])}
          >
            {bytes.slice(place * 2, place * 2 + 2)}
          </span>
        ))}
      </span>
      <span className="hex-text">
        {places.map((place) => (
          <span key={place} className={looks(place)}>
            {printable(Number.parseInt(bytes.slice(place * 2, place * 2 + 2), 16))}
          </span>
        ))}
      </span>
    </>
  );
}

function partsOf(message: Message): Part[] {
  const own = { name: message.dissector, reference: '', bytes: message.bytes, fields: message.fields };
  return [...message.layers, own].map(({ name, reference, bytes, fields }, part) => ({
    name,
    reference,
    bytes,
    rows: flatten(fields, part, `${part}.`),
  }));
}

function flatten(fields: readonly Field[], part: number, prefix: string, depth = 0, kind = -1): Row[] {
  return fields.flatMap((field, place) => {
    const path = `${prefix}${place}`;
    const own = depth === 0 ? place % 6 : kind;
    return [
      { path, part, depth, field, kind: own + 1 },
      ...flatten(field.fields ?? [], part, `${path}.`, depth + 1, own),
    ];
  });
}

/** For every byte the innermost field that holds it: deeper rows come later and overwrite. */
function owners(rows: readonly Row[], size: number): readonly (Row | undefined)[] {
  const owner: (Row | undefined)[] = Array.from({ length: size });
  for (const row of rows) {
    const end = Math.min(size, row.field.offset + row.field.length);
    for (let place = Math.max(0, row.field.offset); place < end; place++) owner[place] = row;
  }
  return owner;
}

function withField(query: URLSearchParams, path: string): URLSearchParams {
  const next = new URLSearchParams(query);
  next.set('field', path);
  return next;
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

function range(length: number): number[] {
  return Array.from({ length }, (_, place) => place);
}
