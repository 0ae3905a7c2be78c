import { Fingerprint, Reliability, SourceKind, Tlp } from '@busbar/contract';
import { pack } from 'tar-stream';
import { z } from 'zod';

import type { Db } from '../../platform/database.ts';
import { NotFetched } from '../../platform/fetcher.ts';
import { tooLarge } from '../../platform/problem.ts';
import { claimsIn, listOfClaims } from '../claims/claim-service.ts';
import { detectionsToCarry, listOf } from '../detections/detection-service.ts';
import { jsonIn, type Listed } from './csaf-listing.ts';
import {
  bringsDocuments,
  documentsToCarry,
  exploitedToCarry,
  itemIds,
  newestItems,
  type Peer,
  rawItems,
  scoresToCarry,
} from './source-store.ts';
import type { Fetched, Shelf } from './transport.ts';

// What sources brought, on its way to a CERT that cannot ask them, and there. Documents go as they came, what is kept
// of catalogues in the form in which they are published: over there the same readers read it.

/** A source as it is set where it is read. */
export const CarriedSource = z.object({
  name: z.string().min(1).max(120),
  kind: SourceKind,
  address: z.string().min(1).max(2000),
  hosts: z.array(z.string().max(300)).max(51),
  licence: z.string().max(500),
  reliability: Reliability,
  maxTlp: Tlp,
  fingerprints: z.array(Fingerprint).max(20),
  keys: z
    .array(
      z.object({
        fingerprint: Fingerprint,
        armored: z.string().max(200_000),
        expires: z.string().max(40).nullable().optional(),
      }),
    )
    .max(20),
});
export type CarriedSource = z.infer<typeof CarriedSource>;

/** One of a kind that only a newer program reads: as much of it as can be told. */
export const UnknownSource = z.object({
  name: CarriedSource.shape.name,
  kind: z
    .string()
    .min(1)
    .max(60)
    .refine((kind) => !SourceKind.safeParse(kind).success),
  address: CarriedSource.shape.address,
});
export type UnknownSource = z.infer<typeof UnknownSource>;

export const isReadHere = (source: CarriedSource | UnknownSource): source is CarriedSource =>
  SourceKind.safeParse(source.kind).success;

/** A document of the library and where it came from. */
export interface CarriedDocument {
  readonly url: string;
  readonly listed: string | null;
  readonly signature: string | null;
  readonly document: { readonly publisher: string; readonly trackingId: string; readonly version: string };
  /** In the library. */
  readonly advisory: string;
  readonly sha256: string;
}

/** A catalogue, or a part of one, as a file. */
export interface CarriedPart {
  readonly url: string;
  /** Entries in it. */
  readonly holds: number;
  readonly bytes: Buffer;
}

export interface CarriedOut {
  readonly source: CarriedSource;
  readonly documents: readonly CarriedDocument[];
  readonly parts: AsyncIterable<CarriedPart>;
}

/** What is only ours to reach, such as a folder, has no address elsewhere: it is named after whoever carries it. */
export const addressOfPacks = (maker: string, name: string) => `pack:${maker}/${name}`;
export const isOnlyCarried = (address: string) => address.startsWith('pack:');

const mostNews = 2000;

/** Everything that sources of this CERT brought and that is labelled no stricter, always in the same order. */
export async function* carriedOut(tx: Db, owner: string, most: Tlp): AsyncGenerator<CarriedOut> {
  const peers = await tx
    .selectFrom('peer')
    .selectAll()
    .where('owner_id', '=', owner)
    .where('removed_at', 'is', null)
    .orderBy('address')
    .orderBy('id')
    .execute();
  for (const peer of peers) {
    const isOurs = peer.local || peer.address.startsWith('folder:');
    const address = isOurs ? addressOfPacks(owner, peer.id) : peer.address;
    const brings = bringsDocuments(peer.kind);
    const rows = brings ? await documentsToCarry(tx, peer.id, most) : [];
    yield {
      source: {
        name: peer.name,
        kind: peer.kind,
        address,
        hosts: isOurs ? [] : peer.hosts,
        licence: peer.licence,
        reliability: peer.reliability,
        maxTlp: peer.max_label,
        fingerprints: peer.fingerprints,
        keys: peer.keys,
      },
      documents: rows.map(({ url, listed, signed_with, advisory, sha256, ...document }) => ({
        // An address on our own network, or a name on our disk, is nobody's business.
        url: isOurs ? `${address}/${url.split('/').at(-1)}` : url,
        listed,
        signature: signed_with,
        document,
        advisory,
        sha256: sha256.toString('hex'),
      })),
      parts:
        brings || Tlp.options.indexOf(peer.max_label) > Tlp.options.indexOf(most)
          ? none()
          : partsOf(tx, peer, address),
    };
  }
}

async function* none(): AsyncGenerator<CarriedPart> {}

