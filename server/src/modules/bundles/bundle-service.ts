import { createHash } from 'node:crypto';

import {
  type Bundle,
  type BundledFile,
  type BundledShare,
  bundleTypes,
  type Contact,
  done,
  type FileAnswer,
  MOST_REPORTED,
  mayBeShare,
  MOST_SHARED,
  type Paging,
  type PlantShares,
  SharedReport,
  type Told,
  type WhichShare,
} from '@busbar/contract';

import { wordsFor } from '@busbar/dissect';

import { type Actor, onBehalfOf } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import { asFile, type Blobs } from '../../platform/blobs.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { cancelJobsOf, lastJobs, type NewJob, type Work, type Worker } from '../../platform/jobs.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { line } from '../../platform/plain-text.ts';
import { conflict, notFound, Problem } from '../../platform/problem.ts';
import type { Completed, Uploads } from '../../platform/uploads.ts';
import type { CaptureService } from '../captures/capture-service.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import type { BundleKeyService } from './bundle-key-service.ts';
import {
  broughtBefore,
  bundleNames,
  type BundleRow,
  type FileRow,
  deleteBundle,
  fileAt,
  filesOf,
  findBundle,
  holdBundles,
  insertBundle,
  insertFiles,
  listBundles,
  lockBundle,
  setImported,
} from './bundle-store.ts';
import { inWords, openBundle } from './open-bundle.ts';

interface Parts {
  readonly database: Database;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly bundleKeys: BundleKeyService;
  readonly plant: PlantService;
  readonly captures: CaptureService;
  readonly detections: Pick<DetectionService, 'inForce'>;
  contact(tx: Db): Promise<Contact | null>;
  readonly onError: (error: unknown) => void;
}

/** A file of a bundle, sealed here and referred to by nobody yet. */
interface Laid extends BundledFile {
  readonly blob: string;
  /** What it shows, where it is a report, and where that lies as the engine writes it. */
  readonly read: {
    readonly report: Awaited<ReturnType<CaptureService['checkReport']>>['report'];
    readonly blob: string;
  } | null;
}

/** Octets of a file by its type: it is taken apart in memory. */
const mostOf: Readonly<Record<string, number>> = {
  [bundleTypes.report]: MOST_REPORTED,
  [bundleTypes.share]: MOST_SHARED,
};

const opening: Told = { code: 'opening-bundle', params: {}, text: 'Opening the bundle' };
const judging: Told = { code: 'judging-report', params: {}, text: 'Reading what the capture showed' };
const storing: Told = { code: 'storing-results', params: {}, text: 'Storing what it shows' };

export type BundleService = ReturnType<typeof bundleService>;

