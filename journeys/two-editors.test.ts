import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { publicationApi } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import type { Actor } from '../server/src/platform/actor.ts';
import { actorCalled, openBrowser, openDemo, type House, type Reader, signedIn } from './house.ts';

describe('two editors', () => {
  let house: House;
  let browser: Browser;
  let analyst: Actor;
  before(async () => {
    house = await openDemo();
    browser = await openBrowser();
    analyst = await actorCalled(house, 'Arjun Mehta');
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('two people write one publication: nothing is lost, whoever is late and whatever breaks', async () => {
    const { id } = await house.as(analyst)(publicationApi.create, {
      body: { kind: 'guidance', language: 'en', title: 'Spare parts' },
    });
    const [arjun, mei] = [await open('Arjun Mehta', id), await open('Mei Lin', id)];
    const summary = ({ page }: Reader) =>
      page.getByRole('listitem', { name: 'Summary' }).getByRole('textbox');
    const stored = async () =>
      (await house.as(analyst)(publicationApi.get, { params: { id } })).blocks.find(
        ({ content }) => content.kind === 'summary',
      )!;

    await summary(arjun).fill('Keep a spare controller.');
    await arjun.page.getByText('Everything is saved').waitFor();
    assert.equal((await stored()).content.text, 'Keep a spare controller.');
    // What the one wrote comes to the other by itself.
    await shows(mei.page, 'Keep a spare controller.');

    // Both at once: the one who is late sees both, and picks.
    await Promise.all([
      summary(arjun).fill('Keep a spare controller with its program.'),
      summary(mei).fill('Keep a spare controller, and try it.'),
    ]);
    const late = await Promise.any(
      [arjun, mei].map((one) =>
        one.page
          .getByText(/changed this block while you did/)
          .waitFor()
          .then(() => one),
      ),
    );
    assert.equal((await stored()).variants.length, 1);
    await late.page.getByRole('button', { name: 'Keep mine' }).click();
    await late.page.getByText('Everything is saved').waitFor();
    const picked = await stored();
    assert.deepEqual(picked.variants, []);
    await shows(arjun.page, picked.content.text);

    // The service is gone, and then the browser is: what was typed is there again, and saved.
    await arjun.context.setOffline(true);
    await summary(arjun).fill('Typed while the service was away.');
    await arjun.page.getByText(/The service does not answer/).waitFor();
    await arjun.page.close({ runBeforeUnload: false });
    await arjun.context.setOffline(false);
    const again = await arjun.context.newPage();
    await again.goto(`${house.address}/drafts/${id}`);
    await again.getByText('Everything is saved').waitFor();
    await shows(again, 'Typed while the service was away.');
    await again.waitForTimeout(1500);
    assert.equal((await stored()).content.text, 'Typed while the service was away.');
    assert.deepEqual(
      mei.complaints.filter((line) => !line.includes('ERR_INTERNET_DISCONNECTED')),
      [],
    );
  });

  /** In its first text, which is the summary. */
  async function shows(page: Page, words: string): Promise<void> {
    const first = page.locator('textarea').first();
    for (let tries = 0; tries < 100 && (await first.inputValue()) !== words; tries++)
      await page.waitForTimeout(200);
    assert.equal(await first.inputValue(), words);
  }

  async function open(name: string, id: string): Promise<Reader> {
    const reader = await signedIn(browser, house, name);
    await reader.page.goto(`${house.address}/drafts/${id}`);
    await reader.page.getByText('Everything is saved').waitFor();
    return reader;
  }
});
