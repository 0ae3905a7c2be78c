import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { parseVector, scoresOf } from '@busbar/csaf';

import { scoredVectors } from '../../engines/csaf/src/testing/cvss-vectors.ts';
import type { Difference, TruthSuite } from './suite.ts';

/** Scores of vectors of all versions, by other calculators. */
export const suite: TruthSuite = {
  name: 'cvss',
  run: async (dataDir) => {
    const folder = join(dataDir, 'standards/cvss');
    if (!existsSync(folder)) return { total: 0, equal: 0, differences: [], skipped: `there is no ${folder}` };
    const vectors = scoredVectors(dataDir);
    const judged = vectors.map(({ file, vector, scores }) => {
      const ours = scoresLike(scores, vector);
      return { file, vector, ours, theirs: scores, equal: JSON.stringify(ours) === JSON.stringify(scores) };
    });
    return {
      total: judged.length,
      equal: judged.filter(({ equal }) => equal).length,
      differences: judged
        .filter(({ equal }) => !equal)
        .map(({ file, vector, ours, theirs }): Difference => ({ where: vector, key: file, ours, theirs })),
      parts: [...Map.groupBy(judged, ({ file }) => file)].map(([name, all]) => ({
        name,
        total: all.length,
        equal: all.filter(({ equal }) => equal).length,
      })),
    };
  },
};

function scoresLike(theirs: readonly unknown[], text: string): readonly (number | undefined)[] | string {
  const { vector, problems } = parseVector(text);
  if (!vector) return problems.map(({ message }) => message).join(' ');
  const { base, threat, environmental, overall } = scoresOf(vector);
  return theirs.length === 1 ? [overall] : [base, threat, environmental];
}
