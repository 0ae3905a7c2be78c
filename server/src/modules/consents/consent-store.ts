import {
  type Attribution,
  type Consent,
  ConsentPart,
  type Paging,
  type PlantReader,
  type Scope,
  type Tlp,
} from '@busbar/contract';
import { type Generated, type Insertable, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

export type StoredState = Exclude<Consent['state'], 'expired'>;

interface ConsentTable {
  id: Generated<string>;
  owner_id: string;
  subject_kind: 'plant' | 'case';
  subject_id: string;
  /** Of a plant, `ConsentPart`; of a case, the items asked for. */
  parts: string[];
  reader_id: string;
  person_id: Generated<string | null>;
  purpose: string;
  case_ref: string;
  state: StoredState;
  until: Date;
  requested_by: string | null;
  created_at: Generated<Date>;
  // Of what is in a case: how far it may go, and how.
  audience: Generated<Scope | null>;
  label: Generated<Tlp | null>;
  attribution: Generated<Attribution | null>;
  sealed: Generated<Buffer | null>;
}

interface StepTable {
  id: Generated<number>;
  consent_id: string;
  state: StoredState;
  parts: string[];
  until: Date;
  reason: string;
  sealed: Buffer | null;
  person: string;
  organisation_id: string | null;
  at: Date;
}

declare module '../../platform/database.ts' {
  interface Tables {
    consent: ConsentTable;
    consent_step: StepTable;
  }
}

export type ConsentRow = Selectable<ConsentTable>;

/** Those the actor is a side of; with `owner`, those of its plant. */
export async function listConsents(
  tx: Db,
  {
    owner,
    reader,
    open,
    after,
    limit,
  }: Paging & { owner?: string; reader?: string; open?: 'true' | undefined },
): Promise<ConsentRow[]> {
  let query = tx
    .selectFrom('consent')
    .selectAll()
    .where('subject_kind', '=', 'plant')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (owner) query = query.where('owner_id', '=', owner);
  if (reader) query = query.where('reader_id', '=', reader);
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

export async function lockConsent(
  tx: Db,
  kind: ConsentRow['subject_kind'],
  id: string,
): Promise<ConsentRow | undefined> {
  return tx
    .selectFrom('consent')
    .selectAll()
    .where('id', '=', id)
    .where('subject_kind', '=', kind)
    .forUpdate()
    .executeTakeFirst();
}

export async function insertConsent(tx: Db, row: Insertable<ConsentTable>): Promise<ConsentRow> {
  return tx.insertInto('consent').values(row).returningAll().executeTakeFirstOrThrow();
}

/** The step, with its reason, is written by the database. */
export async function moveConsent(
  tx: Db,
  id: string,
  to: Partial<Pick<ConsentRow, 'parts' | 'until' | 'person_id' | 'audience' | 'label' | 'attribution'>> & {
    state: StoredState;
  },
  reason: string | Buffer,
): Promise<ConsentRow> {
  await (
    typeof reason === 'string'
      ? sql`select set_config('busbar.reason', ${reason}, true)`
      : sql`select set_config('busbar.sealed_reason', ${reason.toString('hex')}, true)`
  ).execute(tx);
  return tx.updateTable('consent').set(to).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

/** What may become of a consent. The database holds everybody to it. */
export const answers: Partial<Record<Consent['state'], readonly StoredState[]>> = {
  requested: ['granted', 'narrowed', 'refused', 'withdrawn'],
  granted: ['narrowed', 'withdrawn'],
  narrowed: ['narrowed', 'withdrawn'],
};

export const stateOf = ({ state, until }: ConsentRow): Consent['state'] =>
  state in answers && until.getTime() <= Date.now() ? 'expired' : state;

/** So many days from now, if that is sooner than what it has. */
export const sooner = (until: Date, days: number | undefined): Date =>
  days ? new Date(Math.min(until.getTime(), Date.now() + days * DAY_MS)) : until;

export const DAY_MS = 86_400_000;

export async function toConsents(tx: Db, rows: readonly ConsentRow[]): Promise<Consent[]> {
  if (rows.length === 0) return [];
  const steps = await tx
    .selectFrom('consent_step')
    .select(['consent_id', 'state', 'parts', 'until', 'reason', 'person', 'organisation_id', 'at'])
    .where(
      'consent_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('id')
    .execute();
  const sides = rows.flatMap((row) => [row.owner_id, row.reader_id]);
  const organisations = await tx
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(sides)])
    .execute();
  const named = (id: string | null) => organisations.find((one) => one.id === id)?.name ?? '';
  return rows.map((row) => {
    const taken = steps.filter(({ consent_id }) => consent_id === row.id);
    const asker = row.requested_by === null ? null : (taken[0]?.person ?? '');
    return {
      id: row.id,
      owner: { id: row.owner_id, name: named(row.owner_id) },
      reader: { id: row.reader_id, name: named(row.reader_id) },
      // Whoever it is narrowed to is whoever asked.
      only: row.person_id === null ? null : asker,
      parts: row.parts as ConsentPart[],
      purpose: row.purpose,
      caseRef: row.case_ref,
      state: stateOf(row),
      until: row.until.toISOString(),
      requestedBy: asker,
      at: row.created_at.toISOString(),
      steps: taken.map(({ state, parts, until, person, organisation_id, reason, at }) => ({
        state,
        parts: parts as ConsentPart[],
        until: until.toISOString(),
        person,
        organisation: named(organisation_id),
        reason,
        at: at.toISOString(),
      })),
    };
  });
}

/**
 * Everybody who can read a plant now: each membership there is, asked the question that the policies ask of who acts.
 * In a transaction of the founder, who alone sees memberships on both sides.
 */
export async function readersOf(tx: Db, plant: string): Promise<(PlantReader & { isOwn: boolean })[]> {
  const { rows } = await sql<{
    person: string;
    organisation: string;
    isOwn: boolean;
    devices: Date | number | null;
    warnings: Date | number | null;
    shares: Date | number | null;
    packets: Date | number | null;
  }>`
    select p.name as person, o.name as organisation, o.id = ${plant} as "isOwn",
      reads_until(${plant}, 'devices', o.id, p.id, m.roles::text[]) as devices,
      reads_until(${plant}, 'warnings', o.id, p.id, m.roles::text[]) as warnings,
      reads_until(${plant}, 'shares', o.id, p.id, m.roles::text[]) as shares,
      reads_until(${plant}, 'packets', o.id, p.id, m.roles::text[]) as packets
    from membership m join person p on p.id = m.person_id join organisation o on o.id = m.organisation_id
    where m.until is null and p.state = 'active'
      and (o.id = ${plant} or o.id in (select reader_id from consent where owner_id = ${plant}))
    order by p.name`.execute(tx);
  return rows
    .filter(({ devices }) => devices !== null)
    .map(({ person, organisation, isOwn, devices, warnings, shares, packets }) => ({
      person,
      organisation,
      isOwn,
      reads: [
        { part: 'devices' as const, until: instant(devices) },
        ...(warnings === null ? [] : [{ part: 'warnings' as const, until: instant(warnings) }]),
        ...(shares === null ? [] : [{ part: 'shares' as const, until: instant(shares) }]),
        ...(packets === null ? [] : [{ part: 'packets' as const, until: instant(packets) }]),
      ],
    }));
}

/** Of one's own there is no end: `infinity`, which is no date. */
const instant = (until: Date | number | null) => (until instanceof Date ? until.toISOString() : null);

/** Someone who has a plant, as the CERT sees the constituency. */
export async function operatorCalled(tx: Db, id: string): Promise<{ name: string } | undefined> {
  return tx
    .selectFrom('organisation')
    .select('name')
    .where('id', '=', id)
    .where('state', '!=', 'left')
    .where(sql<boolean>`kinds && array['operator', 'integrator']`)
    .executeTakeFirst();
}

/** What may be read of the plant that is read in this transaction. */
export async function openParts(tx: Db): Promise<ConsentPart[]> {
  const { rows } = await sql<{ part: ConsentPart }>`
    select part from unnest(${ConsentPart.options}::text[]) as part where actor_plant(part) is not null`.execute(
    tx,
  );
  return rows.map(({ part }) => part);
}

/** May this part of it be? */
export async function isOpen(tx: Db, part: ConsentPart): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`select actor_plant(${part}) is not null as open`.execute(tx);
  return rows[0]!.open;
}
