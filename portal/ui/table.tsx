import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Form, Link, useLocation, useNavigate } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';
import { useHere } from './here.ts';
import { Icon } from './icon.tsx';
import { Menu } from './menu.tsx';

export interface Column<Row> {
  id: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** By what rows are ordered; a column without it cannot be sorted. */
  sort?: (row: Row) => string | number | null | undefined;
  /** What the filter reads; the sort value when not given. */
  words?: (row: Row) => string;
  number?: boolean;
  /** Off until the reader switches it on. */
  spare?: boolean;
  /** What the row is called: its link. The first column unless one says so. */
  main?: boolean;
}

interface Props<Row> {
  caption: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  href?: (row: Row) => string;
  /** A leading minus means downwards. */
  order?: string;
  /** Shown instead of the table when there are no rows at all. */
  empty: ReactNode;
  /** Filters that narrow what the server sends; they live in the same address. */
  filters?: ReactNode;
  /** Rows that the server has in all, when it did not send every one. */
  total?: number | undefined;
  selection?: { selected: ReadonlySet<string>; onChange: (selected: ReadonlySet<string>) => void };
  /** Off where the server searches itself. */
  filter?: boolean;
  /** These rows are one page of a longer list: filtering and ordering them alone would mislead. */
  paged?: boolean;
  /** What of the address belongs to this table, when there are two on a page. */
  name?: string;
}

const rowHeight = 34;
const firstRows = 120;
const virtualFrom = 300;

