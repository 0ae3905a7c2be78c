import {
  type RadarCause,
  type RadarSearch,
  RadarState,
  type Scope,
  type Severity,
  type Tlp,
} from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import { insertMany, storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { wordsOf } from '../../platform/search.ts';

interface ItemTable {
  id: Generated<string>;
  owner_id: string;
  label: Tlp;
  scope: Scope;
  audience: string[];
  document_id: string;
  kind: 'advisory' | 'record';
  cause: RadarCause;
  publisher: string;
  tracking_id: string;
  version: string;
  title: string;
  summary: string;
  url: string | null;
  severity: Severity;
  score: number | null;
  exploited: boolean;
  search: string;
  rank: number;
  state: Generated<RadarState>;
  reason: Generated<string | null>;
  decided_by: Generated<string | null>;
  decided_at: Generated<Date | null>;
  until: Generated<Date | null>;
  attached_id: Generated<string | null>;
  held_by: Generated<string | null>;
  held_until: Generated<Date | null>;
  at: Generated<Date>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    radar_item: ItemTable;
    radar_step: {
      id: Generated<number>;
      owner_id: string;
      item_id: string;
      state: RadarState;
      reason: string | null;
      person_id: string | null;
      at: Generated<Date>;
    };
  }
}

export type ItemRow = Selectable<ItemTable> & {
  readonly decider: string | null;
  readonly holder: string | null;
  readonly held: boolean;
};
export type NewItem = Pick<
  Selectable<ItemTable>,
  | 'owner_id'
  | 'label'
  | 'scope'
  | 'audience'
  | 'document_id'
  | 'kind'
  | 'cause'
  | 'publisher'
  | 'tracking_id'
  | 'version'
  | 'title'
  | 'summary'
  | 'url'
  | 'severity'
  | 'score'
  | 'exploited'
  | 'search'
  | 'rank'
>;

/** How long an item stays in front of somebody who does nothing with it. */
const holding = sql`interval '10 minutes'`;
const together = 1000;

/** What has come before and is news again has its former decision undone, and says so. */
export async function putItems(tx: Db, rows: readonly NewItem[]): Promise<void> {
  for (let at = 0; at < rows.length; at += together) {
    const { rows: put } = await sql<{ id: string; owner_id: string }>`
        insert into radar_item (owner_id, label, scope, audience, document_id, kind, cause, publisher, tracking_id, version,
          title, summary, url, severity, score, exploited, search, rank)
        select owner_id, label, scope, audience, document_id, kind, cause, publisher, tracking_id, version,
          title, summary, url, severity, score, exploited, search, rank
        from jsonb_populate_recordset(null::radar_item, ${storable(rows.slice(at, at + together))}::jsonb)
        on conflict (owner_id, document_id) do update set label = excluded.label, scope = excluded.scope,
          audience = excluded.audience, cause = excluded.cause, version = excluded.version, title = excluded.title,
          summary = excluded.summary, url = excluded.url, severity = excluded.severity, score = excluded.score,
          exploited = excluded.exploited, search = excluded.search, rank = excluded.rank, state = 'new', reason = null,
          decided_by = null, decided_at = null, until = null, held_by = null, held_until = null, at = clock_timestamp()
        returning id, owner_id`.execute(tx);
    await insertMany(
      tx,
      'radar_step',
      put.map(({ id, owner_id }) => ({ owner_id, item_id: id, state: 'new', at: new Date().toISOString() })),
    );
  }
}

/** Put off until a time that has come counts as new. */
const stands = sql<RadarState>`(case when i.state = 'later' and i.until <= now() then 'new' else i.state end)`;

const items = (tx: Db) =>
  tx
    .selectFrom('radar_item as i')
    .leftJoin('person as d', 'd.id', 'i.decided_by')
    .leftJoin('person as h', 'h.id', 'i.held_by')
    .selectAll('i')
    .select([
      stands.as('state'),
      'd.name as decider',
      'h.name as holder',
      sql<boolean>`coalesce(i.held_until > now(), false)`.as('held'),
    ]);

