import { cpSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { client, type Role, type Send } from '@busbar/contract';
import { sql } from 'kysely';
import pg from 'pg';

import { type Actor, founder, visitor } from '../platform/actor.ts';
import { type Config, MasterKey } from '../platform/config.ts';
import { migrate, passwordOf } from '../platform/database.ts';
import { logTo } from '../platform/log.ts';
import { type Cluster, startCluster } from '../platform/postgres.ts';
import type { Parts } from '../compose.ts';
import { type Program, start } from '../server.ts';

export const masterKey = new MasterKey(new Uint8Array(32).fill(7));
const TEMPLATE = 'busbar_template';
const memory = '/dev/shm';
/** Octets; the databases of a run are a third of it. */
const plenty = 12 * 2 ** 30;
let shared: Promise<{ cluster: Cluster; folder: string }> | undefined;
let databases = 0;

/** One cluster for all suites of a run, with a migrated template that each suite gets a copy of. */
async function cluster() {
  shared ??= (async () => {
    // Where NODE_COMPILE_CACHE says so, threads and processes of the suites begin with what is compiled here.
    flushCompileCache();
    const folder = mkdtempSync(join(tmpdir(), 'busbar-test-'));
    const place = mkdtempSync(join(placeOfClusters(), 'busbar-test-'));
    const cluster = await startCluster(place, passwordOf(masterKey, 'busbar_owner'), [
      'fsync=off',
      'full_page_writes=off',
      'max_connections=400',
      // A suite has its database for seconds: nobody need come by each of a hundred every minute to tidy it.
      'autovacuum_naptime=10min',
      'max_wal_size=2GB',
      'checkpoint_timeout=30min',
    ]);
    await administer(cluster, `create database ${TEMPLATE}`);
    await migrate({ host: cluster.host, ...cluster.superuser, database: TEMPLATE }, masterKey);
    process.once('exit', () => {
      stopNow(place);
      for (const left of [place, folder]) rmSync(left, { recursive: true, force: true });
    });
    return { cluster, folder };
  })();
  return shared;
}

/**
 * In memory, where there is plenty: each suite has a database of three thousand files, and on a disk making and removing
 * them takes longer than many a suite.
 */
function placeOfClusters(): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return Math.min(bavail * bsize, process.availableMemory()) > plenty ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

function stopNow(folder: string): void {
  try {
    const pid = Number(readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGQUIT');
  } catch {
    // It has stopped by itself.
  }
}

async function administer({ host, superuser }: Cluster, statement: string): Promise<void> {
  const connection = new pg.Client({ host, ...superuser, database: 'postgres' });
  await connection.connect();
  await connection.query(statement);
  await connection.end();
}

type TestConfig = Partial<Config> & { readonly from?: Config | undefined };

const databaseOf = ({ databaseUrl }: Config) => new pg.Client({ connectionString: databaseUrl! }).database;

/** A configuration over a fresh database and a fresh folder, or over a copy of what a server left that has ended. */
export async function testConfig({ from, ...changes }: TestConfig = {}): Promise<Config> {
  const { cluster: running, folder } = await cluster();
  const name = `suite_${process.pid}_${++databases}`;
  // Its files are copied as they are, in a tenth of the time that writing each page to the log takes.
  const template = from ? databaseOf(from) : TEMPLATE;
  await administer(running, `create database ${name} template ${template} strategy file_copy`);
  const data = mkdtempSync(join(folder, `${name}-`));
  if (from) cpSync(from.data, data, { recursive: true });
  const { user, password } = running.superuser;
  return {
    data,
    host: '127.0.0.1',
    port: 0,
    origin: 'http://localhost:8440',
    databaseUrl: `postgres://${user}:${password}@/${name}?host=${encodeURIComponent(running.host)}`,
    s3: undefined,
    masterKey,
    trustProxy: false,
    metricsPort: undefined,
    logLevel: process.env['BUSBAR_LOG'] ?? 'silent',
    ...changes,
  };
}

/** The whole program with a database of its own, in this process. Calls come in through the door everyone uses. */
export async function startTestServer({
  work = false,
  pages = false,
  still = false,
  logged,
  ways,
  ...changes
}: TestConfig & {
  work?: boolean;
  pages?: boolean;
  /** Nothing happens by the clock: the test says what time it is. */
  still?: boolean;
  /** Every line of the log comes here instead. */
  logged?: string[];
  ways?: Parts['ways'];
} = {}) {
  const config = await testConfig(changes);
  // The tests of sign-in come through the real door; all others say who they are, and no released program listens.
  const program = await start(
    config,
    logTo(config.logLevel, logged && { write: (line) => void logged.push(line) }),
    { serve: true, work, pages, still },
    (usual) => async (request) => {
      // Browsers say it with a cookie.
      const header =
        request.headers['x-test-actor'] ??
        decodeURIComponent(/test_actor=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');
      return header ? { proved: true, ...(JSON.parse(String(header)) as Actor) } : usual(request);
    },
    ways,
  );

  const owner = new pg.Client({ connectionString: config.databaseUrl! });
  await owner.connect();

  const send =
    (headers: Record<string, string>): Send =>
    async (method, url, body) => {
      const answer = await program.app.inject({
        method,
        url,
        headers,
        ...(body !== undefined && { payload: body as object }),
      });
      const isJson = String(answer.headers['content-type']).includes('json');
      return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
    };

  return {
    ...program,
    /** Behind the door and every policy: what a test arranges that nobody may, and looks at that nobody sees. */
    owner,
    async close() {
      await owner.end();
      await program.close();
    },
    /** The typed client, as this actor; without one, as whoever the headers say: a visitor, a cookie, a key. */
    as: (actor: Actor | null, headers: Record<string, string> = {}) =>
      client(send({ ...headers, ...(actor && { 'x-test-actor': JSON.stringify(actor) }) })),
    send: (actor: Actor | null, headers: Record<string, string> = {}) =>
      send({ ...headers, ...(actor && { 'x-test-actor': JSON.stringify(actor) }) }),
    visitor,
    /** An organisation that is there, and a way to get its people. */
    async organisation(name: string, kind: string) {
      const id = await program.database.as(founder, async (tx) => {
        const { rows } = await sql<{
          id: string;
        }>`insert into organisation (name, kinds, country) values (${name}, array[${kind}], 'DE') returning id`.execute(
          tx,
        );
        return rows[0]!.id;
      });
      return known(id, name);
    },
    /** The same of one that is there already. */
    known,
  };

  function known(id: string, name: string) {
    return { id, name, person: (...roles: Role[]) => person(id, roles) };
  }

  async function person(organisation: string, roles: Role[]): Promise<Actor> {
    const name = `${roles.join(' ')} ${crypto.randomUUID().slice(0, 8)}`;
    const email = `${crypto.randomUUID()}@example.org`;
    const id = await program.database.as(founder, async (tx) => {
      const { rows } = await sql<{
        id: string;
      }>`insert into person (name, email) values (${name}, ${email}) returning id`.execute(tx);
      await sql`insert into membership (person_id, organisation_id, roles) values (${rows[0]!.id}, ${organisation}, ${roles}::role_code[])`.execute(
        tx,
      );
      return rows[0]!.id;
    });
    return { person: id, name, organisation, roles, ceiling: 'RED', restricted: false };
  }
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;
export type { Program };
