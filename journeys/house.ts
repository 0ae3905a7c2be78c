import assert from 'node:assert/strict';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { sql } from 'kysely';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

import { type Actor, founder } from '../server/src/platform/actor.ts';
import type { Config } from '../server/src/platform/config.ts';
import { startTestServer, type TestServer } from '../server/src/testing/test-server.ts';

/** The whole program on a port of its own, as visitors reach it, with a worker and the pages as they are built. */
export async function openHouse(): Promise<House> {
  return openAt(await freePort());
}

async function openAt(port: number, from?: Config): Promise<House> {
  const address = `http://localhost:${port}`;
  const server = await startTestServer({ work: true, pages: true, port, origin: address, from });
  await server.app.listen({ port, host: '127.0.0.1' });
  return Object.assign(server, { address });
}

let demo: Promise<Config> | undefined;

/** A house with the made-up constituency, and all its work done: filled once, and each is a copy, at the same address. */
export async function openDemo(): Promise<House> {
  demo ??= (async () => {
    const house = await openHouse();
    await house.house.demo.fill();
    await patiently(async () => {
      const { rows } = await house.owner.query(`select kind from job where state in ('queued', 'running')`);
      assert.deepEqual(rows, []);
    }, 60_000);
    await house.close();
    return house.config;
  })();
  const from = await demo;
  return openAt(from.port, from);
}

export type House = TestServer & { readonly address: string };

/** The CERT has a name and a telephone. */
export async function named(house: House): Promise<House> {
  const cert = { name: 'CERT of Elbonia', shortName: 'CERT-EB', country: 'EB', phone: '+49 30 5550 112' };
  await house.database.as(founder, (tx) =>
    sql`insert into setting values ('cert', ${JSON.stringify({ ...cert, email: 'cert@example.org', url: '' })})`.execute(
      tx,
    ),
  );
  return house;
}

/** Somebody of the demo, for what a journey needs to be there before it begins. */
export async function actorCalled({ database }: House, name: string): Promise<Actor> {
  return database.as(founder, async (tx) => {
    const { rows } =
      await sql<Actor>`select p.id as person, p.name, o.id as organisation, m.roles::text[] as roles,
      'RED' as ceiling, false as restricted from membership m join person p on p.id = m.person_id
      join organisation o on o.id = m.organisation_id where p.name = ${name}`.execute(tx);
    return rows[0]!;
  });
}

export interface Reader {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
}

/** Somebody of the demo, signed in with a browser of his own. */
export async function signedIn(browser: Browser, { address }: House, name: string): Promise<Reader> {
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1440, height: 900 } });
  const complaints = listen(context);
  const page = await context.newPage();
  await page.goto(`${address}/sign-in`);
  await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  return { page, context, complaints };
}

/** Somebody who is not of the demo, in a browser of his own. */
export async function pageOf(
  browser: Browser,
  { address }: House,
  actor: Actor,
  timezoneId = 'UTC',
): Promise<Page> {
  const context = await browser.newContext({
    locale: 'en',
    timezoneId,
    viewport: { width: 1440, height: 900 },
  });
  const value = encodeURIComponent(JSON.stringify(actor));
  await context.addCookies([{ name: 'test_actor', value, url: address }]);
  return context.newPage();
}

/** Tries until it holds: pages that show running work change by themselves. */
export async function patiently(check: () => Promise<void>, patience = 10_000): Promise<void> {
  for (const end = Date.now() + patience; ;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await setTimeout(200);
    }
  }
}

/** The main part of the page says so, at the latest after some seconds. */
export async function says(page: Page, words: RegExp, patience?: number): Promise<void> {
  await patiently(async () => assert.match(await page.locator('main').innerText(), words), patience);
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

/** As if the cable were pulled: nothing leaves this machine until it is over. Tells who was looked for outside. */
export function withoutNetwork(): { readonly tried: ReadonlySet<string>; over(): void } {
  const tried = new Set<string>();
  const { lookup } = dns.promises;
  const { connect } = Socket.prototype;
  const gone = (host: string) =>
    Object.assign(new Error(`${host} is out of reach`), { code: 'ENETUNREACH', syscall: 'connect' });
  const isHere = (host = '127.0.0.1') => host === 'localhost' || host === '::1' || host.startsWith('127.');
  dns.promises.lookup = (async (host: string, options: object) => {
    if (isHere(host)) return lookup(host, options);
    tried.add(host);
    throw gone(host);
  }) as typeof lookup;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]) {
    // Called by Node.js itself with its arguments in order already, in an array.
    const [first] = (Array.isArray(given[0]) ? given[0] : given) as [{ host?: string; path?: string }];
    if (typeof first !== 'object' || first.path || isHere(first.host))
      return Reflect.apply(connect, this, given) as Socket;
    tried.add(first.host!);
    return this.destroy(gone(first.host!));
  } as typeof connect;
  syncBuiltinESMExports();
  return {
    tried,
    over() {
      dns.promises.lookup = lookup;
      Socket.prototype.connect = connect;
      syncBuiltinESMExports();
    },
  };
}

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
