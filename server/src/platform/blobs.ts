import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { FileAnswer } from '@busbar/contract';
import { type Generated, type JSONColumnType, sql } from 'kysely';

import { type Actor, founder } from './actor.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './database.ts';
import type { DataKey, Keys } from './keys.ts';
import { FrameList, type Frames, sealed, unsealed } from './sealed.ts';

declare module './database.ts' {
  interface Tables {
    blob: {
      id: string;
      owner_id: string;
      key_id: string | null;
      case_id: string | null;
      address: string;
      size: number;
      frames: JSONColumnType<Frames, string, string>;
      created_at: Generated<Date>;
      doomed_at: Generated<Date | null>;
    };
  }
}

/** Where sealed bytes are kept: a folder, or anything that speaks S3. */
export interface BlobStore {
  /** Puts a finished file there, whole or not at all; doing it again is harmless. The file stays. */
  put(path: string, file: string): Promise<void>;
  /** The bytes from an offset on. */
  read(path: string, from: number): AsyncIterable<Uint8Array>;
  remove(path: string): Promise<void>;
}

export function fileStore(folder: string): BlobStore {
  return {
    async put(path, file) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      const coming = `${target}.coming`;
      await rm(coming, { force: true });
      // On another disk it takes a copy, which must be on that disk before anybody relies on it.
      await link(file, coming).catch(() => copyFile(file, coming));
      await synced(coming);
      await rename(coming, target);
      await synced(dirname(target));
    },
    read: (path, from) => createReadStream(join(folder, path), { start: from, highWaterMark: 1 << 20 }),
    remove: (path) => rm(join(folder, path), { force: true }),
  };
}

export async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Credentials come from the environment, as every S3 client takes them. */
export function s3Store({ endpoint, bucket, region }: NonNullable<Config['s3']>): BlobStore {
  const client = new S3Client({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    // Stores other than Amazon's do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return {
    async put(path, file) {
      const params = { Bucket: bucket, Key: path, Body: createReadStream(file, { highWaterMark: 1 << 20 }) };
      await new Upload({ client, params, partSize: 16 << 20, queueSize: 2 }).done();
    },
    async *read(path, from) {
      const range = from > 0 ? { Range: `bytes=${from}-` } : {};
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: path, ...range }));
      yield* Body as Readable;
    },
    async remove(path) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: path }));
    },
  };
}

export function blobStore(config: Config): BlobStore {
  return config.s3 ? s3Store(config.s3) : fileStore(join(config.data, 'evidence'));
}

/** Something stored, ready to be read, also after the transaction in which it was found. */
export interface Stored {
  readonly size: number;
  read(from?: number, to?: number): AsyncIterable<Buffer>;
}

/** It leaves as it came: as bytes to be kept where nothing else is said, whatever its name would have it be. */
export const asFile = (
  { size, read }: Stored,
  name: string,
  type = 'application/octet-stream',
): FileAnswer => ({ name, type, size, content: read() });

export type Blobs = ReturnType<typeof blobs>;

/**
 * Sealed bytes and the rows that tell of them. A blob is announced as doomed, put, and spared by whoever comes to
 * refer to it, in the transaction that does: killed at any moment, no byte is lost and none is left behind.
 */
