import type { Scope, Tlp } from '@busbar/contract';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import { unless } from '../../platform/unless.ts';
import { derivationRules } from './comparison.ts';
import { widen } from './claim-store.ts';

export interface DerivationRow {
  owner_id: string;
  rules: number;
  reading: number | null;
  stage: 'advisories' | 'records';
  after_id: string | null;
  done: number;
}

declare module '../../platform/database.ts' {
  interface Tables {
    claim_document: {
      owner_id: string;
      document_id: string;
      rules: number;
      ways: string[];
      withdrawn_at: Date | null;
    };
    claim_derivation: DerivationRow;
  }
}

/** Stands among the ways for what somebody brought by hand; no source has this id. */
const byHand = '00000000-0000-0000-0000-000000000000';
const idOf = (way: string | null) => way ?? byHand;

/** These documents are read by the rules of today, and came by these ways besides those known. */
export async function keepDocuments(
  tx: Db,
  owner: string,
  documents: readonly { readonly id: string; readonly ways: readonly (string | null)[] }[],
): Promise<void> {
  const pairs = documents.flatMap(({ id, ways }) => ways.map((way) => ({ id, way: idOf(way) })));
  await sql`insert into claim_document (owner_id, document_id, rules, ways)
    select ${owner}, id, ${derivationRules}, array_agg(distinct way)
    from unnest(${pairs.map(({ id }) => id)}::uuid[], ${pairs.map(({ way }) => way)}::uuid[]) as n (id, way) group by id
    on conflict (owner_id, document_id) do update set rules = excluded.rules, withdrawn_at = null,
      ways = array(select distinct unnest(claim_document.ways || excluded.ways))`.execute(tx);
}

/** What was withdrawn stays so, whatever the rules. */
export async function documentsBehind(tx: Db, owner: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${[...ids]}::uuid[]) as n (id) where not exists (
      select from claim_document d where d.owner_id = ${owner} and d.document_id = n.id
        and (d.rules >= ${derivationRules} or d.withdrawn_at is not null))`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

export async function cameBack(
  tx: Db,
  { organisation: owner }: Actor,
  ids: readonly string[],
  way: string | null,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string; back: boolean }>`
    with was as (
      select document_id, withdrawn_at from claim_document
      where owner_id = ${owner} and document_id = any (${[...ids]}::uuid[]) and not ways @> array[${idOf(way)}::uuid]
      for update
    )
    update claim_document d set ways = array_append(d.ways, ${idOf(way)}::uuid), withdrawn_at = null
    from was where d.owner_id = ${owner} and d.document_id = was.document_id
    returning d.document_id as id, was.withdrawn_at is not null as back`.execute(tx);
  return rows.flatMap(({ id, back }) => (back ? [id] : []));
}

/**
 * What came by this way and is no document goes as far as the way now may, and so does what it said before.
 * @returns the vulnerabilities of which it speaks
 */
export async function relabelWay(
  tx: Db,
  owner: string,
  way: string,
  { label, scope }: { readonly label: Tlp; readonly scope: Scope },
): Promise<string[]> {
  const { rows } = await sql<{ id: string; vulnerability: string }>`
    update vulnerability_source s set label = ${label}::tlp, scope = ${scope}::scope from claim_document d
    where d.owner_id = ${owner} and d.ways @> array[${way}::uuid]
      and s.owner_id = d.owner_id and s.document_id = d.document_id and s.kind = 'record'
    returning s.id, s.vulnerability_id as vulnerability`.execute(tx);
  await sql`update claim set label = ${label}::tlp, scope = ${scope}::scope
    where source_id = any (${rows.map(({ id }) => id)}::uuid[])`.execute(tx);
  return [...new Set(rows.map(({ vulnerability }) => vulnerability))];
}

export async function countOfWay(tx: Db, owner: string, way: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from claim_document where owner_id = ${owner} and ways @> array[${way}::uuid]`.execute(
    tx,
  );
  return rows[0]!.count;
}

