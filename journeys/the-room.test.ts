import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis } from '@busbar/contract';
import type { Browser } from 'playwright-core';

import { actorCalled, type House, openBrowser, openDemo, patiently, says, signedIn } from './house.ts';

/** J5.2 and J5.4: a report is taken, its owner sees who reads it and what is said at once; a guest sees his part. */
describe('the room of a case', { timeout: 300_000 }, () => {
  let house: House;
  let browser: Browser;

  before(async () => {
    house = await openDemo();
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('is triaged by its form, and its owner hears at once', async () => {
    const owner = house.as(await actorCalled(house, 'Pavel Novak'));
    const reported = async (sees: string) =>
      owner(apis.cases.report, {
        body: { danger: 'no', control: 'partly', sees, naming: 'member' } as never,
      });
    const { reference } = await reported('The robots of line 2 stand still since 03:10');
    const { items } = await owner(apis.cases.list, { query: { search: reference } });
    const room = `${house.address}/cases/${items[0]!.id}`;

    const analyst = await signedIn(browser, house, 'Arjun Mehta');
    await analyst.page.goto(`${room}/step`);
    await analyst.page.getByLabel('Effect on production').selectOption('real');
    await analyst.page.getByLabel(/^Class/).selectOption('intrusions');
    await analyst.page.getByLabel('triaged').check();
    await analyst.page.getByRole('button', { name: 'Next step' }).click();
    await analyst.page.waitForURL(room);

    const member = await signedIn(browser, house, 'Pavel Novak');
    await member.page.goto(room);
    await says(member.page, /Arjun Mehta/);
    await says(member.page, /High/);
    // By keyboard alone.
    await analyst.page.locator('body').press('w');
    await analyst.page.keyboard.type('We are with you. Leave the controllers as they are.');
    await analyst.page.keyboard.press('Tab');
    await analyst.page.keyboard.press('Tab');
    await analyst.page.keyboard.press('Enter');
    await says(member.page, /Leave the controllers as they are/);

    // Another report of the same incident that resembles it in nothing: found by its words, by keyboard alone.
    const { reference: other } = await reported('Shift handover: cell B9 halted');
    const parts = await owner(apis.cases.list, { query: { search: other } });
    const { page } = analyst;
    await page.goto(`${house.address}/cases/${parts.items[0]!.id}/step`);
    await page.getByLabel('Search cases: reference, organisation or words').focus();
    await page.keyboard.type('robots line 2');
    await page.keyboard.press('Enter');
    await says(page, /1 case found/);
    // The field keeps the focus; the button and the case found come next.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByLabel('duplicate', { exact: true }).press('Space');
    await page.getByLabel('Reason').fill('The same halt');
    await page.getByLabel('Reason').press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`${parts.items[0]!.id}$`));
    await page.goto(room);
    await says(page, new RegExp(other));

    // The line drops, and what was typed is there after a reload.
    await member.page.getByLabel('Write').fill('Line 2 is on manual operation');
    await member.context.setOffline(true);
    await member.page.getByRole('button', { name: 'Send', exact: true }).click();
    await says(member.page, /there is no line/);
    await member.context.setOffline(false);
    await member.page.reload();
    await patiently(async () =>
      assert.equal(await member.page.getByLabel('Write').inputValue(), 'Line 2 is on manual operation'),
    );
    await member.page.getByRole('button', { name: 'Send', exact: true }).click();
    await says(analyst.page, /Line 2 is on manual operation/);
    await patiently(async () => assert.equal(await member.page.getByLabel('Write').inputValue(), ''));

    // What it is about is found and added by keyboard; the other side reads it at once.
    const site = { name: 'Body shop', sector: '', country: '', process: '' };
    const { id } = await owner(apis.plant.addSite, { body: site });
    await owner(apis.plant.addAsset, { body: { site: id, name: 'Robot cell 7', firmware: '4.1' } });
    await member.page.locator('body').press('d');
    await member.page.waitForURL(`${room}/plant`);
    await member.page.getByLabel('Search sites and devices').fill('robot cell');
    await member.page.keyboard.press('Enter');
    await member.page.getByRole('button', { name: 'Add Robot cell 7' }).press('Enter');
    await says(member.page, /firmware 4\.1/);
    await member.page.getByLabel('Search sites and devices').fill('body shop');
    await member.page.keyboard.press('Enter');
    await member.page.getByRole('button', { name: 'Add Body shop' }).press('Enter');
    await member.page.getByRole('button', { name: 'Take away: Body shop' }).click();
    await member.page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click();
    await member.page.getByRole('button', { name: 'Add Body shop' }).waitFor();
    // Its plant is open to the CERT by consent, so the analyst reads the device itself.
    await says(analyst.page, /Robot cell 7[^]*firmware 4\.1/);
    // The analyst narrows its label, and cannot put it back.
    await analyst.page.getByRole('button', { name: 'Make it TLP:RED' }).click();
    await analyst.page.getByRole('dialog').getByRole('button', { name: 'Make it TLP:RED' }).click();
    await says(analyst.page, /put back by whoever the case is from/);
    await member.page.goto(room);
    await member.page.getByRole('button', { name: 'Make it TLP:AMBER+STRICT' }).waitFor();
    // The analyst gives it into other hands, and reads it no more.
    await analyst.page.goto(`${room}/people`);
    await analyst.page.getByLabel('Bring in a colleague').selectOption({ label: 'Mei Lin' });
    await analyst.page.getByRole('button', { name: 'Bring in', exact: true }).click();
    await analyst.page.getByRole('button', { name: 'Leave the team' }).click();
    await analyst.page.getByRole('dialog').getByRole('button', { name: 'Leave the team' }).click();
    await analyst.page.waitForURL(`${house.address}/cases`);
    const { items: mine } = await owner(apis.cases.list, { query: { search: reference } });
    const { team } = await owner(apis.cases.get, { params: { id: mine[0]!.id } });
    assert.deepEqual(
      team.map(({ name }) => name),
      ['Mei Lin'],
    );
  });

  it('shows a guest his thread, and nothing of the rest', async () => {
    const { page } = await signedIn(browser, house, 'Carlos Ruiz');
    await page.goto(`${house.address}/cases`);
    await page.getByRole('link', { name: /^INC-/ }).first().click();
    await says(page, /Can your HMI show a pump as running/);
    const words = await page.locator('body').innerText();
    assert.ok(!/engineering workstation|intake by hand|Nordwasser/.test(words), words);
  });
});
