import { randomUUID } from 'node:crypto';

import type { AssetState, Certainty, FactField } from '@busbar/contract';
import { sql } from 'kysely';

import { insertMany } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { holding, saidAddresses } from './holding-facts.ts';
import { insertSettled, settle } from './plant-learning.ts';
import { type FactRow, factsOf, findAssets, groupsOf } from './plant-store.ts';

// What tables of devices say of the plant. It is kept beside what captures and people say, with the table and its row.

/** A device that a table speaks of, as it is before the table is taken. */
export interface Acquainted {
  readonly id: string;
  readonly state: AssetState;
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly facts: readonly FactRow[];
}

export interface TableFact {
  readonly field: FactField;
  readonly value: string;
  readonly certainty: Certainty;
}

export interface TableRow {
  readonly row: number;
  /** Null for a device that nobody knew. */
  readonly asset: string | null;
  readonly accepted: boolean;
  readonly facts: readonly TableFact[];
}

export async function knownOf(tx: Db, ids: readonly string[]): Promise<Map<string, Acquainted>> {
  if (ids.length === 0) return new Map();
  const groups = await groupsOf(tx, ids);
  const facts = Map.groupBy(await factsOf(tx, [...groups.values()].flat()), ({ asset_id }) => asset_id);
  return new Map(
    [...(await findAssets(tx, ids))].map(([asked, { id, state, addresses, macs }]) => {
      const parts = groups.get(id) ?? [];
      return [
        asked,
        { id: asked, state, addresses, macs, facts: parts.flatMap((part) => facts.get(part) ?? []) },
      ];
    }),
  );
}

/**
 * What a table would change of a device: what it says that no table said last, what holds afterwards that did not hold
 * before, and what does not come to hold because a person said otherwise.
 */
export function after(known: Acquainted, facts: readonly TableFact[], at: Date) {
  const news = facts.filter(({ field, value }) =>
    isAddress(field)
      ? !sameSet(
          saidAddresses(
            known.facts.filter(({ source }) => source === 'import'),
            field,
          ).values,
          facts.filter((fact) => fact.field === field).map((fact) => fact.value),
        )
      : lastOf(known.facts, field)?.value !== value,
  );
  const before = holding(known.facts);
  const all = [
    ...known.facts,
    ...news.map((fact) => ({ ...fact, source: 'import' as const, rank: 0, at, seen: at })),
  ];
  const then = holding(all);
  const changes = facts.flatMap(({ field, value }): Change[] => {
    if (isAddress(field))
      return (field === 'mac' ? known.macs : known.addresses).includes(value) ||
        !saidAddresses(all, field).values.includes(value)
        ? []
        : [{ field, from: null, to: value }];
    const [from, to] = [before.get(field)?.value || null, then.get(field)?.value ?? ''];
    return to === value && from !== to ? [{ field, from, to }] : [];
  });
  const beaten = facts.flatMap(({ field, value }): { field: FactField; value: string }[] => {
    if (isAddress(field)) {
      const { values, after: said } = saidAddresses(all, field);
      return said && !values.includes(value) ? [{ field, value: values.join(', ') }] : [];
    }
    const held = then.get(field);
    return held?.source === 'person' && held.value !== value ? [{ field, value: held.value }] : [];
  });
  return { news, changes, beaten };
}

export interface Change {
  readonly field: FactField;
  readonly from: string | null;
  readonly to: string;
}

function isAddress(field: FactField): field is 'address' | 'mac' {
  return field === 'address' || field === 'mac';
}

function lastOf(facts: readonly FactRow[], field: FactField): FactRow | undefined {
  return facts
    .filter((fact) => fact.source === 'import' && fact.field === field)
    .reduce<FactRow | undefined>((last, fact) => (last && last.seen >= fact.seen ? last : fact), undefined);
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value) => other.includes(value));
}

interface ToldTable {
  readonly owner: string;
  readonly site: string;
  readonly inventory: string;
  readonly at: Date;
  readonly rows: readonly TableRow[];
}

const BATCH = 1000;

