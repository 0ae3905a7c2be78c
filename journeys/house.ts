import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

import { type Browser, type BrowserContext, chromium } from 'playwright-core';

import { startTestServer, type TestServer } from '../server/src/testing/test-server.ts';

/** The whole program on a port of its own, as visitors reach it, with a worker and the pages as they are built. */
export async function openHouse(): Promise<TestServer & { readonly address: string }> {
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const server = await startTestServer({ work: true, pages: true, port, origin: address });
  await server.app.listen({ port, host: '127.0.0.1' });
  return Object.assign(server, { address });
}

/** The browser that comes with the project, unless CHROMIUM names another one. */
export async function openBrowser(): Promise<Browser> {
  const given = process.env['CHROMIUM'];
  if (given) return chromium.launch({ executablePath: given, args: quiet });
  // The package unpacks its libraries only where it believes to run in somebody's cloud.
  process.env['VERCEL'] = '1';
  process.env['TMPDIR'] ??= tmpdir();
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: quiet,
  });
}

// Not the arguments that come with the package: with those, all contexts of the browser share their cookies.
const quiet = [
  '--headless=shell',
  '--disable-dev-shm-usage',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Fails the test on anything the page complains about: a script error, a refused style, a missing file. */
export function listen(context: BrowserContext): readonly string[] {
  const complaints: string[] = [];
  context.on('page', (page) => {
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
    });
  });
  return complaints;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Captures and advisories of others, beside the project where somebody has them. */
export const sharedData =
  process.env['BUSBAR_SHARED'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
