import {
  type AlertSearch,
  type AlertSettings,
  type AlertState,
  interrupting,
  type Language,
  type MatchState,
  openMatchStates,
  type OrganisationAlertSettings,
  type Scope,
  type Tlp,
  type Urgency,
} from '@busbar/contract';
import { type Generated, type RawBuilder, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { readCursor, wordsOf } from '../../platform/search.ts';

interface AlertTable {
  id: Generated<string>;
  owner_id: string;
  label: Generated<Tlp>;
  scope: Generated<Scope>;
  audience: Generated<string[]>;
  advisory_id: string;
  urgency: Urgency;
  ready_at: Date;
  told_at: Generated<Date | null>;
  remind_at: Generated<Date | null>;
  reminded: Generated<number>;
  reached_at: Generated<Date | null>;
  seen_at: Generated<Date | null>;
  acknowledged_at: Generated<Date | null>;
  acknowledged_by: Generated<string | null>;
  created_at: Generated<Date>;
}

interface SettingTable {
  owner_id: string;
  person_id: string | null;
  at_once: boolean;
  digest: AlertSettings['digest'];
  hour: number;
  weekday: number;
  zone: string;
  remind_hours: number | null;
  second_contact_id: string | null;
}

declare module '../../platform/database.ts' {
  interface Tables {
    alert: AlertTable;
    alert_match: { alert_id: string; owner_id: string; match_id: string; since: Date; urgency: Urgency };
    alert_reader: {
      alert_id: string;
      owner_id: string;
      person_id: string;
      state: Generated<AlertState>;
      send_at: Date | null;
      digest: boolean;
      dispatch_id: Generated<string | null>;
      seen_at: Generated<Date | null>;
      acknowledged_at: Generated<Date | null>;
      moves: Generated<string[] | null>;
    };
    alert_setting: SettingTable;
    alert_due: { match_id: string; owner_id: string; due: string; kind: 'soon' | 'passed' };
    alert_calendar: {
      owner_id: string;
      person_id: string;
      token_hash: Buffer;
      names: boolean;
      created_at: Generated<Date>;
      read_at: Date | null;
    };
  }
}

/** How whoever has chosen nothing is told, in an organisation that has not either. */
export const usual: OrganisationAlertSettings = {
  atOnce: true,
  digest: 'daily',
  hour: 7,
  weekday: 1,
  zone: 'UTC',
  remindHours: 4,
  secondContact: null,
};

const literals = (words: readonly string[]) => sql.join(words.map((word) => sql.lit(word)));
const isOpen = sql<boolean>`m.state in (${literals(openMatchStates)})`;
const interrupts = (column: string) => sql<boolean>`${sql.ref(column)} in (${literals(interrupting)})`;
/** From the most urgent, as numbers that can be compared. */
const rankOf = (column: string) =>
  sql`array_position(array['immediate', 'out-of-cycle', 'scheduled', 'defer'], ${sql.ref(column)})`;

// Of each person `p` of the organisation: what he chose (`s`), what his organisation chose (`o`), what is usual.
const chosen = {
  atOnce: sql`coalesce(s.at_once, o.at_once, ${usual.atOnce})`,
  digest: sql`coalesce(s.digest, o.digest, ${usual.digest})`,
  hour: sql`coalesce(s.hour, o.hour, ${usual.hour})`,
  weekday: sql`case when coalesce(s.digest, o.digest, ${usual.digest}) = 'weekly' then coalesce(s.weekday, o.weekday, ${usual.weekday}) end`,
  zone: sql`coalesce(s.zone, o.zone, ${usual.zone})`,
};
const members = sql`membership b join person p on p.id = b.person_id
  left join alert_setting s on s.owner_id = b.organisation_id and s.person_id = p.id
  left join alert_setting o on o.owner_id = b.organisation_id and o.person_id is null`;
const areMembers = sql<boolean>`b.until is null and p.state = 'active' and b.roles::text[] && array['MEM', 'MAD']`;
const atOnce = sql<boolean>`${interrupts('a.urgency')} and ${chosen.atOnce}`;
const sendAt = (from: RawBuilder<unknown>) => sql`case when ${atOnce} then a.ready_at
  when ${chosen.digest} <> 'none' then next_at(${from}, ${chosen.zone}, ${chosen.hour}, ${chosen.weekday}) end`;

/**
 * Puts what is news among these matches before the people of their organisation: what is open and was never told, or
 * never as this urgent. What is not told yet of an advisory is joined; the database holds each piece of news to one alert.
 */
export async function insertNews(tx: Db, matches: readonly string[], readyAt: Date): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    with fresh as (
      select m.id, m.advisory_id, m.urgency, m.since from match m
      where m.id = any (${[...matches]}::uuid[]) and ${isOpen} and not exists (
        select from alert_match t where t.match_id = m.id and t.since = m.since
          and ${rankOf('t.urgency')} <= ${rankOf('m.urgency')})
    ), news as (
      insert into alert (owner_id, advisory_id, urgency, ready_at)
      select distinct actor_organisation(), advisory_id, urgency, ${readyAt}::timestamptz from fresh
      on conflict (owner_id, advisory_id, urgency) where told_at is null do update set ready_at = alert.ready_at
      returning id, advisory_id, urgency
    ), added as (
      insert into alert_match (alert_id, owner_id, match_id, since, urgency)
      select n.id, actor_organisation(), f.id, f.since, f.urgency from fresh f join news n using (advisory_id, urgency)
      on conflict do nothing
    )
    select id from news`.execute(tx);
  if (rows.length === 0) return;
  await sql`
    insert into alert_reader (alert_id, owner_id, person_id, digest, send_at)
    select a.id, a.owner_id, p.id, not (${atOnce}), ${sendAt(sql`a.ready_at`)}
    from alert a join ${members} on b.organisation_id = a.owner_id
    where a.id = any (${rows.map(({ id }) => id)}::uuid[]) and ${areMembers}
    on conflict do nothing`.execute(tx);
}

/**
 * Two devices are, or were, one: what was told of these matches of the one was told of those of `to`, in the same alerts
 * and with what became of them. What waits to be told once more, and no more urgently, is not.
 */
export async function joinAlerts(tx: Db, told: readonly string[], to: string): Promise<void> {
  await holdUntold(tx, to);
  const { rows } = await sql<{ match: string; alert: string; urgency: Urgency }>`
    select distinct on (m.id) m.id as match, a.id as alert, t.urgency
    from match f join match m on m.advisory_id = f.advisory_id
      join alert_match t on t.match_id = f.id and t.since = f.since join alert a on a.id = t.alert_id
    where f.id = any (${[...told]}::uuid[]) and m.asset_id = ${to} and m.state <> 'ended' and a.told_at is not null
      and not exists (select from alert_match o join alert b on b.id = o.alert_id
        where o.match_id = m.id and o.since = m.since and b.told_at is not null and ${rankOf('o.urgency')} <= ${rankOf('t.urgency')})
    order by m.id, ${rankOf('t.urgency')}, a.created_at desc`.execute(tx);
  for (const { match, alert, urgency } of rows) {
    await sql`delete from alert_match o using alert b where b.id = o.alert_id and b.told_at is null and o.match_id = ${match}
      and ${rankOf('o.urgency')} >= array_position(array['immediate', 'out-of-cycle', 'scheduled', 'defer'], ${urgency})`.execute(
      tx,
    );
    await sql`insert into alert_match (alert_id, owner_id, match_id, since, urgency)
      select ${alert}, m.owner_id, m.id, m.since, ${urgency} from match m where m.id = ${match} on conflict do nothing`.execute(
      tx,
    );
  }
  await sql`insert into alert_due (match_id, owner_id, due, kind, told_at)
    select m.id, m.owner_id, d.due, d.kind, d.told_at
    from match f join match m on m.advisory_id = f.advisory_id join alert_due d on d.match_id = f.id
    where f.id = any (${[...told]}::uuid[]) and m.asset_id = ${to} and d.due = m.due on conflict do nothing`.execute(
    tx,
  );
  await dropEmpty(tx);
}

/** A device that is part of another now: it is counted in alerts as that one, and nothing waits to be told of it. */
export async function leaveAlerts(tx: Db, part: string, kept: string): Promise<void> {
  await holdUntold(tx, part);
  await sql`delete from alert_match t using match p, alert a
    where p.asset_id = ${part} and t.match_id = p.id and a.id = t.alert_id and (a.told_at is null or exists (
      select from alert_match o join match m on m.id = o.match_id where o.alert_id = a.id and m.asset_id = ${kept}))`.execute(
    tx,
  );
  await dropEmpty(tx);
}

/** These are since when they were before: what waits to be told of them as if they were new is not. */
export async function takeBackNews(tx: Db, matches: readonly string[]): Promise<void> {
  await sql`select from alert a where a.told_at is null and exists (select from alert_match t
    where t.alert_id = a.id and t.match_id = any (${[...matches]}::uuid[])) order by a.id for update`.execute(
    tx,
  );
  await sql`delete from alert_match t using alert a, match m where a.id = t.alert_id and a.told_at is null
    and m.id = t.match_id and m.id = any (${[...matches]}::uuid[]) and t.since <> m.since`.execute(tx);
  await dropEmpty(tx);
}

/** Nobody begins to tell these while it is decided whether they are still to be told. */
async function holdUntold(tx: Db, asset: string): Promise<void> {
  await sql`select from alert a where a.told_at is null and exists (select from alert_match t join match m on m.id = t.match_id
    where t.alert_id = a.id and m.asset_id = ${asset}) order by a.id for update`.execute(tx);
}

async function dropEmpty(tx: Db): Promise<void> {
  await sql`delete from alert a where a.owner_id = actor_organisation() and a.told_at is null
    and not exists (select from alert_match t where t.alert_id = a.id)`.execute(tx);
}

/** What has not gone yet goes as it is chosen now: for this person, or for all of the organisation. */
export async function reschedule(tx: Db, owner: string, person: string | null): Promise<void> {
  await sql`
    update alert_reader r set (digest, send_at) = (
      select not (${atOnce}), ${sendAt(sql`greatest(a.ready_at, clock_timestamp())`)}
      from alert a join ${members} on b.organisation_id = a.owner_id
      where a.id = r.alert_id and p.id = r.person_id and ${areMembers})
    where r.owner_id = ${owner} and r.dispatch_id is null and r.state = 'queued'
      and (${person}::uuid is null or r.person_id = ${person})
      and exists (select from membership b join person p on p.id = b.person_id
        where b.organisation_id = r.owner_id and p.id = r.person_id and ${areMembers})`.execute(tx);
}

/** Comparing is still going on, and may find more devices for what is ready; that is waited for, but not for ever. */
const isReady = (now: Date, alert: string) => sql<boolean>`(
  ${sql.ref(`${alert}.ready_at`)} <= ${now} and (${sql.ref(`${alert}.ready_at`)} < ${now}::timestamptz - interval '10 minutes' or not exists (
    select from job where job.owner_id = ${sql.ref(`${alert}.owner_id`)} and job.state in ('queued', 'running')
      and job.kind in ('match-advisories', 'decide-warnings', 'import-inventory', 'analyse-capture'))))`;

/** The hour of its organisation on the day before a date, and on the day after: then it is told of. */
const dueAt = (column: string, days: number) => sql`(${sql.ref(column)} + ${sql.lit(days)}
  + make_interval(hours => coalesce(o.hour, ${usual.hour}))) at time zone coalesce(o.zone, ${usual.zone})`;
const isDue = (now: Date) => sql<boolean>`m.due is not null and ${isOpen} and (
  ${now} >= ${dueAt('m.due', 1)} and not exists (
    select from alert_due t where t.match_id = m.id and t.due = m.due and t.kind = 'passed')
  or ${now} >= ${dueAt('m.due', -1)} and not exists (
    select from alert_due t where t.match_id = m.id and t.due = m.due))`;

/** The organisations with something whose time has come and on which nobody works; as the program itself. */
export async function ownersWithNews(tx: Db, now: Date): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select distinct g.id, g.name from organisation g join (
      select a.owner_id from alert a where a.told_at is null and ${isReady(now, 'a')}
      union select a.owner_id from alert a where a.remind_at <= ${now} and a.acknowledged_at is null
      union select r.owner_id from alert_reader r join alert a on a.id = r.alert_id
        where r.dispatch_id is null and r.send_at <= ${now} and a.told_at is not null
      union select m.owner_id from match m left join alert_setting o on o.owner_id = m.owner_id and o.person_id is null
        where ${isDue(now)}
    ) as due on due.owner_id = g.id
    where not exists (
      select from job j join queue.job q on q.name = 'tell-warnings' and q.data ->> 'job' = j.id::text
      where j.subject_id = g.id and j.kind = 'tell-warnings' and j.state in ('queued', 'running') and q.state < 'completed')
    limit 200`.execute(tx);
  return rows;
}

