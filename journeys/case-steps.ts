import { createHash } from 'node:crypto';

import type { Page } from 'playwright-core';

import { says } from './house.ts';

// What several journeys do in a case, each from the page that it names.

/** Adds a file on the page _Evidence_ of a case, and sees that its hash is the same on both sides. Tells the hash. */
export async function addFile(page: Page, name: string, buffer: Buffer): Promise<string> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer });
  const row = page.getByRole('row').filter({ hasText: name });
  await row.getByText('The same on both sides').first().waitFor();
  await row.getByRole('link', { name }).click();
  const sha256 = createHash('sha256').update(buffer).digest('hex');
  await says(page, new RegExp(`${sha256}[^]*${sha256}`));
  return sha256;
}

/** Lets the first tool read the file whose page this is, and waits on the page of the run for what it suggests. */
export async function runTool(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(/\/runs\//);
  await page.getByRole('link', { name: 'Look at what was found' }).click({ timeout: 60_000 });
  await page.waitForURL(/\/timeline\?state=suggested/);
}
