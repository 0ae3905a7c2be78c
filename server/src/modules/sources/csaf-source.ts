import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import type { HashVerdict, SignatureVerdict, Told } from '@busbar/contract';
import { daysToRenewKey, Tlp } from '@busbar/contract';
import { readHash } from '@busbar/csaf';

import { NotFetched } from '../../platform/fetcher.ts';
import { line } from '../../platform/plain-text.ts';
import { malformed, Problem } from '../../platform/problem.ts';
import type { ImportService, Received } from '../advisories/import-service.ts';
import {
  aggregatorIn,
  changesIn,
  directoryOf,
  indexIn,
  type Listed,
  type Provider,
  providerIn,
  rolieIn,
} from './csaf-listing.ts';
import { judgeSignature, keysIn, type PinnedKey } from './signatures.ts';
import type { Peer } from './source-store.ts';
import { type Fetched, note, type Validators, type Way } from './transport.ts';

/** One document with all that was found out about it, before it meets the library. */
export interface Brought {
  readonly url: string;
  readonly listed: string | null;
  readonly etag: string | null;
  readonly sha256: Buffer | null;
  readonly size: number | null;
  readonly hash: HashVerdict;
  readonly signature: SignatureVerdict;
  readonly signedBy: string | null;
  /** The signature itself, armored. */
  readonly signedWith: string | null;
  readonly received: Received | null;
  /** Why it must not go into the library; null when it may. */
  readonly kept: 'held' | 'unreadable' | 'missed' | null;
  readonly problems: readonly Told[];
  /** gzip. */
  readonly document: Buffer | null;
}

/** What a source lists, and what went wrong besides. */
export interface Listing {
  readonly entries: Map<string, Listed>;
  readonly problems: Told[];
  /** Of the lists read, to be remembered once everything in them is here. */
  readonly validators: Record<string, Validators>;
  /** Lists that were read, whether or not there was something in them. */
  lists: number;
  unchanged: number;
  failed: number;
  keys: PinnedKey[];
}

const day = 86_400_000;
const listMost = 128 << 20;
const mostListed = 200_000;
/** Section 7.1 of CSAF 2.0 names none; documents above 15 MB need not be taken (appendix C.1). */
const documentMost = 32 << 20;
/** Some signatures of some keys; what is longer is not kept. */
export const longestSignature = 32_768;

/** Reads the lists of a provider, or of all that an aggregator names. One that fails does not stop the others. */
export async function listCsaf(peer: Peer, way: Way): Promise<Listing> {
  const listing: Listing = {
    entries: new Map(),
    problems: [],
    validators: {},
    lists: 0,
    unchanged: 0,
    failed: 0,
    keys: [...peer.keys],
  };
  if (peer.kind === 'csaf-aggregator') {
    const aggregator =
      aggregatorIn(await textAt(way, peer.address)) ?? refuse(notOfKind(peer.address, 'aggregator.json'));
    const failures: Problem[] = [];
    for (const address of aggregator.providers) {
      const failed = await listProvider(peer, way, address, listing).catch(told(listing));
      if (failed) failures.push(failed);
    }
    if (failures.length > 0 && listing.lists === 0) throw failures[0]!;
  } else await listProvider(peer, way, peer.address, listing);
  return listing;
}

async function listProvider(peer: Peer, way: Way, address: string, listing: Listing): Promise<void> {
  const text = await textAt(way, address);
  const single = rolieIn(text);
  if (single) return listFeed(way, address, listing, {});
  const provider = providerIn(text) ?? refuse(notOfKind(address, 'provider-metadata.json'));
  await pinKeys(peer, way, provider, listing);
  const failures: Problem[] = [];
  const attempt = async (work: Promise<void>) => {
    const failed = await work.catch(told(listing));
    if (failed) failures.push(failed);
  };
  const before = listing.lists;
  for (const { url, label } of provider.feeds) {
    if (label && isStricter(label, peer.max_label)) {
      listing.problems.push(
        note(
          'feed-too-strict',
          `The feed ${url} is TLP:${label}, stricter than TLP:${peer.max_label}, the most agreed with this source; it is not read`,
          { url, label, most: peer.max_label },
        ),
      );
      continue;
    }
    await attempt(listFeed(way, url, listing, peer.validators));
  }
  // A provider offers the same documents both ways; one is enough, and feeds say more.
  if (listing.lists === before)
    for (const url of provider.directories)
      await attempt(listDirectory(way, directoryOf(url), listing, peer.validators));
  if (listing.lists === before && failures.length > 0) throw failures[0]!;
  if (provider.feeds.length + provider.directories.length === 0)
    listing.problems.push(
      note('no-distributions', `${provider.name} names no feed and no directory in ${address}`, {
        name: line(provider.name, 200),
        url: address,
      }),
    );
}

