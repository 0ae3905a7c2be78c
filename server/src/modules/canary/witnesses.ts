import { OrganisationKind, type Role, rolesOfKind } from '@busbar/contract';
import type pg from 'pg';

import { type Actor, holderOf, visitor } from '../../platform/actor.ts';

/** Somebody who looks everywhere, and what opens to him besides what his organisation has. */
export interface Witness {
  readonly actor: Actor;
  /** Which of all who look: a role, and what makes him another than the rest of it. */
  readonly is: string;
  /** He is on their team, or holds the words of one. */
  readonly cases: ReadonlySet<string>;
  /** Threads that name him, his part, files he gave or was given. */
  readonly parts: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/**
 * Shuts what was opened to others, so that what one organisation has is for nobody else, and brings in who looks:
 *
 * - of every organisation that has something, somebody in each of its roles, and a key of its machine;
 * - of one of each kind that has nothing, somebody in each of its roles, and a key; of the CERT, who has only begun there;
 * - of the CERT also an analyst on the team of one case, and nowhere else;
 * - a guest of a case, whoever holds the words of a report, and a visitor.
 */
export async function witnessesOf(client: pg.Client): Promise<Witness[]> {
  await client.query(shut);
  const { rows: certs } = await client.query<{ id: string }>(
    `select id from organisation where 'cert' = any (kinds)`,
  );
  const strangers: Actor[] = [];
  const seats = new Map<Role, string>();
  for (const kind of OrganisationKind.options) {
    const home = kind === 'cert' ? certs[0]?.id : await newOrganisation(client, kind);
    for (const role of rolesOfKind[kind]) if (home && !seats.has(role)) seats.set(role, home);
  }
  // Everybody himself: what somebody did, he reads in the ledger in every role.
  for (const [role, home] of seats) strangers.push(await newcomer(client, home, role));
  const teamed = await Promise.all(certs.map(({ id }) => newcomer(client, id, 'ANA')));
  await countCases(client);
  const { rows: members } = await client.query<Actor>(`
    select distinct on (o.id, m.roles[1]) p.id as person, p.name, o.id as organisation, m.roles::text[] as roles, 'RED' as ceiling, false as restricted
    from membership m join person p on p.id = m.person_id join organisation o on o.id = m.organisation_id
    where p.name <> 'Canary' and o.id in (select id from organisation where 'cert' = any (kinds)
      union (select owner_id from site s group by 1
        order by (select count(*) from "case" c where c.owner_id = s.owner_id) desc, count(*) desc, 1 limit 2)) order by o.id, m.roles[1]`);
  const owners = [...new Set(members.map(({ organisation }) => organisation!))];
  const key = (organisation: string | null): Actor => ({
    ...visitor,
    name: 'key',
    organisation,
    roles: ['SVC'],
    ceiling: 'RED',
  });
  return [
    witness(visitor, 'PUB'),
    witness(holderOf(crypto.randomUUID()), 'RCP of no report'),
    witness(key(strangers[0]!.organisation), 'SVC of a stranger'),
    ...strangers.map((actor) => witness(actor, `${actor.roles.join()} of a stranger`)),
    ...members.map((actor) => witness(actor, actor.roles.join())),
    ...owners.map((owner) => witness(key(owner), 'SVC')),
    ...(await Promise.all(
      teamed.map(async (actor) => witness(actor, 'ANA on the team', await joined(client, actor))),
    )),
    ...(await guests(client)),
    ...(await holders(client)),
  ];
}

/**
 * As whom it is read: as its delivery says, or whose mailbox it is, or whose program. Where that is nobody who takes part, what
 * comes there comes to the public.
 */
export async function whoGets(client: pg.Client, address: string, delivery?: string): Promise<Witness> {
  const sent = delivery && (await addresseeOf(client, delivery));
  if (sent) return sent;
  const { rows } = await client.query<Actor>(
    `select p.id as person, p.name, m.organisation_id as organisation, m.roles::text[] as roles, 'RED' as ceiling, false as restricted
     from person p join membership m on m.person_id = p.id where lower(p.email) = lower($1)
     union all
     select null, w.name, w.owner_id, '{SVC}', w.max_label::text, false from webhook w where split_part(w.url, '#', 1) = split_part($1, '#', 1)
     order by 3 limit 1`,
    [address],
  );
  const actor = rows[0] ?? visitor;
  return witness(actor, actor.roles.join());
}

/**
 * A member, a program, who is asked to take part in a case, or who wrote of one to the desk. What an organisation tells its own
 * people of a case of others is for them, though they do not see the case.
 */
async function addresseeOf(client: pg.Client, delivery: string): Promise<Witness | undefined> {
  const { rows } = await client.query<{
    actor: Actor | null;
    told: string | null;
    part: string | null;
    in_case: string | null;
  }>(
    `select case when w.id is not null then jsonb_build_object('person', null, 'name', w.name, 'organisation', w.owner_id,
          'roles', '{SVC}'::text[], 'ceiling', w.max_label, 'restricted', false)
        when m.person_id is not null then jsonb_build_object('person', p.id, 'name', p.name, 'organisation', m.organisation_id,
          'roles', m.roles::text[], 'ceiling', 'RED', 'restricted', false) end as actor,
       case when d.owner_id = coalesce(w.owner_id, m.organisation_id) then d.id end as told,
       case d.kind when 'participation' then v.recipient end as part,
       case when v.reply_id is not null then d.case_id end as in_case
     from delivery v join dispatch d on d.id = v.dispatch_id left join webhook w on w.id = v.webhook_id
       left join membership m on m.person_id = v.person_id and m.organisation_id = v.organisation_id left join person p on p.id = m.person_id
     where v.id = $1`,
    [delivery],
  );
  const [row] = rows;
  if (row?.actor)
    return witness(row.actor, row.actor.roles.join(), nothing, new Set(row.told ? [row.told] : []));
  if (row?.part) return witness(visitor, 'asked to take part', nothing, new Set([row.part]));
  if (row?.in_case) return witness(holderOf(row.in_case), 'RCP by mail', new Set([row.in_case]));
  return row && witness(visitor, 'PUB');
}

const witness = (actor: Actor, is: string, cases = nothing, parts = nothing): Witness => ({
  actor,
  is,
  cases,
  parts,
});

const shut = `
  begin;
  set local session_replication_role = replica;
  update "case" set team = '{}', guests = '{}', state = case when state = 'received' then 'triaged' else state end;
  update consent set state = 'withdrawn';
  update break_glass set until = decided_at where state = 'approved';
  commit`;

async function newOrganisation(client: pg.Client, kind: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into organisation (name, kinds, country) values ('Canary ' || $1, array[$1], 'DE') returning id`,
    [kind],
  );
  return rows[0]!.id;
}

/** A person that nobody knows. */
async function newcomer(client: pg.Client, organisation: string, role: Role): Promise<Actor> {
  const { rows: persons } = await client.query<{ id: string }>(
    `insert into person (name, email) values ('Canary', $1) returning id`,
    [`${crypto.randomUUID()}@canary.example`],
  );
  const person = persons[0]!.id;
  await client.query(`insert into membership (person_id, organisation_id, roles) values ($1, $2, $3)`, [
    person,
    organisation,
    [role],
  ]);
  return { person, name: 'Canary', organisation, roles: [role], ceiling: 'RED', restricted: false };
}

/** On the team of the fullest case that the CERT has from another organisation. */
async function joined(client: pg.Client, { person, organisation }: Actor): Promise<Set<string>> {
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  const { rows } = await client.query<{ id: string }>(
    `update "case" set team = array[$1::uuid] where id in (
       select c.id from "case" c join fullest f using (id)
       where c.owner_id <> $2 and exists (select from data_key k where k.case_id = c.id) order by f.rows desc, c.id limit 1) returning id`,
    [person, organisation],
  );
  await client.query('commit');
  return new Set(rows.map(({ id }) => id));
}

/** `fullest`: how many rows there are of each case. */
async function countCases(client: pg.Client): Promise<void> {
  const { rows: inCases } = await client.query<{ table: string }>(`
    select quote_ident(c.relname) as table from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'case_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped and c.relname not like 'audit%'`);
  await client.query(`create temp table if not exists fullest as select case_id as id, count(*) as rows
    from (${inCases.map(({ table }) => `select case_id from ${table}`).join(' union all ')}) all_rows group by 1`);
}

/** One of each role in which somebody takes part. */
async function guests(client: pg.Client): Promise<Witness[]> {
  const { rows } = await client.query<
    Actor & { part: string; case_id: string; parts: string[]; role: string }
  >(`
    select distinct on (g.role) p.id as person, p.name, g.organisation_id as organisation, m.roles::text[] as roles, 'RED' as ceiling,
      false as restricted, g.id as part, g.case_id, g.role, array(
        select t.id from case_thread t where g.id = any (t.participants)
        union select f.id from case_evidence f where f.case_id = g.case_id and (f.is_shared or f.person_id = g.person_id)) as parts
    from case_participant g join person p on p.id = g.person_id
      join membership m on m.person_id = p.id and m.organisation_id = g.organisation_id
    where g.state = 'accepted' order by g.role, g.id`);
  return rows.map(({ part, case_id: _, parts, role, ...actor }) =>
    witness(actor, `${role} as a guest`, nothing, new Set([part, ...parts])),
  );
}

/** Of the report without an account about which most was said. */
async function holders(client: pg.Client): Promise<Witness[]> {
  const { rows } = await client.query<{ id: string }>(`
    select r.case_id as id from case_receipt r join fullest f on f.id = r.case_id
    where exists (select from data_key k where k.case_id = r.case_id) order by f.rows desc, r.case_id limit 1`);
  return rows.map(({ id }) => witness(holderOf(id), 'RCP by words', new Set([id])));
}
