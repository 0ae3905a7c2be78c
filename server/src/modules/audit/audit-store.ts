import {
  type AccessBy,
  accessKindsOf,
  type AccessSearch,
  type AnyRoute,
  apis,
  type AuditEvent,
  type AuditHead,
  type AuditVerdict,
  type MonthInNumbers,
  type Paging,
} from '@busbar/contract';
import { type Selectable, sql } from 'kysely';
import type pg from 'pg';

import type { Db, Tables } from '../../platform/database.ts';

type Break = NonNullable<AuditVerdict['broken']>;

/** What each action is, as the operations that leave its line tell. */
export const kinds = accessKindsOf(Object.values(apis).flatMap((api) => Object.values<AnyRoute>(api)));

const headColumns = `to_char(day, 'YYYY-MM-DD') as day, seq, encode(hash, 'hex') as hash, published_at as "publishedAt"`;

export async function listHeads(tx: Db, { after, limit }: Paging): Promise<AuditHead[]> {
  const { rows } = await sql<AuditHead & { publishedAt: Date | string }>`
    select ${sql.raw(headColumns)} from audit_head
    where ${after ? sql`day < ${after}::date` : sql`true`} order by day desc limit ${limit}`.execute(tx);
  return rows.map(toHead);
}

export interface Wanted
  extends Pick<AccessSearch, 'person' | 'organisation' | 'object' | 'since' | 'until'>, Paging {
  readonly case?: string;
  readonly actions?: { readonly these: readonly string[]; readonly but: boolean };
  readonly byOthersThan?: string;
}

/** Newest first. A line that the policies do not show is not there. */
export async function listEvents(tx: Db, wanted: Wanted): Promise<AuditEvent[]> {
  const { object, actions, person, organisation, byOthersThan, since, until, after, limit } = wanted;
  let query = tx
    .selectFrom('audit_event as e')
    .leftJoin('audit_link as l', 'l.event_id', 'e.id')
    .leftJoin('person as p', 'p.id', 'e.person_id')
    .leftJoin('organisation as o', 'o.id', 'e.organisation_id')
    .selectAll('e')
    // What was written before lines bore names has those of today, for whom may look them up.
    .select([
      'l.seq',
      'p.name as known_person',
      'o.name as known_organisation',
      saidToGuest.as('to_guest'),
      saidToLead.as('to_lead'),
    ])
    .orderBy('e.at', 'desc')
    .orderBy('e.id', 'desc')
    .limit(limit);
  if (wanted.case) query = query.where('e.case_id', '=', wanted.case);
  if (object) query = query.where('e.object_id', '=', object);
  if (actions) query = query.where('e.action', actions.but ? 'not in' : 'in', actions.these);
  if (person) query = query.where('e.person_id', '=', person);
  if (organisation) query = query.where('e.organisation_id', '=', organisation);
  if (byOthersThan)
    query = query.where('e.owner_id', '=', byOthersThan).where('e.organisation_id', '!=', byOthersThan);
  if (since) query = query.where('e.at', '>=', sql<Date>`${since}::timestamp at time zone 'UTC'`);
  if (until) query = query.where('e.at', '<', sql<Date>`(${until}::date + 1)::timestamp at time zone 'UTC'`);
  if (after)
    query = query.where(sql<boolean>`(e.at, e.id) < (select at, id from audit_event where id = ${after})`);
  return (await query.execute()).map(toEvent);
}

/** What others did with what a guest gave to a case: that it was done, by whom of the organisations, and when. */
const saidToGuest = sql<boolean>`(e.object_kind = 'evidence' and e.case_id is not null
  and not (select coalesce(actor_has('LEAD', 'ADM'), false))
  and e.person_id is distinct from (select actor_person())
  and e.owner_id is distinct from (select actor_organisation()) and not opens_case(e.case_id))`;

/**
 * What a lead is shown of what is another organisation's and was done in no case: that it was done, and not to what. Names of
 * devices, sites and captures, and what was searched for, are for whom consent opens the plant. Who has which role is told to
 * the CERT.
 */
