import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import { actorCalled, type House, openBrowser, openHouse, says, signedIn } from './house.ts';

/** The first hours of an incident: what is done about it, who says yes for the process, and what the law is told. */
describe('the first hours', () => {
  let house: House;
  let browser: Browser;
  let id: string;

  before(async () => {
    house = await openHouse();
    await house.house.demo.fill();
    browser = await openBrowser();
    const operator = house.as(await actorCalled(house, 'Katrin Sommer'));
    const { items } = await operator(apis.cases.list, { query: { search: 'pumps at the intake' } });
    id = items[0]!.id;
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('a playbook says first what must not be done; a task is done, and taken back', async () => {
    const page = await as('Arjun Mehta');
    await page.goto(`${house.address}/cases/${id}/tasks`);
    await says(page, /Must not be done – Abuse of remote access/);
    await page.getByText('Loss of view', { exact: true }).click();
    await page.getByRole('button', { name: 'Choose this one' }).last().click();
    await says(page, /Must not be done – Loss of view/);
    await page.getByRole('button', { name: 'Done: Read the important values at the place itself' }).click();
    await says(page, /You changed “Read the important values at the place itself”/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Done: Read the important values at the place itself' }).waitFor();
    await page.context().close();
  });

  it('what stops the process waits for the member, whose shift supervisor confirms it', async () => {
    const analyst = await as('Arjun Mehta');
    await analyst.goto(`${house.address}/cases/${id}/measures`);
    const shutDown = (page: Page) =>
      page.getByRole('article', { name: 'Shut the process down in a controlled way' });
    await says(analyst, /Waits for the word of: plant manager/);
    assert.equal(await shutDown(analyst).getByRole('button', { name: 'It was done' }).count(), 0);
    await analyst.context().close();

    const member = await as('Katrin Sommer');
    await member.goto(`${house.address}/cases/${id}/measures`);
    await shutDown(member).getByRole('button', { name: 'Confirm (plant manager)' }).click();
    await member.getByRole('dialog').getByRole('button', { name: 'Confirm (plant manager)' }).click();
    await shutDown(member).getByText('Katrin Sommer (plant manager)').waitFor();
    await shutDown(member).getByRole('button', { name: 'It was done' }).waitFor();
    await member.context().close();
  });

  it('the notice of the law is filled in; the authoriser reads it and sends it; the ministry reads that and no more', async () => {
    const member = await as('Katrin Sommer');
    await member.goto(`${house.address}/cases/${id}/deadlines`);
    await says(member, /Check with counsel/);
    await member.getByRole('button', { name: 'Write the notice: Incident report' }).click();
    await says(member, /What leaves, letter by letter/);
    await member.getByLabel('What happened').fill('Two pumps were stopped from outside at 02:41');
    await member.getByLabel('Suspected of being caused').selectOption({ label: 'Yes' });
    await member.getByLabel('Could have an impact across borders').selectOption({ label: 'No' });
    await member.getByRole('button', { name: 'Save, and read what leaves' }).click();
    await says(member, /Could have an impact across borders\s+No/);
    await member.getByLabel('Authority', { exact: true }).selectOption({ index: 1 });
    await member.getByRole('button', { name: 'Send it' }).click();
    await member.getByRole('dialog').getByRole('button', { name: 'Send it' }).click();
    await says(member, /What left, letter by letter/);
    await member.context().close();

    const ministry = await as('Anna Kowalska');
    await ministry.goto(`${house.address}/notices`);
    await ministry.getByRole('link', { name: /Incident report/ }).click();
    await says(ministry, /Two pumps were stopped from outside at 02:41/);
    const answer = await ministry.goto(`${house.address}/cases/${id}/deadlines`);
    assert.equal(answer!.status(), 404);
    await ministry.context().close();
  });

  async function as(name: string): Promise<Page> {
    const { page } = await signedIn(browser, house, name);
    return page;
  }
});
