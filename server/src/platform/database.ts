import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

import { JobKind } from '@busbar/contract';
import {
  CompiledQuery,
  Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type RawBuilder,
  sql,
  type Transaction,
  type TransactionSettings,
} from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { getConstructionPlans, PgBoss } from 'pg-boss';

import './people.ts';
import type { Actor } from './actor.ts';
import type { Config, MasterKey } from './config.ts';
import { startCluster } from './postgres.ts';
import { PreparingClient } from './preparing.ts';

/** Every table of ours. Each module adds its own next to the code that uses it. */
export interface Tables {}

/** A transaction in which somebody acts: the database shows and takes only what is theirs. */
export type Db = Transaction<Tables>;

export interface Database {
  /** Runs `work` in one transaction as this actor. */
  as<T>(actor: Actor, work: (tx: Db) => Promise<T>): Promise<T>;
  /**
   * The same for what only reads and puts several statements together: all of them see one moment, so that no answer
   * tells the end of a job beside the figures from before it.
   */
  look<T>(actor: Actor, work: (tx: Db) => Promise<T>): Promise<T>;
  /** The same for the one step that must hold at once, whatever becomes of the transaction it is called from. */
  apart<T>(actor: Actor, work: (tx: Db) => Promise<T>): Promise<T>;
  /** Acts as somebody else for the rest of a transaction. */
  become(tx: Db, actor: Actor): Promise<void>;
  /** For the queue, which has a schema of its own and no policies. */
  readonly app: pg.Pool;
  /** Links the audit chain and can do nothing else. */
  readonly keeper: pg.Pool;
  /** Sees passwords and sessions and nothing else; busbar_app does not see them. */
  readonly signIn: pg.Pool;
  close(): Promise<void>;
}

// bigint arrives as text; ours stay below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// A day stays the day that it is, wherever this machine stands.
pg.types.setTypeParser(pg.types.builtins.DATE, String);

/** A worker that falls silent for ten seconds is taken for dead and its job is run again. */
const queueOptions = {
  retryLimit: 5,
  retryBackoff: true,
  retryDelay: 2,
  heartbeatSeconds: 10,
  expireInSeconds: 86_400,
};

const migrationFolder = new URL('../../migrations/', import.meta.url);
const logins = ['busbar_app', 'busbar_keeper', 'busbar_signin'] as const;
/** They run the functions that find words through an index, and that count; they cannot sign in. */
const helpers = ['busbar_search', 'busbar_counter'] as const;

/** Starts or reaches PostgreSQL, brings its schema up to date, and connects as roles that own nothing. */
export async function openDatabase(config: Config, onError: (error: Error) => void): Promise<Database> {
  const { owner, stop } = await reach(config);
  await migrate(owner, config.masterKey);

  const pools: pg.Pool[] = [];
  const poolOf = (user: (typeof logins)[number], max: number) => {
    const pool = new pg.Pool({
      ...owner,
      Client: PreparingClient,
      user,
      password: passwordOf(config.masterKey, user),
      max,
      // What is asked today may be other than what was prepared last week.
      maxUses: 10_000,
      connectionTimeoutMillis: 10_000,
    });
    // Without a listener an idle connection that breaks would end the program.
    pool.on('error', onError);
    pools.push(pool);
    return pool;
  };
  const over = (pool: pg.Pool) => new Kysely<Tables>({ dialect: new ActingDialect({ pool }) });
  const app = poolOf('busbar_app', config.connections ?? 20);
  const db = over(app);
  const aside = over(poolOf('busbar_app', 2));

  return {
    app,
    keeper: poolOf('busbar_keeper', 2),
    signIn: poolOf('busbar_signin', 8),
    become,
    as: (actor, work) => alone(1, actor, () => db.transaction().execute(work)),
    look: (actor, work) =>
      alone(1, actor, () => db.transaction().setIsolationLevel('repeatable read').execute(work)),
    apart: (actor, work) => alone(2, actor, () => aside.transaction().execute(work)),
    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
      await stop();
    },
  };
}