const saidToLead = sql<boolean>`(e.case_id is null and e.object_kind <> 'membership' and (select coalesce(actor_has('LEAD'), false))
  and e.owner_id is distinct from (select actor_organisation()) and e.owner_id is not null
  and e.person_id is distinct from (select actor_person()))`;

type EventRow = Selectable<Tables['audit_event']> & {
  seq: number | null;
  known_person: string | null;
  known_organisation: string | null;
  to_guest: boolean;
  to_lead: boolean;
};

function toEvent(row: EventRow): AuditEvent {
  return {
    id: row.id,
    seq: row.seq,
    at: row.at.toISOString(),
    by: byOf(row),
    person: row.to_guest
      ? { id: null, name: '' }
      : { id: row.person_id, name: row.person_name || (row.known_person ?? '') },
    organisation: { id: row.organisation_id, name: row.organisation_name || (row.known_organisation ?? '') },
    action: row.action,
    kind: kinds.get(row.action) ?? 'write',
    object: { kind: row.object_kind, id: row.object_id, name: row.to_lead ? '' : row.object_name },
    reason: row.to_guest || row.to_lead ? null : row.reason,
    details: row.to_guest || row.to_lead ? {} : row.details,
  };
}

function byOf(row: { person_id: string | null; organisation_id: string | null; roles: string[] }): AccessBy {
  if (row.person_id) return 'person';
  if (row.roles.includes('RCP')) return 'receipt';
  if (row.roles.includes('SVC')) return 'machine';
  return row.roles.includes('PUB') ? 'visitor' : 'program';
}

export async function headOf(keeper: pg.Pool): Promise<{ seq: number; hash: string } | null> {
  const { rows } = await keeper.query<{ seq: number; hash: string }>(
    `select seq, encode(hash, 'hex') as hash from audit_link order by seq desc limit 1`,
  );
  return rows[0] ?? null;
}

export async function pendingEvents(keeper: pg.Pool): Promise<number> {
  const { rows } = await keeper.query<{ count: number }>('select count(*) as count from audit_pending');
  return rows[0]!.count;
}

export async function publishedHeads(keeper: pg.Pool): Promise<{ seq: number; hash: string }[]> {
  const { rows } = await keeper.query<{ seq: number; hash: string }>(
    `select seq, encode(hash, 'hex') as hash from audit_head`,
  );
  return rows;
}

export async function publishHead(keeper: pg.Pool, day: string): Promise<AuditHead | undefined> {
  const { rows } = await keeper.query<AuditHead & { publishedAt: Date | string }>(
    `insert into audit_head (day, seq, hash) select $1::date, seq, hash from audit_link order by seq desc limit 1
     on conflict do nothing returning ${headColumns}`,
    [day],
  );
  return rows[0] && toHead(rows[0]);
}

/** The first answer to a report is what somebody of the CERT first wrote into its case for its reporter. */
export async function monthsInNumbers(keeper: pg.Pool): Promise<MonthInNumbers[]> {
  const { rows } = await keeper.query<MonthInNumbers>(`
    with over as (select date_trunc('month', now() at time zone 'UTC') as at),
    done as (
      select at, action, case_id, details, date_trunc('month', at at time zone 'UTC') as month from audit_event
      where action in ('incident reported', 'release sent', 'release recalled', 'break-glass decided', 'case purged')
        and at < (select at at time zone 'UTC' from over)
        and at >= (select (at - interval '24 months') at time zone 'UTC' from over)
    ),
    told as (
      select done.*, (
        select min(e.at) from audit_event e where e.case_id = done.case_id and e.action = 'case message written'
          and e.roles && '{ANA,LEAD}' and not coalesce((e.details ->> 'internal')::boolean, false)
      ) - at as waited
      from done
    )
    select to_char(month, 'YYYY-MM') as month,
      count(*) filter (where action = 'incident reported')::int as reports,
      count(*) filter (where action = 'incident reported' and waited is not null)::int as answered,
      percentile_cont(0.5) within group (order by extract(epoch from waited)) filter (where action = 'incident reported') as "firstAnswer",
      count(*) filter (where action = 'release sent')::int as releases,
      count(*) filter (where action = 'release recalled')::int as recalls,
      count(*) filter (where action = 'break-glass decided' and details ->> 'to' = 'approved')::int as "breakGlass",
      count(*) filter (where action = 'case purged')::int as purges
    from told group by month order by month desc`);
  return rows;
}

