import {
  csvLine,
  done,
  type FileAnswer,
  type Inventory,
  type InventoryChoice,
  type InventoryReading,
  type InventoryRow,
  type Paging,
  RowOutcome,
  type Told,
} from '@busbar/contract';

import { entriesOf, type Entry, readingOf, type Table } from '@busbar/csaf';

import { record } from '../../platform/audit.ts';
import type { Actor } from '../../platform/actor.ts';
import type { Blobs } from '../../platform/blobs.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { cancelJobsOf, type Jobs, lastJobs, type NewJob, type Worker } from '../../platform/jobs.ts';
import { line } from '../../platform/plain-text.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import type { Completed, Evidence, Uploads } from '../../platform/uploads.ts';
import { version } from '../../platform/version.ts';
import type { PlantService } from '../plant/plant-service.ts';
import type { ZoneService } from '../plant/zone-service.ts';
import { cycloneDxOf } from './cyclonedx.ts';
import { cellOf, columns, type Exported } from './exported.ts';
import { type Planned, planOf, type Stands } from './inventory-plan.ts';
import {
  countNew,
  type KnownSite,
  mostPlaces,
  newPlaces,
  placesOf,
  type TableSite,
} from './inventory-places.ts';
import {
  chosenBefore,
  deleteInventory,
  didTo,
  findInventory,
  insertInventory,
  isKnown,
  type InventoryRecord,
  listInventories,
  listRows,
  lockInventory,
  placedByTables,
  placingsOf,
  replaceRows,
  setInventory,
  sitesToHold,
} from './inventory-store.ts';
import { readTableApart, tooMuch } from './table-apart.ts';
import { mostBytes } from './table.ts';

interface Parts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly plant: PlantService;
  readonly zones: Pick<ZoneService, 'bySite' | 'placementOf' | 'make' | 'move' | 'drop'>;
  /** How many warnings of these devices a person has decided on. */
  readonly decided: (tx: Db, assets: readonly string[]) => Promise<number>;
  readonly onError: (error: unknown) => void;
}

interface BySite {
  readonly site?: string | undefined;
}

/** Told after some rows each; throws when somebody has cancelled. */
type Reached = (of: 'plan' | 'take', rows: number) => void;

/** What a job is to do with an inventory. Reading stores nothing in the plant. */
type Step = 'read' | 'import' | 'undo';

const mostExported = 200_000;

export type InventoryService = ReturnType<typeof inventoryService>;