export interface Recipient {
  readonly person: string;
  readonly address: string;
  readonly language: Language;
}

export interface DueAlert {
  readonly id: string;
  readonly advisory: string;
  readonly urgency: Urgency;
}

const dueAlert = sql<DueAlert>`a.id, a.advisory_id as advisory, a.urgency`;
const recipient = sql`p.id as person, lower(p.email) as address, coalesce(p.language, 'en') as language`;

/** Takes one that is ready in hand: from now on nothing joins it, and the clock of its reminders runs. */
export async function tellOne(tx: Db, now: Date): Promise<DueAlert | undefined> {
  const { rows } = await sql<DueAlert>`
    update alert a set told_at = ${now}, remind_at = case when ${interrupts('a.urgency')} then
      ${now}::timestamptz + make_interval(hours => ${remindHours}) end
    where a.id = (select a.id from alert a where a.owner_id = actor_organisation() and a.told_at is null and ${isReady(now, 'a')}
      order by ${rankOf('a.urgency')}, a.ready_at limit 1 for update skip locked)
    returning ${dueAlert}`.execute(tx);
  return rows[0];
}

const remindHours = sql`coalesce((select remind_hours from alert_setting
  where owner_id = actor_organisation() and person_id is null), ${usual.remindHours})`;

/** Whoever is to be told of an alert by itself. Who has opened it meanwhile is not. */
export async function readersAtOnce(tx: Db, alert: string): Promise<Recipient[]> {
  const { rows } = await sql<Recipient>`
    select ${recipient} from alert_reader r join person p on p.id = r.person_id
      join membership b on b.person_id = p.id and b.organisation_id = r.owner_id
    where r.alert_id = ${alert} and not r.digest and r.dispatch_id is null and r.send_at is not null
      and r.state = 'queued' and ${areMembers}`.execute(tx);
  return rows;
}

