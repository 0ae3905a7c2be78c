import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { appendFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';

import type pg from 'pg';

import { blobStore, HOLD_STORE, pathOf, synced } from '../../platform/blobs.ts';
import type { Config } from '../../platform/config.ts';
import { copyOut } from '../../platform/copy.ts';
import { asOwner } from '../../platform/database.ts';
import type { DataKey } from '../../platform/keys.ts';
import { FrameList } from '../../platform/sealed.ts';
import {
  BackupRefused,
  copiedIn,
  type Cover,
  coverOf,
  evidenceFolder,
  type EvidenceLine,
  evidenceList,
  hashOf,
  type KeyFile,
  linesOf,
  type Manifest,
  readCover,
  readKeyFile,
  sealingKey,
  type Table,
  writeSealed,
  writeWhole,
} from './archive.ts';

export type Progress = (what: string) => void;

export interface BackupReport {
  readonly tables: number;
  readonly rows: number;
  readonly evidence: number;
  readonly bytes: number;
  readonly damaged: readonly string[];
}

/** Not worth keeping, or not good to bring back: who was signed in, what was tried, and what is the program's own. */
const left = new Set([
  'public.migration',
  'public.migration_lock',
  // Goes into the file of keys.
  'public.data_key',
  'auth.acting',
  'auth.attempt',
  'auth."rateLimit"',
  'auth.session',
  'auth.tries',
  'auth.used_code',
  'auth.verification',
]);
/** Of the queue, the jobs; the rest it makes itself. */
const fromQueue = ['queue.job', 'queue.job_dependency'];

/**
 * Everything an instance is, as it was at one moment, while it goes on: tables, sealed under a key of this backup, and
 * evidence, which is sealed already, into one folder; all keys into one file that is to be kept elsewhere. Killed at any
 * moment, it is begun again with the same words, and copies no evidence twice.
 */
export async function makeBackup(
  config: Config,
  { to, keys }: { to: string; keys: string },
  tell: Progress = () => {},
): Promise<BackupReport> {
  await refuseBesides(to, keys);
  await inInstance(config, refuseHalfBlind);
  const cover: Cover = {
    format: 'busbar backup 1',
    id: (await readCover(to))?.id ?? randomUUID(),
    begunAt: new Date().toISOString(),
    finishedAt: null,
  };
  await mkdir(join(to, 'tables'), { recursive: true, mode: 0o700 });
  await mkdir(dirname(keys), { recursive: true, mode: 0o700 });
  await writeWhole(coverOf(to), JSON.stringify(cover));

  const sealing = randomBytes(32).toString('base64');
  const key = sealingKey({ backup: cover.id, sealing });
  return inInstance(config, async (client) => {
    // Before the moment of the snapshot, until the last file is copied.
    await client.query(HOLD_STORE);
    const seen = await snapshot(client, to, key, tell);
    const { damaged, ...evidence } = await copyEvidence(config, to, seen.blobs, tell);
    await rm(seen.blobs);
    const manifest: Manifest = {
      ...seen.manifest,
      heads: await readFile(join(config.data, 'audit-heads.jsonl'), 'utf8').catch(() => ''),
      evidence,
      damaged,
    };
    const text = [Buffer.from(JSON.stringify(manifest))];
    const finishedAt = new Date().toISOString();
    const file: KeyFile = {
      format: 'busbar keys 1',
      backup: cover.id,
      finishedAt,
      masterKey: config.masterKey.text,
      sealing,
      manifest: await writeSealed(to, 'manifest', key, Readable.from(text)),
      ...(await keysOf(client, seen.keys)),
    };
    tell('keys');
    await writeWhole(keys, JSON.stringify(file));
    await writeWhole(coverOf(to), JSON.stringify({ ...cover, finishedAt }));
    return {
      tables: manifest.tables.length,
      rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
      evidence: evidence.count,
      bytes: evidence.bytes,
      damaged,
    };
  });
}

/** The ids of all keys that were destroyed, for whoever restores an older backup. */
export async function writePurges(config: Config, to: string): Promise<number> {
  const purges = await inInstance(config, destroyed);
  const list = { format: 'busbar purges 1', at: new Date().toISOString(), purges };
  await writeWhole(to, JSON.stringify(list));
  return purges.length;
}

/** Takes keys that were destroyed out of the files of keys of older backups: what they sealed cannot be read there, either. */
export async function forget(config: Config, files: readonly string[]): Promise<number> {
  const gone = new Set(await inInstance(config, destroyed));
  let taken = 0;
  for (const path of files) {
    const file = await readKeyFile(path);
    const dataKeys = file.dataKeys.filter(({ id }) => !gone.has(id));
    taken += file.dataKeys.length - dataKeys.length;
    await overwrite(
      path,
      JSON.stringify({ ...file, dataKeys, purges: [...new Set([...file.purges, ...gone])] }),
    );
  }
  return taken;
}

async function inInstance<T>(config: Config, work: (client: pg.Client) => Promise<T>): Promise<T> {
  if (!config.databaseUrl && !existsSync(join(config.data, 'cluster')))
    throw new BackupRefused(`There is no instance in ${config.data}; say where it is with --data`);
  return asOwner(config, async (client) => {
    const { rows } = await client.query(`select to_regclass('key_tombstone') as found`);
    if (!rows[0].found)
      throw new BackupRefused(
        'This instance was made by an older Busbar. Start this version once, then try again',
      );
    return work(client);
  });
}

async function refuseBesides(to: string, keys: string): Promise<void> {
  const way = relative(resolve(to), resolve(keys));
  if (way !== '' && !way.startsWith('..'))
    throw new BackupRefused(
      'The keys must not lie in the backup: who steals one would have both. Name a file on another machine or disk',
    );
  const cover = await readCover(to);
  if (cover?.finishedAt)
    throw new BackupRefused(`There is a backup of ${cover.finishedAt} in ${to} already; name a new folder`);
  if (!cover && existsSync(to) && (await readdir(to)).length > 0)
    throw new BackupRefused(`${to} holds something else; name a new folder`);
  if (existsSync(keys) && (await readKeyFile(keys)).backup !== cover?.id)
    throw new BackupRefused(`${keys} holds the keys of another backup; name a new file`);
}

/** An owner under row-level security would be shown a part, and take it for the whole. */
async function refuseHalfBlind(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select rolsuper or rolbypassrls as sees from pg_roles where rolname = current_user`,
  );
  if (!rows[0].sees)
    throw new BackupRefused(
      'This login of the database does not see every row. Let it bypass row-level security (alter role … bypassrls), or use what comes with your PostgreSQL',
    );
}

/** All tables at one moment, and the list of the evidence that they speak of. */
async function snapshot(client: pg.Client, to: string, key: DataKey, tell: Progress) {
  await client.query('begin isolation level repeatable read read only');
  const tables: Table[] = [];
  for (const { table, columns } of await tablesOf(client)) {
    tell(`table ${table}`);
    const rows = copyOut(client, `copy (select ${columns.join(', ')} from ${table}) to stdout`);
    const packed = createZstdCompress();
    const [written] = await Promise.all([
      writeSealed(to, join('tables', String(tables.length).padStart(4, '0')), key, packed),
      pipeline(rows, packed),
    ]);
    tables.push({ ...written, table, columns, rows: rows.copied });
  }
  const blobs = join(to, 'blobs.coming');
  await pipeline(Readable.from(blobLines(client)), createWriteStream(blobs, { mode: 0o600 }));
  const keys = await client.query<{ row: KeyFile['dataKeys'][number] }>(
    `select to_jsonb(k) || jsonb_build_object('wrapped', encode(k.wrapped, 'base64')) as row from data_key k order by k.id`,
  );
  const migration = await client.query<{ name: string }>(`select max(name) as name from migration`);
  const queue = await client.query<{ version: number }>(`select version from queue.version`);
  const manifest = {
    tables,
    sequences: await sequencesOf(client),
    migration: migration.rows[0]!.name,
    queue: queue.rows[0]!.version,
  };
  await client.query('commit');
  return { manifest, blobs, keys: keys.rows.map(({ row }) => row) };
}

/** Columns that the database computes are computed again. */
export async function tablesOf(client: pg.Client): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(`
    select format('%I.%I', n.nspname, c.relname) as table,
      array_agg(quote_ident(a.attname) order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where n.nspname in ('public', 'auth', 'queue') and c.relkind in ('r', 'p') and not c.relispartition
    group by 1 order by 1`);
  return rows.filter(({ table }) =>
    table.startsWith('queue.') ? fromQueue.includes(table) : !left.has(table),
  );
}

async function sequencesOf(client: pg.Client): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'auth') and c.relkind = 'S' order by 1`,
  );
  const sequences = [];
  for (const { name } of rows) {
    const found = await client.query(`select last_value::text as value, is_called as called from ${name}`);
    sequences.push({ name, ...(found.rows[0] as { value: string; called: boolean }) });
  }
  return sequences;
}

/** What nobody refers to (yet, or any more) is no evidence. */
async function* blobLines(client: pg.Client): AsyncGenerator<string> {
  await client.query(
    `declare blobs no scroll cursor for select id, owner_id, key_id, address, frames from blob where doomed_at is null order by id`,
  );
  for (;;) {
    const { rows } = await client.query('fetch 1000 from blobs');
    if (rows.length === 0) return;
    for (const row of rows) {
      const line: EvidenceLine = {
        path: pathOf(row),
        id: row.id,
        key: row.key_id,
        frames: row.frames,
        size: new FrameList(row.frames).sealedSize,
        sha256: '',
      };
      yield `${JSON.stringify(line)}\n`;
    }
  }
}

async function copyEvidence(config: Config, to: string, blobs: string, tell: Progress) {
  const store = blobStore(config);
  const folder = evidenceFolder(to);
  const journal = `${evidenceList(to)}.coming`;
  const copied = new Map<string, string>();
  if (existsSync(journal)) for await (const { path, sha256 } of copiedIn(journal)) copied.set(path, sha256);
  // A kill may have left half a line, which another would be written behind.
  const again = [...copied].map(([path, sha256]) => journalLine(path, sha256));
  await writeWhole(journal, again.join(''));
  const list = createHash('sha256');
  const damaged: string[] = [];
  let [count, bytes] = [0, 0];
  await rm(evidenceList(to), { force: true });
  const out = createWriteStream(`${evidenceList(to)}.whole`, { mode: 0o600, flush: true });
  async function* lines() {
    for await (const line of linesOf(blobs)) {
      const file = join(folder, line.path);
      const known = copied.get(line.path);
      copied.delete(line.path);
      const sha256 = known && existsSync(file) ? known : await copyOne(line, file);
      if (!sha256) {
        damaged.push(line.path);
        continue;
      }
      const text = `${JSON.stringify({ ...line, sha256 })}\n`;
      list.update(text);
      count++;
      bytes += line.size;
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), out);
  // Of a try before this one; since then they were removed.
  for (const path of copied.keys()) await rm(join(folder, path), { force: true });
  await rename(`${evidenceList(to)}.whole`, evidenceList(to));
  await rm(journal);
  await synced(to);
  return { sha256: list.digest('hex'), count, bytes, damaged };

  async function copyOne(line: EvidenceLine, file: string): Promise<string | undefined> {
    tell(`evidence ${line.path}`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const out = createWriteStream(`${file}.coming`, { mode: 0o600, flush: true });
    try {
      await pipeline(store.read(line.path, 0), out);
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || name === 'NoSuchKey') return undefined;
      throw error;
    }
    const { sha256, size } = await hashOf(`${file}.coming`);
    if (size !== line.size) return undefined;
    await rename(`${file}.coming`, file);
    await synced(dirname(file));
    await appendFile(journal, journalLine(line.path, sha256), { mode: 0o600, flush: true });
    return sha256;
  }
}

const journalLine = (path: string, sha256: string) => `${JSON.stringify({ path, sha256 })}\n`;

/** Those of the snapshot, without what was destroyed since: that is in no file of keys. */
async function keysOf(
  client: pg.Client,
  keys: KeyFile['dataKeys'],
): Promise<Pick<KeyFile, 'dataKeys' | 'purges'>> {
  const { rows } = await client.query<{ id: string }>('select id from data_key');
  const there = new Set(rows.map(({ id }) => id));
  return { dataKeys: keys.filter(({ id }) => there.has(id)), purges: await destroyed(client) };
}

async function destroyed(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>('select key_id as id from key_tombstone order by 1');
  return rows.map(({ id }) => id);
}

/** Over the same bytes of the disk, as far as a file system lets us. */
async function overwrite(path: string, text: string): Promise<void> {
  await writeWhole(`${path}.new`, text);
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    await handle.write(randomBytes(size), 0, size, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
  await synced(dirname(path));
}
