import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Browser, BrowserContext, Page } from 'playwright-core';

import { openBrowser, openHouse, listen, patiently, sharedData } from './house.ts';

/** Journey 4: an operator goes from a capture to a calm warning. */
describe('from a capture to a calm warning', () => {
  let house: Awaited<ReturnType<typeof openHouse>>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];

  before(async () => {
    house = await openHouse();
    await house.house.demo.fill();
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

  async function upload(page: Page, file: string): Promise<void> {
    await page.goto(`${house.address}/plant`);
    const arrived = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
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