async function* partsOf(tx: Db, { id, kind }: Peer, address: string): AsyncGenerator<CarriedPart> {
  if (kind === 'kev') {
    const raws = await exploitedToCarry(tx, id);
    // The form of the catalogue of CISA; its entries as they came.
    const text = `{"catalogVersion":"carried","vulnerabilities":[\n${raws.join(',\n')}\n]}`;
    if (raws.length > 0) yield { url: address, holds: raws.length, bytes: Buffer.from(text) };
  } else if (kind === 'epss') {
    const { scoredOn, rows } = await scoresToCarry(tx, id);
    const lines = rows.map(
      ({ cve, epss, percentile }) => `${cve},${epss.toFixed(5)},${percentile.toFixed(5)}\n`,
    );
    const text = `#score_date:${scoredOn}\ncve,epss,percentile\n${lines.join('')}`;
    if (rows.length > 0) yield { url: address, holds: rows.length, bytes: Buffer.from(text) };
  } else if (kind === 'feed') {
    const raws = await newestItems(tx, id, mostNews);
    const text = `<rss version="2.0"><channel>\n${raws.join('\n')}\n</channel></rss>`;
    if (raws.length > 0) yield { url: address, holds: raws.length, bytes: Buffer.from(text) };
  } else if (kind === 'detections') {
    const detections = await detectionsToCarry(tx, id);
    if (detections.length > 0)
      yield { url: address, holds: detections.length, bytes: Buffer.from(listOf(detections)) };
  } else if (kind === 'claims') {
    const kept = (await rawItems(tx, id, await itemIds(tx, id))).flatMap(
      ({ raw }) => claimsIn(jsonIn(raw.toString('utf8')))?.vulnerabilities ?? [],
    );
    // An empty list takes back what one before it said.
    const bytes = Buffer.from(listOfClaims(kept[0]?.publisher ?? '-', kept));
    yield { url: address, holds: kept.length, bytes };
  } else if (kind === 'cve') {
    // By thousands, as the list is published: where one record changes, the others stay where they were.
    const ids = await itemIds(tx, id);
    for (const [name, some] of Map.groupBy(ids, (one) => one.replace(/\d{3}$/, 'xxx')))
      yield {
        url: `${address}#${name}.tar`,
        holds: some.length,
        bytes: await archiveOf(await rawItems(tx, id, some)),
      };
  }
}

/** The same bytes for the same records: no date, no owner. */
async function archiveOf(records: readonly { readonly id: string; readonly raw: Buffer }[]): Promise<Buffer> {
  const archive = pack();
  for (const { id, raw } of records) archive.entry({ name: `${id}.json`, mtime: new Date(0) }, raw);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** One file of a source, in a pack whose hashes were compared. */
export interface CarriedFile {
  readonly url: string;
  readonly listed: string | null;
  readonly signature: string | null;
  readonly sha256: string;
  readonly size: number;
  read(): Promise<Buffer>;
}

/** What a pack holds of one source. A signature and a hash stand beside each file, as they do where it is published. */
export class CarriedShelf implements Shelf {
  readonly #files: ReadonlyMap<string, CarriedFile>;

  constructor(files: readonly CarriedFile[]) {
    this.#files = new Map(files.map((file) => [file.url, file]));
  }

  async list() {
    return [...this.#files.values()].map(({ url, sha256 }) => ({ url, changed: sha256 }));
  }

  async documents(): Promise<Listed[]> {
    return [...this.#files.values()].map(({ url, listed, sha256 }) => ({
      url,
      listed,
      hashes: null,
      signature: `${url}.asc`,
      sha256,
    }));
  }

  async *stream(url: string): AsyncGenerator<Buffer> {
    yield (await this.get(url, { most: Infinity })).bytes;
  }

  async get(url: string, { most = 16 << 20 }: { most?: number } = {}): Promise<Fetched> {
    const bytes = await this.#bytesAt(url);
    if (!bytes)
      throw new NotFetched('nothing-there', `There is nothing at ${url} in the pack`, {
        host: 'pack',
        path: url,
        status: 404,
      });
    if (bytes.length > most)
      throw tooLarge('file-too-large', `${url} is larger than ${most >> 20} MiB`, { url, most: most >> 20 });
    return { url, bytes, type: '', validators: {} };
  }

  async find(url: string, most: number): Promise<Fetched | null> {
    const bytes = await this.#bytesAt(url);
    return bytes && bytes.length <= most ? { url, bytes, type: '', validators: {} } : null;
  }

  async #bytesAt(url: string): Promise<Buffer | undefined> {
    const file = this.#files.get(url);
    if (file) return file.read();
    const [, of = '', beside] = /^(.*)\.(asc|sha256)$/s.exec(url) ?? [];
    const text = beside === 'asc' ? this.#files.get(of)?.signature : this.#files.get(of)?.sha256;
    return text ? Buffer.from(text) : undefined;
  }
}
