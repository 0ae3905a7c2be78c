import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { apis, IncidentReport } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import type { Actor } from '../server/src/platform/actor.ts';
import { smallPlant } from './captures.ts';
import { addFile, runTool } from './case-steps.ts';
import { type House, openBrowser, openHouse, pageOf, patiently, says, sharedData } from './house.ts';

/** A STEP 7 project that is loaded into an S7-300, as somebody recorded it; else one of ours, with a register written. */
const recorded = join(sharedData, 'captures/captures/w3h+icsmaster/pcap/s7/step7_s300_download.pcapng');
const capture = existsSync(recorded)
  ? { bytes: readFileSync(recorded), technique: 'T0843 Program Download' }
  : { bytes: Buffer.from(smallPlant), technique: 'T0836 Modify Parameter' };

/** J5.3 and J5.5: a file becomes evidence, a tool reads it, people decide, and the timeline stands on what they accepted. */
describe('a file of a case', { timeout: 300_000 }, () => {
  let house: House;
  let browser: Browser;
  let member: Page;
  let analyst: Page;
  let address: string;
  let file: string;
  let owner: Actor;
  let suggested: number;

  before(async () => {
    if (!existsSync(recorded)) console.log('      without the recorded download: a capture of ours instead');
    house = await openHouse();
    const triage: Actor = await (await house.organisation('CERT', 'cert')).person('ANA');
    owner = await (await house.organisation('Delta Motors', 'operator')).person('MEM');
    const { reference } = await house.as(owner)(apis.cases.report, {
      body: IncidentReport.parse({
        danger: 'no',
        control: 'partly',
        sees: 'Line 2 stands since 02:41',
        limit: 'analyse',
        naming: 'member',
      }),
    });
    const { items } = await house.as(triage)(apis.cases.list, { query: { search: reference } });
    await house.as(triage)(apis.cases.move, { params: { id: items[0]!.id }, body: { to: 'triaged' } });
    address = `${house.address}/cases/${items[0]!.id}`;
    browser = await openBrowser();
    [member, analyst] = [await pageOf(browser, house, owner), await pageOf(browser, house, triage)];
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('a capture arrives with the same hash on both sides', async () => {
    await member.goto(`${address}/evidence`);
    await member.getByLabel('Note').fill('Mirror port of the switch in cabinet 3');
    await addFile(member, 'plc-network.pcapng', capture.bytes);
    await says(member, /Mirror port of the switch in cabinet 3/);
    file = member.url();
  });

  it('a tool reads it, and the same again says the same', async () => {
    await analyst.goto(file);
    await runTool(analyst);
    await says(analyst, new RegExp(capture.technique));
    suggested = await rows(analyst);
    await analyst.goto(file);
    await analyst.getByRole('button', { name: 'Start' }).click();
    await says(analyst, /0 observations suggested[^]*The same, byte by byte/, 60_000);
    await analyst.goto(`${address}/timeline?state=suggested`);
    assert.equal(await rows(analyst), suggested);
  });

  it('what shows a technique is accepted at once, the rest rejected, and a row is taken back', async () => {
    await analyst
      .getByLabel('Technique', { exact: true })
      .selectOption({ label: await option(capture.technique) });
    await analyst.getByRole('button', { name: 'Filter' }).click();
    await analyst.waitForURL(/technique=T0/);
    await patiently(async () => assert.ok((await rows(analyst)) < suggested));
    const shows = await rows(analyst);
    await analyst.getByLabel(/shown$/).check();
    await analyst.getByRole('button', { name: 'Accept' }).click();
    await says(analyst, /Nothing fits these filters/);
    await analyst.getByRole('main').getByRole('link', { name: 'Without filters' }).first().click();
    await patiently(async () => assert.equal(await rows(analyst), suggested - shows));
    await analyst.getByRole('checkbox', { name: /shown$/ }).check();
    const [first] = await analyst.locator('input[name=ids]').all();
    await first!.uncheck();
    assert.equal(await analyst.getByRole('checkbox', { name: /shown$/ }).isChecked(), false);
    const rest = suggested - shows;
    await analyst.getByRole('button', { name: 'Reject' }).click();
    await patiently(async () => assert.equal(await rows(analyst), 1));
    await analyst.goto(`${address}/timeline?state=rejected`);
    assert.equal(await rows(analyst), rest - 1);
    await analyst.locator('input[name=ids]').first().check();
    await analyst.getByRole('button', { name: 'Suggest again' }).click();
    await patiently(async () => assert.equal(await rows(analyst), rest - 2));
    await analyst.getByRole('button', { name: 'Take it back' }).click();
    await patiently(async () => assert.equal(await rows(analyst), rest - 1));
    await says(analyst, /Taken back: 1 row stands as before/);
    await member.goto(`${address}/timeline`);
    assert.equal(await rows(member), shows);
  });

  it('the timeline is narrowed by a technique, by pressing it', async () => {
    await analyst.goto(`${address}/timeline`);
    await analyst.getByLabel('What', { exact: true }).fill('The shift heard line 2 stop');
    await analyst.getByLabel('When, or from when').fill('2026-11-20T02:41');
    await analyst.getByLabel('How exact the time is').selectOption({ label: 'to the day' });
    await analyst.getByRole('button', { name: 'Add' }).first().click();
    await says(analyst, /The shift heard line 2 stop/);
    const all = await rows(analyst);
    await analyst.getByRole('link', { name: capture.technique }).first().click();
    await analyst.waitForURL(/technique=T0/);
    await patiently(async () => assert.equal(await rows(analyst), all - 1));
    assert.doesNotMatch(await analyst.locator('.timeline').innerText(), /The shift heard/);
  });

  it('a row says what it is about, and an argument that does not hold stays with the reason', async () => {
    await analyst.goto(`${address}/timeline`);
    const note = analyst.locator('.timeline-row').filter({ hasText: 'The shift heard' });
    // All of that day, in whatever zone it is read.
    assert.match(await note.innerText(), /2026-11-20 00:00 UTC\s*–\s*2026-11-20 23:59 UTC\s*to the day/);
    const elsewhere = await pageOf(browser, house, owner, 'Asia/Tokyo');
    await elsewhere.goto(`${address}/timeline`);
    await says(elsewhere, /Nov 20, 2026, 09:00 GMT\+9\s*–\s*Nov 21, 2026, 08:59 GMT\+9\s*to the day/);
    await elsewhere.context().close();
    await note.getByRole('link', { name: 'Change' }).click();
    const row = analyst.getByRole('form', { name: 'About this row' });
    await row.getByLabel('Techniques').fill('T0831 T0859');
    await row.getByLabel('Certainty').selectOption({ label: 'guessed' });
    await row.getByRole('button', { name: 'Save' }).click();
    await patiently(async () => assert.match(await note.innerText(), /guessed[^]*T0831[^]*T0859/));

    await analyst.getByLabel('What may have happened').fill('A fuse blew');
    await analyst.getByRole('button', { name: 'Add', exact: true }).last().click();
    const hypotheses = analyst.getByRole('region', { name: 'Hypotheses' });
    await says(analyst, /A fuse blew/);
    await note.getByRole('checkbox').check();
    await analyst.getByRole('button', { name: 'Speaks for' }).click();
    await patiently(async () => assert.match(await hypotheses.innerText(), /Speaks for it: 1/));
    await hypotheses.locator('summary').click();
    await hypotheses.getByLabel('Why it does not hold').fill('The fuse is whole');
    await hypotheses.getByRole('button', { name: 'Withdraw' }).click();
    await patiently(async () =>
      assert.match(await hypotheses.innerText(), /Speaks for it: 0[^]*Withdrawn by [^]*: The fuse is whole/),
    );
    assert.match(await hypotheses.locator('s').innerText(), /The shift heard line 2 stop/);
  });

  it('a row is accepted, a row rejected, a note and a task written by keyboard alone', async () => {
    const { keyboard } = analyst;
    await analyst.goto(`${address}/timeline?state=rejected`);
    const before = await rows(analyst);
    assert.ok(before >= 2, 'rows to decide on');
    const wasFirst = await analyst.locator('.timeline-row').first().getAttribute('id');
    await keyboard.press('?');
    await analyst.getByRole('dialog', { name: 'Keys' }).getByText('Next row').waitFor();
    await keyboard.press('Escape');
    await keyboard.press('j');
    await keyboard.press('j');
    await keyboard.press('k');
    assert.equal(await analyst.evaluate<string>('document.activeElement?.id'), wasFirst);
    // Behind a dialog no letter does anything.
    await keyboard.press('?');
    await keyboard.press('a');
    await analyst.getByRole('dialog', { name: 'Keys' }).waitFor();
    await keyboard.press('Escape');
    assert.equal(await analyst.locator('.timeline-row input:checked').count(), 0);
    await analyst.locator(`[id="${wasFirst}"]`).focus();
    await keyboard.press('Enter');
    await analyst.waitForURL(/row=/);
    await analyst.getByRole('form', { name: 'About this row' }).waitFor();

    await analyst.goto(`${address}/timeline?state=rejected`);
    await keyboard.press('j');
    await keyboard.press('a');
    await patiently(async () => assert.equal(await rows(analyst), before - 1));
    await says(analyst, /1 row accepted/);
    await analyst.goto(`${address}/timeline`);
    const accepted = await rows(analyst);
    await keyboard.press('j');
    await keyboard.press('r');
    await patiently(async () => assert.equal(await rows(analyst), accepted - 1));

    await keyboard.press('w');
    await keyboard.type('Written without a mouse');
    await tabTo('Add');
    await keyboard.press('Enter');
    await patiently(async () => assert.equal(await rows(analyst), accepted));
    await says(analyst, /Written without a mouse/);

    await analyst.goto(`${address}/tasks`);
    await patiently(async () => {
      await keyboard.press('w');
      assert.equal(await analyst.evaluate<string>(`document.activeElement?.getAttribute('name')`), 'title');
    });
    await keyboard.type('Call the shift');
    await keyboard.press('Enter');
    await analyst.getByRole('link', { name: /Call the shift/ }).waitFor();
  });

  it('its custody tells each step to its owner, and is exported as it stands', async () => {
    await member.goto(file);
    const custody = member.getByRole('region', { name: 'Custody' });
    const steps = (await custody.locator('tbody tr td:nth-child(3)').allInnerTexts()).toReversed();
    const places = [
      'Announced a file',
      'Evidence was stored',
      'Told the hash of a file',
      'Asked for an analysis run',
      'A tool read a file',
    ].map((step) => steps.indexOf(step));
    assert.ok(!places.includes(-1), steps.join('\n'));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    const exported = await member.request.get(`${file.replace('/cases/', '/api/cases/')}/custody.json`);
    const { custody: lines } = (await exported.json()) as { custody: { action: string }[] };
    assert.equal(lines.filter(({ action }) => action === 'analysis run done').length, 2);
  });

  it('all that fit are accepted in one press, also those on pages that nobody opened', async () => {
    const more = 205;
    const note = (at: number) =>
      house.as(owner)(apis.timeline.note, {
        params: { id: address.split('/').at(-1)! },
        body: { kind: 'note', precision: 'minute', what: `Door ${at} was open` },
      });
    for (let at = 0; at < more; at += 41)
      await Promise.all(Array.from({ length: 41 }, (_, next) => note(at + next)));
    await analyst.goto(`${address}/timeline?state=suggested&kind=note`);
    await analyst.getByLabel(`All ${more} that fit, on all pages`).check();
    assert.ok(await analyst.getByRole('checkbox', { name: /shown$/ }).isChecked());
    await analyst.getByRole('button', { name: 'Accept' }).click();
    await says(analyst, /Nothing fits these filters/);
    // The page follows what others do, and what takes the press back stays.
    await note(more);
    await says(analyst, new RegExp(`Door ${more} was open`));
    await analyst.getByRole('button', { name: 'Take it back' }).click();
    await analyst.getByLabel(`All ${more + 1} that fit, on all pages`).check();
    await analyst.getByRole('button', { name: 'Reject' }).click();
    await says(analyst, /Nothing fits these filters/);
  });

  const tabTo = async (name: string) => {
    for (let n = 0; n < 40; n++) {
      await analyst.keyboard.press('Tab');
      if ((await analyst.evaluate<string>(`document.activeElement?.textContent ?? ''`)).trim() === name)
        return;
    }
    assert.fail(`no Tab comes to ${name}`);
  };
  const rows = (page: Page) => page.locator('.timeline-row').count();
  const option = async (technique: string) =>
    analyst.locator('option').filter({ hasText: technique }).innerText();
});
