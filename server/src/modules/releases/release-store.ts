import { randomUUID } from 'node:crypto';

import type {
  Audience,
  CheckName,
  CheckOutcome,
  CheckResult,
  Paging,
  ReleaseState,
  Scope,
  SubjectKind,
  Tlp,
} from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { wordsOf } from '../../platform/search.ts';
import type { Checked } from './checks/checks.ts';
import type { File, Snapshot } from './snapshot.ts';

/** What a snapshot says that is in none of its files. */
export type FrozenFacts = Pick<Snapshot, 'parts' | 'validator'> & { readonly languages: readonly string[] };

interface ReleaseTable {
  id: string;
  owner_id: string;
  label: Tlp;
  scope: Scope;
  audience: string[];
  subject_kind: SubjectKind;
  subject_id: string;
  kind: string;
  ref: string;
  version: string;
  title: string;
  snapshot: Buffer;
  authors: string[];
  proposer_id: string;
  facts: JSONColumnType<FrozenFacts, string, string>;
  state: ReleaseState;
  send_at: Date | null;
  reason: string | null;
  sent_at: Date | null;
  created_at: Generated<Date>;
}

interface ReviewTable {
  release_id: string;
  owner_id: string;
  snapshot: Buffer;
  authors: string[];
  proposer_id: string;
  reviewer_id: string;
  could_harm: boolean;
  reason: string;
  answers: JSONColumnType<Partial<Record<CheckName, string>>, string, string>;
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    release: ReleaseTable;
    release_artefact: {
      id: string;
      owner_id: string;
      release_id: string;
      name: string;
      media_type: string;
      bytes: Buffer;
      sha256: Generated<Buffer>;
    };
    release_check: {
      owner_id: string;
      release_id: string;
      name: CheckName;
      outcome: CheckOutcome;
      findings: JSONColumnType<CheckResult['findings'], string, string>;
      at: Generated<Date>;
    };
    release_review: ReviewTable;
    release_approval: {
      release_id: string;
      owner_id: string;
      snapshot: Buffer;
      authors: string[];
      proposer_id: string;
      reviewer_id: string;
      approver_id: string;
      at: Generated<Date>;
    };
  }
}

export type ReleaseRow = Selectable<ReleaseTable>;
export type ReviewRow = Selectable<ReviewTable>;

export const openStates: readonly ReleaseState[] = ['proposed', 'blocked', 'approved', 'scheduled'];