/** Tables of devices come in and go out. */
export function inventoryService({ database, jobs, uploads, blobs, plant, zones, decided, onError }: Parts) {
  return {
    async list({ tx, actor, query }: Ask<unknown, Paging>) {
      const rows = await listInventories(tx, query);
      return {
        items: await shown(tx, rows),
        next: rows.length === query.limit ? rows.at(-1)!.id : null,
        visibility: await plant.visibility(tx, actor),
      };
    },

    async begin({
      tx,
      actor,
      body,
      trail,
    }: Ask<unknown, unknown, { name: string; size: number; site?: string | undefined }>) {
      if (body.size > mostBytes) throw tooMuch();
      const site = await plant.siteFor(tx, actor, body.site);
      const id = crypto.randomUUID();
      const name = line(body.name, 200);
      const upload = await uploads.announce(tx, actor, {
        purpose: 'inventory',
        subject: { id, name },
        size: body.size,
      });
      const row = await insertInventory(tx, {
        id,
        owner_id: actor.organisation!,
        site_id: site.id,
        evidence_id: upload.id,
        name,
        person_id: actor.person,
      });
      trail.on({ ...traceOf(row), details: { size: body.size } });
      return { inventory: (await shown(tx, [row]))[0]!, upload: upload.address };
    },

    async get({ tx, actor, params, trail }: Ask<{ id: string }>) {
      const row = (await findInventory(tx, params.id)) ?? missing();
      trail.on(traceOf(row));
      const [inventory] = await shown(tx, [row]);
      return {
        ...inventory!,
        reading: row.reading,
        places: row.choice.places ?? false,
        visibility: await plant.visibility(tx, actor),
      };
    },

    async rows({
      tx,
      params,
      query,
      trail,
    }: Ask<
      { id: string },
      Paging & { outcome?: RowOutcome | undefined; noted?: 'true' | 'false' | undefined }
    >) {
      const row = (await findInventory(tx, params.id)) ?? missing();
      trail.on(traceOf(row));
      const { rows, ...rest } = await listRows(tx, row.id, query);
      const assets = await plant.assetsById(
        tx,
        rows.flatMap(({ asset_id }) => asset_id ?? []),
      );
      return {
        ...rest,
        items: rows.map(({ row, outcome, says, changes, notes, asset_id }): InventoryRow => {
          const asset = asset_id ? assets.get(asset_id) : undefined;
          return {
            row,
            outcome,
            says,
            changes,
            notes,
            asset: asset ? { id: asset.id, name: asset.name } : null,
          };
        }),
      };
    },

    async choose({
      tx,
      actor,
      params,
      body,
      trail,
      afterCommit,
    }: Ask<{ id: string }, unknown, InventoryChoice>) {
      const row = await waiting(tx, params.id);
      if (row.state !== 'read' && row.state !== 'undone') throw notNow(row);
      // What was agreed on before stays: rows that show the right name are not asked about again.
      const names = [...(row.choice.names ?? []), ...(body.names ?? [])].slice(-200);
      const alike = [...(row.choice.alike ?? []), ...(body.alike ?? [])].slice(-200);
      await setInventory(tx, row.id, { choice: { ...body, names, alike } });
      trail.on(traceOf(row));
      afterCommit(() => jobs.wake());
      return jobs.enqueue(tx, actor, work(row, 'read'));
    },

    async confirm({ tx, actor, params, trail, afterCommit }: Ask<{ id: string }>) {
      const row = await waiting(tx, params.id);
      if (row.state !== 'read' && row.state !== 'undone') throw notNow(row);
      trail.on(traceOf(row));
      afterCommit(() => jobs.wake());
      return jobs.enqueue(tx, actor, work(row, 'import'));
    },

    async undo({ tx, actor, params, trail, afterCommit }: Ask<{ id: string }>) {
      const row = await waiting(tx, params.id);
      if (row.state !== 'imported') throw notNow(row);
      await refuseWhatIsBuiltUpon(tx, row);
      trail.on(traceOf(row));
      afterCommit(() => jobs.wake());
      return jobs.enqueue(tx, actor, work(row, 'undo'));
    },

    async remove({ tx, params, trail, afterCommit }: Ask<{ id: string }>) {
      const row = (await lockInventory(tx, params.id)) ?? missing();
      if (row.state === 'imported')
        throw conflict(
          'inventory-imported',
          'What this table says is in the plant, and the table is its source. Undo the import first',
        );
      await cancelJobsOf(tx, row.id);
      await deleteInventory(tx, row.id);
      const evidence = await uploads.remove(tx, row.evidence_id);
      trail.on(traceOf(row));
      afterCommit(() => void tidy(evidence).catch(onError));
      return done;
    },

    async exportCsv(ask: Ask<unknown, BySite>): Promise<FileAnswer> {
      const lines = (await leaving(ask, 'csv')).map((asset) =>
        csvLine(columns.map((column) => cellOf(asset, column))),
      );
      // Spreadsheets take a table without the mark for one in the code page of their country.
      return {
        name: 'plant.csv',
        type: 'text/csv; charset=utf-8',
        content: `\ufeff${csvLine(columns)}${lines.join('')}`,
      };
    },

    async exportJson(ask: Ask<unknown, BySite>): Promise<FileAnswer> {
      const assets = await leaving(ask, 'json');
      return {
        name: 'plant.json',
        type: 'application/json',
        content: JSON.stringify({ exportedAt: new Date().toISOString(), assets }, null, 1),
      };
    },

    async exportCycloneDx(ask: Ask<unknown, BySite>): Promise<FileAnswer> {
      const assets = await leaving(ask, 'cyclonedx');
      return {
        name: 'plant.cdx.json',
        type: 'application/vnd.cyclonedx+json',
        content: JSON.stringify(cycloneDxOf(assets, new Date(), { name: 'Busbar', version }), null, 1),
      };
    },

    /** Has a site been brought a table of this name? */
    known: isKnown,

    /** A table has arrived whole: it is read. */
    completed: (async (_tx, _actor, { subject }) => work(subject, 'read')) satisfies Completed,

    /** What a job of kind import-inventory does. */
    work: (async ({ job, actor, signal, progress }) => {
      const step = job.payload['step'] as Step;
      if (step === 'undo') {
        progress(undoing, 0, null);
        return (tx) => undone(tx, actor, job.subject);
      }
      const { row, bytes } = await database.as(actor, async (tx) => {
        const row = (await findInventory(tx, job.subject)) ?? missing();
        return { row, bytes: await uploads.open(tx, row.evidence_id) };
      });
      progress(reading, 0, null);
      const table = await readTableApart(bytes.read(), row.choice, signal);
      const { reading: understood, choice } = await database.as(actor, (tx) => asBefore(tx, row, table));
      const entries = await entriesOf(table, understood, choice.names);
      return (tx) =>
        (step === 'read' ? show : take)(
          tx,
          actor,
          { id: row.id, choice },
          understood,
          entries,
          (of, done) => {
            signal.throwIfAborted();
            progress(of === 'plan' ? comparing : storing, done, understood.rows);
          },
        );
    }) satisfies Worker,
  };

  /** The devices that go out, which leaves a line in the ledger. */
  async function leaving(
    { tx, actor, query, trail }: Ask<unknown, BySite>,
    as: 'csv' | 'json' | 'cyclonedx',
  ): Promise<Exported[]> {
    const assets = await plant.all(tx, { site: query.site, most: mostExported });
    const described = await plant.described(tx, query.site);
    trail.on({ kind: 'plant', owner: actor.organisation, details: { export: as, devices: assets.length } });
    return assets.map((asset) => ({
      ...asset,
      location: described.get(asset.id)?.get('location')?.value || null,
      description: described.get(asset.id)?.get('description')?.value || null,
    }));
  }

  /** What was chosen for this table; where nothing was, what somebody of the organisation chose for its like. */
  async function asBefore(tx: Db, row: InventoryRecord, table: Table): Promise<Understood> {
    const guessed = readingOf(table, row.choice);
    if (row.choice.columns || row.choice.headerRow !== undefined)
      return { reading: guessed, choice: row.choice };
    const before = (await chosenBefore(tx, row)).find(({ reading }) => hasTitles(table, reading));
    if (!before) return { reading: guessed, choice: row.choice };
    const by = (await plant.people(tx, [before.person_id])).get(before.person_id ?? '') ?? '';
    const { columns, names, places, alike } = before.choice;
    const { headerRow } = before.reading!;
    const choice = {
      ...row.choice,
      headerRow,
      columns,
      ...(names && { names }),
      ...(places && { places }),
      ...(alike && { alike }),
    };
    const meant = readingOf(table, choice);
    return {
      reading: { ...meant, notes: [...meant.notes, columnsAsBefore(by, before.name)] },
      choice,
    };
  }

  async function show(
    tx: Db,
    _actor: Actor,
    { id, choice }: Pick<InventoryRecord, 'id' | 'choice'>,
    reading: InventoryReading,
    entries: readonly Entry[],
    reached: Reached,
  ): Promise<void> {
    const row = (await lockInventory(tx, id)) ?? missing();
    if (row.state === 'imported') throw notNow(row);
    const known = await sitesOf(tx);
    const places = placesOf(entries, row.site_id, known, choice.alike);
    const isTooMany = countNew(places) > mostPlaces;
    const planned = await planOf(
      tx,
      plant,
      {
        site: row.site_id,
        entries,
        at: new Date(),
        places: choice.places && !isTooMany ? places : undefined,
        standing: (assets) => standing(tx, assets),
      },
      (done) => reached('plan', done),
    );
    await replaceRows(tx, row, planned);
    // What was offered is what is taken, whatever somebody chooses for another table meanwhile.
    await setInventory(tx, id, {
      state: 'read',
      choice: isTooMany ? { ...choice, places: false } : choice,
      reading: {
        ...reading,
        ...(isTooMany ? { notes: [...reading.notes, tooManyPlaces] } : { places: newPlaces(places, known) }),
      },
      counts: countsOf(planned),
    });
  }

  /** The plant may have changed since it was shown; what became of each row is written anew. All of it or nothing. */
  async function take(
    tx: Db,
    actor: Actor,
    { id, choice }: Pick<InventoryRecord, 'id' | 'choice'>,
    reading: InventoryReading,
    entries: readonly Entry[],
    reached: Reached,
  ): Promise<void> {
    const row = (await lockInventory(tx, id)) ?? missing();
    if (row.state === 'imported') throw notNow(row);
    const { places, madeSites } = await held(tx, row, entries, choice);
    const at = new Date();
    const planned = await planOf(
      tx,
      plant,
      {
        site: row.site_id,
        entries,
        at,
        places: choice.places ? places : undefined,
        standing: (assets) => standing(tx, assets),
      },
      (done) => reached('plan', done),
    );
    const byRow = new Map(planned.map((one) => [one.row, one]));
    const assets = new Map<number, string>();
    let told = 0;
    for (const place of places) {
      const rows = place.entries.flatMap((entry) => {
        const one = byRow.get(entry.row);
        return one && one.outcome !== 'left' ? [one] : [];
      });
      const table = { owner: row.owner_id, site: place.id!, inventory: id, at, rows };
      for (const [number, asset] of await plant.tellTable(tx, table, (some) => reached('take', told + some)))
        assets.set(number, asset);
      told += rows.length;
    }
    const { madeZones, placed } = await put(tx, actor, row, places, planned, assets);
    await replaceRows(tx, row, planned, assets, placed);
    const counts = countsOf(planned);
    const made = { sites: madeSites, zones: madeZones };
    await setInventory(tx, id, { state: 'imported', reading, counts, importedAt: at, made });
    await record(tx, 'inventory imported', {
      ...traceOf(row),
      details: { ...counts, sites: madeSites.length, zones: madeZones.length },
    });
  }

  /** Where the rows are taken to: nobody changes those sites until it is done. Those that are not there are made. */
  async function held(
    tx: Db,
    row: InventoryRecord,
    entries: readonly Entry[],
    choice: InventoryChoice,
  ): Promise<{ places: TableSite[]; madeSites: string[] }> {
    if (!choice.places) {
      await plant.holdSite(tx, row.site_id);
      return {
        places: [{ id: row.site_id, name: '', entries: [...entries], zones: new Map() }],
        madeSites: [],
      };
    }
    const taken = entries.filter(({ isLeft }) => !isLeft);
    const madeSites: string[] = [];
    for (const place of placesOf(taken, row.site_id, await sitesOf(tx), choice.alike)) {
      if (place.id !== undefined) continue;
      const { id, made } = await plant.makeSite(tx, row.owner_id, place.name);
      if (made) madeSites.push(id);
    }
    const there = placesOf(taken, row.site_id, await sitesOf(tx), choice.alike);
    // Two tables at once hold sites in one order.
    for (const id of there.map((place) => place.id!).toSorted()) await plant.holdSite(tx, id);
    return { places: placesOf(taken, row.site_id, await sitesOf(tx), choice.alike), madeSites };
  }

  /** Makes the zones that rows name, and places their devices. */
  async function put(
    tx: Db,
    actor: Actor,
    row: InventoryRecord,
    places: readonly TableSite[],
    planned: readonly Planned[],
    assets: ReadonlyMap<number, string>,
  ): Promise<{ madeZones: string[]; placed: Map<number, string> }> {
    const wanted = new Map(planned.flatMap((one) => (one.zone ? [[one.row, one.zone] as const] : [])));
    const placed = new Map<number, string>();
    const madeZones: string[] = [];
    for (const place of places)
      for (const zone of place.zones.values()) {
        const rows = zone.rows.filter((number) => wanted.has(number));
        if (rows.length === 0) continue;
        let { id } = zone;
        if (id === undefined) madeZones.push((id = await zones.make(tx, row.owner_id, place.id!, zone.name)));
        for (const number of rows) placed.set(number, id);
      }
    await zones.move(
      tx,
      actor,
      [...placed].flatMap(([number, zone]) => {
        const asset = assets.get(number);
        return asset === undefined ? [] : [{ asset, zone }];
      }),
    );
    return { madeZones, placed };
  }

  async function sitesOf(tx: Db): Promise<KnownSite[]> {
    const known = await zones.bySite(tx);
    return Array.from(await plant.siteNames(tx), ([id, name]) => ({ id, name, zones: known.get(id) ?? [] }));
  }

  async function standing(tx: Db, assets: readonly string[]): Promise<Map<string, Stands>> {
    const byTables = await placedByTables(tx, assets);
    return new Map(
      Array.from(await zones.placementOf(tx, assets), ([asset, placement]) => [
        asset,
        { ...placement, byTable: byTables.get(asset)?.has(placement.zone ?? '') ?? false },
      ]),
    );
  }

  async function undone(tx: Db, actor: Actor, id: string): Promise<void> {
    const row = (await lockInventory(tx, id)) ?? missing();
    if (row.state !== 'imported') throw notNow(row);
    // Every site that it wrote to, in the order in which a table that comes in holds them.
    for (const site of await sitesToHold(tx, row)) await plant.holdSite(tx, site);
    await refuseWhatIsBuiltUpon(tx, row);
    const did = await didTo(tx, id);
    // What people have moved since stays where they put it.
    const placings = await placingsOf(tx, id);
    const there = new Set([...(await zones.bySite(tx)).values()].flat().map((zone) => zone.id));
    await zones.move(
      tx,
      actor,
      placings.map(({ asset, zone, before }) => ({
        asset,
        from: zone,
        zone: before !== null && there.has(before) ? before : null,
      })),
    );
    await plant.forgetTable(tx, id, did);
    await zones.drop(tx, row.made.zones);
    for (const site of row.made.sites) await plant.dropSite(tx, site);
    await setInventory(tx, id, { state: 'undone', importedAt: null, made: { sites: [], zones: [] } });
    await record(tx, 'inventory undone', { ...traceOf(row), details: { created: did.created.length } });
  }

  async function refuseWhatIsBuiltUpon(tx: Db, row: InventoryRecord): Promise<void> {
    const { created } = await didTo(tx, row.id);
    const { said, later } = await plant.builtUpon(tx, row.id, created);
    if (later.length > 0)
      throw conflict('inventory-followed', `Undo what came after it first: ${later.join(', ')}`, {
        names: later.join(', '),
      });
    if (said.length > 0)
      throw conflict(
        'inventory-built-upon',
        `People have said more of its devices since (${said.join(', ')}). Dismiss what is wrong instead`,
        { names: said.join(', ') },
      );
    const count = await decided(tx, created);
    if (count > 0)
      throw conflict(
        'inventory-decided-upon',
        `${count} warnings of its devices have been decided on. Dismiss what is wrong instead`,
        { count },
      );
  }

  /** Locked, and nothing works on it. */
  async function waiting(tx: Db, id: string): Promise<InventoryRecord> {
    const row = (await lockInventory(tx, id)) ?? missing();
    const job = (await lastJobs(tx, [id])).get(id);
    if (job && ['queued', 'running'].includes(job.state))
      throw conflict('inventory-busy', 'This table is being worked on; wait for it, or cancel that job');
    return row;
  }

  async function shown(tx: Db, rows: readonly InventoryRecord[]): Promise<Inventory[]> {
    const sites = await plant.siteNames(tx);
    const last = await lastJobs(
      tx,
      rows.map(({ id }) => id),
    );
    const people = await plant.people(
      tx,
      rows.map(({ person_id }) => person_id),
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      site: { id: row.site_id, name: sites.get(row.site_id) ?? '' },
      state: row.state,
      job: last.get(row.id) ?? null,
      by: people.get(row.person_id ?? '') ?? '',
      at: row.created_at.toISOString(),
      importedAt: row.imported_at?.toISOString() ?? null,
      counts: row.counts,
    }));
  }

  async function tidy(evidence: Evidence | undefined): Promise<void> {
    if (evidence) await uploads.forget(evidence);
    await blobs.sweep();
  }
}

