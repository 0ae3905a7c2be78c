import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import { call, receiptOn } from './case-steps.ts';
import { type House, named, openBrowser, openHouse, patiently, says } from './house.ts';

/** At 03:10, on a small telephone, without an account; once with scripts and once without. */
describe('a frightened call', () => {
  let house: House;
  let browser: Browser;

  before(async () => {
    house = await named(await openHouse());
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  for (const javaScriptEnabled of [true, false])
    it(`becomes a report, a receipt and an answer ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
      const cert = await house.organisation(`CERT ${javaScriptEnabled}`, 'cert');
      const analyst = house.as(await cert.person('ANA'));
      const { page, words, reference } = await report(javaScriptEnabled);
      const { items } = await analyst(apis.cases.list, { query: { search: reference } });
      await analyst(apis.cases.write, {
        params: { id: items[0]!.id },
        body: { body: 'Bleiben Sie dran', internal: false, asIs: false },
      });

      await page.goto(`${house.address}/report/follow`);
      await page.getByLabel('Reference').fill(reference);
      await page.getByLabel('Six words').fill('zoom zoom zoom zoom zoom zoom');
      await page.getByRole('button', { name: 'Open' }).click();
      await says(page, /do not belong together/);
      await page.getByLabel('Reference').fill(reference);
      await page.getByLabel('Six words').fill(words.join(' '));
      await page.getByRole('button', { name: 'Open' }).click();
      await says(page, /Bleiben Sie dran/);
      await page.getByLabel('Write').fill('Gut. Die Pumpe läuft von Hand');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await says(page, /Die Pumpe läuft von Hand/);
      const { messages } = await analyst(apis.cases.get, { params: { id: items[0]!.id } });
      assert.equal(messages.at(-1)!.body, 'Gut. Die Pumpe läuft von Hand');

      if (javaScriptEnabled) await addsFile(page, analyst, items[0]!.id);

      await page.getByRole('button', { name: 'Leave this report' }).click();
      await page.waitForURL((url) => !url.pathname.endsWith('/case'));
      await page.goto(`${house.address}/report/follow/case`);
      await says(page, /Show the words again/);
      await page.context().close();
    });

  /** What comes with a later note is looked at as what came with the first, and says what it is. */
  async function addsFile(page: Page, analyst: ReturnType<House['as']>, id: string): Promise<void> {
    const bytes = Buffer.from('A photograph of the screen');
    await page.getByLabel('Note').fill('Der Bildschirm um 03:20');
    await page.locator('input[type=file]').setInputFiles({ name: 'screen.jpg', mimeType: '', buffer: bytes });
    await page.getByText('The same on both sides').first().waitFor();
    await patiently(async () => assert.equal(await page.getByLabel('Note').inputValue(), ''));
    const files = await analyst(apis.evidence.list, { params: { id }, query: {} });
    assert.deepEqual(
      files.items.map(({ name, note, state, addedBy }) => [name, note, state, addedBy.as]),
      [['screen.jpg', 'Der Bildschirm um 03:20', 'quarantined', 'reporter']],
    );
  }

  async function report(javaScriptEnabled: boolean) {
    const context = await browser.newContext({
      javaScriptEnabled,
      locale: 'en',
      viewport: { width: 360, height: 740 },
    });
    const page = await context.newPage();
    await call(page, house.address, 'Pumpe steht. Passwort: Sommer2024!');
    if (javaScriptEnabled) await survivesReload(page);
    await page.getByRole('button', { name: 'Send the report' }).click();
    await says(page, /Not sent yet/);
    await page.getByRole('button', { name: 'Cross it out and send' }).click();
    return { page, ...(await receiptOn(page)) };
  }

  async function survivesReload(page: Page): Promise<void> {
    await page.waitForLoadState('networkidle');
    await page.getByLabel('What do you see?').press('End');
    await page.getByLabel('What do you see?').pressSequentially('!');
    await page.reload();
    await patiently(async () => {
      assert.equal(
        await page.getByLabel('What do you see?').inputValue(),
        'Pumpe steht. Passwort: Sommer2024!!',
      );
      const control = page.getByRole('group', { name: 'under control?' });
      assert.ok(await control.getByLabel('No', { exact: true }).isChecked());
    });
  }
});
