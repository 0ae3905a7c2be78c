import { isTelling } from '@busbar/csaf';
import { randomUUID } from 'node:crypto';

import { type Asset, type AssetState, type FactField, saidFields, type Told } from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { insertMany, storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { MOST_ADDRESSES, settle, together } from './plant-learning.ts';
import { findAssets, groupsOf, lockAssets } from './plant-store.ts';
import type { PlantWarnings } from './plant-warnings.ts';
import { placeAssets, placesOf } from './zone-store.ts';

// Two devices that a person says are one, and one that a person says are two.

interface MergeTable {
  id: Generated<string>;
  owner_id: string;
  kept_id: string;
  part_id: string;
  along: string[];
  kept_state: AssetState | null;
  zone_lent: boolean;
  person_id: string | null;
  at: Generated<Date>;
  undone_at: Generated<Date | null>;
  /** What the warnings want back when this is undone. */
  warnings: JSONColumnType<object | null, string | null, string | null>;
}

type MergeRow = Selectable<MergeTable>;

declare module '../../platform/database.ts' {
  interface Tables {
    asset_merge: MergeTable;
    asset_split: { owner_id: string; capture_id: string; from_id: string; to_id: string };
    asset_apart: {
      owner_id: string;
      one_id: string;
      other_id: string;
      person_id: string | null;
      at: Generated<Date>;
    };
  }
}

/**
 * Makes `other` a part of `kept`. Where they disagree, the value of the kept one holds, but of the fields in `takes` that
 * of the other; a person's word is written only where the rule would come to something else, so that what captures tell
 * later still counts.
 */
export async function merge(
  tx: Db,
  actor: Actor,
  warnings: PlantWarnings,
  { kept, other, takes }: { kept: string; other: string; takes: readonly FactField[] },
): Promise<void> {
  if (kept === other) throw malformed('same-asset', 'A device is itself; choose another');
  const locked = await lockAssets(tx, [kept, other]);
  if (locked.length < 2) throw notFound('asset');
  const assets = await findAssets(tx, [kept, other]);
  const [ours, theirs] = [assets.get(kept)!, assets.get(other)!];
  if (ours.site.id !== theirs.site.id)
    throw conflict('other-site', 'Devices of two sites are two. Correct the site of one first');
  const owner = actor.organisation!;
  const along = ((await groupsOf(tx, [other])).get(other) ?? []).filter((part) => part !== other);
  const places = new Map((await placesOf(tx, [kept, other])).map((row) => [row.id, row]));
  // Where somebody put the one counts for both, unless somebody put the other, too.
  const isLent = places.get(other)!.placed && !places.get(kept)!.placed;
  const { id } = await tx
    .insertInto('asset_merge')
    .values({
      owner_id: owner,
      kept_id: kept,
      part_id: other,
      along,
      kept_state: ours.state,
      zone_lent: isLent,
      person_id: actor.person,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await sql`update asset set merged_into = ${kept}, state_before = coalesce(state_before, state), state = 'merged'
    where id = any(${[other, ...along]}::uuid[])`.execute(tx);
  await sql`update asset set state = 'accepted' where id = ${kept}`.execute(tx);
  if (isLent) await placeAssets(tx, [kept], places.get(other)!.zone_id, true);
  await settle(tx, [kept]);

  const now = (await findAssets(tx, [kept])).get(kept)!;
  const at = new Date().toISOString();
  const words = saidFields.flatMap((field) => {
    const [mine, yours] = [said(ours, field), said(theirs, field)];
    const value = takes.includes(field) ? yours : mine;
    if (value === null || mine === null || yours === null || value === said(now, field)) return [];
    return [{ field, value }];
  });
  // Addresses that a person said of one stand over what was seen of both: now they are said of both.
  const addresses = (['address', 'mac'] as const).flatMap((field) => {
    const list = field === 'mac' ? 'macs' : 'addresses';
    const whole = [...new Set([...ours[list], ...theirs[list]])];
    const isWhole = now[list].length >= MOST_ADDRESSES || whole.every((value) => now[list].includes(value));
    return isWhole ? [] : whole.map((value) => ({ field, value }));
  });
  await insertMany(
    tx,
    'asset_fact',
    [...words, ...addresses].map(({ field, value }) => ({
      owner_id: owner,
      asset_id: kept,
      person_id: actor.person,
      merge_id: id,
      field,
      value,
      certainty: 'stated',
      source: 'person',
      at,
      seen: at,
    })),
  );
  await settle(tx, [kept]);
  const { person } = actor;
  await keepOf(tx, { id, merged: await warnings.assetsMerged(tx, actor, { id, kept, part: other, person }) });
}

async function keepOf(tx: Db, { id, merged }: { id: string; merged: object | null }): Promise<void> {
  await tx
    .updateTable('asset_merge')
    .set({ warnings: merged && storable(merged) })
    .where('id', '=', id)
    .execute();
}

/** As a value to disagree on: where nobody knows, there is none. */
function said(asset: Asset, field: (typeof saidFields)[number]): string | null {
  const value = asset[field];
  const isAddress = field === 'name' && [...asset.addresses, ...asset.macs].includes(value ?? '');
  return value === 'unknown' || isAddress ? null : value;
}

/** Brings back what a merge joined. Gives back the two devices. */
export async function unmerge(
  tx: Db,
  actor: Actor,
  warnings: PlantWarnings,
  id: string,
): Promise<{ kept: string; part: string }> {
  const row = await tx
    .selectFrom('asset_merge')
    .selectAll()
    .where('id', '=', id)
    .where('undone_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound('merge');
  const { kept_id: kept, part_id: part, along, kept_state, zone_lent } = row;
  if ((await lockAssets(tx, [kept])).length === 0)
    throw conflict('merged-on', 'This device has been merged into another since; undo that first');
  const { numUpdatedRows } = await tx
    .updateTable('asset_merge')
    .set({ undone_at: new Date() })
    .where('id', '=', id)
    .where('undone_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw notFound('merge');
  await tx.deleteFrom('asset_fact').where('merge_id', '=', id).execute();
  await sql`update asset set state = state_before, state_before = null, merged_into = null where id = ${part}`.execute(
    tx,
  );
  await sql`update asset set merged_into = ${part} where id = any(${along}::uuid[])`.execute(tx);
  // What people have said of it since stays.
  if (kept_state)
    await sql`update asset set state = ${kept_state} where id = ${kept} and state = 'accepted'`.execute(tx);
  if (zone_lent)
    await sql`update asset a set zone_id = null, placed = false from asset p
      where a.id = ${kept} and p.id = ${part} and a.zone_id is not distinct from p.zone_id`.execute(tx);
  await settle(tx, [kept, part]);
  const others = await sql<MergeRow>`
    select m.* from asset_merge m join asset a on a.id = m.part_id
    where m.kept_id = ${kept} and m.undone_at is null and a.merged_into = ${kept} order by m.at`.execute(tx);
  const toMerged = (one: MergeRow) => ({
    id: one.id,
    kept,
    part: one.part_id,
    person: one.person_id,
    merged: one.warnings,
  });
  for (const other of await warnings.assetsParted(tx, actor, toMerged(row), others.rows.map(toMerged)))
    await keepOf(tx, other);
  return { kept, part };
}

/**
 * What some sources say of a device becomes a device of its own. A capture that is read again finds it there, and the two
 * are never proposed as one.
 */
export async function split(
  tx: Db,
  actor: Actor,
  warnings: PlantWarnings,
  {
    asset,
    captures,
    inventories,
  }: { asset: string; captures: readonly string[]; inventories: readonly string[] },
): Promise<string> {
  if ((await lockAssets(tx, [asset])).length === 0) throw notFound('asset');
  const parts = (await groupsOf(tx, [asset])).get(asset)!;
  const owner = actor.organisation!;
  const made = randomUUID();
  await sql`insert into asset (id, owner_id, site_id, state)
    select ${made}, owner_id, site_id, 'accepted' from asset where id = ${asset}`.execute(tx);
  const told = await sql`update asset_fact set asset_id = ${made} where asset_id = any(${parts}::uuid[])
    and (capture_id = any(${captures}::uuid[]) or inventory_id = any(${inventories}::uuid[]))`.execute(tx);
  const seen = await tx
    .deleteFrom('asset_sighting')
    .where('asset_id', '=', sql<string>`any(${parts}::uuid[])`)
    .where('capture_id', '=', sql<string>`any(${captures}::uuid[])`)
    .returningAll()
    .execute();
  if (Number(told.numAffectedRows) + seen.length === 0)
    throw malformed('nothing-to-split', 'Choose at least one source of this device');
  const byCapture = Map.groupBy(seen, ({ capture_id }) => capture_id);
  await insertMany(
    tx,
    'asset_sighting',
    [...byCapture.values()].map((sightings) => ({ ...sightings.reduce(together), asset_id: made })),
  );
  const left = await sql`select from asset_fact where asset_id = any(${parts}::uuid[])
    union all select from asset_sighting where asset_id = any(${parts}::uuid[]) limit 1`.execute(tx);
  if (left.rows.length === 0)
    throw malformed(
      'everything-split',
      'That is all there is of this device; leave at least one source with it',
    );
  await insertMany(
    tx,
    'asset_split',
    captures.flatMap((capture_id) =>
      parts.map((from_id) => ({ owner_id: owner, capture_id, from_id, to_id: made })),
    ),
  );
  await apart(tx, actor, asset, made);
  await warnings.assetsChanged(tx, await settle(tx, [asset, made]));
  return made;
}

/** Two that look alike are two: nobody is asked again. */
export async function apart(tx: Db, actor: Actor, one: string, other: string): Promise<void> {
  const [first, second] = [one, other].toSorted() as [string, string];
  await tx
    .insertInto('asset_apart')
    .values({ owner_id: actor.organisation!, one_id: first, other_id: second, person_id: actor.person })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function mergesOf(tx: Db, asset: string) {
  return tx
    .selectFrom('asset_merge as m')
    .innerJoin('asset as a', 'a.id', 'm.part_id')
    .select(['m.id', 'a.name', 'm.person_id', 'm.at'])
    .where('m.kept_id', '=', asset)
    .where('m.undone_at', 'is', null)
    .where('a.merged_into', '=', asset)
    .orderBy('m.at', 'desc')
    .execute();
}

export interface Alike {
  readonly one: string;
  readonly other: string;
  readonly because: Told[];
}

/** Of each reason; more at once nobody looks through. */
const mostAlike = 200;

/** Pairs of devices that may be one, of the whole plant or with this device. */
export async function alike(tx: Db, asset?: string): Promise<Alike[]> {
  const parts = asset && ((await groupsOf(tx, [asset])).get(asset) ?? []);
  const among = (one: string, other: string) =>
    parts
      ? sql`${sql.ref(one)} = any(${parts}::uuid[]) and ${sql.ref(other)} <> all(${parts}::uuid[])`
      : sql`${sql.ref(one)} < ${sql.ref(other)}`;
  // Which names are there twice is counted first: of many devices, each would be held against each.
  const namesakes = parts
    ? sql`(select distinct owner_id, site_id, name_key, lower(coalesce(model, product)) as model
        from asset where id = any(${parts}::uuid[]))`
    : sql`(select owner_id, site_id, name_key, lower(coalesce(model, product)) as model from asset
        where coalesce(model, product) is not null
        group by owner_id, site_id, name_key, lower(coalesce(model, product)) having count(*) > 1 limit ${mostAlike})`;
  const { rows } = await sql<{ one: string; other: string; code: keyof typeof alikeWords; value: string }>`
    with pair (one, other, code, value) as (
      (select x.asset_id, y.asset_id, 'same-mac', x.address
       from asset_address x join asset_address y on y.owner_id = x.owner_id and y.site_id = x.site_id and y.address = x.address
       where x.address like '__:__:__:__:__:__' and ${among('x.asset_id', 'y.asset_id')} limit ${mostAlike})
      union all
      (select a.id, b.id, 'same-serial', a.serial
       from asset a join asset b on b.site_id = a.site_id and b.serial_key = a.serial_key
       where ${among('a.id', 'b.id')} limit ${mostAlike})
      union all
      (select a.id, b.id, 'same-name', a.name
       from ${namesakes} named
       join asset a on a.owner_id = named.owner_id and a.name_key = named.name_key and a.site_id = named.site_id
         and lower(coalesce(a.model, a.product)) = named.model
       join asset b on b.owner_id = named.owner_id and b.name_key = named.name_key and b.site_id = named.site_id
         and lower(coalesce(b.model, b.product)) = named.model
         and (a.serial_key = b.serial_key or a.serial_key is null or b.serial_key is null)
       where ${among('a.id', 'b.id')} limit ${mostAlike}))
    select distinct one.id as one, other.id as other, code, value
    from pair
    join asset p on p.id = pair.one join asset q on q.id = pair.other
    join asset one on one.id = coalesce(p.merged_into, p.id) join asset other on other.id = coalesce(q.merged_into, q.id)
    where one.id <> other.id and one.state <> 'dismissed' and other.state <> 'dismissed'
      and not exists (select from asset_apart
        where one_id = least(one.id, other.id) and other_id = greatest(one.id, other.id))`.execute(tx);
  const telling = rows.filter(({ code, value }) => code !== 'same-serial' || isTelling(value));
  return [...Map.groupBy(telling, ({ one, other }) => [one, other].toSorted().join(' ')).values()].map(
    (reasons) => ({
      one: reasons[0]!.one,
      other: reasons[0]!.other,
      because: [...new Map(reasons.map((reason) => [reason.code + reason.value, reason])).values()].map(
        ({ code, value }) => ({ code, params: { value }, text: alikeWords[code](value) }),
      ),
    }),
  );
}

const alikeWords = {
  'same-mac': (value: string) => `Both have the MAC address ${value}`,
  'same-serial': (value: string) => `Both have the serial number ${value}`,
  'same-name': (value: string) => `Both are called ${value} and are of the same model`,
};
