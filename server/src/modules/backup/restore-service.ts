import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';

import type { AuditVerdict } from '@busbar/contract';
import type pg from 'pg';

import { blobStore } from '../../platform/blobs.ts';
import {
  type Config,
  MasterKey,
  kmsCommand,
  masterKeyCommand,
  masterKeyFile,
  writeMasterKey,
} from '../../platform/config.ts';
import { copyIn } from '../../platform/copy.ts';
import { asOwner, openDatabase, prepare } from '../../platform/database.ts';
import { type DataKey, openKey, wrapperOf } from '../../platform/keys.ts';
import { unsealed } from '../../platform/sealed.ts';
import { auditService } from '../audit/audit-service.ts';
import {
  BackupRefused,
  type EvidenceLine,
  evidenceFolder,
  evidenceList,
  hashOf,
  type KeyFile,
  linesOf,
  Manifest,
  readCover,
  readKeyFile,
  readPurges,
  readSealed,
  sealingKey,
  type Table,
  writeWhole,
} from './archive.ts';
import { type Progress, tablesOf } from './backup-service.ts';

export interface RestoreReport {
  readonly tables: number;
  readonly rows: number;
  readonly evidence: number;
  /** Keys of the backup that were purged since, and were not brought back. */
  readonly purged: number;
  readonly chain: AuditVerdict;
}

export interface VerifyReport extends RestoreReport {
  readonly bytes: number;
  /** Files that are not what was written, or that their keys do not open. */
  readonly broken: readonly string[];
  /** Evidence that was damaged in the store already when the backup was made. */
  readonly damaged: readonly string[];
}

/** Where a restore says that it is not done. An instance with it in its folder does not start. */
export const markerOf = (data: string) => join(data, 'restoring.json');

export function refuseHalfRestored({ data }: Config): void {
  if (existsSync(markerOf(data)))
    throw new Error(
      `A restore into ${data} was broken off. Run the same busbar restore again; it begins anew and ends whole`,
    );
}

/**
 * Brings a backup into an empty instance. Evidence first, which nobody refers to yet; then all tables in one transaction.
 * Killed at any moment, it is run again with the same words.
 * @param purges newer files of keys, or lists of purges: what they say was destroyed is not brought back
 */
export async function restore(
  config: Config,
  { from, keys, purges }: { from: string; keys: string; purges: readonly string[] },
  tell: Progress = () => {},
): Promise<RestoreReport> {
  const backup = await openBackup(from, keys);
  if (
    new MasterKey(Buffer.from(backup.keys.masterKey, 'base64')).fingerprint !== config.masterKey.fingerprint
  )
    throw new BackupRefused(
      'This instance has another master key than the backup. Restore into a new folder, which gets the one of the backup',
    );
  const gone = await goneBy(backup, purges);
  await refuseInhabited(config, backup.keys.backup);
  await mkdir(config.data, { recursive: true, mode: 0o700 });
  await writeWhole(markerOf(config.data), JSON.stringify({ backup: backup.keys.backup }));
  const evidence = await bringEvidence(config, from, tell);
  await bringTables(config, backup, gone, tell);
  const chain = await chainOf(config);
  await rm(markerOf(config.data));
  return { ...countsOf(backup.manifest), evidence, purged: purgedOf(backup.keys, gone), chain };
}

/** Gives a new instance the master key of a backup, before anything else is made there. */
export async function placeMasterKey(
  environment: NodeJS.ProcessEnv,
  data: string,
  keys: string,
): Promise<void> {
  const { masterKey } = await readKeyFile(keys);
  // Who has a command for it wants it on no disk; the restore compares what that gives.
  if (masterKeyCommand(environment)) return;
  const path = masterKeyFile(environment, data);
  if (!existsSync(path)) writeMasterKey(path, masterKey);
}

/**
 * Tries a whole backup: every hash, every frame of evidence under its key, and a restore that is thrown away.
 * @param trial an empty instance to restore into; one of its own when not given
 */
