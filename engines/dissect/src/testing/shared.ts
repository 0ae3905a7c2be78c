import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';

import { Analysis } from '../analysis/analysis.ts';
import type { Report } from '../analysis/report.ts';

/** Data of others, for trying; not part of the project. */
export const sharedData = join(
  process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../../../shared'),
  'data',
);
export const sharedCaptures = join(sharedData, 'captures/captures');

/** What a real capture tells; without it the test is skipped. */
export function told(t: TestContext, file: string): Report | undefined {
  const path = join(sharedCaptures, file);
  if (!existsSync(path)) {
    t.skip('the shared captures are not here');
    return undefined;
  }
  const analysis = new Analysis({ strict: true });
  analysis.push(readFileSync(path));
  return analysis.finish();
}

/** How often, and the first of them in words. */
export const sentences = ({ operations }: Report, code: RegExp) =>
  operations
    .filter((operation) => code.test(operation.code))
    .map(({ count, samples: [sample] }) => `${count} × ${sample!.text}`);

/** A capture of these protocols in which nothing contradicts them. */
export function assertSound({ counts, malformed }: Report, protocols: RegExp, file: string): void {
  const spoken = Object.keys(counts['ics_frames'] as object).filter((name) => protocols.test(name));
  assert.ok(spoken.length > 0, `${file} speaks none of the protocols`);
  assert.deepEqual(
    malformed.filter(({ protocol }) => protocols.test(protocol)),
    [],
    file,
  );
}