/** Nobody else proposes the same subject until the transaction ends. */
export async function holdSubject(tx: Db, kind: SubjectKind, id: string): Promise<ReleaseRow | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`release ${kind} ${id}`}, 0))`.execute(tx);
  return tx
    .selectFrom('release')
    .selectAll()
    .where('subject_kind', '=', kind)
    .where('subject_id', '=', id)
    .where('state', 'in', openStates)
    .forUpdate()
    .executeTakeFirst();
}

export async function insertRelease(
  tx: Db,
  release: Omit<ReleaseRow, 'id' | 'created_at' | 'facts' | 'send_at' | 'reason' | 'sent_at'> & {
    facts: FrozenFacts;
  },
  files: readonly File[],
): Promise<ReleaseRow> {
  const row = await tx
    .insertInto('release')
    .values({
      ...release,
      id: randomUUID(),
      facts: JSON.stringify(release.facts),
      send_at: null,
      reason: null,
      sent_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  for (const { name, type, bytes } of files)
    await tx
      .insertInto('release_artefact')
      .values({
        id: randomUUID(),
        owner_id: row.owner_id,
        release_id: row.id,
        name,
        media_type: type,
        bytes: Buffer.from(bytes),
      })
      .execute();
  return row;
}

/** Is what is stored still what this hash was made of? */
export async function isWhole(tx: Db, { id, snapshot }: ReleaseRow): Promise<boolean> {
  const { rows } = await sql<{
    whole: boolean;
  }>`select release_is_whole(${id}, ${snapshot}) as whole`.execute(tx);
  return rows[0]!.whole;
}

export async function manifestOf(tx: Db, id: string): Promise<string> {
  const { rows } = await sql<{
    manifest: string;
  }>`select release_manifest(r) as manifest from release r where r.id = ${id}`.execute(tx);
  return rows[0]!.manifest;
}

export async function saveChecks(
  tx: Db,
  { id, owner_id }: ReleaseRow,
  checked: readonly Checked[],
): Promise<void> {
  for (const { name, outcome, findings } of checked)
    await tx
      .insertInto('release_check')
      .values({ owner_id, release_id: id, name, outcome, findings: JSON.stringify(findings) })
      .onConflict((known) =>
        known
          .columns(['release_id', 'name'])
          .doUpdateSet({ outcome, findings: JSON.stringify(findings), at: new Date() }),
      )
      .execute();
}

export async function checksOf(tx: Db, id: string) {
  return tx.selectFrom('release_check').selectAll().where('release_id', '=', id).execute();
}

export async function findRelease(tx: Db, id: string): Promise<ReleaseRow | undefined> {
  return tx.selectFrom('release').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Keeps others from moving it until the transaction ends. */
export async function lockRelease(tx: Db, id: string): Promise<ReleaseRow | undefined> {
  return tx.selectFrom('release').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** What readers have now of a subject, held until the transaction ends. */
export async function lastSent(tx: Db, kind: SubjectKind, id: string): Promise<ReleaseRow | undefined> {
  return tx
    .selectFrom('release')
    .selectAll()
    .where('subject_kind', '=', kind)
    .where('subject_id', '=', id)
    .where('state', '=', 'sent')
    .orderBy('sent_at', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
}

export async function listReleases(
  tx: Db,
  wanted: Paging & {
    state?: ReleaseState | undefined;
    open?: 'true' | 'false' | undefined;
    search?: string | undefined;
  },
) {
  let query = tx
    .selectFrom('release')
    .leftJoin('person', 'person.id', 'release.proposer_id')
    .selectAll('release')
    .select([
      'person.name as proposer',
      (row) =>
        row
          .exists(
            row.selectFrom('release_review').select('release_id').whereRef('release_id', '=', 'release.id'),
          )
          .as('reviewed'),
      sql<CheckOutcome>`(select case when bool_or(c.outcome = 'blocked') then 'blocked'
        when bool_or(c.outcome = 'warning') then 'warning' else 'passed' end
        from release_check c where c.release_id = release.id)`.as('outcome'),
    ])
    .orderBy('release.created_at', 'desc')
    .orderBy('release.id', 'desc')
    .limit(wanted.limit);
  if (wanted.state) query = query.where('release.state', '=', wanted.state);
  if (wanted.open) query = query.where('release.state', wanted.open === 'true' ? 'in' : 'not in', openStates);
  for (const pattern of wordsOf(wanted.search))
    query = query.where(
      sql<boolean>`lower(release.ref || ' ' || release.title || ' ' || release.kind) like ${pattern}`,
    );
  if (wanted.after)
    query = query.where(
      sql<boolean>`(release.created_at, release.id) < (select created_at, id from release where id = ${wanted.after})`,
    );
  return query.execute();
}

export async function artefactsOf(tx: Db, id: string): Promise<(File & { id: string; sha256: Buffer })[]> {
  const rows = await tx
    .selectFrom('release_artefact')
    .select(['id', 'name', 'media_type', 'bytes', 'sha256'])
    .where('release_id', '=', id)
    .orderBy('name')
    .execute();
  return rows.map(({ media_type, ...row }) => ({ ...row, type: media_type }));
}

export async function setReleaseState(
  tx: Db,
  id: string,
  state: ReleaseState,
  more: { send_at?: Date | null; reason?: string | null; sent_at?: Date } = {},
): Promise<void> {
  await tx
    .updateTable('release')
    .set({ state, ...more })
    .where('id', '=', id)
    .execute();
}

export async function insertReview(
  tx: Db,
  release: ReleaseRow,
  review: {
    reviewer: string;
    couldHarm: boolean;
    reason: string;
    answers: Partial<Record<CheckName, string>>;
  },
): Promise<void> {
  await tx
    .insertInto('release_review')
    .values({
      release_id: release.id,
      owner_id: release.owner_id,
      snapshot: release.snapshot,
      authors: release.authors,
      proposer_id: release.proposer_id,
      reviewer_id: review.reviewer,
      could_harm: review.couldHarm,
      reason: review.reason,
      answers: JSON.stringify(review.answers),
    })
    .execute();
}

export async function reviewOf(tx: Db, id: string): Promise<ReviewRow | undefined> {
  return tx.selectFrom('release_review').selectAll().where('release_id', '=', id).executeTakeFirst();
}

export async function insertApproval(
  tx: Db,
  release: ReleaseRow,
  reviewer: string,
  approver: string,
): Promise<void> {
  await tx
    .insertInto('release_approval')
    .values({
      release_id: release.id,
      owner_id: release.owner_id,
      snapshot: release.snapshot,
      authors: release.authors,
      proposer_id: release.proposer_id,
      reviewer_id: reviewer,
      approver_id: approver,
    })
    .execute();
}

export async function deleteApproval(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('release_approval').where('release_id', '=', id).execute();
}

export async function approverOf(tx: Db, id: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('release_approval')
    .select('approver_id')
    .where('release_id', '=', id)
    .executeTakeFirst();
  return row?.approver_id;
}

export async function namesOf(tx: Db, people: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom('person')
    .select(['id', 'name'])
    .where('id', 'in', [...people])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Who may read it now. People are counted for those who see everybody's memberships. */
export async function audienceOf(
  tx: Db,
  { label, scope, audience }: Pick<ReleaseRow, 'label' | 'scope' | 'audience'>,
  countPeople: boolean,
): Promise<Audience> {
  const { rows } = await sql<{ names: string[]; members: number; people: number }>`
    with reader as (
      select o.id, o.name from organisation o where o.state = 'active' and not 'cert' = any (o.kinds) and case ${scope}::scope
        when 'public' then true
        when 'partners' then true
        when 'members' then not o.kinds <@ array['government']
        when 'community' then exists (select from community_member m
          where m.organisation_id = o.id and m.community_id = any (${audience}::uuid[]))
        when 'clients' then o.id = any (${audience}::uuid[]) or o.parent_id = any (${audience}::uuid[])
        when 'orgs' then o.id = any (${audience}::uuid[])
        else false end)
    select (select count(*) from reader) as members,
      (select coalesce(array_agg(name order by name), '{}') from reader where ${scope} in ('orgs', 'clients', 'community')) as names,
      case when ${scope} = 'named' then cardinality(${audience}::uuid[])
        else (select count(distinct m.person_id) from membership m join reader r on r.id = m.organisation_id where m.until is null)
      end as people`.execute(tx);
  const { names, members, people } = rows[0]!;
  return { scope, label, organisations: names.slice(0, 100), members, people: countPeople ? people : null };
}

/** Names and aliases of those whose plants we know; vendors are named in every advisory and are not among them. */
export async function memberNames(tx: Db): Promise<string[]> {
  const rows = await tx
    .selectFrom('organisation')
    .select(['name', 'aliases'])
    .where(sql<boolean>`kinds && array['operator', 'integrator'] and not 'cert' = any (kinds)`)
    .execute();
  return [...new Set(rows.flatMap(({ name, aliases }) => [name, ...aliases]))].filter(
    (name) => name.trim().length > 2,
  );
}

/** Which of these words are serial numbers of somebody's devices. */
export async function serialsAmong(tx: Db, words: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ word: string }>`
    select word from unnest(${[...words]}::text[]) word
    join member_mark m on m.digest = sha256(convert_to('serial ' || lower(word), 'utf8'))`.execute(tx);
  return new Set(rows.map(({ word }) => word));
}
