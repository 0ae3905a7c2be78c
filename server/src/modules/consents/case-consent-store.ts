import {
  ConsentBound,
  type ConsentLeft,
  type Paging,
  type Scope,
  type SubjectKind,
  type Tlp,
} from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { DataKey } from '../../platform/keys.ts';
import { type ConsentRow, insertConsent } from './consent-store.ts';

interface LeftTable {
  release_id: string;
  case_id: string;
  part: string;
  owner_id: string;
  ref: string;
  version: string;
  label: Tlp;
  scope: Scope;
  members: number;
  at: Generated<Date>;
  recalled_at: Date | null;
}

interface UseTable {
  subject_kind: SubjectKind;
  subject_id: string;
  case_id: string;
  part: string;
  owner_id: string;
  name: string;
}

declare module '../../platform/database.ts' {
  interface Tables {
    consent_item: { consent_id: string; owner_id: string; case_id: string; part: string; sealed: Buffer };
    consent_use: UseTable;
    consent_left: LeftTable;
    case_bounds: {
      case_id: string;
      indicators: boolean;
      lesson: boolean | null;
      named: boolean | null;
      gone: boolean;
    };
  }
}

export interface Item {
  readonly part: string;
  readonly says: string;
}
export type Subject = Pick<UseTable, 'subject_kind' | 'subject_id'>;
export type UseRow = UseTable;
export type StepRow = Awaited<ReturnType<typeof stepsOf>>[number];

const placeOf = {
  purpose: (id: string) => `consent.sealed ${id}`,
  item: (id: string, part: string) => `consent_item.sealed ${id} ${part}`,
  reason: (id: string) => `consent_step.sealed ${id}`,
};

export async function insertQuestion(
  tx: Db,
  key: DataKey,
  row: Omit<Parameters<typeof insertConsent>[1], 'parts' | 'purpose' | 'sealed'> & {
    id: string;
    subject_id: string;
  },
  purpose: string,
  items: readonly Item[],
): Promise<ConsentRow> {
  const consent = await insertConsent(tx, {
    ...row,
    parts: items.map(({ part }) => part),
    purpose: '',
    sealed: key.seal(placeOf.purpose(row.id), purpose),
  });
  await tx
    .insertInto('consent_item')
    .values(
      items.map(({ part, says }) => ({
        consent_id: row.id,
        owner_id: row.owner_id,
        case_id: row.subject_id,
        part,
        sealed: key.seal(placeOf.item(row.id, part), says),
      })),
    )
    .execute();
  return consent;
}

export const purposeOf = (key: DataKey, { id, sealed }: ConsentRow): string =>
  key.open(placeOf.purpose(id), sealed!);

export const sealReason = (key: DataKey, id: string, reason: string): Buffer =>
  key.seal(placeOf.reason(id), reason);

export const reasonOf = (key: DataKey, { consent_id, sealed }: StepRow): string =>
  sealed ? key.open(placeOf.reason(consent_id), sealed) : '';

export const itemOf = (
  key: DataKey,
  { consent_id, part, sealed }: { consent_id: string; part: string; sealed: Buffer },
): Item => ({ part, says: key.open(placeOf.item(consent_id, part), sealed) });

