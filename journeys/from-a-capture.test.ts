import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { apis } from '@busbar/contract';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { bytes, csaf, json, tar } from '../server/src/testing/documents.ts';
import {
  actorCalled,
  listen,
  openBrowser,
  openDemo,
  patiently,
  says,
  sharedData,
  signedIn,
} from './house.ts';

/** Journey 4: an operator goes from a capture to a calm warning. */
describe('from a capture to a calm warning', () => {
  let house: Awaited<ReturnType<typeof openDemo>>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];

  before(async () => {
    house = await openDemo();
    browser = await openBrowser();
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
    complaints = listen(context);
    page = await context.newPage();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('begins with somebody signing in', async () => {
    await page.goto(`${house.address}/sign-in`);
    await page.locator('input[type=email]').fill('katrin.sommer@nordwasser.example');
    await page.locator('input[type=password]').fill('look-around-busbar');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await page.goto(`${house.address}/plant`);
    assert.match(await page.locator('h1').innerText(), /My plant/);
  });

  it('shows who is on the network, proposed for acceptance', async () => {
    await page.getByRole('link', { name: 'pump-hall-2026-09-14.pcap' }).click();
    await page.waitForURL(/\/captures\//);
    await page.getByRole('link', { name: /^Devices \d/ }).click();
    await patiently(async () =>
      assert.match(await page.locator('main').innerText(), /23 devices are proposed/),
    );
    await page.getByRole('button', { name: /Accept all 23/ }).click();
    await patiently(async () =>
      assert.doesNotMatch(await page.locator('main').innerText(), /devices are proposed/),
    );
  });

  it('says first what stands out, and what to do about it', async () => {
    await page.getByRole('link', { name: /^What stands out/ }).click();
    await patiently(async () =>
      assert.match(await page.locator('main').innerText(), /203\.0\.113\.77[\s\S]*What to do now/),
    );
  });

  it('tells what is not as on the calm morning that was learnt, and shows the very bytes', async () => {
    await page.getByRole('link', { name: 'Unusual', exact: true }).click();
    await patiently(async () => {
      const words = await page.locator('main').innerText();
      assert.match(words, /Compared with 1 capture learnt as normal/);
      assert.match(words, /203\.0\.113\.77/);
      assert.match(words, /What to do now/);
    });
    await page
      .getByRole('link', { name: /packet 604/ })
      .first()
      .click();
    await patiently(async () =>
      assert.match(await page.locator('main').innerText(), /Write Single Register/),
    );
    await page.goBack();
  });

  it('learns a morning as normal only when somebody says so, and forgets it again', async () => {
    const capture = page.url();
    await page.getByRole('button', { name: 'Learn as normal' }).click();
    await page
      .getByRole('dialog')
      .getByText(/an intruder in it, too/)
      .waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Learn as normal' }).click();
    await patiently(async () => assert.match(await page.locator('main').innerText(), /Nothing is unusual/));
    await page.goto(`${house.address}/plant`);
    await page.getByText('From which captures').click();
    await page.getByRole('button', { name: 'Forget what is normal' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget what is normal' }).click();
    await patiently(async () => assert.match(await page.locator('main').innerText(), /Nothing learnt yet/));
    await page.goto(capture);
    assert.match(await page.locator('main').innerText(), /Nothing was learnt for Waterworks North yet/);
  });

  it('draws the plant with the lines that should not be there', async () => {
    await page.getByRole('link', { name: 'Map', exact: true }).click();
    await patiently(async () => assert.match(await page.locator('main').innerText(), /2 unexpected lines/));
  });

  it('says what dangerous things were done, and shows the very bytes', async () => {
    await page.getByRole('link', { name: /Dangerous operations/ }).click();
    await patiently(async () => assert.match(await page.locator('main').innerText(), /T0836/));
    await page.getByText(/^Packets: 3 of 3/).click();
    await page
      .getByRole('link', { name: /packet 604/ })
      .first()
      .click();
    await patiently(async () =>
      assert.match(await page.locator('main').innerText(), /Write Single Register/),
    );
    await page.getByRole('treegrid').locator('[tabindex="0"]').focus();
    for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL(/field=/);
    const chosen = page.getByRole('treegrid').locator('[aria-selected="true"]');
    await patiently(async () => assert.ok(await chosen.evaluate((row) => row.matches(':focus'))));
  });

  it('warns for sure where the version is known, and says what to look up where it is not', async () => {
    await page.goto(`${house.address}/warnings`);
    const words = await page.locator('main').innerText();
    assert.match(words, /Aurum Controls AX-300: commands are taken from anybody/);
    assert.match(words, /exact/);
    assert.match(words, /AX-500[\s\S]*unsure/);
    assert.match(words, /To be sure/);
    await page
      .getByRole('link', { name: /AX-300: commands are taken/ })
      .first()
      .click();
    await patiently(async () =>
      assert.match(await page.locator('main').innerText(), /Safe during operation/),
    );
  });

  it('shows three zones, and the way in that nobody allowed', async () => {
    await page.goto(`${house.address}/zones`);
    await says(page, /1 unexpected conduit[\s\S]*Remote maintenance/);
    const words = await page.locator('main').innerText();
    for (const zone of ['Control room', 'Pump hall', 'Field instruments'])
      assert.match(words, new RegExp(zone));
  });

  it('moves a zone on the drawing by keyboard as by dragging', async () => {
    const operator = house.as(await actorCalled(house, 'Katrin Sommer'));
    const place = async (zone: string) => {
      const [site] = (await operator(apis.plant.sites)).items;
      const { zones } = await operator(apis.zones.plan, { params: { id: site!.id } });
      return zones.find(({ id }) => id === zone)!.place;
    };
    const zone = await page.getByLabel('Move a zone').inputValue();
    const right = page.getByRole('button', { name: 'Move the zone to the right' });
    const presses = async () => {
      await right.focus();
      await page.keyboard.press('Enter');
    };
    await presses();
    await patiently(async () => assert.ok(await place(zone)));
    const before = (await place(zone))!;
    await patiently(async () => assert.equal(await right.getAttribute('aria-busy'), null));
    await presses();
    await patiently(async () => assert.deepEqual(await place(zone), { x: before.x + 40, y: before.y }));
  });

  it('makes the drawing larger by the wheel, and the page stays where it is', async () => {
    const canvas = page.locator('.map-canvas');
    await canvas.scrollIntoViewIfNeeded();
    await canvas.focus();
    const { x, y, width, height } = (await canvas.boundingBox())!;
    const place = () =>
      page.evaluate<string>(
        '`${scrollY} ${document.querySelector(".map-canvas").getBoundingClientRect().top}`',
      );
    const frames = async () => Number(await canvas.getAttribute('data-frames'));
    const [stays, drawn] = [await place(), await frames()];
    await page.mouse.move(x + width / 2, y + height / 2);
    for (let turn = 0; turn < 5; turn++) await page.mouse.wheel(0, 60);
    await patiently(async () => assert.ok((await frames()) > drawn));
    assert.equal(await place(), stays);
  });

  it('explains in words how soon to act, and decides anew when attacks become known', async () => {
    await page.goto(`${house.address}/warnings`);
    await page
      .getByRole('link', { name: /AX-300: commands are taken/ })
      .first()
      .click();
    await page.waitForURL(/\/warnings\/[0-9a-f-]+$/);
    await says(page, /How soon to act, and why[\s\S]*no attack is known/);
    await take(
      csaf({
        id: 'SEEN-2026-001',
        products: [{ key: 'x', vendor: 'Aurum Controls', name: 'Something Else', range: '<2' }],
        vulnerabilities: [
          {
            cve: 'CVE-2026-90001',
            title: 'Seen',
            description: 'Seen',
            affected: ['x'],
            exploited: { text: 'It is being exploited in the wild.' },
          },
        ],
      }),
    );
    await patiently(async () => {
      await page.reload();
      assert.match(await page.locator('main').innerText(), /Out of cycle[\s\S]*attacks are going on/);
    }, 20_000);
  });

  it('plans what can be done while the plant runs, gives it to somebody, and is done with it', async () => {
    await page.getByRole('checkbox', { name: /let only the stations of the control room/ }).check();
    await page.getByLabel('Who does it').selectOption({ index: 1 });
    await page.getByLabel('Until when').fill('2027-01-31');
    await page.getByRole('button', { name: 'Save the plan' }).click();
    await says(page, /chosen by Katrin Sommer/);
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    await says(page, /done by Katrin Sommer/);
    for (const next of [/^Mitigated/, /^Verified/]) {
      await page.getByRole('radio', { name: next }).check();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await patiently(async () => assert.equal(await page.getByRole('radio', { name: next }).count(), 0));
    }
    await says(page, /verified/i);
  });

  it('is not disturbed by other words for the same thing', async () => {
    const before = await page.locator('main').innerText();
    const lead = await actorCalled(house, 'Lena Vogt');
    const { items } = await house.as(lead)(apis.advisories.list, { query: { search: 'AUR-2026-001' } });
    const { body } = await house.app.inject({
      url: `/api/advisories/${items[0]!.id}/document.json`,
      headers: { 'x-test-actor': JSON.stringify(lead) },
    });
    const document = JSON.parse(body) as ReturnType<typeof csaf>;
    const { tracking } = document['document'] as { tracking: Record<string, any> };
    document['document'].title += ' (clearer words)';
    const revision = { ...tracking['revision_history'].at(-1), number: '2', date: '2026-11-20T08:00:00Z' };
    tracking['revision_history'].push(revision);
    Object.assign(tracking, { version: '2', current_release_date: revision.date });
    await take(document);
    await patiently(async () => {
      await page.reload();
      assert.match(await page.locator('h1').innerText(), /clearer words/);
    }, 20_000);
    assert.equal((await page.locator('main').innerText()).replace(' (clearer words)', ''), before);
  });

  it('says who sees the inventory', async () => {
    const warning = page.url();
    await page.goto(`${house.address}/who-sees`);
    await says(page, /people of Nordwasser[\s\S]*only counts of 5 organisations or more/);
    await page.goto(warning);
  });

  it('shows the CERT how far warnings reached, in counts that name nobody', async () => {
    const lead = await signedIn(browser, house, 'Lena Vogt');
    await patiently(async () => {
      await lead.page.goto(`${house.address}/reach`);
      const row = await lead.page.getByRole('row', { name: /Kestrel Drive K4/ }).innerText();
      assert.match(row, /\b6\b[\s\S]*20 or more[\s\S]*0–4/);
    }, 20_000);
    const board = await lead.page.getByRole('table').first().innerText();
    assert.doesNotMatch(board, /Nordwasser|Aurum/, 'two organisations, and whose they are');
    await lead.context.close();
  });

  it('shows none of it to another operator', async () => {
    const secret = page.url();
    assert.match(secret, /\/warnings\//);
    const stranger = await browser.newContext({ locale: 'en-GB' });
    const other = await stranger.newPage();
    await other.goto(`${house.address}/sign-in`);
    await other.locator('input[type=email]').fill('pavel.novak@delta-motors.example');
    await other.locator('input[type=password]').fill('look-around-busbar');
    await other.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    const answer = await other.goto(secret);
    assert.equal(answer?.status(), 404);
    await stranger.close();
  });

  const real = join(
    sharedData,
    'captures/captures/w3h+icsmaster/pcap/cip/CL5000EIP-Change Time Attempt.pcap',
  );
  it(
    'does the same with a real capture, dropped by hand',
    { skip: !existsSync(real) && 'no shared captures beside the project' },
    async () => {
      await upload(page, real);
      await patiently(
        async () => assert.match(await page.locator('main').innerText(), /728 packets/),
        20_000,
      );
      await page.getByRole('link', { name: /Dangerous operations/ }).click();
      await patiently(async () => assert.match(await page.locator('main').innerText(), /clock/i));
    },
  );

  it('tells in a sentence when a file is no capture', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'journey-')), 'holiday.pcap');
    writeFileSync(file, '<!doctype html><title>Please sign in</title>');
    await upload(page, file);
    await patiently(async () => assert.match(await page.locator('main').innerText(), /HTML/), 20_000);
  });

  it('goes without a complaint of the browser', () => {
    assert.deepEqual(
      complaints.filter((text) => !text.includes('404')),
      [],
    );
  });

  /** The CERT takes in what a publisher says. */
  async function take(document: object): Promise<void> {
    const lead = await actorCalled(house, 'Lena Vogt');
    const files = { 'advisory.json': json(document) };
    await house.house.imports.importStream(lead, 'advisory.tar', bytes(await tar(files)));
  }

  async function upload(page: Page, file: string): Promise<void> {
    await page.goto(`${house.address}/plant`);
    const arrived = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await page.getByLabel('Upload as evidence').check();
    await page.locator('input[type=file]').setInputFiles(file);
    await arrived;
    const name = file.split('/').at(-1)!;
    await patiently(async () => {
      await page.goto(`${house.address}/plant`);
      await page.getByRole('link', { name }).first().click({ timeout: 1000 });
      await page.waitForURL(/\/captures\//, { timeout: 1000 });
    }, 20_000);
  }
});
