import type { AdvisoryIndex } from './advisory-index.ts';
import { type Asset, know } from './asset.ts';
import { gravity, judge, type Verdict } from './judge.ts';
import { recognise } from './recognise.ts';

/**
 * What the advisories of an index mean for a device. Advisories that do not speak of it are left out: that is
 * no statement that it is not affected. Gravest and surest first.
 */
export function match(asset: Asset, index: AdvisoryIndex): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const { known, found } of recognise(know(asset), index)) {
    for (const [advisory, list] of found) {
      verdicts.push(judge(known, index, advisory, list, true));
    }
  }
  return verdicts.toSorted((a, b) => gravity(a) - gravity(b) || (a.advisoryId < b.advisoryId ? 1 : -1));
}
