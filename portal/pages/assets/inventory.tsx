import {
  apis,
  InventoryChoice,
  InventoryField,
  type InventoryReading,
  type InventoryRow,
  RowOutcome,
  Separator,
  TextEncoding,
} from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterChoice } from '../../ui/search-box.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, word, words } from '../calls.ts';
import { isGoing, JobButton, JobProgress } from '../jobs/job-state.tsx';
import { useLasting, useLive } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/inventory';
import { InventoryState } from './inventories.tsx';
import { nameWords, otherName } from './name-finder.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const query = new URL(request.url).searchParams;
  const after = query.get('after');
  const outcome = RowOutcome.safeParse(query.get('outcome')).data;
  const noted = query.get('noted') === 'true';
  const [inventory, rows] = await Promise.all([
    read(apis.inventories.get, { params: { id: params.id } }),
    read(apis.inventories.rows, {
      params: { id: params.id },
      query: {
        limit: 100,
        ...(after && { after }),
        ...(outcome && { outcome }),
        ...(noted && { noted: 'true' }),
      },
    }),
  ]);
  // What stands in the rows that are shown; somebody who typed it thousandfold need not be asked thousandfold.
  const typed = new Map(
    rows.items.flatMap(({ says: { vendor = '', product = '' } }) =>
      vendor || product ? [[`${vendor} ${product}`, { vendor, product }] as const] : [],
    ),
  );
  const meant =
    inventory.state === 'read'
      ? await Promise.all(
          [...typed].slice(0, MOST_NAMES).map(async ([words, name]) => {
            const { items } = await read(apis.plant.names, { query: { typed: words } });
            const means = otherName(name, items);
            return means ? [{ ...name, means }] : [];
          }),
        )
      : [];
  return { inventory, rows, meant: meant.flat(), filtered: Boolean(outcome ?? noted) };
}

const MOST_NAMES = 20;

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const answer = await attempt<unknown>(() => {
    if (what === 'confirm') return call(apis.inventories.confirm, { params });
    if (what === 'undo') return call(apis.inventories.undo, { params });
    if (what === 'remove') return call(apis.inventories.remove, { params });
    const names = words(form, 'name').flatMap((chosen) => {
      const [vendor, product, isVendor, isProduct] = chosen.split('\t');
      return vendor !== undefined && product !== undefined && isVendor
        ? [{ vendor, product, means: { vendor: isVendor, product: isProduct || null } }]
        : [];
    });
    const alike = words(form, 'alike').flatMap((chosen) => {
      const [site, written, means] = chosen.split('\t');
      return written && means ? [{ site: site || null, written, means }] : [];
    });
    return call(apis.inventories.choose, {
      params,
      body: {
        ...choiceOf(form),
        ...(names.length > 0 && { names }),
        ...(alike.length > 0 && { alike }),
        ...(form.has('places') && { places: true }),
      },
    });
  });
  if (answer.refused) return answer;
  throw redirect(what === 'remove' ? '/assets/import' : `/assets/import/${params.id}`);
}

function choiceOf(form: FormData): InventoryChoice {
  const columns = [...form.keys()]
    .filter((name) => /^column-\d+$/.test(name))
    .map((name) => Number(name.slice(7)))
    .sort((a, b) => a - b)
    .map((column) => InventoryField.safeParse(word(form, `column-${column}`)).data ?? null);
  const encoding = TextEncoding.safeParse(word(form, 'encoding')).data;
  // A tab is trimmed away like any blank.
  const separator = Separator.safeParse(form.get('separator')).data;
  const headerRow = Number.parseInt(word(form, 'headerRow'), 10);
  // Cut otherwise, the table has other columns, and what was chosen for them is void.
  const isCutAnew =
    word(form, 'was-encoding') !== (encoding ?? '') || form.get('was-separator') !== (separator ?? '');
  return {
    ...(encoding && { encoding }),
    ...(separator && { separator }),
    ...(Number.isFinite(headerRow) && !isCutAnew && { headerRow: Math.min(100, Math.max(0, headerRow)) }),
    ...(!isCutAnew && { columns }),
  };
}