/** As the owner of the database, who stands above every policy: for what takes the whole of it, such as a backup. */
export async function asOwner<T>(config: Config, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { owner, stop } = await reach(config);
  try {
    return await withClient(owner, work);
  } finally {
    await stop();
  }
}

/** Brings an empty database to the point where another one was, so that what was in that fits into it. */
export async function prepare(config: Config, upTo: string): Promise<void> {
  const { owner, stop } = await reach(config);
  try {
    await migrate(owner, config.masterKey, upTo);
  } finally {
    await stop();
  }
}

/** Which transaction is open where this is called from, 0 none, 1 a usual one, 2 one apart; and who acts in it. */
const within = new AsyncLocalStorage<{ open: 0 | 1 | 2; readonly actor: Actor }>();

/**
 * Whoever has a connection does not wait for another of the same pool: as many at once as there are connections would
 * wait for one another until all give up. Throws where it is tried, on the first try and not under load.
 */
async function alone<T>(kind: 1 | 2, actor: Actor, transaction: () => Promise<T>): Promise<T> {
  if ((within.getStore()?.open ?? 0) >= kind)
    throw new Error('A transaction is open here already: hand its `tx` on instead of beginning another');
  const held: { open: 0 | 1 | 2; readonly actor: Actor } = { open: kind, actor };
  try {
    return await within.run(held, transaction);
  } finally {
    // What was only begun in it, such as a timer, may have one of its own later.
    held.open = 0;
  }
}

type Connected = Parameters<PostgresDriver['rollbackTransaction']>[0];

