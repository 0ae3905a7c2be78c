import type { CsafDocument, Tlp } from '../documents/document.ts';
import { read } from '../documents/read.ts';
import type { DocumentProblem } from '../documents/values.ts';
import { fileName } from '../rules/file-name.ts';
import { mandatoryRules } from '../rules/mandatory.ts';
import { validate as validateDocument } from '../rules/validate.ts';
import { csafFields, readChanges, readHash, readIndex } from './files.ts';
import { type FeedAddress, type ProviderMetadata, readProviderMetadata } from './metadata.ts';
import { type FindingCode, findingSentences, type RequirementNumber, requirements } from './requirements.ts';
import { readCategories, readFeed, readService } from './rolie.ts';

/** What the checker needs from outside; it opens no connection and computes no cryptography itself. */
export interface CheckTools {
  /** One answer, redirects not followed; refuses by throwing, with a message for people. Header names in lower case. */
  readonly fetch: (url: string, options?: { readonly userAgent?: string }) => Promise<Fetched>;
  /** Hexadecimal, in lower case. */
  readonly digest: (algorithm: 'sha256' | 'sha512', bytes: Uint8Array) => Promise<string>;
  /** Whether a detached ASCII-armored signature is by one of these ASCII-armored keys. */
  readonly verify?: (signature: string, bytes: Uint8Array, keys: readonly string[]) => Promise<Verified>;
  /** The fingerprint of an ASCII-armored key in upper case, undefined where it is none. */
  readonly fingerprint?: (key: string) => Promise<string | undefined>;
  /** Faults of a document; by the schema and the mandatory tests unless another validator is given. */
  readonly validate?: (document: unknown) => readonly string[];
  /** RFC 3339. */
  readonly now?: string;
  /** Documents that are fetched at most; the latest first. */
  readonly limit?: number;
}

export interface Fetched {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Verified {
  readonly valid: boolean;
  readonly reason?: string;
  /** RFC 3339; when signature or key end. */
  readonly until?: string;
}

export interface ProviderReport {
  readonly url: string | undefined;
  readonly metadata: ProviderMetadata | undefined;
  /** Documents that were fetched, of those that are listed. */
  readonly looked: number;
  readonly listed: number;
  readonly requirements: readonly RequirementResult[];
  /** The highest role whose requirements are all met (section 7.2). */
  readonly role: 'csaf_trusted_provider' | 'csaf_provider' | 'csaf_publisher' | undefined;
}

export interface RequirementResult {
  readonly number: RequirementNumber;
  readonly title: string;
  readonly state: 'met' | 'notMet' | 'notCheckable' | 'notUsed';
  readonly findings: readonly ProviderFinding[];
}

export interface ProviderFinding {
  readonly code: FindingCode;
  readonly params: Readonly<Record<string, string>>;
  /** Fails the requirement, explains why it cannot be checked or is not used, or only advises. */
  readonly weight: 'fault' | 'open' | 'unused' | 'advice';
}

/** The plain English sentence of a finding: what is so, and what to do. */
export function findingInEnglish({ code, params }: Pick<ProviderFinding, 'code' | 'params'>): string {
  return findingSentences[code].replace(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(params, name) ? params[name]! : '?',
  );
}

/**
 * Checks a provider against every requirement that CSAF 2.0 and 2.1 (section 7.1) set for a trusted provider. Takes a
 * domain ("example.com") or the address of a provider-metadata.json. Everything that comes from the other side is bounded
 * and may be anything; nothing throws.
 */
export async function checkProvider(where: string, tools: CheckTools): Promise<ProviderReport> {
  return new Check(tools).run(where);
}

const mostRedirects = 10;
const mostFindings = 20;
const mostBytes = 64 * 1024 * 1024;

type Got =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      readonly text: string;
      readonly headers: Fetched['headers'];
      readonly redirects: number;
    }
  | {
      readonly ok: false;
      readonly status: number | undefined;
      readonly reason: string;
      readonly redirects: number;
    };

