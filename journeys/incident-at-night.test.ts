import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { apis, ReportDocument, unsupportedIn } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import type { Actor } from '../server/src/platform/actor.ts';
import { readingsOf } from '../server/src/modules/canary/readings.ts';
import { until } from '../server/src/testing/until.ts';
import { addFile, call, receiptOn, runTool } from './case-steps.ts';
import { type House, named, openBrowser, openHouse, pageOf, patiently, says } from './house.ts';

const indicators = ['203.0.113.9', 'update.maintenance.example', 'the user svc_remote', 'port 3389 by night'];

/** What the packet filter of the plant wrote that night: somebody comes in, and a controller is loaded at 02:41. */
const firewallLog = Buffer.from(
  [
    '2026-11-20 02:30:12 fw ACCEPT SRC=203.0.113.9 DST=10.1.0.5 PROTO=TCP DPT=3389',
    '2026-11-20 02:41:07 fw ACCEPT SRC=10.1.0.5 DST=10.1.0.11 PROTO=TCP DPT=102',
  ].join('\n'),
);

/** J5: one incident of Delta Motors, from 03:10 to its end. Each step stands on the ones before it. */
describe('an incident at night', { timeout: 300_000 }, () => {
  let house: House;
  let browser: Browser;
  let people: Record<'analyst' | 'colleague' | 'lead' | 'member' | 'authoriser' | 'ministry', Actor>;
  let pages: Record<keyof typeof people, Page>;
  let receipt: { reference: string; words: string[] };
  let id: string;

  before(async () => {
    house = await named(await openHouse());
    const cert = await house.organisation('CERT', 'cert');
    const delta = await house.organisation('Delta Motors', 'operator');
    const government = await house.organisation('Ministry', 'government');
    const administrator = house.as(await cert.person('ADM'));
    await administrator(apis.signingKeys.create, { body: { years: 2 } });
    await administrator(apis.deadlines.addAuthority, {
      body: { name: 'Ministry', laws: ['eu-nis2'], organisation: government.id } as never,
    });
    people = {
      analyst: await cert.person('ANA'),
      colleague: await cert.person('ANA'),
      lead: await cert.person('LEAD'),
      member: await delta.person('MEM'),
      authoriser: await delta.person('MAD'),
      ministry: await government.person('GOV'),
    };
    browser = await openBrowser();
    pages = Object.fromEntries(
      await Promise.all(
        Object.entries(people).map(async ([who, actor]) => [who, await pageOf(browser, house, actor)]),
      ),
    ) as typeof pages;
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('at 03:10 somebody reports by telephone, without an account', async () => {
    const context = await browser.newContext({ locale: 'en', viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    await call(page, house.address, 'Line 2 stands since 02:41, nobody stopped it');
    await page.locator('input[name=limit][value=shareIndicators]').check();
    await page.getByRole('button', { name: 'Send the report' }).click();
    receipt = await receiptOn(page);
    await context.close();
  });

  it('by day a colleague with an account takes it over by its words', async () => {
    const { member } = pages;
    await member.goto(`${house.address}/report/claim`);
    await member.getByLabel('Reference').fill(receipt.reference);
    await member.getByLabel('Six words').fill(receipt.words.join(' '));
    await member.getByRole('button', { name: 'Take it over' }).click();
    await says(member, /Line 2 stands since 02:41/);
    id = new URL(member.url()).pathname.split('/')[2]!;
  });

  it('an analyst takes it, and its owner sees that he reads it', async () => {
    const { analyst, member } = pages;
    await step('triaged');
    await analyst.goto(`${house.address}/cases/${id}`);
    await member.goto(`${house.address}/cases/${id}/access`);
    await says(member, new RegExp(`${people.analyst.name}[^]*Read a case`, 'i'));
  });

  it('files arrive with the same hash on both sides, one of them over a line that is cut', async () => {
    const { member } = pages;
    await member.goto(`${house.address}/cases/${id}/evidence`);
    const memory = randomBytes(3 << 20);
    const arrived = 2 << 20;
    const uploads = '**/api/uploads/**';
    let isCut = false;
    // The line is cut once, when so much has arrived.
    await member.route(uploads, async (route, request) => {
      if (request.method() !== 'PATCH' || isCut) return route.continue();
      isCut = true;
      await member.request.fetch(request.url(), {
        method: 'PATCH',
        headers: {
          'tus-resumable': '1.0.0',
          'upload-offset': '0',
          'content-type': 'application/offset+octet-stream',
        },
        data: memory.subarray(0, arrived),
      });
      return route.abort('connectionreset');
    });
    const goesOnAt = member.waitForResponse(
      (answer) =>
        answer.request().method() === 'HEAD' && answer.headers()['upload-offset'] === String(arrived),
    );
    await addFile(member, 'memory.raw', memory);
    await goesOnAt;
    await member.unroute(uploads);
    await member.goto(`${house.address}/cases/${id}/evidence`);
    await addFile(member, 'firewall.log', firewallLog);
  });

  it('a tool reads the log, and the workstation that loaded the controller stands in the timeline', async () => {
    const { analyst, member } = pages;
    await analyst.goto(member.url());
    await runTool(analyst);
    await analyst.getByLabel(/shown$/).check();
    await analyst.getByRole('button', { name: 'Accept' }).click();
    await says(analyst, /Nothing waits for a decision|Nothing fits/);
    await member.goto(`${house.address}/cases/${id}/timeline`);
    await says(member, /02:41:07[^]*10\.1\.0\.5 to 10\.1\.0\.11, tcp 102/);
  });

  it('a measure that stops the process waits for the shift supervisor', async () => {
    const { analyst, member } = pages;
    await analyst.goto(`${house.address}/cases/${id}/tasks`);
    const choose = async (playbook: string) => {
      const one = analyst.getByRole('group').filter({ hasText: playbook });
      await one.getByText(playbook, { exact: true }).click();
      await one.getByRole('button', { name: 'Choose this one' }).click();
      await analyst.getByRole('dialog').getByRole('button', { name: 'Choose this one' }).click();
      await says(analyst, new RegExp(`Must not be done – ${playbook}`));
    };
    // In the dark one takes the wrong one: before anything of it is done, it goes as it came.
    await choose('Loss of view');
    await analyst.getByRole('button', { name: 'Take it back' }).click();
    await analyst.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
    await patiently(async () =>
      assert.equal(await analyst.getByText('Must not be done – Loss of view').count(), 0),
    );
    await choose('Unauthorised change of logic');
    const task = 'Read the program out of the controller and keep it';
    await analyst.getByRole('button', { name: `Done: ${task}` }).click();
    await says(analyst, new RegExp(`You changed “${task}”`));
    await analyst.getByRole('button', { name: 'Undo' }).click();
    await analyst.getByRole('button', { name: `Done: ${task}` }).waitFor();

    // Taken on, and given back.
    for (const who of [people.analyst.name, 'nobody yet']) {
      await analyst.getByRole('link', { name: task }).first().click();
      await analyst.getByLabel('Assigned to').selectOption({ label: who });
      await analyst.getByRole('button', { name: 'Save' }).click();
      await analyst.waitForURL(/tasks$/);
    }
    const tasks = await house.as(people.analyst)(apis.casework.tasks, { params: { id }, query: {} });
    assert.equal(tasks.items.find(({ title }) => title.en === task)!.assignee, null);

    const byHand = (page: Page) => page.getByRole('article', { name: 'Run the affected part by hand' });
    await analyst.goto(`${house.address}/cases/${id}/measures`);
    assert.equal(await byHand(analyst).getByRole('button', { name: 'It was done' }).count(), 0);
    await byHand(analyst).getByText('Change it', { exact: true }).click();
    const does = byHand(analyst).getByLabel(/^What it does/);
    await does.fill(`${await does.inputValue()} From panel 3.`);
    await byHand(analyst).getByRole('button', { name: 'Save' }).click();
    await patiently(async () => assert.match(await byHand(analyst).innerText(), /From panel 3\./));
    await member.goto(`${house.address}/cases/${id}/measures`);
    const confirm = /^Confirm \(shift supervisor\)/;
    await byHand(member).getByRole('button', { name: confirm }).click();
    await member.getByRole('dialog').getByRole('button', { name: confirm }).click();
    await byHand(member).getByText(`${people.member.name} (shift supervisor)`).waitFor();
    await byHand(member).getByRole('button', { name: 'It was done' }).waitFor();
  });

  it('the early warning is filled in; the authoriser reads and sends it; the ministry reads that and no more', async () => {
    const { analyst, authoriser, ministry } = pages;
    await analyst.goto(`${house.address}/cases/${id}/deadlines`);
    await analyst.getByLabel('Law', { exact: true }).selectOption('eu-nis2');
    await analyst.getByRole('button', { name: 'Start a clock' }).click();
    await says(analyst, /Early warning/);
    await analyst.getByText(/^How .* is counted/).click();
    await analyst.getByText('It does not apply', { exact: true }).first().click();
    await analyst.getByLabel('Why it does not apply').fill('Taken for a small enterprise');
    await analyst.getByRole('button', { name: 'It does not apply' }).click();
    await analyst.getByRole('dialog').getByRole('button', { name: 'It does not apply' }).click();
    await says(analyst, /Taken for a small enterprise/);
    await analyst.getByRole('button', { name: 'Let it run again' }).click();
    await patiently(async () =>
      assert.equal(await analyst.getByText('Taken for a small enterprise').count(), 0),
    );
    await authoriser.goto(`${house.address}/cases/${id}/deadlines`);
    await says(authoriser, /Check with counsel/);
    await authoriser.getByRole('button', { name: 'Write the notice: Early warning' }).click();
    await says(authoriser, /What leaves, letter by letter/);
    await authoriser.getByLabel('What happened').fill('Line 2 was stopped from outside at 02:41');
    await authoriser.getByLabel('Suspected of being caused').selectOption({ label: 'Yes' });
    await authoriser.getByLabel('Could have an impact across borders').selectOption({ label: 'No' });
    await authoriser.getByRole('button', { name: 'Save, and read what leaves' }).click();
    await says(authoriser, /Could have an impact across borders\s+No/);
    await authoriser.getByLabel('Authority', { exact: true }).selectOption({ index: 1 });
    await authoriser.getByRole('button', { name: 'Send it' }).click();
    await authoriser.getByRole('dialog').getByRole('button', { name: 'Send it' }).click();
    await says(authoriser, /What left, letter by letter/);

    await ministry.goto(`${house.address}/notices`);
    await ministry.getByRole('link', { name: /Early warning/ }).click();
    await says(ministry, /Line 2 was stopped from outside at 02:41/);
    assert.equal((await ministry.goto(`${house.address}/cases/${id}/deadlines`))!.status(), 404);
  });

  it('the authoriser is asked for four indicators, anonymous and GREEN, and grants three', async () => {
    const { analyst, authoriser } = pages;
    await analyst.goto(`${house.address}/cases/${id}/consents`);
    await analyst.getByText('Ask for consent', { exact: true }).first().click();
    await analyst.getByLabel('What for').fill('To find the same intruder elsewhere');
    await analyst.getByLabel('What is to leave').fill(indicators.join('\n'));
    await analyst.getByRole('button', { name: 'Ask for consent' }).click();
    await says(analyst, /To find the same intruder elsewhere/);

    await authoriser.goto(`${house.address}/cases/${id}/consents`);
    const asked = authoriser.getByRole('article').filter({ hasText: 'same intruder' });
    assert.match(await asked.innerText(), /for all members, without any name[\s\S]*TLP:GREEN/);
    const grant = asked.getByRole('button', { name: 'Grant what is ticked' });
    for (const indicator of indicators) await asked.getByLabel(indicator).uncheck();
    await grant.click();
    await says(authoriser, /Tick what you allow, or decline/);

    for (const at of [0, 1, 3]) await asked.getByLabel(indicators[at]!).check();
    await asked.getByLabel(indicators[2]!).uncheck();
    await grant.click();
    await asked.getByRole('button', { name: 'Keep what is ticked only' }).waitFor();
    assert.equal(await asked.getByRole('checkbox').count(), 3);
  });

  it('each sentence of the report has its evidence, in three languages', async () => {
    const { analyst, lead, authoriser } = pages;
    const report = `${house.address}/cases/${id}/report`;
    await analyst.goto(report);
    await analyst.getByLabel('What is so').fill('The workstation loaded the controller at 02:41');
    const source = analyst.getByLabel('What it stands on');
    await source.selectOption({ label: await source.locator('option', { hasText: 'tcp 102' }).innerText() });
    await analyst.getByRole('button', { name: 'Add a fact' }).click();
    await analyst.getByLabel('Title').fill('How they came in');
    await analyst.getByLabel('Heading 1').fill('The way in');
    const written = analyst.getByLabel('Text 1');
    await written.fill('They came by night');
    await says(analyst, /Names no fact: They came by night/);
    await written.press('End');
    await analyst.getByRole('button', { name: 'F1: refer to it in the text' }).click();
    await says(analyst, /Each sentence has its evidence/);
    await analyst.getByRole('button', { name: 'Save', exact: true }).first().click();
    await says(analyst, /Translate into Russian/);
    await analyst.getByRole('link', { name: 'Translate into Russian' }).click();
    for (const [piece, fields] of [
      ['Title', { 'Heading in Russian': 'Как они вошли' }],
      ['Section 1', { 'Heading in Russian': 'Путь внутрь', 'Text in Russian': 'Они пришли ночью [F1]' }],
      ['F1', { 'Text in Russian': 'Станция загрузила контроллер в 02:41' }],
    ] as const) {
      const form = analyst.getByRole('listitem', { name: piece });
      for (const [label, words] of Object.entries(fields)) await form.getByLabel(label).fill(words);
      await form.getByRole('button', { name: 'Save' }).click();
      await form.getByRole('button', { name: 'Take the translation away' }).waitFor();
    }
    await analyst.goto(report);
    await analyst.getByRole('button', { name: 'Save and submit for the check' }).click();
    await analyst
      .getByRole('dialog', { name: 'Submit the report for the check?' })
      .getByRole('button', { name: 'Save and submit for the check' })
      .click();
    await says(analyst, /It waits for somebody who did not write in it/);

    await lead.goto(`${house.address}/cases/${id}`);
    await lead.getByRole('button', { name: 'Join this case' }).click();
    await says(lead, /Line 2 stands since 02:41/);
    await lead.goto(report);
    const makeFinal = lead.getByRole('button', { name: 'Make exactly this final' });
    await makeFinal.click();
    await lead.getByRole('dialog').getByRole('button', { name: 'Make exactly this final' }).click();
    await makeFinal.waitFor({ state: 'detached' });

    await authoriser.goto(`${house.address}/cases/${id}/reports/1`);
    await says(authoriser, /They came by night \[F1\]/);
    const file = async (name: string) =>
      (await authoriser.request.get(`${house.address}/api/cases/${id}/reports/1/report.${name}`)).body();
    const { sections, facts } = ReportDocument.parse(JSON.parse((await file('json')).toString()));
    assert.deepEqual(
      sections.flatMap(({ text }) => unsupportedIn(text)),
      [],
    );
    assert.ok(facts.every(({ evidence }) => evidence.length > 0));
    for (const [language, words] of [
      ['en', /Facts/],
      ['ru', /Факты/],
      ['zh', /事实/],
    ] as const) {
      assert.match((await file(`html?language=${language}`)).toString(), words);
      assert.equal((await file(`pdf?language=${language}`)).subarray(0, 5).toString(), '%PDF-');
    }
  });

  it('whoever reported it reads it in his own language by the words, and takes it along, as his plant does', async () => {
    const context = await browser.newContext({ locale: 'ru', viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    await page.goto(`${house.address}/report/follow`);
    await page.locator('input[name=reference]').fill(receipt.reference);
    await page.locator('[name=words]').fill(receipt.words.join(' '));
    await page.getByRole('button', { name: 'Открыть' }).click();
    await page.getByRole('link', { name: 'Отчёт о расследовании' }).click();
    await says(page, /Как они вошли[^]*Они пришли ночью \[F1\][^]*Станция загрузила контроллер/);
    const taken = async (from: Page, link: string) => {
      const [download] = await Promise.all([
        from.waitForEvent('download'),
        from.getByRole('link', { name: link }).click(),
      ]);
      return readFileSync(await download.path());
    };
    const { authoriser } = pages;
    await authoriser.goto(`${house.address}/cases/${id}/reports/1?language=ru`);
    for (const from of [page, authoriser]) {
      const shown = [...readingsOf(await taken(from, 'PDF'))].map((words) => words.replaceAll(/\s/g, ''));
      assert.ok(shown.some((words) => words.includes('Онипришлиночью[F1]')));
    }
    await page.goto(`${house.address}/report/follow/case`);
    const bundle = await taken(page, 'STIX 2.1');
    assert.match(bundle.toString(), /"type": ?"bundle"[^]*Line 2 stands since 02:41/);
    const address = `${house.address}/report/follow/cases/${id}/export`;
    assert.equal((await page.request.get(address)).status(), 200);
    await page.getByRole('button', { name: 'Выйти из сообщения' }).click();
    await page.waitForURL(/follow$/);
    assert.equal((await page.request.get(address)).status(), 401);
    await context.close();
  });

  it('it is closed: kept for 24 months, a lesson may be told, no name', async () => {
    const { analyst, authoriser } = pages;
    for (const to of ['containment', 'recovery', 'monitoring', 'closed']) await step(to);
    await authoriser.goto(`${house.address}/cases/${id}/retention`);
    await says(authoriser, /24 months/);
    const answer = (question: string) => authoriser.getByRole('group', { name: question });
    await answer('May we publish a lesson from it?').getByLabel('Yes').check();
    await answer('May we name your organisation?').getByLabel('No', { exact: true }).check();
    await authoriser.getByRole('button', { name: 'Answer' }).click();
    await until('it is answered', async () => {
      const { answers } = await house.as(people.analyst)(apis.retention.of, { params: { id } });
      return answers;
    });
    await analyst.goto(`${house.address}/cases/${id}/retention`);
    await says(analyst, /publish a lesson from it\?\s+Yes[^]*name your organisation\?\s+No/);
  });

  it('consent is withdrawn: what has not left is stopped, and what already left is listed', async () => {
    const [sent, waiting] = [await written('An intruder by night'), await written('The same intruder again')];
    for (const { title } of [sent, waiting]) await goesInto(title);
    const left = await release(sent.id, null);
    await until('it left', async () => (await stateOf(left)) === 'sent');
    const stopped = await release(waiting.id, new Date(Date.now() + 86_400_000));
    assert.equal(await stateOf(stopped), 'scheduled');

    const { authoriser, lead } = pages;
    await authoriser.goto(`${house.address}/cases/${id}/consents`);
    await says(authoriser, /consent to all of it/);
    const granted = authoriser.getByRole('article').filter({ hasText: 'same intruder' });
    await granted.getByRole('button', { name: 'Withdraw' }).click();
    await authoriser.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await says(authoriser, /stopped: no consent to 3 items/);
    const list = authoriser.getByRole('region', { name: 'What already left' });
    assert.match(await list.innerText(), /TLP:GREEN/);
    assert.equal(await stateOf(stopped), 'blocked');
    await lead.goto(`${house.address}/releases/${stopped}`);
    await says(lead, /It cannot leave like this/);
  });

  /** The analyst says which items go into a publication. */
  async function goesInto(title: string): Promise<void> {
    const page = pages.analyst;
    await page.goto(`${house.address}/cases/${id}/consents`);
    await page.getByText('Say what goes into a publication').first().click();
    const form = page.locator('form').filter({ has: page.getByLabel('Publication', { exact: true }) });
    const option = form.locator('option').filter({ hasText: title });
    await form.getByLabel('Publication', { exact: true }).selectOption((await option.getAttribute('value'))!);
    for (const [n, indicator] of indicators.entries())
      if (n !== 2) await form.getByLabel(indicator, { exact: true }).check();
    await form.getByRole('button').click();
    await says(page, new RegExp(`${title}[\\s\\S]*consent to all of it`));
  }

  /** A notice for members that two people wrote and checked. */
  async function written(title: string): Promise<{ id: string; title: string }> {
    const [author, checker] = [house.as(people.analyst), house.as(people.colleague)];
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
    const [author, reviewer, lead] = [people.analyst, people.colleague, people.lead].map((one) =>
      house.as(one),
    ) as [ReturnType<House['as']>, ReturnType<House['as']>, ReturnType<House['as']>];
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
    (await house.as(people.lead)(apis.releases.get, { params: { id: release } })).state;
  /** The analyst's next step with the case, on its page. */
  async function step(to: string): Promise<void> {
    const { analyst } = pages;
    await analyst.goto(`${house.address}/cases/${id}/step`);
    if (to === 'triaged') {
      await analyst.getByLabel('Effect on production').selectOption('real');
      await analyst.getByLabel(/^Class/).selectOption('intrusions');
    }
    if (to === 'closed') await analyst.getByLabel('Root cause').selectOption('remoteAccess');
    await analyst.getByLabel(to, { exact: true }).check();
    await analyst.getByLabel('Reason').fill('As the room agreed');
    await analyst.getByRole('button', { name: 'Next step' }).click();
    await analyst.waitForURL(`${house.address}/cases/${id}`);
  }
});
