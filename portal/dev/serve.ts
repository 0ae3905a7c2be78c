import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

import type { Visit } from '../context.ts';
import { sampleIndex } from './sample-index.ts';
import { lead, member, sample, visitor } from './sample.ts';

/**
 * Serves the built portal with made-up answers, with the same Content-Security-Policy as the real service.
 * Who one is comes from a cookie: `sample=member | lead | visitor | empty`.
 */
const built = join(import.meta.dirname, '../build');
const { respond } = (await import(join(built, 'server/index.js'))) as {
  respond: (request: Request, visit: Visit) => Promise<Response>;
};
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

export function serve(port: number): Server {
  return createServer((incoming, outgoing) => {
    void answer(incoming, outgoing).catch((error: unknown) => {
      console.error(error);
      outgoing.writeHead(500).end();
    });
  }).listen(port, '127.0.0.1');
}

if (import.meta.main) {
  const port = Number(process.env['PORT'] ?? 4477);
  serve(port).on('listening', () => console.log(`http://127.0.0.1:${port}`));
}

async function answer(
  incoming: Parameters<Parameters<typeof createServer>[1] & {}>[0],
  outgoing: Parameters<Parameters<typeof createServer>[1] & {}>[1],
): Promise<void> {
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host}`);
  const file = join(built, 'client', normalize(url.pathname));
  if (/\.\w+$/.test(url.pathname) && !url.pathname.endsWith('.data') && existsSync(file)) {
    outgoing.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(outgoing);
    return;
  }
  if (url.pathname === '/api/advisories/index.json.gz') {
    outgoing.writeHead(200, { 'content-type': 'application/gzip' }).end(sampleIndex);
    return;
  }
  const who = /sample=(\w+)/.exec(incoming.headers.cookie ?? '')?.[1] ?? 'member';
  const me = who === 'visitor' || who === 'empty' ? visitor : who === 'lead' ? lead : member;
  const send = sample({ me, state: who === 'empty' ? 'empty' : 'ready' });
  if (url.pathname.startsWith('/api/')) {
    const { status, body } = await send(incoming.method as 'GET', incoming.url ?? '/', undefined);
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return;
  }
  const nonce = crypto.randomUUID();
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  const request = new Request(url, {
    method: incoming.method ?? 'GET',
    headers: Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    ),
    ...(hasBody && { body: Readable.toWeb(incoming) as unknown as BodyInit, duplex: 'half' }),
  });
  const response = await respond(request, {
    send,
    me,
    nonce,
    requestId: nonce,
    requestTime: Date.UTC(2026, 10, 23, 9, 0, 0),
  });
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    'content-security-policy': `default-src 'self'; script-src 'self' 'nonce-${nonce}'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`,
  });
  if (response.body) Readable.fromWeb(response.body as ReadableStream).pipe(outgoing);
  else outgoing.end();
}
