import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

import { type AnyRoute, apis } from '@busbar/contract';
import { Analysis, type Detection, detections, engineOf, NotACapture, withBrought } from '@busbar/dissect';
import type { Browser, BrowserContext, FileChooser, Locator, Page } from 'playwright-core';

import { hex } from '../engines/dissect/src/testing/hex.ts';
import type { Captures, HeldCapture } from '../portal/here/held-capture.ts';
import { messageIn, storedOf } from '../portal/here/looking.ts';
import { serviceOf } from '../portal/here/service.ts';
import { shownOf } from '../portal/here/shown.ts';
import type { Actor } from '../server/src/platform/actor.ts';
import { registerWritten as written } from '../engines/dissect/src/testing/detection.ts';
import { bytes, csaf, json, tar } from '../server/src/testing/documents.ts';
import { OtherSide } from '../server/src/testing/other-side.ts';
import { setUpCert } from '../server/src/testing/packs.ts';
import { builtKit } from '../server/src/platform/pages.ts';
import { analysed, sendCapture } from '../server/src/testing/sending.ts';
import { until } from '../server/src/testing/until.ts';
import { smallModbus } from '../tools/bench/captures.ts';
import { smallPlant } from './captures.ts';
import { type House, listen, openBrowser, openHouse, patiently, says, sharedData } from './house.ts';

