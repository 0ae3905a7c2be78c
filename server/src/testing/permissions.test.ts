import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { apis, type AnyRoute, matrix, mayDo, type Role, roles, scopesOf, Scope, Tlp } from '@busbar/contract';
import { sql } from 'kysely';
import pg from 'pg';

import { type Actor, visitor } from '../platform/actor.ts';
import { exampleUrl } from '../platform/example-question.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../../shared');
const oracle = (name: string) => join(shared, 'oracles', name);
const skip = existsSync(oracle('permissions.csv')) ? false : 'the oracles are not beside the project';

const routes: AnyRoute[] = Object.values(apis).flatMap((api) => Object.values(api));
const kindOf: Partial<Record<Role, string>> = {
  RES: 'research',
  VEN: 'vendor',
  GOV: 'government',
  ANA: 'cert',
  LEAD: 'cert',
  ADM: 'cert',
  TRN: 'training',
  TEE: 'training',
};

describe('rights', () => {
  it('are those of the matrix that was agreed on', { skip }, () => {
    const [head, ...lines] = table('permissions.csv');
    assert.deepEqual(head!.slice(1), roles);
    for (const [action, ...cells] of lines) {
      const ours = matrix[action as keyof typeof matrix] as Record<Role, string> | undefined;
      assert.ok(ours, `the contract has no row "${action}"`);
      assert.deepEqual(
        roles.map((role) => plain(ours[role])),
        cells.map(plain),
        `row "${action}"`,
      );
    }
  });

  it('of each operation, and the line it leaves, are those that were agreed on', () => {
    const agreed = readFileSync(join(import.meta.dirname, 'operations.tsv'), 'utf8')
      .trimEnd()
      .split('\n');
    const ours = routes.map(
      ({ method, path, action, records, reauthenticates }) =>
        `${method} ${path}\t${action}\t${records ?? '-'}${reauthenticates ? '\tsigned in again' : ''}`,
    );
    assert.deepEqual(
      ours.sort(),
      agreed,
      'a change of rights or of the ledger is a change of operations.tsv',
    );
  });

  it('of consent, raw evidence and release ask once more who it is; reads never do', () => {
    const asked = ['grant or withdraw consent', 'download raw evidence'];
    const named = ({ method, path }: AnyRoute) => `${method} ${path}`;
    const forgotten = routes.filter(
      ({ action, path, reauthenticates }) =>
        !reauthenticates && (asked.includes(action) || path === '/api/releases/:id/approval'),
    );
    assert.deepEqual(forgotten.map(named), []);
    const reads = routes.filter(
      ({ method, answers, reauthenticates }) => reauthenticates && method === 'GET' && answers === 'json',
    );
    assert.deepEqual(reads.map(named), []);
  });

  it(
    'of scope are those of the labels that were agreed on, in the contract and in the database',
    { skip },
    async () => {
      const server = await startTestServer();
      const [head, ...lines] = table('tlp_scope.csv');
      for (const [label, ...cells] of lines) {
        const tlp = Tlp.parse(label!.replace('TLP:', ''));
        for (const [column, cell] of cells.entries()) {
          const scope = Scope.parse(head![column + 1]);
          const allowed = cell!.startsWith('allow');
          assert.equal(scopesOf(tlp).includes(scope), allowed, `${label} ${scope} in the contract`);
          const { rows } = await server.database.app.query(
            'select scope_allowed($1::tlp, $2::scope) as allowed',
            [tlp, scope],
          );
          assert.equal(rows[0].allowed, allowed, `${label} ${scope} in the database`);
        }
      }
      await server.close();
    },
  );

  describe('at the door', () => {
    let server: TestServer;
    const actors = new Map<Role, Actor>();

    before(async () => {
      server = await startTestServer();
      for (const role of roles) actors.set(role, await actorWith(role));
    });
    after(() => server.close());

    for (const [area, api] of Object.entries(apis)) {
      it(`of ${area}: every operation admits and refuses every role as the matrix says`, async () => {
        const wrong: string[] = [];
        for (const route of Object.values(api) as AnyRoute[]) {
          for (const role of roles) {
            const answer = await server.send(actors.get(role)!)(
              route.method,
              exampleUrl(route),
              bodyFor(route),
            );
            const admitted = answer.status !== 401 && answer.status !== 403;
            if (answer.status === 404 && isUnmounted(answer.body))
              wrong.push(`${route.method} ${route.path} is not there`);
            else if (answer.status >= 500)
              wrong.push(`${role} ${route.method} ${route.path}: ${answer.status}`);
            else if (admitted !== mayDo([role], route.action, route.serves))
              wrong.push(`${role} ${route.method} ${route.path}: ${answer.status}`);
          }
        }
        assert.deepEqual(wrong, []);
      });
    }

    it('are nothing but those of a visitor while a second factor is missing', async () => {
      const restricted: Actor = {
        ...actors.get('MAD')!,
        roles: ['PUB'],
        organisation: null,
        ceiling: 'CLEAR',
        restricted: true,
      };
      for (const route of routes) {
        const { status } = await server.send(restricted)(route.method, exampleUrl(route), bodyFor(route));
        const admitted = status !== 401 && status !== 403;
        assert.equal(
          admitted,
          mayDo(['PUB'], route.action, route.serves),
          `${route.method} ${route.path}: ${status}`,
        );
      }
    });

    async function actorWith(role: Role): Promise<Actor> {
      if (role === 'PUB') return visitor;
      if (role === 'RCP') return { ...visitor, roles: ['RCP'] };
      const organisation = await server.organisation(`Home of ${role}`, kindOf[role] ?? 'operator');
      if (role === 'SVC')
        return { ...visitor, name: 'key', organisation: organisation.id, roles: ['SVC'], ceiling: 'AMBER' };
      return organisation.person(role);
    }
  });

  describe('in the database', () => {
    let server: TestServer;
    let owner: pg.Client;
    const namesIn = async (query: string) =>
      (await owner.query<{ name: string }>(query)).rows.map(({ name }) => name);

    before(async () => {
      server = await startTestServer();
      owner = new pg.Client({ connectionString: server.config.databaseUrl! });
      await owner.connect();
    });
    after(async () => {
      await owner.end();
      await server.close();
    });

    it('are forced on every table that the program can reach', async () => {
      const open = await namesIn(`
        select c.relname as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and not (c.relrowsecurity and c.relforcerowsecurity)
          and exists (select from unnest(array['busbar_app', 'busbar_keeper', 'busbar_signin']) as login (name)
            where has_any_column_privilege(login.name, c.oid, 'select, insert, update, references')
              or has_table_privilege(login.name, c.oid, 'delete, truncate'))`);
      assert.deepEqual(open, []);
    });

    it('are written down as a policy for every table', async () => {
      const bare = await namesIn(`
        select c.relname as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
          and not exists (select from pg_policy p where p.polrelid = c.oid)`);
      assert.deepEqual(bare, []);
    });

    it('leave the role that finds words nothing but words and ids, and the one that counts nothing but what it counts', async () => {
      const helpers = `('busbar_search'), ('busbar_counter')`;
      const { rows } = await owner.query(
        `select rolname from pg_roles where rolname in (select * from (values ${helpers}) as h)
          and not (rolcanlogin or rolsuper or rolbypassrls or rolcreaterole)`,
      );
      assert.equal(rows.length, 2);
      assert.deepEqual(
        await namesIn(`
          select h.name || ' ' || c.relname || '.' || a.attname || ' ' || p.kind as name
          from (values ${helpers}) as h (name), pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0,
            unnest(array['select', 'insert', 'update', 'references']) as p (kind)
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
            and has_column_privilege(h.name, c.oid, a.attnum, p.kind)
          order by h.name, c.relname, a.attnum`),
        [
          'busbar_counter alert.id select',
          'busbar_counter alert.owner_id select',
          'busbar_counter alert.advisory_id select',
          'busbar_counter alert.reached_at select',
          'busbar_counter alert.seen_at select',
          'busbar_counter alert.acknowledged_at select',
          'busbar_counter alert_match.alert_id select',
          'busbar_counter alert_match.owner_id select',
          'busbar_counter alert_match.match_id select',
          'busbar_search asset.id select',
          'busbar_search asset.owner_id select',
          'busbar_search asset.search select',
          'busbar_search capture_operation.id select',
          'busbar_search capture_operation.owner_id select',
          'busbar_search capture_operation.capture_id select',
          'busbar_search capture_operation.search select',
        ],
      );
      assert.deepEqual(
        await namesIn(
          `select proname || ' ' || proconfig[1] || ' ' || pg_get_function_arguments(oid) as name from pg_proc
            where proowner in (select r.oid from pg_roles r join (values ${helpers}) as h (name) on h.name = r.rolname)
            order by proname`,
        ),
        [
          'assets_with search_path=public, pg_temp wanted text[], most integer',
          'operations_with search_path=public, pg_temp capture uuid, wanted text[], most integer',
          // Who asks cannot choose among whom is counted.
          'reach search_path=public, pg_temp ',
        ],
      );
    });

    it('are held by logins that own nothing and stand above nothing', async () => {
      const logins = `rolname in ('busbar_app', 'busbar_keeper', 'busbar_signin')`;
      assert.deepEqual(
        await namesIn(
          `select relname as name from pg_class c join pg_roles r on r.oid = c.relowner where ${logins}`,
        ),
        [],
      );
      assert.deepEqual(
        await namesIn(
          `select nspname as name from pg_namespace n join pg_roles r on r.oid = n.nspowner where ${logins}`,
        ),
        [],
      );
      assert.deepEqual(
        await namesIn(
          `select rolname as name from pg_roles where ${logins} and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
        ),
        [],
      );
      assert.deepEqual(
        await namesIn(
          `select rolname as name from pg_auth_members m join pg_roles r on r.oid = m.member where ${logins}`,
        ),
        [],
      );
    });

    it('have no way around: no function that acts as its owner, no view', async () => {
      const schemas = `('public'::regnamespace, 'auth'::regnamespace)`;
      assert.deepEqual(
        await namesIn(
          `select proname as name from pg_proc where prosecdef and pronamespace in ${schemas}
            and proowner not in ('busbar_search'::regrole, 'busbar_counter'::regrole)`,
        ),
        // It has a table counted, and answers nothing.
        ['analyze_if_grown'],
      );
      assert.deepEqual(
        await namesIn(
          `select relname as name from pg_class where relkind in ('v', 'm') and relnamespace in ${schemas}`,
        ),
        [],
      );
    });

    it('show nothing to whom no transaction names', async () => {
      // Counters of changes, which tell nothing of what changed.
      const forEverybody = ['advisory_edition', 'published_edition'];
      const tables = await namesIn(`
        select quote_ident(c.relname) as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and has_table_privilege('busbar_app', c.oid, 'select')`);
      await server.organisation('Nordwasser', 'operator').then((organisation) => organisation.person('MAD'));
      const shown = [];
      for (const name of tables) {
        const { rows } = await server.database.app.query<{ found: number }>(
          `select count(*)::int as found from ${name}`,
        );
        if (rows[0]!.found > 0) shown.push(name);
      }
      assert.deepEqual(shown, forEverybody);
    });

    it('are not lent by a name: FOUNDER is no role that a membership can hold', async () => {
      await assert.rejects(owner.query(`select 'FOUNDER'::role_code`), /invalid input value for enum/);
      await assert.rejects(
        server.database.as(visitor, (tx) =>
          sql`insert into membership (person_id, organisation_id, roles) values (gen_random_uuid(), gen_random_uuid(), '{LEAD}')`.execute(
            tx,
          ),
        ),
        /row-level security/,
      );
    });
  });
});

/** The words of the two files differ in nothing but their dash. */
const plain = (cell: string) => (cell === '–' ? '-' : cell);

function table(name: string): string[][] {
  return readFileSync(oracle(name), 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => [...line.matchAll(/"([^"]*)"|([^,]+)/g)].map(([, quoted, bare]) => quoted ?? bare!));
}

/** Nothing is filled in: who is admitted is told what is missing. */
const bodyFor = ({ method }: AnyRoute) => (method === 'GET' || method === 'DELETE' ? undefined : {});
const isUnmounted = (body: unknown) => (body as { code?: string }).code === 'no-such-address';