/** Somebody whose digest is due; what is in it is locked until it is told. */
export async function nextDigest(
  tx: Db,
  now: Date,
): Promise<{ to: Recipient | undefined; person: string; at: Date; alerts: DueAlert[] } | undefined> {
  const { rows } = await sql<DueAlert & { person: string; at: Date; isNews: boolean }>`
    with mine as (
      select r.alert_id, r.person_id, r.send_at, r.state from alert_reader r
      where r.owner_id = actor_organisation() and r.dispatch_id is null and r.send_at <= ${now}
        and exists (select from alert a where a.id = r.alert_id and a.told_at is not null)
        and r.person_id = (
          select r.person_id from alert_reader r join alert a on a.id = r.alert_id
          where r.owner_id = actor_organisation() and r.dispatch_id is null and r.send_at <= ${now} and a.told_at is not null
          order by r.send_at, r.person_id limit 1)
      for update
    )
    select ${dueAlert}, mine.person_id as person, mine.send_at as at,
      mine.state = 'queued' and a.acknowledged_at is null and exists (
        select from alert_match t join match m on m.id = t.match_id where t.alert_id = a.id and ${isOpen}) as "isNews"
    from mine join alert a on a.id = mine.alert_id
    order by ${rankOf('a.urgency')}, a.created_at`.execute(tx);
  const [first] = rows;
  if (!first) return undefined;
  const at = new Date(Math.max(...rows.map((row) => row.at.getTime())));
  const to = await sql<Recipient>`select ${recipient} from ${members}
    where b.organisation_id = actor_organisation() and p.id = ${first.person} and ${areMembers}`.execute(tx);
  const news = rows.filter(({ isNews }) => isNews);
  // What he has opened, what somebody has in hand, and what is over need not be read again.
  await unsend(
    tx,
    first.person,
    rows.filter((row) => !row.isNews || to.rows.length === 0).map(({ id }) => id),
  );
  return { to: to.rows[0], person: first.person, at, alerts: news };
}

