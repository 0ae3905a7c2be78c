import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type DecisionTable, decisionTables, evaluateTable } from '@busbar/csaf';

import { type DecisionRow, readDecisionTable } from '../../engines/csaf/src/testing/decision-rows.ts';
import type { Difference, TruthSuite } from './suite.ts';

/** Every row of the decision tables that CERT/CC publishes. */
export const suite: TruthSuite = {
  name: 'ssvc',
  run: async (dataDir) => {
    const folder = join(dataDir, 'standards/ssvc/csv');
    if (!existsSync(folder)) return { total: 0, equal: 0, differences: [], skipped: `there is no ${folder}` };
    const judged = globSync('**/*.csv', { cwd: folder })
      .toSorted()
      .flatMap((file) => {
        const { table, rows } = readDecisionTable(readFileSync(join(folder, file), 'utf8'), decisionTables);
        return rows.map((row) => ({ file, row, ours: table ? outcomeOf(table, row) : 'no such table' }));
      });
    return {
      total: judged.length,
      equal: judged.filter(({ row, ours }) => ours === row.outcome).length,
      differences: judged
        .filter(({ row, ours }) => ours !== row.outcome)
        .map(({ file, row, ours }): Difference => ({
          where: file,
          key: row.text,
          ours,
          theirs: row.outcome,
        })),
      parts: [...Map.groupBy(judged, ({ file }) => file)].map(([name, all]) => ({
        name,
        total: all.length,
        equal: all.filter(({ row, ours }) => ours === row.outcome).length,
      })),
    };
  },
};

function outcomeOf(table: DecisionTable, { selection }: DecisionRow): string {
  return evaluateTable(table, selection)
    .outcomes.map((key) => table.outcome.values.get(key)?.toLowerCase())
    .join(' or ');
}
