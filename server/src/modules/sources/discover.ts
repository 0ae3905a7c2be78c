import type { SourceFound, SourceKind, Told } from '@busbar/contract';
import { csafFields } from '@busbar/csaf';

import { type Fetcher, NotFetched, urlOf } from '../../platform/fetcher.ts';
import { line } from '../../platform/plain-text.ts';
import { Problem } from '../../platform/problem.ts';
import { claimsIn } from '../claims/claim-service.ts';
import { detectionsIn } from '../detections/detection-service.ts';
import { cveDeltaIn, cveReleaseIn, feedIn, kevIn } from './catalogues.ts';
import { aggregatorIn, jsonIn, kindOfJson, providerIn, rolieIn } from './csaf-listing.ts';
import { type Folder, note } from './transport.ts';

/** In all, before somebody who waits for a page gives up. */
const patience = 25_000;
const most = 64 << 20;

/**
 * Finds out what stands at an address that somebody pasted. For a bare domain, asks where CSAF 2.0 section 7.3 says to
 * look: the well-known address (7.1.9), security.txt (7.1.8), the DNS path (7.1.10).
 */
export async function discover(fetcher: Fetcher, address: string, local: boolean): Promise<SourceFound> {
  const given = urlOf(address);
  const end = AbortSignal.timeout(patience);
  const problems: Told[] = [];
  const tried = new Set<string>();
  // The hosts that a person named by naming the address, and the one the standard derives from it.
  const hosts = [given.host, `csaf.data.security.${given.host}`];
  const places = given.pathname === '/' && !given.search ? await wellKnown() : [given.href];
  for (const place of places) {
    const found = await at(place);
    if (found) return found;
  }
  return {
    kind: null,
    name: '',
    address: given.href,
    hosts: [given.host],
    fingerprints: [],
    mustBeSigned: false,
    count: null,
    problems,
  };

  async function wellKnown(): Promise<string[]> {
    const { origin, protocol, host } = given;
    const named = [];
    for (const path of ['/.well-known/security.txt', '/security.txt']) {
      const text = await textOf(origin + path, 1 << 16).catch(() => '');
      named.push(...csafFields(text));
      if (named.length > 0) break;
    }
    // Somebody's security.txt may lead to another host; the person who adds the source sees and confirms it.
    for (const url of named) {
      const to = URL.parse(url);
      if (to && to.protocol === given.protocol) hosts.push(to.host);
    }
    return [
      `${origin}/.well-known/csaf/provider-metadata.json`,
      ...named,
      `${protocol}//csaf.data.security.${host}/`,
      `${origin}/.well-known/csaf-aggregator/aggregator.json`,
      given.href,
    ];
  }

  async function at(url: string): Promise<SourceFound | undefined> {
    if (tried.has(url)) return undefined;
    tried.add(url);
    try {
      const answer = await fetcher.fetch({
        url,
        reach: { hosts, local },
        most,
        within: patience,
        signal: end,
      });
      if (answer.status === 'unchanged') return undefined;
      const start = await head(answer.body);
      const found = whatIs(start.text, answer.url, start.packed, answer.type);
      if (found.kind) return found;
      // Sites that answer every address with a page say nothing by it.
      if (url === given.href) problems.push(...found.problems);
      return undefined;
    } catch (error) {
      if (error instanceof Problem) {
        // That a place we thought of ourselves is not there is no news; that it leads elsewhere is.
        if (url === given.href || error.code === 'host-not-allowed')
          problems.push({ code: error.code, params: error.params, text: error.message });
        return undefined;
      }
      if (end.aborted)
        throw new NotFetched(
          'answer-too-slow',
          `${given.host} takes too long to answer`,
          { host: given.host },
          { passing: true },
        );
      throw error;
    }
  }

  async function textOf(url: string, size: number): Promise<string> {
    const answer = await fetcher.fetch({
      url,
      reach: { hosts, local },
      most: size,
      within: patience,
      signal: end,
    });
    return answer.status === 'fetched' ? (await head(answer.body)).text : '';
  }
}

/** The same for a folder: its first file tells. */
export async function lookInto(folder: Folder, address: string): Promise<SourceFound> {
  const name = address.slice('folder:'.length);
  const files = await folder.list();
  const [first] = files;
  const start = first ? await head(folder.stream(first.url)) : { text: '', packed: false };
  const found = whatIs(start.text, `https://${name}/${first?.url.split('/').at(-1) ?? ''}`, start.packed, '');
  const kind =
    found.kind === null || found.kind.startsWith('csaf') || found.kind === 'archive' ? 'archive' : found.kind;
  return {
    ...found,
    kind,
    name,
    address,
    hosts: [],
    fingerprints: [],
    mustBeSigned: false,
    count: files.length,
    problems: [],
  };
}

