import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { apis, type BundleManifest, SharedReport } from '@busbar/contract';
import { Analysis } from '@busbar/dissect';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';

import { text } from '../engines/dissect/src/testing/conversation.ts';
import { ethernet, ipv4, udp, Wire } from '../engines/dissect/src/testing/wire.ts';
import type { Actor } from '../server/src/platform/actor.ts';
import { openedBundle } from '../server/src/testing/bundles.ts';
import { smallModbus } from '../tools/bench/captures.ts';
import { smallPlant } from './captures.ts';
import { type House, listen, openBrowser, openHouse, says } from './house.ts';
import { outOfReach } from './out-of-reach.ts';

/** The capture of the small plant, and an hour after it what nobody has a dissector for. */
const withSecret = (() => {
  const more = new Wire({ on: 'udp', at: [5_001] });
  more.time += 3_600e6;
  more.add(ethernet('request', 0x0800, ipv4('request', 17, udp([5_000, 5_001], text('the secret recipe')))));
  return Buffer.concat([smallPlant, more.pcap().subarray(24)]);
})();

/** Issue 7: from what never left the browser, exactly what somebody ticked leaves. */
describe('sharing from a capture that was analysed here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-share-'));
  const file = join(folder, 'pump-hall.pcap');
  let house: House;
  let member: Actor;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];
  const asked: Asked[] = [];
  const uploads: Request[] = [];

  before(async () => {
    house = await openHouse();
    await house.organisation('CERT', 'cert');
    member = await (await house.organisation('Nordwasser', 'operator')).person('MEM');
    for (const name of ['Pump hall', 'Outfall'])
      await house.as(member)(apis.plant.addSite, {
        body: { name, sector: 'Water', country: 'DE', process: '' },
      });
    browser = await openBrowser();
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
    const value = encodeURIComponent(JSON.stringify(member));
    await context.addCookies([{ name: 'test_actor', value, url: house.address }]);
    complaints = listen(context);
    page = await context.newPage();
    context.on('request', (request) => {
      // The program itself comes in files of its own; nothing can be told by asking for them.
      if (!isProgram(request)) asked.push(askedBy(request));
      if (request.method() === 'PATCH') uploads.push(request);
    });
    writeFileSync(file, withSecret);
  });
  after(async () => {
    await browser?.close();
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begins with a member choosing to analyse here, which is what is chosen already', async () => {
    await page.goto(`${house.address}/plant`);
    assert.equal(
      await page
        .getByRole('radio', { name: /in this browser|here/i })
        .first()
        .isChecked(),
      true,
    );
    await page.goto(`${house.address}/analyse`);
    await says(page, /advisories are at hand/);
    asked.length = 0;
    await open(file);
    await says(page, /Everything that was found|What was found/);
    assert.match(await page.locator('main').innerText(), /Devices \d+ of \d+ ticked/i);
  });

  it('shows every field and byte that would leave, under pseudonyms, and sends none of it', async () => {
    await page.getByLabel('Send packets along').check();
    await page.getByRole('button', { name: 'Prepare and look at it' }).click();
    await says(page, /Nothing has left yet/);
    await says(page, /\d+\.\d+\.\d+\.\d+:502/);
    const table = await page.getByRole('region', { name: 'The packets, as they are written' }).innerText();
    assert.doesNotMatch(table, /192\.0\.2\./);
    assert.match(await page.locator('main').innerText(), /Packets\s+5 of 5/);
    assert.match(await page.locator('main').innerText(), /devices\.0\.addresses\.0\s+192\.0\.2\.\d/);
    await page
      .getByRole('region', { name: 'The packets, as they are written' })
      .getByRole('button', { name: '5' })
      .click();
    // The headers and nothing after them, of a packet that was longer.
    assert.match(await page.locator('main').innerText(), /42 of 59/);
    await says(page, /destination port/);
    assert.deepEqual(asked, []);
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
      [],
    );
    assert.deepEqual(await outOfReach(page), []);
  });

  it('saves these bytes: a report as agreed on, and a capture in which nothing is whose it was', async () => {
    const report = SharedReport.parse(JSON.parse((await saved('report.json')).toString()));
    const capture = await saved('capture.pcapng');
    assert.equal(report.slice!.sha256, createHash('sha256').update(capture).digest('hex'));
    assert.equal(report.capture.name, null);
    assert.deepEqual(report.warnings, []);
    for (const bytes of [capture, Buffer.from(JSON.stringify(report))])
      for (const gone of [
        '192.0.2.',
        'secret',
        'pump-hall',
        Buffer.from([192, 0, 2, 1]),
        Buffer.from([2, 0, 0, 0, 0, 1]),
      ])
        assert.equal(bytes.includes(gone), false, String(gone));
    const [before, after] = [analysed(withSecret), analysed(capture)];
    assert.deepEqual(operations(after), operations(before));
    // Its make is what the report is for; the same addresses stand in report and capture.
    assert.ok(JSON.stringify(report.devices).includes('NB-PX-200'));
    assert.ok(after.devices.some(({ addresses }) => addresses[0] === report.devices[0]!.addresses[0]));
    assert.deepEqual(asked, []);
  });

  it('takes a part by time as people write times, and prepares nothing while one is not understood', async () => {
    const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
    const prepare = page.getByRole('button', { name: 'Prepare and look at it' });
    for (const [begin, end, words] of [
      ['00:10', '1h', /no time that is understood/],
      ['', '1,000', /a thousand or one/],
      ['20', '10', /before the beginning/],
      ['', '14:30:00', /The capture ends 3,600 seconds after/],
    ] as const) {
      await from.fill(begin);
      await to.fill(end);
      assert.equal(await prepare.isDisabled(), true);
      await from.focus();
      await says(page, words);
    }
    for (const [begin, end, written] of [
      ['', '00:10', '4 of 5'],
      ['59:00', '1:00:00', '1 of 5'],
      ['', '1 000', '4 of 5'],
    ] as const) {
      await from.fill(begin);
      await to.fill(end);
      await prepare.click();
      await says(page, new RegExp(`Packets\\s+${written}`));
    }
    await from.fill('');
    await to.fill('');
  });

  it('says so when what was prepared cannot be read any more', async () => {
    const read = ['text', 'arrayBuffer'];
    for (const how of read)
      await page.evaluate(
        `Blob.prototype.own_${how} = Blob.prototype.${how}; Blob.prototype.${how} = () => Promise.reject(new Error('gone'))`,
      );
    await page.getByLabel('From', { exact: true }).fill('0');
    await page.getByRole('button', { name: 'Prepare and look at it' }).click();
    await page.getByText('Show report.json as it leaves').click();
    await says(page, /capture\.pcapng cannot be read any more[\s\S]*report\.json cannot be read any more/);
    for (const how of read) await page.evaluate(`Blob.prototype.${how} = Blob.prototype.own_${how}`);
    await page.getByLabel('From', { exact: true }).fill('');
  });

  it('asks for a new look when something else is ticked', async () => {
    await page.getByLabel('Only packets from or to the').check();
    await page.getByLabel('Replace addresses and names by pseudonyms').uncheck();
    await says(page, /Whoever gets the files learns/);
    assert.equal(await page.getByRole('button', { name: /^Save/ }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Send now' }).count(), 0);
  });

  it('tells in words of its reader why it could not prepare, or send', async () => {
    // A worker that ends for lack of memory, and a line that is cut.
    await page.evaluate(`window.OwnWorker = Worker; window.Worker = class extends EventTarget {
      postMessage() { this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' })) }
      terminate() {}
    }`);
    await page.getByRole('button', { name: 'Prepare and look at it' }).click();
    await says(page, /It could not be prepared\s+Nothing has left\. The browser had no memory left/);
    await page.evaluate('window.Worker = OwnWorker');
    await page.getByRole('button', { name: 'Prepare and look at it' }).click();
    await says(page, /Nothing has left yet/);
    await page.evaluate(
      'window.ownFetch = fetch; window.fetch = () => Promise.reject(new TypeError("cut off"))',
    );
    await page.getByRole('button', { name: 'Send now' }).click();
    await says(page, /It was not sent whole\s+What was prepared is still here\. Check the connection/);
    await page.evaluate('window.fetch = ownFetch');
    assert.doesNotMatch(await page.locator('main').innerText(), /out of memory|cut off/);
  });

  it('sends what was looked at, when told to and not before', async () => {
    const capture = await saved('capture.pcapng');
    assert.equal(capture.includes('the secret recipe'), true);
    await page.getByText('Show devices.csv as it leaves').click();
    const devices = await page.locator('pre[aria-label="devices.csv"]').innerText();
    const report = await saved('report.json');
    // What is in no file, and goes along with them.
    await page.getByText('Show the cover sheet of the bundle as it leaves').click();
    const letter = await page.locator('pre[aria-label="the cover sheet of the bundle"]').innerText();
    const cover = JSON.parse(letter) as BundleManifest;
    assert.deepEqual(cover.member, { id: member.organisation, name: 'Nordwasser' });
    await page.getByLabel('Site that it shows').selectOption('Outfall');
    assert.deepEqual(asked, []);
    await page.getByRole('button', { name: 'Send now' }).click();
    await says(page, /See what became of it[\s\S]*import them/, 30_000);
    const sent = asked.filter(({ method }) => method !== 'GET' && method !== 'HEAD');
    const paths = sent.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(
      paths.filter((one) => !one.startsWith('PATCH')),
      ['POST /api/bundles', 'POST /api/inventories'],
    );
    const call = house.as(member);
    // Whole, and to the byte what was looked at: what is in it, and what the service says has arrived (tus 1.0, 3.1).
    const { id } = (await call(apis.bundles.list, { query: {} })).items[0]!;
    const bundle = await openedBundle(house, member, id);
    const arrived = await Promise.all(uploads.map(async (request) => (await request.response())?.headers()));
    assert.deepEqual(
      arrived.map((headers) => Number(headers?.['upload-offset'])),
      [bundle.size, Buffer.byteLength(devices)],
    );
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    assert.deepEqual(
      bundle.files.map((file) => [file.name, file.sha256]),
      [
        ['report.json', sha256(report)],
        ['capture.pcapng', sha256(capture)],
      ],
    );
    assert.equal(bundle.site.name, 'Outfall');
    assert.deepEqual(
      {
        program: bundle.program,
        madeAt: bundle.madeAt,
        files: bundle.files.map(({ name, type, size, sha256 }) => ({ name, type, size, sha256 })),
      },
      { program: cover.program, madeAt: cover.madeAt, files: cover.files },
    );
    const [newest] = (await call(apis.captures.list, { query: {} })).items;
    assert.deepEqual([newest!.name, newest!.evidence.sha256], ['capture.pcapng', sha256(capture)]);
    // Whoever receives it sees it: what came, and that names are what they were.
    const opened = await context.newPage();
    await opened.goto(`${house.address}/bundles/${id}`);
    await opened
      .getByRole('row', { name: /report\.json/ })
      .getByRole('link', { name: 'See what it shows' })
      .click();
    await says(
      opened,
      /Addresses and names are what they were[\s\S]*NB-PX-200[\s\S]*No warnings were shared/,
    );
    await opened.getByRole('link', { name: 'See what they show' }).click();
    await opened.waitForURL(`**/captures/${newest!.id}`);
    await opened.close();
    const [inventory] = (await call(apis.inventories.list, { query: {} })).items;
    assert.deepEqual([inventory!.name, inventory!.site.name], ['devices.csv', 'Outfall']);
  });

  it('can be stopped, and says when the capture changed', async () => {
    const large = join(folder, 'large.pcap');
    smallModbus(large, 1_500_000);
    await page.getByRole('link', { name: 'Analyse here' }).first().click();
    await open(large);
    await page.getByLabel('Send packets along').check();
    await page.getByRole('button', { name: 'Prepare and look at it' }).click();
    await says(page, /Preparing what you chose/);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await says(page, /This sends nothing/);
    await page.getByRole('button', { name: 'Prepare and look at it' }).click();
    await says(page, /Preparing what you chose[\s\S]*[1-9][\d.,]* MB of/, 30_000);
    truncateSync(large, 1_000);
    await says(page, /changed while it was read/, 30_000);
  });

  it('goes without a complaint of the browser', () => assert.deepEqual(complaints, []));

  async function open(path: string): Promise<void> {
    await page.locator('input[type=file]').first().setInputFiles(path);
    await page.getByRole('link', { name: 'Share', exact: true }).click({ timeout: 20_000 });
  }

  async function saved(name: string): Promise<Buffer> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: new RegExp(`^Save ${name}`) }).click(),
    ]);
    return readFileSync(await download.path());
  }
});

interface Asked {
  readonly method: string;
  readonly path: string;
}

const isProgram = (request: Request) =>
  request.method() === 'GET' && /^\/assets\/[\w.-]+\.(js|css|woff2)$/.test(new URL(request.url()).pathname);

const askedBy = (request: Request): Asked => ({
  method: request.method(),
  path: new URL(request.url()).pathname.replaceAll(/[0-9a-f-]{36}/g, ':id'),
});

function analysed(bytes: Uint8Array) {
  const analysis = new Analysis({ strict: true });
  analysis.push(bytes);
  return analysis.finish();
}

const operations = ({ operations: all }: ReturnType<typeof analysed>) =>
  all.map(({ code, count }) => `${count} × ${code}`).sort();
