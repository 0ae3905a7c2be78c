import { createHash } from 'node:crypto';

import type { AssetRole, Measure, Remedy, Safety } from '@busbar/contract';

import { fits, safetyOf } from './remedy-rules.ts';
import type { MeasureRow } from './work-store.ts';

const order: readonly Safety[] = ['yes', 'unknown', 'no'];
/** They say that there is nothing to do. */
const noMeasure: readonly Remedy['kind'][] = ['no_fix_planned', 'none_available', 'fix_planned'];

/**
 * What can be done about a device of this role: first what fits it and can be done while the plant runs. What was chosen
 * and is no longer in the advisory stays.
 */
export function checklist(
  remedies: readonly Remedy[],
  role: AssetRole,
  chosen: readonly MeasureRow[],
): Measure[] {
  const rows = new Map(chosen.map((row) => [row.key, row]));
  const there = measuresIn(remedies);
  const keys = new Set(there.map(({ key }) => key));
  const gone = chosen
    .filter(({ key }) => !keys.has(key))
    .map(({ key, kind, text }) => ({ key, kind, text, restart: null, url: null, products: [] }));
  return [...there, ...gone]
    .map((one): Measure => {
      const row = rows.get(one.key);
      return {
        ...one,
        ...safetyOf(one),
        fits: fits(role, one.text),
        chosen: row ? { at: row.chosen_at.toISOString(), by: row.chooser ?? '' } : null,
        done: row?.done_at ? { at: row.done_at.toISOString(), by: row.doer ?? '' } : null,
      };
    })
    .sort((a, b) => Number(b.fits) - Number(a.fits) || order.indexOf(a.safe) - order.indexOf(b.safe));
}

export function measuresIn(remedies: readonly Remedy[]): (Remedy & { key: string })[] {
  return remedies
    .filter(({ kind }) => !noMeasure.includes(kind))
    .map((remedy) => ({ ...remedy, key: keyOf(remedy) }));
}

function keyOf({ kind, text }: Remedy): string {
  return createHash('sha256').update(`${kind}\n${text}`).digest('base64url').slice(0, 22);
}