function whatIs(text: string, url: string, packed: boolean, type: string): SourceFound {
  const problems: Told[] = [];
  const { hostname, pathname } = new URL(url);
  const found = (kind: SourceKind, name: string, also: Partial<SourceFound> = {}): SourceFound => ({
    kind,
    name: line(name, 120) || hostname,
    address: url,
    hosts: hostsOf(url),
    fingerprints: [],
    mustBeSigned: false,
    count: null,
    problems: [],
    ...also,
  });
  if (packed) {
    if (/epss/i.test(pathname)) return found('epss', `EPSS, ${hostname}`);
    if (/cve/i.test(pathname)) return found('cve', `CVE, ${hostname}`);
    return found('archive', pathname.split('/').at(-1)!);
  }
  if (/^#model_version:|^cve,epss,percentile/i.test(text)) return found('epss', `EPSS, ${hostname}`);
  const kind = kindOfJson(text);
  if (kind === 'csaf-provider') {
    const provider = providerIn(text);
    if (provider)
      return found('csaf-provider', provider.name, {
        hosts: hostsOf(
          url,
          ...provider.feeds.map((feed) => feed.url),
          ...provider.directories,
          ...provider.keys.map((key) => key.url),
        ),
        fingerprints: provider.keys.map(({ fingerprint }) => fingerprint).filter(Boolean),
        mustBeSigned: provider.trusted && provider.keys.length > 0,
        count: provider.feeds.length + provider.directories.length,
      });
  }
  if (kind === 'csaf-aggregator') {
    const aggregator = aggregatorIn(text);
    if (aggregator)
      return found('csaf-aggregator', aggregator.name, {
        hosts: hostsOf(url, ...aggregator.providers),
        count: aggregator.providers.length,
      });
  }
  if (kind === 'rolie') {
    const feed = rolieIn(text);
    if (feed)
      return found('csaf-provider', feed.title, {
        hosts: hostsOf(
          url,
          ...feed.entries.flatMap(({ url: to, hashes, signature }) => [to, ...(hashes ?? []), signature]),
        ),
        count: feed.entries.length,
      });
  }
  if (kind === 'detections')
    return found('detections', `Detections, ${hostname}`, {
      count: detectionsIn(jsonIn(text))?.detections.length ?? null,
    });
  if (kind === 'claims')
    return found('claims', `Claims, ${hostname}`, {
      count: claimsIn(jsonIn(text))?.vulnerabilities.length ?? null,
    });
  if (kind === 'kev')
    return found('kev', `KEV, ${hostname}`, { count: kevIn(text)?.exploited.length ?? null });
  if (kind === 'cve-delta')
    return found('cve', `CVE, ${hostname}`, { hosts: hostsOf(url, ...(cveDeltaIn(text) ?? [])) });
  const release = cveReleaseIn(text);
  if (release)
    return found('cve', `CVE, ${hostname}`, {
      hosts: hostsOf(url, release.all, ...(release.delta ? [release.delta] : [])),
    });
  if (kind === 'cve') return found('cve', `CVE, ${hostname}`);
  if (/^\s*</.test(text)) {
    const feed = feedIn(text);
    if (feed) return found('feed', feed.title, { count: feed.items.length });
    problems.push(
      note(
        'only-a-page',
        `At ${line(url, 300)} there is a web page for people and no feed. Look on it for the address of a feed`,
        { url: line(url, 300) },
      ),
    );
  } else
    problems.push(
      note(
        'nothing-known',
        `What stands at ${line(url, 300)} is nothing we know (${line(type, 80) || '?'})`,
        { url: line(url, 300), type: line(type, 80) || '?' },
      ),
    );
  return {
    kind: null,
    name: hostname,
    address: url,
    hosts: hostsOf(url),
    fingerprints: [],
    mustBeSigned: false,
    count: null,
    problems,
  };
}

/** The text of an answer; of a packed one its first bytes say enough. */
async function head(body: AsyncIterable<Buffer>): Promise<{ text: string; packed: boolean }> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
    const packed = /^(?:\x1f\x8b|PK\x03\x04)/.test(chunks[0]!.toString('latin1', 0, 4));
    if (packed) return { text: '', packed };
    // Long lists of numbers tell what they are at once; JSON has to be read to its end.
    if (chunks.length === 1 && chunk[0] === 0x23) return { text: chunk.toString('latin1'), packed: false };
  }
  return { text: Buffer.concat(chunks).toString('utf8'), packed: false };
}

function hostsOf(...urls: string[]): string[] {
  const hosts = urls.flatMap((url) => URL.parse(url)?.host || []);
  return [...new Set(hosts)].slice(0, 50);
}