/** A document that a feed or a directory names. */
interface Named {
  readonly url: string;
  /** From the feed: what it lists beside the document. */
  readonly entry?: {
    readonly id: string;
    readonly hashes: readonly string[];
    readonly signature: string | undefined;
    readonly feed: string;
  };
  readonly directory?: { readonly url: string; readonly path: string };
  readonly label: Tlp | 'UNLABELED' | undefined;
  readonly updated: string | undefined;
}

class Check {
  readonly #tools: CheckTools;
  readonly #findings = new Map<RequirementNumber, ProviderFinding[]>();
  readonly #got = new Map<string, Promise<Got>>();
  readonly #named = new Map<string, Named>();
  #csaf: '2.0' | '2.1' = '2.0';
  #looked = 0;
  #protected = false;

  constructor(tools: CheckTools) {
    this.#tools = tools;
  }

  async run(where: string): Promise<ProviderReport> {
    const metadata = await this.#findMetadata(where.trim());
    if (metadata) {
      this.#csaf = metadata.csaf;
      for (const feed of metadata.feeds) await this.#readFeed(feed);
      for (const { url, label } of metadata.directories) await this.#readDirectory(url, label);
      await this.#checkDistributions(metadata);
      const keys = await this.#readKeys(metadata);
      await this.#readDocuments(keys);
      await this.#checkHeaders(metadata);
    }
    const results = (Object.keys(requirements) as `${RequirementNumber}`[])
      .map((number) => Number(number) as RequirementNumber)
      .filter((number) => number < 24 || this.#csaf === '2.1')
      .map((number) => this.#result(number, metadata !== undefined));
    return {
      url: metadata?.url,
      metadata,
      looked: this.#looked,
      listed: this.#named.size,
      requirements: results,
      role: roleOf(results),
    };
  }

  #add(
    number: RequirementNumber,
    weight: ProviderFinding['weight'],
    code: FindingCode,
    params: Record<string, string> = {},
  ): void {
    const list = this.#findings.get(number) ?? [];
    this.#findings.set(number, list);
    if (list.length < mostFindings) list.push({ code, params, weight });
  }

  #result(number: RequirementNumber, known: boolean): RequirementResult {
    const findings = this.#findings.get(number) ?? [];
    const has = (weight: ProviderFinding['weight']) => findings.some((finding) => finding.weight === weight);
    const state = has('fault')
      ? 'notMet'
      : has('unused')
        ? 'notUsed'
        : has('open') || !known
          ? 'notCheckable'
          : 'met';
    return { number, title: requirements[number], state, findings };
  }

  /* Fetching */