export function blobs(database: Database, store: BlobStore, keys: Keys, spool: string) {
  /** Puts a file of sealed frames into the store, doomed until somebody spares it. */
  async function put(
    actor: Actor,
    { id, owner, case: caseId = null, key, address, frames, file }: NewBlob,
  ): Promise<void> {
    const row = {
      id,
      owner_id: owner,
      key_id: key.id,
      case_id: caseId,
      address,
      size: frames.size,
      frames: JSON.stringify(frames.runs),
    };
    // Known before it lies there, whatever becomes of the transaction in which somebody wants it.
    await database.apart(actor, (tx) =>
      tx
        .insertInto('blob')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet({
            ...row,
            doomed_at: sql<Date>`case when blob.doomed_at is null then null else clock_timestamp() + interval '1 day' end`,
          }),
        )
        .execute(),
    );
    await store.put(pathOf(row), file);
  }

  return {
    put,

    /** Seals and puts bytes of our own making, such as a report. The address is nobody's content: it is never shared. */
    async putDerived(
      actor: Actor,
      {
        source,
        ...blob
      }: Omit<NewBlob, 'address' | 'frames' | 'file'> & { source: AsyncIterable<Uint8Array> },
    ): Promise<void> {
      const { id, key } = blob;
      await mkdir(spool, { recursive: true, mode: 0o700 });
      const file = join(spool, `${id}.derived`);
      const frames = new FrameList();
      const handle = await open(file, 'wx', 0o600);
      try {
        for await (const frame of sealed(key.sealing(id), id, source, frames)) await handle.write(frame);
        await handle.close();
        const address = key.address(Buffer.from(`derived ${id}`));
        await put(actor, { ...blob, address, frames, file });
      } finally {
        await handle.close().catch(() => {});
        await rm(file, { force: true });
      }
    },

    /** A blob of this owner with this content, held until the transaction ends; undefined when there is none. */
    async held(tx: Db, owner: string, address: string): Promise<string | undefined> {
      const row = await tx
        .selectFrom('blob')
        .select('id')
        .where('owner_id', '=', owner)
        .where('address', '=', address)
        .where('doomed_at', 'is', null)
        .forShare()
        .executeTakeFirst();
      return row?.id;
    },

    /** Somebody refers to it from now on. */
    async spare(tx: Db, id: string): Promise<void> {
      const { numUpdatedRows } = await tx
        .updateTable('blob')
        .set({ doomed_at: null })
        .where('id', '=', id)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new Error(`Blob ${id} was swept away before it was stored; try again`);
    },

    /** Locks it, so that who refers to it can be counted. */
    async lock(tx: Db, id: string): Promise<void> {
      await tx.selectFrom('blob').select('id').where('id', '=', id).forUpdate().execute();
    },

    /** Nobody refers to it any more; the next sweep takes it. */
    async doom(tx: Db, id: string): Promise<void> {
      await tx
        .updateTable('blob')
        .set({ doomed_at: sql<Date>`now()` })
        .where('id', '=', id)
        .execute();
    },

    async open(tx: Db, id: string): Promise<Stored | undefined> {
      const row = await tx.selectFrom('blob').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return undefined;
      const key = (await keys.open(tx, row.owner_id, row.key_id)).sealing(id);
      const path = pathOf(row);
      return {
        size: row.size,
        read: (from, to) => unsealed(key, id, row.frames, (offset) => store.read(path, offset), from, to),
      };
    },

    /** Removes what is doomed. Rows go last: what could not be removed is tried again. */
    async sweep(): Promise<number> {
      const doomed = await database.as(founder, (tx) =>
        tx
          .selectFrom('blob')
          .select(['id', 'owner_id', 'address'])
          .where('doomed_at', '<=', sql<Date>`now()`)
          .execute(),
      );
      let swept = 0;
      for (const blob of doomed) {
        const isFree = await database.as(founder, async (tx) => {
          if (!(await mayTakeAway(tx))) return false;
          await store.remove(pathOf(blob));
          await tx.deleteFrom('blob').where('id', '=', blob.id).execute();
          return true;
        });
        if (!isFree) break;
        swept++;
      }
      return swept;
    },
  };
}

/** Where a blob lies in the store. */
export const pathOf = (blob: { owner_id: string; address: string; id: string }) =>
  `${blob.owner_id}/${blob.address}.${blob.id}`;

/** Whoever reads the whole store holds this for his session: nothing is taken away under his hands. */
export const HOLD_STORE = `select pg_advisory_lock(hashtext('busbar takes evidence away'))`;

async function mayTakeAway(tx: Db): Promise<boolean> {
  const { rows } = await sql<{
    free: boolean;
  }>`select pg_try_advisory_xact_lock_shared(hashtext('busbar takes evidence away')) as free`.execute(tx);
  return rows[0]!.free;
}

interface NewBlob {
  readonly id: string;
  readonly owner: string;
  /** The case under whose key it is. */
  readonly case?: string | null;
  readonly key: DataKey;
  readonly address: string;
  readonly frames: FrameList;
  /** Sealed under `key.sealing(id)`. */
  readonly file: string;
}

/** How much the disk of a folder still takes, in bytes. */
export async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