/** Closes a way for some more of its documents. Those in `left` have no other. */
export async function closeWay(
  tx: Db,
  owner: string,
  way: string,
  most: number,
): Promise<{ closed: number; left: string[] }> {
  const { rows } = await sql<{ id: string; left: boolean }>`
    update claim_document d set ways = array_remove(d.ways, ${way}::uuid),
      withdrawn_at = case when d.ways <@ array[${way}::uuid] then clock_timestamp() end
    from (select document_id from claim_document where owner_id = ${owner} and ways @> array[${way}::uuid]
      order by document_id limit ${most} for update) picked
    where d.owner_id = ${owner} and d.document_id = picked.document_id
    returning d.document_id as id, d.withdrawn_at is not null as left`.execute(tx);
  return { closed: rows.length, left: rows.flatMap(({ id, left }) => (left ? [id] : [])) };
}

/** What these documents say counts no more from now on. Gives back which vulnerabilities that concerns. */
export async function withdraw(tx: Db, documents: readonly string[]): Promise<string[]> {
  if (documents.length === 0) return [];
  const { rows } = await sql<{ id: string; vulnerability_id: string }>`
    update vulnerability_source set removed_at = clock_timestamp(), ended_at = coalesce(ended_at, clock_timestamp())
    where document_id = any (${[...documents]}::uuid[]) and not attached
    returning id, vulnerability_id`.execute(tx);
  await sql`update claim set superseded_at = clock_timestamp(), superseded_by = '', superseded_why = 'removed'
    where source_id = any (${rows.map(({ id }) => id)}::uuid[]) and superseded_at is null`.execute(tx);
  const concerned = [...new Set(rows.map((row) => row.vulnerability_id))];
  await widen(tx, concerned);
  return concerned;
}

/**
 * Deletes what withdrawn documents once said, but for vulnerabilities of which the CERT has a verdict: what it weighed
 * stays to be seen. All of those: were only what a verdict rests on spared, it would tell what a hidden one rests on.
 */
export async function forget(tx: Db, documents: readonly string[]): Promise<void> {
  if (documents.length === 0) return;
  // The key of a verdict that is for others than the actor.
  if (await unless(tx, 'foreignKey', () => deleteSaid(tx, documents).then(() => true))) return;
  const half = documents.length >> 1;
  if (half === 0) return;
  await forget(tx, documents.slice(0, half));
  await forget(tx, documents.slice(half));
}

async function deleteSaid(tx: Db, documents: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select s.id from vulnerability_source s where s.document_id = any (${[...documents]}::uuid[]) and s.removed_at is not null
      and not exists (select from verdict v where v.vulnerability_id = s.vulnerability_id)`.execute(tx);
  const ids = rows.map(({ id }) => id);
  await sql`update claim set superseded_why = 'removed' where source_id = any (${ids}::uuid[])`.execute(tx);
  await sql`delete from claim where source_id = any (${ids}::uuid[])`.execute(tx);
  await sql`delete from vulnerability_source where id = any (${ids}::uuid[])`.execute(tx);
}

/** Held to the end of the transaction. */
export async function derivationOf(tx: Db, owner: string): Promise<DerivationRow> {
  await tx
    .insertInto('claim_derivation')
    .values({ owner_id: owner, rules: 0, reading: null, stage: 'advisories', after_id: null, done: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return tx
    .selectFrom('claim_derivation')
    .selectAll()
    .where('owner_id', '=', owner)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export async function setDerivation(
  tx: Db,
  owner: string,
  changes: Partial<Omit<DerivationRow, 'owner_id'>>,
): Promise<void> {
  await tx.updateTable('claim_derivation').set(changes).where('owner_id', '=', owner).execute();
}

export async function vulnerabilitiesAfter(
  tx: Db,
  owner: string,
  after: string | null,
  most: number,
): Promise<{ id: string; ref: string }[]> {
  const { rows } = await sql<{ id: string; ref: string }>`
    select id, ref from vulnerability where owner_id = ${owner} ${after === null ? sql`` : sql`and id > ${after}::uuid`}
    order by id limit ${most}`.execute(tx);
  return rows;
}

/** The people of a CERT who work on what documents say; some documents are for one of them only. */
export async function readersOf(tx: Db): Promise<string[]> {
  const { rows } = await sql<{ person: string }>`
    select distinct person_id as person from membership where organisation_id = actor_organisation() and until is null
      and roles && array['ANA', 'LEAD']::role_code[] order by person_id`.execute(tx);
  return rows.map(({ person }) => person);
}