/** Of the cases that open for the actor, or of one; newest first. */
export async function listQuestions(
  tx: Db,
  { caseId, id, open, after, limit }: Paging & { caseId?: string; id?: string; open?: 'true' | undefined },
): Promise<ConsentRow[]> {
  let query = tx
    .selectFrom('consent')
    .selectAll('consent')
    .where('subject_kind', '=', 'case')
    .where(sql<boolean>`exists (select from "case" c where c.id = subject_id and opens(c))`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (id) query = query.where('id', '=', id);
  if (caseId) query = query.where('subject_id', '=', caseId);
  if (open)
    query = query
      .where('state', 'in', ['requested', 'granted', 'narrowed'])
      .where(sql<boolean>`until > clock_timestamp()`);
  if (after)
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from consent where id = ${after})`,
    );
  return query.execute();
}

export async function itemsOf(tx: Db, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return tx.selectFrom('consent_item').selectAll().where('consent_id', 'in', ids).execute();
}

export async function stepsOf(tx: Db, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return tx
    .selectFrom('consent_step')
    .leftJoin('organisation as o', 'o.id', 'consent_step.organisation_id')
    .select(['consent_id', 'consent_step.state', 'parts', 'sealed', 'person', 'at'])
    .select(sql<string>`coalesce(o.name, '')`.as('organisation'))
    .where('consent_id', 'in', ids)
    .orderBy('consent_step.id')
    .execute();
}

/** May the actor answer what is asked of this case? */
export async function mayConsent(tx: Db, caseIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{
    id: string;
  }>`select id from unnest(${[...new Set(caseIds)]}::uuid[]) id where may_consent(id)`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** Instead of what was said before. */
export async function setUses(
  tx: Db,
  subject: Subject,
  caseId: string,
  uses: readonly Pick<UseTable, 'part' | 'name' | 'owner_id'>[],
): Promise<void> {
  await tx
    .deleteFrom('consent_use')
    .where('subject_kind', '=', subject.subject_kind)
    .where('subject_id', '=', subject.subject_id)
    .where('case_id', '=', caseId)
    .execute();
  if (uses.length > 0)
    await tx
      .insertInto('consent_use')
      .values(uses.map((use) => ({ ...subject, ...use, case_id: caseId })))
      .execute();
}

export async function usesOf(tx: Db, caseId: string): Promise<UseRow[]> {
  return tx.selectFrom('consent_use').selectAll().where('case_id', '=', caseId).execute();
}

/** Everything of cases that goes into it, with why it may not leave then, so far and so marked; nothing: it may. */
export async function usedIn(
  tx: Db,
  { subject_kind, subject_id }: Subject,
  { kind, label, scope, at }: { kind: string; label: Tlp; scope: Scope; at: Date },
): Promise<{ case_id: string; part: string; name: string; stopped: 'consent' | ConsentBound | null }[]> {
  const { rows } = await sql<Awaited<ReturnType<typeof usedIn>>[number]>`
    select u.case_id, u.part, u.name,
      use_stopped_by(u, ${kind}, ${label}::tlp, ${scope}::scope, ${at}::timestamptz) as stopped
    from consent_use u where u.subject_kind = ${subject_kind} and u.subject_id = ${subject_id}
    order by u.name`.execute(tx);
  return rows;
}

/** What leaves it with no consent, asked of the case itself by somebody who may open it. */
export async function keptBack(tx: Db, caseId: string): Promise<ConsentBound[]> {
  const { rows } = await sql<Record<ConsentBound, boolean>>`
    select c.label = 'RED' as label, c.handling_limit <> 'shareIndicators' as indicators,
      coalesce(not r.lesson, false) as lesson, coalesce(not r.named, false) as name
    from "case" c left join case_retention r on r.case_id = c.id where c.id = ${caseId}`.execute(tx);
  return ConsentBound.options.filter((bound) => rows[0]?.[bound]);
}

/** Which of these its owner said no to when the case ended: it goes into nothing. */
export async function answeredNo(
  tx: Db,
  caseId: string,
  parts: readonly string[],
): Promise<'lesson' | 'name' | undefined> {
  const bounds = await tx
    .selectFrom('case_bounds')
    .select(['lesson', 'named'])
    .where('case_id', '=', caseId)
    .executeTakeFirst();
  if (bounds?.lesson === false && parts.includes('lesson')) return 'lesson';
  return bounds?.named === false && parts.includes('name') ? 'name' : undefined;
}

/** Nobody answers anything of these cases until the transaction ends. */
export async function holdConsentsFor(tx: Db, { subject_kind, subject_id }: Subject): Promise<void> {
  await sql`select k.id from consent k where k.subject_kind = 'case' and k.subject_id in (
    select u.case_id from consent_use u where u.subject_kind = ${subject_kind} and u.subject_id = ${subject_id})
    order by k.id for share of k`.execute(tx);
}

export async function insertLeft(
  tx: Db,
  rows: readonly Omit<LeftTable, 'at' | 'recalled_at'>[],
): Promise<void> {
  if (rows.length > 0)
    await tx
      .insertInto('consent_left')
      .values(rows.map((row) => ({ ...row, recalled_at: null })))
      .execute();
}

export async function leftIsRecalled(tx: Db, release: string): Promise<void> {
  await tx
    .updateTable('consent_left')
    .set({ recalled_at: new Date() })
    .where('release_id', '=', release)
    .execute();
}

export async function leftOf(tx: Db, caseId: string): Promise<Omit<ConsentLeft, 'told' | 'toldAt'>[]> {
  const rows: Selectable<LeftTable>[] = await tx
    .selectFrom('consent_left')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('at', 'desc')
    .orderBy('part')
    .limit(2000)
    .execute();
  const releases = Map.groupBy(rows, ({ release_id }) => release_id);
  return [...releases].map(([release, parts]) => {
    const { ref, version, label, scope, members, at, recalled_at } = parts[0]!;
    return {
      release,
      ref,
      version,
      parts: parts.map(({ part }) => part),
      label,
      audience: scope,
      members,
      at: at.toISOString(),
      recalledAt: recalled_at?.toISOString() ?? null,
    };
  });
}
