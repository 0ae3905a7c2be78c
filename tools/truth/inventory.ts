import { inEnglish } from '@busbar/csaf';

import { advisoryFiles } from '../corpus.ts';
import { halfOf, judgeInventory, type Judged } from '../inventory/judge.ts';
import type { Difference, TruthSuite } from './suite.ts';

/** What the matcher has to reach for what it calls affected, exactly or likely. */
const least = { recall: 0.95, precision: 0.9 };
const COUNT = 1000;
/** The matcher was improved by looking at the first half only, and with other seeds. */
const halves = { open: [101, 102], held: [201, 202] } as const;

/**
 * Inventories drawn from the product trees of public advisories, with the noise of real inventories, and as many devices
 * that just miss being affected: docs/matching.md tells the kinds.
 */
export const suite: TruthSuite = {
  name: 'inventory',
  run: async (dataDir) => {
    const files = advisoryFiles(dataDir);
    if (files.length === 0)
      return { total: 0, equal: 0, differences: [], skipped: 'there are no advisories' };
    const judged = (['open', 'held'] as const).flatMap((half) => {
      const own = halfOf(files, half);
      return halves[half].map((seed) => ({ half, seed, ...judgeInventory(own, seed, COUNT) }));
    });
    const all = judged.flatMap((one) => one.all);
    const isRight = ({ drawn, told }: Judged) => drawn.affected === told;
    const short = judged
      .filter(({ recall, precision }) => recall < least.recall || precision < least.precision)
      .map(({ half, seed, recall, precision }): Difference => ({
        where: `${half} half, seed ${seed}`,
        ours: { recall, precision },
        theirs: least,
      }));
    return {
      total: all.length,
      equal: all.filter(isRight).length,
      differences: [...short, ...all.filter((one) => !isRight(one)).map(explained)],
      parts: [
        ...judged.flatMap(({ half, seed, all: own }) => {
          const affected = own.filter(({ drawn }) => drawn.affected);
          const told = own.filter((one) => one.told);
          const right = affected.filter((one) => one.told).length;
          return [
            { name: `${half} half, seed ${seed}: recall`, total: affected.length, equal: right },
            { name: `${half} half, seed ${seed}: precision`, total: told.length, equal: right },
          ];
        }),
        ...byKind(
          'affected, ',
          all.filter(({ drawn }) => drawn.affected),
        ),
        ...byKind(
          'near miss, ',
          all.filter(({ drawn }) => !drawn.affected),
        ),
      ],
    };
  },
};

function byKind(prefix: string, all: readonly Judged[]) {
  const kinds = Map.groupBy(all, ({ drawn }) => drawn.kind);
  return Array.from(kinds, ([kind, list]) => ({
    name: prefix + kind,
    total: list.length,
    equal: list.filter(({ drawn, told }) => drawn.affected === told).length,
  }));
}

/** Every miss with what the matcher said of it; what it did not find at all, it cannot explain, and says so. */
function explained({ drawn, verdict }: Judged): Difference {
  const { kind, affected, row, leaf } = drawn;
  const said = verdict
    ? `${verdict.verdict} (${verdict.certainty}): ${verdict.because.map(inEnglish).join(' ')}`
    : 'not recognised';
  return {
    where: `${leaf.advisory}, ${kind}`,
    key: Object.values(row).filter(Boolean).join(' · '),
    ours: said,
    theirs: `${affected ? 'affected' : 'not affected'}: ${leaf.vendor} · ${leaf.name} · ${leaf.version}`,
    reason: verdict
      ? verdict.verdict === 'unknown'
        ? `Left to a person: ${verdict.lookUp.map(inEnglish).join(' ')}`
        : `Decided by ${verdict.path.rule} (${verdict.path.token}) on “${verdict.path.range}”.`
      : 'Nothing in the row was recognised as this entry.',
  };
}