/** Dense, sortable, filterable; arrows move, Enter opens; the address is its state. */
export function DataTable<Row>(props: Props<Row>) {
  const {
    caption,
    rows,
    columns,
    rowKey,
    href,
    order = '',
    empty,
    filters,
    total,
    selection,
    paged = false,
    filter = !props.paged,
  } = props;
  const prefix = props.name ? `${props.name}-` : '';
  const text = useText();
  const table = useId();
  const format = useFormat();
  const location = useLocation();
  const navigate = useNavigate();
  const here = useHere();
  const [state, setState] = useState(() => readState(location.search, prefix, order));
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [active, setActive] = useState(0);

  // Back and forward change the address from outside.
  const [address, setAddress] = useState(location.search);
  if (address !== location.search) {
    setAddress(location.search);
    setState(readState(location.search, prefix, order));
  }

  const update = useCallback(
    (change: Partial<TableState>) => {
      setState((before) => {
        const after = { ...before, ...change };
        // What is looked for in a capture that stays here must not come to stand in an address.
        if (here) return after;
        const search = writeState(new URLSearchParams(window.location.search), prefix, after, order);
        // Only this list changes: the page need not ask the server again.
        window.history.replaceState(window.history.state, '', `${window.location.pathname}${search}`);
        return after;
      });
      setActive(0);
    },
    [prefix, order, here],
  );

  const shown = useMemo(
    () => columns.filter((column) => (state.columns ? state.columns.includes(column.id) : !column.spare)),
    [columns, state.columns],
  );
  const sorted = useMemo(
    () => (paged ? rows : arrange(rows, columns, state, text.locale)),
    [paged, rows, columns, state, text.locale],
  );
  const view = useWindow(sorted.length, scroller);
  const visible = sorted.slice(view.from, view.to);
  const main = Math.max(
    0,
    shown.findIndex((column) => column.main),
  );
  const keys = useMemo(() => sorted.map(rowKey), [sorted, rowKey]);

  if (rows.length === 0 && !filters && state.words === '') return <>{empty}</>;

  const go = (place: number) => {
    const next = Math.max(0, Math.min(sorted.length - 1, place));
    setActive(next);
    view.reveal(next);
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus());
  };

  const toggle = (key: string) => {
    if (!selection) return;
    const selected = new Set(selection.selected);
    if (!selected.delete(key)) selected.add(key);
    selection.onChange(selected);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      j: active + 1,
      ArrowUp: active - 1,
      k: active - 1,
      PageDown: active + 15,
      PageUp: active - 15,
      Home: 0,
      End: sorted.length - 1,
    };
    const row = sorted[active];
    if (event.key in moves) go(moves[event.key]!);
    else if (event.key === 'Enter' && row && href && event.target instanceof HTMLTableRowElement)
      void navigate(href(row));
    else if (event.key === 'x' && row) toggle(rowKey(row));
    else return;
    event.preventDefault();
  };

  const onRowClick = (event: MouseEvent<HTMLTableRowElement>, row: Row, place: number) => {
    setActive(place);
    if (
      (event.target as Element).closest('a,button,input,label,summary') ||
      window.getSelection()?.toString()
    )
      return;
    if (href) void navigate(href(row));
  };

  const allSelected = keys.length > 0 && keys.every((key) => selection?.selected.has(key));

  return (
    <div className="table-block">
      <div className="table-tools">
        {filter && (
          <FilterBox inForm={selection !== undefined} label={text('table.filter.label', { what: caption })}>
            <Icon name="filter" />
            <input
              type="search"
              name={`${prefix}q`}
              className="input"
              value={state.words}
              placeholder={text('table.filter')}
              aria-label={text('table.filter.label', { what: caption })}
              onChange={(event) => update({ words: event.target.value })}
              onKeyDown={(event) => {
                if (event.key === 'Enter') event.preventDefault();
              }}
            />
          </FilterBox>
        )}
        {filters}
        <span className="table-count soft small" role="status">
          {sorted.length === (total ?? rows.length)
            ? text('table.count', { count: sorted.length })
            : text('table.countOf', { count: sorted.length, total: total ?? rows.length })}
        </span>
        {columns.some((column) => column.spare) && (
          <Menu
            label={<span className="wide-only">{text('table.columns')}</span>}
            hint={text('table.columns')}
            icon="columns"
            side="end"
            className="menu-quiet"
          >
            <fieldset className="stack stack-s">
              <legend className="small soft">{text('table.columns')}</legend>
              {columns.map((column) => (
                <label key={column.id} className="row nowrap">
                  <input
                    type="checkbox"
                    checked={shown.includes(column)}
                    onChange={(event) =>
                      update({
                        columns: columns
                          .filter((one) =>
                            one.id === column.id ? event.target.checked : shown.includes(one),
                          )
                          .map((one) => one.id),
                      })
                    }
                  />
                  {column.label}
                </label>
              ))}
            </fieldset>
          </Menu>
        )}
      </div>

      {sorted.length === 0 ? (
        <p className="table-none soft">
          {rows.length === 0 ? text('table.none') : text('table.noMatch', { words: state.words })}{' '}
          {state.words !== '' && (
            <Button kind="quiet" size="small" onClick={() => update({ words: '' })}>
              {text('table.clear')}
            </Button>
          )}
        </p>
      ) : (
        <div
          ref={scroller}
          className={view.virtual ? 'table-scroll table-virtual' : 'table-scroll'}
          // A region that scrolls must be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={view.virtual ? 0 : undefined}
          role={view.virtual ? 'region' : undefined}
          aria-label={view.virtual ? caption : undefined}
        >
          <table className="table" role="table" aria-rowcount={sorted.length}>
            <caption className="hidden-words">
              {caption}. {text('table.keys')}
            </caption>
            <thead role="rowgroup">
              <tr role="row">
                {selection && (
                  <th role="columnheader" scope="col" className="table-pick">
                    <input
                      type="checkbox"
                      aria-label={text('table.all')}
                      checked={allSelected}
                      onChange={() => selection.onChange(allSelected ? new Set() : new Set(keys))}
                    />
                  </th>
                )}
                {shown.map((column) => (
                  <Heading
                    fixed={paged}
                    key={column.id}
                    column={column}
                    state={state}
                    prefix={prefix}
                    order={order}
                    update={update}
                  />
                ))}
              </tr>
            </thead>
            {/* Arrow keys move between rows; each row also holds an ordinary link. */}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
            <tbody ref={body} role="rowgroup" onKeyDown={onKeyDown}>
              <Spacer rows={view.from} />
              {visible.map((row, offset) => {
                const place = view.from + offset;
                const key = keys[place]!;
                return (
                  <tr
                    role="row"
                    key={key}
                    data-row={place}
                    aria-rowindex={place + 1}
                    tabIndex={place === active ? 0 : -1}
                    className={href ? 'table-opens' : undefined}
                    aria-selected={selection ? selection.selected.has(key) : undefined}
                    onFocus={() => setActive(place)}
                    onClick={(event) => onRowClick(event, row, place)}
                  >
                    {selection && (
                      <td role="cell" className="table-pick">
                        <input
                          type="checkbox"
                          name="id"
                          value={key}
                          aria-label={text('table.pick')}
                          aria-describedby={`${table}-${key}`}
                          checked={selection.selected.has(key)}
                          onChange={() => toggle(key)}
                        />
                      </td>
                    )}
                    {shown.map((column, at) => (
                      <td
                        role="cell"
                        key={column.id}
                        id={at === main && selection ? `${table}-${key}` : undefined}
                        data-label={column.label}
                        className={
                          `${column.number ? 'number' : ''} ${at === main ? 'table-main' : ''}`.trim() ||
                          undefined
                        }
                      >
                        <div className="cell">
                          {at === main && href ? (
                            <Link to={href(row)} tabIndex={-1} className="table-link">
                              {column.cell(row)}
                            </Link>
                          ) : (
                            column.cell(row)
                          )}
                        </div>
                      </td>
                    ))}
                  </tr>
                );
              })}
              <Spacer rows={view.virtual ? sorted.length - view.to : 0} />
            </tbody>
          </table>
        </div>
      )}
      {selection &&
        keys
          .filter((key, place) => selection.selected.has(key) && (place < view.from || place >= view.to))
          .map((key) => <input key={key} type="hidden" name="id" value={key} />)}
      {!view.virtual && view.to < sorted.length && (
        <div className="row">
          <Button onClick={view.more}>
            {text('table.more', { count: Math.min(firstRows, sorted.length - view.to) })}
          </Button>
          <span className="soft small">
            {text('table.countOf', { count: view.to, total: format.number(sorted.length) })}
          </span>
        </div>
      )}
    </div>
  );
}

