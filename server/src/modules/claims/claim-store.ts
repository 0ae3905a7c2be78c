import type {
  ClaimKind,
  PublisherKind,
  Scope,
  Severity,
  Standing,
  StatedVerification,
  Tlp,
} from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import { insertMany, storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';

interface VulnerabilityTable {
  id: Generated<string>;
  owner_id: string;
  label: Generated<Tlp>;
  scope: Generated<Scope>;
  ref: string;
  newest_at: Date;
  spoken: Generated<boolean>;
}

interface SourceTable {
  id: Generated<string>;
  owner_id: string;
  label: Tlp;
  scope: Scope;
  audience: string[];
  vulnerability_id: string;
  attached: boolean;
  kind: 'advisory' | 'record';
  document_id: string;
  publisher: string;
  publisher_kind: PublisherKind;
  tracking_id: string;
  version: string;
  title: string;
  vendors: string[];
  severity: Severity;
  score: number | null;
  exploited: boolean;
  url: string | null;
  updated_at: Date;
  retrieved_at: Generated<Date>;
  ended_at: Generated<Date | null>;
  removed_at: Generated<Date | null>;
  /** A document of the CERT itself. */
  ours: Generated<boolean>;
}

interface ClaimTable {
  id: string;
  owner_id: string;
  label: Tlp;
  scope: Scope;
  audience: string[];
  limit_label: Generated<Tlp>;
  limit_scope: Generated<Scope>;
  vulnerability_id: string;
  source_id: string | null;
  publisher: string;
  kind: ClaimKind;
  fact: string;
  value_key: string;
  aspect: string;
  subject: string;
  value: string;
  quote: Generated<string>;
  pointer: Generated<string>;
  version: Generated<string>;
  verification: Generated<StatedVerification>;
  checks: Generated<number>;
  corrects_id: Generated<string | null>;
  retrieved_at: Generated<Date>;
  superseded_at: Generated<Date | null>;
  superseded_by: Generated<string | null>;
  superseded_why: Generated<Why>;
  /** A document of the CERT itself says so; what it came to by verdicts has no source. */
  ours: Generated<boolean>;
}

/** The document says otherwise or no more; the program reads it otherwise; its source was removed. */
type Why = 'version' | 'reread' | 'removed';

declare module '../../platform/database.ts' {
  interface Tables {
    vulnerability: VulnerabilityTable;
    vulnerability_key: { owner_id: string; key: string; vulnerability_id: string };
    vulnerability_source: SourceTable;
    claim: ClaimTable;
    vulnerability_standing: {
      vulnerability_id: string;
      owner_id: string;
      disagreeing: number;
      waiting: number;
      disputed: number;
      checked: number;
    };
  }
}

export type VulnerabilityRow = Pick<Selectable<VulnerabilityTable>, 'id' | 'ref' | 'newest_at' | 'owner_id'>;
export type SourceRow = Selectable<SourceTable>;
export type ClaimRow = Selectable<ClaimTable>;
export type NewSource = Omit<SourceRow, 'ended_at' | 'removed_at' | 'retrieved_at' | 'updated_at'> & {
  updated_at: string;
  retrieved_at: string;
};
export type NewClaim = Pick<
  ClaimRow,
  | 'id'
  | 'owner_id'
  | 'label'
  | 'scope'
  | 'audience'
  | 'limit_label'
  | 'limit_scope'
  | 'vulnerability_id'
  | 'source_id'
  | 'publisher'
  | 'kind'
  | 'fact'
  | 'value_key'
  | 'aspect'
  | 'subject'
  | 'value'
  | 'quote'
  | 'pointer'
  | 'version'
  | 'ours'
> & { readonly retrieved_at: string };

/** Nobody else of this CERT writes claims until the transaction ends: two at once would each add what the other adds. */
export async function holdClaims(tx: Db, owner: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('claims ' || ${owner}, 0))`.execute(tx);
}

export async function byKeys(tx: Db, owner: string, keys: readonly string[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ key: string; vulnerability_id: string }>`
    select key, vulnerability_id from vulnerability_key where owner_id = ${owner} and key = any (${[...keys]}::text[])`.execute(
    tx,
  );
  return new Map(rows.map(({ key, vulnerability_id }) => [key, vulnerability_id]));
}

export async function addVulnerabilities(
  tx: Db,
  rows: readonly { id: string; owner_id: string; ref: string; newest_at: string; label: Tlp; scope: Scope }[],
): Promise<void> {
  await insertMany(
    tx,
    'vulnerability',
    rows.map((row) => ({ ...row, created_at: new Date().toISOString() })),
  );
}

export async function addKeys(
  tx: Db,
  rows: readonly { owner_id: string; key: string; vulnerability_id: string }[],
): Promise<void> {
  await insertMany(tx, 'vulnerability_key', rows);
}

/** What these documents were known to speak of, and said, until now. */
export async function sourcesOf(tx: Db, documents: readonly string[]): Promise<SourceRow[]> {
  return tx
    .selectFrom('vulnerability_source')
    .selectAll()
    .where('document_id', '=', sql<string>`any (${[...documents]}::uuid[])`)
    .execute();
}

export async function currentOf(tx: Db, sources: readonly string[]): Promise<ClaimRow[]> {
  if (sources.length === 0) return [];
  return tx
    .selectFrom('claim')
    .selectAll()
    .where('source_id', '=', sql<string>`any (${[...sources]}::uuid[])`)
    .where('superseded_at', 'is', null)
    .execute();
}

export async function addSources(tx: Db, rows: readonly NewSource[]): Promise<void> {
  await insertMany(tx, 'vulnerability_source', rows);
}

export async function updateSources(tx: Db, rows: readonly NewSource[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`update vulnerability_source s set label = n.label, scope = n.scope, audience = n.audience,
      publisher_kind = n.publisher_kind, version = n.version, title = n.title, vendors = n.vendors, severity = n.severity,
      score = n.score, exploited = n.exploited, url = n.url, updated_at = n.updated_at, retrieved_at = n.retrieved_at, ended_at = null,
      removed_at = null, ours = n.ours
    from jsonb_populate_recordset(null::vulnerability_source, ${storable(rows)}::jsonb) n where s.id = n.id`.execute(
    tx,
  );
}

/** Those of them that go by a number of our own and have no verdict. */
export async function namelessOf(tx: Db, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from vulnerability u where id = any (${[...ids]}::uuid[]) and ref like 'VUL-%'
      and not exists (select from verdict v where v.vulnerability_id = u.id) order by id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Everything that is said of one is said of the other from now on. */
export async function join(tx: Db, one: string, other: string): Promise<void> {
  await sql`update vulnerability_source set vulnerability_id = ${other} where vulnerability_id = ${one}`.execute(
    tx,
  );
  await sql`update claim set vulnerability_id = ${other} where vulnerability_id = ${one}`.execute(tx);
  await sql`update vulnerability_key set vulnerability_id = ${other} where vulnerability_id = ${one}`.execute(
    tx,
  );
}

export async function endSources(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`update vulnerability_source set ended_at = clock_timestamp() where id = any (${[...ids]}::uuid[])`.execute(
    tx,
  );
}

export async function addClaims(tx: Db, rows: readonly NewClaim[]): Promise<void> {
  await insertMany(
    tx,
    'claim',
    rows.map((row) => ({ ...row, verification: 'unverified', checks: 0, superseded_why: 'version' })),
  );
}

/** They stay, as what was said until now. */
export async function supersede(
  tx: Db,
  claims: readonly { readonly id: string; readonly by: string; readonly why: Why }[],
): Promise<void> {
  if (claims.length === 0) return;
  const [ids, versions, whys] = [
    claims.map(({ id }) => id),
    claims.map(({ by }) => by),
    claims.map(({ why }) => why),
  ];
  await sql`update claim c set superseded_at = clock_timestamp(), superseded_by = n.by, superseded_why = n.why
    from unnest(${ids}::uuid[], ${versions}::text[], ${whys}::text[]) as n (id, by, why) where c.id = n.id`.execute(
    tx,
  );
}

/** What a document says goes as far as its newest version goes. */
export async function relabel(
  tx: Db,
  claims: readonly Pick<ClaimRow, 'id' | 'label' | 'scope' | 'audience'>[],
): Promise<void> {
  if (claims.length === 0) return;
  await sql`update claim c set label = n.label, scope = n.scope, audience = n.audience
    from jsonb_populate_recordset(null::claim, ${storable(claims)}::jsonb) n where c.id = n.id`.execute(tx);
}

/**
 * A vulnerability is as far as the farthest of its sources, and as new as the newest of those that are as far. Where
 * none is left, it is as far as what the CERT has let go of it.
 */
export async function widen(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update vulnerability v set spoken = n.spoken, scope = case when n.open then 'public' else 'org' end::scope,
      label = case when n.open then 'CLEAR' else 'AMBER+STRICT' end::tlp,
      newest_at = coalesce(n.newest_open, n.newest, v.newest_at)
    from (
      select u.id, count(s.id) > 0 or exists (
          select from claim c where c.vulnerability_id = u.id and c.source_id is null and c.superseded_at is null) as spoken,
        coalesce(bool_or(s.scope = 'public' and s.label = 'CLEAR'), exists (
          select from claim c where c.vulnerability_id = u.id and c.source_id is null and c.superseded_at is null
            and c.scope = 'public' and c.label = 'CLEAR')) as open,
        max(s.dated) filter (where s.scope = 'public' and s.label = 'CLEAR') as newest_open, max(s.dated) as newest
      from unnest(${[...ids]}::uuid[]) as u (id)
      left join (
        -- What is dated in the future is as new as the day on which it was first heard; clocks may differ by a day.
        select *, case when updated_at <= now() + interval '1 day' then least(updated_at, now()) else retrieved_at end as dated
        from vulnerability_source
      ) s on s.vulnerability_id = u.id and s.ended_at is null group by u.id
    ) n where v.id = n.id`.execute(tx);
}