/** The first number at which the chain, the events and the published heads disagree. Everything is recomputed. */
export async function firstBreak(
  keeper: pg.Pool,
  heads: readonly { seq: number; hash: string }[],
): Promise<Break | null> {
  const breaks = [await brokenLink(keeper), await brokenHead(keeper, heads), await orphan(keeper)];
  return breaks.filter((found) => found !== null).sort((a, b) => a.seq - b.seq)[0] ?? null;
}

async function brokenLink(keeper: pg.Pool): Promise<Break | null> {
  const { rows } = await keeper.query<{ seq: number; expected: number; missing: boolean; changed: boolean }>(`
    select seq, expected, missing, changed from (
      select l.seq, row_number() over w as expected, e.id is null as missing,
        e.digest is distinct from l.digest or audit_digest(e) is distinct from e.digest as changed,
        l.prev is distinct from coalesce(lag(l.hash) over w, decode(repeat('00', 32), 'hex')) as unchained,
        l.hash is distinct from audit_hash(l.prev, l.digest, l.seq) as forged
      from audit_link l left join audit_event e on e.id = l.event_id
      window w as (order by l.seq)
    ) checked
    where missing or changed or unchained or forged or seq <> expected
    order by seq limit 1`);
  const found = rows[0];
  if (!found) return null;
  if (found.seq !== found.expected)
    return { seq: found.expected, kind: 'missing', text: `Number ${found.expected} of the chain is gone` };
  if (found.missing)
    return { seq: found.seq, kind: 'missing', text: `The event at number ${found.seq} is gone` };
  if (found.changed)
    return {
      seq: found.seq,
      kind: 'changed',
      text: `The event at number ${found.seq} is not what was written`,
    };
  return {
    seq: found.seq,
    kind: 'reordered',
    text: `Number ${found.seq} does not follow from the one before it`,
  };
}

/** A chain alone cannot show that its newest numbers were cut off; what was published can. */
async function brokenHead(
  keeper: pg.Pool,
  heads: readonly { seq: number; hash: string }[],
): Promise<Break | null> {
  const { rows } = await keeper.query<{ seq: number }>(
    `select h.seq from unnest($1::bigint[], $2::text[]) as h (seq, hash)
     left join audit_link l on l.seq = h.seq where l.hash is distinct from decode(h.hash, 'hex') order by h.seq limit 1`,
    [heads.map(({ seq }) => seq), heads.map(({ hash }) => hash)],
  );
  return rows[0]
    ? {
        seq: rows[0].seq,
        kind: 'truncated',
        text: `Number ${rows[0].seq} is not what was published, or the chain now ends before it`,
      }
    : null;
}

/** An event that is neither linked nor waiting was cut out of the chain, or put in behind its back. */
async function orphan(keeper: pg.Pool): Promise<Break | null> {
  const { rows } = await keeper.query<{ id: string; next: number }>(`
    select e.id, (select coalesce(max(seq), 0) + 1 from audit_link) as next from audit_event e
    where not exists (select from audit_link l where l.event_id = e.id) and not exists (select from audit_pending p where p.event_id = e.id)
       or exists (select from audit_pending p where p.event_id = e.id) and audit_digest(e) is distinct from e.digest
    order by e.at limit 1`);
  return rows[0]
    ? { seq: rows[0].next, kind: 'unlinked', text: `Event ${rows[0].id} stands outside the chain` }
    : null;
}

function toHead(row: AuditHead & { publishedAt: Date | string }): AuditHead {
  return { ...row, publishedAt: new Date(row.publishedAt).toISOString() };
}
