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

const ref = 'CVE-2026-90003';
const title = 'Fenix FX-Panel 12: values in clear text on the way to the panel';

/** Journey 7: from sources that contradict one another to a release, and back. */
describe('from a conflict to a release', () => {
  let house: House;
  let browser: Browser;
  let arjun: Reader;
  let mei: Reader;
  let lena: Reader;
  /** Addresses that one step finds and a later one visits. */
  let draft: string;
  let release: string;
  let published: string;
  let preview: string;
  let csaf: { readonly url: string; readonly hash: string };

  before(async () => {
    house = await openDemo();
    browser = await openBrowser();
    arjun = await signedIn(browser, house, 'Arjun Mehta');
    mei = await signedIn(browser, house, 'Mei Lin');
    lena = await signedIn(browser, house, 'Lena Vogt');
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('an analyst goes through what came in with the keyboard alone, what contradicts first', async () => {
    const { page } = arjun;
    await page.goto(`${house.address}/radar`);
    await page.getByRole('button', { name: 'Go through them' }).focus();
    await page.keyboard.press('Enter');
    await heading(page, /CVE-2026-90001/);
    await page.keyboard.press('l');
    await heading(page, /CVE-2026-90002/);
    // A reason is needed first: the key leads to its field.
    await page.keyboard.press('d');
    await page.keyboard.type('Known already');
    await page.keyboard.press('Enter');
    await heading(page, /CVE-2026-90003/);
    await page.keyboard.press('a');
    await heading(page, /fixed password|LG-|NX-/);
    await page.getByRole('link', { name: 'Go back to it' }).focus();
    await page.keyboard.press('Enter');
    await says(page, new RegExp(`Attached to ${ref}`));
    await page.goto(`${house.address}/radar?state=dropped`);
    await says(page, /CVE-2026-90002[\s\S]*Arjun Mehta[\s\S]*Known already/);
    await page.goto(`${house.address}/radar?state=later`);
    await says(page, /CVE-2026-90001/);
  });

  it('a colleague who opens the same radar gets other items', async () => {
    const { page } = mei;
    await page.goto(`${house.address}/radar`);
    await page.getByRole('button', { name: 'Go through them' }).click();
    await page.waitForURL(/\/radar\/[0-9a-f-]{36}/);
    assert.doesNotMatch(await page.locator('h1').innerText(), /CVE-2026-9000/);
  });

  it('the board says where sources disagree, and takes a verdict', async () => {
    const { page } = arjun;
    await page.goto(`${house.address}/vulnerabilities/${ref}`);
    await says(page, /CVSS 3\.1[\s\S]*Fenix HMI says[\s\S]*Open Vulnerability Catalogue says/);
    await decide(page, 'CVSS 3.1', {
      pick: /C:H/,
      evidence: 'Read with a tap between panel and controller.',
    });
    await says(page, /Waits for a second person/);
    await page.goto(`${house.address}/vulnerabilities/${ref}`);
    await decide(page, 'Fixed versions: Fenix HMI FX-Panel 12', {
      pick: /3\.2\.0/,
      evidence: 'The panel with 3.2.0 speaks TLS.',
    });
    await says(page, /Waits for a second person/);
  });

  it('a colleague answers blind: an equal answer makes it checked twice', async () => {
    const { page } = mei;
    await page.goto(`${house.address}/verdicts?forMe=true`);
    await page.getByRole('link', { name: /CVSS 3\.1/ }).click();
    await says(page, /You check blind/);
    assert.doesNotMatch(await page.locator('main').innerText(), /tap between/);
    await answer(page, { pick: /C:H/, evidence: 'Seen in a capture of our own.' });
    await page.getByRole('button', { name: 'Answer and compare' }).click();
    await says(page, /checked twice[\s\S]*tap between[\s\S]*capture of our own/);
    await page.goto(`${house.address}/verdicts?forMe=true`);
    await page.getByRole('link', { name: /Affected versions.*FX-Panel 12/ }).click();
    await answer(page, { pick: /3\.2\.0/, evidence: '3.1.9 sends clear text.' });
    await page.getByRole('button', { name: 'Answer and compare' }).click();
    await says(page, /checked twice/);
  });

  it('an answer that differs is a dispute, which a third person resolves with a reason', async () => {
    const { page } = mei;
    await page.goto(`${house.address}/verdicts?forMe=true`);
    await page.getByRole('link', { name: /Fixed.*FX-Panel 12/ }).click();
    await answer(page, { own: '3.2.1', evidence: '3.2.0 falls back to clear text.' });
    await page.getByRole('button', { name: 'Answer and compare' }).click();
    await says(page, /disputed[\s\S]*You and a colleague differ/);
    const dispute = page.url();
    await page.goto(`${house.address}/vulnerabilities/${ref}`);
    await says(page, /Disputed: resolve/);
    await lena.page.goto(dispute);
    await says(lena.page, /speaks TLS[\s\S]*falls back/);
    await answer(lena.page, {
      pick: /3\.2\.0/,
      evidence: 'It falls back only where an old setting is kept.',
    });
    await lena.page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await says(lena.page, /resolved[\s\S]*Resolved by Lena Vogt/);
  });

  it('a publication begins from the vulnerability with what was decided', async () => {
    const { page } = arjun;
    await page.goto(`${house.address}/vulnerabilities/${ref}`);
    await page.getByRole('link', { name: 'Start a publication' }).click();
    await says(page, new RegExp(`decided about ${ref}`));
    await page.getByRole('textbox', { name: 'Title' }).fill(title);
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForURL(/\/drafts\/[0-9a-f-]{36}/);
    draft = page.url();
    const product = page.getByRole('listitem', { name: /^Product.*FX-Panel 12/ }).first();
    assert.equal(await product.getByRole('textbox', { name: 'Vendor' }).inputValue(), 'Fenix HMI');
    assert.equal(await product.getByRole('textbox', { name: 'Versions' }).inputValue(), '< 3.2.0');
    const about = page.getByRole('listitem', { name: /^Vulnerability/ });
    assert.equal(await about.getByRole('textbox', { name: 'CVE id' }).inputValue(), ref);
    await write(
      page,
      'Summary',
      'Values reach the panel in clear text. Nordwasser saw it first; a proof of concept is out.',
    );
    await write(page, 'What it can do to the process', 'Somebody on the line reads the values of the plant.');
    await page.getByRole('button', { name: 'Mitigation', exact: true }).click();
    await write(page, 'Mitigation', 'Keep the panel and its clients in one zone without other stations.');
    await page.getByText('Everything is saved').waitFor();
    await handOver(page);
  });

  it('who wrote it cannot check it; a colleague does', async () => {
    assert.equal(await arjun.page.getByRole('button', { name: 'I checked it: it is right' }).count(), 0);
    await check(mei.page);
  });

  it('the gate stops the name of a member and points at help for attackers', async () => {
    const { page } = arjun;
    await toTheGate(page);
    await says(page, /It cannot leave like this/);
    const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
    assert.match(await row('Members named').innerText(), /“Nordwasser” is the name of a member/);
    assert.match(await row('Help for attackers').innerText(), /“proof of concept” reads like an exploit/);
    await lena.page.goto(page.url());
    await says(lena.page, /It cannot leave like this/);
    assert.equal(await lena.page.getByRole('button', { name: 'Approve' }).count(), 0);
  });

  it('it is mended in the draft, checked again and proposed again', async () => {
    const { page } = arjun;
    await page.goto(draft);
    await page.getByRole('textbox', { name: 'Reason' }).fill('A member is named');
    await page.getByRole('button', { name: 'Back to the draft' }).click();
    await says(page, /Hand over for the check/);
    // The fields open with the step, not when the page next asks how things stand.
    page.setDefaultTimeout(2000);
    await write(page, 'Summary', 'Values reach the panel in clear text. Version 3.2.0 mends it.');
    page.setDefaultTimeout(30_000);
    await page.getByText('Everything is saved').waitFor();
    preview = await asItReads(page);
    await handOver(page);
    await check(mei.page);
    await toTheGate(page);
    release = page.url();
    await says(page, /No member and no device of a member is named/);
    const words = await page.locator('main').innerText();
    assert.doesNotMatch(words, /Nordwasser|It cannot leave like this/);
    assert.match(words, /Every decisive fact was checked by two people who agree/);
  });

  it('a colleague does the second check and answers for the warnings', async () => {
    const { page } = mei;
    await page.goto(release);
    for (const field of await page.getByRole('textbox', { name: /: why it may stand$/ }).all())
      await field.fill('Looked at; it may stand');
    await page
      .getByRole('textbox', { name: 'Reason' })
      .first()
      .fill('It says what to close, not how to get in');
    await page.getByRole('button', { name: 'Finish the second check' }).click();
    await says(page, /Prepares no attack: It says what to close/);
  });

  it('the lead finds it in the queue: who gets it in words and numbers, and the very snapshot', async () => {
    const { page } = lena;
    await page.goto(`${house.address}/releases`);
    const row = page.getByRole('row', { name: new RegExp(title) });
    assert.match(await row.innerText(), /done/);
    await page.getByRole('link', { name: title }).click();
    await page.waitForURL(release);
    await says(page, /Everybody: public pages, feeds and search; \d+ organisations? of the constituency/);
    await says(page, /That is \d+ people with an account today/);
    assert.equal(await asItReads(page), preview, 'what is approved reads as what was written');
    await says(page, /Hash of the snapshot\s+[0-9a-f]{64}/);
  });

  it('and approves exactly that; it leaves, signed', async () => {
    const { page } = lena;
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await says(page, /You approve exactly this snapshot/);
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await patiently(async () => {
      await page.goto(release);
      assert.match(await page.locator('main').innerText(), /Sent\s/);
    }, 30_000);
    const visitor = await browser.newPage();
    await visitor.goto(`${house.address}/published`);
    await visitor.getByRole('link', { name: title }).click();
    await visitor.waitForURL(/\/published\/[0-9a-f-]{36}/);
    assert.match(preview, /Version 3\.2\.0 mends it/);
    assert.equal(await asItReads(visitor), preview, 'what is read reads as what was approved');
    published = visitor.url();
    const link = visitor.getByRole('link', { name: 'CSAF 2.0' });
    const hash = new URL(
      (await visitor
        .getByRole('region', { name: 'Files' })
        .getByRole('link', { name: 'Verify' })
        .first()
        .getAttribute('href'))!,
      house.address,
    ).searchParams.get('hash')!;
    csaf = { url: new URL((await link.getAttribute('href'))!, house.address).href, hash };
    assert.equal((await visitor.request.get(csaf.url)).status(), 200);
    await visitor.close();
  });

  it('a lead is refused what he wrote himself, and is told why', async () => {
    const id = await proposedOf('Lena Vogt');
    const { page } = lena;
    await page.goto(`${house.address}/releases/${id}`);
    await says(page, /You wrote in this version; another lead approves it/);
    assert.equal(await page.getByRole('button', { name: 'Approve', exact: true }).count(), 0);
    // Also when he asks behind the button.
    const snapshot = /Hash of the snapshot\s+([0-9a-f]{64})/.exec(await page.locator('main').innerText())![1];
    const refusal = await page.evaluate(
      async ([address, snapshot]) => {
        const answer = await fetch(address!, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ snapshot, sendAt: null }),
        });
        return { status: answer.status, body: await answer.text() };
      },
      [`/api/releases/${id}/approval`, snapshot],
    );
    assert.equal(refusal.status, 403);
    assert.match(refusal.body, /approver-wrote/);
  });

  it('a recall tells readers why, takes the file away, and verifying it says so', async () => {
    const { page } = lena;
    await page.goto(release);
    const recall = page.getByRole('region', { name: 'Recall' });
    await recall.getByRole('textbox', { name: 'Reason' }).fill('Version 3.2.0 was withdrawn by its vendor');
    await recall.getByRole('button', { name: 'Recall' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Recall' }).click();
    await says(page, /Why it was recalled[\s\S]*withdrawn by its vendor/);
    const visitor = await browser.newPage();
    await visitor.goto(published);
    await says(visitor, /Recalled[\s\S]*withdrawn by its vendor[\s\S]*Do not act on copies/);
    assert.doesNotMatch(await visitor.locator('main').innerText(), /in clear text\. Version/);
    assert.equal((await visitor.request.get(csaf.url)).status(), 410);
    await visitor.goto(`${house.address}/verify?hash=${csaf.hash}`);
    await says(visitor, /Ours, but recalled/);
    await visitor.close();
  });

  it('goes without a complaint of the browser', () => {
    assert.deepEqual(
      [arjun, mei, lena].flatMap(({ complaints }) => complaints).filter((line) => !line.includes('403')),
      [],
    );
  });

  async function handOver(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Hand over for the check' }).click();
    await says(page, /Somebody who wrote nothing of it checks it/);
  }

  async function check(page: Page): Promise<void> {
    await page.goto(draft);
    await page.getByRole('button', { name: 'I checked it: it is right' }).click();
    await says(page, /Take it to the release gate/);
  }

  async function toTheGate(page: Page): Promise<void> {
    await page.goto(draft);
    await page.getByRole('button', { name: 'Take it to the release gate' }).click();
    await page.waitForURL(/\/releases\/[0-9a-f-]{36}/);
  }

  /** A release of what this person wrote, with both checks of colleagues done. */
  async function proposedOf(author: string): Promise<string> {
    const [writes, proposes, checks] = await Promise.all(
      [author, 'Arjun Mehta', 'Mei Lin'].map(async (name) => house.as(await actorCalled(house, name))),
    );
    const { id } = await writes!(apis.publications.create, {
      body: { kind: 'guidance', language: 'en', title: 'Spare parts' },
    });
    const params = { id };
    const { blocks } = await writes!(apis.publications.get, { params });
    const summary = blocks.find(({ content }) => content.kind === 'summary')!;
    await writes!(apis.publications.save, {
      params: { id, block: summary.id },
      body: {
        editor: crypto.randomUUID(),
        base: summary.revision,
        removed: false,
        settles: [],
        content: { kind: 'summary', heading: '', text: 'Keep a spare controller, and try it every quarter.' },
      },
    });
    await writes!(apis.publications.move, { params, body: { to: 'sourced' } });
    await checks!(apis.publications.move, { params, body: { to: 'checked' } });
    const made = await proposes!(apis.releases.propose, { body: { subject: { kind: 'publication', id } } });
    const { snapshot } = await checks!(apis.releases.get, { params: { id: made.id } });
    await checks!(apis.releases.review, {
      params: { id: made.id },
      body: { snapshot, couldHarm: false, reason: 'It is about spare parts', answers: {} },
    });
    return made.id;
  }
});

async function heading(page: Page, words: RegExp): Promise<void> {
  await patiently(async () => assert.match(await page.locator('h1').innerText(), words));
}

interface Answered {
  readonly pick?: RegExp;
  readonly own?: string;
  readonly evidence: string;
}

async function decide(page: Page, fact: string, given: Answered): Promise<void> {
  await page.getByRole('link', { name: `Give a verdict ${fact}` }).click();
  await answer(page, given);
  await page.getByRole('button', { name: 'Ask for the second check' }).click();
}

async function answer(page: Page, { pick, own, evidence }: Answered): Promise<void> {
  const what = page.getByRole('group', { name: 'What holds?' });
  if (pick) await what.getByRole('radio', { name: pick }).check();
  if (own) await what.getByRole('textbox').fill(own);
  await page.getByRole('radio', { name: 'reproduced by us' }).check();
  await page.getByRole('textbox', { name: /^(Evidence|Reason)/ }).fill(evidence);
}

function asItReads(page: Page): Promise<string> {
  return page.locator('.publication').innerText();
}

async function write(page: Page, block: string, words: string): Promise<void> {
  await page.getByRole('listitem', { name: block }).getByRole('textbox').first().fill(words);
}