/** It is shown in the portal, and not mailed to these any more. */
async function unsend(tx: Db, person: string, alerts: readonly string[]): Promise<void> {
  if (alerts.length === 0) return;
  await tx
    .updateTable('alert_reader')
    .set({ send_at: null })
    .where('person_id', '=', person)
    .where('alert_id', 'in', [...alerts])
    .execute();
}

/** These go out with this dispatch; by nothing, where there is no way to send. */
export async function markSent(
  tx: Db,
  alerts: readonly string[],
  people: readonly string[],
  dispatch: string | undefined,
): Promise<void> {
  if (alerts.length === 0 || people.length === 0) return;
  await tx
    .updateTable('alert_reader')
    .set(dispatch ? { dispatch_id: dispatch } : { send_at: null })
    .where('alert_id', 'in', [...alerts])
    .where('person_id', 'in', [...people])
    .where('dispatch_id', 'is', null)
    .where('state', '=', 'queued')
    .execute();
}

/** One that nobody has acknowledged in time. `again` says how often that was asked before. */
export async function nextReminder(
  tx: Db,
  now: Date,
): Promise<(DueAlert & { again: number; at: Date; isOpen: boolean }) | undefined> {
  const { rows } = await sql<DueAlert & { again: number; at: Date; isOpen: boolean }>`
    select ${dueAlert}, a.reminded as again, a.remind_at as at, exists (
      select from alert_match t join match m on m.id = t.match_id where t.alert_id = a.id and ${isOpen}) as "isOpen"
    from alert a where a.owner_id = actor_organisation() and a.remind_at <= ${now} and a.acknowledged_at is null
    order by a.remind_at limit 1 for update skip locked`.execute(tx);
  return rows[0];
}

export async function setReminder(tx: Db, alert: string, now: Date, more: boolean): Promise<void> {
  await sql`update alert set reminded = reminded + ${more ? 1 : 0}, remind_at = case when ${more} and reminded = 0 then
    ${now}::timestamptz + make_interval(hours => ${remindHours}) end where id = ${alert}`.execute(tx);
}

/** Everybody who wants to be interrupted. */
export async function everybodyAtOnce(tx: Db): Promise<Recipient[]> {
  const { rows } = await sql<Recipient>`select ${recipient} from ${members}
    where b.organisation_id = actor_organisation() and ${areMembers} and ${chosen.atOnce}`.execute(tx);
  return rows;
}

