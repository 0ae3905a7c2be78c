import { lookup as resolveByDns } from 'node:dns/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { createGunzip, createInflate } from 'node:zlib';

import type { Told } from '@busbar/contract';

import { line } from './plain-text.ts';
import { Problem } from './problem.ts';
import { mayConnect, type Reach } from './reach.ts';
import { version } from './version.ts';

export type { Reach } from './reach.ts';

/** What is to be fetched, from where at most, and what is known of it already. */
export interface Errand {
  readonly url: string;
  readonly reach: Reach;
  /** What an earlier answer carried: the same again is answered by `unchanged`. */
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Bytes of the answer at most, as it comes and unpacked; 32 MiB when not said. */
  readonly most?: number;
  /** For all of it, in milliseconds; ten minutes when not said. */
  readonly within?: number;
  readonly signal?: AbortSignal | undefined;
  /** Another name than ours, to see whether somebody serves everybody alike. */
  readonly userAgent?: string | undefined;
  /** Something to hand over; then it is a POST. */
  readonly post?: {
    readonly body: string;
    readonly type: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

export type Answer =
  | { readonly status: 'unchanged'; readonly url: string }
  | {
      readonly status: 'fetched';
      /** Where it was found in the end. */
      readonly url: string;
      /** Media type without parameters, in lower case; empty when none was said. */
      readonly type: string;
      readonly etag: string | undefined;
      readonly lastModified: string | undefined;
      /** Unpacked where the transport had packed it. To be read once, to its end or to where one has enough. */
      readonly body: AsyncIterable<Buffer>;
    };

/** Why something was not fetched, in a sentence; `passing` when it may go better later. */
export class NotFetched extends Problem {
  readonly passing: boolean;
  /** Milliseconds the other side asked us to wait. */
  readonly retryAfter: number | undefined;
  /** Status of the answer, where there was one. */
  readonly answered: number | undefined;

  constructor(
    code: string,
    why: string,
    params: Told['params'],
    {
      passing = false,
      retryAfter,
      answered,
    }: { passing?: boolean; retryAfter?: number | undefined; answered?: number } = {},
  ) {
    super(502, code, why, params);
    this.passing = passing;
    this.retryAfter = retryAfter;
    this.answered = answered;
  }
}

export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;

export interface FetcherOptions {
  /** Of an HTTP proxy that public addresses are reached through; the address is judged by us all the same. */
  readonly proxy?: string | undefined;
  readonly resolve?: Resolve;
  /** Certificates of authorities, besides those that Node.js trusts. */
  readonly ca?: string | undefined;
  /** Milliseconds until the head of an answer is there, and between two pieces of it. */
  readonly patience?: { readonly head: number; readonly idle: number };
}

export type Fetcher = ReturnType<typeof fetcherOver>;

const mostHops = 5;
const waitMost = 60 * 60_000;

/**
 * The only way out. An address is resolved once, judged and pinned: nobody resolves it a second time. Redirects are
 * judged like the first address, hop by hop. Whatever is wrong is a NotFetched.
 */
export function fetcherOver({
  proxy,
  resolve = (host) => resolveByDns(host, { all: true }),
  ca,
  patience = { head: 15_000, idle: 30_000 },
}: FetcherOptions = {}) {
  const settings = { keepAlive: true, maxSockets: 8, timeout: patience.idle };
  const authorities = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  // A connection is only used again for errands under the same rules.
  const agents = {
    local: { 'http:': new http.Agent(settings), 'https:': new https.Agent({ ...settings, ...authorities }) },
    open: {
      'http:': new http.Agent(settings),
      'https:': new https.Agent({
        ...settings,
        ...authorities,
        ...(proxy && { proxyEnv: { HTTPS_PROXY: proxy } }),
      }),
    },
  };

  return {
    async fetch(errand: Errand): Promise<Answer> {
      const end = AbortSignal.timeout(errand.within ?? 600_000);
      const signal = AbortSignal.any([end, ...(errand.signal ? [errand.signal] : [])]);
      let url = urlOf(errand.url);
      for (let hop = 0; ; hop++) {
        const answer = await once(url, errand, signal).catch((error: unknown) => {
          throw explained(error, url, errand, end);
        });
        const { statusCode = 0, headers } = answer;
        if (statusCode === 304) {
          answer.resume();
          return { status: 'unchanged', url: url.href };
        }
        if (statusCode === 200)
          return {
            status: 'fetched',
            url: url.href,
            type: (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase(),
            etag: headers.etag,
            lastModified: headers['last-modified'],
            body: read(answer, url, errand, end),
          };
        leave(answer);
        if (![301, 302, 303, 307, 308].includes(statusCode) || !headers.location) throw refused(answer, url);
        if (hop === mostHops)
          throw new NotFetched(
            'too-many-redirects',
            `${url.host} sends us from one address to the next without an end`,
            { host: url.host },
          );
        url = redirected(url, headers.location);
      }
    },

    /**
     * One question and its answer, whatever its status; redirects are not followed. For who judges how somebody serves,
     * and for handing something over. Header names are in lower case.
     */
    async ask(errand: Errand): Promise<{
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }> {
      const end = AbortSignal.timeout(errand.within ?? 600_000);
      const signal = AbortSignal.any([end, ...(errand.signal ? [errand.signal] : [])]);
      const url = urlOf(errand.url);
      const answer = await once(url, errand, signal).catch((error: unknown) => {
        throw explained(error, url, errand, end);
      });
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
      );
      return {
        status: answer.statusCode ?? 0,
        headers,
        body: await bytesOf({ body: read(answer, url, errand, end) }),
      };
    },

    close(): void {
      for (const { 'http:': plain, 'https:': secure } of Object.values(agents)) {
        plain.destroy();
        secure.destroy();
      }
    },
  };

  /** One request to one address; gives the head of its answer. */
  async function once(url: URL, errand: Errand, signal: AbortSignal): Promise<IncomingMessage> {
    const { reach, etag, lastModified, post } = errand;
    signal.throwIfAborted();
    const calledOff = new Promise<never>((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    );
    // A resolver knows no signal, and may think for minutes.
    const addresses = await Promise.race([judged(url, reach), calledOff]);
    const local = reach.local === true;
    const secure = url.protocol === 'https:';
    const pinned: LookupFunction = (_host, { all }, done) =>
      all
        ? done(
            null,
            addresses.map(({ address, family }) => ({ address, family })),
          )
        : done(null, addresses[0]!.address, addresses[0]!.family);
    const options: https.RequestOptions = {
      method: post ? 'POST' : 'GET',
      agent: agents[local ? 'local' : 'open'][url.protocol as 'http:' | 'https:'],
      lookup: pinned,
      // A proxy is told the address that was judged, not a name to resolve for itself.
      hostname: proxy && !local ? addresses[0]!.address : bare(url.hostname),
      port: url.port || (secure ? 443 : 80),
      path: url.pathname + url.search,
      ...(secure && !isAddress(url.hostname) && { servername: url.hostname }),
      timeout: patience.idle,
      signal,
      headers: {
        host: url.host,
        'user-agent': errand.userAgent ?? `Busbar/${version}`,
        'accept-encoding': 'gzip, deflate',
        ...(etag && { 'if-none-match': etag }),
        ...(lastModified && { 'if-modified-since': lastModified }),
        ...(post && {
          ...post.headers,
          'content-type': post.type,
          'content-length': Buffer.byteLength(post.body),
        }),
      },
    };
    const send = () =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const request = (secure ? https : http).request(options);
        request.end(post?.body);
        let answer: IncomingMessage | undefined;
        const tooSlow = () => (answer ?? request).destroy(new Slow());
        const waiting = setTimeout(tooSlow, patience.head);
        request
          .once('timeout', tooSlow)
          .once('response', (head) => {
            clearTimeout(waiting);
            resolve((answer = head));
          })
          .on('error', (error) => {
            clearTimeout(waiting);
            reject(Object.assign(error, { reused: request.reusedSocket }));
          });
      });
    return send().catch((error: NodeJS.ErrnoException & { reused?: boolean }) => {
      // A kept connection that the other side was just closing tells nothing. What was handed over may have arrived.
      if (error.reused && error.code === 'ECONNRESET' && !post) return send();
      throw error;
    });
  }

  async function judged(url: URL, { hosts, local = false }: Reach) {
    if (url.protocol !== 'https:' && !(local && url.protocol === 'http:'))
      throw new NotFetched(
        'not-https',
        `${line(url.href, 200)} is not https; only a source marked as local may do without`,
        { url: line(url.href, 200) },
      );
    if (url.username || url.password)
      throw new NotFetched(
        'address-with-password',
        'The address carries a user name or password; take it out',
        {},
      );
    if (!hosts.includes(url.host))
      throw new NotFetched(
        'host-not-allowed',
        `${url.host} is not among the hosts of this source; add it there if it belongs to it`,
        { host: url.host },
      );
    const addresses = await resolve(bare(url.hostname)).catch(() => []);
    if (addresses.length === 0)
      throw new NotFetched(
        'name-unknown',
        `The name ${url.hostname} does not resolve to an address`,
        { host: url.hostname },
        { passing: true },
      );
    // One bad address among good ones is how a name is turned against us; it is not passed over.
    const bad = addresses.find(({ address }) => !mayConnect(address, local));
    if (bad)
      throw new NotFetched(
        'address-not-public',
        `${url.hostname} leads to ${bad.address}, which is no public address; if it is meant to be on your own network, mark the source as local`,
        { host: url.hostname, address: bad.address },
      );
    return addresses;
  }
}

/** All of an answer at once, for what is small by nature. */
export async function bytesOf(answer: { readonly body: AsyncIterable<Buffer> }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* read(
  answer: IncomingMessage,
  url: URL,
  errand: Errand,
  end: AbortSignal,
): AsyncGenerator<Buffer> {
  const most = errand.most ?? 32 << 20;
  const tooLarge = () =>
    new NotFetched(
      'answer-too-large',
      `${url.host} answers with more than ${Math.ceil(most / 2 ** 20)} MiB`,
      { host: url.host, most: Math.ceil(most / 2 ** 20) },
    );
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const opener =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : undefined;
  if (!opener && encoding !== 'identity') {
    answer.destroy();
    throw new NotFetched(
      'packed-unknown',
      `${url.host} packs its answer in a way we did not ask for (${line(encoding, 40)})`,
      { host: url.host },
    );
  }
  let size = 0;
  try {
    if (Number(answer.headers['content-length']) > most) throw tooLarge();
    answer.once('error', (error) => opener?.destroy(error));
    // The opener waits while nobody reads, and so does what feeds it: nothing piles up.
    for await (const chunk of (opener ? answer.pipe(opener) : answer) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw tooLarge();
      yield chunk;
    }
    if (!answer.complete) throw brokenOff(url);
  } catch (error) {
    throw explained(error, url, errand, end);
  } finally {
    opener?.destroy();
    if (!answer.complete) answer.destroy();
  }
}

/** Of an answer whose content is of no interest: what is short is read over, so that the connection serves again. */
function leave(answer: IncomingMessage): void {
  if (Number(answer.headers['content-length'] ?? Infinity) <= 1 << 16) answer.on('error', () => {}).resume();
  else answer.destroy();
}

class Slow extends Error {}

function explained(error: unknown, url: URL, errand: Errand, end: AbortSignal): unknown {
  if (error instanceof Problem) return error;
  // Whoever called it off knows why, and says it better.
  if (errand.signal?.aborted) return errand.signal.reason;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const { host } = url;
  if (error instanceof Slow || end.aborted)
    return new NotFetched('answer-too-slow', `${host} takes too long to answer`, { host }, { passing: true });
  if (/^(?:ERR_TLS|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|ERR_SSL|HOSTNAME)/.test(code))
    return new NotFetched(
      'certificate-wrong',
      `The certificate of ${host} is not one to be trusted (${line(code, 60)})`,
      { host, why: line(code, 60) },
    );
  if (code.startsWith('Z_'))
    return new NotFetched('packed-wrong', `${host} sends a packed answer that cannot be unpacked`, { host });
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || message === 'aborted')
    return brokenOff(url);
  return new NotFetched(
    'not-reachable',
    `${host} cannot be reached (${line(code || message, 80)})`,
    { host, why: line(code || message, 80) },
    { passing: true },
  );
}

const brokenOff = ({ host }: URL) =>
  new NotFetched(
    'answer-broken-off',
    `${host} broke off in the middle of its answer`,
    { host },
    { passing: true },
  );

function refused({ statusCode = 0, headers }: IncomingMessage, url: URL): NotFetched {
  const { host } = url;
  const params = { host, status: statusCode, path: line(url.pathname, 200) };
  if (statusCode === 404 || statusCode === 410)
    return new NotFetched(
      'nothing-there',
      `There is nothing at ${params.path} of ${host} (${statusCode})`,
      params,
      { answered: statusCode },
    );
  const passing = statusCode === 429 || statusCode >= 500;
  return new NotFetched(
    'answer-refused',
    `${host} answers with status ${statusCode} for ${params.path}`,
    params,
    {
      passing,
      answered: statusCode,
      retryAfter: passing ? waitOf(headers['retry-after']) : undefined,
    },
  );
}

/** RFC 9110 section 10.2.3: seconds or a date. Nobody makes us wait longer than an hour. */
function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), waitMost);
}

function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from.href);
  if (!to)
    throw new NotFetched('redirect-wrong', `${from.host} sends us to an address that is none`, {
      host: from.host,
    });
  if (to.protocol !== from.protocol)
    throw new NotFetched(
      'redirect-wrong',
      `${from.host} sends us from ${from.protocol} to ${line(to.protocol, 40)}, which we do not follow`,
      { host: from.host },
    );
  to.hash = '';
  return to;
}

export function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (!url)
    throw new NotFetched('address-wrong', `“${line(text, 200)}” is no address; it begins with https://`, {
      url: line(text, 200),
    });
  url.hash = '';
  return url;
}

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '');
const isAddress = (hostname: string) => hostname.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(hostname);