export interface Compared {
  readonly vulnerability_id: string;
  readonly kind: ClaimKind;
  readonly aspect: string;
  readonly fact: string;
  readonly publisher: string;
  readonly value_key: string;
  readonly ours: boolean;
}

/** What is said now of vulnerabilities that more than one source speaks of, and of those the CERT has spoken of. */
export async function comparedOf(tx: Db, ids: readonly string[]): Promise<Compared[]> {
  const { rows } = await sql<Compared>`
    select c.vulnerability_id, c.kind, c.aspect, c.fact, c.publisher, c.value_key, c.source_id is null or c.ours as ours
    from claim c where c.vulnerability_id = any (array(
      select vulnerability_id from vulnerability_source
      where vulnerability_id = any (${[...ids]}::uuid[]) and ended_at is null group by vulnerability_id having count(*) > 1
      union select vulnerability_id from claim where vulnerability_id = any (${[...ids]}::uuid[]) and source_id is null
    )) and c.superseded_at is null and c.kind in ('productStatus', 'severity', 'exploitation', 'weakness')`.execute(
    tx,
  );
  return rows;
}

export interface ThreatRow {
  readonly document: string;
  readonly vulnerability: string;
  readonly says: 'exploitation' | 'vector';
  /** A state of exploitation, or a CVSS vector with its version; what a document says twice is two rows. */
  readonly value: string;
  readonly publisher: string;
  /** The CERT itself says so. */
  readonly ours: boolean;
}

