import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, BrowserContext, Page } from 'playwright-core';

import { listen, openBrowser, openHouse } from './house.ts';

/** From an empty instance to an administrator who signs in with a passkey, as the browser itself makes it. */
describe('the first set-up', () => {
  const password = 'seven quiet turbines hum';
  let house: Awaited<ReturnType<typeof openHouse>>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];

  before(async () => {
    house = await openHouse();
    browser = await openBrowser();
    context = await browser.newContext({ locale: 'en-GB' });
    complaints = listen(context);
    page = await context.newPage();
    // A security key of the browser's own, that always finds a finger.
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('is offered on the first page, beside the demo', async () => {
    await page.goto(house.address);
    const words = await page.locator('main').innerText();
    assert.match(words, /set up/i);
    assert.match(words, /demo/i);
  });

  it('wants the code that the program printed', async () => {
    await fillIn('0000-0000');
    await page.getByText('Step 1 of').waitFor();
    assert.match(await page.locator('main').innerText(), /not the (code|one) that/);
  });

  it('makes the CERT and its administrator, who must add a second factor before anything opens', async () => {
    await fillIn((await house.house.system.setUpCode())!);
    await page.waitForURL(/\/me/);
    await page.goto(`${house.address}/members`);
    assert.match(page.url(), /\/me/);
  });

  it('takes a passkey, and then opens', async () => {
    await page.goto(`${house.address}/me`);
    await page.getByLabel('Name of this passkey').fill('Key of the duty room');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('Key of the duty room', { exact: true }).waitFor();
    await page.goto(`${house.address}/members`);
    assert.match(await page.locator('main').innerText(), /Tomas Berg/);
  });

  it('lets the passkey sign in again, without name or password', async () => {
    await context.clearCookies();
    await page.goto(`${house.address}/sign-in`);
    await page.getByRole('button', { name: /passkey/i }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await page.goto(`${house.address}/members`);
    assert.match(await page.locator('main').innerText(), /Tomas Berg/);
  });

  it('goes without a complaint of the browser', () => {
    assert.deepEqual(
      complaints.filter((text) => !/status of 4\d\d/.test(text)),
      [],
    );
  });

  /** The three steps, each on a page of its own that works without scripts as well. */
  async function fillIn(code: string): Promise<void> {
    await page.goto(`${house.address}/set-up`);
    const steps: Record<string, string>[] = [
      { code, name: 'ICS CERT of Somewhere', shortName: 'S-CERT', country: 'DE' },
      { phone: '+49 30 555 0111', email: 'cert@somewhere.example' },
      { adminName: 'Tomas Berg', adminEmail: 'tomas@somewhere.example', password },
    ];
    for (const [n, values] of steps.entries()) {
      await page.getByText(`Step ${n + 1} of`).waitFor();
      for (const [name, value] of Object.entries(values))
        await page.locator(`[name="${name}"]:visible`).fill(value);
      await page.getByRole('button', { name: n < 2 ? 'Continue' : 'Set up', exact: true }).click();
    }
    await page.waitForLoadState('networkidle');
  }
});
