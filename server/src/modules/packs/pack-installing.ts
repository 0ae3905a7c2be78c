import type { PackChange, Told } from '@busbar/contract';

import { type Actor, onBehalfOf } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import { roomIn, type Stored } from '../../platform/blobs.ts';
import { storable } from '../../platform/bulk.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Work } from '../../platform/jobs.ts';
import { conflict, malformed, notFound, Problem, toldOf } from '../../platform/problem.ts';
import type { Uploads } from '../../platform/uploads.ts';
import type { ImportService } from '../advisories/import-service.ts';
import {
  addressOfPacks,
  bringsDocuments,
  type CarriedRun,
  type CarriedSource,
  isReadHere,
  type SourceService,
} from '../sources/source-service.ts';
import { hashOf, type Manifest, type PackEntry, readPack, refuseTooLarge, Spool } from './pack-file.ts';
import { findPack, installedAs, lastInstalled, lockPack, otherMakerOf, type PackRow } from './pack-store.ts';
import { PackRefused, type TrustedKey, vouchedFor } from './pack-trust.ts';

export interface InstallingParts {
  readonly database: Database;
  readonly uploads: Uploads;
  readonly sources: Pick<SourceService, 'carry' | 'at'>;
  readonly imports: Pick<ImportService, 'foresee'>;
  /** For what is unpacked, until it is installed. */
  readonly folder: string;
  trusted(tx: Db): Promise<readonly TrustedKey[]>;
}

/** What a pack that its signer vouches for says of itself. */
interface Seen {
  readonly manifest?: Manifest;
  readonly sha256?: string;
  readonly turn?: Turn;
}

/** Which time this very pack is installed here, and which sources of it alone are wanted; null for all. */
interface Turn {
  readonly pass: number;
  readonly only: ReadonlySet<string> | null;
}

type LeftOut = CarriedRun['leftOut'][number];

const checking: Told = {
  code: 'checking-pack',
  params: {},
  text: 'Checking every hash of the pack; counted in MiB',
};
/** Clocks of two machines differ by some minutes, and by no more. */
const mostAhead = 15 * 60_000;
const mostLeftOut = 200;
const keepFree = 2 ** 29;