  #get(url: string, userAgent?: string): Promise<Got> {
    const key = `${userAgent ?? ''} ${url}`;
    let got = this.#got.get(key);
    if (!got) this.#got.set(key, (got = this.#follow(url, userAgent)));
    return got;
  }

  async #follow(start: string, userAgent: string | undefined): Promise<Got> {
    let url = start;
    for (let redirects = 0; ; redirects++) {
      let answer: Fetched;
      try {
        answer = await this.#tools.fetch(url, userAgent === undefined ? {} : { userAgent });
      } catch (error) {
        return {
          ok: false,
          status: undefined,
          reason: error instanceof Error ? error.message : 'no answer',
          redirects,
        };
      }
      const next = answer.headers['location'];
      if (answer.status >= 300 && answer.status < 400 && next !== undefined) {
        if (redirects === mostRedirects) {
          this.#add(6, 'fault', 'redirect-loop', { url: start });
          return { ok: false, status: undefined, reason: 'too many redirects', redirects };
        }
        const target = URL.canParse(next, url) ? new URL(next, url).href : undefined;
        if (!target?.startsWith('https:')) {
          this.#add(3, 'fault', 'not-https', { url: target ?? next });
          return {
            ok: false,
            status: answer.status,
            reason: 'a redirect to something that is not https',
            redirects,
          };
        }
        url = target;
        continue;
      }
      if (redirects > 0) this.#add(6, 'advice', 'redirected', { url: start, count: String(redirects) });
      if (answer.status !== 200)
        return { ok: false, status: answer.status, reason: `status ${answer.status}`, redirects };
      if (answer.body.length > mostBytes) return { ok: false, status: 200, reason: 'too large', redirects };
      const text = new TextDecoder().decode(answer.body);
      return { ok: true, bytes: answer.body, text, headers: answer.headers, redirects };
    }
  }

  /** Fetched and counted among the faults of a requirement where that fails. */
  async #need(number: RequirementNumber, url: string): Promise<Extract<Got, { ok: true }> | undefined> {
    if (!url.startsWith('https:')) this.#add(3, 'fault', 'not-https', { url });
    const got = await this.#get(url);
    if (got.ok) return got;
    this.#add(number, 'fault', 'unreachable', { url, reason: got.reason });
    return undefined;
  }

  #problems(number: RequirementNumber, url: string, problems: readonly DocumentProblem[]): void {
    for (const { message } of problems.slice(0, 10)) this.#add(number, 'fault', 'problem', { url, message });
  }

  /* Requirements 7 to 10: the metadata and the ways to it */

  async #findMetadata(where: string): Promise<ProviderMetadata | undefined> {
    const isAddress = /^https?:\/\//i.test(where) && URL.canParse(where);
    const domain = isAddress ? new URL(where).host : where.replace(/\/.*$/, '');
    if (!URL.canParse(`https://${domain}/`)) {
      this.#add(7, 'fault', 'unreachable', { url: where, reason: 'no domain and no address' });
      return undefined;
    }
    const wellKnown = `https://${domain}/.well-known/csaf/provider-metadata.json`;
    const dns = `https://csaf.data.security.${domain.replace(/^www\./, '')}/`;
    const named = await this.#securityText(domain);
    const [atWellKnown, atDns] = [await this.#get(wellKnown), await this.#get(dns)];
    const given = isAddress && new URL(where).pathname !== '/' ? where : undefined;
    let found = given ?? (atWellKnown.ok ? wellKnown : undefined);
    for (const url of named) {
      const got = await this.#get(url);
      if (got.ok) found ??= url;
      else this.#add(8, 'fault', 'unreachable', { url, reason: got.reason });
    }
    found ??= atDns.ok ? dns : wellKnown;
    const got = await this.#need(7, found);
    if (!got) return undefined;
    const reading = readProviderMetadata(got.text);
    this.#problems(7, found, reading.problems);
    if (!reading.ok) return undefined;
    const metadata = reading.value;
    this.#checkMetadata(metadata, found, [wellKnown, dns, ...named]);

    const same = (other: Got) => other.ok && other.text === got.text;
    const ways: [RequirementNumber, string, string, boolean][] = [
      [9, 'the well-known address', wellKnown, same(atWellKnown)],
      [10, 'the DNS path', dns, same(atDns)],
      [
        8,
        'security.txt',
        `https://${domain}/.well-known/security.txt`,
        named.includes(found) || named.includes(metadata.url),
      ],
    ];
    const way = ways.find(([, , , works]) => works)?.[1];
    for (const [number, , url, works] of ways) {
      const direct = number === 8 || (await this.#get(url)).redirects === 0;
      if (works && direct) continue;
      if (works) this.#add(number, 'fault', 'redirect-forbidden', { url });
      else if (way !== undefined) this.#add(number, 'unused', 'other-way', { other: way });
      else if (number === 8) this.#add(8, 'fault', 'no-security-txt', { url });
      else this.#add(number, 'fault', 'other-place', { url });
    }
    return metadata;
  }

  async #securityText(domain: string): Promise<string[]> {
    for (const url of [`https://${domain}/.well-known/security.txt`, `https://${domain}/security.txt`]) {
      const got = await this.#get(url);
      if (!got.ok) continue;
      const fields = csafFields(got.text);
      if (fields.length === 0) this.#add(8, 'advice', 'no-csaf-field', { url });
      for (const field of fields)
        if (!/^https:/i.test(field)) this.#add(8, 'fault', 'not-https', { url: field });
      return fields.filter((field) => /^https:/i.test(field) && URL.canParse(field)).slice(0, 10);
    }
    return [];
  }

  #checkMetadata(metadata: ProviderMetadata, found: string, ways: readonly string[]): void {
    if (metadata.role !== 'csaf_trusted_provider')
      this.#add(7, 'advice', 'role-less', { role: metadata.role });
    if (metadata.url !== found && !ways.includes(found))
      this.#add(7, 'advice', 'wrong-place', { url: found, canonical: metadata.url });
    if (metadata.feeds.length + metadata.directories.length === 0) this.#add(7, 'fault', 'no-distribution');
    const { now } = this.#tools;
    const { maintainedUntil } = metadata;
    if (now !== undefined && maintainedUntil !== undefined && Date.parse(maintainedUntil) < Date.parse(now))
      this.#add(7, 'fault', 'until-passed', { date: maintainedUntil });
  }

  /* Requirements 11 to 17: directories and feeds */

  async #readFeed({ url, label }: FeedAddress): Promise<void> {
    if (isProtected(label)) return this.#protectedPlace(url, label!);
    if (await this.#isForTheCommunity(url, label)) return;
    const got = await this.#need(15, url);
    const reading = got && readFeed(got.text);
    if (!reading) return;
    this.#problems(15, url, reading.problems);
    if (!reading.ok) return;
    for (const entry of reading.value.entries) {
      const { id, hashes, signature, updated } = entry;
      if (hashes.length === 0) this.#add(15, 'fault', 'link-missing', { url, what: 'the hash', id });
      if (signature === undefined) this.#add(15, 'fault', 'link-missing', { url, what: 'the signature', id });
      this.#name({ url: entry.url, entry: { id, hashes, signature, feed: url }, label, updated });
    }
  }

  #name(named: Named): void {
    const known = this.#named.get(named.url);
    this.#named.set(
      named.url,
      known
        ? {
            ...known,
            ...named,
            entry: known.entry ?? named.entry!,
            directory: named.directory ?? known.directory!,
          }
        : named,
    );
  }

  async #protectedPlace(url: string, label: string): Promise<void> {
    const got = await this.#get(url);
    this.#protected = true;
    if (got.ok) this.#add(5, 'fault', 'open-to-all', { url, label });
    else if (got.status !== 401 && got.status !== 403 && got.status !== 404)
      this.#add(5, 'open', 'unreachable', { url, reason: got.reason });
  }

  /** TLP:GREEN is for a community (FIRST, TLP 2.0): whether that has to sign in, the standard leaves to the provider. */
  async #isForTheCommunity(url: string, label: string | undefined): Promise<boolean> {
    if (label !== 'GREEN') return false;
    const got = await this.#get(url);
    const closed = !got.ok && (got.status === 401 || got.status === 403);
    this.#protected ||= closed;
    return closed;
  }

  async #readDirectory(address: string, label: Tlp | undefined): Promise<void> {
    const url = address.endsWith('/') ? address : `${address}/`;
    if (isProtected(label)) return this.#protectedPlace(`${url}index.txt`, label!);
    if (await this.#isForTheCommunity(`${url}index.txt`, label)) return;
    const index = await this.#get(`${url}index.txt`);
    // CSAF 2.0 does not label directories: one that asks for a sign-in holds what needs it.
    if (!index.ok && (index.status === 401 || index.status === 403) && label === undefined) {
      this.#protected = true;
      return;
    }
    if (!index.ok) this.#add(12, 'fault', 'unreachable', { url: `${url}index.txt`, reason: index.reason });
    const changes = await this.#need(13, `${url}changes.csv`);
    const listed = index.ok ? readIndex(index.text) : undefined;
    const dated = changes && readChanges(changes.text);
    if (listed) this.#problems(12, `${url}index.txt`, listed.problems);
    if (changes && dated) {
      this.#problems(13, `${url}changes.csv`, dated.problems);
      const quoted = changes.text.trimStart().startsWith('"');
      if (dated.files.length && quoted !== (this.#csaf === '2.0'))
        this.#add(13, this.#csaf === '2.0' ? 'advice' : 'fault', 'quotes', {
          url: `${url}changes.csv`,
          csaf: this.#csaf,
        });
      const times = dated.files.map(({ updated }) => Date.parse(updated!));
      if (times.some((time, i) => i > 0 && time > times[i - 1]!))
        this.#add(13, 'fault', 'not-sorted', { url: `${url}changes.csv` });
    }
    const inIndex = new Set(listed?.files.map(({ path }) => path));
    const inChanges = new Map(dated?.files.map(({ path, updated }) => [path, updated]));
    for (const path of new Set([...inIndex, ...inChanges.keys()])) {
      if (listed && !inIndex.has(path))
        this.#add(12, 'fault', 'not-in-index', { url: `${url}index.txt`, path });
      if (dated && !inChanges.has(path))
        this.#add(13, 'fault', 'not-in-index', { url: `${url}changes.csv`, path });
      this.#name({
        url: new URL(path, url).href,
        directory: { url, path },
        label,
        updated: inChanges.get(path),
      });
    }
    const listing = await this.#get(url);
    if (!listing.ok || !/<a\s/i.test(listing.text)) this.#add(14, 'fault', 'no-listing', { url });
  }

  async #checkDistributions(metadata: ProviderMetadata): Promise<void> {
    if (metadata.directories.length === 0)
      for (const number of [11, 12, 13, 14] as const) this.#add(number, 'unused', 'not-used-directory');
    if (metadata.feeds.length === 0) {
      for (const number of [15, 16, 17] as const) this.#add(number, 'unused', 'not-used-feed');
      return;
    }
    if (!metadata.feeds.some(({ label }) => label === 'CLEAR' || label === 'GREEN' || label === 'UNLABELED'))
      this.#add(15, 'fault', 'no-public-feed');
    if (metadata.services.length === 0) this.#add(16, 'unused', 'optional');
    if (metadata.categories.length === 0) this.#add(17, 'unused', 'optional');
    for (const url of metadata.services.slice(0, 20)) {
      const got = await this.#need(16, url);
      if (got) this.#problems(16, url, readService(got.text).problems);
    }
    for (const url of metadata.categories.slice(0, 20)) {
      const got = await this.#need(17, url);
      if (got) this.#problems(17, url, readCategories(got.text).problems);
    }
  }

  /* Requirement 20, and what 19 needs */

  async #readKeys(metadata: ProviderMetadata): Promise<string[]> {
    if (metadata.keys.length === 0) this.#add(20, 'fault', 'no-key');
    const keys: string[] = [];
    for (const { url, fingerprint } of metadata.keys.slice(0, 20)) {
      const got = await this.#need(20, url);
      if (!got) continue;
      if (!got.text.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) {
        this.#add(20, 'fault', 'not-armored', { url });
        continue;
      }
      keys.push(got.text);
      if (fingerprint === undefined) continue;
      const own = await this.#tools.fingerprint?.(got.text).catch(() => undefined);
      if (this.#tools.fingerprint && own !== fingerprint.toUpperCase())
        this.#add(20, 'fault', 'wrong-fingerprint', { url, fingerprint });
    }
    return keys;
  }

  /* Requirements 1 to 6, 11, 18 and 19: the documents */

  async #readDocuments(keys: readonly string[]): Promise<void> {
    const { limit = 50, verify } = this.#tools;
    const latest = [...this.#named.values()].toSorted(
      (a, b) => (Date.parse(b.updated ?? '') || 0) - (Date.parse(a.updated ?? '') || 0),
    );
    const few = latest.slice(0, limit);
    this.#looked = few.length;
    const ofDocuments = [1, 2, 3, 4, 18, 19] as const;
    if (few.length === 0) for (const number of ofDocuments) this.#add(number, 'open', 'nothing-to-read');
    if (!verify) this.#add(19, 'open', 'no-tool', { tool: 'OpenPGP' });
    if (latest.length > few.length)
      this.#add(1, 'advice', 'more-not-read', { count: String(latest.length - few.length) });
    for (const named of few) await this.#readDocument(named, keys);
    const findings = this.#findings.get(5) ?? [];
    if (findings.length === 0 && !this.#protected) this.#add(5, 'unused', 'no-protected');
    if (few[0]) await this.#checkPlainHttp(few[0].url);
  }

  async #readDocument(named: Named, keys: readonly string[]): Promise<void> {
    const { url } = named;
    if (!url.startsWith('https:')) this.#add(3, 'fault', 'not-https', { url });
    const got = await this.#get(url);
    if (!got.ok) {
      const refused = got.status === 401 || got.status === 403;
      this.#add(refused ? 4 : 1, 'fault', refused ? 'clear-protected' : 'unreachable', {
        url,
        reason: got.reason,
      });
      return;
    }
    const reading = read(got.text);
    if (!reading.ok) {
      this.#add(1, 'fault', 'invalid-document', { url, message: reading.problems[0]!.message });
      return;
    }
    const { validate = faultsOf } = this.#tools;
    const json: unknown = JSON.parse(got.text.replace(/^\uFEFF/, ''));
    for (const message of validate(json).slice(0, 3))
      this.#add(1, 'fault', 'invalid-document', { url, message });
    this.#checkPlace(named, reading.document);
    await this.#checkHash(named, got.bytes);
    await this.#checkSignature(named, got.bytes, keys);
  }

  #checkPlace({ url, directory, label }: Named, document: CsafDocument): void {
    const { tlp, tracking } = document;
    const name = decodeURIComponentSafely(new URL(url).pathname.split('/').at(-1)!);
    const wanted = fileName(tracking.id);
    if (name !== wanted) this.#add(2, 'fault', 'file-name', { url, name: wanted });
    if (isProtected(tlp)) this.#add(5, 'fault', 'open-to-all', { url, label: tlp! });
    else if (label !== undefined && label !== 'UNLABELED' && tlp !== undefined && label !== tlp)
      this.#add(15, 'fault', 'wrong-label', { url, label: tlp, listed: label });
    if (!directory) return;
    const year = tracking.initialRelease?.slice(0, 4) ?? '';
    const folder = /(?:^|\/)(\d{4})\/[^/]+$/.exec(directory.path)?.[1];
    if (folder === undefined) this.#add(11, 'fault', 'no-year', { url });
    else if (folder !== year && folder !== utcYear(tracking.initialRelease))
      this.#add(11, 'fault', 'year', { url, year });
    const given = this.#named.get(url)?.updated;
    if (given !== undefined && Date.parse(given) !== Date.parse(tracking.currentRelease ?? ''))
      this.#add(13, 'fault', 'wrong-date', {
        url: `${directory.url}changes.csv`,
        path: directory.path,
        given,
        stated: tracking.currentRelease ?? '–',
      });
  }

  async #checkHash({ url, entry }: Named, bytes: Uint8Array): Promise<void> {
    let found = false;
    for (const algorithm of ['sha256', 'sha512'] as const) {
      const address = entry?.hashes.find((one) => one.endsWith(`.${algorithm}`)) ?? `${url}.${algorithm}`;
      const got = await this.#get(address);
      if (!got.ok) continue;
      const hash = readHash(got.text);
      found = true;
      if (hash === undefined) this.#add(18, 'fault', 'unreadable-hash', { url: address });
      else if (hash !== (await this.#tools.digest(algorithm, bytes)))
        this.#add(18, 'fault', 'wrong-hash', { url, hash: address });
    }
    if (!found) this.#add(18, 'fault', 'no-hash', { url });
  }

  async #checkSignature({ url, entry }: Named, bytes: Uint8Array, keys: readonly string[]): Promise<void> {
    const got = await this.#get(entry?.signature ?? `${url}.asc`);
    if (!got.ok) {
      this.#add(19, 'fault', 'no-signature', { url });
      return;
    }
    const { verify, now } = this.#tools;
    if (!verify) return;
    const { valid, reason, until } = await verify(got.text, bytes, keys).catch(() => ({
      valid: false,
      reason: 'it cannot be read',
      until: undefined,
    }));
    if (!valid) this.#add(19, 'fault', 'wrong-signature', { url, reason: reason ?? 'it does not fit' });
    else if (until !== undefined && now !== undefined) {
      // CSAF 2.1 section 7.1.19: an error at 30 days, a warning at 90.
      const days = Math.floor((Date.parse(until) - Date.parse(now)) / 86_400_000);
      if (days <= 90)
        this.#add(19, days <= 30 ? 'fault' : 'advice', 'signature-ends', { url, days: String(days) });
    }
  }

  async #checkPlainHttp(url: string): Promise<void> {
    const plain = url.replace(/^https:/, 'http:');
    const answer = await this.#tools.fetch(plain).catch(() => undefined);
    if (answer?.status === 200) this.#add(3, 'fault', 'plain-http', { url: plain });
  }

  /* Requirements 24 and 25 */

  async #checkHeaders(metadata: ProviderMetadata): Promise<void> {
    if (this.#csaf !== '2.1') return;
    const first = this.#named.keys().next().value;
    for (const url of [metadata.url, ...(first === undefined ? [] : [first])]) {
      const usual = await this.#get(url);
      if (!usual.ok) continue;
      for (const agent of ['curl/8', 'Mozilla/5.0']) {
        const other = await this.#get(url, agent);
        if (!other.ok) this.#add(24, 'fault', 'agent-refused', { url, reason: `${agent}: ${other.reason}` });
      }
      if (usual.headers['access-control-allow-origin'] === undefined)
        this.#add(25, 'fault', 'no-origin', { url });
    }
  }
}

