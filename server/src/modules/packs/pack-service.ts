import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';

import {
  done,
  type FileAnswer,
  type Job,
  type MadePack,
  type MakePack,
  type Pack,
  type PackKey,
  type PackState,
  type Paging,
  type SigningKey,
} from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, onBehalfOf } from '../../platform/actor.ts';
import { record, type Trace } from '../../platform/audit.ts';
import { asFile, type Blobs } from '../../platform/blobs.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { cancelJobsOf, type Jobs, lastJobs, type Work } from '../../platform/jobs.ts';
import type { Keys } from '../../platform/keys.ts';
import { line } from '../../platform/plain-text.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { hashing } from './pack-file.ts';
import { type InstallingParts, packWorkers } from './pack-installing.ts';
import { buildPack, type Built, contentsOf, hadBy, type MakingParts, type Wanted } from './pack-making.ts';
import {
  addMade,
  findMade,
  findPack,
  keepKey,
  listKeys,
  listMade,
  listPacks,
  lockPack,
  type MadePackRow,
  madeNumbered,
  type PackKeyRow,
  type PackRow,
  removeKey,
} from './pack-store.ts';
import { expiryOf, readKey, signerOf, stateOf, type TrustedKey } from './pack-trust.ts';

export type PackService = ReturnType<typeof packService>;

export interface PackParts extends MakingParts, Omit<InstallingParts, 'trusted' | 'imports' | 'sources'> {
  readonly jobs: Jobs;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly imports: MakingParts['imports'] & InstallingParts['imports'];
  readonly sources: MakingParts['sources'] & InstallingParts['sources'];
}

type ById = { id: string };