/** What people saved in a field kit comes in: reports stand where analysed captures stand, files are evidence. */
export function bundleService(parts: Parts) {
  const { database, uploads, blobs, keys, bundleKeys, plant, captures, detections, contact, onError } = parts;
  return {
    async recipient(ask: Ask) {
      const { recipient, madeAt } = await bundleKeys.recipient(ask);
      return { cert: (await contact(ask.tx))?.name ?? '', recipient, madeAt: madeAt.toISOString() };
    },

    async list({ tx, actor, query }: Ask<unknown, Paging>) {
      const rows = await listBundles(tx, query);
      return {
        items: await shown(tx, rows),
        next: rows.length === query.limit ? rows.at(-1)!.id : null,
        visibility: await plant.visibility(tx, actor),
      };
    },

    async begin({
      tx,
      actor,
      body,
      trail,
    }: Ask<unknown, unknown, { name: string; size: number; site?: string | undefined }>) {
      const site = await plant.siteFor(tx, actor, body.site);
      const id = crypto.randomUUID();
      const name = line(body.name, 200);
      const upload = await uploads.announce(tx, actor, {
        purpose: 'bundle',
        subject: { id, name },
        size: body.size,
      });
      const row = await insertBundle(tx, {
        id,
        owner_id: actor.organisation!,
        site_id: site.id,
        evidence_id: upload.id,
        name,
        person_id: actor.person,
      });
      trail.on({ ...traceOf(row), details: { evidence: upload.id, size: body.size } });
      return { bundle: (await shown(tx, [row]))[0]!, upload: upload.address };
    },

    async get({ tx, actor, params, trail }: Ask<{ id: string }>) {
      const row = (await findBundle(tx, params.id)) ?? missing();
      trail.on(traceOf(row));
      const [bundle] = await shown(tx, [row]);
      return { ...bundle!, visibility: await plant.visibility(tx, actor) };
    },

    async file({ tx, params, query, trail }: Ask<{ id: string }, { place: number }>): Promise<FileAnswer> {
      const row = (await findBundle(tx, params.id)) ?? missing();
      const file = await fileAt(tx, row.id, query.place);
      if (!file?.evidence_id) throw notFound('bundle');
      const stored = await uploads.open(tx, file.evidence_id);
      trail.on({ ...traceOf(row), details: { evidence: file.evidence_id, size: stored.size } });
      return asFile(stored, file.name);
    },

    /** What of the plant that the actor reads was shared, as far as he may read that. */
    async shares({
      tx,
      query,
    }: Ask<unknown, Paging>): Promise<{ items: PlantShares[]; next: string | null }> {
      const rows = await listBundles(tx, query);
      const files = Map.groupBy(
        await filesOf(
          tx,
          rows.map(({ id }) => id),
        ),
        ({ bundle_id }) => bundle_id,
      );
      return {
        items: rows.map(({ id, name, made_at, imported_at }) => ({
          id,
          name,
          madeAt: made_at?.toISOString() ?? null,
          importedAt: imported_at?.toISOString() ?? null,
          shares: (files.get(id) ?? []).map(({ place, name: called, size }) => ({
            place,
            name: called,
            size,
          })),
        })),
        next: rows.length === query.limit ? rows.at(-1)!.id : null,
      };
    },

    async share({
      tx,
      actor,
      params,
      query,
      trail,
      become,
    }: Ask<{ id: string }, WhichShare>): Promise<BundledShare> {
      const row = (await findBundle(tx, params.id)) ?? missing();
      const file = await fileAt(tx, row.id, query.place);
      if (!file?.evidence_id || !mayBeShare(file) || file.size > MOST_SHARED) throw notFound('bundle');
      // Whoever sees the row may read this file; its key is the owner's alone.
      await become(onBehalfOf(row.owner_id, null, ['MEM']));
      const stored = await uploads.open(tx, file.evidence_id);
      await become(actor);
      const { findings, ...told } = await sharedIn(stored.read(0, file.size)).catch((error: unknown) => {
        // Somebody else's file of that name.
        throw file.type === bundleTypes.share ? error : notFound('bundle');
      });
      const { all } = await detections.inForce(tx);
      const packets = packetsOf(await filesOf(tx, [row.id]), told);
      trail.on({ ...traceOf(row), details: { evidence: file.evidence_id } });
      return {
        bundle: { id: row.id, name: row.name },
        name: file.name,
        packets: packets?.capture_id ?? null,
        report: {
          ...told,
          findings: findings.map((one) => ({ ...one, title: wordsFor(one.code, query.language, all).title })),
        },
        visibility: await plant.visibility(tx, actor),
      };
    },

    /** The packets that go with a share, for whoever may see them. */
    async packets(ask: Ask<{ id: string }, WhichShare>): Promise<FileAnswer> {
      const { tx, actor, params, trail, become } = ask;
      const { report, name } = await this.share(ask);
      const file = packetsOf(await filesOf(tx, [params.id]), report) ?? missing();
      await become(onBehalfOf(file.owner_id, null, ['MEM']));
      const { evidence_id: evidence } = (await fileAt(tx, file.bundle_id, file.place))!;
      const stored = evidence ? await uploads.open(tx, evidence) : missing();
      await become(actor);
      trail.on({
        kind: 'bundle',
        id: file.bundle_id,
        name: `${name}: ${file.name}`,
        owner: file.owner_id,
        details: { evidence, size: stored.size },
      });
      return asFile(stored, file.name);
    },

    async remove({ tx, params, trail, afterCommit }: Ask<{ id: string }>) {
      const row = (await lockBundle(tx, params.id)) ?? missing();
      if (row.state === 'imported')
        throw conflict(
          'bundle-imported',
          'What was in this bundle is in the plant, and the bundle is its source. Remove the captures that came of it instead',
        );
      await cancelJobsOf(tx, row.id);
      await deleteBundle(tx, row.id);
      const evidence = await uploads.remove(tx, row.evidence_id);
      trail.on({ ...traceOf(row), details: { sha256: evidence?.sha256, size: evidence?.size } });
      afterCommit(() => void tidy(evidence).catch(onError));
      return done;
    },

    names: bundleNames,

    /** A bundle has arrived whole: it is opened. */
    completed: (async (_tx, _actor, { subject }) => importOf(subject)) satisfies Completed,

    /** What a job of kind import-bundle does. Until its last transaction nothing refers to anything it has laid down. */
    work: (async (work) => {
      const { job, actor, signal, progress } = work;
      const { row, sealed, key } = await database.as(actor, async (tx) => {
        const row = (await findBundle(tx, job.subject)) ?? missing();
        return {
          row,
          sealed: await uploads.open(tx, row.evidence_id),
          key: await keys.of(tx, row.owner_id, 'plant'),
        };
      });
      progress(opening, 0, sealed.size);
      const reader = await openBundle(sealed, await bundleKeys.identity(), signal);
      const { manifest } = reader;
      if (manifest.member && manifest.member.id !== row.owner_id) throw ofOthers(manifest.member.name);
      const laid: Laid[] = [];
      let read = 0;
      for (const file of manifest.files) {
        const blob = await lay(work, { key, owner: row.owner_id }, file, reader.file(), (bytes) => {
          progress(opening, (read += bytes), sealed.size);
        });
        laid.push({ ...file, blob, read: null });
      }
      await inWords(reader.end());
      // Only what is whole is looked at.
      progress(judging, sealed.size, sealed.size);
      const told = new Set<string>();
      for (const [place, file] of laid.entries()) {
        if (file.type === bundleTypes.report)
          laid[place] = { ...file, read: await judge(work, { key, owner: row.owner_id }, file) };
        if (file.type === bundleTypes.share) {
          const { slice } = await sharedIn(await laidDown(actor, file));
          if (slice) told.add(slice.sha256);
        }
      }
      progress(storing, sealed.size, sealed.size);
      return (tx) => take(tx, actor, row.id, manifest, { files: laid, told });
    }) satisfies Worker,
  };

  /** Seals a file while it comes, and compares it with what the manifest says of it. */
  async function lay(
    { actor }: Work,
    { key, owner }: { key: DataKey; owner: string },
    { name, size, sha256, type }: BundledFile,
    bytes: AsyncIterable<Uint8Array>,
    reached: (bytes: number) => void,
  ): Promise<string> {
    const most = mostOf[type] ?? Infinity;
    if (size > most)
      throw new Problem(
        422,
        'report-too-large',
        `The report has ${size} bytes, and up to ${most} are taken. Cut the capture into pieces, and read those in the kit`,
        { size, most },
      );
    const id = crypto.randomUUID();
    const hash = createHash('sha256');
    const source = async function* () {
      for await (const piece of bytes) {
        hash.update(piece);
        reached(piece.length);
        yield piece;
      }
    };
    await inWords(blobs.putDerived(actor, { id, owner, key, source: source() }));
    if (hash.digest('hex') !== sha256)
      throw new Problem(
        422,
        'bundle-file-differs',
        `${name} is not what the bundle says it is: its hash differs. Save the bundle again; nothing of it was kept`,
        { name },
      );
    return id;
  }

  async function judge(
    { actor, signal }: Work,
    { key, owner }: { key: DataKey; owner: string },
    file: Laid,
  ): Promise<Laid['read']> {
    const { report, json } = await captures.checkReport(await laidDown(actor, file), signal);
    const id = crypto.randomUUID();
    await blobs.putDerived(actor, { id, owner, key, source: only(json) });
    return { report, blob: id };
  }

  async function laidDown(actor: Actor, { blob }: Pick<Laid, 'blob'>): Promise<AsyncIterable<Uint8Array>> {
    return (await database.as(actor, (tx) => blobs.open(tx, blob)))!.read();
  }

  /** All of it or nothing, and nothing twice. */
  async function take(
    tx: Db,
    actor: Actor,
    id: string,
    { madeAt, program }: { madeAt: string; program: string },
    { files, told }: { files: readonly Laid[]; told: ReadonlySet<string> },
  ): Promise<void> {
    const row = (await lockBundle(tx, id)) ?? missing();
    await holdBundles(tx, row.owner_id);
    await setImported(tx, id, { madeAt, program });
    const rows = [];
    for (const [place, file] of files.entries()) {
      const { name, type, size } = file;
      const before = await broughtBefore(tx, row.owner_id, file);
      const became = before
        ? { evidence_id: null, capture_id: before.capture_id, before_id: before.bundle_id }
        : { ...(await becoming(tx, actor, row, file, program)), before_id: null };
      const sha256 = Buffer.from(file.sha256, 'hex');
      const shared = type === bundleTypes.capture && told.has(file.sha256);
      rows.push({
        owner_id: row.owner_id,
        bundle_id: id,
        place,
        name,
        type,
        size,
        sha256,
        shared,
        ...became,
      });
    }
    await insertFiles(tx, rows);
    const evidence = await uploads.find(tx, [row.evidence_id]);
    await record(tx, 'bundle imported', {
      ...traceOf(row),
      details: {
        sha256: evidence.get(row.evidence_id)!.sha256,
        madeAt,
        program,
        files: rows.length,
        known: rows.filter(({ before_id }) => before_id).length,
        hashes: files.map(({ sha256 }) => sha256).join(' '),
      },
    });
  }

  async function becoming(tx: Db, actor: Actor, row: BundleRow, file: Laid, engine: string) {
    const isPackets = file.type === bundleTypes.capture;
    const capture = {
      id: crypto.randomUUID(),
      owner_id: row.owner_id,
      site_id: row.site_id,
      name: line(file.name.replace(file.read ? /\.json$/i : /(?!)/, ''), 200),
    };
    const isRead = isPackets || file.read !== null;
    const evidence_id = await uploads.keep(tx, actor, {
      purpose: isPackets ? 'capture' : 'bundle file',
      subject: { id: isRead ? capture.id : row.id, name: file.name },
      size: file.size,
      sha256: Buffer.from(file.sha256, 'hex'),
      blob: file.blob,
    });
    if (isPackets) await captures.adopt(tx, actor, { ...capture, evidence_id });
    if (file.read)
      await captures.adoptReport(
        tx,
        { ...capture, evidence_id, bundle_id: row.id },
        { ...file.read, engine },
      );
    return { evidence_id, capture_id: isRead ? capture.id : null };
  }

  async function shown(tx: Db, rows: readonly BundleRow[]): Promise<Bundle[]> {
    const ids = rows.map(({ id }) => id);
    const sites = await plant.siteNames(tx);
    const last = await lastJobs(tx, ids);
    const people = await plant.people(
      tx,
      rows.map(({ person_id }) => person_id),
    );
    const evidence = await uploads.find(
      tx,
      rows.map(({ evidence_id }) => evidence_id),
    );
    const all = await filesOf(tx, ids);
    const files = Map.groupBy(all, ({ bundle_id }) => bundle_id);
    const names = await bundleNames(
      tx,
      all.flatMap(({ before_id }) => before_id ?? []),
    );
    return rows.map((row) => {
      const { sha256, size } = evidence.get(row.evidence_id)!;
      return {
        id: row.id,
        name: row.name,
        site: { id: row.site_id, name: sites.get(row.site_id) ?? '' },
        state: row.state,
        job: last.get(row.id) ?? null,
        sha256,
        size,
        by: people.get(row.person_id ?? '') ?? '',
        at: row.created_at.toISOString(),
        importedAt: row.imported_at?.toISOString() ?? null,
        madeAt: row.made_at?.toISOString() ?? null,
        program: row.program,
        files: (files.get(row.id) ?? []).map((file) => ({
          name: file.name,
          type: file.type,
          size: file.size,
          sha256: file.sha256.toString('hex'),
          outcome: file.before_id ? 'known' : 'new',
          capture: file.capture_id,
          before: file.before_id ? { id: file.before_id, name: names.get(file.before_id) ?? '' } : null,
        })),
      };
    });
  }

  async function tidy(evidence: Awaited<ReturnType<Uploads['remove']>>): Promise<void> {
    if (evidence) await uploads.forget(evidence);
    await blobs.sweep();
  }
}