export async function verifyBackup(
  from: string,
  keys: string,
  tell: Progress = () => {},
  trial?: Config,
): Promise<VerifyReport> {
  const backup = await openBackup(from, keys);
  const { broken, evidence } = await tryEvidence(backup, tell);
  for (const table of backup.manifest.tables)
    if ((await hashOf(join(from, table.file)).catch(() => undefined))?.sha256 !== table.sha256)
      broken.push(table.file);
  const data = await mkdtemp(join(tmpdir(), 'busbar-trial-'));
  try {
    const config = trial ?? trialConfig(data, backup.keys);
    const gone = new Set(backup.keys.purges);
    if (broken.length === 0) await bringTables(config, backup, gone, tell);
    const chain = broken.length === 0 ? await chainOf(config) : untried;
    const { damaged, evidence: listed } = backup.manifest;
    const counts = { ...countsOf(backup.manifest), evidence, bytes: listed.bytes };
    return { ...counts, purged: purgedOf(backup.keys, gone), broken, damaged, chain };
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** A whole copy of a backup in a folder of its own, with a database of its own: to be tried on, and thrown away. */
export async function restoreCopy(
  data: string,
  from: string,
  keys: string,
  tell?: Progress,
): Promise<Config> {
  const config = trialConfig(data, await readKeyFile(keys));
  await restore(config, { from, keys, purges: [keys] }, tell);
  return config;
}

interface Backup {
  readonly folder: string;
  readonly keys: KeyFile;
  readonly key: DataKey;
  readonly manifest: Manifest;
}

async function openBackup(folder: string, keyFile: string): Promise<Backup> {
  const cover = await readCover(folder);
  if (!cover) throw new BackupRefused(`There is no backup in ${folder}`);
  if (!cover.finishedAt)
    throw new BackupRefused(
      `The backup in ${folder} was broken off. Run busbar backup again with the same words`,
    );
  const keys = await readKeyFile(keyFile);
  if (keys.backup !== cover.id) throw new BackupRefused(`${keyFile} holds the keys of another backup`);
  const key = sealingKey(keys);
  const parts: Buffer[] = [];
  try {
    for await (const part of readSealed(folder, keys.manifest, key)) parts.push(part);
  } catch (cause) {
    throw new BackupRefused(`The list of what is in ${folder} is not what was written`, { cause });
  }
  return { folder, keys, key, manifest: Manifest.parse(JSON.parse(Buffer.concat(parts).toString())) };
}

/** What was purged after the backup must not come back by it, so somebody has to say what that was. */
async function goneBy({ keys }: Backup, lists: readonly string[]): Promise<ReadonlySet<string>> {
  const gone = new Set(keys.purges);
  for (const list of lists) {
    const { at, purges } = await readPurges(list);
    if (at < keys.finishedAt)
      throw new BackupRefused(`${list} is older than the backup and cannot know what was purged since`);
    for (const id of purges) gone.add(id);
  }
  return gone;
}

const purgedOf = ({ dataKeys }: KeyFile, gone: ReadonlySet<string>) =>
  dataKeys.filter(({ id }) => gone.has(id)).length;

async function refuseInhabited(config: Config, backup: string): Promise<void> {
  const marker = await readFile(markerOf(config.data), 'utf8').catch(() => undefined);
  // Of the same restore, broken off at any moment: what is there came from this backup.
  if (marker && (JSON.parse(marker) as { backup: string }).backup === backup) return;
  if (marker)
    throw new BackupRefused(`Another restore into ${config.data} was broken off; name a new folder`);
  const isNew = !config.databaseUrl && !existsSync(join(config.data, 'cluster'));
  if (!isNew && (await asOwner(config, isInhabited)))
    throw new BackupRefused(
      'There are people in this instance already. A backup is restored into an empty one only; name a new folder or database',
    );
}

async function isInhabited(client: pg.Client): Promise<boolean> {
  const { rows: tables } = await client.query(`select to_regclass('organisation') as found`);
  if (!tables[0].found) return false;
  const { rows } = await client.query('select exists (select from organisation) as there');
  return rows[0].there;
}

async function bringEvidence(config: Config, from: string, tell: Progress): Promise<number> {
  const store = blobStore(config);
  let count = 0;
  for await (const line of linesOf(evidenceList(from))) {
    tell(`evidence ${line.path}`);
    const file = join(evidenceFolder(from), line.path);
    if ((await hashOf(file)).sha256 !== line.sha256)
      throw new BackupRefused(`${file} is not what was written; try busbar backup verify, and another copy`);
    await store.put(line.path, file);
    count++;
  }
  return count;
}

/** All or nothing: killed on the way, the database is as empty as before. */
async function bringTables(
  config: Config,
  backup: Backup,
  gone: ReadonlySet<string>,
  tell: Progress,
): Promise<void> {
  const { manifest, keys } = backup;
  await prepare(config, manifest.migration);
  await asOwner(config, async (client) => {
    const { rows: queue } = await client.query<{ version: number }>('select version from queue.version');
    if (queue[0]!.version !== manifest.queue)
      throw new BackupRefused(
        'This Busbar keeps its jobs in another way than the one of the backup. Restore with that version, then upgrade',
      );
    await client.query('begin');
    await bypassTriggers(client);
    const there = await tablesOf(client);
    await client.query(
      `truncate ${[...there.map(({ table }) => table), 'public.data_key'].join(', ')} cascade`,
    );
    for (const table of manifest.tables) {
      tell(`table ${table.table}`);
      await copyIn(
        client,
        `copy ${table.table} (${table.columns.join(', ')}) from stdin`,
        rowsOf(backup, table),
      );
    }
    for (const { name, value, called } of manifest.sequences)
      await client.query('select setval($1::regclass, $2, $3)', [name, value, called]);
    await bringKeys(client, keys, gone);
    // Bytes on their way were on the spool, which is in no backup: whoever sends them begins anew.
    await client.query(`update evidence set received = 0 where state = 'receiving'`);
    tell('commit');
    await client.query('commit');
    await client.query('analyze');
  });
  await writeFile(join(config.data, 'audit-heads.jsonl'), manifest.heads, { mode: 0o600 });
}

/** What triggers did to these rows, they did before. */
async function bypassTriggers(client: pg.Client): Promise<void> {
  try {
    await client.query('set local session_replication_role = replica');
  } catch (cause) {
    throw new BackupRefused(
      'This login of the database may not load rows as they were. Let it (grant set on parameter session_replication_role to …), or restore into the embedded database',
      { cause },
    );
  }
}

/** Of what was purged no row is to hold the key, not even a dead one: what referred to it is left as the purge left it. */
async function bringKeys(client: pg.Client, { dataKeys }: KeyFile, gone: ReadonlySet<string>): Promise<void> {
  for (const row of dataKeys) {
    if (gone.has(row.id)) continue;
    const wrapped = `\\x${Buffer.from(row.wrapped, 'base64').toString('hex')}`;
    await client.query('insert into data_key select * from jsonb_populate_record(null::data_key, $1)', [
      { ...row, wrapped },
    ]);
  }
  const { rows: references } = await client.query<{ table: string; column: string; cascades: boolean }>(`
    select conrelid::regclass::text as table, quote_ident(own.attname) as column, confdeltype = 'c' as cascades
    from pg_constraint, unnest(conkey, confkey) as pair (own, key),
      pg_attribute own, pg_attribute key
    where contype = 'f' and confrelid = 'data_key'::regclass and own.attrelid = conrelid and own.attnum = pair.own
      and key.attrelid = confrelid and key.attnum = pair.key and key.attname = 'id'`);
  for (const { table, column, cascades } of references)
    await client.query(
      `${cascades ? `delete from ${table}` : `update ${table} set ${column} = null`} where ${column} = any ($1)`,
      [[...gone]],
    );
  await client.query(`insert into key_tombstone (key_id) select unnest($1::uuid[]) on conflict do nothing`, [
    [...gone],
  ]);
  await client.query(
    `select forget_case(c.id) from "case" c where not exists (select from data_key k where k.case_id = c.id)`,
  );
}

async function* rowsOf({ folder, key }: Backup, table: Table): AsyncGenerator<Uint8Array> {
  const source = readSealed(folder, table, key);
  const unpacked = createZstdDecompress();
  const feeding = pipeline(Readable.from(source, { objectMode: false }), unpacked);
  feeding.catch(() => {});
  yield* unpacked as AsyncIterable<Uint8Array>;
  await feeding;
}

/** The chain of what was brought, recomputed from its rows and held against the heads that came with it. */
async function chainOf(config: Config): Promise<AuditVerdict> {
  const database = await openDatabase(config, () => {});
  try {
    const heads = join(config.data, 'audit-heads.jsonl');
    return await auditService(database.keeper, heads, () =>
      Promise.reject(new Error('No case is asked for')),
    ).verify();
  } finally {
    await database.close();
  }
}

async function tryEvidence({ folder, keys, manifest }: Backup, tell: Progress) {
  const broken: string[] = [];
  const list = await hashOf(evidenceList(folder)).catch(() => undefined);
  if (list?.sha256 !== manifest.evidence.sha256) return { broken: ['evidence.jsonl'], evidence: 0 };
  const wrapper = wrapperOf(trialConfig('', keys));
  const wrapped = new Map(keys.dataKeys.map((row) => [row.id, row]));
  let evidence = 0;
  for await (const line of linesOf(evidenceList(folder))) {
    tell(`evidence ${line.path}`);
    const row = wrapped.get(line.key ?? '');
    const key = row && (await openKey(wrapper, { ...row, wrapped: Buffer.from(row.wrapped, 'base64') }));
    if (!(await isWhole(folder, line, key))) broken.push(line.path);
    evidence++;
  }
  return { broken, evidence };
}

/** Of what was purged nobody can see more than that its bytes are the same. */
async function isWhole(folder: string, line: EvidenceLine, key: DataKey | undefined): Promise<boolean> {
  const file = join(evidenceFolder(folder), line.path);
  const hash = createHash('sha256');
  async function* hashed(start: number) {
    for await (const chunk of createReadStream(file, { start, highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  }
  try {
    const bytes = key ? unsealed(key.sealing(line.id), line.id, line.frames, hashed) : hashed(0);
    for await (const _ of bytes);
    return hash.digest('hex') === line.sha256;
  } catch {
    return false;
  }
}

const countsOf = ({ tables }: Manifest) => ({
  tables: tables.length,
  rows: tables.reduce((sum, { rows }) => sum + rows, 0),
});

function trialConfig(data: string, { masterKey }: KeyFile): Config {
  return {
    data,
    host: '127.0.0.1',
    port: 0,
    origin: 'http://localhost',
    databaseUrl: undefined,
    s3: undefined,
    masterKey: new MasterKey(Buffer.from(masterKey, 'base64')),
    // No backup holds the key of a KMS: whoever tries one says where it is.
    kms: kmsCommand(process.env),
    trustProxy: false,
    metricsPort: undefined,
    logLevel: 'silent',
  };
}

const untried: AuditVerdict = {
  whole: false,
  events: 0,
  pending: 0,
  head: null,
  broken: null,
  headsChecked: 0,
  tookMs: 0,
};