/** A form of its own for readers without scripts, unless the table already stands in one. */
function FilterBox({ inForm, label, children }: { inForm: boolean; label: string; children: ReactNode }) {
  if (inForm) {
    return (
      <div className="table-filter" role="search" aria-label={label}>
        {children}
      </div>
    );
  }
  return (
    <Form
      method="get"
      className="table-filter"
      role="search"
      aria-label={label}
      onSubmit={(event) => event.preventDefault()}
    >
      {children}
    </Form>
  );
}

function Heading<Row>({
  fixed,
  column,
  state,
  prefix,
  order,
  update,
}: {
  fixed: boolean;
  column: Column<Row>;
  state: TableState;
  prefix: string;
  order: string;
  update: (change: Partial<TableState>) => void;
}) {
  const location = useLocation();
  const up = state.order === column.id;
  const down = state.order === `-${column.id}`;
  // Numbers are asked for from the top, words from A.
  const next = up ? `-${column.id}` : down ? column.id : column.number ? `-${column.id}` : column.id;
  return (
    <th
      role="columnheader"
      scope="col"
      className={column.number ? 'number' : undefined}
      aria-sort={up ? 'ascending' : down ? 'descending' : undefined}
    >
      {column.sort && !fixed ? (
        <Link
          to={{
            search: writeState(
              new URLSearchParams(location.search),
              prefix,
              { ...state, order: next },
              order,
            ),
          }}
          className="table-sort"
          preventScrollReset
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            update({ order: next });
          }}
        >
          {column.label}
          {(up || down) && <Icon name={up ? 'arrowUp' : 'arrowDown'} size={12} />}
        </Link>
      ) : (
        column.label
      )}
    </th>
  );
}