async function listFeed(
  way: Way,
  url: string,
  listing: Listing,
  known: Record<string, Validators>,
): Promise<void> {
  const fetched = await way.get(url, { ...known[url], most: listMost });
  if (fetched) add(listing, (rolieIn(textOf(fetched)) ?? refuse(notOfKind(url, 'ROLIE'))).entries);
  else listing.unchanged++;
  listing.validators[url] = fetched ? fetched.validators : known[url]!;
  listing.lists++;
}

async function listDirectory(
  way: Way,
  directory: string,
  listing: Listing,
  known: Record<string, Validators>,
): Promise<void> {
  for (const [name, read] of [
    ['changes.csv', changesIn],
    ['index.txt', indexIn],
  ] as const) {
    const url = directory + name;
    const fetched = await way.get(url, { ...known[url], most: listMost }).catch((error: unknown) => {
      if (name === 'changes.csv' && error instanceof NotFetched && error.code === 'nothing-there')
        return null;
      throw error;
    });
    if (fetched === null) continue;
    listing.lists++;
    if (!fetched) {
      listing.unchanged++;
      listing.validators[url] = known[url]!;
      return;
    }
    add(listing, read(textOf(fetched), directory) ?? refuse(notOfKind(url, name)));
    // An index says nothing of changes: its documents are asked after one by one, so it is always read.
    if (name === 'changes.csv') listing.validators[url] = fetched.validators;
    return;
  }
}

/** Fetches those keys of the provider that somebody has pinned; the address of a key proves nothing, its fingerprint does. */
async function pinKeys(
  { fingerprints }: Peer,
  way: Way,
  { keys }: Provider,
  listing: Listing,
): Promise<void> {
  for (const { fingerprint, url } of keys) {
    const known = listing.keys.find((key) => key.fingerprint === fingerprint);
    if (
      known?.expires === null ||
      (known?.expires && Date.parse(known.expires) > Date.now() + daysToRenewKey * day)
    )
      continue;
    if (!fingerprints.includes(fingerprint)) {
      listing.problems.push(
        note(
          'key-not-pinned',
          `The source names a key that nobody has confirmed: ${fingerprint || '?'}. Compare it with its publisher by another way, then add it to the settings`,
          { fingerprint: line(fingerprint, 64) || '?' },
        ),
      );
      continue;
    }
    const found = await way.get(url, { most: 1 << 20 }).catch(told(listing));
    if (!found || found instanceof Problem) continue;
    const key = (await keysIn(found.bytes.toString('utf8'))).find((one) => one.fingerprint === fingerprint);
    // One that runs out may have been renewed by its owner: the same key, with another date.
    if (key) listing.keys = [...listing.keys.filter((one) => one !== known), key];
    else
      listing.problems.push(
        note('key-wrong', `What stands at ${url} is not the key ${fingerprint}`, {
          url: line(url, 300),
          fingerprint,
        }),
      );
  }
}