/** Who is asked when nobody answered: those named for its devices and by the organisation, or else its authorisers. */
export async function secondContacts(tx: Db, alert: string): Promise<Recipient[]> {
  const { rows } = await sql<Recipient & { isNamed: boolean }>`
    select ${recipient}, p.id = o.second_contact_id or p.id in (
      select m.second_contact_id from alert_match t join match m on m.id = t.match_id
      where t.alert_id = ${alert} and ${isOpen}) as "isNamed"
    from ${members} where b.organisation_id = actor_organisation() and ${areMembers}
      and ('MAD' = any (b.roles::text[]) or p.id = o.second_contact_id or p.id in (
        select m.second_contact_id from alert_match t join match m on m.id = t.match_id
        where t.alert_id = ${alert} and ${isOpen}))`.execute(tx);
  const named = rows.filter(({ isNamed }) => isNamed);
  return named.length > 0 ? named : rows;
}

/** They are readers of it from now on. */
export async function addReaders(
  tx: Db,
  owner: string,
  alert: string,
  people: readonly string[],
  dispatch: string,
): Promise<void> {
  await sql`
    insert into alert_reader (alert_id, owner_id, person_id, digest, send_at, dispatch_id)
    select ${alert}, ${owner}, person, false, clock_timestamp(), ${dispatch} from unnest(${[...people]}::uuid[]) as person
    on conflict (alert_id, person_id) do update set dispatch_id = excluded.dispatch_id
      where alert_reader.dispatch_id is null and alert_reader.state = 'queued'`.execute(tx);
}

export interface DueMatch {
  readonly id: string;
  readonly asset: string;
  readonly advisory: string;
  readonly due: string;
  readonly kind: 'soon' | 'passed';
  readonly assignee: string | null;
  readonly second: string | null;
}

/** Those of which a date comes or has passed, and remembers that they were told of it. */
export async function takeDue(tx: Db, owner: string, now: Date): Promise<DueMatch[]> {
  const { rows } = await sql<DueMatch>`
    with due as (
      select m.id, m.asset_id as asset, m.advisory_id as advisory, m.due, m.assignee_id as assignee, m.second_contact_id as second,
        case when ${now} >= ${dueAt('m.due', 1)} then 'passed' else 'soon' end as kind
      from match m left join alert_setting o on o.owner_id = m.owner_id and o.person_id is null
      where m.owner_id = ${owner} and ${isDue(now)} limit 2000
    ), told as (
      insert into alert_due (match_id, owner_id, due, kind) select id, ${owner}, due, kind from due
      on conflict do nothing returning match_id
    )
    select id, asset, advisory, due::text, kind, assignee, second from due
    where id in (select match_id from told) order by due, advisory, id`.execute(tx);
  return rows;
}

/** Everybody of the organisation who is told anything by mail, and who is asked second. */
export async function everybodyTold(tx: Db): Promise<(Recipient & { isSecond: boolean })[]> {
  const { rows } = await sql<Recipient & { isSecond: boolean }>`
    select ${recipient}, coalesce(p.id = o.second_contact_id, false) as "isSecond" from ${members}
    where b.organisation_id = actor_organisation() and ${areMembers}
      and (${chosen.atOnce} or ${chosen.digest} <> 'none')`.execute(tx);
  return rows;
}

/** The devices of some alerts, the open ones first; at most so many of each. */
export async function devicesOf(
  tx: Db,
  alerts: readonly string[],
  most: number,
): Promise<
  {
    alert: string;
    match: string;
    asset: string;
    state: MatchState;
    due: string | null;
    productIds: string[];
    /** Of the whole alert, how many. */
    open: number;
  }[]
> {
  const { rows } = await sql<Awaited<ReturnType<typeof devicesOf>>[number]>`
    select * from (
      select t.alert_id as alert, m.id as match, m.asset_id as asset, m.state, m.due::text, m.product_ids as "productIds",
        (count(*) filter (where ${isOpen}) over alerts)::integer as open,
        row_number() over (partition by t.alert_id order by (${isOpen}) desc, m.due nulls last, m.rank, m.id) as place
      from alert_match t join match m on m.id = t.match_id where t.alert_id = any (${[...alerts]}::uuid[])
      window alerts as (partition by t.alert_id)) as found
    where place <= ${most} order by alert, place`.execute(tx);
  return rows;
}

/** What the mail server, or a program, answered. A person who has opened it meanwhile knows more than that. */
export async function settleMail(
  tx: Db,
  dispatch: string,
  person: string,
  state: 'sent' | 'bounced' | 'keyExpired',
): Promise<void> {
  const rows = await tx
    .updateTable('alert_reader')
    .set({ state })
    .where('dispatch_id', '=', dispatch)
    .where('person_id', '=', person)
    .where('state', 'in', ['queued', 'sent', 'bounced', 'keyExpired'])
    .returning('alert_id')
    .execute();
  if (state !== 'bounced')
    await reached(
      tx,
      rows.map(({ alert_id }) => alert_id),
    );
}