/** Stands for the rows that are scrolled away. Its height is set by script because only script makes it needed. */
function Spacer({ rows }: { rows: number }) {
  const cell = useRef<HTMLTableCellElement>(null);
  useLayoutEffect(() => {
    if (cell.current) cell.current.style.height = `${rows * rowHeight}px`;
  }, [rows]);
  if (rows <= 0) return null;
  return (
    <tr aria-hidden="true" className="table-spacer">
      <td ref={cell} colSpan={99} />
    </tr>
  );
}

function useWindow(count: number, scrollerRef: { current: HTMLDivElement | null }) {
  const [wide, setWide] = useState(false);
  const [limit, setLimit] = useState(firstRows);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(700);
  const virtual = wide && count > virtualFrom;

  useEffect(() => {
    const screen = window.matchMedia('(min-width: 46rem)');
    const look = () => setWide(screen.matches);
    look();
    screen.addEventListener('change', look);
    return () => screen.removeEventListener('change', look);
  }, []);

  useEffect(() => {
    const element = scrollerRef.current;
    if (!element || !virtual) return;
    const look = () => {
      setTop(element.scrollTop);
      setHeight(element.clientHeight);
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [virtual, scrollerRef]);

  if (!virtual) {
    return {
      virtual,
      from: 0,
      to: Math.min(count, limit),
      more: () => setLimit(limit + firstRows),
      reveal: (place: number) => setLimit(Math.max(limit, place + 1)),
    };
  }
  const from = Math.max(0, Math.floor(top / rowHeight) - 20);
  return {
    virtual,
    from,
    to: Math.min(count, from + Math.ceil(height / rowHeight) + 40),
    more: () => {},
    reveal(place: number) {
      const element = scrollerRef.current;
      if (!element) return;
      const at = place * rowHeight;
      if (at < element.scrollTop) element.scrollTop = at;
      else if (at > element.scrollTop + element.clientHeight - 3 * rowHeight)
        element.scrollTop = at - element.clientHeight + 3 * rowHeight;
      setTop(element.scrollTop);
    },
  };
}

interface TableState {
  words: string;
  order: string;
  columns: readonly string[] | null;
}

function readState(search: string, prefix: string, order: string): TableState {
  const query = new URLSearchParams(search);
  return {
    words: query.get(`${prefix}q`) ?? '',
    order: query.get(`${prefix}sort`) ?? order,
    columns: query.get(`${prefix}cols`)?.split(',') ?? null,
  };
}

function writeState(query: URLSearchParams, prefix: string, state: TableState, order: string): string {
  const set = (name: string, value: string | null) => {
    if (value) query.set(`${prefix}${name}`, value);
    else query.delete(`${prefix}${name}`);
  };
  set('q', state.words);
  set('sort', state.order === order ? null : state.order);
  set('cols', state.columns?.join(',') ?? null);
  const search = query.toString();
  return search ? `?${search}` : '';
}

function arrange<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  state: TableState,
  locale: string,
): readonly Row[] {
  const wanted = state.words.toLowerCase().split(/\s+/).filter(Boolean);
  const kept =
    wanted.length === 0
      ? rows
      : rows.filter((row) => {
          const all = columns
            .map((column) => column.words?.(row) ?? String(column.sort?.(row) ?? ''))
            .join(' ')
            .toLowerCase();
          return wanted.every((word) =>
            word.startsWith('-') && word.length > 1 ? !all.includes(word.slice(1)) : all.includes(word),
          );
        });
  const down = state.order.startsWith('-');
  const sort = columns.find((column) => column.id === (down ? state.order.slice(1) : state.order))?.sort;
  if (!sort) return kept;
  const compareWords = new Intl.Collator(locale, { numeric: true }).compare;
  return kept.toSorted((a, b) => {
    const [x, y] = [sort(a), sort(b)];
    // What is not known comes last in either direction.
    if (x === null || x === undefined || x === '') return y === null || y === undefined || y === '' ? 0 : 1;
    if (y === null || y === undefined || y === '') return -1;
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : compareWords(String(x), String(y));
    return down ? -order : order;
  });
}
