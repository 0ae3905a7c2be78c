import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { alertApi, MatchCertainty, type Warning, warningApi } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import { actorCalled, type House, openBrowser, openDemo, patiently, signedIn } from './house.ts';

describe('whoever is warned', () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let all: Warning[];
  let one: Warning;
  let calendar: string;
  before(async () => {
    house = await openDemo();
    browser = await openBrowser();
    page = (await signedIn(browser, house, 'Katrin Sommer')).page;
    const call = house.as(await actorCalled(house, 'Katrin Sommer'));
    all = (await call(warningApi.list, { query: { limit: 200 } })).items;
    const found = all.find(
      ({ state, advisory }) =>
        ['new', 'confirmed'].includes(state) && all.some((other) => other.advisory.id !== advisory.id),
    );
    assert.ok(found, all.map(({ state, advisory }) => `${state} ${advisory.trackingId}`).join());
    one = found;
    await call(warningApi.plan, { body: { warnings: [one.id], equal: false, due: '2999-01-31' } });
    calendar = (await call(alertApi.openCalendar, { body: { names: true } })).url;
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('follows the calendar to the warnings of its advisory alone, and widens them by one step', async () => {
    const text = (await (await fetch(at(calendar))).text()).replaceAll('\r\n ', '');
    const url = text.match(new RegExp(`^URL.*?:(http\\S*${one.advisory.id})`, 'm'))?.[1];
    assert.ok(url, text);
    await page.goto(at(url));
    await lists(all.filter(({ advisory }) => advisory.id === one.advisory.id));
    await page.getByRole('link', { name: one.advisory.trackingId }).click();
    await lists(all);
  });

  it('narrows the list by what is in the address, and by what is chosen', async () => {
    for (const sure of MatchCertainty.options) {
      await page.goto(`${house.address}/warnings?view=all&certainty=${sure}`);
      await lists(all.filter(({ certainty }) => certainty === sure));
    }
    await page.goto(`${house.address}/warnings?view=all&asset=${one.asset.id}&certainty=${one.certainty}`);
    const ofAsset = all.filter(({ asset }) => asset.id === one.asset.id);
    await lists(ofAsset.filter(({ certainty }) => certainty === one.certainty));
    await page.locator('select[name=certainty]').selectOption('');
    await lists(ofAsset);
    await page.locator('select[name=state]').selectOption('planned');
    await lists([one]);
    assert.match(await page.locator('main').innerText(), new RegExp(one.asset.name));
  });

  it('asks the CERT with a mail that says nothing of the plant, and has a device compared again', async () => {
    await page.goto(`${house.address}/warnings/${one.id}`);
    const mail = new URL((await page.getByRole('link', { name: 'Write a mail' }).getAttribute('href'))!);
    assert.equal(mail.protocol, 'mailto:');
    assert.deepEqual([...mail.searchParams], [['subject', `Question about ${one.advisory.trackingId}`]]);
    for (const [address, button, told] of [
      [
        `/assets/${one.asset.id}`,
        'Compare with all advisories again',
        /compared with all advisories just now/,
      ],
      [`/advisories/${one.advisory.id}`, 'Compare my devices with it again', /being compared with it/],
    ] as const) {
      await page.goto(house.address + address);
      await page.getByRole('button', { name: button }).click();
      await patiently(async () => assert.match(await page.locator('main').innerText(), told));
    }
  });

  const at = (url: string) => new URL(new URL(url).pathname + new URL(url).search, house.address).href;

  const lists = (warnings: readonly Warning[]) =>
    patiently(async () => {
      const links = await page
        .locator('main table')
        .locator('a[href^="/warnings/"]')
        .evaluateAll((found) => found.map((link) => link.getAttribute('href')!.slice('/warnings/'.length)));
      assert.deepEqual(new Set(links), new Set(warnings.map(({ id }) => id)));
    });
});