/** Those of which the share tells, and no others. */
const packetsOf = (files: readonly FileRow[], { slice }: Pick<SharedReport, 'slice'>) =>
  files.find(({ type, sha256 }) => type === bundleTypes.capture && sha256.toString('hex') === slice?.sha256);

const importOf = ({ id, name }: { id: string; name: string }): NewJob => ({
  kind: 'import-bundle',
  subject: { kind: 'bundle', id, name },
});

function traceOf({ id, name, owner_id }: BundleRow) {
  return { kind: 'bundle', id, name, owner: owner_id };
}

const ofOthers = (name: string) =>
  new Problem(
    422,
    'bundle-of-others',
    `It was saved with a kit that was made for ${line(name, 200)}, and only they can bring it here. Nothing of it was kept`,
    { name: line(name, 200) },
  );

/** A `report.json`, as it came: somebody else's program wrote it. */
async function sharedIn(source: AsyncIterable<Uint8Array>): Promise<SharedReport> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  let told: unknown;
  try {
    told = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    told = undefined;
  }
  const { data } = SharedReport.safeParse(told);
  if (data) return data;
  throw new Problem(
    422,
    'report-not-understood',
    'The report in it is not written as Busbar writes reports. Save the bundle again with a kit of this CERT; nothing of it was kept',
  );
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function missing(): never {
  throw notFound('bundle');
}
