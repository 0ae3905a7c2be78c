import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { SaxesParser } from 'saxes';
import { z } from 'zod';

import { line, plain } from '../../platform/plain-text.ts';
import { malformed } from '../../platform/problem.ts';
import { jsonIn } from './csaf-listing.ts';

/** Something a source tells that is no advisory. Texts are plain, whatever they were. */
export interface Item {
  /** Unique for its source. */
  readonly externalId: string;
  readonly title: string;
  readonly summary: string;
  /** http or https. */
  readonly link: string | null;
  readonly cves: readonly string[];
  readonly publishedAt: Date | null;
  /** As it came. */
  readonly raw: Buffer;
}

const mostEntries = 20_000;
const CVE = /\bCVE-\d{4}-\d{4,19}\b/gi;

/** RSS 0.9 to 2.0 and Atom (RFC 4287). Entries beyond the bound are left out; undefined when it is no feed. */
export function feedIn(
  text: string,
): { readonly title: string; readonly items: readonly Item[] } | undefined {
  // No document type, no entities of its own: the parser knows the five of XML and no others.
  const parser = new SaxesParser();
  const items: Item[] = [];
  let title = '';
  let isFeed = false;
  let begins = 0;
  let entry: Map<string, string> | undefined;
  const path: string[] = [];
  const texts: string[] = [];

  parser.on('opentag', ({ name, attributes }) => {
    const local = name.toLowerCase();
    if (path.length === 0) isFeed = ['rss', 'feed', 'rdf:rdf'].includes(local);
    path.push(local);
    texts.push('');
    if (local === 'item' || local === 'entry') {
      entry = new Map();
      begins = text.lastIndexOf('<', parser.position - 1);
      if (attributes['rdf:about']) entry.set('guid', attributes['rdf:about']);
    }
    const rel = attributes['rel'] ?? 'alternate';
    if (entry && local === 'link' && attributes['href'] && rel === 'alternate')
      entry.set('link', attributes['href']);
  });
  const add = (some: string) => {
    const top = texts.length - 1;
    if (top >= 0 && texts[top]!.length < 200_000) texts[top] += some;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', ({ name }) => {
    const local = name.toLowerCase();
    const said = texts.pop()!.trim();
    path.pop();
    if (!entry) {
      if (local === 'title' && path.length <= 2) title ||= line(textOf(said), 200);
    } else if (local === 'item' || local === 'entry') {
      if (items.length < mostEntries) items.push(entryOf(entry, text.slice(begins, parser.position)));
      entry = undefined;
    } else if (said && !entry.has(local)) entry.set(local, said);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (isFeed)
      throw malformed(
        'feed-broken',
        'The feed is broken and cannot be read to its end; tell whoever publishes it',
        {
          why: line((error as Error).message, 200),
        },
      );
    return undefined;
  }
  return isFeed ? { title, items } : undefined;
}

function entryOf(said: ReadonlyMap<string, string>, raw: string): Item {
  const first = (...names: string[]) => names.map((name) => said.get(name)).find(Boolean) ?? '';
  const title = line(textOf(first('title')), 300);
  const summary = shorter(textOf(first('description', 'summary', 'content', 'content:encoded')));
  const link = webAddress(first('link', 'guid', 'id'));
  return {
    externalId: line(first('guid', 'id', 'link') || title, 500),
    title: title || line(summary, 120) || link || '?',
    summary,
    link,
    cves: cvesIn(`${title} ${first('description', 'summary', 'content', 'content:encoded')}`),
    publishedAt: dateIn(first('pubdate', 'published', 'updated', 'dc:date')),
    raw: Buffer.from(raw),
  };
}

const Kev = z.object({ catalogVersion: z.string(), vulnerabilities: z.array(z.unknown()) });
const KevEntry = z.object({
  cveID: z.string().regex(/^CVE-\d{4}-\d{4,19}$/),
  vendorProject: z.string().catch(''),
  product: z.string().catch(''),
  vulnerabilityName: z.string().catch(''),
  dateAdded: z.iso.date(),
  shortDescription: z.string().catch(''),
  requiredAction: z.string().catch(''),
  dueDate: z.iso.date().nullable().catch(null),
  knownRansomwareCampaignUse: z.string().catch(''),
});

