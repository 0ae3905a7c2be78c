import { createHash } from 'node:crypto';

import type { Scope, Tlp } from '@busbar/contract';
import { type ClaimFact, readCve, readEpss, readKev } from '@busbar/csaf';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import { claimsIn, saidOf } from '../claims/claim-service.ts';
import type { Item, Probability } from './catalogues.ts';
import { jsonIn } from './csaf-listing.ts';
import type { Peer } from './source-store.ts';

/** What a source says that is no advisory, as the board and the radar take it. */
export interface Entry {
  /** The same each time it comes. */
  readonly id: string;
  readonly kind: EntryKind;
  readonly label: Tlp;
  readonly scope: Scope;
  /** The id and the name of the source. */
  readonly way: string;
  readonly source: string;
  readonly externalId: string;
  readonly title: string;
  readonly summary: string;
  readonly link: string | null;
  readonly cves: readonly string[];
  readonly updatedAt: Date;
  /** It was not here before. */
  readonly isFresh: boolean;
  /** None: it says nothing, or nothing any more. */
  readonly facts: readonly ClaimFact[];
  /** What another CERT stands for. */
  readonly said: ReturnType<typeof saidOf> | null;
}

export type EntryKind = 'cve' | 'kev' | 'epss' | 'feed' | 'detections' | 'claims';

/** Where entries go, in the transaction that keeps them. */
export interface Board {
  /** Which of these CVEs it speaks of already. */
  known(tx: Db, actor: Actor, cves: readonly string[]): Promise<ReadonlySet<string>>;
  /** What is `said` becomes claims; what is `news` comes before the analysts. */
  took(tx: Db, actor: Actor, said: readonly Entry[], news: readonly Entry[]): Promise<void>;
  /** What this source has said goes as far as that from now on. */
  relabelled(tx: Db, owner: string, source: string, reach: ReturnType<typeof openness>): Promise<void>;
}

/** So many entries of one run come before the analysts; the others stand on the page of the source. */
export const mostNews = 500;
const newsFor = 30 * 86_400_000;

/**
 * A catalogue tells of hundreds of thousands of vulnerabilities. Claims are made of what it says of those that the board
 * speaks of, and of what comes before the analysts: what is exploited has a page before anybody has a record of it. An
 * analyst is shown what is new in the world, not what is new to us, and what changes of that which concerns us. What
 * another CERT stands for is of few, and all of it counts.
 */
export function sorted(
  entries: readonly Entry[],
  known: ReadonlySet<string>,
  room: number,
): { said: Entry[]; news: Entry[]; left: number } {
  const isKnown = ({ kind, externalId }: Entry) => kind !== 'feed' && known.has(externalId);
  const isRecent = ({ updatedAt }: Entry) => Date.now() - updatedAt.getTime() < newsFor;
  const isNews = (entry: Entry) => {
    if (entry.kind === 'epss') return false;
    if (entry.kind === 'cve' && entry.facts.length === 0 && !isKnown(entry)) return false;
    return entry.isFresh ? isRecent(entry) : isKnown(entry) || isRecent(entry);
  };
  const all = entries.filter(isNews).sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
  const news = all.slice(0, room);
  const shown = new Set(news);
  return {
    said: entries.filter(
      (entry) => isKnown(entry) || entry.kind === 'claims' || (entry.kind !== 'feed' && shown.has(entry)),
    ),
    news,
    left: all.length - news.length,
  };
}

/** How far goes what a catalogue says: as far as its label allows (roles.md, section 2). */
export function openness(label: Tlp): { label: Tlp; scope: Scope } {
  return {
    label,
    scope: label === 'CLEAR' ? 'public' : label === 'GREEN' ? 'partners' : label === 'RED' ? 'named' : 'org',
  };
}

type From = Pick<Peer, 'id' | 'name' | 'kind' | 'max_label'>;

export function entryOf(
  peer: From,
  item: Omit<Item, 'publishedAt'> & { readonly id: string; readonly at: Date },
  isFresh: boolean,
): Entry {
  const kind = peer.kind as EntryKind;
  const carried = kind === 'claims' ? claimsIn(jsonIn(item.raw.toString('utf8')))?.vulnerabilities[0] : null;
  return {
    ...openness(peer.max_label),
    id: item.id,
    kind,
    way: peer.id,
    source: carried?.publisher ?? peer.name,
    externalId: item.externalId,
    title: item.title,
    summary: item.summary,
    link: item.link,
    cves: item.cves,
    updatedAt: item.at,
    isFresh,
    facts: factsOf(kind, item.raw.toString('utf8')),
    said: carried ? saidOf(carried) : null,
  };
}

function factsOf(kind: EntryKind, raw: string): readonly ClaimFact[] {
  if (kind !== 'cve' && kind !== 'kev') return [];
  const reading = kind === 'cve' ? readCve(raw) : readKev(`{"vulnerabilities":[${raw}]}`);
  return reading.ok ? reading.claims : [];
}

/** A score has no row that could give it an id: it is made of the source and the CVE. */
export function scoreEntries(peer: From, scoredOn: string, rows: readonly Probability[]): Entry[] {
  const lines = rows.map(({ cve, epss, percentile }) => `${cve},${epss},${percentile}`);
  const reading = readEpss([`#score_date:${scoredOn}`, 'cve,epss,percentile', ...lines].join('\n'));
  if (!reading.ok) throw new Error('What was read as EPSS scores is none any more');
  return reading.claims.map((fact) => ({
    ...openness(peer.max_label),
    id: idOf(peer.id, fact.vulnerability),
    kind: 'epss',
    way: peer.id,
    source: peer.name,
    externalId: fact.vulnerability,
    title: `${fact.vulnerability}: EPSS`,
    summary: '',
    link: null,
    cves: [fact.vulnerability],
    updatedAt: new Date(scoredOn),
    isFresh: false,
    facts: [fact],
    said: null,
  }));
}

/** A UUID of version 8 (RFC 9562, section 5.8). */
function idOf(peer: string, cve: string): string {
  const hex = createHash('sha256').update(`${peer} ${cve}`).digest('hex');
  const variant = ((parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
