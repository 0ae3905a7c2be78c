import { createHash } from 'node:crypto';

import type { Contact, Tlp } from '@busbar/contract';
import { writeChanges, writeHash, writeIndex } from '@busbar/csaf';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { type Actor, visitor } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Identify } from '../../platform/http.ts';
import { notFound, Problem, signInNeeded } from '../../platform/problem.ts';
import type { SigningService } from '../signing/signing-service.ts';
import { atomFeed, robots, securityText, sitemap } from './about.ts';
import { type CsafVersion, csafVersions, folderOf, rootOf, wellKnown } from './addresses.ts';
import { feedLabels, feedName, feedOf, type Listed, metadataOf, serviceOf } from './csaf-provider.ts';
import { currentDocuments, currentOf, edition, fileNamed, type PublishedFileRow } from './published-store.ts';
import { toPublished } from './published-service.ts';

export interface OutboundParts {
  readonly origin: string;
  readonly database: Database;
  readonly signing: SigningService;
  contact(tx: Db): Promise<Contact | null>;
}

interface Answer {
  readonly type: string;
  readonly body: string | Buffer;
  readonly modified?: Date | undefined;
}

const json = 'application/json';
const plain = 'text/plain; charset=utf-8';

/**
 * What machines fetch: CSAF as a trusted provider (CSAF 2.0 and 2.1 section 7), feeds, keys, security.txt. Everything
 * but the files themselves is worked out from what is published, and kept until the next change of it.
 */
export function outbound({ origin, database, signing, contact }: OutboundParts) {
  /** Only what everybody may read; by address, as of one edition. */
  const ready = new Map<string, { edition: number; answer: Answer; etag: string }>();

  return { mount };

  function mount(app: FastifyInstance, identify: Identify): void {
    const open = (path: string, work: (tx: Db) => Promise<Answer>, keep = true) =>
      app.get(path, async (request, reply) =>
        send(
          request,
          reply,
          'CLEAR',
          keep ? await kept(path, work) : tagged(await database.look(visitor, work)),
        ),
      );

    open('/.well-known/security.txt', securityTxt, false);
    open('/robots.txt', async () => ({ type: plain, body: robots(origin) }), false);
    open('/feed.atom', atom);
    open('/sitemap.xml', siteMap);
    app.get<{ Params: { file: string } }>(`${wellKnown}/openpgp/:file`, async (request, reply) =>
      send(
        request,
        reply,
        'CLEAR',
        tagged(await database.look(visitor, (tx) => publicKey(tx, request.params.file))),
      ),
    );

    for (const version of csafVersions) {
      const root = rootOf(version);
      open(`${root}/provider-metadata.json`, (tx) => metadata(tx, version), false);
      open(`${root}/service.json`, async (tx) =>
        asJson(serviceOf(version, { origin, cert: await certOf(tx) })),
      );
      for (const label of feedLabels) {
        const folder = `${root}/${folderOf(label, version)}`;
        const within = (name: string, work: (documents: Listed[], cert: Contact) => Answer) =>
          app.get(`${folder}/${name}`, async (request, reply) => {
            const actor = await readerOf(request, identify, label);
            const compute = async (tx: Db) => work(await listed(tx, version, label), await certOf(tx));
            const answer =
              label === 'CLEAR'
                ? await kept(`${folder}/${name}`, compute)
                : tagged(await database.look(actor, compute));
            return send(request, reply, label, answer);
          });
        within(feedName(label, version), (documents, cert) =>
          asJson(feedOf(version, label, { origin, cert }, documents)),
        );
        within('index.txt', (documents) => ({ type: plain, body: writeIndex(documents) }));
        within('changes.csv', (documents) => ({
          type: 'text/csv; charset=utf-8',
          body: writeChanges(documents, version),
        }));
        within('', (documents) => directory(folder, documents));
        app.get<{ Params: { year: string; file: string } }>(
          `${folder}/:year/:file`,
          async (request, reply) => {
            const actor = await readerOf(request, identify, label);
            const { year, file } = request.params;
            return sendFile(request, reply, actor, `csaf/${version}/${year}/${file}`, label);
          },
        );
      }
    }

    for (const address of ['/rfc2350.txt', '/rfc2350.txt.asc', '/rfc2350.txt.sha256', '/rfc2350.txt.sha512'])
      app.get(address, async (request, reply) => sendFile(request, reply, visitor, address.slice(1)));
    app.get<{ Params: { '*': string } }>('/files/*', async (request, reply) => {
      const name = request.params['*'];
      // Pages are read as pages, documents at their own address.
      if (!name.startsWith('pdf/')) throw notFound('file');
      return sendFile(request, reply, await identify(request), name);
    });
  }

  async function kept(path: string, work: (tx: Db) => Promise<Answer>) {
    return database.look(visitor, async (tx) => {
      const now = await edition(tx);
      const known = ready.get(path);
      if (known?.edition === now) return known;
      const fresh = { ...tagged(await work(tx)), edition: now };
      ready.set(path, fresh);
      return fresh;
    });
  }

  /** A file by its name, or what belongs to it: `.sha256`, `.sha512`, `.asc`. */
  async function sendFile(
    request: FastifyRequest,
    reply: FastifyReply,
    actor: Actor,
    address: string,
    label?: Tlp,
  ) {
    const [, name, part] = /^(.*?)(\.sha256|\.sha512|\.asc)?$/.exec(address) as unknown as [
      string,
      string,
      string,
    ];
    const file = await database.look(actor, (tx) => fileNamed(tx, name));
    if (!file || (label && file.label !== label)) throw notFound('file');
    if (!file.current)
      throw new Problem(410, 'recalled', `This was recalled: ${file.recall_reason}`, {
        reason: file.recall_reason ?? '',
      });
    return send(request, reply, file.label, tagged(partOf(file, part, file.published_at)));
  }

  async function listed(tx: Db, version: CsafVersion, label: Tlp): Promise<Listed[]> {
    const rows = await currentDocuments(tx, label);
    const prefix = `csaf/${version}/`;
    return rows.filter(({ name }) => name.startsWith(prefix)).map((row) => toListed(row, prefix));
  }

  async function metadata(tx: Db, version: CsafVersion): Promise<Answer> {
    const { items } = await signing.list({ tx });
    const keys = items.filter(({ state }) => state !== 'revoked');
    const documents = (await currentDocuments(tx, 'CLEAR')).map(({ published_at }) =>
      published_at.toISOString(),
    );
    const lastUpdated = [...documents, ...keys.map(({ madeAt }) => madeAt)].sort().at(-1);
    const about = { origin, cert: await certOf(tx) };
    return asJson(metadataOf(version, about, { keys, updated: lastUpdated ?? '1970-01-01T00:00:00.000Z' }));
  }

  async function securityTxt(tx: Db): Promise<Answer> {
    const about = { origin, cert: await certOf(tx) };
    return { type: plain, body: securityText(about, await signing.active(tx), new Date()) };
  }

  async function atom(tx: Db): Promise<Answer> {
    const rows = (await currentOf(tx, 'publication')).slice(0, 100).map(toPublished);
    return {
      type: 'application/atom+xml; charset=utf-8',
      body: atomFeed({ origin, cert: await certOf(tx) }, rows),
    };
  }

  async function siteMap(tx: Db): Promise<Answer> {
    const rows = (await currentOf(tx, 'publication')).slice(0, 49_000).map(toPublished);
    return { type: 'application/xml', body: sitemap(origin, rows) };
  }

  async function publicKey(tx: Db, name: string): Promise<Answer> {
    const { items } = await signing.list({ tx });
    const key = items.find(
      ({ fingerprint }) => `${fingerprint}.asc` === name.replace(/^[0-9a-f]+/i, (hex) => hex.toUpperCase()),
    );
    if (!key) throw notFound('signing key');
    return { type: 'application/pgp-keys', body: key.publicKey };
  }

  async function certOf(tx: Db): Promise<Contact> {
    const cert = await contact(tx);
    if (!cert) throw notFound('CERT');
    return cert;
  }

  /** What is not for everybody is asked for with a key or signed in; the answer to a visitor is the same for all of it. */
  async function readerOf(request: FastifyRequest, identify: Identify, label: Tlp): Promise<Actor> {
    if (label === 'CLEAR') return visitor;
    const actor = await identify(request);
    if (!actor.person && !actor.organisation) throw signInNeeded();
    return actor;
  }

  function send(
    request: FastifyRequest,
    reply: FastifyReply,
    label: Tlp,
    { answer, etag }: { answer: Answer; etag: string },
  ) {
    const isPublic = label === 'CLEAR';
    void reply
      .header('etag', etag)
      .header('cache-control', isPublic ? 'public, max-age=60' : 'private, no-cache')
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "sandbox; default-src 'none'");
    if (!isPublic) void reply.header('vary', 'cookie, authorization');
    if (isPublic) void reply.header('access-control-allow-origin', '*');
    if (origin.startsWith('https:'))
      void reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
    if (answer.modified) void reply.header('last-modified', answer.modified.toUTCString());
    if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) return reply.code(304).send();
    return reply.type(answer.type).send(answer.body);
  }
}