export async function threatsOf(tx: Db, documents: readonly string[]): Promise<ThreatRow[]> {
  if (documents.length === 0) return [];
  const { rows } = await sql<ThreatRow & { aspect: string }>`
    select s.document_id as document, v.ref as vulnerability, c.aspect, c.value, c.publisher, c.source_id is null as ours,
      case c.kind when 'exploitation' then 'exploitation' else 'vector' end as says
    from vulnerability_source s join vulnerability v on v.id = s.vulnerability_id
    join claim c on c.vulnerability_id = s.vulnerability_id and c.superseded_at is null
      and (c.kind = 'exploitation' and c.aspect = 'state' or c.kind = 'severity' and c.aspect like 'CVSS %')
    where s.document_id = any (${[...documents]}::uuid[]) and s.ended_at is null
    order by document, vulnerability, publisher, c.id`.execute(tx);
  return rows.flatMap(({ aspect, ...row }) =>
    row.says === 'exploitation' ? [row] : vectorsIn(aspect, row.value).map((value) => ({ ...row, value })),
  );
}

/** "9.8 AV:N/AC:L/…" of "CVSS 3.1" is the vector CVSS:3.1/AV:N/AC:L/… */
function vectorsIn(aspect: string, value: string): string[] {
  const version = aspect.slice('CVSS '.length);
  return Array.from(value.matchAll(/\bAV:[^\s,]+/g), ([vector]) =>
    version.startsWith('2') ? vector : `CVSS:${version}/${vector}`,
  );
}

