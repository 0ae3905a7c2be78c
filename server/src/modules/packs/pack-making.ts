import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { type Contact, type MadePack, type PackTlp, type SigningKey, Tlp, type Told } from '@busbar/contract';
import { detections } from '@busbar/dissect';
import { z } from 'zod';

import type { Actor } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import { conflict } from '../../platform/problem.ts';
import { version } from '../../platform/version.ts';
import type { ImportService } from '../advisories/import-service.ts';
import { type ClaimService, listOfClaims } from '../claims/claim-service.ts';
import { listOf } from '../detections/detection-service.ts';
import type { PublishedService } from '../published/published-service.ts';
import type { SigningService } from '../signing/signing-service.ts';
import {
  addressOfPacks,
  type CarriedDocument,
  type CarriedSource,
  type SourceService,
} from '../sources/source-service.ts';
import { hashOf, Manifest, type PackEntry, packFormat, packLimits, Spool, writePack } from './pack-file.ts';

export interface MakingParts {
  readonly database: Database;
  readonly sources: Pick<SourceService, 'carriedOut'>;
  readonly imports: Pick<ImportService, 'shown' | 'originals' | 'understand'>;
  readonly published: Pick<PublishedService, 'documents'>;
  readonly claims: Pick<ClaimService, 'toCarry'>;
  readonly signing: SigningService;
  readonly origin: string;
  /** For what is gathered, until it is written. */
  readonly folder: string;
  contact(tx: Db): Promise<Contact | null>;
}

export interface Wanted {
  readonly number: number;
  readonly most: PackTlp;
  /** The pack it goes on from. */
  readonly since: Manifest['since'];
  /** By address and url: the hash that whoever has the packs before it has. */
  readonly had: ReadonlyMap<string, string>;
}

export interface Built {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly key: SigningKey;
  readonly counts: NonNullable<MadePack['counts']>;
  /** To be read once. */
  readonly file: AsyncIterable<Buffer>;
  close(): Promise<void>;
}

interface Watched {
  readonly signal?: AbortSignal;
  progress?(step: Told, done: number, total: number | null): void;
}

const together = 100;
/** Of the name of a source. */
const mostName = 120;
/** What is stricter is not released to partners, and stays. */
const claimLabels = ['CLEAR', 'GREEN'] as const;
const isStricter = (one: Tlp, other: Tlp) => Tlp.options.indexOf(one) > Tlp.options.indexOf(other);
const gathering: Told = { code: 'gathering-pack', params: {}, text: 'Gathering what sources brought' };