const asJson = (value: unknown): Answer => ({ type: json, body: `${JSON.stringify(value, null, 2)}\n` });

function tagged(answer: Answer) {
  return { answer, etag: `"${createHash('sha256').update(answer.body).digest('base64url').slice(0, 22)}"` };
}

function partOf(file: PublishedFileRow, part: string | undefined, modified: Date): Answer {
  const name = file.name.split('/').at(-1)!;
  if (part === '.sha256')
    return { type: plain, body: writeHash(file.sha256.toString('hex'), name), modified };
  if (part === '.sha512')
    return { type: plain, body: writeHash(file.sha512.toString('hex'), name), modified };
  if (part === '.asc') return { type: 'application/pgp-signature', body: file.signature, modified };
  return { type: file.media_type, body: file.bytes, modified };
}

function toListed(
  {
    name,
    bytes,
    title,
    summary,
    ref,
  }: { name: string; bytes: Buffer; title: string; summary: string; ref: string },
  prefix: string,
): Listed {
  const { document } = JSON.parse(bytes.toString('utf8')) as {
    document: { tracking: { id?: string; initial_release_date: string; current_release_date: string } };
  };
  return {
    path: name.slice(prefix.length),
    id: document.tracking.id ?? ref,
    title,
    summary,
    released: document.tracking.initial_release_date,
    updated: document.tracking.current_release_date,
  };
}

/** Directory listing (section 7.1.14): plain links, nothing of strangers. */
function directory(folder: string, documents: readonly Listed[]): Answer {
  const names = ['index.txt', 'changes.csv', ...documents.map(({ path }) => path)];
  const items = names.map((name) => `<li><a href="${folder}/${name}">${name}</a></li>`).join('\n');
  return {
    type: 'text/html; charset=utf-8',
    body: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${folder}</title></head>\n<body><h1>${folder}</h1>\n<ul>\n${items}\n</ul>\n</body></html>\n`,
  };
}
