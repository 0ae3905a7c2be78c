import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis, ReportDocument, unsupportedIn } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import { until } from '../server/src/testing/until.ts';
import { actorCalled, type House, openBrowser, openHouse, says, signedIn } from './house.ts';

const indicators = [
  '198.51.100.23',
  'update.maintenance.example',
  'the user svc_remote',
  'port 5938 by night',
];

/** What may leave a case, item by item; the report whose sentences have their evidence; and consent that is withdrawn. */
describe('an investigation', () => {
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

  it('the authoriser is asked for four indicators, anonymous and GREEN, and grants three', async () => {
    const analyst = await at('Arjun Mehta', 'consents');
    await analyst.getByText('Ask for consent', { exact: true }).first().click();
    await analyst.getByLabel('What for').fill('To find the same intruder elsewhere');
    await analyst.getByLabel('What is to leave').fill(indicators.join('\n'));
    await analyst.getByRole('button', { name: 'Ask for consent' }).click();
    await says(analyst, /To find the same intruder elsewhere/);
    await analyst.context().close();

    const member = await at('Katrin Sommer', 'consents');
    const asked = member.getByRole('article').filter({ hasText: 'same intruder' });
    assert.match(await asked.innerText(), /for all members, without any name[\s\S]*TLP:GREEN/);
    await asked.getByLabel(indicators[2]!).uncheck();
    await asked.getByRole('button', { name: 'Grant what is ticked' }).click();
    await asked.getByRole('button', { name: 'Keep what is ticked only' }).waitFor();
    const kept = await asked.getByRole('checkbox').count();
    assert.equal(kept, 3);
    await member.context().close();
  });

  it('a sentence without a reference is flagged as it is typed; the report that is final has evidence for each', async () => {
    const analyst = await at('Arjun Mehta', 'report');
    await analyst.getByLabel('Title').fill('How they came in');
    await analyst.getByLabel('Heading 1').fill('The way in');
    const written = analyst.getByLabel('Text 1');
    await written.fill('They came by night');
    await says(analyst, /Names no fact: They came by night/);
    await written.press('End');
    await analyst.getByRole('button', { name: 'F2: refer to it in the text' }).click();
    await says(analyst, /Each sentence has its evidence/);
    await analyst.getByRole('button', { name: 'Save and submit for the check' }).click();
    await says(analyst, /It waits for somebody who did not write in it/);
    await analyst.context().close();

    const lead = await at('Lena Vogt', 'report');
    const makeFinal = lead.getByRole('button', { name: 'Make exactly this final' });
    await makeFinal.click();
    await makeFinal.waitFor({ state: 'detached' });
    await lead.context().close();

    const member = await at('Katrin Sommer', 'reports/2');
    await says(member, /They came by night \[F2\]/);
    const file = async (name: string) =>
      (await member.request.get(`${house.address}/api/cases/${id}/reports/2/report.${name}`)).body();
    assert.equal((await file('pdf')).subarray(0, 5).toString(), '%PDF-');
    const { sections, facts } = ReportDocument.parse(JSON.parse((await file('json')).toString()));
    assert.deepEqual(
      sections.flatMap(({ text }) => unsupportedIn(text)),
      [],
    );
    assert.ok(facts.every(({ evidence }) => evidence.length > 0));
    await member.context().close();
  });

  it('consent is withdrawn: what has not left is stopped, and what already left is listed', async () => {
    const [sent, waiting] = [await written('An intruder by night'), await written('The same intruder again')];
    for (const title of [sent.title, waiting.title]) await goesInto(title);
    const left = await release(sent.id, null);
    await until('it left', async () => (await stateOf(left)) === 'sent');
    const stopped = await release(waiting.id, new Date(Date.now() + 86_400_000));
    assert.equal(await stateOf(stopped), 'scheduled');

    const member = await at('Katrin Sommer', 'consents');
    await says(member, /consent to all of it/);
    const granted = member.getByRole('article').filter({ hasText: 'same intruder' });
    await granted.getByRole('button', { name: 'Withdraw' }).click();
    await member.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await says(member, /stopped: no consent to 3 items/);
    const list = member.getByRole('region', { name: 'What already left' });
    assert.match(await list.innerText(), /TLP:GREEN/);
    await member.context().close();

    assert.equal(await stateOf(stopped), 'blocked');
    const { page: lead } = await signedIn(browser, house, 'Lena Vogt');
    await lead.goto(`${house.address}/releases/${stopped}`);
    await says(lead, /It cannot leave like this/);
    await lead.context().close();
  });

  /** The analyst says which items go into a publication. */
  async function goesInto(title: string): Promise<void> {
    const page = await at('Arjun Mehta', 'consents');
    await page.getByText('Say what goes into a publication').first().click();
    const form = page.locator('form').filter({ has: page.getByLabel('Publication', { exact: true }) });
    const option = form.locator('option').filter({ hasText: title });
    await form.getByLabel('Publication', { exact: true }).selectOption((await option.getAttribute('value'))!);
    for (const [n, indicator] of indicators.entries())
      if (n !== 2) await form.getByLabel(indicator, { exact: true }).check();
    await form.getByRole('button').click();
    await says(page, new RegExp(`${title}[\\s\\S]*consent to all of it`));
    await page.context().close();
  }

  /** A notice for members that two people wrote and checked. */
  async function written(title: string): Promise<{ id: string; title: string }> {
    const [author, checker] = [await staff('Arjun Mehta'), await staff('Mei Lin')];
    const { id: publication } = await author(apis.publications.create, {
      body: { kind: 'guidance', language: 'en', title },
    });
    const params = { id: publication };
    const { blocks } = await author(apis.publications.get, { params });
    const [summary] = blocks.filter(({ content }) => content.kind === 'summary');
    const block = summary?.id ?? crypto.randomUUID();
    await author(apis.publications.save, {
      params: { ...params, block },
      body: {
        editor: crypto.randomUUID(),
        base: summary?.revision ?? 0,
        removed: false,
        settles: [],
        content: { kind: 'summary', heading: '', text: 'Look for the addresses below.' },
      },
    });
    await author(apis.publications.describe, { params, body: { label: 'GREEN', scope: 'members' } });
    await author(apis.publications.move, { params, body: { to: 'sourced' } });
    await checker(apis.publications.move, { params, body: { to: 'checked' } });
    return { id: publication, title };
  }

  async function release(publication: string, at: Date | null): Promise<string> {
    const [author, reviewer, lead] = [
      await staff('Arjun Mehta'),
      await staff('Mei Lin'),
      await staff('Lena Vogt'),
    ];
    const { id: proposed } = await author(apis.releases.propose, {
      body: { subject: { kind: 'publication', id: publication } },
    });
    const params = { id: proposed };
    const { snapshot, checks } = await lead(apis.releases.get, { params });
    const open = checks.filter(({ outcome }) => outcome === 'warning');
    await reviewer(apis.releases.review, {
      params,
      body: {
        snapshot,
        couldHarm: false,
        reason: 'It helps defenders',
        answers: Object.fromEntries(open.map(({ name }) => [name, 'Looked at; it may stand'])),
      },
    });
    await lead(apis.releases.approve, { params, body: { snapshot, sendAt: at?.toISOString() ?? null } });
    return proposed;
  }

  const stateOf = async (release: string) =>
    (await (await staff('Lena Vogt'))(apis.releases.get, { params: { id: release } })).state;
  const staff = async (name: string) => house.as(await actorCalled(house, name));

  /** Somebody on a page of the case. */
  async function at(name: string, place: string): Promise<Page> {
    const { page } = await signedIn(browser, house, name);
    await page.goto(`${house.address}/cases/${id}/${place}`);
    return page;
  }
});