interface Understood {
  readonly reading: InventoryReading;
  readonly choice: InventoryChoice;
}

const columnsAsBefore = (by: string, name: string): Told => ({
  code: 'columns-as-before',
  params: { by, name },
  text: `The columns mean what ${by} chose for ${name}, a table with the same titles. Change what is otherwise in this one`,
});

/** Whether the row of titles of another table stands in the same place of this one. */
function hasTitles({ rows }: Table, other: InventoryReading | null): boolean {
  const row = other && rows.find(({ row: number }) => number === other.headerRow);
  const words = (cells: readonly string[]) => JSON.stringify(cells).replace(/(?:,"")*\]$/, '');
  return Boolean(row) && words(row!.cells) === words(other!.columns.map(({ title }) => title));
}

function work({ id, name }: { id: string; name: string }, step: Step): NewJob {
  return { kind: 'import-inventory', subject: { kind: 'inventory', id, name }, payload: { step } };
}

function countsOf(planned: readonly Planned[]): Record<RowOutcome, number> {
  const counts = { new: 0, changed: 0, known: 0, left: 0 };
  for (const { outcome } of planned) counts[outcome]++;
  return counts;
}

const tooManyPlaces: Told = {
  code: 'too-many-places',
  params: { most: mostPlaces },
  text: `The table names more than ${mostPlaces} sites and zones that are not there: is another column taken for theirs? None is made`,
};

const told = (code: string, text: string): Told => ({ code, params: {}, text });
const reading = told('reading-table', 'Reading the table');
const comparing = told('comparing-table', 'Comparing it with the plant');
const storing = told('storing-table', 'Taking it into the plant');
const undoing = told('undoing-table', 'Taking it back');

function traceOf({ id, name, owner_id }: Pick<InventoryRecord, 'id' | 'name' | 'owner_id'>) {
  return { kind: 'inventory', id, name, owner: owner_id };
}

function notNow({ state }: InventoryRecord): never {
  throw state === 'imported'
    ? conflict('inventory-imported-already', 'This table is in the plant already')
    : state === 'receiving'
      ? conflict('inventory-incomplete', 'This table has not been read yet; wait for it')
      : conflict('inventory-not-imported', 'This table is not in the plant');
}

function missing(): never {
  throw notFound('inventory');
}
