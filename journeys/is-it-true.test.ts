import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { apis, type BlockContent } from '@busbar/contract';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { actorCalled, type House, listen, openBrowser, openDemo, patiently, says } from './house.ts';

const ref = 'CVE-2026-90001';
const title = 'Aurum AX-300 takes commands from anybody';

/** Journey 1: somebody without an account asks whether it is true and what to do. */
describe('is it true, and what do I do', () => {
  let house: House;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];
  let published: string;
  let csaf: { readonly url: string; readonly bytes: Buffer; readonly hash: string };

  before(async () => {
    house = await openDemo();
    published = `/published/${await publish(house)}`;
    browser = await openBrowser();
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 } });
    complaints = listen(context);
    page = await context.newPage();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  it('the front page asks nothing and offers a search and the report', async () => {
    await page.goto(house.address);
    assert.equal(await page.getByRole('dialog').count(), 0);
    // The zone of the reader's clock, and nothing that tells one reader from another.
    assert.deepEqual(
      (await context.cookies()).map(({ name }) => name).filter((name) => name !== 'busbar_zone'),
      [],
    );
    await page.getByRole('main').getByRole('link', { name: 'Report incident' }).waitFor();
    await page.getByRole('main').getByRole('searchbox').waitFor();
  });

  it('gets from the search to the advisory by keyboard only', async () => {
    await tabTo(page, /Is there something/, 'searchbox');
    await page.keyboard.type('Aurum AX-300');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?q=Aurum/);
    await says(page, new RegExp(`${title}[\\s\\S]*${ref}[\\s\\S]*Aurum Controls AX-300`));
    await tabTo(page, new RegExp(title), 'link');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${published}`);
    await says(page, new RegExp(title));
  });

  it('the advisory says first what it does to the plant, then what to do, then the details', async () => {
    await says(
      page,
      /What it means for the process\s+Outputs change[\s\S]*Affected and fixed\s+Aurum Controls AX-300 < 4\.35[\s\S]*What to do\s+Safe during operation[\s\S]*CVE-2026-90001/,
    );
  });

  it('leads to the vulnerability, with a line that says who contradicts whom and what was confirmed', async () => {
    await page
      .getByRole('region', { name: 'Vulnerabilities named' })
      .getByRole('link', { name: ref })
      .click();
    await page.waitForURL(`**/vulnerabilities/${ref}`);
    const line = page.locator('.notice-warn').first();
    const words = (await line.innerText()).replaceAll('\u00a0', ' ');
    assert.match(words, /Aurum Controls says < 4\.35/);
    assert.match(words, /Open Vulnerability Catalogue says < 4\.30/);
    assert.match(words, /We confirmed < 4\.35 \(2 checks, /);
    // Who decides is nobody's business here, and nothing can be decided.
    assert.doesNotMatch(await page.locator('main').innerText(), /Arjun|Mei Lin|Give a verdict/);
  });

  it('another language says what it is a translation of', async () => {
    await page.goto(`${house.address}${published}`);
    await page.getByRole('link', { name: 'Русский' }).click();
    await says(page, /AX-300 выполняет команды любого/);
    await says(page, /translates an earlier state \(version 1\); the original has changed since/);
    await page.getByRole('link', { name: 'English' }).click();
    await says(page, /No password protects it/);
    assert.doesNotMatch(await page.locator('main').innerText(), /translates an earlier state/);
  });

  it('the CSAF file comes down, and its hash verifies', async () => {
    const link = page.getByRole('link', { name: 'CSAF 2.0' });
    const url = new URL((await link.getAttribute('href'))!, house.address).href;
    const answer = await page.request.get(url);
    assert.equal(answer.status(), 200);
    const bytes = await answer.body();
    const { document } = JSON.parse(bytes.toString('utf8')) as { document: { title: string } };
    assert.equal(document.title, title);
    csaf = { url, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
    await page.goto(`${house.address}/verify`);
    await page.getByRole('textbox', { name: 'Or its SHA-256 or SHA-512' }).fill(csaf.hash);
    await page.getByRole('button', { name: 'Compare' }).click();
    await says(page, new RegExp(`Ours, and the current version[\\s\\S]*${title}[\\s\\S]*valid, by`));
  });

  it('a file is hashed here; one changed letter is not ours', async () => {
    const file = { name: 'advisory.json', mimeType: 'application/json', buffer: csaf.bytes };
    const drop = page.getByLabel('A file');
    await drop.setInputFiles(file);
    await says(page, /Ours, and the current version/);
    const forged = Buffer.from(csaf.bytes.toString('utf8').replace('AX-300', 'AX-301'));
    await drop.setInputFiles({ ...file, buffer: forged });
    await says(page, /We did not publish this file/);
  });

  it('the description of the CERT and its key are a click away, signed alike', async () => {
    await page.goto(house.address);
    const about = (await page.getByRole('link', { name: 'RFC 2350' }).getAttribute('href'))!;
    const text = await page.request.get(new URL(about, house.address).href);
    assert.equal(text.status(), 200);
    assert.match(await text.text(), /ICS CERT of the Demo/);
    await page.goto(`${house.address}/verify`);
    await page.getByRole('link', { name: 'our public key' }).click();
    await page.waitForURL('**/signing-keys');
    await says(page, fingerprint);
    const [shown] = fingerprint.exec(await page.locator('main').innerText())!;
    // The same key that the verified file names.
    await page.goto(`${house.address}/verify?hash=${csaf.hash}`);
    const [named] = fingerprint.exec(await page.locator('main').innerText()) ?? [];
    assert.equal(plain(named), plain(shown));
  });

  it('reads the same with scripts switched off', async () => {
    const bare = await browser.newContext({ locale: 'en-GB', javaScriptEnabled: false });
    const reader = await bare.newPage();
    await reader.goto(house.address);
    await reader.getByRole('main').getByRole('searchbox').fill('Aurum AX-300');
    await reader.getByRole('main').getByRole('button', { name: 'Search', exact: true }).click();
    await reader.getByRole('link', { name: title }).click();
    await says(reader, /What to do[\s\S]*Let only/);
    await reader.getByRole('link', { name: 'Русский' }).click();
    await says(reader, /выполняет команды любого[\s\S]*translates an earlier state/);
    await reader
      .getByRole('region', { name: 'Vulnerabilities named' })
      .getByRole('link', { name: ref })
      .click();
    await says(reader, /We confirmed/);
    await reader.goto(`${house.address}/verify`);
    await reader.getByRole('textbox', { name: 'Or its SHA-256 or SHA-512' }).fill(csaf.hash);
    await reader.getByRole('button', { name: 'Compare' }).click();
    await says(reader, /Ours, and the current version/);
    await bare.close();
  });

  it('goes without a complaint of the browser', () => assert.deepEqual(complaints, []));
});

const fingerprint = /[0-9a-f]{40}|(?:[0-9a-f]{4}\s+){9}[0-9a-f]{4}/i;
const plain = (digits = '') => digits.replace(/\s/g, '').toLowerCase();

/** Tabs until the focus is there, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp, role: 'searchbox' | 'link'): Promise<void> {
  const wanted = page.getByRole('main').getByRole(role, { name }).first();
  await wanted.waitFor();
  for (let tabs = 0; tabs < 60; tabs++) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluate((element) => element.matches(':focus'))) return;
  }
  assert.fail(`the keyboard does not reach ${name}`);
}

/** An advisory about the contested vulnerability, with a translation that is behind, let out by three people. */
async function publish(house: House): Promise<string> {
  const [writes, checks, approves] = await Promise.all(
    ['Arjun Mehta', 'Mei Lin', 'Lena Vogt'].map(async (name) => house.as(await actorCalled(house, name))),
  );
  const { id } = await writes!(apis.publications.create, {
    body: { kind: 'advisory', language: 'en', title, vulnerability: ref },
  });
  const params = { id };
  const blockOf = async (kind: BlockContent['kind']) =>
    (await writes!(apis.publications.get, { params })).blocks.find(({ content }) => content.kind === kind)!;
  const save = async (content: BlockContent) => {
    const { id: block, revision: base } = (await blockOf(content.kind)) ?? {
      id: crypto.randomUUID(),
      revision: 0,
    };
    const body = { editor: crypto.randomUUID(), base, removed: false, settles: [], content };
    await writes!(apis.publications.save, { params: { id, block }, body });
  };
  const translate = async (kind: BlockContent['kind'], words: { heading: string; text: string }) => {
    const { id: block, revision: source } = await blockOf(kind);
    const body = { editor: crypto.randomUUID(), base: 0, source, settles: [], ...words };
    await writes!(apis.publications.translate, { params: { id, block, language: 'ru' }, body });
  };
  await save({ kind: 'summary', heading: '', text: 'It takes commands from everybody on the network.' });
  await save({ kind: 'impact', heading: '', text: 'Outputs change as a stranger wishes.' });
  await save({
    kind: 'mitigation',
    heading: '',
    text: 'Let only the engineering station reach the controller.',
    roles: [],
    safe: 'yes',
  });
  await translate('title', { heading: 'Aurum AX-300 выполняет команды любого', text: '' });
  await translate('summary', { heading: '', text: 'Контроллер выполняет команды любого узла сети.' });
  await save({
    kind: 'summary',
    heading: '',
    text: 'It takes commands from everybody on the network. No password protects it.',
  });
  await writes!(apis.publications.move, { params, body: { to: 'sourced' } });
  await checks!(apis.publications.move, { params, body: { to: 'checked' } });
  const release = {
    params: await writes!(apis.releases.propose, { body: { subject: { kind: 'publication', id } } }),
  };
  const { snapshot, checks: found } = await checks!(apis.releases.get, release);
  const answers = Object.fromEntries(
    found.filter(({ outcome }) => outcome === 'warning').map(({ name }) => [name, 'Looked at; it may stand']),
  );
  await checks!(apis.releases.review, {
    ...release,
    body: { snapshot, couldHarm: false, reason: 'It says what to close', answers },
  });
  await approves!(apis.releases.approve, { ...release, body: { snapshot, sendAt: null } });
  await patiently(async () => {
    assert.equal((await approves!(apis.releases.get, release)).state, 'sent');
  }, 30_000);
  // Its words are found a moment after it is there.
  await patiently(async () => {
    const { groups } = await house.as(null)(apis.search.find, { query: { q: title, kind: 'publication' } });
    assert.equal(groups.length, 1);
  }, 30_000);
  return release.params.id;
}