/** Gathers, signs, and gives back the file of a pack. All of it is of one moment. */
export async function buildPack(
  { database, sources, imports, published, claims, signing, origin, folder, contact }: MakingParts,
  actor: Actor,
  { number, most, since, had }: Wanted,
  { signal, progress }: Watched = {},
): Promise<Built> {
  const spool = await Spool.in(folder);
  const owner = actor.organisation!;
  const packed: { sources: CarriedSource[]; entries: PackEntry[]; places: number[] } = {
    sources: [],
    entries: [],
    places: [],
  };
  try {
    return await database.look(actor, async (tx) => {
      const cert = await contact(tx);
      if (!cert) throw conflict('no-cert', 'Set the instance up first: a pack carries the name of the CERT');
      const signer = await signing.signer(tx);
      const key = (await signing.find(tx, signer.keyId))!;
      await gather(tx, cert);
      const counts = countsOf(packed);
      if (packed.entries.length === 0)
        throw conflict(
          'pack-nothing-new',
          `Nothing has changed since pack ${since?.number}; there is nothing to carry`,
          { number: since?.number ?? 0 },
        );
      // What a reader would refuse is not made.
      const manifest = Manifest.parse({
        format: packFormat,
        number,
        madeAt: new Date().toISOString(),
        maker: { id: owner, name: cert.name },
        program: `busbar ${version}`,
        key: { fingerprint: key.fingerprint, userIds: key.userIds, publicKey: key.publicKey },
        tlp: most,
        since,
        counts,
        sources: packed.sources,
        entries: packed.entries,
      } satisfies Manifest);
      const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
      const signature = Buffer.from(await signer.sign(text));
      return {
        manifest,
        manifestSha256: hashOf(text),
        key,
        counts,
        file: writePack(text, signature, packed.entries, (place) =>
          spool.stream(packed.places[place]!, packed.entries[place]!.size),
        ),
        close: () => spool.close(),
      };
    });
  } catch (error) {
    await spool.close();
    throw error;
  }

  async function gather(tx: Db, cert: Contact): Promise<void> {
    const carried = new Set<string>();
    for await (const { source, documents, parts } of sources.carriedOut(tx, owner, most)) {
      for (const { sha256 } of documents) carried.add(sha256);
      await takeDocuments(tx, source, documents);
      for await (const { url, holds, bytes } of parts)
        await take(source, { url, listed: null, signature: null, document: null, holds }, bytes);
    }
    const own: CarriedSource = {
      name: cert.name.slice(0, mostName),
      kind: 'csaf-provider',
      address: `${origin}/.well-known/csaf/provider-metadata.json`,
      hosts: [new URL(origin).host],
      licence: '',
      reliability: 'F',
      maxTlp: most,
      ...(await ownKeys(tx)),
    };
    for (const { path, bytes, sha256, signature, at } of await published.documents(tx, most)) {
      const received = imports.understand(bytes);
      if ('refused' in received) continue;
      const { publisher, trackingId, version: named } = received;
      const document = { publisher, trackingId, version: named };
      carried.add(sha256);
      await take(own, { url: `${origin}${path}`, listed: at, signature, document, holds: 1 }, bytes);
    }
    // An older program over there learns to see what this one sees.
    const watch = addressOfPacks(owner, 'detections');
    await take(
      { ...named(cert, 'detections'), kind: 'detections', address: watch, maxTlp: 'CLEAR' },
      { url: watch, listed: null, signature: null, document: null, holds: detections.length },
      Buffer.from(listOf(detections)),
    );
    for (const label of claimLabels.filter((one) => !isStricter(one, most))) {
      const said = await claims.toCarry(tx, owner, label);
      if (!said) continue;
      const name = `claims-${label.toLowerCase()}`;
      const place = addressOfPacks(owner, name);
      await take(
        { ...named(cert, `claims, TLP:${label}`), kind: 'claims', address: place, maxTlp: label },
        { url: place, listed: null, signature: null, document: null, holds: said.length },
        Buffer.from(listOfClaims(said[0]?.publisher ?? cert.name, said)),
      );
    }
    // What people brought by hand, and what came from sources that are read no more.
    const address = addressOfPacks(owner, 'library');
    const shown = (await imports.shown(tx, owner, most)).filter(({ sha256 }) => !carried.has(sha256));
    await takeDocuments(
      tx,
      { ...named(cert, 'library'), kind: 'archive', address, maxTlp: most },
      shown.map(({ advisory, sha256, ...document }) => ({
        url: `${address}/${encodeURIComponent(document.publisher)}/${encodeURIComponent(document.trackingId)}.json`,
        listed: null,
        signature: null,
        document,
        advisory,
        sha256,
      })),
    );
  }

  function named(cert: Contact, what: string) {
    const name = `${(cert.shortName || cert.name).slice(0, mostName - what.length - 2)}: ${what}`;
    return { name, hosts: [], licence: '', reliability: 'F' as const, fingerprints: [], keys: [] };
  }

  async function ownKeys(tx: Db): Promise<Pick<CarriedSource, 'fingerprints' | 'keys'>> {
    const keys = (await signing.list({ tx })).items.filter(({ state }) => state !== 'revoked').slice(0, 20);
    return {
      fingerprints: keys.map(({ fingerprint }) => fingerprint),
      keys: keys.map(({ fingerprint, publicKey, expiresAt }) => ({
        fingerprint,
        armored: publicKey,
        expires: expiresAt,
      })),
    };
  }

  async function takeDocuments(
    tx: Db,
    source: CarriedSource,
    documents: readonly CarriedDocument[],
  ): Promise<void> {
    const wanted = documents.filter(({ url, sha256 }) => had.get(placeOf(source.address, url)) !== sha256);
    for (let start = 0; start < wanted.length; start += together) {
      const some = wanted.slice(start, start + together);
      const originals = await imports.originals(tx, some);
      for (const { url, listed, signature, document, sha256 } of some) {
        const bytes = originals.get(sha256);
        if (bytes) await take(source, { url, listed, signature, document, holds: 1 }, bytes);
      }
    }
  }

  async function take(
    source: CarriedSource,
    about: Omit<PackEntry, 'source' | 'size' | 'sha256'>,
    bytes: Buffer,
  ): Promise<void> {
    signal?.throwIfAborted();
    const sha256 = hashOf(bytes);
    if (had.get(placeOf(source.address, about.url)) === sha256 || bytes.length > packLimits.entry) return;
    if (packed.sources.at(-1) !== source) packed.sources.push(source);
    packed.places.push(await spool.add(bytes));
    packed.entries.push({ ...about, source: packed.sources.length - 1, size: bytes.length, sha256 });
    progress?.(gathering, packed.entries.length, null);
  }
}

function countsOf({
  sources,
  entries,
}: {
  sources: readonly CarriedSource[];
  entries: readonly PackEntry[];
}): Built['counts'] {
  const sum = (some: readonly number[]) => some.reduce((total, one) => total + one, 0);
  return {
    sources: sources.length,
    documents: entries.filter(({ document }) => document).length,
    entries: sum(entries.map(({ document, holds }) => (document ? 0 : holds))),
    bytes: sum(entries.map(({ size }) => size)),
  };
}

const placeOf = (address: string, url: string) => `${address}\n${url}`;

const Contents = z.array(z.tuple([z.string(), z.string()]));

/** What is in a pack, for those made since: where it stands, and its hash. */
export async function contentsOf({ sources, entries }: Manifest): Promise<Buffer> {
  const lines = entries.map(({ source, url, sha256 }) => [placeOf(sources[source]!.address, url), sha256]);
  return pack(JSON.stringify(lines));
}

/** What whoever has installed these packs, the oldest first, has. */
export async function hadBy(contents: readonly Buffer[]): Promise<Map<string, string>> {
  const had = new Map<string, string>();
  for (const one of contents) {
    const lines = Contents.parse(JSON.parse((await unpack(one)).toString('utf8')));
    for (const [place, sha256] of lines) had.set(place, sha256);
  }
  return had;
}

const pack = promisify<string, Buffer>(gzip);
const unpack = promisify<Buffer, Buffer>(gunzip);
