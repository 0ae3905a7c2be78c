import { type AnyRoute, apis, mayDo, type Role, roles } from '@busbar/contract';
import type pg from 'pg';

import { type Actor, visitor } from '../../platform/actor.ts';
import type { KeyWrapper } from '../../platform/keys.ts';
import { exampleUrl } from '../../platform/example-question.ts';
import { mayBeSeen } from './may-be-seen.ts';
import { type Marker, plant, type Planting } from './plant.ts';

/** Asks as somebody, and gives everything that came back: status, headers and body. */
export type AskAs = (actor: Actor, url: string) => Promise<{ status: number; text: string }>;

export interface Leak {
  readonly place: string;
  /** Whose it is. */
  readonly owner: string | null;
  readonly role: string;
  readonly organisation: string | null;
  readonly where: string;
}

export interface CanaryReport extends Omit<Planting, 'markersIn'> {
  readonly asked: number;
  /** Columns whose owner, or whoever may, found the marker: they are asked for where they can be seen. */
  readonly seen: readonly string[];
  /** What its owner could read before there were markers and cannot now: nothing was found out about it. */
  readonly broken: readonly string[];
  readonly leaks: readonly Leak[];
}

export interface CanaryParts {
  /** Stands above every policy. What it is connected to is lost: this is for a copy. */
  readonly client: pg.Client;
  /** Opens the keys of cases, to plant in what is sealed. */
  readonly wrapper: KeyWrapper;
  readonly ask: AskAs;
  /** What was said elsewhere meanwhile: lines of the log, and letters with the address that each went to. */
  readonly said?: () => Promise<
    readonly { readonly where: string; readonly text: string; readonly to?: string }[]
  >;
}

export type Canary = Awaited<ReturnType<typeof setCanary>>;

/**
 * Plants a marker wherever somebody could have written something that is his. Before, all that was opened to others is
 * shut: cases leave the desk, nobody is on a team, no consent stands; what one organisation has is then for nobody else.
 */
