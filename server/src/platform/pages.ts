import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { type KitProgram, type Me, peopleApi, type Send, signInAgainHeader } from '@busbar/contract';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { compressible } from './http.ts';

/** What the built portal exports: everything the server needs to know of it. */
interface Portal {
  /** Of every page, such as `cases/:id`. */
  readonly addresses: readonly string[];
  respond(
    request: Request,
    visit: { send: Send; me: Me | null; nonce: string; requestId: string; requestTime: number },
  ): Promise<Response>;
}

const build = new URL('../../../portal/build/', import.meta.url);

/** Whether there are pages to serve: a program from source alone has none. */
export const pagesAreBuilt = (): boolean => existsSync(new URL('server/index.js', build));

/** What field kits are made of, which is built with the pages. */
export async function builtKit(): Promise<KitProgram> {
  const file = new URL('kit.json', build);
  if (!existsSync(file)) throw notBuilt();
  return JSON.parse(await readFile(file, 'utf8')) as KitProgram;
}

/**
 * Serves the pages of the portal: files from its build, and everything else rendered here, over the API like anyone.
 * @returns the address of every page
 */
export async function mountPages(app: FastifyInstance, origin: string): Promise<readonly string[]> {
  const bundle = new URL('server/index.js', build);
  if (!existsSync(bundle)) throw notBuilt();
  const portal = (await import(bundle.href)) as Portal;

  await app.register(fastifyStatic, {
    root: fileURLToPath(new URL('client/', build)),
    wildcard: false,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    setHeaders: (reply, path) => {
      if (!path.includes('/assets/')) void reply.header('cache-control', 'public, max-age=3600');
    },
  });

  await app.register(async (pages) => {
    // Forms arrive as they were sent; the page that reads them decides.
    pages.removeAllContentTypeParsers();
    pages.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    pages.route({
      method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      url: '/*',
      ...compressible,
      handler: (request, reply) => renderPage(app, portal, origin, request, reply),
    });
  });
  return portal.addresses;
}

const notBuilt = () => new Error('The portal is not built. Run: npm run build');

async function renderPage(
  app: FastifyInstance,
  portal: Portal,
  origin: string,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const nonce = randomBytes(16).toString('base64');
  const cookies: string[] = [];
  const send = inProcess(app, request, reply, cookies);
  const me = (await send('GET', peopleApi.me.path, undefined)) as { status: number; body: Me };
  const page = await portal.respond(asWebRequest(request, origin), {
    send,
    me: me.status === 200 && me.body.person ? me.body : null,
    nonce,
    requestId: request.id,
    requestTime: Date.now(),
  });

  page.headers.forEach((value, name) => {
    if (name !== 'set-cookie') void reply.header(name, value);
  });
  for (const cookie of [...page.headers.getSetCookie(), ...cookies]) void reply.header('set-cookie', cookie);
  void reply
    .header('content-security-policy', policy(nonce))
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cache-control', 'no-store');
  return reply.code(page.status).send(page.body && Buffer.from(await page.arrayBuffer()));
}

/** The API as the pages call it: the same door, without leaving the process, with the cookies of the visitor. */
function inProcess(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  cookies: string[],
): Send {
  const { cookie, 'user-agent': agent = '', 'accept-language': language = '' } = request.headers;
  return async (method, url, body) => {
    const headers = {
      ...(cookie && { cookie }),
      host: request.host,
      'user-agent': agent,
      'accept-language': language,
      origin: `${request.protocol}://${request.host}`,
      'x-forwarded-for': request.ip,
    };
    const answer = await app.inject({
      method,
      url,
      headers,
      remoteAddress: request.ip,
      ...(body !== undefined && { payload: body as object }),
    });
    cookies.push(...(answer.cookies.length > 0 ? [answer.headers['set-cookie'] ?? []].flat() : []));
    if (answer.headers[signInAgainHeader]) void reply.header(signInAgainHeader, '1');
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      body: isJson ? answer.json() : answer.body,
      requestId: String(answer.headers['x-request-id']),
    };
  };
}

function asWebRequest(request: FastifyRequest, origin: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const body = ['GET', 'HEAD'].includes(request.method) ? null : (request.body as Buffer | null);
  const base = request.host ? `${request.protocol}://${request.host}` : origin;
  return new Request(new URL(request.url, base), {
    method: request.method,
    headers,
    body: body as Uint8Array<ArrayBuffer> | null,
  });
}

/** No script and no style but our own files; the nonce is for the few lines the framework writes into the page. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
