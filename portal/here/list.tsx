import { InventoryField } from '@busbar/contract';
import type { Entry } from '@busbar/csaf';
import type { ReactNode } from 'react';
import { Link, Outlet, useParams } from 'react-router';

import { useText } from '../i18n/text.tsx';
import { SelectField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Progress } from '../ui/progress.tsx';
import { SmallTable } from '../ui/small-table.tsx';
import { compared, type HeldList } from './asset-list.ts';
import { useCaptures, useDesk, useLists } from './desk-context.ts';
import type { Shown } from './shown.ts';

const MOST_ROWS = 200;

/** A list of devices that was dropped here: how it was read, what advisories say of it, and what captures show of it. */
export function List() {
  const text = useText();
  const { id } = useParams();
  const list = useLists().find((one) => one.id === id);
  if (!list) return null;
  const { file, state, read, problem, warnings } = list;
  return (
    <Page
      title={file.name}
      heading={<span className="mono-title">{file.name}</span>}
      seen={{ scope: 'here' }}
      lead={
        read &&
        text('list.lead', {
          rows: read.reading.rows,
          warnings: new Set(warnings.map(({ advisory }) => advisory.trackingId)).size,
        })
      }
      crumbs={
        <>
          <Link to="/">{text('here')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text('list')}</span>
        </>
      }
    >
      {state === 'reading' && <Progress what={text('list.state.reading')} done={0} />}
      {problem && (
        <Notice kind="alarm" live title={text('here.refused', { name: file.name })}>
          {text.coded('problem', problem)}
        </Notice>
      )}
      {read && (
        <>
          {read.reading.notes.map((note) => (
            <Notice key={note.code} kind="note" title={text.coded('inventoryNote', note)} />
          ))}
          <Columns list={list} />
          <Comparison entries={read.entries} />
          <section className="stack stack-s" aria-labelledby="list-warnings">
            <h2 id="list-warnings">{text('nav.warnings')}</h2>
            <Outlet />
          </section>
        </>
      )}
    </Page>
  );
}

/** What each column was taken for; chosen otherwise, the list is read again. */
function Columns({ list: { id, read } }: { list: HeldList }) {
  const text = useText();
  const desk = useDesk();
  const { columns, headerRow } = read!.reading;
  const choose = (place: number, field: string) =>
    desk.choose(id, {
      headerRow,
      columns: columns.map((column, at) =>
        at === place ? (InventoryField.safeParse(field).data ?? null) : column.field,
      ),
    });
  return (
    <details className="more">
      <summary>{text('inventory.columns')}</summary>
      <div className="stack stack-s">
        {columns.map(({ title, field, samples }, place) => (
          <SelectField
            key={place}
            label={title || text('inventory.column.untitled', { place: place + 1 })}
            hint={samples.filter(Boolean).slice(0, 3).join(' · ')}
            value={field ?? ''}
            onChange={({ target }) => choose(place, target.value)}
            options={[
              { value: '', label: text('inventory.column.none') },
              ...InventoryField.options.map((value) => ({ value, label: text(`asset.${value}`) })),
            ]}
          />
        ))}
      </div>
    </details>
  );
}

function Comparison({ entries }: { entries: readonly Entry[] }) {
  const text = useText();
  const captures = useCaptures().filter(({ shown }) => shown);
  const left = entries.filter(({ isLeft }) => isLeft);
  return (
    <>
      {captures.length === 0 && (
        <Notice kind="note" title={text('list.noCapture')}>
          <Link to="/">{text('list.noCapture.do')}</Link>
        </Notice>
      )}
      {captures.map((capture) => {
        const { seen, notSeen, notListed } = compared(entries, capture);
        return (
          <section key={capture.id} className="stack stack-s" aria-labelledby={`list-${capture.id}`}>
            <h2 id={`list-${capture.id}`}>{text('list.against', { name: capture.file.name })}</h2>
            <p>
              {text('list.compared', {
                seen: seen.length,
                notSeen: notSeen.length,
                notListed: notListed.length,
              })}
            </p>
            <Rows label={text('list.notListed')} rows={notListed} of={deviceCells} />
            <Rows label={text('list.notSeen')} rows={notSeen} of={entryCells} />
          </section>
        );
      })}
      {left.length > 0 && (
        <details className="more">
          <summary>{text('list.left', { rows: left.length })}</summary>
          <ul className="points">
            {left.slice(0, MOST_ROWS).map(({ row, notes }) => (
              <li key={row}>
                {text('list.row', { row })} {notes.map((note) => text.coded('inventoryNote', note)).join(' ')}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** The first of many: whoever wants all of them has the list. */
function Rows<Row>({
  label,
  rows,
  of,
}: {
  label: string;
  rows: readonly Row[];
  of: (row: Row) => { key: string; cells: readonly ReactNode[] };
}) {
  const text = useText();
  if (rows.length === 0) return null;
  return (
    <details className="more" open={rows.length <= 20}>
      <summary>
        {label} ({rows.length})
      </summary>
      <SmallTable label={label}>
        <thead>
          <tr>
            <th scope="col">{text('asset.name')}</th>
            <th scope="col">{text('asset.address')}</th>
            <th scope="col">{text('asset.vendor')}</th>
            <th scope="col">{text('asset.product')}</th>
            <th scope="col">{text('asset.firmware')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row) => {
            const { key, cells } = of(row);
            return (
              <tr key={key}>
                {cells.map((cell, place) => (
                  <td key={place}>{cell}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </SmallTable>
      {rows.length > MOST_ROWS && (
        <p className="soft small">{text('list.more', { rows: rows.length - MOST_ROWS })}</p>
      )}
    </details>
  );
}

const entryCells = ({ row, says, addresses, macs }: Entry) => ({
  key: String(row),
  cells: [
    says.name ?? says.serial ?? '',
    [...addresses, ...macs].join(', '),
    says.vendor ?? '',
    says.product ?? says.model ?? says.orderNumber ?? '',
    says.firmware ?? '',
  ],
});

const deviceCells = ({
  asset,
  name,
  addresses,
  macs,
  vendor,
  product,
  model,
  firmware,
}: Shown['devices'][number]) => ({
  key: asset,
  cells: [name, [...addresses, ...macs].join(', '), vendor ?? '', product ?? model ?? '', firmware ?? ''],
});