/** How packs come in: first each is read to its end and stored nowhere, then, when somebody says so, it is installed. */
export function packWorkers({ database, uploads, sources, imports, folder, trusted }: InstallingParts) {
  return { check, install };

  /** The work of a job of kind check-pack: whose it is, whether it is whole, what it would change. */
  async function check(work: Work): Promise<(tx: Db) => Promise<void>> {
    const { stored } = await brought(work);
    const lead = leadFor(work.actor);
    const seen: Seen = {};
    try {
      const { manifest, turn } = await read(work, lead, stored, seen, async () => {});
      const changes = await database.look(lead, (tx) => foreseen(tx, lead, manifest, turn));
      const leftOut = unknownIn(manifest);
      return (tx) => keepChecked(tx, work, { seen, changes, leftOut, problem: null });
    } catch (error) {
      if (!(error instanceof Problem) || work.signal.aborted) throw error;
      return (tx) => keepChecked(tx, work, { seen, changes: [], leftOut: [], problem: error });
    }
  }

  /**
   * The work of a job of kind install-pack. Everything is unpacked and compared before the first document is taken.
   * Killed, it begins again and passes over what is here; the pack is installed when its last source is.
   */
  async function install(work: Work): Promise<(tx: Db) => Promise<void>> {
    const { row, stored } = await brought(work);
    const spool = await Spool.in(folder);
    try {
      const places: number[] = [];
      const seen: Seen = {};
      const { manifest, turn } = await read(work, work.actor, stored, seen, async (_entry, bytes) => {
        places.push(await spool.add(bytes));
      }).catch(async (error: unknown) => {
        const { changes, left_out: leftOut } = row;
        if (error instanceof Problem && !work.signal.aborted)
          await work.keep((tx) => keepChecked(tx, work, { seen, changes, leftOut, problem: error }));
        throw error;
      });
      const by = { pack: row.id, madeAt: new Date(manifest.madeAt) };
      const changes: PackChange[] = [];
      const unknown = unknownIn(manifest);
      const leftOut: LeftOut[] = [];
      for (const [place, source] of wanted(manifest, work.actor, turn)) {
        const entries = [...manifest.entries.entries()].filter(([, entry]) => entry.source === place);
        const files = entries.map(([at, { url, listed, signature, sha256, size }]) => ({
          url,
          listed,
          signature,
          sha256,
          size,
          read: () => spool.read(places[at]!, size),
        }));
        const run = await sources.carry(work, { source, most: manifest.tlp, files, by });
        changes.push(happened(row.changes, source, entries, run));
        leftOut.push(...run.leftOut);
      }
      return async (tx) => {
        await lockPack(tx, row.id);
        await tx
          .updateTable('pack')
          .set({
            changes: storable(changes),
            left_out: storable([...unknown, ...leftOut.slice(0, mostLeftOut)]),
            pass: turn.pass,
            installed_at: new Date(),
            installed_by: work.actor.person,
          })
          .where('id', '=', row.id)
          .execute();
        await record(tx, 'pack installed', {
          kind: 'pack',
          id: row.id,
          name: `${manifest.maker.name} ${manifest.number}`,
          owner: work.actor.organisation,
          details: {
            number: manifest.number,
            sources: changes.length,
            leftOut: unknown.length + leftOut.length,
          },
        });
        // It has served: what was in it is here.
        if (row.evidence_id) await uploads.remove(tx, row.evidence_id);
      };
    } finally {
      await spool.close();
    }
  }

  async function brought(work: Work) {
    return database.as(work.actor, async (tx) => {
      const row = (await findPack(tx, work.job.subject)) ?? missing();
      if (row.installed_at) throw installedAlready(row.number!, row.installed_at);
      if (!row.evidence_id) throw missing();
      return { row, stored: await uploads.open(tx, row.evidence_id) };
    });
  }

  async function read(
    work: Work,
    actor: Actor,
    stored: Stored,
    seen: Seen,
    take: (entry: PackEntry, bytes: Buffer) => Promise<void>,
  ): Promise<{ manifest: Manifest; turn: Turn }> {
    let done = 0;
    const counted = async function* () {
      for await (const chunk of stored.read()) {
        work.signal.throwIfAborted();
        work.progress(checking, (done += chunk.length) >> 20, stored.size >> 20);
        yield chunk;
      }
    };
    const vouched = async (bytes: Buffer, signature: string | null) => {
      const now = new Date();
      return database.as(actor, async (tx) => {
        const manifest = await vouchedFor(bytes, signature, await trusted(tx), now);
        const sha256 = hashOf(bytes);
        Object.assign(seen, { manifest, sha256 });
        refuseTooLarge(manifest);
        Object.assign(seen, { turn: await turnOf(tx, actor.organisation!, manifest, sha256, now) });
        const needed = manifest.entries.reduce((sum, { size }) => sum + size, 0);
        if ((await roomIn(folder)) < needed + keepFree)
          throw new Problem(
            507,
            'storage-full',
            'There is no room left to store this; tell the administrator, then go on with the upload',
          );
        return manifest;
      });
    };
    const manifest = await readPack(counted(), vouched, take);
    return { manifest, turn: seen.turn! };
  }

  async function foreseen(tx: Db, actor: Actor, manifest: Manifest, turn: Turn): Promise<PackChange[]> {
    const changes: PackChange[] = [];
    for (const [place, { name, kind, address }] of wanted(manifest, actor, turn)) {
      const here = await sources.at(tx, actor.organisation!, address);
      const own = manifest.entries.filter(({ source }) => source === place);
      const documents = own.flatMap(({ document, sha256 }) => (document ? [{ ...document, sha256 }] : []));
      const become = bringsDocuments(kind) ? await imports.foresee(tx, actor, documents) : null;
      const count = (...as: string[]) => become && become.filter((one) => as.includes(one)).length;
      changes.push({
        source: here?.name ?? name,
        kind,
        address,
        id: here?.id ?? null,
        isNew: !here,
        holds: sumOf(own),
        before: here?.holds ?? 0,
        added: count('added'),
        updated: count('updated'),
        unchanged: count('unchanged', 'older'),
        held: count('conflict'),
        problems: [],
      });
    }
    return changes;
  }
}

/**
 * The sources that are read, with their places. What this CERT stands for itself comes back in packs of others, and must
 * not count as the word of another.
 */
function* wanted(
  { sources }: Manifest,
  { organisation }: Actor,
  { only }: Turn,
): Generator<[place: number, source: CarriedSource]> {
  const ours = addressOfPacks(organisation!, '');
  for (const [place, source] of sources.entries())
    if (
      isReadHere(source) &&
      !(source.kind === 'claims' && source.address.startsWith(ours)) &&
      (only?.has(source.address) ?? true)
    )
      yield [place, source];
}

const kindUnknown = 'source-kind-unknown';

/** Sources that a newer program made, of which the one who installs is to know. */
const unknownIn = ({ sources }: Manifest): LeftOut[] =>
  sources
    .filter((source) => !isReadHere(source))
    .map(({ name, kind, address }) => ({
      name,
      why: {
        code: kindUnknown,
        params: { kind, address },
        text: `This Busbar does not know sources of the kind “${kind}”. Update it, and bring this pack once more`,
      },
    }));

/** What an older program left out of a pack that this one can read. */
const missedIn = ({ left_out: leftOut }: Pick<PackRow, 'left_out'>, { sources }: Manifest) => {
  const missed = new Set(
    leftOut.filter(({ why }) => why.code === kindUnknown).map(({ why }) => why.params['address']),
  );
  return new Set(
    sources
      .filter((source) => isReadHere(source) && missed.has(source.address))
      .map(({ address }) => address),
  );
};