/** Says who acts in the same message that begins the transaction: most have one question, and that is one way less. */
class ActingDriver extends PostgresDriver {
  override async beginTransaction(connection: Connected, settings: TransactionSettings) {
    const begin = settings.isolationLevel ? `begin isolation level ${settings.isolationLevel}` : 'begin';
    const says = settingsOf(within.getStore()!.actor)
      .map(([name, value]) => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`)
      .join();
    try {
      await connection.executeQuery(CompiledQuery.raw(`${begin}; select ${says}`));
    } catch (error) {
      // It has begun, perhaps, and nobody else would end it. A connection that is lost is thrown away by this.
      await this.rollbackTransaction(connection).catch(() => {});
      throw error;
    }
  }
}

class ActingDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver() {
    return new ActingDriver(this.#config);
  }
}

async function become(tx: Db, actor: Actor): Promise<void> {
  const says: RawBuilder<string>[] = settingsOf(actor).map(
    ([name, value]) => sql`set_config(${name}, ${value}, true)`,
  );
  await sql`select ${sql.join(says)}`.execute(tx);
}

/** By what the policies know who acts. */
const settingsOf = (actor: Actor): readonly (readonly [string, string])[] => [
  ['busbar.person', actor.person ?? ''],
  ['busbar.organisation', actor.organisation ?? ''],
  ['busbar.roles', actor.roles.join(',')],
  ['busbar.ceiling', actor.ceiling],
  ['busbar.receipt', actor.receipt ?? ''],
  ['busbar.plant', actor.plant ?? ''],
];

type Connection = Pick<pg.ClientConfig, 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'>;

async function reach(config: Config): Promise<{ owner: Connection; stop(): Promise<void> }> {
  if (config.databaseUrl) {
    const { connectionParameters: given } = new pg.Client({
      connectionString: config.databaseUrl,
    }) as unknown as { connectionParameters: Connection };
    const { host, port, user, password, database, ssl } = given;
    return { owner: { host, port, user, password, database, ssl } as Connection, stop: async () => {} };
  }
  const cluster = await startCluster(config.data, passwordOf(config.masterKey, 'busbar_owner'));
  const owner = { host: cluster.host, ...cluster.superuser, database: 'busbar' };
  await createDatabase({ ...owner, database: 'postgres' }, owner.database);
  return { owner, stop: cluster.stop };
}

export const passwordOf = (key: MasterKey, login: string) =>
  key.derive(`database login ${login}`).toString('hex');

async function createDatabase(maintenance: Connection, name: string): Promise<void> {
  await withClient(maintenance, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  });
}

/** Brings the schema up to date as its owner. Refuses a database that a newer program has already changed. */
export async function migrate(owner: Connection, key: MasterKey, upTo?: string): Promise<void> {
  await withClient(owner, async (client) => {
    // Several programs may start at once; the second waits here and then finds nothing to do.
    await client.query(`select pg_advisory_lock(hashtext('busbar migrations'))`);
    for (const login of logins) {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [login]);
      if (!rowCount) await client.query(`create role ${login} login`);
      await client.query(`alter role ${login} password ${pg.escapeLiteral(passwordOf(key, login))}`);
    }
    for (const helper of helpers) await makeHelper(client, helper);
    await applyFiles(owner, upTo);
    await createQueue(owner);
  });
}

/** Who owns a function must be a role that we may act as. */
async function makeHelper(client: pg.Client, name: (typeof helpers)[number]): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
  if (!rowCount) await client.query(`create role ${name} nologin`);
  const { rows } = await client.query(`select pg_has_role($1, 'set') as may`, [name]);
  if (!rows[0].may) await client.query(`grant ${name} to current_user`);
}

async function applyFiles(owner: Connection, upTo?: string): Promise<void> {
  const names = (await readdir(migrationFolder)).filter((name) => name.endsWith('.sql')).sort();
  const applied = await withClient(owner, (client) => appliedIn(client, names));
  // The migrator looks at every table and column to find that there is nothing to do.
  if (!upTo && names.every((name) => applied.has(name))) return;
  const pool = new pg.Pool({ ...owner, max: 2 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({
      db,
      migrationTableName: 'migration',
      migrationLockTableName: 'migration_lock',
      provider: {
        getMigrations: async () =>
          Object.fromEntries(
            await Promise.all(
              names.map(async (name) => {
                const text = await readFile(new URL(name, migrationFolder), 'utf8');
                return [
                  name,
                  { up: async (tx: Kysely<unknown>) => void (await sql.raw(text).execute(tx)) },
                ] as const;
              }),
            ),
          ),
      },
    });
    const { error } = await (upTo ? migrator.migrateTo(upTo) : migrator.migrateToLatest());
    if (error) throw error;
  } finally {
    await db.destroy();
  }
}

/** Throws where a newer program was at work. */
async function appliedIn(client: pg.Client, known: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows: tables } = await client.query(`select to_regclass('migration') as found`);
  if (!tables[0].found) return new Set();
  const { rows } = await client.query<{ name: string }>('select name from migration order by name');
  const unknown = rows.map(({ name }) => name).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `The database was changed by a newer Busbar (${unknown.join(', ')}). Start that version, or restore the backup made before it; nothing was touched`,
    );
  return new Set(rows.map(({ name }) => name));
}

/** pg-boss keeps its tables in a schema of its own; the program only uses them. Its comment tells of what it is made. */
async function createQueue(owner: Connection): Promise<void> {
  const plan = JSON.stringify([getConstructionPlans('queue'), JobKind.options, queueOptions]);
  const made = createHash('sha256').update(plan).digest('hex');
  await withClient(owner, async (client) => {
    const { rows } = await client.query(
      `select obj_description(to_regnamespace('queue'), 'pg_namespace') as made`,
    );
    if (rows[0].made === made) return;
    const boss = new PgBoss({
      ...(owner as object),
      schema: 'queue',
      schedule: false,
      supervise: false,
      max: 2,
    });
    boss.on('error', () => {});
    await boss.start();
    for (const kind of JobKind.options) await boss.createQueue(kind, queueOptions);
    await boss.stop({ graceful: false });
    await client.query(`grant usage on schema queue to busbar_app;
      grant select, insert, update, delete on all tables in schema queue to busbar_app;
      grant usage on all sequences in schema queue to busbar_app;
      grant execute on all functions in schema queue to busbar_app;
      comment on schema queue is ${pg.escapeLiteral(made)}`);
  });
}

async function withClient<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection as pg.ClientConfig);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
