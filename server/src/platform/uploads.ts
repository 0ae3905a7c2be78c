import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { belowReport } from '@busbar/contract';
import { DataStore, MemoryLocker, Server as Tus, Upload } from '@tus/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Generated, type Selectable, sql } from 'kysely';

import { type Actor, founder, holderOf, onBehalfOf } from './actor.ts';
import { record } from './audit.ts';
import { type Blobs, roomIn, type Stored, synced } from './blobs.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './database.ts';
import type { Identify } from './http.ts';
import type { Jobs, NewJob } from './jobs.ts';
import type { DataKey, KeyPurpose, Keys } from './keys.ts';
import type { Log } from './log.ts';
import { conflict, forbidden, malformed, notFound, Problem, signInNeeded, tooLarge } from './problem.ts';
import { Damaged, FRAME, FrameList, HEAD, openFrame, OVERHEAD, sealFrame, unsealed } from './sealed.ts';
import { refusedFor } from './unless.ts';

interface EvidenceTable {
  id: Generated<string>;
  owner_id: string;
  purpose: Purpose;
  subject_id: string;
  subject_name: string;
  state: Generated<EvidenceState>;
  size: number;
  received: Generated<number>;
  claimed_sha256: Buffer | null;
  sha256: Buffer | null;
  key_id: string | null;
  blob_id: string | null;
  uploaded_by: string | null;
  /** For which organisation he acted. */
  uploaded_for: string | null;
  roles: string[];
  case_id: string | null;
  allowance: Allowance | null;
  created_at: Generated<Date>;
  stored_at: Date | null;
}

declare module './database.ts' {
  interface Tables {
    evidence: EvidenceTable;
  }
}

export type EvidenceState = 'receiving' | 'stored' | 'damaged' | 'removed';

/** What its owner holds for himself. */
type OwnPurpose = 'capture' | 'import' | 'inventory' | 'bundle' | 'bundle file' | 'pack';
/** `evidence`: what the CERT holds in a case, under the key of that case. */
export type Purpose = OwnPurpose | 'evidence';
const keyFor: Record<OwnPurpose, KeyPurpose> = {
  capture: 'plant',
  import: 'imports',
  inventory: 'plant',
  bundle: 'plant',
  'bundle file': 'plant',
  pack: 'packs',
};

/** On which account strangers send: of reports that came as usual, and of those that came in masses. */
export type Allowance = 'report' | 'slow report';

/** Bytes that somebody entrusted to us. */
export interface Evidence {
  readonly id: string;
  readonly owner: string;
  readonly purpose: Purpose;
  /** What it belongs to: a capture, an import, a file of a case. */
  readonly subject: { readonly id: string; readonly name: string };
  readonly state: EvidenceState;
  readonly size: number;
  readonly received: number;
  readonly sha256: string | null;
  /** The same, as its sender computed it. */
  readonly claimed: string | null;
  /** Its key was destroyed on purpose. */
  readonly purged: boolean;
  readonly uploadedBy: string | null;
  readonly at: Date;
}

/** What happens when the last byte has arrived whole: told in the same transaction, so that it happens once. */
export type Completed = (tx: Db, actor: Actor, evidence: Evidence) => Promise<NewJob | undefined>;

/**
 * In bytes. Set as `evidence` among the settings of the instance. Of what strangers send there is a limit for one report,
 * and one for all reports of a day: however many come, the disk is there for the others.
 */
const limits = {
  largest: 256 * 2 ** 30,
  quota: 2 ** 40,
  report: { files: 40, bytes: 32 * 2 ** 30, day: 256 * 2 ** 30 },
  'slow report': { files: 5, bytes: 64 * 2 ** 20, day: 4 * 2 ** 30 },
};
/** An upload of a stranger that nobody went on with gives its room back. */
const ABANDONED = sql<Date>`now() - interval '3 days'`;
/** The disk also holds the database. */
const KEEP_FREE = 2 ** 29;
const SYNC_EVERY_MS = 2000;
/** After so many frames of one MiB the disk begins. */
const FRAMES_AHEAD = 4;
const MOST_REMEMBERED = 1000;

const address = (id: string) => `/api/uploads/${id}`;
const doors = ['/api/uploads', belowReport('/api/uploads')] as const;

export type Uploads = ReturnType<typeof uploads>;