export interface StandingRow {
  readonly vulnerability_id: string;
  readonly disagreeing: number;
  readonly waiting: number;
  readonly disputed: number;
  readonly checked: number;
}

export async function setStandings(tx: Db, owner: string, rows: readonly StandingRow[]): Promise<void> {
  if (rows.length === 0) return;
  const all = rows.map((row) => ({ ...row, owner_id: owner }));
  await sql`insert into vulnerability_standing (vulnerability_id, owner_id, disagreeing, waiting, disputed, checked)
    select vulnerability_id, owner_id, disagreeing, waiting, disputed, checked
    from jsonb_populate_recordset(null::vulnerability_standing, ${storable(all)}::jsonb)
    on conflict (vulnerability_id) do update set disagreeing = excluded.disagreeing, waiting = excluded.waiting,
      disputed = excluded.disputed, checked = excluded.checked`.execute(tx);
}

export async function standingsOf(tx: Db, ids: readonly string[]): Promise<Map<string, StandingRow>> {
  const rows = await tx
    .selectFrom('vulnerability_standing')
    .select(['vulnerability_id', 'disagreeing', 'waiting', 'disputed', 'checked'])
    .where('vulnerability_id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .execute();
  return new Map(rows.map((row) => [row.vulnerability_id, row]));
}

export interface Wanted {
  readonly ref?: string | undefined;
  readonly documents?: readonly string[] | undefined;
  /** Besides what documents speak of, what these sources say. */
  readonly sources?: readonly string[] | undefined;
  readonly standing?: Standing | undefined;
  readonly after?: { readonly at: string; readonly id: string } | undefined;
  readonly limit: number;
}

export async function listVulnerabilities(tx: Db, wanted: Wanted): Promise<VulnerabilityRow[]> {
  let query = filtered(tx, wanted)
    .select(['v.id', 'v.ref', 'v.newest_at', 'v.owner_id'])
    .orderBy('v.newest_at', 'desc')
    .orderBy('v.id', 'desc')
    .limit(wanted.limit);
  if (wanted.after)
    query = query.where(
      sql<boolean>`(v.newest_at, v.id) < (${wanted.after.at}::timestamptz, ${wanted.after.id}::uuid)`,
    );
  return query.execute();
}

function filtered(tx: Db, { ref, documents, sources = [], standing }: Wanted) {
  let query = tx.selectFrom('vulnerability as v').where('v.spoken', '=', true);
  if (ref !== undefined)
    query = query.where(sql<boolean>`v.ref collate "C" >= ${ref} and v.ref collate "C" < ${`${ref}\uffff`}`);
  if (documents)
    query = query.where(
      sql<boolean>`v.id in (select vulnerability_id from vulnerability_source where (document_id = any (${[...documents]}::uuid[]) or id = any (${[...sources]}::uuid[])) and ended_at is null)`,
    );
  if (standing)
    query = query.where(
      sql<boolean>`v.id in (select vulnerability_id from vulnerability_standing where ${sql.ref(standing)} > 0)`,
    );
  return query;
}

export async function findVulnerability(tx: Db, ref: string): Promise<VulnerabilityRow | undefined> {
  return tx
    .selectFrom('vulnerability')
    .select(['id', 'ref', 'newest_at', 'owner_id'])
    .where('ref', '=', ref)
    .orderBy('id')
    .executeTakeFirst();
}

/** Which of these numbers the actor may read about, in order. */
export async function refsKnown(tx: Db, refs: readonly string[]): Promise<string[]> {
  if (refs.length === 0) return [];
  const rows = await tx
    .selectFrom('vulnerability')
    .select('ref')
    .distinct()
    .where('ref', '=', sql<string>`any (${[...refs]}::text[])`)
    .orderBy('ref')
    .execute();
  return rows.map(({ ref }) => ref);
}

export async function vulnerabilitiesById(tx: Db, ids: readonly string[]): Promise<VulnerabilityRow[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('vulnerability')
    .select(['id', 'ref', 'newest_at', 'owner_id'])
    .where('id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .execute();
}

export async function aliasesOf(tx: Db, id: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('vulnerability_key')
    .select('key')
    .where('vulnerability_id', '=', id)
    .execute();
  return rows.map(({ key }) => key);
}

/** The sources of vulnerabilities that the actor may read, newest first. */
export async function sourcesOfAll(tx: Db, ids: readonly string[]): Promise<SourceRow[]> {
  return tx
    .selectFrom('vulnerability_source')
    .selectAll()
    .where('vulnerability_id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .where('ended_at', 'is', null)
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .execute();
}

/** Those that were removed: they stay to be seen, and count no more. */
export async function removedSourcesOf(tx: Db, id: string): Promise<SourceRow[]> {
  return tx
    .selectFrom('vulnerability_source')
    .selectAll()
    .where('vulnerability_id', '=', id)
    .where('removed_at', 'is not', null)
    .orderBy('removed_at', 'desc')
    .orderBy('id')
    .limit(200)
    .execute();
}

/** These, with the number of what they speak of. */
export async function sourcesById(tx: Db, ids: readonly string[]): Promise<(SourceRow & { ref: string })[]> {
  return tx
    .selectFrom('vulnerability_source as s')
    .innerJoin('vulnerability as v', 'v.id', 's.vulnerability_id')
    .selectAll('s')
    .select('v.ref')
    .where('s.id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .where('s.ended_at', 'is', null)
    .execute();
}

/** Of each fact every claim, the facts with most to compare first; at most so many claims. */
export async function claimsOf(tx: Db, id: string, most: number): Promise<ClaimRow[]> {
  return tx
    .selectFrom('claim')
    .selectAll()
    .where('vulnerability_id', '=', id)
    .where('superseded_at', 'is', null)
    .orderBy(
      sql`array_position(array['productStatus', 'exploitation', 'severity', 'weakness', 'mitigation', 'remedy', 'date'], kind)`,
    )
    .orderBy('fact')
    .orderBy('retrieved_at')
    .orderBy('id')
    .limit(most)
    .execute();
}

export async function claimsById(tx: Db, ids: readonly string[]): Promise<ClaimRow[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('claim')
    .selectAll()
    .where('id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .execute();
}

export async function claimsOfFact(tx: Db, vulnerability: string, fact: string): Promise<ClaimRow[]> {
  return tx
    .selectFrom('claim')
    .selectAll()
    .where('vulnerability_id', '=', vulnerability)
    .where('fact', '=', fact)
    .where('superseded_at', 'is', null)
    .orderBy('retrieved_at')
    .orderBy('id')
    .limit(200)
    .execute();
}

/** What was said before, newest change first. That the program reads it otherwise by now is no change of the source. */
export async function supersededOf(tx: Db, id: string, most: number): Promise<ClaimRow[]> {
  return tx
    .selectFrom('claim')
    .selectAll()
    .where('vulnerability_id', '=', id)
    .where('superseded_at', 'is not', null)
    .where('superseded_why', '<>', 'reread')
    .orderBy('superseded_at', 'desc')
    .limit(most)
    .execute();
}

/** How many facts there are in all. */
export async function countFacts(tx: Db, id: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct fact) as count from claim where vulnerability_id = ${id} and superseded_at is null`.execute(
    tx,
  );
  return rows[0]!.count;
}

/**
 * Lets claims of the CERT go as far as a release takes them, and never less far than they went; the check of the table
 * stops them at what they rest on.
 */
export async function letGo(tx: Db, ids: readonly string[], label: Tlp, scope: Scope): Promise<number> {
  const { numAffectedRows } = await sql`
    update claim set label = least(label, ${label}::tlp), scope = greatest(scope, ${scope}::scope)
    where id = any (${[...ids]}::uuid[]) and source_id is null`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** The claims of the CERT are for its own people again. */
export async function callBack(tx: Db, ids: readonly string[]): Promise<void> {
  await sql`update claim set label = 'AMBER+STRICT', scope = 'org'
    where id = any (${[...ids]}::uuid[]) and source_id is null and scope > 'org'`.execute(tx);
}
