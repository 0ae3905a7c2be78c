import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, Page } from 'playwright-core';

import { listen, openBrowser, openDemo } from './house.ts';

describe('finding the way', () => {
  let house: Awaited<ReturnType<typeof openDemo>>;
  let browser: Browser;
  before(async () => {
    house = await openDemo();
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('few places stand side by side, many are in menus that the keyboard opens and leaves', async () => {
    const context = await browser.newContext({ locale: 'en' });
    const complaints = listen(context);
    const page = await context.newPage();
    await page.goto(house.address);
    const bar = page.getByRole('navigation', { name: 'Main menu' });
    assert.deepEqual(await bar.getByRole('link').allTextContents(), [
      'Vulnerabilities',
      'Advisories',
      'What is looked for',
      'Published',
      'Audit',
    ]);

    await page.getByRole('button', { name: /Lena Vogt/ }).click();
    const menus = bar.locator('summary');
    await menus.first().waitFor();
    assert.deepEqual(await menus.allInnerTexts(), ['Watch', 'Publications', 'Administration']);
    await page.getByRole('heading', { name: 'Waiting for you' }).waitFor();

    await menus.first().focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Cases', exact: true }).waitFor();
    assert.deepEqual(await bar.locator('summary[aria-current]').allInnerTexts(), ['Watch']);
    assert.equal(await open(bar), 0, 'a menu that was followed is shut');

    await menus.nth(1).focus();
    await page.keyboard.press('Enter');
    assert.equal(await open(bar), 1);
    await page.keyboard.press('Escape');
    assert.equal(await open(bar), 0);
    await page.keyboard.press('Enter');
    await page.locator('#search').focus();
    assert.equal(await open(bar), 0, 'a menu that was left is shut');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('without scripts the menus open too, one at a time', async () => {
    const context = await browser.newContext({ locale: 'en', javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(house.address);
    await page.getByRole('button', { name: /Lena Vogt/ }).click();
    const bar = page.getByRole('navigation', { name: 'Main menu' });
    await bar.locator('summary').first().click();
    await bar.locator('summary').nth(1).click();
    assert.equal(await open(bar), 1);
    await bar.getByRole('link', { name: 'Releases' }).click();
    await page.getByRole('heading', { name: 'Release gate' }).waitFor();
    await context.close();
  });

  function open(bar: ReturnType<Page['getByRole']>): Promise<number> {
    return bar.locator('details[open]').count();
  }
});
