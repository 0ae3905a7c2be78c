import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { apis, type IncidentReport, publicationApi } from '@busbar/contract';
import type { Browser, Page } from 'playwright-core';

import type { Actor } from '../server/src/platform/actor.ts';
import {
  actorCalled,
  openBrowser,
  openDemo,
  patiently,
  type House,
  type Reader,
  says,
  signedIn,
} from './house.ts';

describe('two editors', () => {
  let house: House;
  let browser: Browser;
  let analyst: Actor;
  let colleague: Actor;
  before(async () => {
    house = await openDemo();
    browser = await openBrowser();
    analyst = await actorCalled(house, 'Arjun Mehta');
    colleague = await actorCalled(house, 'Mei Lin');
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

  it('two people write the report of a case: who is late keeps his words, sees the others, and says which it shall be', async () => {
    const id = await ourCase();
    const params = { id };
    const stored = async () => (await house.as(analyst)(apis.investigations.report, { params })).current;
    const section = async () => (await stored())?.sections[0]!.text;
    const [arjun, mei] = await Promise.all(
      ['Arjun Mehta', 'Mei Lin'].map(async (name) => {
        const reader = await signedIn(browser, house, name);
        await reader.page.goto(`${house.address}/cases/${id}/report`);
        return reader;
      }),
    );
    const text = ({ page }: Reader) => page.getByLabel('Text 1', { exact: true });
    const save = ({ page }: Reader) => page.getByRole('button', { name: 'Save', exact: true }).click();
    await arjun!.page.getByLabel('Title', { exact: true }).fill('Pumps');
    await arjun!.page.getByLabel('Heading 1', { exact: true }).fill('What happened');
    await text(arjun!).fill('The pumps stopped.');
    await save(arjun!);
    await patiently(async () => assert.equal(await section(), 'The pumps stopped.'));
    // Who only looks has it by himself.
    await patiently(async () => assert.equal(await text(mei!).inputValue(), 'The pumps stopped.'));

    await text(arjun!).fill('The pumps stopped at 02:41.');
    await text(mei!).fill('The pumps were stopped from outside.');
    await save(mei!);
    await patiently(async () => assert.equal(await section(), 'The pumps were stopped from outside.'));
    // He is told before he saves, and his words stand where he typed them; also when he is refused.
    await says(arjun!.page, /Meanwhile Mei Lin changed it[^]*The pumps were stopped from outside\./);
    await save(arjun!);
    await arjun!.page.waitForLoadState('networkidle');
    await says(arjun!.page, /Meanwhile Mei Lin changed it/);
    assert.equal(await text(arjun!).inputValue(), 'The pumps stopped at 02:41.');
    assert.equal(await section(), 'The pumps were stopped from outside.');
    await arjun!.page.getByRole('button', { name: 'Save mine over it' }).click();
    await patiently(async () => assert.equal(await section(), 'The pumps stopped at 02:41.'));
    await patiently(async () => assert.equal(await text(mei!).inputValue(), 'The pumps stopped at 02:41.'));
    assert.equal(await arjun!.page.getByText(/Meanwhile/).count(), 0);

    // The other way round: he takes theirs.
    await text(mei!).fill('Nobody knows.');
    await text(arjun!).fill('The pumps stopped at 02:41, both.');
    await save(arjun!);
    await mei!.page.getByRole('link', { name: 'Take theirs' }).click();
    await patiently(async () =>
      assert.equal(await text(mei!).inputValue(), 'The pumps stopped at 02:41, both.'),
    );
    assert.equal(await section(), 'The pumps stopped at 02:41, both.');
    assert.deepEqual([...arjun!.complaints, ...mei!.complaints], []);

    // Without scripts nothing is lost, either.
    const plain = await browser.newContext({
      locale: 'en',
      javaScriptEnabled: false,
      storageState: await arjun!.context.storageState(),
    });
    const page = await plain.newPage();
    await page.goto(`${house.address}/cases/${id}/report`);
    await text(mei!).fill('By Mei.');
    await save(mei!);
    await patiently(async () => assert.equal(await section(), 'By Mei.'));
    await page.getByLabel('Text 1', { exact: true }).fill('Typed without scripts.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    assert.match(await page.locator('main').innerText(), /Meanwhile Mei Lin changed it[^]*By Mei\./);
    assert.equal(await page.getByLabel('Text 1', { exact: true }).inputValue(), 'Typed without scripts.');
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await patiently(async () => assert.equal(await section(), 'Typed without scripts.'));
  });

  it('whoever is at a row, or names something, keeps his words and his place while a colleague does', async () => {
    const id = await ourCase();
    const params = { id };
    const note = await house.as(analyst)(apis.timeline.note, {
      params,
      body: { kind: 'note', precision: 'minute', what: 'The pumps stopped' },
    });
    const { page } = await signedIn(browser, house, 'Arjun Mehta');
    await page.goto(`${house.address}/cases/${id}/timeline?row=${note.id}`);
    const techniques = page.getByLabel('Techniques (ATT&CK for ICS)');
    await techniques.fill('T0831');
    await house.as(colleague)(apis.timeline.mark, {
      params: { id, observation: note.id },
      body: { techniques: ['T0859'], confidence: 'guessed', revision: note.revision },
    });
    await says(page, /while you had it open[^]*T0859[^]*Certainty\s+guessed/);
    assert.equal(await techniques.inputValue(), 'T0831');
    await page.getByRole('link', { name: 'Take theirs' }).click();
    await patiently(async () => assert.equal(await techniques.inputValue(), 'T0859'));
    assert.match(page.url(), /row=/);

    await page.goto(`${house.address}/cases/${id}/plant`);
    const words = page.getByLabel('What is it called?');
    await words.fill('The modem in the old pump house');
    await house.as(colleague)(apis.caseConcerns.add, { params, body: { words: 'Pump house' } });
    await page.getByText(/^Pump house/).waitFor();
    assert.equal(await words.inputValue(), 'The modem in the old pump house');
    await words.press('Enter');
    await page.getByText(/^The modem in the old pump house/).waitFor();
    await patiently(async () => assert.equal(await words.inputValue(), ''));
  });

  it('what is typed outlives a reload, is nobody else’s, and goes when he signs out', async () => {
    const id = await ourCase();
    const task = await house.as(analyst)(apis.casework.addTask, {
      params: { id },
      body: { title: 'Compare the logs', detail: '', side: 'cert', effect: 'none' } as never,
    });
    const { page, complaints, context } = await signedIn(browser, house, 'Arjun Mehta');
    const pages = [
      [`/cases/${id}/report`, 'Text 1'],
      [`/cases/${id}/tasks/${task.id}`, 'Details'],
    ] as const;
    const words = 'Two hours of work, and not saved';
    const typedIn = (label: string) => page.getByLabel(label, { exact: true });
    for (const [path, label] of pages) {
      await page.goto(house.address + path);
      await typedIn(label).fill(words);
      await page.reload();
      await says(page, /What you typed here before is back\. It is not saved yet\./);
      assert.equal(await typedIn(label).inputValue(), words);
    }
    // What was changed meanwhile is told as to anybody who is late; what is dropped is gone for good.
    await house.as(colleague)(apis.casework.changeTask, {
      params: { id, task: task.id },
      body: { revision: task.revision, detail: 'Those of the firewall' },
    });
    await page.reload();
    await says(page, /Meanwhile Mei Lin changed it[^]*Those of the firewall/);
    assert.equal(await typedIn('Details').inputValue(), words);
    await page.getByRole('link', { name: 'Take theirs' }).click();
    await patiently(async () => assert.equal(await typedIn('Details').inputValue(), 'Those of the firewall'));
    await page.reload();
    assert.equal(await typedIn('Details').inputValue(), 'Those of the firewall');

    const kept = (of = page) => of.evaluate(() => JSON.stringify(Object.entries(sessionStorage)));
    assert.match(await kept(), /Two hours/);
    // He leaves the tab without signing out, and somebody else takes it: nothing of his is there.
    await context.clearCookies();
    await page.goto(`${house.address}/sign-in`);
    await page.getByRole('button', { name: /^Mei Lin/ }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    await page.goto(house.address + pages[0][0]);
    await typedIn('Text 1').waitFor();
    assert.equal(await typedIn('Text 1').inputValue(), '');
    assert.doesNotMatch(await kept(), /Two hours/);
    // Signed out in one tab, in all of them.
    const second = await context.newPage();
    await second.goto(`${house.address}/cases/${id}/tasks/${task.id}`);
    await second.getByLabel('Details', { exact: true }).fill('Of Mei');
    await typedIn('Text 1').fill('Of Mei');
    await page.locator('details.acting > summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
    for (const one of [page, second])
      await patiently(async () => assert.doesNotMatch(await kept(one), /Of Mei/));
    // A page that is open while he is signed out asks whether something is new, and is told who may.
    assert.deepEqual(
      complaints.filter((line) => !line.includes('401')),
      [],
    );
  });

  it('a page of a case follows what others do in it, and takes nothing away from whoever types', async () => {
    const id = await ourCase();
    const params = { id };
    const { page, complaints } = await signedIn(browser, house, 'Arjun Mehta');
    const as = house.as(colleague);
    const note = (what: string) =>
      as(apis.timeline.note, { params, body: { kind: 'note', precision: 'minute', what } });
    const fact = (words: string) =>
      as(apis.investigations.addFact, { params, body: { says: words, evidence: [] } });
    const follows: [path: string, work: () => Promise<unknown>, shows: RegExp][] = [
      [
        'tasks',
        () =>
          as(apis.casework.addTask, {
            params,
            body: { title: 'Ask the vendor', detail: '', side: 'cert', effect: 'none' } as never,
          }),
        /Ask the vendor/,
      ],
      [
        'measures',
        () =>
          as(apis.casework.addMeasure, {
            params,
            body: {
              title: 'Close the remote access',
              effect: 'none',
              does: 'Nobody comes in',
              confirm: 'nobody',
              reversible: 'yes',
              undo: '',
            },
          }),
        /Close the remote access/,
      ],
      ['timeline', () => note('The shift saw it'), /The shift saw it/],
      ['report', () => fact('So it was.'), /So it was\./],
    ];
    for (const [path, work, shown] of follows) {
      await page.goto(`${house.address}/cases/${id}/${path}`);
      await page.locator('main').waitFor();
      const area = page.locator('main form[method="post"] textarea:visible').last();
      await area.fill('Half a sentence');
      await work();
      const began = Date.now();
      await says(page, shown);
      assert.ok(Date.now() - began < 5000, `${path} follows at once`);
      assert.equal(await area.inputValue(), 'Half a sentence', `what is typed on ${path} stays`);
    }
    assert.deepEqual(complaints, []);
  });

  /** A case of a member on which both analysts work. */
  async function ourCase(): Promise<string> {
    const member = await actorCalled(house, 'Ines Roth');
    const { reference } = await house.as(member)(apis.cases.report, {
      body: {
        danger: 'no',
        control: 'partly',
        sees: 'Two pumps stopped',
        naming: 'member',
      } as IncidentReport,
    });
    const { items } = await house.as(analyst)(apis.cases.list, { query: { search: reference } });
    const { id } = items[0]!;
    await house.as(analyst)(apis.cases.move, { params: { id }, body: { to: 'triaged' } as never });
    await house.as(analyst)(apis.cases.bring, { params: { id }, body: { person: colleague.person! } });
    return id;
  }

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