describe('a capture analysed in the browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-here-'));
  let house: House;
  let member: Actor;
  let certId: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];
  const asked: string[] = [];
  const choosers: FileChooser[] = [];

  before(async () => {
    house = await openHouse();
    member = await (await house.organisation('Nordwasser', 'operator')).person('MEM');
    const cert = await house.organisation('CERT', 'cert');
    certId = cert.id;
    const lead = await cert.person('LEAD');
    const files = { 'advisory.json': json(csaf({ id: 'NBC-2026-001' })) };
    await house.house.imports.importStream(lead, 'advisory.tar', bytes(await tar(files)));
    browser = await openBrowser();
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
    complaints = listen(context);
    context.on('request', (request) => asked.push(new URL(request.url()).pathname));
    page = await context.newPage();
    // From the beginning: who listens only when the key is pressed may be later than the key.
    page.on('filechooser', (chooser) => choosers.push(chooser));
    writeFileSync(join(folder, 'ours.pcap'), smallPlant);
  });
  after(async () => {
    await browser?.close();
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is there for whoever comes by, and shows what is found at once, however large the file', async (t) => {
    const large = join(folder, 'large.pcap');
    smallModbus(large, 5_000_000);
    await page.goto(`${house.address}/analyse`);
    await says(page, /1 advisory is at hand/);
    const began = performance.now();
    await drop(large);
    await page.getByRole('link', { name: /^Devices \d/ }).waitFor();
    const seconds = (performance.now() - began) / 1000;
    t.diagnostic(`the first result after ${seconds.toFixed(2)} s`);
    // Wanted is a second; beside other work a machine of two cores is no measure.
    assert.ok(seconds < 5);
    await says(page, /what it shows so far/);
    await page.getByRole('button', { name: 'Stop, keep what was found' }).click();
    await says(page, /You stopped the analysis[\s\S]*were read/);
    assert.match(await page.locator('main').innerText(), /Devices\s+[1-9]/);
  });

  it('is stopped, too, by who says so before the reading begins', async () => {
    const { another, late } = await whereReadingWaits();
    await another.locator('input[type=file]').setInputFiles(join(folder, 'large.pcap'));
    await another.getByRole('button', { name: 'Stop, keep what was found' }).click();
    late.resolve();
    await says(another, /You stopped the analysis[\s\S]*were read/);
    // Of half a gigabyte, a piece: what would be read on is through by then.
    await another.waitForTimeout(1_500);
    const told = await another.locator('main').innerText();
    const [, size, unit] = /([\d,.]+) (bytes?|kB|MB) of \d{3} MB were read/.exec(told) ?? assert.fail(told);
    assert.ok(unit !== 'MB' || Number(size) < 100, told);
    await another.close();
  });

  it('is forgotten when it is taken away before the reading begins, and the next one is read as itself', async () => {
    const { another, late } = await whereReadingWaits();
    for (const name of ['ours.pcap', 'large.pcap']) {
      await another.locator('input[type=file]').setInputFiles(join(folder, name));
      await another.getByRole('heading', { name }).waitFor();
      await another.getByRole('link', { name: 'Analyse here' }).first().click();
    }
    await another.getByRole('button', { name: 'Remove ours.pcap' }).click();
    late.resolve();
    await another.getByRole('link', { name: 'large.pcap' }).click();
    await says(another, /5,000,000 packets over/, 60_000);
    await another.close();
  });

  it('goes through every page of it without asking anybody for anything', async () => {
    await home();
    asked.length = 0;
    await drop(join(folder, 'ours.pcap'));
    await page.getByRole('link', { name: /^Warnings 1/ }).click();
    await says(page, /NBC-2026-001/);
    for (const view of ['Unusual', 'Devices', 'Map', 'Conversations', 'Process values', 'Files', 'Problems'])
      await page
        .getByRole('link', { name: new RegExp(`^${view}`) })
        .first()
        .click();
    await page.getByRole('link', { name: /^Dangerous operations 1/ }).click();
    await page.getByRole('link', { name: 'Packet 3' }).click();
    await says(page, /0x0001|Register/i);
    // By its number alone.
    await page.getByRole('link', { name: 'Previous packet' }).click();
    await says(page, /ours\.pcap\s+Packet 2\s[\s\S]*type or length/);
    await page.getByRole('link', { name: 'ours.pcap' }).click();
    await page.getByRole('link', { name: 'Report', exact: true }).click();
    await says(page, /NBC-2026-001/);
    assert.deepEqual(asked, []);
  });

  it('is gone through by the keyboard alone, from the file to a packet and to what would be shared', async () => {
    await page.goto(`${house.address}/analyse`);
    await says(page, /1 advisory is at hand/);
    await tabTo(page.locator('input[type=file]'));
    await page.keyboard.press('Space');
    const chooser = await until('a file is asked for', () => choosers.shift());
    await chooser.setFiles(join(folder, 'ours.pcap'));
    await enter(page.getByRole('link', { name: /^Dangerous operations 1/ }));
    await enter(page.getByRole('link', { name: 'Packet 3' }));
    await says(page, /0x0001|Register/i);
    await enter(page.getByRole('link', { name: 'Previous packet' }));
    await says(page, /ours\.pcap\s+Packet 2\s/);
    await enter(page.getByRole('link', { name: 'ours.pcap' }));
    await enter(page.getByRole('link', { name: 'Share', exact: true }));
    await enter(page.getByRole('button', { name: 'Prepare and look at it' }));
    await says(page, /Nothing has left/);
  });

  it('looks for a packet far back apart from the page, which stays awake, and stops where one says so', async (t) => {
    const file = join(folder, 'long.pcap');
    smallModbus(file, 2_000_000);
    appendFileSync(file, smallPlant.subarray(24));
    await home();
    await drop(file);
    await page.getByRole('link', { name: /^Dangerous operations 1/ }).click({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Packet 2,000,003' }).click();
    await says(page, /long\.pcap\s+Packet 2,000,003\s[\s\S]*type or length/);
    // What the page itself reads of a file, how often it draws meanwhile, and a reader who changes his mind at once.
    await page.evaluate(`
      window.seen = { read: 0, drawn: 0, told: '' };
      for (const how of ['arrayBuffer', 'stream', 'text']) {
        const own = Blob.prototype[how];
        Blob.prototype[how] = function () { seen.read++; return own.call(this); };
      }
      const draw = () => { seen.drawn++; requestAnimationFrame(draw); };
      draw();
      new MutationObserver((_, watching) => {
        const looking = document.querySelector('.here-looking');
        if (!looking) return;
        watching.disconnect();
        seen.told = looking.innerText;
        looking.querySelector('button').click();
      }).observe(document.body, { childList: true, subtree: true });
    `);
    const seen = () =>
      page.evaluate('({ ...seen })') as Promise<{ read: number; drawn: number; told: string }>;
    await page.getByRole('link', { name: 'Previous packet' }).click();
    await until('the search was told of, and stopped', async () => {
      const { told } = await seen();
      return told !== '' && (await page.locator('.here-looking').count()) === 0;
    });
    const before = await seen();
    assert.match(before.told, /Looking for the packet in long\.pcap[\s\S]*MB of[\s\S]*Cancel/);
    assert.match(await page.locator('h1').innerText(), /2,000,003/);
    await page.getByRole('link', { name: 'Previous packet' }).click();
    await page.locator('h1', { hasText: '2,000,002' }).waitFor({ timeout: 30_000 });
    const after = await seen();
    t.diagnostic(`drawn ${after.drawn - before.drawn} times while it looked through 160 MB`);
    assert.ok(after.drawn > before.drawn + 2);
    assert.equal(after.read, 0);
  });

  it('says the same as the service of the same capture, question by question', async () => {
    for (const [name, content] of [['ours.pcap', smallPlant] as const, ...someOfOthers()]) {
      const { id } = await analysed(house, member, (await sendCapture(house, member, name, content)).id);
      const [there, here] = [house.as(member), serviceOf(deskWith(id, name, content))];
      for (const [route, query] of questions) {
        const params = { params: { id }, query };
        assert.deepEqual(
          plain(await here(route, params)),
          plain(await there(route, params)),
          `${name} ${route.path}`,
        );
      }
      await there(apis.captures.remove, { params: { id } });
    }
  });

  it('tells the same as the engine does elsewhere, to the letter, and the report can be taken away', async () => {
    for (const [name, content] of [['again.pcap', smallPlant] as const, ...someOfOthers()]) {
      writeFileSync(join(folder, name), content);
      assert.equal(analysisIn(await reportOf(join(folder, name))), engineSays(content), name);
    }
  });

  it('says what a file is that is none, at once, also of 4 GB of nothing', async () => {
    const files: [string, RegExp][] = [
      [made('empty.pcap', 0), /The file is empty/],
      [made('zeros.pcap', 2 ** 32), /looks like unknown data/],
      [made('page.pcap', '<!doctype html><title>Please sign in</title>'), /looks like HTML/],
    ];
    for (const [file, words] of files) {
      await home();
      await drop(file);
      await says(page, words, 5_000);
    }
  });

  it('reads a file that says it was captured at a million places', async () => {
    await home();
    await drop(made('places.pcapng', interfaces(1_000_000)));
    await says(page, /The file is a capture without packets|Read with care/, 30_000);
    await says(page, /Devices\s+0/);
  });

  it('keeps what was read of a file that changes meanwhile', async () => {
    const file = join(folder, 'large.pcap');
    await home();
    await drop(file);
    await says(page, /what it shows so far/);
    writeFileSync(file, 'x', { flag: 'r+' });
    await says(page, /The file could not be read any further: it changed/, 20_000);
    assert.match(await page.locator('main').innerText(), /Devices\s+[1-9]/);
  });

  it('goes without a complaint of the browser', () => assert.deepEqual(complaints, []));

  it('looks for what others brought, in a tab and in a kit, and tells it in their words', async () => {
    const site = await new OtherSide().open();
    site.files.set('/list.json', json({ format: 'busbar detections 1', detections: [written] }));
    const { lead } = await setUpCert(house, certId);
    const { id } = await house.as(lead)(apis.sources.add, {
      body: { name: 'A list', kind: 'detections', address: site.at('/list.json'), local: true } as never,
    });
    await patiently(async () => {
      const { items } = await house.as(lead)(apis.detections.list, { query: { only: 'brought' } });
      assert.equal(items.length, 1);
    });
    const kit = join(folder, 'kit.html');
    writeFileSync(kit, (await house.house.kits.make(await builtKit())).file);
    const engine = engineOf('0.1.0', withBrought([written as Detection]));
    assert.match(engine, /^0\.1\.0\+detections\.[0-9a-f]{12}$/);
    for (const address of [`${house.address}/analyse`, pathToFileURL(kit).href]) {
      const other = await browser.newPage({ locale: 'ru' });
      await other.goto(address);
      await other.locator('input[type=file]').setInputFiles(join(folder, 'ours.pcap'));
      await says(other, /Записан регистр насоса[\s\S]*Спросите, кто это сделал/);
      assert.ok((await other.locator('main').textContent())!.includes(engine), address);
      await other.close();
    }
    await house.as(lead)(apis.sources.remove, { params: { id }, query: { claims: 'keep' } });
    await site.close();
  });

  /** By Tab alone, as far as a page goes; what has the focus shows it. */
  async function tabTo(wanted: Locator): Promise<void> {
    const focused = wanted.and(page.locator(':focus')).first();
    for (let presses = 0; presses < 120; presses++) {
      await page.keyboard.press('Tab');
      if ((await focused.count()) === 0) continue;
      const at = "document.activeElement.closest('label') ?? document.activeElement";
      const outline = await page.evaluate(`getComputedStyle(${at}).outlineStyle`);
      assert.match(String(outline), /solid|auto/, `${wanted} has the focus, and nothing shows it`);
      return;
    }
    assert.fail(`${wanted} cannot be reached by Tab`);
  }

  /** What others look for comes before the reading of a capture, and here it comes late. */
  async function whereReadingWaits() {
    const late = Promise.withResolvers<void>();
    const another = await context.newPage();
    await another.route('**/api/detections/**', async (route) => {
      await late.promise;
      await route.continue();
    });
    await another.goto(`${house.address}/analyse`);
    await says(another, /1 advisory is at hand/);
    return { another, late };
  }

  async function enter(wanted: Locator): Promise<void> {
    await wanted.first().waitFor();
    await tabTo(wanted);
    await page.keyboard.press('Enter');
  }

  async function home(): Promise<void> {
    await page.getByRole('link', { name: 'Analyse here' }).first().click();
    await says(page, /Drop a capture here/);
  }

  async function drop(file: string): Promise<void> {
    await page.locator('input[type=file]').setInputFiles(file);
  }

  async function reportOf(file: string): Promise<string> {
    await home();
    await drop(file);
    const refused = page.getByText('could not be read', { exact: false }).first();
    const saved = page.getByRole('button', { name: 'Report as JSON' });
    await patiently(async () => {
      if (await refused.isVisible()) return;
      await page.getByText('Export', { exact: true }).click({ timeout: 500 });
      await saved.waitFor({ timeout: 500 });
    }, 30_000);
    if (await refused.isVisible()) return 'refused';
    await patiently(async () => assert.equal(await page.locator('progress').count(), 0), 30_000);
    const [download] = await Promise.all([page.waitForEvent('download'), saved.click()]);
    return readFileSync(await download.path(), 'utf8');
  }

  function made(name: string, content: number | string | Uint8Array): string {
    const file = join(folder, name);
    if (typeof content !== 'number') writeFileSync(file, content);
    else {
      const sparse = openSync(file, 'w');
      ftruncateSync(sparse, content);
      closeSync(sparse);
    }
    return file;
  }
});

