import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { apis, type AnyRoute, mayDo, peopleApi, type Role } from '@busbar/contract';
import pg from 'pg';

import { type Actor, visitor } from '../platform/actor.ts';
import { exampleBody, exampleUrl } from '../platform/example-question.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const routes: AnyRoute[] = Object.values(apis).flatMap((api) => Object.values(api));
const byId = routes.filter(({ path }) => path.includes('/:id'));

const MARK = 'canary_';

/** Nordwasser has one of everything the demo makes; Delta Motors and the others ask for it by its ids. */
describe('what belongs to one organisation', { timeout: 300_000 }, () => {
  let server: TestServer;
  let owner: pg.Client;
  let victim: Actor;
  let strangers: Actor[];
  let ids: { table: string; id: string }[];
  const logged: string[] = [];

  before(async () => {
    server = await startTestServer({ work: true, logged, logLevel: 'debug' });
    owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    await server.house.demo.fill();
    victim = await memberOf('Nordwasser', 'MAD');
    const stranger = await memberOf('Delta Motors', 'MAD');
    strangers = [
      stranger,
      await memberOf('Delta Motors', 'MEM'),
      await memberOf('Aurum Controls', 'VEN'),
      { ...visitor, name: 'key', organisation: stranger.organisation, roles: ['SVC'], ceiling: 'AMBER' },
    ];
    const asVictim = server.as(victim);
    await asVictim(peopleApi.invite, {
      body: { name: 'Nora New', email: 'nora@nordwasser.example', roles: ['MEM'] },
    });
    await asVictim(peopleApi.addKey, { body: { name: 'SIEM', maxTlp: 'GREEN', days: 9 } });
    await idle();
    ids = await idsOf(victim.organisation!);
  });
  after(async () => {
    await owner.end();
    await server.close();
  });

  it('is there, so that asking for it means something', async () => {
    const never = [];
    for (const route of byId.filter(
      ({ method, action, serves }) => method === 'GET' && mayDo(victim.roles as Role[], action, serves),
    )) {
      // What the CERT knows and publishes belongs to no member.
      if (/^\/api\/(?:advisories|published)/.test(route.path)) continue;
      const found = await Promise.all(
        ids.flatMap(({ id }) =>
          withinOf(route).map((other) => server.send(victim)('GET', exampleUrl(route, id, other), undefined)),
        ),
      );
      if (!found.some(({ status }) => status === 200)) never.push(route.path);
    }
    assert.deepEqual(never, []);
  });

  it('is in no list, no search and no count of the others', async () => {
    const words = ['nordwasser', ...ids.map(({ id }) => id)];
    const seen: string[] = [];
    for (const stranger of strangers)
      for (const route of routes) {
        if (route.method !== 'GET' || route.path.includes(':')) continue;
        const { body } = await server.send(stranger)('GET', exampleUrl(route), undefined);
        const text = JSON.stringify(body).toLowerCase();
        // Whose demo this is, everybody may read.
        if (route.path !== '/api/instance')
          seen.push(
            ...words
              .filter((word) => text.includes(word))
              .map((word) => `${stranger.roles.join()} ${route.path}: ${word}`),
          );
      }
    assert.deepEqual(seen, []);
  });

  it('looks to all others as if it were not there, by every operation that takes an id', async () => {
    const untouched = await fingerprint();
    const told: string[] = [];
    for (const stranger of strangers)
      for (const route of byId) {
        const nowhere = await answerTo(stranger, route, crypto.randomUUID());
        const comesIn = mayDo(stranger.roles as Role[], route.action, route.serves);
        if (stranger.roles.includes('MAD') && comesIn)
          assert.ok(nowhere.startsWith('404'), `${route.method} ${route.path}: ${nowhere}`);
        // Who has no role for it is turned away at the door, which looks at no id: one shows that.
        const asked = comesIn ? ids : ids.slice(0, 1);
        await Promise.all(
          asked.flatMap(({ table, id }) =>
            withinOf(route).map(async (other) => {
              const there = await answerTo(stranger, route, id, other);
              if (there !== nowhere)
                told.push(
                  `${stranger.roles.join()} ${route.method} ${route.path} with an id of ${table}: ${there}`,
                );
            }),
          ),
        );
      }
    assert.deepEqual(told, []);
    assert.deepEqual(await fingerprint(), untouched);
  });

  it('cannot be pointed at by a row of another', async () => {
    const site = ids.find(({ table }) => table === 'site')!.id;
    const add = apis.plant.addAsset;
    const { status } = await server.send(strangers[0]!)('POST', add.path, {
      ...(exampleBody(add) as object),
      site,
    });
    assert.ok(status === 404 || status === 400, String(status));
  });

  it('is not read by the administrator', async () => {
    const administrator = await memberOf('cert', 'ADM');
    const { rows } = await owner.query<{ name: string }>(
      `select name from site where owner_id = $1 union select name from capture where owner_id = $1`,
      [victim.organisation],
    );
    assert.ok(rows.length > 1);
    const seen: string[] = [];
    for (const route of routes.filter(({ method, action }) => method === 'GET' && mayDo(['ADM'], action)))
      for (const { table, id } of route.path.includes('/:id') ? ids : ids.slice(0, 1)) {
        const { body } = await server.send(administrator)('GET', exampleUrl(route, id), undefined);
        const text = JSON.stringify(body);
        if (rows.some(({ name }) => text.includes(name))) seen.push(`${route.path} (${table})`);
      }
    assert.deepEqual(seen, []);
  });

  it('is nowhere outside of it by a single word: markers in every column are found in no answer and no line of the log', async () => {
    assert.ok((await plant()) > 150);
    assert.deepEqual(await found(), []);
    // And would be found: a policy that is broken on purpose shows them.
    await owner.query('create policy leak on site for select using (true)');
    assert.ok((await found('/api/sites')).some((where) => where.includes('/api/sites')));
    await owner.query('drop policy leak on site');
    logged.push(`a line with ${MARK}site_name`);
    assert.deepEqual(await found('/api/instance'), ['the log']);
  });

  /** As many columns as took one. What takes none must be a column that a check holds to a few words or a shape. */
  async function plant(): Promise<number> {
    const { rows } = await owner.query<{
      table: string;
      owner: string;
      column: string;
      type: string;
      held: boolean;
    }>(`
      select quote_ident(c.relname) as table, o.attname as owner, quote_ident(a.attname) as column,
        format_type(a.atttypid, null) as type,
        exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('c', 'f') and a.attnum = any (k.conkey)) as held
      from pg_class c join pg_attribute o on o.attrelid = c.oid and o.attname in ('owner_id', 'organisation_id')
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and a.attgenerated = '' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'audit%'
        and format_type(a.atttypid, null) in ('text', 'text[]', 'jsonb', 'bytea') order by 1, 3`);
    await owner.query('set session_replication_role = replica');
    let planted = 0;
    const refused: string[] = [];
    for (const { table, owner: owned, column, type, held } of rows) {
      const mark = `'${MARK}${table}_${column}'`.replaceAll('"', '');
      const value = {
        text: `${column} || ' ' || ${mark}`,
        'text[]': `${column} || array[${mark}]`,
        jsonb: `case jsonb_typeof(${column}) when 'object' then ${column} || jsonb_build_object('mark', ${mark}) else ${column} || to_jsonb(array[${mark}]) end`,
        bytea: `${column} || ' ${mark.slice(1, -1)}'::bytea`,
      }[type]!;
      try {
        await owner.query(
          `update ${table} set ${column} = ${value} where ${owned} = $1 and ${column} is not null`,
          [victim.organisation],
        );
        planted++;
      } catch {
        if (!held) refused.push(`${table}.${column}`);
      }
    }
    await owner.query('set session_replication_role = origin');
    assert.deepEqual(refused, []);
    return planted;
  }

  async function found(only?: string): Promise<string[]> {
    const seen: string[] = [];
    for (const stranger of strangers)
      for (const route of routes) {
        if (route.method !== 'GET' || route.path.includes(':') || (only && route.path !== only)) continue;
        for (const url of [
          exampleUrl(route),
          `${exampleUrl(route).split('?')[0]}?q=${MARK}&search=${MARK}`,
        ]) {
          const { body } = await server.send(stranger)('GET', url, undefined);
          // A search says again what was searched for, and so may a refusal; a planted marker goes on.
          if (new RegExp(`${MARK}\\w`).test(JSON.stringify(body)))
            seen.push(`${stranger.roles.join()} ${url}`);
        }
      }
    if (logged.some((line) => line.includes(MARK))) seen.push('the log');
    return seen;
  }

  /** What may stand for the second id of a path: `:transfer` is one of a table such as `capture_transfer`. */
  function withinOf({ path }: AnyRoute): (string | undefined)[] {
    const name = /:id\/.*:(\w+)/.exec(path)?.[1];
    const inside = ids.filter(({ table }) => table.endsWith(`_${name}`)).map(({ id }) => id);
    return inside.length > 0 ? inside : [undefined];
  }

  async function answerTo(actor: Actor, route: AnyRoute, id: string, other?: string): Promise<string> {
    const { status, body } = await server.send(actor)(
      route.method,
      exampleUrl(route, id, other),
      exampleBody(route),
    );
    return `${status} ${JSON.stringify(body)
      .replaceAll(id, '<id>')
      .replace(/"instance":"[^"]*"/, '')}`;
  }

  /** Somebody with this role in the organisation of this name or kind. */
  async function memberOf(organisation: string, role: Role): Promise<Actor> {
    const { rows } = await owner.query<{ person: string; name: string; organisation: string }>(
      `select p.id as person, p.name, o.id as organisation from membership m join person p on p.id = m.person_id
       join organisation o on o.id = m.organisation_id where $1 = any (m.roles::text[]) and $2 = any (o.kinds || o.name)`,
      [role, organisation],
    );
    return { ...rows[0]!, roles: [role], ceiling: 'RED', restricted: false };
  }

  async function tablesOfOwners(): Promise<{ name: string; column: string; has_id: boolean }[]> {
    const { rows } = await owner.query(
      `select quote_ident(c.relname) as name, a.attname as column,
         exists (select from pg_attribute i where i.attrelid = c.oid and i.attname = 'id' and i.atttypid = 'uuid'::regtype) as has_id
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('owner_id', 'organisation_id')
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'audit%' order by c.relname`,
    );
    return rows;
  }

  async function idsOf(organisation: string): Promise<typeof ids> {
    const found: typeof ids = [];
    for (const { name, column, has_id } of await tablesOfOwners()) {
      if (!has_id) continue;
      const { rows } = await owner.query<{ id: string }>(
        `select id from ${name} where ${column} = $1 order by id limit 2`,
        [organisation],
      );
      found.push(...rows.map(({ id }) => ({ table: name, id })));
    }
    return found;
  }

  /** Everything the victim has, as one hash a table. */
  async function fingerprint(): Promise<Record<string, string>> {
    const prints: Record<string, string> = {};
    for (const { name, column } of await tablesOfOwners()) {
      const { rows } = await owner.query(
        `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as print from ${name} t where ${column} = $1`,
        [victim.organisation],
      );
      prints[name] = rows[0].print;
    }
    return prints;
  }

  async function idle(): Promise<void> {
    for (;;) {
      const { rows } = await owner.query(
        `select (select count(*)::int from job where state in ('queued', 'running'))
           + (select count(*)::int from alert where told_at is null) as busy`,
      );
      if (rows[0].busy === 0) return;
      await sleep(100);
    }
  }
});
