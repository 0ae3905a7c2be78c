import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import type { Page } from 'playwright-core';

import { says } from './house.ts';

// What several journeys do in a case, each from the page that it names.

/** Adds a file on the page _Evidence_ of a case, and sees that its hash is the same on both sides. */
export async function addFile(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer });
  const row = page.getByRole('row').filter({ hasText: name });
  await row.getByText('The same on both sides').first().waitFor();
  await row.getByRole('link', { name }).click();
  const sha256 = createHash('sha256').update(buffer).digest('hex');
  await says(page, new RegExp(`${sha256}[^]*${sha256}`));
}

/** Lets the first tool read the file whose page this is, and waits on the page of the run for what it suggests. */
export async function runTool(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(/\/runs\//);
  await page.getByRole('link', { name: 'Look at what was found' }).click({ timeout: 60_000 });
  await page.waitForURL(/\/timeline\?state=suggested/);
}

/** From the home page to a report that is filled in and not sent yet, as somebody at the plant without an account. */
export async function call(page: Page, address: string, sees: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('banner').getByRole('link', { name: 'Report incident' }).click();
  await page.getByRole('main').getByRole('link', { name: '+49 30 5550 112' }).waitFor();
  await page.getByRole('group', { name: 'Is anyone in danger?' }).getByLabel('No', { exact: true }).check();
  assert.ok(!(await page.getByText('Bring the process into its safe state').isVisible()));
  await page.getByRole('group', { name: 'under control?' }).getByLabel('No', { exact: true }).check();
  assert.ok(await page.getByText('Bring the process into its safe state').isVisible());
  await page.getByLabel('What do you see?').fill(sees);
}

/** What is shown once. */
export async function receiptOn(page: Page): Promise<{ reference: string; words: string[] }> {
  await says(page, /Your report is here/);
  const reference = await page.locator('.receipt-reference').innerText();
  const words = await page.locator('.receipt-words li').allInnerTexts();
  assert.equal(words.length, 6);
  return { reference, words };
}