export interface KnownExploited {
  readonly cve: string;
  readonly addedOn: string;
  readonly dueOn: string | null;
  /** Null when the catalogue does not say. */
  readonly ransomware: boolean | null;
  readonly action: string;
}

/** The CISA catalogue of known exploited vulnerabilities, schema 1; undefined when it is none. */
export function kevIn(text: string):
  | {
      readonly items: readonly Item[];
      readonly exploited: readonly KnownExploited[];
      readonly unreadable: number;
    }
  | undefined {
  const { data } = Kev.safeParse(jsonIn(text));
  if (!data) return undefined;
  const entries = data.vulnerabilities.slice(0, mostEntries).flatMap((raw) => {
    const entry = KevEntry.safeParse(raw).data;
    return entry ? [{ raw, entry }] : [];
  });
  return {
    unreadable: data.vulnerabilities.length - entries.length,
    exploited: entries.map(({ entry }) => ({
      cve: entry.cveID,
      addedOn: entry.dateAdded,
      dueOn: entry.dueDate,
      ransomware: entry.knownRansomwareCampaignUse === 'Known' ? true : null,
      action: shorter(entry.requiredAction),
    })),
    items: entries.map(({ raw, entry }) => ({
      externalId: entry.cveID,
      title: line(
        `${entry.cveID}: ${entry.vulnerabilityName || `${entry.vendorProject} ${entry.product}`}`,
        300,
      ),
      summary: shorter(entry.shortDescription),
      link: null,
      cves: [entry.cveID],
      publishedAt: dateIn(entry.dateAdded),
      raw: Buffer.from(JSON.stringify(raw)),
    })),
  };
}

export interface Probability {
  readonly cve: string;
  readonly epss: number;
  readonly percentile: number;
}

/**
 * EPSS scores (FIRST) as CSV, plain or gzipped, some thousand rows at a time. The first line says of which day they are.
 */
export async function* epssIn(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly scoredOn: string; readonly rows: readonly Probability[] }> {
  let scoredOn: string | undefined;
  let rows: Probability[] = [];
  let header = false;
  let count = 0;
  for await (const text of linesOf(unpacked(source))) {
    if (text.startsWith('#')) scoredOn = /score_date:(\d{4}-\d{2}-\d{2})/.exec(text)?.[1];
    else if (!header) {
      if (!/^cve,epss,percentile\b/i.test(text) || !scoredOn) throw notEpss();
      header = true;
    } else {
      const [cve = '', epss = '', percentile = ''] = text.split(',');
      const row = { cve: cve.trim(), epss: Number(epss), percentile: Number(percentile) };
      if (!/^CVE-\d{4}-\d{4,19}$/.test(row.cve) || !isShare(row.epss) || !isShare(row.percentile)) continue;
      if (++count > 2_000_000) throw notEpss();
      rows.push(row);
      if (rows.length === 2_000) {
        yield { scoredOn: scoredOn!, rows };
        rows = [];
      }
    }
  }
  if (!header) throw notEpss();
  yield { scoredOn: scoredOn!, rows };
}

const Cve = z.object({
  dataType: z.literal('CVE_RECORD'),
  cveMetadata: z.object({
    cveId: z.string().regex(/^CVE-\d{4}-\d{4,19}$/),
    state: z.string().catch(''),
    datePublished: z.string().optional().catch(undefined),
    dateUpdated: z.string().optional().catch(undefined),
  }),
  containers: z
    .object({
      cna: z
        .object({
          title: z.string().optional().catch(undefined),
          descriptions: z.array(z.object({ lang: z.string().catch(''), value: z.string() })).catch([]),
          rejectedReasons: z.array(z.object({ value: z.string() })).catch([]),
        })
        .partial(),
    })
    .partial()
    .catch({}),
});