export function uploads(
  { config, database, jobs, log }: { config: Config; database: Database; jobs: Jobs; log: Log },
  keys: Keys,
  blobs: Blobs,
) {
  const spool = join(config.data, 'spool');
  const completed = new Map<Purpose, Completed>();
  const remembered = new Map<string, Held>();

  return {
    /** Says what to do with what arrives; called in compose, by whoever owns the subject. */
    completes(purpose: Purpose, then: Completed): void {
      completed.set(purpose, then);
    },

    /** Makes room for bytes to come; they go to the address by the tus protocol. */
    async announce(tx: Db, actor: Actor, coming: Announced): Promise<{ id: string; address: string }> {
      const owner = coming.purpose === 'evidence' ? coming.within.custodian : actor.organisation!;
      const within = coming.purpose === 'evidence' ? coming.within : undefined;
      if (!within) {
        await refuseTooLarge(tx, coming.size);
        await refuseOverQuota(tx, owner, coming.size);
      }
      const key =
        coming.purpose === 'evidence'
          ? await keys.ofCase(tx, coming.within.case)
          : await keys.of(tx, owner, keyFor[coming.purpose]);
      const { id } = await tx
        .insertInto('evidence')
        .values({
          ...(within?.spooled && { id: within.spooled }),
          owner_id: owner,
          purpose: coming.purpose,
          subject_id: coming.subject.id,
          subject_name: coming.subject.name,
          size: coming.size,
          claimed_sha256: coming.sha256 ? Buffer.from(coming.sha256, 'hex') : null,
          sha256: null,
          key_id: key.id,
          blob_id: null,
          uploaded_by: actor.person,
          uploaded_for: actor.organisation,
          roles: [...actor.roles],
          stored_at: null,
          case_id: within?.case ?? null,
          allowance: within?.allowance ?? null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id, address: address(id) };
    },

    addressOf: address,

    /**
     * Takes over bytes that came in something else and lie sealed already, as if they had been sent: for the transaction in
     * which that is known to be whole. Whoever owns the subject begins what follows.
     */
    async keep(tx: Db, actor: Actor, kept: Kept): Promise<string> {
      const owner = actor.organisation!;
      await blobs.spare(tx, kept.blob);
      const row = await tx
        .insertInto('evidence')
        .values({
          owner_id: owner,
          purpose: kept.purpose,
          subject_id: kept.subject.id,
          subject_name: kept.subject.name,
          state: 'stored',
          size: kept.size,
          received: kept.size,
          claimed_sha256: kept.sha256,
          sha256: kept.sha256,
          key_id: (await keys.of(tx, owner, keyFor[kept.purpose])).id,
          blob_id: kept.blob,
          uploaded_by: actor.person,
          uploaded_for: owner,
          roles: [...actor.roles],
          stored_at: new Date(),
          case_id: null,
          allowance: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await noteCustody(tx, row);
      return row.id;
    },

    /**
     * Refuses what is too much for a case, before it is announced. Asked as the program itself, which alone sees what all
     * others have sent; until the transaction ends nobody else asks.
     */
    async refuseTooMuchIn(tx: Db, { case: id, custodian, allowance }: Within, size: number): Promise<void> {
      await refuseTooLarge(tx, size);
      await sql`select pg_advisory_xact_lock(hashtext('busbar evidence limits'))`.execute(tx);
      await refuseOverQuota(tx, custodian, size);
      if (!allowance) return;
      const { files, bytes, day } = (await limitsIn(tx))[allowance];
      const counted = await tx
        .selectFrom('evidence')
        .select([
          sql<number>`count(*) filter (where case_id = ${id})::int`.as('files'),
          sql<number>`coalesce(sum(size) filter (where case_id = ${id}), 0)::bigint`.as('bytes'),
          sql<number>`coalesce(sum(size) filter (where created_at > now() - interval '1 day'), 0)::bigint`.as(
            'day',
          ),
        ])
        .where('allowance', '=', allowance)
        .where('state', '!=', 'removed')
        .executeTakeFirstOrThrow();
      if (counted.files >= files || counted.bytes + size > bytes || counted.day + size > day)
        throw tooLarge(
          'report-full',
          'More than this is not taken with a report from outside. Call us: we take it another way, or open the way for more',
          { files, bytes },
        );
    },

    /**
     * Removes what strangers began to send and left, and what lies on the disk and was never announced; asked as the program
     * itself. Its room is given back. What lies there whole was taken, and is brought to its end: nobody sends a file of a
     * letter again.
     */
    async sweep(): Promise<void> {
      for (const row of await clearSpool()) if (await liesWhole(row)) await end(row);
      const left = await database.as(founder, (tx) =>
        tx
          .updateTable('evidence')
          .set({ state: 'removed' })
          .where('state', '=', 'receiving')
          .where('allowance', 'is not', null)
          .where('created_at', '<', ABANDONED)
          .returning(['id', 'owner_id as owner'])
          .execute(),
      );
      for (const row of left) await this.forget(row);
    },

    async find(tx: Db, ids: readonly string[]): Promise<Map<string, Evidence>> {
      if (ids.length === 0) return new Map();
      const rows = await tx.selectFrom('evidence').selectAll().where('id', 'in', ids).execute();
      return new Map(rows.map((row) => [row.id, toEvidence(row)]));
    },

    /** What the sender's own hash says. Told after the bytes, it may yet find them damaged. */
    async claim(tx: Db, id: string, sha256: string): Promise<Evidence> {
      const row = await lockEvidence(tx, id);
      if (!row || row.state === 'removed') throw notFound('upload');
      const claimed = Buffer.from(sha256, 'hex');
      const differs = row.sha256 && !row.sha256.equals(claimed);
      const state = differs ? 'damaged' : row.sha256 ? 'stored' : row.state;
      const changed = await tx
        .updateTable('evidence')
        .set({ claimed_sha256: claimed, state })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      if (state === 'damaged' && row.state !== 'damaged') await noteCustody(tx, changed);
      return toEvidence(changed);
    },

    /** The bytes as they were received; usable after the transaction. */
    async open(tx: Db, id: string): Promise<Stored> {
      const row = await tx.selectFrom('evidence').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row || row.state === 'removed') throw notFound('upload');
      const stored = row.blob_id && (await blobs.open(tx, row.blob_id));
      if (!stored)
        throw conflict('upload-incomplete', 'The file has not arrived completely; send the rest first');
      return stored;
    },

    /** Lets the bytes go; the row stays with its hash. Call `sweep` after the commit. */
    async remove(tx: Db, id: string): Promise<Evidence | undefined> {
      const row = await lockEvidence(tx, id);
      if (!row || row.state === 'removed') return undefined;
      if (row.blob_id) await blobs.lock(tx, row.blob_id);
      await tx
        .updateTable('evidence')
        .set({ state: 'removed', blob_id: null })
        .where('id', '=', id)
        .execute();
      if (row.blob_id && !(await isReferred(tx, row.blob_id))) await blobs.doom(tx, row.blob_id);
      return toEvidence(row);
    },

    /** Throws away the bytes of what was removed before it had arrived. */
    async forget({ id, owner }: Pick<Evidence, 'id' | 'owner'>): Promise<void> {
      remembered.delete(id);
      await rm(spoolFile(owner, id), { force: true });
    },

    /** Finishes what a kill interrupted: arrived to the last byte, but not yet told so. */
    async recover(): Promise<void> {
      for (const row of await clearSpool()) await end(row);
    },

    /** The same for bytes at hand: what the demo sends. */
    async receive(actor: Actor, id: string, source: AsyncIterable<Uint8Array>): Promise<void> {
      await withUpload(actor, id, async (upload) => {
        await append(upload, source);
        await settle(upload, actor);
      });
    },

    /**
     * Bytes at hand for what this transaction will announce as `within.spooled`: sealed on the disk first, for others wait for
     * whoever has asked about room until his transaction ends, and no disk is to make them wait longer. `arrived` brings them
     * to their end afterwards, or `recover` after a kill; what was not announced is swept.
     */
    async spool(tx: Db, { case: of, custodian }: Within, bytes: Uint8Array): Promise<string> {
      await refuseNoRoom(bytes.length);
      const id = randomUUID();
      await sealInto(spoolFile(custodian, id), await keys.ofCase(tx, of), id, bytes);
      return id;
    },

    async arrived(actor: Actor, id: string): Promise<void> {
      await withUpload(actor, id, (upload) => settle(upload, actor));
    },

    /** The tus protocol 1.0 (core), for those who may read the row: for all others there is nothing here. */
    async mount(app: FastifyInstance, identify: Identify): Promise<void> {
      const tus = new Tus({
        path: '/api/uploads',
        datastore: new Spool(remembered, append),
        locker: new MemoryLocker(),
        // Somebody who asks how far an upload is has lost the connection that still seems to be sending.
        lockDrainTimeout: 500,
        allowedOrigins: [],
        maxSize: 2 ** 43,
        onResponseError: (_request, error) =>
          error instanceof Problem ? { status_code: error.status, body: '' } : undefined,
      });

      await app.register(async (raw) => {
        raw.removeAllContentTypeParsers();
        raw.addContentTypeParser('*', (_request, _body, done) => done(null));
        for (const door of doors)
          raw.route({
            method: ['HEAD', 'PATCH', 'OPTIONS'],
            url: `${door}/:id`,
            handler: async (request, reply) => {
              if (request.method === 'OPTIONS')
                return answer(reply, await tus.handleWeb(asWebRequest(request)));
              const actor = admitted(await identify(request));
              const { id } = request.params as { id: string };
              const forward = async (upload: Receiving) => {
                const response = await tus.handleWeb(asWebRequest(request));
                await settle(upload, actor);
                return response;
              };
              return answer(reply, await withUpload(actor, id, forward, request.id));
            },
          });
        // Uploads are announced where it is known what they are for.
        raw.route({
          method: ['POST', 'DELETE'],
          url: '/api/uploads/*',
          handler: async () => {
            throw new Problem(
              405,
              'upload-not-announced',
              'Announce a capture or an import; it tells where to send the bytes',
            );
          },
        });
      });
    },
  };

  async function refuseTooLarge(tx: Db, size: number): Promise<void> {
    const { largest } = await limitsIn(tx);
    if (size > largest)
      throw tooLarge(
        'upload-too-large',
        `A file may have ${largest} bytes here; split the capture (editcap -c does it)`,
        {
          size,
          largest,
        },
      );
    await refuseNoRoom(size);
  }

  async function refuseNoRoom(size: number): Promise<void> {
    await mkdir(spool, { recursive: true, mode: 0o700 });
    if ((await roomIn(spool)) < size + KEEP_FREE) throw full();
  }

  /** Throws away what nobody waits for, and tells what somebody does. */
  async function clearSpool(): Promise<Row[]> {
    const waiting: Row[] = [];
    for (const owner of await folderNames(spool)) {
      if (owner.endsWith('.derived')) await removeOld(join(spool, owner));
      for (const name of await folderNames(join(spool, owner))) {
        const row = await database.as(founder, (tx) => findEvidence(tx, name.replace(/\.part$/, '')));
        // What is announced at this moment is in no row yet, and its bytes may be here.
        if (!row) await removeOld(join(spool, owner, name));
        // Nor can what came before its case was purged be read by anybody.
        else if (row.state !== 'receiving' || row.key_id === null)
          await rm(join(spool, owner, name), { force: true });
        else waiting.push(row);
      }
    }
    return waiting;
  }

  /** What is in the way of one is in the way of no other. */
  async function end(row: Row): Promise<void> {
    const uploader = uploaderOf(row);
    await withUpload(uploader, row.id, (upload) => settle(upload, uploader)).catch((error: unknown) =>
      log.error({ err: error, evidence: row.id }, 'evidence'),
    );
  }

  /** Long enough for whoever brought it to have ended it. */
  async function liesWhole({ owner_id, id, size }: Row): Promise<boolean> {
    const file = spoolFile(owner_id, id);
    return (await isOld(file)) && (await stat(file)).size >= size;
  }

  async function refuseOverQuota(tx: Db, owner: string, size: number): Promise<void> {
    const { quota } = await limitsIn(tx);
    const { used } = await tx
      .selectFrom('evidence')
      .select(sql<number>`coalesce(sum(size), 0)::bigint`.as('used'))
      .where('owner_id', '=', owner)
      .where('state', '!=', 'removed')
      .executeTakeFirstOrThrow();
    if (used + size > quota)
      throw tooLarge(
        'quota-exceeded',
        `Your organisation has ${Math.max(0, quota - used)} bytes left; remove captures first`,
        {
          size,
          left: Math.max(0, quota - used),
        },
      );
  }

  function spoolFile(owner: string, id: string): string {
    return join(spool, owner, `${id}.part`);
  }

  /**
   * Works on an upload that this actor may see. However many ask at once, there is one object for it; after a restart
   * it is made from what lies on the disk.
   */
  async function withUpload<T>(
    actor: Actor,
    id: string,
    work: (upload: Receiving) => Promise<T>,
    requestId = '',
  ): Promise<T> {
    const found = await database.as(actor, async (tx) => {
      const row = await findEvidence(tx, id);
      if (row?.state === 'receiving') return { row, key: await keys.open(tx, row.owner_id, row.key_id) };
      if (row && row.state !== 'removed') return { row, key: undefined };
      await record(tx, 'refused', { details: { operation: 'upload', id } }, requestId);
      return undefined;
    });
    if (!found) throw notFound('upload');
    const { row, key } = found;
    let held = key && remembered.get(id);
    if (!held) {
      const upload = key ? Receiving.reopen(row, key, spoolFile(row.owner_id, id)) : Receiving.finished(row);
      held = { upload: Promise.resolve(upload), users: 0 };
      remembered.set(id, held);
    }
    held.users++;
    try {
      return await work(await held.upload);
    } finally {
      held.users--;
      forgetIdle(id, held);
    }
  }

  /** What is finished is forgotten at once, what waits for more when there are too many of it: it costs hashing once again. */
  function forgetIdle(id: string, held: Held): void {
    const done = held.users === 0 && remembered.get(id) === held;
    void held.upload.then(
      ({ row }) => done && row.state !== 'receiving' && remembered.delete(id),
      () => done && remembered.delete(id),
    );
    if (remembered.size <= MOST_REMEMBERED) return;
    for (const [other, { users }] of remembered) {
      if (users > 0) continue;
      remembered.delete(other);
      return;
    }
  }

  async function append(upload: Receiving, source: AsyncIterable<Uint8Array>): Promise<number> {
    const tell = (received: number) =>
      database.as(uploaderOf(upload.row), (tx) =>
        tx.updateTable('evidence').set({ received }).where('id', '=', upload.row.id).execute(),
      );
    await upload.append(source, tell);
    return upload.received;
  }

  /** If all bytes are there: compares, stores, and tells whoever waits for them. Once, however often it is called. */
  async function settle(upload: Receiving, actor: Actor): Promise<void> {
    if (upload.row.state !== 'receiving' || upload.received < upload.row.size) return;
    await upload.idle;
    upload.settling ??= finish(upload, actor)
      .catch((error: { code?: string }) => {
        // The same bytes arrived twice at the same moment; the second time, the first are found.
        if (error.code !== refusedFor.unique) throw error;
        return finish(upload, actor);
      })
      .finally(() => (upload.settling = undefined));
    await upload.settling;
  }

  async function finish(upload: Receiving, actor: Actor): Promise<void> {
    const { row, frames, key, file } = upload;
    const sha256 = await upload.digest();
    const content = key.address(sha256);
    const known = await database.as(actor, (tx) => blobs.held(tx, row.owner_id, content));
    if (!known) {
      // A file without bytes has no spool.
      await mkdir(join(spool, row.owner_id), { recursive: true, mode: 0o700 });
      await using handle = await open(file, 'a', 0o600);
      const { size } = await handle.stat();
      // Another program brought it to its end in this moment and took it away: nothing is put over what that stored.
      if (size < frames.sealedSize) throw gone();
      await blobs.put(actor, {
        id: row.id,
        owner: row.owner_id,
        case: row.case_id,
        key,
        address: content,
        frames,
        file,
      });
    }

    const settled = await database.as(actor, async (tx) => {
      const current = await lockEvidence(tx, row.id);
      if (current?.state !== 'receiving') return current;
      const shared = await blobs.held(tx, row.owner_id, content);
      if (!shared) await blobs.spare(tx, row.id);
      const damaged = current.claimed_sha256 && !current.claimed_sha256.equals(sha256);
      const stored = await tx
        .updateTable('evidence')
        .set({
          state: damaged ? 'damaged' : 'stored',
          sha256,
          received: row.size,
          blob_id: shared ?? row.id,
          stored_at: new Date(),
        })
        .where('id', '=', row.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await noteCustody(tx, stored);
      const job = damaged ? undefined : await completed.get(row.purpose)?.(tx, actor, toEvidence(stored));
      if (job) await jobs.enqueue(tx, actor, job);
      return stored;
    });
    upload.row = settled ?? upload.row;
    await rm(file, { force: true });
    jobs.wake();
    log.debug({ evidence: row.id, size: row.size }, 'evidence arrived');
  }
}

/** Whose file it is: one's own, or that of a case. */
type Announced = {
  readonly subject: { readonly id: string; readonly name: string };
  readonly size: number;
  readonly sha256?: string | undefined;
} & ({ readonly purpose: OwnPurpose } | { readonly purpose: 'evidence'; readonly within: Within });

/** Bytes under the key of its purpose, and doomed until somebody refers to them. */
interface Kept {
  readonly purpose: OwnPurpose;
  readonly subject: { readonly id: string; readonly name: string };
  readonly size: number;
  readonly sha256: Buffer;
  readonly blob: string;
}

export interface Within {
  readonly case: string;
  /** The CERT: it holds the bytes, whoever the case belongs to. */
  readonly custodian: string;
  /** Of whom is a stranger; members and the CERT have none. */
  readonly allowance: Allowance | null;
  /** What of it lies on the disk already. */
  readonly spooled?: string | undefined;
}

type Row = Selectable<EvidenceTable>;

/** An upload on its way: frames on the local disk, appended to and never changed. */
class Receiving {
  row: Row;
  readonly key: DataKey;
  readonly file: string;
  frames = new FrameList();
  settling: Promise<void> | undefined;
  /** What is being written; a request that broke off is not done before this is. */
  idle: Promise<unknown> = Promise.resolve();
  /** Of all bytes so far; not known after a restart, for a hash cannot be kept half-done. */
  #hash: Hash | undefined = createHash('sha256');

  private constructor(row: Row, key: DataKey, file: string) {
    this.row = row;
    this.key = key;
    this.file = file;
  }

  get received(): number {
    return this.row.state === 'receiving' ? this.frames.size : this.row.size;
  }

  static finished(row: Row): Receiving {
    return new Receiving(row, undefined as never, '');
  }

  /**
   * Finds the frames that are whole. What was acknowledged is; behind it there may be the torn half of one, which stays
   * until somebody goes on: it may be one that another program, about to end, still writes.
   */
  static async reopen(row: Row, key: DataKey, file: string): Promise<Receiving> {
    const upload = new Receiving(row, key, file);
    const handle = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (!handle) {
      if (row.received > 0) throw gone();
      return upload;
    }
    try {
      const { size } = await handle.stat();
      await upload.#findFrames(handle, size);
      if (upload.frames.size < row.received) throw gone();
      await handle.sync();
      if (upload.frames.size > 0) upload.#hash = undefined;
      return upload;
    } finally {
      await handle.close();
    }
  }

  async #findFrames(handle: FileHandle, size: number): Promise<void> {
    const { frames, row } = this;
    const key = this.key.sealing(row.id);
    const head = Buffer.alloc(4);
    while (frames.sealedSize + HEAD <= size) {
      const at = frames.sealedSize;
      await handle.read(head, 0, 4, at);
      const length = head.readUInt32BE(0);
      if (length === 0 || length > FRAME || at + length + OVERHEAD > size) return;
      // Only what was synced before it was acknowledged need not be looked at.
      if (frames.size + length > row.received) {
        const frame = Buffer.alloc(length + OVERHEAD);
        await handle.read(frame, 0, frame.length, at);
        try {
          openFrame(key, row.id, frames.count, frames.size, frame);
        } catch (error) {
          if (error instanceof Damaged) return;
          throw error;
        }
      }
      frames.add(length);
    }
  }

  /** Takes all it gets, also of a source that breaks off; what is told was on the disk before. */
  append(source: AsyncIterable<Uint8Array>, tell: (received: number) => Promise<unknown>): Promise<void> {
    const writing = this.#append(source, tell);
    this.idle = writing.catch(() => {});
    return writing;
  }

  async #append(
    source: AsyncIterable<Uint8Array>,
    tell: (received: number) => Promise<unknown>,
  ): Promise<void> {
    const folder = join(this.file, '..');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(this.file, 'a', 0o600);
    const writer = new FrameWriter(this, handle, tell);
    try {
      if (this.frames.count === 0) await synced(folder);
      await this.#dropTorn(handle);
      try {
        for await (const chunk of source) await writer.add(chunk);
      } finally {
        await writer.flush();
      }
    } catch (error) {
      await this.#dropTorn(handle);
      // What is whole is told when somebody asks. Why nothing more was taken is what this one hears.
      await handle.datasync().catch(() => {});
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? full() : error;
    } finally {
      await handle.close();
    }
  }

  /** Half a frame is no frame. */
  async #dropTorn(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat();
    if (size < this.frames.sealedSize) throw gone();
    if (size > this.frames.sealedSize) await handle.truncate(this.frames.sealedSize);
  }

  /** What is plain is done with when this returns; `room` holds the frame until it is written. One at a time. */
  async write(handle: FileHandle, plain: Uint8Array, room: Buffer): Promise<void> {
    const { frames, row } = this;
    const { length } = plain;
    const frame = sealFrame(this.key.sealing(row.id), row.id, frames.count, frames.size, plain, room);
    const writing = handle.write(frame);
    this.#hash?.update(plain);
    try {
      const { bytesWritten } = await writing;
      if (bytesWritten < frame.length) throw Object.assign(new Error('Short write'), { code: 'ENOSPC' });
    } catch (error) {
      // It holds more than is on the disk now.
      this.#hash = undefined;
      throw error;
    }
    frames.add(length);
  }

  async digest(): Promise<Buffer> {
    if (this.#hash) return this.#hash.copy().digest();
    const { key, row, frames, file } = this;
    const hash = createHash('sha256');
    const read = (offset: number) => createReadStream(file, { start: offset, highWaterMark: FRAME });
    for await (const bytes of unsealed(key.sealing(row.id), row.id, frames.runs, read)) hash.update(bytes);
    return hash.digest();
  }
}

/** The same frames as those of an upload on its way, of bytes that are all there. */
async function sealInto(file: string, key: DataKey, id: string, bytes: Uint8Array): Promise<void> {
  const folder = join(file, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(file, 'wx', 0o600);
  try {
    const frames = new FrameList();
    const room = Buffer.allocUnsafe(FRAME + OVERHEAD);
    for (let at = 0; at < bytes.length; at += FRAME) {
      const plain = bytes.subarray(at, at + FRAME);
      await handle.appendFile(sealFrame(key.sealing(id), id, frames.count, frames.size, plain, room));
      frames.add(plain.length);
    }
    await handle.sync();
    await synced(folder);
  } catch (error) {
    await rm(file, { force: true });
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? full() : error;
  } finally {
    await handle.close();
  }
}

interface Held {
  readonly upload: Promise<Receiving>;
  /** Requests that are at it now. */
  users: number;
}

/** Brings bytes together into frames of one MiB, and sees to it that they are on the disk before they are told. */
class FrameWriter {
  readonly #upload: Receiving;
  readonly #handle: FileHandle;
  readonly #tell: (received: number) => Promise<unknown>;
  readonly #frame = Buffer.allocUnsafe(FRAME);
  readonly #sealed = Buffer.allocUnsafe(FRAME + OVERHEAD);
  #length = 0;
  /** The frame on its way to the disk, while the next comes together. */
  #writing: Promise<void> | undefined;
  #ahead = 0;
  #reaching: Promise<void> | undefined;
  #told = Date.now();

  constructor(upload: Receiving, handle: FileHandle, tell: (received: number) => Promise<unknown>) {
    this.#upload = upload;
    this.#handle = handle;
    this.#tell = tell;
  }

  async add(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + FRAME - this.#length);
      this.#frame.set(piece, this.#length);
      this.#length += piece.length;
      at += piece.length;
      if (this.#length === FRAME) await this.#write();
    }
    if (Date.now() - this.#told > SYNC_EVERY_MS) await this.#sync();
  }

  async flush(): Promise<void> {
    if (this.#length > 0) await this.#write();
    await this.#sync();
  }

  async #write(): Promise<void> {
    await this.#writing;
    this.#writing = this.#upload.write(this.#handle, this.#frame.subarray(0, this.#length), this.#sealed);
    // Whoever waits for it hears of it: the next frame, or the end. Behind one that failed nothing is written.
    this.#writing.catch(() => {});
    this.#length = 0;
    if (++this.#ahead % FRAMES_AHEAD === 0) this.#reach();
  }

  /** Lets the disk begin, so that little is left to wait for at the end; nobody is told of it. */
  #reach(): void {
    this.#reaching ??= this.#handle
      .datasync()
      .catch(() => {})
      .finally(() => (this.#reaching = undefined));
  }

  async #sync(): Promise<void> {
    await this.#writing;
    await this.#reaching;
    await this.#handle.datasync();
    await this.#tell(this.#upload.frames.size);
    this.#told = Date.now();
  }
}

/** The store as the tus server sees it. It only ever meets uploads that the door has let through. */
class Spool extends DataStore {
  readonly #uploads: ReadonlyMap<string, Held>;
  readonly #append: (upload: Receiving, source: AsyncIterable<Uint8Array>) => Promise<number>;

  constructor(
    uploads: ReadonlyMap<string, Held>,
    append: (upload: Receiving, source: AsyncIterable<Uint8Array>) => Promise<number>,
  ) {
    super();
    this.#uploads = uploads;
    this.#append = append;
  }

  override async getUpload(id: string): Promise<Upload> {
    const upload = await this.#upload(id);
    await upload.idle;
    return new Upload({ id, size: upload.row.size, offset: upload.received });
  }

  override async write(source: AsyncIterable<Uint8Array>, id: string): Promise<number> {
    const upload = await this.#upload(id);
    if (upload.row.state !== 'receiving') return upload.received;
    return this.#append(upload, source);
  }

  async #upload(id: string): Promise<Receiving> {
    const held = this.#uploads.get(id);
    if (!held) throw notFound('upload');
    return held.upload;
  }
}

function admitted(actor: Actor): Actor {
  if (!actor.organisation && !actor.receipt) throw signInNeeded();
  if (actor.restricted)
    throw forbidden(
      'second-factor-needed',
      'Add a passkey or an authenticator app first; until then nothing else opens',
    );
  return actor;
}

function asWebRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  const { id = '' } = request.params as { id?: string };
  const url = new URL(address(id), 'http://localhost');
  if (request.method !== 'PATCH') return new Request(url, { method: request.method, headers });
  // `Readable.toWeb` copies every chunk.
  const body = ReadableStream.from<Uint8Array>(request.raw.iterator({ destroyOnReturn: false }));
  return new Request(url, { method: 'PATCH', headers, body, duplex: 'half' } as RequestInit);
}

async function answer(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  response.headers.forEach((value, name) => {
    if (!/^(content-|access-control-)/.test(name)) void reply.header(name, value);
  });
  if (response.status >= 400) throw refusalOf(response.status);
  return reply.code(response.status).send();
}

function refusalOf(status: number): Problem {
  if (status === 404) return notFound('upload');
  if (status === 507) return full();
  if (status === 409)
    return conflict(
      'upload-offset',
      'The upload stands elsewhere by now; ask with HEAD where, and go on from there',
    );
  if (status === 413)
    return tooLarge(
      'upload-beyond-end',
      'More bytes came than were announced; announce the file anew with its true size',
    );
  if (status === 400)
    return new Problem(423, 'upload-interrupted', 'Another request goes on with this upload');
  if (status === 412) return new Problem(412, 'tus-version', 'Say Tus-Resumable: 1.0.0');
  if (status >= 500)
    return new Problem(
      503,
      'upload-busy',
      'The bytes could not be taken just now; ask with HEAD how far it is, and go on',
    );
  return malformed('not-understood', 'Send PATCH with Upload-Offset and application/offset+octet-stream', {
    why: '',
  });
}

const full = () =>
  new Problem(
    507,
    'storage-full',
    'There is no room left to store this; tell the administrator, then go on with the upload',
  );
const gone = () =>
  new Problem(
    410,
    'upload-lost',
    'What had arrived is not on this machine any more; remove the capture and send it again',
  );

function uploaderOf({ owner_id, uploaded_by, uploaded_for, roles, case_id }: Row): Actor {
  if (case_id && !uploaded_by) return holderOf(case_id);
  return onBehalfOf(case_id ? uploaded_for! : owner_id, uploaded_by, roles as Actor['roles']);
}

/** Custody: who gave us what, and what arrived. */
async function noteCustody(tx: Db, row: Row): Promise<void> {
  const claimed = row.claimed_sha256?.toString('hex');
  await record(tx, row.state === 'damaged' ? 'evidence damaged' : 'evidence stored', {
    kind: row.purpose,
    id: row.subject_id,
    name: row.subject_name,
    owner: row.owner_id,
    case: row.case_id,
    details: {
      evidence: row.id,
      size: row.size,
      sha256: row.sha256!.toString('hex'),
      ...(claimed && { claimed }),
    },
  });
}

async function limitsIn(tx: Db): Promise<typeof limits> {
  const setting = await tx
    .selectFrom('setting')
    .select('value')
    .where('name', '=', 'evidence')
    .executeTakeFirst();
  return { ...limits, ...setting?.value };
}

async function findEvidence(tx: Db, id: string): Promise<Row | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
  return tx.selectFrom('evidence').selectAll().where('id', '=', id).executeTakeFirst();
}

async function lockEvidence(tx: Db, id: string): Promise<Row | undefined> {
  return tx.selectFrom('evidence').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

async function isReferred(tx: Db, blob: string): Promise<boolean> {
  return Boolean(await tx.selectFrom('evidence').select('id').where('blob_id', '=', blob).executeTakeFirst());
}

function toEvidence(row: Row): Evidence {
  return {
    id: row.id,
    owner: row.owner_id,
    purpose: row.purpose,
    subject: { id: row.subject_id, name: row.subject_name },
    state: row.state,
    size: row.size,
    received: row.received,
    sha256: row.sha256?.toString('hex') ?? null,
    claimed: row.claimed_sha256?.toString('hex') ?? null,
    purged: row.key_id === null,
    uploadedBy: row.uploaded_by,
    at: row.created_at,
  };
}

/** Half a report of a worker that was killed; a younger one may still be written by another. */
async function removeOld(file: string): Promise<void> {
  if (await isOld(file)) await rm(file, { force: true });
}

async function isOld(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > 3_600_000;
}

async function folderNames(folder: string): Promise<string[]> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? readdir(folder) : [];
}