export async function reached(tx: Db, alerts: readonly string[]): Promise<void> {
  if (alerts.length === 0) return;
  await tx
    .updateTable('alert')
    .set({ reached_at: new Date() })
    .where('id', 'in', [...alerts])
    .where('reached_at', 'is', null)
    .execute();
}

/** This person has opened, or acknowledged, these; how many that is news of. `move` is the click by which he has it in hand. */
export async function markRead(
  tx: Db,
  owner: string,
  person: string,
  alerts: readonly string[],
  state: 'seen' | 'acknowledged',
  move?: string,
): Promise<number> {
  const before = state === 'seen' ? ['seen', 'acknowledged'] : ['acknowledged'];
  const at = new Date();
  if (state === 'acknowledged') await alsoBy(tx, person, alerts, move);
  const { rows } = await sql<{ id: string }>`
    insert into alert_reader as r (alert_id, owner_id, person_id, state, digest, seen_at, acknowledged_at, moves)
    select a.id, ${owner}, ${person}, ${state}, false, ${at}, case when ${state} = 'acknowledged' then ${at}::timestamptz end,
      ${move ? [move] : null}::uuid[]
    from alert a where a.id = any (${[...alerts]}::uuid[]) order by a.id
    on conflict (alert_id, person_id) do update set state = excluded.state, send_at = null,
      seen_at = coalesce(r.seen_at, excluded.seen_at), acknowledged_at = excluded.acknowledged_at, moves = excluded.moves,
      before = jsonb_build_object('state', r.state, 'send_at', r.send_at, 'seen_at', r.seen_at)
      where r.state not in (${literals(before)})
    returning alert_id as id`.execute(tx);
  if (rows.length === 0) return 0;
  await sql`update alert set reached_at = coalesce(reached_at, ${at}), seen_at = coalesce(seen_at, ${at})
      ${
        state === 'acknowledged'
          ? sql`, acknowledged_by = coalesce(acknowledged_by, ${person}), acknowledged_at = coalesce(acknowledged_at, ${at})`
          : sql``
      }
    where id = any (${rows.map(({ id }) => id)}::uuid[])`.execute(tx);
  return rows.length;
}

/** He has these in hand already: by one click more, or from now on because he says so. */
async function alsoBy(tx: Db, person: string, alerts: readonly string[], move: string | undefined) {
  await sql`update alert_reader set moves = ${move ? sql`moves || ${move}::uuid` : sql`null`}
    where alert_id = any (${[...alerts]}::uuid[]) and person_id = ${person} and moves is not null`.execute(
    tx,
  );
}

/**
 * A click is taken back, as far as it concerned these matches: whoever had alerts in hand by it alone is to them what he was
 * before. He keeps those of which another device stays as the click left it.
 */
export async function unacknowledge(
  tx: Db,
  person: string,
  move: string,
  undone: readonly string[],
  now: Date,
): Promise<void> {
  const { rows } = await sql<{ id: string; left: number }>`
    update alert_reader r set moves = array_remove(r.moves, ${move}::uuid)
    where r.person_id = ${person} and ${move}::uuid = any (r.moves) and not exists (
      select from alert_match t join match_step s on s.match_id = t.match_id
      where t.alert_id = r.alert_id and s.move_id = ${move} and t.match_id <> all (${[...undone]}::uuid[]))
    returning r.alert_id as id, cardinality(r.moves) as left`.execute(tx);
  const freed = rows.filter(({ left }) => left === 0).map(({ id }) => id);
  // Who was told nothing before he acted has seen it all the same.
  await sql`update alert_reader set state = coalesce(before ->> 'state', 'seen'), moves = null, before = null,
      send_at = (before ->> 'send_at')::timestamptz, acknowledged_at = null,
      seen_at = case when before is null then seen_at else (before ->> 'seen_at')::timestamptz end
    where person_id = ${person} and alert_id = any (${freed}::uuid[])`.execute(tx);
  await inOtherHands(tx, freed, now);
}