export async function listItems(
  tx: Db,
  { state, cause, severity, search, after, limit }: RadarSearch,
): Promise<ItemRow[]> {
  let query = items(tx).orderBy('i.rank').orderBy('i.at', 'desc').orderBy('i.id').limit(limit);
  if (state) query = query.where(stands, '=', state).where(written(state));
  if (cause) query = query.where('i.cause', '=', cause);
  if (severity) query = query.where('i.severity', '=', severity);
  for (const pattern of wordsOf(search)) query = query.where('i.search', 'like', pattern);
  if (after)
    query = query.where(
      sql<boolean>`(i.rank, -extract(epoch from i.at), i.id) > (select rank, -extract(epoch from at), id from radar_item where id = ${after})`,
    );
  return query.execute();
}

/** Up to ten thousand each: beyond that, nobody wants to wait for the exact number. */
export async function countItems(tx: Db): Promise<Record<RadarState, number>> {
  const counted = RadarState.options.map(
    (state) =>
      sql`(select count(*) from (select from radar_item i where ${written(state)} and ${stands} = ${state} limit 10000) s) as ${sql.ref(state)}`,
  );
  const { rows } = await sql<Record<RadarState, number>>`select ${sql.join(counted)}`.execute(tx);
  return rows[0]!;
}

/** Indexes know states as they are written, and what was put off until now is written as put off. */
const written = (state: RadarState) =>
  state === 'new' ? sql<boolean>`i.state in ('new', 'later')` : sql<boolean>`i.state = ${state}`;

export async function findItem(tx: Db, id: string): Promise<ItemRow | undefined> {
  return items(tx).where('i.id', '=', id).executeTakeFirst();
}

/** Takes the first that nobody else has in front of him; two who ask at once get two. */
export async function takeNext(
  tx: Db,
  person: string,
  passed: string | undefined,
): Promise<string | undefined> {
  if (passed)
    await sql`update radar_item set held_by = null, held_until = null where id = ${passed} and held_by = ${person}`.execute(
      tx,
    );
  const beyond = passed
    ? sql`and (i.rank, -extract(epoch from i.at), i.id) > (select rank, -extract(epoch from at), id from radar_item where id = ${passed})`
    : sql``;
  const { rows } = await sql<{ id: string }>`
    update radar_item set held_by = ${person}, held_until = now() + ${holding} where id = (
      select i.id from radar_item i where ${stands} = 'new' and i.state in ('new', 'later')
        and (i.held_until is null or i.held_until <= now() or i.held_by = ${person}) ${beyond}
      order by i.rank, i.at desc, i.id limit 1 for update skip locked)
    returning id`.execute(tx);
  return rows[0]?.id;
}

export async function holdItem(tx: Db, id: string, person: string): Promise<void> {
  await sql`update radar_item set held_by = ${person}, held_until = now() + ${holding} where id = ${id}`.execute(
    tx,
  );
}

export async function lockItems(tx: Db, ids: readonly string[]): Promise<ItemRow[]> {
  await sql`select from radar_item where id = any (${[...ids]}::uuid[]) order by id for update`.execute(tx);
  return items(tx)
    .where('i.id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .execute();
}

export async function moveItems(
  tx: Db,
  owner: string,
  ids: readonly string[],
  to: {
    readonly state: RadarState;
    readonly reason: string | null;
    readonly person: string | null;
    readonly until: string | null;
    readonly attached: string | null;
  },
): Promise<void> {
  await sql`update radar_item set state = ${to.state}, reason = ${to.reason}, decided_by = ${to.state === 'new' ? null : to.person}::uuid,
      decided_at = case when ${to.state} = 'new' then null else now() end, until = ${to.until}::timestamptz,
      attached_id = ${to.attached}::uuid, held_by = null, held_until = null
    where id = any (${[...ids]}::uuid[])`.execute(tx);
  await sql`insert into radar_step (owner_id, item_id, state, reason, person_id)
    select ${owner}, id, ${to.state}, ${to.reason}, ${to.person} from unnest(${[...ids]}::uuid[]) as id`.execute(
    tx,
  );
}

export async function stepsOf(
  tx: Db,
  item: string,
): Promise<{ state: RadarState; reason: string | null; at: Date; name: string | null }[]> {
  return tx
    .selectFrom('radar_step as s')
    .leftJoin('person as p', 'p.id', 's.person_id')
    .select(['s.state', 's.reason', 's.at', 'p.name'])
    .where('s.item_id', '=', item)
    .orderBy('s.id')
    .execute();
}
