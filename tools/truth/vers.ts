import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { compareIn, parseVers, sortVers, versContains, versFromNative } from '@busbar/csaf';

import type { Difference, TruthResult, TruthSuite } from './suite.ts';

interface VersCase {
  readonly description: string;
  readonly test_type: string;
  readonly input: any;
  readonly expected_output?: unknown;
  readonly expected_failure?: boolean;
}

/** Version ranges as the test suite of VERS has them: strict reading, order, containment, and how versions compare. */
export const suite: TruthSuite = {
  name: 'vers',
  run: async (dataDir) => {
    const folder = join(dataDir, 'standards/vers');
    if (!existsSync(folder)) return { total: 0, equal: 0, differences: [], skipped: `there is no ${folder}` };
    const reasons = JSON.parse(readFileSync(join(import.meta.dirname, 'vers.known.json'), 'utf8')) as Record<
      string,
      string
    >;
    const differences: Difference[] = [];
    const parts: { name: string; total: number; equal: number }[] = [];
    const notYet = new Map<string, number>();
    for (const name of readdirSync(folder)
      .filter((file) => file.endsWith('test.json'))
      .toSorted()) {
      const { tests } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { tests: VersCase[] };
      const part = { name: name.replace(/_?-?test\.json$/, ''), total: 0, equal: 0 };
      for (const one of tests) {
        const answer = answerTo(one);
        if (answer === undefined) {
          notYet.set(one.test_type, (notYet.get(one.test_type) ?? 0) + 1);
          continue;
        }
        const expected = one.expected_failure ? 'refused' : one.expected_output;
        part.total++;
        if (JSON.stringify(answer.ours) === JSON.stringify(expected)) part.equal++;
        else {
          const key = JSON.stringify(one.input.versions ?? one.input);
          const reason = reasons[`${name} ${key}`];
          differences.push({
            where: name,
            key,
            ours: answer.ours,
            theirs: expected,
            ...(reason !== undefined && { reason }),
          });
        }
      }
      if (part.total) parts.push(part);
    }
    const result: TruthResult = {
      total: parts.reduce((sum, { total }) => sum + total, 0),
      equal: parts.reduce((sum, { equal }) => sum + equal, 0),
      differences,
      parts,
      notYet: Array.from(notYet, ([name, total]) => ({ name, total })),
    };
    return result;
  },
};

function answerTo({ test_type: type, input }: VersCase): { ours: unknown } | undefined {
  switch (type) {
    case 'comparison': {
      const [a, b] = input.versions as [string, string];
      const order = compareIn(input.input_scheme, a, b);
      return { ours: order === undefined ? 'not comparable' : order > 0 ? [b, a] : [a, b] };
    }
    case 'equality': {
      const [a, b] = input.versions as [string, string];
      return { ours: compareIn(input.input_scheme, a, b) === 0 };
    }
    case 'containment': {
      const range = parseVers(sortVers(input.vers) ?? input.vers);
      return { ours: typeof range === 'string' ? range : versContains(range, input.version) };
    }
    case 'validate':
      return { ours: sortVers(input) ?? 'refused' };
    case 'parse': {
      const range = parseVers(input);
      if (typeof range === 'string') return { ours: 'refused' };
      const { scheme, constraints } = range;
      return {
        ours: {
          scheme,
          version_constraints: constraints.map(({ comparator, version }) => [comparator, version]),
        },
      };
    }
    case 'from_native':
      return { ours: versFromNative(input.scheme, input.native_range) ?? 'refused' };
    default:
      return undefined;
  }
}
