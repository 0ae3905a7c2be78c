import { AdvisoryIndex, type Asset, match, read, type Verdict } from '@busbar/csaf';

import type { TextFile } from '../corpus.ts';
import { type Drawn, drawInventory, type Row } from './inventory.ts';

export interface Judged {
  readonly drawn: Drawn;
  readonly verdict: Verdict | undefined;
  /** Called affected, exactly or likely. */
  readonly told: boolean;
}

export interface Judgements {
  readonly all: readonly Judged[];
  /** Affected ones that were told, of all that are. */
  readonly recall: number;
  /** Affected ones among all that were told. */
  readonly precision: number;
}

/** Draws an inventory from advisories and asks the matcher about it. */
export function judgeInventory(files: readonly TextFile[], seed: number, count: number): Judgements {
  const index = indexOf(files);
  const { affected, nearMisses } = drawInventory(
    files.map(({ text }) => text),
    seed,
    count,
  );
  const all = [...affected, ...nearMisses].map((drawn): Judged => {
    const verdict = match(toAsset(drawn.row), index).find((one) => one.advisoryId === drawn.leaf.advisory);
    return { drawn, verdict, told: verdict?.verdict === 'affected' && verdict.certainty !== 'unsure' };
  });
  return { all, ...rates(all) };
}

export function rates(all: readonly Judged[]): { readonly recall: number; readonly precision: number } {
  const affected = all.filter(({ drawn }) => drawn.affected);
  const right = affected.filter(({ told }) => told).length;
  return { recall: right / affected.length, precision: right / all.filter(({ told }) => told).length };
}

/** Half of the advisories, by a digest of their name: one half to learn from, the other to be tried on. */
export function halfOf(files: readonly TextFile[], half: 'open' | 'held'): TextFile[] {
  return files.filter(({ name }) => {
    let sum = 0;
    for (const character of name.replace(/^.*\//, '')) sum = (sum * 31 + character.codePointAt(0)!) % 9973;
    return (sum % 2 === 0) === (half === 'open');
  });
}

function indexOf(files: readonly TextFile[]): AdvisoryIndex {
  return AdvisoryIndex.of(
    files.flatMap(({ text }) => {
      const reading = read(text);
      return reading.ok ? [reading.document] : [];
    }),
  );
}

function toAsset(row: Row): Asset {
  return row;
}
