import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import {
  actorCalled,
  type House,
  openBrowser,
  openDemo,
  patiently,
  type Reader,
  says,
  signedIn,
} from './house.ts';

/** On a slow line a page can be read, and used, long before its scripts have come. */
describe('before the scripts of a page have come', () => {
  let house: House;
  let browser: Browser;
  let lena: Reader;
  let page: Page;
  let letCome: () => void;

  before(async () => {
    house = await openDemo();
    browser = await openBrowser();
    lena = await signedIn(browser, house, 'Lena Vogt');
    page = lena.page;
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('nothing moves under the finger of somebody who signs in', async () => {
    const context = await browser.newContext({ locale: 'en' });
    const visitor = await context.newPage();
    await openSlowly(visitor, '/sign-in');
    const account = visitor.getByRole('button', { name: /^Mei Lin/ });
    const before = await account.boundingBox();
    letCome();
    await visitor.waitForLoadState('networkidle');
    assert.deepEqual(await account.boundingBox(), before);
    await openSlowly(visitor, '/sign-in');
    await account.click();
    letCome();
    await visitor.waitForURL(`${house.address}/`);
    await context.close();
  });

  it('a key opens the palette, and letters after it do nothing else', async () => {
    await openSlowly(page, '/radar');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('a');
    assert.equal(await page.getByRole('dialog').count(), 0);
    letCome();
    await page.getByRole('dialog', { name: 'Commands' }).waitFor();
  });

  it('what is typed into a filter filters', async () => {
    await openSlowly(page, '/organisations');
    const filter = page.getByRole('searchbox', { name: /^Filter/ });
    await filter.fill('Nordwasser');
    assert.match(await page.locator('main').innerText(), /Delta Motors/);
    letCome();
    await patiently(async () => {
      assert.doesNotMatch(await page.locator('main table').innerText(), /Delta Motors/);
    });
    assert.equal(await filter.inputValue(), 'Nordwasser');
  });

  it('what is ticked is ticked', async () => {
    await openSlowly(page, '/radar');
    const boxes = page.getByRole('checkbox', { name: 'Select this row' });
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await boxes.nth(1).uncheck();
    letCome();
    await says(page, /1 item selected/);
    assert.equal(await boxes.nth(0).isChecked(), true);
    assert.equal(await boxes.nth(1).isChecked(), false);
  });

  it('what is chosen is searched for', async () => {
    await openSlowly(page, '/radar');
    await page.getByRole('combobox', { name: 'Severity' }).selectOption('critical');
    letCome();
    await page.waitForURL(/severity=critical/);
  });

  it('what is written into a draft is saved, and a part that is added is there', async () => {
    const writes = house.as(await actorCalled(house, 'Lena Vogt'));
    const params = await writes(apis.publications.create, {
      body: { kind: 'guidance', language: 'en', title: 'Spare parts' },
    });
    await openSlowly(page, `/drafts/${params.id}`);
    await page.getByRole('listitem', { name: 'Summary' }).getByRole('textbox').first().fill('Keep two.');
    const mitigation = page.getByRole('button', { name: 'Mitigation', exact: true });
    await mitigation.click();
    assert.equal(await mitigation.getAttribute('aria-busy'), 'true');
    assert.equal(await page.getByRole('listitem', { name: 'Mitigation' }).count(), 0);
    letCome();
    await page.getByRole('listitem', { name: 'Mitigation' }).waitFor();
    assert.equal(await mitigation.getAttribute('aria-busy'), null);
    await patiently(async () => {
      const { blocks } = await writes(apis.publications.get, { params });
      assert.deepEqual(
        blocks.map(({ content }) => content.kind).filter((kind) => kind === 'mitigation'),
        ['mitigation'],
      );
      assert.match(JSON.stringify(blocks), /Keep two\./);
    });
  });

  it('a lead joins a case whose team she is not of, by the keyboard alone, and reads it', async () => {
    const arjun = house.as(await actorCalled(house, 'Arjun Mehta'));
    const { id, reference } = (await arjun(apis.cases.list, { query: { search: 'contractor laptop' } }))
      .items[0]!;
    await arjun(apis.cases.move, { params: { id }, body: { to: 'triaged' } });
    await openSlowly(page, '/cases?view=open');
    const closed = page.getByRole('link', { name: reference });
    assert.ok(!(await page.getByRole('main').innerText()).includes('A contractor plugged'));
    await closed.focus();
    await page.keyboard.press('Enter');
    letCome();
    await page.getByRole('heading', { name: reference }).waitFor();
    await says(page, /You are not on the team/);
    await page.getByRole('button', { name: 'Join this case' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    await page.goto(`${house.address}/cases?view=open`);
    await says(page, /A contractor plugged/);
  });

  it('what cannot be taken back waits for its question', async () => {
    const katrin = await signedIn(browser, house, 'Katrin Sommer');
    await openSlowly(katrin.page, '/members');
    const end = await endOf(katrin.page, 'Jonas Weber');
    await end.click();
    letCome();
    const question = katrin.page.getByRole('dialog');
    await question.waitFor();
    assert.match(await question.innerText(), /Jonas Weber/);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await katrin.page.reload();
    await says(katrin.page, /Jonas Weber/);
    assert.deepEqual(katrin.complaints, []);
    await katrin.context.close();
  });

  it('scripts that do not come at all hold nothing back', async () => {
    const katrin = await signedIn(browser, house, 'Katrin Sommer');
    await katrin.page.route('**/*.js', (route) => route.abort());
    await katrin.page.goto(`${house.address}/members`);
    await (await endOf(katrin.page, 'Jonas Weber')).click();
    await patiently(async () => {
      assert.doesNotMatch(await katrin.page.getByRole('table').innerText(), /Jonas Weber/);
    });
    await katrin.context.close();
  });

  it('goes without a complaint of the browser', () => {
    assert.deepEqual(lena.complaints, []);
  });

  /** The page is there to be read; its scripts come when they are let. */
  async function openSlowly(page: Page, path: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    letCome = resolve;
    await page.unrouteAll();
    await page.route('**/*.js', async (route) => {
      await promise;
      await route.continue();
    });
    await page.goto(house.address + path, { waitUntil: 'commit' });
    await page.locator('footer').waitFor();
  }

  async function endOf(page: Page, name: string) {
    const row = page.getByRole('row', { name: new RegExp(name) });
    await row.locator('summary').click();
    return row.getByRole('button', { name: 'End membership' });
  }
});