/**
 * Writes what the rows of a table say. Gives back the device of each row, and which of all were touched.
 * @param reached told after some rows each; what it throws ends the work
 */
export async function tellTable(
  tx: Db,
  table: ToldTable,
  reached: (rows: number) => void = () => {},
): Promise<{ assets: Map<number, string>; touched: string[] }> {
  const assets = new Map(table.rows.map(({ row, asset }) => [row, asset ?? randomUUID()]));
  const touched: string[] = [];
  for (let from = 0; from < table.rows.length; from += BATCH) {
    reached(from);
    touched.push(...(await tellRows(tx, table, table.rows.slice(from, from + BATCH), assets)));
  }
  return { assets, touched };
}

async function tellRows(
  tx: Db,
  { owner, site, inventory, at }: ToldTable,
  rows: readonly TableRow[],
  assets: ReadonlyMap<number, string>,
): Promise<string[]> {
  const told = ({ facts }: TableRow) =>
    facts.map((fact, rank) => ({ ...fact, source: 'import' as const, rank, at, seen: at }));
  const fresh = rows.filter(({ asset }) => asset === null);
  await insertSettled(
    tx,
    fresh.map((row) => ({
      id: assets.get(row.row)!,
      owner_id: owner,
      site_id: site,
      state: 'accepted',
      given_address: null,
      facts: told(row),
      sightings: [],
    })),
  );
  await setStates(
    tx,
    rows.flatMap(({ accepted, asset }) => (accepted && asset ? [asset] : [])),
    'accepted',
  );
  await insertMany(
    tx,
    'asset_fact',
    rows.flatMap((row) =>
      told(row).map((fact) => ({
        owner_id: owner,
        asset_id: assets.get(row.row)!,
        ...fact,
        inventory_id: inventory,
        inventory_row: row.row,
      })),
    ),
  );
  const changed = rows.filter(
    ({ asset, accepted, facts }) => asset !== null && (accepted || facts.length > 0),
  );
  const settled = await settle(
    tx,
    changed.map(({ row }) => assets.get(row)!),
  );
  return [...fresh.map(({ row }) => assets.get(row)!), ...settled];
}

/** What stands in the way of taking a table back: names of devices, at most five each. */
export async function builtUpon(
  tx: Db,
  inventory: string,
  created: readonly string[],
): Promise<{ said: string[]; later: string[] }> {
  const said = await sql<{ name: string }>`
    select a.name from asset a where a.id = any(${created}::uuid[])
      and exists (select from asset_fact f where f.asset_id = a.id and f.source = 'person')
    order by a.name limit 5`.execute(tx);
  const later = await sql<{ name: string }>`
    select distinct i.name from asset_fact mine
    join asset_fact f on f.asset_id = mine.asset_id and f.inventory_id <> mine.inventory_id and f.seen > mine.seen
    join inventory i on i.id = f.inventory_id
    where mine.inventory_id = ${inventory} limit 5`.execute(tx);
  return { said: said.rows.map(({ name }) => name), later: later.rows.map(({ name }) => name) };
}

/** Takes back what a table said. Devices that only it knew are gone; what it had accepted waits again. */
export async function forgetTable(
  tx: Db,
  inventory: string,
  { created, accepted }: { created: readonly string[]; accepted: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql<{ asset_id: string }>`
    with gone as (delete from asset_fact where inventory_id = ${inventory} returning asset_id)
    select distinct asset_id from gone`.execute(tx);
  await setStates(tx, [...created, ...accepted], 'proposed');
  return settle(tx, [...new Set([...rows.map(({ asset_id }) => asset_id), ...created, ...accepted])]);
}

async function setStates(tx: Db, ids: readonly string[], state: AssetState): Promise<void> {
  if (ids.length === 0) return;
  await sql`update asset set state_before = ${state} where id = any(${ids}::uuid[]) and state = 'merged'`.execute(
    tx,
  );
  await sql`update asset set state = ${state}
    where id = any(${ids}::uuid[]) and state not in ('dismissed', 'merged')`.execute(tx);
}