/** This person gives back what he has in hand; which of these he had. */
export async function giveBack(
  tx: Db,
  person: string,
  alerts: readonly string[],
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update alert_reader set state = 'seen', acknowledged_at = null, moves = null, before = null
    where person_id = ${person} and state = 'acknowledged' and alert_id = any (${[...alerts]}::uuid[])
    returning alert_id as id`.execute(tx);
  const given = rows.map(({ id }) => id);
  // Asked from the beginning: everybody, and then the second contact.
  await sql`update alert set reminded = 0, remind_at = null where id = any (${given}::uuid[])`.execute(tx);
  await inOtherHands(tx, given, now);
  return given;
}

/** Somebody has these no more in hand: the next who said so has, or else it is asked about again. */
async function inOtherHands(tx: Db, alerts: readonly string[], now: Date): Promise<void> {
  await sql`update alert a set seen_at = (select min(r.seen_at) from alert_reader r where r.alert_id = a.id),
      (acknowledged_by, acknowledged_at) = (select r.person_id, r.acknowledged_at from alert_reader r
        where r.alert_id = a.id and r.state = 'acknowledged' order by r.acknowledged_at, r.person_id limit 1),
      remind_at = coalesce(a.remind_at, case when ${interrupts('a.urgency')} and a.told_at is not null and a.reminded < 2
        then ${now}::timestamptz + make_interval(hours => ${remindHours}) end)
    where a.id = any (${[...alerts]}::uuid[])`.execute(tx);
}

/** The alerts by which people were told of these matches. */
export async function alertsAbout(tx: Db, matches: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('alert_match')
    .select('alert_id')
    .distinct()
    .where('match_id', '=', sql<string>`any (${[...matches]}::uuid[])`)
    .execute();
  return rows.map(({ alert_id }) => alert_id);
}

export interface AlertRow {
  id: string;
  advisory_id: string;
  urgency: Urgency;
  created_at: Date;
  reached_at: Date | null;
  acknowledged_at: Date | null;
  acknowledger: string | null;
  state: AlertState | null;
  devices: number;
  open: number;
}

const alertLine = (person: string | null) => sql`
  select a.id, a.advisory_id, a.urgency, a.created_at, a.reached_at, a.acknowledged_at, p.name as acknowledger, r.state,
    c.devices, c.open
  from alert a left join person p on p.id = a.acknowledged_by
    left join alert_reader r on r.alert_id = a.id and r.person_id = ${person},
    lateral (select count(*)::integer as devices, (count(*) filter (where ${isOpen}))::integer as open
      from alert_match t join match m on m.id = t.match_id where t.alert_id = a.id) as c`;
const unseen = sql<boolean>`(r.state is null or r.state not in ('seen', 'acknowledged')) and a.acknowledged_at is null`;

export async function listAlerts(
  tx: Db,
  person: string | null,
  wanted: AlertSearch,
  readable: RawBuilder<boolean>,
): Promise<AlertRow[]> {
  const place = readCursor(wanted.after);
  const { rows } = await sql<AlertRow>`${alertLine(person)}
    where a.owner_id = actor_organisation() and ${readable} and c.devices > 0
      and ${wanted.view === 'all' ? sql`true` : sql`c.open > 0`} and ${wanted.view === 'unseen' ? unseen : sql`true`}
      and ${sql.join(
        [
          sql`true`,
          ...wordsOf(wanted.search).map(
            (pattern) => sql`exists (select from alert_match t join match m on m.id = t.match_id
              where t.alert_id = a.id and m.search like ${pattern})`,
          ),
        ],
        sql` and `,
      )}
      and ${place ? sql`(date_trunc('milliseconds', a.created_at), a.id) < (${place[0]}::timestamptz, ${place[1]}::uuid)` : sql`true`}
    order by a.created_at desc, a.id desc limit ${wanted.limit}`.execute(tx);
  return rows;
}

export async function findAlert(tx: Db, person: string | null, id: string): Promise<AlertRow | undefined> {
  const { rows } = await sql<AlertRow>`${alertLine(person)}
    where a.owner_id = actor_organisation() and a.id = ${id}`.execute(tx);
  return rows[0];
}

export async function readersOf(tx: Db, alert: string) {
  const { rows } = await sql<{
    name: string;
    state: AlertState;
    send_at: Date | null;
    dispatch_id: string | null;
    seen_at: Date | null;
    acknowledged_at: Date | null;
  }>`select p.name, r.state, r.send_at, r.dispatch_id, r.seen_at, r.acknowledged_at
    from alert_reader r join person p on p.id = r.person_id where r.alert_id = ${alert} order by p.name`.execute(
    tx,
  );
  return rows;
}

/** By which alerts people were told of these matches, and who of them has read it; oldest first. */
export async function tellingsOf(tx: Db, matches: readonly string[]) {
  const { rows } = await sql<{
    match_id: string;
    alert: string;
    urgency: Urgency;
    told_at: Date | null;
    readers: {
      person: string;
      name: string;
      dispatch: string | null;
      seen_at: string | null;
      acknowledged_at: string | null;
    }[];
  }>`select t.match_id, a.id as alert, t.urgency, a.told_at,
      coalesce((select jsonb_agg(jsonb_build_object('person', r.person_id, 'name', q.name, 'dispatch', r.dispatch_id,
          'seen_at', r.seen_at, 'acknowledged_at', r.acknowledged_at) order by q.name, r.person_id)
        from alert_reader r join person q on q.id = r.person_id where r.alert_id = a.id), '[]') as readers
    from alert_match t join alert a on a.id = t.alert_id
    where t.match_id = any (${[...matches]}::uuid[]) order by a.created_at, a.id`.execute(tx);
  return Map.groupBy(rows, ({ match_id }) => match_id);
}

export async function summarise(
  tx: Db,
  person: string | null,
  readable: RawBuilder<boolean>,
): Promise<{ unseen: number; urgent: number; unread: number }> {
  const { rows } = await sql<{ unseen: number; urgent: number; unread: number }>`
    select (count(*) filter (where ${unseen}))::integer as unseen,
      (count(*) filter (where ${interrupts('a.urgency')} and a.acknowledged_at is null))::integer as urgent,
      (count(*) filter (where a.seen_at is null and a.told_at < now() - interval '1 day'))::integer as unread
    from alert a left join alert_reader r on r.alert_id = a.id and r.person_id = ${person}
    where a.owner_id = actor_organisation() and ${readable}
      and exists (select from alert_match t join match m on m.id = t.match_id where t.alert_id = a.id and ${isOpen})`.execute(
    tx,
  );
  return rows[0]!;
}

export async function settingOf(tx: Db, owner: string, person: string | null) {
  return tx
    .selectFrom('alert_setting')
    .selectAll()
    .where('owner_id', '=', owner)
    .where((row) => (person ? row('person_id', '=', person) : row('person_id', 'is', null)))
    .executeTakeFirst();
}

/** The day that it is now where this organisation is, by the zone that it has chosen. */
export async function dayOf(tx: Db, owner: string, now: Date): Promise<string> {
  const { rows } = await sql<{ day: string }>`
    select (${now}::timestamptz at time zone coalesce(
      (select zone from alert_setting where owner_id = ${owner} and person_id is null), ${usual.zone}))::date::text as day`.execute(
    tx,
  );
  return rows[0]!.day;
}

export async function saveSetting(tx: Db, setting: SettingTable): Promise<void> {
  await tx
    .insertInto('alert_setting')
    .values(setting)
    .onConflict((conflict) => conflict.columns(['owner_id', 'person_id']).doUpdateSet(setting))
    .execute();
}

export async function deleteSetting(tx: Db, owner: string, person: string): Promise<void> {
  await tx
    .deleteFrom('alert_setting')
    .where('owner_id', '=', owner)
    .where('person_id', '=', person)
    .execute();
}

export async function peopleTold(tx: Db): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select p.id, p.name from ${members} where b.organisation_id = actor_organisation() and ${areMembers} order by p.name`.execute(
    tx,
  );
  return rows;
}