/** What is carried to and from a CERT that has no internet; how the file is made, `pack-file.ts` says. */
export function packService(parts: PackParts) {
  const { database, jobs, blobs, keys, uploads, signing, folder } = parts;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  uploads.completes('pack', async (_tx, _actor, { subject: { id, name } }) => ({
    kind: 'check-pack',
    subject: { kind: 'pack', id, name },
  }));
  const workers = packWorkers({ ...parts, trusted });

  return {
    workers: { 'make-pack': makeInJob, 'check-pack': workers.check, 'install-pack': workers.install },

    // Packs that come.

    async list(tx: Db, paging: Paging) {
      const rows = await listPacks(tx, paging);
      const last = await lastJobs(
        tx,
        rows.map(({ id }) => id),
      );
      return {
        items: rows.map((row) => toPack(row, last.get(row.id))),
        next: rows.length === paging.limit ? rows.at(-1)!.id : null,
      };
    },

    get: one,

    async begin({ tx, actor, body, trail }: Ask<unknown, unknown, { name: string; size: number }>) {
      const { pack, upload, trace } = await announce(tx, actor, body);
      trail.on(trace);
      return { pack, upload };
    },

    async checkAgain({ tx, actor, params: { id }, trail, afterCommit }: Ask<ById>): Promise<Job> {
      const { job, trace } = await enqueueCheck(tx, actor, id);
      trail.on(trace);
      afterCommit(() => jobs.wake());
      return job;
    },

    async install({ tx, actor, params: { id }, trail, afterCommit }: Ask<ById>): Promise<Job> {
      const { job, trace } = await enqueueInstall(tx, actor, id);
      trail.on(trace);
      afterCommit(() => jobs.wake());
      return job;
    },

    async remove({ tx, params: { id }, trail, afterCommit }: Ask<ById>) {
      const row = (await lockPack(tx, id)) ?? missing();
      if (row.installed_at)
        throw conflict(
          'pack-is-installed',
          'An installed pack stays in the list: it says by which way things came',
        );
      await refuseWhileInstalling(tx, row.owner_id, id);
      await cancelJobsOf(tx, id);
      const gone = row.evidence_id ? await uploads.remove(tx, row.evidence_id) : undefined;
      await tx.updateTable('pack').set({ removed_at: new Date() }).where('id', '=', id).execute();
      if (gone) afterCommit(() => void uploads.forget(gone).catch(() => {}));
      trail.on({ kind: 'pack', id, name: row.name, owner: row.owner_id });
      return done;
    },

    // Packs that go.

    async listMade(tx: Db, paging: Paging) {
      const rows = await listMade(tx, paging);
      const last = await lastJobs(
        tx,
        rows.map(({ id }) => id),
      );
      return {
        items: rows.map((row) => toMade(row, last.get(row.id))),
        next: rows.length === paging.limit ? rows.at(-1)!.id : null,
      };
    },

    async make({ tx, actor, body, trail, afterCommit }: Ask<unknown, unknown, MakePack>): Promise<MadePack> {
      const { id, number, trace } = await order(tx, actor, body);
      trail.on(trace);
      const job = await jobs.enqueue(tx, leadFor(actor), {
        kind: 'make-pack',
        subject: { kind: 'pack', id, name: String(number) },
      });
      afterCommit(() => jobs.wake());
      return toMade((await findMade(tx, id))!, job);
    },

    async file({ tx, params: { id }, trail }: Ask<ById>): Promise<FileAnswer> {
      const row = (await findMade(tx, id)) ?? missing();
      const stored = row.blob_id && (await blobs.open(tx, row.blob_id));
      if (!stored) throw notFound('pack');
      trail.on({ kind: 'pack', id, name: String(row.number), owner: row.owner_id });
      return asFile(stored, fileNameOf(row), 'application/zstd');
    },

    // Whose packs are taken.

    async keys(tx: Db) {
      const own = await signing.active(tx);
      const rows = await listKeys(tx);
      return {
        items: [...(own ? [ofOurs(own)] : []), ...rows.map(toPackKey)],
      };
    },

    look: async (publicKey: string): Promise<PackKey> => lookedAt(await readKey(publicKey)),

    async accept({
      tx,
      actor,
      body,
      trail,
    }: Ask<unknown, unknown, { publicKey: string; fingerprint: string }>): Promise<PackKey> {
      const { key, trace } = await acceptKey(tx, actor, body);
      trail.on(trace);
      return key;
    },

    async removeKey({ tx, actor, params: { id }, trail }: Ask<ById>) {
      const fingerprint = (await removeKey(tx, id)) ?? notFoundKey();
      trail.on({ kind: 'pack key', id, name: fingerprint, owner: actor.organisation });
      return done;
    },

    // The same for whoever sits at the machine; the caller writes the line of the ledger.

    announce,
    enqueueInstall,
    enqueueCheck,
    acceptKey,
    order,
    one,

    /** Makes a pack that was ordered, into whatever takes its bytes. */
    async makeInto(
      actor: Actor,
      id: string,
      into: (file: AsyncIterable<Buffer>) => Promise<void>,
    ): Promise<MadePack> {
      const built = await buildPack(parts, actor, await database.as(actor, (tx) => wantedOf(tx, id)));
      try {
        const counted = countedOf(built.file);
        await into(counted.bytes);
        await database.as(actor, (tx) => keepMade(tx, id, built, counted, null));
      } finally {
        await built.close();
      }
      return database.as(actor, async (tx) => toMade((await findMade(tx, id))!, undefined));
    },
  };

  async function makeInJob(work: Work): Promise<(tx: Db) => Promise<void>> {
    const { actor, job } = work;
    const owner = actor.organisation!;
    const { wanted, key } = await database.as(actor, async (tx) => ({
      wanted: await wantedOf(tx, job.subject),
      key: await keys.of(tx, owner, 'packs'),
    }));
    const built = await buildPack(parts, actor, wanted, work);
    try {
      const blob = randomUUID();
      const counted = countedOf(built.file);
      await blobs.putDerived(actor, { id: blob, owner, key, source: counted.bytes });
      return (tx) => keepMade(tx, job.subject, built, counted, blob);
    } finally {
      await built.close();
    }
  }

  async function order(tx: Db, actor: Actor, { tlp, since }: MakePack) {
    const owner = actor.organisation!;
    const from = since === null ? undefined : await madeNumbered(tx, owner, since);
    if (since !== null && !from?.made_at)
      throw malformed(
        'pack-since-unknown',
        `There is no pack ${since} that was made here`,
        { number: since },
        [{ path: 'since', message: 'is no pack that was made here' }],
      );
    // The enumeration of labels goes from open to closed, so that these compare as they stand.
    if (from && strictness(from.most) < strictness(tlp))
      throw malformed(
        'pack-since-narrower',
        `Pack ${from.number} holds nothing stricter than TLP:${from.most}; what is between that and TLP:${tlp} would be in neither. Make a full pack`,
        { number: from.number, most: from.most, tlp },
        [{ path: 'since', message: 'holds less' }],
      );
    const { id, number } = await addMade(tx, {
      owner_id: owner,
      most: tlp,
      since_id: from?.id ?? null,
      requested_by: actor.person,
    });
    const trace: Trace = { kind: 'pack', id, name: String(number), owner, details: { tlp, since } };
    return { id, number, trace };
  }

  async function wantedOf(tx: Db, id: string): Promise<Wanted> {
    const row = (await findMade(tx, id)) ?? missing();
    const chain: MadePackRow[] = [];
    for (let at = row.since_id; at;) {
      const before = (await findMade(tx, at))!;
      chain.unshift(before);
      at = before.since_id;
    }
    const last = chain.at(-1);
    return {
      number: row.number,
      most: row.most,
      since: last ? { number: last.number, sha256: last.manifest_sha256!.toString('hex') } : null,
      had: await hadBy(chain.map(({ contents }) => contents!)),
    };
  }

  async function keepMade(
    tx: Db,
    id: string,
    { manifest, manifestSha256, key, counts }: Built,
    counted: Counted,
    blob: string | null,
  ): Promise<void> {
    if (blob) await blobs.spare(tx, blob);
    await tx
      .updateTable('made_pack')
      .set({
        made_at: new Date(manifest.madeAt),
        fingerprint: key.fingerprint,
        size: counted.size,
        sha256: Buffer.from(counted.sha256(), 'hex'),
        manifest_sha256: Buffer.from(manifestSha256, 'hex'),
        counts: JSON.stringify(counts),
        contents: await contentsOf(manifest),
        blob_id: blob,
      })
      .where('id', '=', id)
      .execute();
    const { number, tlp, since, maker } = manifest;
    await record(tx, 'pack made', {
      kind: 'pack',
      id,
      name: String(number),
      owner: maker.id,
      details: { tlp, since: since?.number ?? null, ...counts },
    });
  }

  async function announce(tx: Db, actor: Actor, { name: given, size }: { name: string; size: number }) {
    const id = randomUUID();
    const name = line(given, 255) || '?';
    const { id: evidence, address } = await uploads.announce(tx, actor, {
      purpose: 'pack',
      subject: { id, name },
      size,
    });
    const owner = actor.organisation!;
    await tx
      .insertInto('pack')
      .values({ id, owner_id: owner, name, size, evidence_id: evidence, brought_by: actor.person })
      .execute();
    const trace: Trace = { kind: 'pack', id, name, owner, details: { size } };
    return { pack: id, evidence, upload: address, trace };
  }

  async function enqueueCheck(tx: Db, actor: Actor, id: string) {
    const row = (await lockPack(tx, id)) ?? missing();
    if (row.installed_at)
      throw conflict('pack-is-installed', 'This pack is installed; there is nothing to check');
    await refuseWhileInstalling(tx, row.owner_id, id);
    await tx.updateTable('pack').set({ refused: null, checked_at: null }).where('id', '=', id).execute();
    return enqueue(tx, actor, 'check-pack', row);
  }

  async function enqueueInstall(tx: Db, actor: Actor, id: string) {
    const row = (await lockPack(tx, id)) ?? missing();
    if (row.installed_at || row.refused || !row.checked_at)
      throw conflict('pack-not-ready', 'This pack is not ready to be installed; read on its page why');
    await refuseWhileInstalling(tx, row.owner_id);
    return enqueue(tx, leadFor(actor), 'install-pack', row);
  }

  async function enqueue(
    tx: Db,
    actor: Actor,
    kind: 'check-pack' | 'install-pack',
    { id, name, number }: { id: string; name: string; number: number | null },
  ) {
    const job = await jobs.enqueue(tx, actor, {
      kind,
      subject: { kind: 'pack', id, name },
      // Whoever installs it has seen what it changes.
      payload: { byHand: true },
    });
    const trace: Trace = { kind: 'pack', id, name, owner: actor.organisation, details: { number } };
    return { job, trace };
  }

  /** One after the other: each is checked against those before it. */
  async function refuseWhileInstalling(tx: Db, owner: string, pack?: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtext(${`busbar packs installed ${owner}`}))`.execute(tx);
    let query = tx
      .selectFrom('job')
      .select('id')
      .where('owner_id', '=', owner)
      .where('kind', '=', 'install-pack')
      .where('state', 'in', ['queued', 'running']);
    if (pack) query = query.where('subject_id', '=', pack);
    if (await query.executeTakeFirst())
      throw conflict('pack-installing', 'A pack is being installed; wait for its end, or cancel it');
  }

  async function one(tx: Db, id: string): Promise<Pack> {
    const row = (await findPack(tx, id)) ?? missing();
    return toPack(row, (await lastJobs(tx, [id])).get(id));
  }

  async function acceptKey(
    tx: Db,
    actor: Actor,
    { publicKey, fingerprint }: { publicKey: string; fingerprint: string },
  ) {
    const key = await readKey(publicKey);
    const signer = signerOf(key);
    if (signer.fingerprint !== fingerprint)
      throw malformed(
        'pack-key-other',
        `This key has another fingerprint: ${signer.fingerprint}. Do not accept it before its owner has told you which one is right`,
        { fingerprint: signer.fingerprint },
        [{ path: 'fingerprint', message: 'is not that of the key' }],
      );
    const { state, expiresAt } = await lookedAt(key);
    const isHere = (await listKeys(tx)).some((one) => one.fingerprint === fingerprint);
    // Of one that is here it is worth knowing that it holds no more.
    if (!isHere && state !== 'good')
      throw malformed(
        'pack-key-not-good',
        'This key has run out or was revoked; ask its owner for the one he uses now',
        {},
        [{ path: 'publicKey', message: 'does not hold any more' }],
      );
    const owner = actor.organisation!;
    const id = await keepKey(tx, {
      owner_id: owner,
      fingerprint,
      user_ids: signer.userIds,
      public_key: signer.publicKey,
      expires_at: expiresAt === null ? null : new Date(expiresAt),
      is_revoked: state === 'revoked',
      added_by: actor.person,
    });
    const trace: Trace = {
      kind: 'pack key',
      id,
      name: fingerprint,
      owner,
      details: { userIds: signer.userIds },
    };
    const row = (await listKeys(tx)).find((each) => each.id === id)!;
    return { key: toPackKey(row), trace };
  }

  /** Our own key, retired ones and those that were revoked, too: so that the reason can be told. */
  async function trusted(tx: Db): Promise<TrustedKey[]> {
    const own = (await signing.list({ tx })).items;
    const accepted = await listKeys(tx);
    return [
      ...own.map(({ publicKey, state }) => ({ publicKey, isRevoked: state === 'revoked' })),
      ...accepted.map(({ public_key: publicKey }) => ({ publicKey, isRevoked: false })),
    ];
  }
}

const strictness = (label: MakePack['tlp']) => ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT'].indexOf(label);

interface Counted {
  readonly bytes: AsyncIterable<Buffer>;
  readonly size: number;
  sha256(): string;
}

/** Size and hash of what went through, once it has. */
function countedOf(file: AsyncIterable<Buffer>): Counted {
  const hash = hashing();
  let size = 0;
  const bytes = (async function* () {
    for await (const chunk of file) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  })();
  return {
    bytes,
    get size() {
      return size;
    },
    sha256: () => hash.digest('hex'),
  };
}

/** An administrator may carry packs; what sources brought is read, and taken, as the lead does it. */
const leadFor = ({ organisation, person }: Actor) => onBehalfOf(organisation!, person, ['LEAD']);

const fileNameOf = ({ number, made_at }: Pick<MadePackRow, 'number' | 'made_at'>) =>
  `busbar-pack-${String(number).padStart(4, '0')}-${made_at!.toISOString().slice(0, 10)}.tar.zst`;

function stateOfPack({ installed_at, refused, checked_at }: PackRow, job: Job | undefined): PackState {
  const isGoing = job && ['queued', 'running'].includes(job.state);
  if (installed_at) return 'installed';
  if (isGoing) return job.kind === 'install-pack' ? 'installing' : 'checking';
  if (refused) return 'refused';
  if (checked_at) return 'ready';
  return job ? 'checking' : 'arriving';
}

function toPack(row: PackRow, job: Job | undefined): Pack {
  return {
    id: row.id,
    name: row.name,
    size: row.size,
    state: stateOfPack(row, job),
    job: job ?? null,
    broughtAt: row.brought_at.toISOString(),
    number: row.number,
    maker: row.maker,
    tlp: row.most,
    madeAt: row.made_at?.toISOString() ?? null,
    since: row.since_number,
    signer: row.signer,
    refused: row.refused,
    changes: row.changes,
    leftOut: row.left_out,
    installedAt: row.installed_at?.toISOString() ?? null,
    installedBy: row.installed_by_name,
  };
}

function toMade(row: MadePackRow, job: Job | undefined): MadePack {
  return {
    id: row.id,
    number: row.number,
    tlp: row.most,
    since: row.since,
    job: job ?? null,
    requestedAt: row.requested_at.toISOString(),
    requestedBy: row.requested_by_name,
    madeAt: row.made_at?.toISOString() ?? null,
    fingerprint: row.fingerprint,
    size: row.size,
    sha256: row.sha256?.toString('hex') ?? null,
    counts: row.counts,
    canDownload: row.blob_id !== null,
  };
}

/** A key as it is pasted, before anything of it is stored. */
async function lookedAt(key: Awaited<ReturnType<typeof readKey>>): Promise<PackKey> {
  return {
    ...signerOf(key),
    id: null,
    state: await stateOf(key, new Date()),
    expiresAt: await expiryOf(key),
    addedAt: null,
    addedBy: null,
  };
}

const stateAt = (expires: Date | null): PackKey['state'] =>
  expires !== null && expires <= new Date() ? 'expired' : 'good';

function ofOurs({ fingerprint, userIds, publicKey, expiresAt }: SigningKey): PackKey {
  const state = stateAt(expiresAt === null ? null : new Date(expiresAt));
  return { fingerprint, userIds, publicKey, id: null, state, expiresAt, addedAt: null, addedBy: null };
}

function toPackKey(row: PackKeyRow): PackKey {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    userIds: row.user_ids,
    publicKey: row.public_key,
    state: row.is_revoked ? 'revoked' : stateAt(row.expires_at),
    expiresAt: row.expires_at?.toISOString() ?? null,
    addedAt: row.added_at.toISOString(),
    addedBy: row.added_by_name,
  };
}

function missing(): never {
  throw notFound('pack');
}

function notFoundKey(): never {
  throw notFound('pack key');
}