/** A pack belongs after those of its maker that are here, and not into the future. Throws why it is not taken. */
async function turnOf(tx: Db, owner: string, manifest: Manifest, sha256: string, now: Date): Promise<Turn> {
  const { number, madeAt, maker, since, key } = manifest;
  if (Date.parse(madeAt) > now.getTime() + mostAhead)
    throw malformed(
      'pack-from-future',
      `The pack says that it was made on ${madeAt}, and here it is ${now.toISOString()}. Put the clock right, here or where it was made`,
      { madeAt, now: now.toISOString() },
    );
  const other = await otherMakerOf(tx, owner, maker.id, key.fingerprint);
  if (other)
    throw conflict(
      'pack-other-maker',
      `Until now this key signed packs of ${other.maker}, and this one says that it is of ${maker.name}. Ask both by another way before you take it`,
      { before: other.maker ?? '', now: maker.name },
    );
  const before = await installedAs(tx, owner, maker.id, sha256);
  if (before) {
    const only = missedIn(before, manifest);
    if (only.size === 0) throw installedAlready(number, before.installed_at!);
    return { pass: before.pass + 1, only };
  }
  const last = await lastInstalled(tx, owner, maker.id);
  if (last && last.number! >= number && last.made_at!.getTime() < Date.parse(madeAt))
    throw conflict(
      'pack-counts-back',
      `This is pack ${number} of ${maker.name}, made after pack ${last.number}, which is installed: its maker counts from an older copy of his data. Ask him to make packs until he has one above ${last.number}`,
      { number, maker: maker.name, last: last.number! },
    );
  if (last && last.number! >= number)
    throw conflict(
      'pack-older',
      `This is pack ${number} of ${maker.name}, and pack ${last.number}, which is newer, is installed. Nothing is taken back; ask for the newest`,
      { number, maker: maker.name, last: last.number! },
    );
  if (since && !(await installedAs(tx, owner, maker.id, since.sha256)))
    throw conflict(
      'pack-since-missing',
      `This pack holds only what is new since pack ${since.number} of ${maker.name}, which is not installed here. Install that one first, or ask for a full pack`,
      { number: since.number, maker: maker.name },
    );
  return { pass: 1, only: null };
}

const installedAlready = (number: number, at: Date) =>
  conflict(
    'pack-installed',
    `Pack ${number} was installed on ${at.toISOString().slice(0, 10)}; there is nothing left to do`,
    {
      number,
      on: at.toISOString().slice(0, 10),
    },
  );

async function keepChecked(
  tx: Db,
  { job, actor }: Work,
  {
    seen: { manifest, sha256 },
    changes,
    leftOut,
    problem,
  }: {
    seen: Seen;
    changes: readonly PackChange[];
    leftOut: readonly LeftOut[];
    problem: Problem | null;
  },
): Promise<void> {
  const said = manifest && {
    number: manifest.number,
    maker_id: manifest.maker.id,
    maker: manifest.maker.name,
    most: manifest.tlp,
    made_at: new Date(manifest.madeAt),
    signer: storable(manifest.key),
    manifest_sha256: Buffer.from(sha256!, 'hex'),
    since_number: manifest.since?.number ?? null,
    since_sha256: manifest.since ? Buffer.from(manifest.since.sha256, 'hex') : null,
  };
  const { name } = await tx
    .updateTable('pack')
    .set({
      ...said,
      ...(problem instanceof PackRefused && problem.signer && { signer: storable(problem.signer) }),
      checked_at: new Date(),
      refused: problem && storable(toldOf(problem)),
      changes: storable(changes),
      left_out: storable(leftOut),
    })
    .where('id', '=', job.subject)
    .returning('name')
    .executeTakeFirstOrThrow();
  if (problem)
    await record(tx, 'pack refused', {
      kind: 'pack',
      id: job.subject,
      name,
      owner: actor.organisation,
      reason: problem.code,
    });
}

function happened(
  foreseen: readonly PackChange[],
  { name, kind, address }: CarriedSource,
  entries: readonly (readonly [number, PackEntry])[],
  { id, added, updated, unchanged, held, problems }: CarriedRun,
): PackChange {
  const before = foreseen.find((one) => one.address === address);
  return {
    source: before?.source ?? name,
    kind,
    address,
    id,
    isNew: before?.isNew ?? false,
    holds: sumOf(entries.map(([, entry]) => entry)),
    before: before?.before ?? 0,
    added,
    updated,
    unchanged,
    held,
    problems: [...problems],
  };
}

const sumOf = (entries: readonly PackEntry[]) => entries.reduce((sum, { holds }) => sum + holds, 0);

/** An administrator may bring a pack; what a source may do here is the lead's to do. */
const leadFor = ({ organisation, person }: Actor) => onBehalfOf(organisation!, person, ['LEAD']);

function missing(): never {
  throw notFound('pack');
}