export async function calendarOf(tx: Db, owner: string, person: string) {
  return tx
    .selectFrom('alert_calendar')
    .selectAll()
    .where('owner_id', '=', owner)
    .where('person_id', '=', person)
    .executeTakeFirst();
}

export async function saveCalendar(
  tx: Db,
  calendar: { owner_id: string; person_id: string; token_hash: Buffer; names: boolean },
): Promise<void> {
  await tx
    .insertInto('alert_calendar')
    .values({ ...calendar, read_at: null })
    .onConflict((conflict) =>
      conflict
        .columns(['owner_id', 'person_id'])
        .doUpdateSet({ ...calendar, read_at: null, created_at: new Date() }),
    )
    .execute();
}

export async function deleteCalendar(tx: Db, owner: string, person: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('alert_calendar')
    .where('owner_id', '=', owner)
    .where('person_id', '=', person)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Whose calendar has this address, as long as he is a member who may see warnings; as the program itself. */
export async function calendarBy(tx: Db, hash: Buffer) {
  const { rows } = await sql<{ owner: string; person: string; language: Language; names: boolean }>`
    update alert_calendar c set read_at = clock_timestamp()
    from person p join membership b on b.person_id = p.id
    where c.token_hash = ${hash} and p.id = c.person_id and b.organisation_id = c.owner_id and ${areMembers}
    returning c.owner_id as owner, c.person_id as person, coalesce(p.language, 'en') as language, c.names`.execute(
    tx,
  );
  return rows[0];
}

const mostDates = 2000;

interface DueDate {
  readonly advisory: string;
  readonly due: string;
  readonly assets: string[];
  readonly devices: number;
  readonly urgency: Urgency;
}

/**
 * What is open and has a date, one entry for all devices of an advisory with the same one: the soonest 2,000, and how many
 * come after them, from which day on.
 */
export async function datesOf(
  tx: Db,
  readable: RawBuilder<boolean>,
): Promise<{ dates: DueDate[]; beyond: { from: string; count: number } | undefined }> {
  const { rows } = await sql<DueDate & { all: number }>`
    select m.advisory_id as advisory, m.due::text, (array_agg(m.asset_id order by m.rank, m.id))[:20] as assets,
      count(*)::integer as devices, (array_agg(m.urgency order by ${rankOf('m.urgency')}))[1] as urgency,
      (count(*) over ())::integer as "all"
    from match m where m.due is not null and ${isOpen} and ${readable}
    group by m.advisory_id, m.due order by m.due, m.advisory_id limit ${mostDates + 1}`.execute(tx);
  const first = rows[mostDates];
  return {
    dates: rows.slice(0, mostDates),
    beyond: first && { from: first.due, count: first.all - mostDates },
  };
}