/** What pages ask of a capture. */
const questions: readonly (readonly [AnyRoute, object])[] = [
  [apis.captures.get, {}],
  [apis.captures.devices, { limit: 200 }],
  [apis.captures.conversations, { limit: 200 }],
  [apis.captures.map, {}],
  [apis.captures.operations, { limit: 200 }],
  [apis.captures.anomalies, { limit: 200 }],
  [apis.captures.counts, {}],
  [apis.observations.detections, { limit: 200, language: 'ru' }],
  [apis.observations.variables, { limit: 200 }],
  [apis.observations.transfers, { limit: 200 }],
  [apis.observations.credentials, { limit: 200 }],
];

/** Without what only a service knows: its own ids, who sent the file, and in which order it keeps what is equal. */
function plain(answer: unknown): unknown {
  const noIds = JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
    [
      'id',
      'asset',
      'site',
      'evidence',
      'job',
      'engine',
      'visibility',
      'captures',
      'next',
      'warnings',
    ].includes(key)
      ? undefined
      : value,
  ) as { items?: unknown[]; devices?: unknown[]; lines?: object[] };
  const inOrder = (list: readonly unknown[]) => list.map((one) => JSON.stringify(sorted(one))).sort();
  if (noIds.lines)
    return {
      devices: inOrder(noIds.devices!),
      lines: inOrder(noIds.lines.map((line) => ({ ...line, from: null, to: null }))),
    };
  return noIds.items ? { ...noIds, items: inOrder(noIds.items) } : noIds;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

