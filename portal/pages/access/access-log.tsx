import { AccessKind, type CaseAccess } from '@busbar/contract';
import { Form, Link, useLocation, useSearchParams } from 'react-router';

import { useText, type Text } from '../../i18n/text.tsx';
import { useFormat } from '../../i18n/format.ts';
import { Tag } from '../../ui/badge.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';

export interface AccessLogProps {
  readonly lines: readonly CaseAccess[];
  readonly next: string | null;
  /** Where the same lines are as a sheet; nowhere for whoever has no account. */
  readonly sheet?: string;
}

/** Who did what, newest first: a view of the ledger, narrowed by what the address says. */
export function AccessLog({ lines, next, sheet }: AccessLogProps) {
  const text = useText();
  const format = useFormat();
  const [query] = useSearchParams();
  const { words, time } = useColumns();
  const narrowed = ['kind', 'person', 'organisation', 'since', 'until'].some((name) => query.get(name));
  const columns: Column<CaseAccess>[] = [
    time('at', text('audit.at'), ({ at }) => at, { style: 'short' }),
    {
      id: 'who',
      label: text('accessLog.who'),
      cell: (line) => <Who line={line} />,
    },
    {
      id: 'kind',
      label: text('accessLog.kind'),
      cell: ({ kind }) => <Tag>{text(`accessLog.kind.${kind}`)}</Tag>,
    },
    words('did', text('audit.action'), (line) => didOf(text, line)),
    words('object', text('audit.object'), ({ object }) => object.name),
    words('reason', text('audit.reason'), ({ reason }) => reason, { spare: true }),
    {
      id: 'seq',
      label: text('audit.seq'),
      number: true,
      cell: ({ seq }) => (seq === null ? text('audit.pending') : format.number(seq)),
      spare: true,
    },
  ];
  return (
    <>
      <Narrow lines={lines} sheet={sheet} />
      <DataTable
        caption={text('audit.accesses')}
        rows={lines}
        columns={columns}
        rowKey={({ id }) => id}
        paged
        filter={false}
        empty={
          <Empty title={text(narrowed ? 'accessLog.none.narrowed' : 'accessLog.none')}>
            {text(narrowed ? 'accessLog.none.narrowed.do' : 'accessLog.none.why')}
          </Empty>
        }
      />
      <Pager next={next} />
    </>
  );
}

function Narrow({ lines, sheet }: { lines: readonly CaseAccess[]; sheet: string | undefined }) {
  const text = useText();
  const [query] = useSearchParams();
  const { pathname } = useLocation();
  const only = (['person', 'organisation'] as const).flatMap((name) => {
    const id = query.get(name);
    return id ? [{ name, id, called: lines.find((line) => line[name].id === id)?.[name].name ?? '' }] : [];
  });
  const without = new URLSearchParams(query);
  for (const name of ['after', ...only.map(({ name }) => name)]) without.delete(name);
  const asked = new URLSearchParams(query);
  asked.delete('after');
  return (
    <div className="stack stack-s">
      <Form
        method="get"
        role="search"
        className="row filters"
        aria-label={text('accessLog.narrow')}
        key={String(query)}
      >
        {only.map(({ name, id }) => (
          <input key={name} type="hidden" name={name} value={id} />
        ))}
        <SelectField
          label={text('accessLog.kind')}
          name="kind"
          defaultValue={query.get('kind') ?? ''}
          options={[
            { value: '', label: text('accessLog.kind.all') },
            ...AccessKind.options.map((kind) => ({ value: kind, label: text(`accessLog.kind.${kind}`) })),
          ]}
        />
        <TextField
          label={text('accessLog.since')}
          name="since"
          type="date"
          width="short"
          defaultValue={query.get('since') ?? ''}
        />
        <TextField
          label={text('accessLog.until')}
          name="until"
          type="date"
          width="short"
          defaultValue={query.get('until') ?? ''}
        />
        <button className="button button-plain button-normal">{text('accessLog.narrow.do')}</button>
        {sheet && lines.length > 0 && (
          <a className="button button-plain button-normal" href={`${sheet}?${asked}`} download>
            <Icon name="download" /> {text('accessLog.sheet')}
          </a>
        )}
      </Form>
      {only.length > 0 && (
        <p>
          {text('accessLog.only', {
            who: only.map(({ called }) => called || text('accessLog.somebody')).join(', '),
          })}{' '}
          <Link to={`${pathname}?${without}`}>{text('accessLog.only.all')}</Link>
        </p>
      )}
    </div>
  );
}

function Who({ line }: { line: CaseAccess }) {
  const text = useText();
  const [query] = useSearchParams();
  const { person, organisation } = line;
  const narrowed = new URLSearchParams(query);
  narrowed.delete('after');
  if (person.id) narrowed.set('person', person.id);
  return (
    <span>
      {person.id && person.name ? (
        <Link to={`?${narrowed}`} preventScrollReset>
          {person.name}
        </Link>
      ) : (
        whoOf(text, line)
      )}
      {organisation.name && (person.name || line.by !== 'person') && (
        <>
          <br />
          <span className="soft small">{organisation.name}</span>
        </>
      )}
    </span>
  );
}

/** In words; whose name is not for the reader is somebody of an organisation. */
export function whoOf(text: Text, { by, person, organisation }: CaseAccess): string {
  if (by !== 'person') return text(`accessLog.by.${by}`);
  if (person.name) return person.name;
  return organisation.name
    ? text('accessLog.by.somebody', { organisation: organisation.name })
    : text('accessLog.somebody');
}

export const didOf = (text: Text, { action }: CaseAccess): string =>
  text.coded('audit.did', { code: action });
