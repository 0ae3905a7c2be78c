import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';

import { publicationApi } from '@busbar/contract';
import { sql } from 'kysely';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { type Actor, founder } from '../server/src/platform/actor.ts';
import { listen, openBrowser, openHouse } from './house.ts';

let house: Awaited<ReturnType<typeof openHouse>>;
let browser: Browser;
let analyst: Actor;
before(async () => {
  house = await openHouse();
  await house.house.demo.fill();
  browser = await openBrowser();
  analyst = await house.database.as(founder, async (tx) => {
    const { rows } =
      await sql<Actor>`select p.id as person, p.name, o.id as organisation, m.roles::text[] as roles,
      'RED' as ceiling, false as restricted from membership m join person p on p.id = m.person_id
      join organisation o on o.id = m.organisation_id where p.name = 'Arjun Mehta'`.execute(tx);
    return rows[0]!;
  });
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
  const summary = ({ page }: Reader) => page.getByRole('listitem', { name: 'Summary' }).getByRole('textbox');
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

/** In its first text, which is the summary. */
async function shows(page: Page, words: string): Promise<void> {
  const first = page.locator('textarea').first();
  for (let tries = 0; tries < 100 && (await first.inputValue()) !== words; tries++)
    await page.waitForTimeout(200);
  assert.equal(await first.inputValue(), words);
}

interface Reader {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
}

async function open(name: string, id: string): Promise<Reader> {
  const context = await browser.newContext({ locale: 'en' });
  const complaints = listen(context);
  const page = await context.newPage();
  await page.goto(`${house.address}/sign-in`);
  await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await page.goto(`${house.address}/drafts/${id}`);
  await page.getByText('Everything is saved').waitFor();
  return { page, context, complaints };
}