function deskWith(id: string, name: string, content: Uint8Array): Captures {
  const analysis = new Analysis();
  analysis.push(content);
  const report = analysis.finish();
  const file = new File([content as Uint8Array<ArrayBuffer>], name);
  const held: HeldCapture = {
    id,
    file,
    began: 0,
    seconds: 0,
    state: 'done',
    bytes: file.size,
    packets: report.packets,
    engine: '',
    sha256: null,
    report,
    shown: shownOf(report),
    warnings: [],
    problem: null,
    usual: false,
  };
  return {
    detections,
    captures: [held],
    baselines: [],
    lists: [],
    capture: () => held,
    setUsual: () => {},
    message: (_, asked) => messageIn(storedOf(file), asked),
    differences: async () => undefined,
  };
}

/** Without what was found by comparing it with other things. */
function analysisIn(saved: string): string {
  if (saved === 'refused') return saved;
  const {
    file: _,
    engine: __,
    warnings: ___,
    differences: ____,
    ...report
  } = JSON.parse(saved) as Record<string, unknown>;
  return JSON.stringify(report);
}

function engineSays(content: Uint8Array): string {
  try {
    const analysis = new Analysis({ strict: true });
    analysis.push(content);
    return JSON.stringify(analysis.finish());
  } catch (error) {
    if (error instanceof NotACapture) return 'refused';
    throw error;
  }
}

/** A handful that differ; `npm run truth:browser` takes all. */
function someOfOthers(): (readonly [string, Uint8Array])[] {
  const folder = join(sharedData, 'captures/captures');
  if (!existsSync(folder)) return [];
  return globSync('**/*.{pcap,pcapng,cap}', { cwd: folder })
    .sort()
    .filter((file) => statSync(join(folder, file)).size < 100_000)
    .filter((_, place) => place % 150 === 7)
    .map((file) => [file.replaceAll('/', '-'), readFileSync(join(folder, file))] as const);
}

/** A section header and so many descriptions of interfaces (pcapng, draft-ietf-opsawg-pcapng sections 4.1 and 4.2). */
function interfaces(count: number): Uint8Array {
  const section = hex`0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000`;
  const one = hex`01000000 14000000 0100 0000 00000400 14000000`;
  const all = new Uint8Array(section.length + count * one.length);
  all.set(section);
  for (let at = section.length; at < all.length; at += one.length) all.set(one, at);
  return all;
}