function faultsOf(document: unknown): string[] {
  const { findings, valid } = validateDocument(document, { rules: mandatoryRules, most: 10 });
  return valid ? [] : findings.map(({ path, message }) => `${path}: ${message}`);
}

function isProtected(label: string | undefined): boolean {
  return label === 'AMBER' || label === 'AMBER+STRICT' || label === 'RED';
}

function utcYear(date: string | undefined): string {
  return date === undefined ? '' : String(new Date(date).getUTCFullYear());
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Section 7.2. What is optional or not used hinders nobody; what cannot be checked proves nothing. */
function roleOf(results: readonly RequirementResult[]): ProviderReport['role'] {
  const state = new Map(results.map((result) => [result.number as number, result.state]));
  const met = (...numbers: number[]) =>
    numbers.every((number) => state.get(number) === 'met' || state.get(number) === 'notUsed');
  const really = (...numbers: number[]) => numbers.some((number) => state.get(number) === 'met');
  if (!met(1, 2, 3, 4)) return undefined;
  const provider =
    met(5, 6, 7) &&
    really(8, 9, 10) &&
    // Either way of distribution will do, but what is used has to be right.
    met(11, 12, 13, 14, 15, 16, 17) &&
    really(12, 15) &&
    (!state.has(24) || met(24));
  if (!provider) return 'csaf_publisher';
  return state.get(18) === 'met' && state.get(19) === 'met' && state.get(20) === 'met'
    ? 'csaf_trusted_provider'
    : 'csaf_provider';
}