export async function setCanary({ client, wrapper, ask, said }: CanaryParts) {
  await client.query(shut);
  const people = await everybody(client);
  const addresses = await addressesOf(client, people, ask);
  const { rows: certs } = await client.query<{ id: string }>(
    `select id from organisation where 'cert' = any (kinds)`,
  );
  const { markersIn, ...planting } = await plant(client, wrapper);
  const isFor = ({ place, owner }: Marker, { organisation, roles }: Actor, where: string): boolean =>
    (owner !== null && owner === organisation) ||
    mayBeSeen(place, roles as Role[], where.split('?')[0]!) ||
    // The name of the CERT is public.
    (place === 'organisation.name' && certs.some(({ id }) => id === owner));

  return {
    /** Asks everything, or some of it, as everybody, and says which marker came to whom it does not belong to. */
    async crawl(only: (route: AnyRoute) => boolean = () => true): Promise<CanaryReport> {
      const seen = new Set<string>();
      const broken: string[] = [];
      const leaks = new Map<string, Leak>();
      let asked = 0;
      for (const { route, url, readers } of addresses.filter((each) => only(each.route))) {
        // Who has no role for it is turned away at the door, which looks at nothing.
        const able = people.filter(({ roles }) => mayDo(roles as Role[], route.action, route.serves));
        asked += able.length;
        const answers = await Promise.all(able.map((actor) => ask(actor, url)));
        for (const [at, { status, text }] of answers.entries()) {
          const actor = able[at]!;
          if (readers.has(actor) && status !== 200) broken.push(`${url} as ${actor.roles.join()}: ${status}`);
          look(text, actor, url.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id'));
        }
      }
      for (const { where, text, to } of (await said?.()) ?? [])
        look(text, to ? await whoGets(client, to) : visitor, where);
      return { ...planting, asked, seen: [...seen].sort(), broken, leaks: [...leaks.values()] };

      function look(text: string, actor: Actor, where: string): void {
        for (const marker of markersIn(text)) {
          if (isFor(marker, actor, where)) seen.add(marker.place);
          else {
            const leak = { ...marker, role: actor.roles.join(), organisation: actor.organisation, where };
            leaks.set(`${marker.place} ${leak.role} ${where}`, leak);
          }
        }
      }
    },
  };
}

/** Whose mailbox it is; where it is nobody's who takes part, what comes there comes to the public. */
async function whoGets(client: pg.Client, address: string): Promise<Actor> {
  const { rows } = await client.query<Actor>(
    `select p.id as person, p.name, m.organisation_id as organisation, m.roles::text[] as roles, 'RED' as ceiling, false as restricted
     from person p join membership m on m.person_id = p.id where lower(p.email) = lower($1) order by m.organisation_id limit 1`,
    [address],
  );
  return rows[0] ?? visitor;
}

const shut = `
  begin;
  set local session_replication_role = replica;
  update "case" set team = '{}', guests = '{}', state = case when state = 'received' then 'triaged' else state end;
  update consent set state = 'withdrawn';
  update break_glass set until = decided_at where state = 'approved';
  commit`;

/** Of every organisation that has something somebody in each of its roles; and of those without: each role, acting for one that has nothing. */
async function everybody(client: pg.Client): Promise<Actor[]> {
  const { rows } = await client.query<Actor>(`
    select distinct on (o.id, m.roles[1]) p.id as person, p.name, o.id as organisation, m.roles::text[] as roles, 'RED' as ceiling, false as restricted
    from membership m join person p on p.id = m.person_id join organisation o on o.id = m.organisation_id
    where o.id in (select id from organisation where 'cert' = any (kinds)
      union (select owner_id from site s group by 1
        order by (select count(*) from "case" c where c.owner_id = s.owner_id) desc, count(*) desc, 1 limit 2)) order by o.id, m.roles[1]`);
  const { rows: strangers } = await client.query<{ id: string }>(
    `insert into organisation (name, kinds, country) values ('Canary', array['operator'], 'DE') returning id`,
  );
  const { rows: persons } = await client.query<{ id: string }>(
    `insert into person (name, email) values ('Canary', 'canary@stranger.example') returning id`,
  );
  await client.query(`insert into membership (person_id, organisation_id, roles) values ($1, $2, '{MEM}')`, [
    persons[0]!.id,
    strangers[0]!.id,
  ]);
  const stranger = {
    person: persons[0]!.id,
    name: 'Canary',
    organisation: strangers[0]!.id,
    ceiling: 'RED',
    restricted: false,
  } as const;
  return [
    visitor,
    { ...visitor, roles: ['RCP'], ceiling: 'RED', receipt: crypto.randomUUID() },
    { ...visitor, name: 'key', organisation: stranger.organisation, roles: ['SVC'], ceiling: 'RED' },
    ...roles
      .filter((role) => !['PUB', 'RCP', 'SVC'].includes(role))
      .map((role) => ({ ...stranger, roles: [role] })),
    ...rows,
  ];
}

interface Address {
  readonly route: AnyRoute;
  readonly url: string;
  /** Who was answered before there were markers. */
  readonly readers: ReadonlySet<Actor>;
}

/** Every list and every search; and every address with an id at which somebody finds something of his own. */
async function addressesOf(client: pg.Client, people: readonly Actor[], ask: AskAs): Promise<Address[]> {
  const routes: AnyRoute[] = Object.values(apis).flatMap((api) => Object.values<AnyRoute>(api));
  const ids = await idsOf(client);
  const found: Address[] = [];
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const able = people.filter(
      ({ person, roles }) => person && mayDo(roles as Role[], route.action, route.serves),
    );
    if (!route.path.includes(':')) {
      const url = exampleUrl(route);
      found.push({ route, url, readers: new Set(await readersOf(url, able)) });
      found.push({ route, url: `${url.split('?')[0]}?q=canary&search=canary`, readers: new Set() });
      continue;
    }
    // Of each organisation the first that answers.
    const within = /:id\/.*:(\w+)/.exec(route.path)?.[1];
    const owners = new Set(able.map(({ organisation }) => organisation));
    for (const owner of owners) {
      const [own, reader] = [
        ids.filter((id) => id.owner === owner),
        able.find((actor) => actor.organisation === owner)!,
      ];
      const inside = within ? own.filter(({ table }) => table.endsWith(`_${within}`)) : [];
      const urls = own.flatMap(({ id }) =>
        (inside.length > 0 ? inside : [{ id }]).map((other) => exampleUrl(route, id, other.id)),
      );
      const answers = await Promise.all(urls.map((url) => readersOf(url, [reader])));
      const first = answers.findIndex(({ length }) => length > 0);
      if (first >= 0) found.push({ route, url: urls[first]!, readers: new Set(answers[first]) });
    }
  }
  return found;

  async function readersOf(url: string, of: readonly Actor[]): Promise<Actor[]> {
    const answers = await Promise.all(of.map((actor) => ask(actor, url)));
    return of.filter((_, at) => answers[at]!.status === 200);
  }
}

/** One of each table and each owner, of the case in which there is most: what somebody may ask for by its id. */
async function idsOf(client: pg.Client): Promise<{ table: string; id: string; owner: string }[]> {
  const { rows: inCases } = await client.query<{ table: string }>(`
    select quote_ident(c.relname) as table from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'case_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped and c.relname not like 'audit%'`);
  await client.query(`create temp table if not exists fullest as select case_id as id, count(*) as rows
    from (${inCases.map(({ table }) => `select case_id from ${table}`).join(' union all ')}) all_rows group by 1`);
  const { rows: tables } = await client.query<{ table: string; owner: string; of: string }>(`
    select quote_ident(c.relname) as table, case o.attname when 'case_id' then '(select owner_id from "case" where id = case_id)' else o.attname end as owner,
      case when exists (select from pg_attribute k where k.attrelid = c.oid and k.attname = 'case_id' and not k.attisdropped) then 'case_id' else 'id' end as of
    from pg_class c join pg_attribute o on o.attrelid = c.oid and o.attname in ('owner_id', 'organisation_id', 'case_id')
      join pg_attribute i on i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'audit%' order by 1`);
  const found = [];
  for (const { table, owner, of } of tables) {
    const { rows } = await client.query<{ id: string; owner: string }>(
      `select distinct on (owner) id, owner
       from (select id, ${owner} as owner, (select f.rows from fullest f where f.id = t.${of}) as rows from ${table} t) owned
       where owner is not null order by owner, rows desc nulls last, id`,
    );
    found.push(...rows.map((row) => ({ table, ...row })));
  }
  return found;
}