/** A CVE record of format 5; undefined when it is none. */
export function cveIn(bytes: Buffer): Item | undefined {
  const { data } = Cve.safeParse(jsonIn(bytes.toString('utf8')));
  if (!data) return undefined;
  const { cveMetadata, containers } = data;
  const { title, descriptions = [], rejectedReasons = [] } = containers.cna ?? {};
  const english = descriptions.find(({ lang }) => lang.startsWith('en')) ?? descriptions[0];
  const summary = shorter(english?.value ?? rejectedReasons[0]?.value ?? '');
  return {
    externalId: cveMetadata.cveId,
    title: line(`${cveMetadata.cveId}: ${title ?? (summary || cveMetadata.state)}`, 300),
    summary,
    link: `https://www.cve.org/CVERecord?id=${cveMetadata.cveId}`,
    cves: [cveMetadata.cveId],
    publishedAt: dateIn(cveMetadata.dateUpdated ?? cveMetadata.datePublished ?? ''),
    raw: bytes,
  };
}

const Delta = z.object({
  numberOfChanges: z.number(),
  new: z.array(z.unknown()),
  updated: z.array(z.unknown()).catch([]),
});
const Change = z.object({ githubLink: z.string() });

/** delta.json of cvelistV5: where the records stand that have changed; undefined when it is none. */
export function cveDeltaIn(text: string): readonly string[] | undefined {
  const { data } = Delta.safeParse(jsonIn(text));
  return (
    data &&
    [...data.new, ...data.updated]
      .flatMap((one) => Change.safeParse(one).data?.githubLink ?? [])
      .slice(0, mostEntries)
  );
}

const Release = z.object({
  tag_name: z.string(),
  assets: z.array(z.object({ name: z.string(), browser_download_url: z.string() })),
});

export interface CveRelease {
  /** Every record, as of that day's midnight. */
  readonly all: string;
  /** What was added or changed since then. */
  readonly delta: string | undefined;
  readonly midnight: Date;
}

/** A release of cvelistV5, as the API of GitHub tells of it; undefined when it is none. */
export function cveReleaseIn(text: string): CveRelease | undefined {
  const { data } = Release.safeParse(jsonIn(text));
  const all = data?.assets.find(({ name }) => /^\d{4}-\d{2}-\d{2}_all_CVEs.*\.zip$/.test(name));
  const midnight = dateIn(`${all?.name.slice(0, 10)}T00:00:00Z`);
  if (!all || !midnight) return undefined;
  const delta = data!.assets.find(({ name }) => /_delta_CVEs_at_\d{4}Z\.zip$/.test(name));
  return { all: all.browser_download_url, delta: delta?.browser_download_url, midnight };
}

/** Without markup, one space between words. Shown as text it is harmless either way; this makes it readable. */
export function textOf(markup: string): string {
  const bare = markup
    .replace(/<(script|style)\b[^>]*>[^]*?<\/\1\s*>/gi, ' ')
    .replace(/<[a-z!/?][^>]*>/gi, ' ')
    .replace(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi,
      (_all, decimal, hexadecimal, name) => {
        if (name)
          return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }[String(name).toLowerCase()]!;
        const point = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : '';
      },
    );
  return plain(bare).replace(/\s+/g, ' ').trim();
}

export function webAddress(text: string): string | null {
  const url = URL.parse(text.trim());
  return url && /^https?:$/.test(url.protocol) ? line(url.href, 2000) : null;
}

export const cvesIn = (text: string): string[] =>
  [...new Set([...text.matchAll(CVE)].map(([cve]) => cve.toUpperCase()))].slice(0, 500);

function dateIn(text: string): Date | null {
  const time = Date.parse(text);
  return Number.isNaN(time) || time < 0 || time > Date.parse('9999-01-01') ? null : new Date(time);
}

const shorter = (text: string) => line(text, 4000);
const isShare = (value: number) => value >= 0 && value <= 1;
const notEpss = () =>
  malformed('not-epss', 'This is no list of EPSS scores: it has no line that says of which day they are', {});

async function* unpacked(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  const whole = (async function* () {
    if (!first.done) yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
  const packed = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
  yield* packed ? (pipeline(whole, createGunzip(), () => {}) as AsyncIterable<Buffer>) : whole;
}

async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()!;
    if (rest.length > 1000) throw notEpss();
    for (const one of lines) if (one.trim()) yield one.trim();
  }
  if (rest.trim()) yield rest.trim();
}