export default function InventoryPage({
  loaderData: { inventory, rows, meant, filtered },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { job, reading, counts, state } = inventory;
  const going = isGoing(job) || (state === 'receiving' && !job);
  useLive(going);
  const open = (state === 'read' || state === 'undone') && !going;
  const takes = counts ? counts.new + counts.changed + counts.known : 0;

  return (
    <Page
      title={inventory.name}
      seen={inventory.visibility}
      lead={
        <>
          {text('inventory.sentence', { by: inventory.by, site: inventory.site.name })}{' '}
          <Time at={inventory.at} style="short" /> <InventoryState inventory={inventory} />
        </>
      }
      crumbs={
        <>
          <Link to="/assets">{text('nav.assets')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to="/assets/import">{text('import')}</Link>
        </>
      }
      actions={
        <Form method="post" className="row">
          {open && (
            <Button
              type="submit"
              name="do"
              value="confirm"
              kind="main"
              icon="check"
              busy={busy}
              disabled={takes === 0}
            >
              {text('inventory.confirm', { count: takes })}
            </Button>
          )}
        </Form>
      }
    >
      <RefusalNotice answer={actionData} />
      {going && job && <JobProgress job={job} />}
      {job?.problem && (
        <Notice kind="alarm" title={text.coded('problem', job.problem)}>
          <JobButton job={job} />
        </Notice>
      )}
      {counts && (
        <p className="strong">
          {text(state === 'imported' ? 'inventory.did' : 'inventory.would', counts)}
          {state === 'read' && <span className="soft"> {text('inventory.nothingYet')}</span>}
        </p>
      )}
      {reading && reading.notes.length > 0 && (
        <ul className="plain-list stack stack-s">
          {reading.notes.map((note) => (
            <li key={note.code} className="with-icon">
              <Icon name="alarm" /> {text.coded('inventoryNote', note)}
            </li>
          ))}
        </ul>
      )}

      {reading && open && (
        <Columns
          key={JSON.stringify([reading.columns, reading.places, inventory.places])}
          reading={reading}
          meant={meant}
          taken={inventory.places}
          busy={busy}
        />
      )}

      {counts && (
        <section className="stack stack-s">
          <h2>{text('inventory.rows')}</h2>
          <Form method="get" className="row filters">
            <FilterChoice
              name="outcome"
              label={text('inventory.outcome')}
              options={RowOutcome.options.map((outcome) => ({
                value: outcome,
                label: text(`inventory.outcome.${outcome}`),
              }))}
            />
            <FilterChoice
              name="noted"
              label={text('inventory.notes')}
              options={[{ value: 'true', label: text('inventory.noted') }]}
            />
            <button className="button button-plain button-small">{text('table.apply')}</button>
            {filtered && (
              <ButtonLink to={`/assets/import/${inventory.id}`} kind="quiet" size="small">
                {text('table.clear')}
              </ButtonLink>
            )}
          </Form>
          {rows.items.length === 0 ? (
            <p className="soft">{text('inventory.rows.none')}</p>
          ) : (
            <Rows rows={rows.items} />
          )}
          <Pager next={rows.next} />
        </section>
      )}

      {!going && (
        <Form method="post" className="row">
          <input type="hidden" name="do" value={state === 'imported' ? 'undo' : 'remove'} />
          {state === 'imported' ? (
            <ConfirmButton
              kind="plain"
              question={text('inventory.undo.question')}
              consequence={text('inventory.undo.consequence')}
              confirm={text('inventory.undo')}
            >
              {text('inventory.undo')}
            </ConfirmButton>
          ) : (
            <ConfirmButton
              kind="plain"
              question={text('inventory.remove.question')}
              consequence={text('inventory.remove.consequence')}
              confirm={text('inventory.remove')}
            >
              {text('inventory.remove')}
            </ConfirmButton>
          )}
        </Form>
      )}
    </Page>
  );
}

type Meant = NonNullable<InventoryChoice['names']>[number];

/** How the table was read: the first rows, with a choice for each column. */
function Columns({
  reading,
  meant,
  taken,
  busy,
}: {
  reading: InventoryReading;
  meant: readonly Meant[];
  /** Whether rows are taken to the sites and zones they name. */
  taken: boolean;
  busy: boolean;
}) {
  const text = useText();
  const fields = [
    { value: '', label: text('inventory.column.none') },
    ...InventoryField.options.map((field) => ({ value: field, label: text(`asset.${field}`) })),
  ];
  return (
    <section className="panel stack">
      <h2>{text('inventory.columns')}</h2>
      <p className="soft">{text('inventory.columns.lead')}</p>
      <Form method="post" className="stack">
        <SmallTable label={text('inventory.columns')}>
          <thead>
            <tr>
              <th scope="col">{text('inventory.column')}</th>
              <th scope="col">{text('inventory.column.is')}</th>
              <th scope="col">{text('inventory.column.samples')}</th>
            </tr>
          </thead>
          <tbody>
            {reading.columns.map(({ title, field, samples }, n) => (
              // Columns have no other name than their place.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={n}>
                <td>{title || text('inventory.column.untitled', { place: n + 1 })}</td>
                <td>
                  <select
                    className="input select"
                    name={`column-${n}`}
                    defaultValue={field ?? ''}
                    aria-label={title || text('inventory.column.untitled', { place: n + 1 })}
                  >
                    {fields.map(({ value, label }) => (
                      <option key={value} value={value}>
                        {label}
                      </option>
                    ))}
                  </select>
                </td>
                <td className="soft">
                  {samples
                    .filter(Boolean)
                    .slice(0, 3)
                    .map((sample) => (sample.length > 60 ? `${sample.slice(0, 59)}…` : sample))
                    .join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
        {meant.length > 0 && (
          <fieldset className="field">
            <legend>{text('inventory.names')}</legend>
            <p className="field-hint">{text('inventory.names.hint')}</p>
            {meant.map(({ vendor, product, means }) => (
              <Checkbox
                key={`${vendor} ${product}`}
                name="name"
                value={[vendor, product, means.vendor, means.product ?? ''].join('\t')}
                label={text('inventory.names.one', {
                  written: [vendor, product].filter(Boolean).join(' '),
                  meant: nameWords(means),
                })}
              />
            ))}
          </fieldset>
        )}
        {reading.columns.some(({ field }) => field === 'site' || field === 'zone') && (
          <Places places={reading.places ?? []} taken={taken} />
        )}
        <div className="row">
          <TextField
            label={text('inventory.headerRow')}
            hint={text('inventory.headerRow.hint')}
            name="headerRow"
            type="number"
            min={0}
            max={100}
            defaultValue={reading.headerRow}
            width="short"
          />
          {reading.encoding && reading.separator && (
            <>
              <input type="hidden" name="was-encoding" value={reading.encoding} />
              <SelectField
                label={text('inventory.encoding')}
                name="encoding"
                defaultValue={reading.encoding}
                options={TextEncoding.options.map((encoding) => ({
                  value: encoding,
                  label: text(`inventory.encoding.${encoding}`),
                }))}
              />
              <input type="hidden" name="was-separator" value={reading.separator} />
              <SelectField
                label={text('inventory.separator')}
                name="separator"
                defaultValue={reading.separator}
                options={Separator.options.map((separator) => ({
                  value: separator,
                  label: separator === '\t' ? text('inventory.separator.tab') : separator,
                }))}
              />
            </>
          )}
        </div>
        <div>
          <Button type="submit" name="do" value="choose" busy={busy} icon="refresh">
            {text('inventory.again')}
          </Button>
        </div>
      </Form>
    </section>
  );
}

/** Sites and zones that the table names: whether they are to count, and which of them would be made. */
function Places({ places, taken }: { places: NonNullable<InventoryReading['places']>; taken: boolean }) {
  const text = useText();
  return (
    <fieldset className="field">
      <legend>{text('inventory.places')}</legend>
      <Checkbox
        name="places"
        value="true"
        defaultChecked={taken}
        label={text('inventory.places.take')}
        hint={text('inventory.places.hint')}
      />
      {places.length > 0 && (
        <ul className="plain-list">
          {places.map(({ site, name, like, rows }) => (
            <li key={`${site ?? ''}\t${name}`}>
              {site === null
                ? text('inventory.places.site', { name, count: rows })
                : text('inventory.places.zone', { name, site, count: rows })}
              {like && (
                <Checkbox
                  name="alike"
                  value={[site ?? '', name, like].join('\t')}
                  label={text('inventory.names.one', { written: name, meant: like })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

const standings: Record<RowOutcome, Standing> = {
  new: 'waiting',
  changed: 'running',
  known: 'done',
  left: 'failed',
};

function Rows({ rows }: { rows: readonly InventoryRow[] }) {
  const text = useText();
  const format = useFormat();
  return (
    <SmallTable label={text('inventory.rows')}>
      <thead>
        <tr>
          <th scope="col" className="number">
            {text('inventory.row')}
          </th>
          <th scope="col">{text('inventory.outcome')}</th>
          <th scope="col">{text('asset')}</th>
          <th scope="col">{text('inventory.says')}</th>
          <th scope="col">{text('inventory.notes')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row, outcome, asset, says, changes, notes }) => (
          <tr key={row}>
            <td className="number">{format.number(row)}</td>
            <td className="nowrap">
              <State standing={standings[outcome]}>{text(`inventory.outcome.${outcome}`)}</State>
            </td>
            <td>
              {asset ? (
                <Link to={`/assets/${asset.id}`}>{asset.name}</Link>
              ) : (
                (says.name ?? says.address ?? says.mac ?? says.serial ?? '–')
              )}
            </td>
            <td className="soft">
              {[says.vendor, says.product ?? says.model, says.orderNumber, says.firmware, says.address]
                .filter(Boolean)
                .join(' · ') || '–'}
            </td>
            <td>
              {changes.map(({ field, from, to }) => (
                <div key={`${field}-${to}`}>
                  {text('inventory.change', {
                    field: text(`asset.${field}`),
                    from: from ?? text('asset.fact.unknown'),
                    to,
                  })}
                </div>
              ))}
              {notes.map((note) => (
                <div key={`${note.code}-${JSON.stringify(note.params)}`}>
                  {text.coded('inventoryNote', { ...note, params: worded(text, note.params) })}
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

/** Sentences name a field as its reader does. */
function worded(
  text: ReturnType<typeof useText>,
  params: InventoryRow['notes'][number]['params'],
): InventoryRow['notes'][number]['params'] {
  const field = InventoryField.safeParse(params['field']).data;
  return field ? { ...params, field: text(`asset.${field}`) } : params;
}