/** Fetches one document and judges it. Undefined when it is still what we have. */
export async function bring(
  peer: Peer,
  keys: readonly PinnedKey[],
  way: Way,
  imports: Pick<ImportService, 'understand'>,
  { url, listed, hashes, signature }: Listed,
  etag: string | null,
): Promise<Brought | undefined> {
  try {
    const fetched = await way.get(url, { most: documentMost, ...(etag && { etag }) });
    if (!fetched) return undefined;
    const hash = await judgeHash(way, url, hashes, fetched.bytes);
    const believed = keys.filter(({ fingerprint }) => peer.fingerprints.includes(fingerprint));
    const signed = await way.find(signature, 1 << 20);
    const armored = signed?.bytes.toString('utf8') ?? null;
    const judged = armored && (await judgeSignature(fetched.bytes, armored, believed));
    return judge(peer, imports, {
      url,
      listed,
      etag: fetched.validators.etag ?? null,
      bytes: fetched.bytes,
      hash,
      // Where nobody has pinned a key, a signature tells nothing.
      signature: judged && peer.fingerprints.length > 0 ? judged.verdict : 'unchecked',
      signedBy: (judged && judged.by) || null,
      signedWith: armored && armored.length <= longestSignature ? armored : null,
      expired: (judged && judged.expired) || undefined,
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'job-cancelled') throw error;
    return missed(url, listed, error);
  }
}

/** What holds a document back, in the order in which it matters. */
export function judge(
  { max_label, must_be_signed, fingerprints }: Peer,
  imports: Pick<ImportService, 'understand'>,
  {
    bytes,
    expired,
    ...about
  }: Pick<Brought, 'url' | 'listed' | 'etag' | 'hash' | 'signature' | 'signedBy' | 'signedWith'> & {
    readonly bytes: Buffer;
    readonly expired?: string | undefined;
  },
): Brought {
  const received = imports.understand(bytes);
  const problems: Told[] = [];
  const { hash, signature, signedBy } = about;
  if (hash === 'wrong')
    problems.push(
      note(
        'hash-wrong',
        'The document does not have the hash that stands beside it: it was changed or damaged on its way. It is held back',
      ),
    );
  if (signature === 'wrong' && expired)
    problems.push(
      note(
        'signed-by-expired',
        `The document is signed by a key that ran out on ${expired.slice(0, 10)} (${signedBy ?? '?'}); it is held back. Ask its publisher by another way for the renewed key`,
        { key: signedBy ?? '?', on: expired.slice(0, 10) },
      ),
    );
  else if (signature === 'wrong')
    problems.push(
      note(
        'signature-wrong',
        'The signature does not fit the document, which is held back. Ask its publisher by another way before you use it',
      ),
    );
  if (signature === 'unknown-key')
    problems.push(
      note(
        'signed-by-unknown',
        `The document is signed by a key that nobody has confirmed (${signedBy ?? '?'}); it is held back`,
        { key: signedBy ?? '?' },
      ),
    );
  if (signature === 'unchecked' && must_be_signed)
    problems.push(
      fingerprints.length === 0
        ? note(
            'no-key',
            'The documents of this source must be signed, and no key of it is confirmed; add its fingerprint to the settings',
          )
        : note(
            'signature-missing',
            'The document is not signed, and those of this source must be; it is held back',
          ),
    );
  if ('refused' in received) problems.push(received.refused);
  else if (received.marked && isStricter(received.label, max_label))
    problems.push(
      note(
        'label-too-strict',
        `The document is TLP:${received.label}, stricter than TLP:${max_label}, the most agreed with this source; it is held back`,
        { label: received.label, most: max_label },
      ),
    );
  const readable = 'refused' in received ? null : received;
  const kept = !readable ? 'unreadable' : problems.length > 0 ? 'held' : null;
  return {
    ...about,
    received: readable,
    sha256: readable?.sha256 ?? createHash('sha256').update(bytes).digest(),
    size: bytes.length,
    kept,
    problems: [...problems, ...(readable?.problems ?? [])],
    document: readable?.document ?? gzipSync(bytes),
  };
}

export function missed(url: string, listed: string | null, { code, params, message }: Problem): Brought {
  return {
    url,
    listed,
    etag: null,
    sha256: null,
    size: null,
    hash: 'unchecked',
    signature: 'unchecked',
    signedBy: null,
    signedWith: null,
    received: null,
    kept: 'missed',
    problems: [{ code, params, text: message }],
    document: null,
  };
}

/** Every hash that is given must hold; none is given where the other side says so, not where it is silent. */
async function judgeHash(
  way: Way,
  url: string,
  hashes: readonly string[] | null,
  bytes: Buffer,
): Promise<HashVerdict> {
  let verdict: HashVerdict = 'unchecked';
  for (const address of hashes ?? [`${url}.sha512`, `${url}.sha256`]) {
    const found = await way.find(address, 1 << 16);
    if (!found) continue;
    const stated = readHash(found.bytes.toString('latin1').trimStart()) ?? '';
    const algorithm = stated.length === 64 ? 'sha256' : 'sha512';
    if (createHash(algorithm).update(bytes).digest('hex') !== stated) return 'wrong';
    verdict = 'right';
    // Beside a document, one of the two is enough.
    if (!hashes) break;
  }
  return verdict;
}

function add({ entries, problems }: Listing, some: readonly Listed[]): void {
  for (const entry of some) {
    if (entries.size >= mostListed && !entries.has(entry.url)) {
      problems.push(
        note('list-too-long', `The source lists more than ${mostListed} documents; the rest is left out`, {
          most: mostListed,
        }),
      );
      return;
    }
    entries.set(entry.url, entry);
  }
}

async function textAt(way: Way, url: string): Promise<string> {
  const fetched = await way.get(url, { most: listMost });
  return fetched ? textOf(fetched) : '';
}

/** The text of what should be a list; a page for people in its place is told apart. */
export function textOf({ bytes, url }: Pick<Fetched, 'bytes' | 'url'>): string {
  const text = bytes.toString('utf8');
  if (/^\s*<(?:!doctype\s+html|html)\b/i.test(text.slice(0, 2000)))
    throw malformed(
      'became-html',
      `At ${line(url, 300)} there is a web page where a list should be; look whether the source has moved`,
      { url: line(url, 300) },
    );
  return text;
}

/** A provider that fails is a problem of the run. Only what nobody foresaw stops it. */
const told =
  (listing: Listing) =>
  (error: unknown): Problem => {
    if (!(error instanceof Problem) || error.code === 'job-cancelled') throw error;
    listing.problems.push({ code: error.code, params: error.params, text: error.message });
    listing.failed++;
    return error;
  };

const notOfKind = (url: string, kind: string) =>
  malformed(
    'not-of-kind',
    `What stands at ${line(url, 300)} is no ${kind}; look whether the source has moved or changed`,
    { url: line(url, 300), kind },
  );

function refuse(problem: Problem): never {
  throw problem;
}

const isStricter = (label: Tlp, most: Tlp) => Tlp.options.indexOf(label) > Tlp.options.indexOf(most);
