import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { AdvisoryIndex, type Answer, assetOfRecord, inEnglish, match, read } from '@busbar/csaf';

import { advisoryFiles } from '../corpus.ts';
import type { Difference, TruthResult, TruthSuite } from './suite.ts';

type Expected = 'affected' | 'not_affected' | 'unknown';

interface MatchingCase {
  readonly id: string;
  readonly advisory: string;
  readonly cve: string;
  /** The entry the verdict is about; null for the whole document. */
  readonly product_id: string | null;
  readonly asset: Readonly<Record<string, string | number>>;
  readonly expected: Expected;
  readonly acceptable?: readonly Expected[];
  readonly why: string;
}

/** Verdicts that a careful analyst would give. */
export const suite: TruthSuite = {
  name: 'matching',
  run: async (dataDir) => {
    const file = join(dataDir, 'standards/matching/matching-cases.json');
    if (!existsSync(file)) return { total: 0, equal: 0, differences: [], skipped: `there is no ${file}` };
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: MatchingCase[] };

    const judged = cases.map((one) => ({ one, ours: judge(dataDir, one) }));
    const right = judged.filter(({ one, ours }) => ours.verdict === one.expected);
    const defensible = judged.filter(
      ({ one, ours }) => ours.verdict === one.expected || one.acceptable?.includes(ours.verdict),
    );
    const wronglyExact = judged.filter(
      ({ one, ours }) =>
        ours.certainty === 'exact' &&
        ours.verdict === 'affected' &&
        ![one.expected, ...(one.acceptable ?? [])].includes('affected'),
    );
    const result: TruthResult = {
      total: cases.length,
      equal: right.length,
      differences: judged
        .filter(({ one, ours }) => ours.verdict !== one.expected)
        .map(({ one, ours }) => difference(one, ours)),
      parts: [
        { name: 'right or defensible', total: cases.length, equal: defensible.length },
        {
          name: 'not called exactly affected by mistake',
          total: cases.length,
          equal: cases.length - wronglyExact.length,
        },
        ...documents(dataDir),
      ],
    };
    return result;
  },
};

interface Ours {
  readonly verdict: Expected;
  readonly certainty: string | undefined;
  readonly sentences: readonly string[];
}

const words: Record<Answer, Expected> = {
  affected: 'affected',
  notAffected: 'not_affected',
  unknown: 'unknown',
};

function judge(dataDir: string, { advisory, cve, product_id: productId, asset }: MatchingCase): Ours {
  const text = readFileSync(
    join(dataDir, 'standards/matching/advisories', `${advisory.toLowerCase()}.json`),
    'utf8',
  );
  const reading = read(text);
  if (!reading.ok)
    return {
      verdict: 'unknown',
      certainty: undefined,
      sentences: reading.problems.map(({ message }) => message),
    };
  const verdict = match(
    assetOfRecord(asset).asset,
    AdvisoryIndex.of([reading.document]),
  )[0]?.vulnerabilities.find((one) => one.cve === cve);
  const judgement =
    productId === null ? verdict : verdict?.entries.find((entry) => entry.productId === productId);
  if (!judgement)
    return {
      verdict: 'unknown',
      certainty: undefined,
      sentences: ['The device was not found in the advisory.'],
    };
  return {
    verdict: words[judgement.verdict],
    certainty: judgement.certainty,
    sentences: judgement.because.map(inEnglish),
  };
}

function difference(
  { id, expected, acceptable, why }: MatchingCase,
  { verdict, certainty, sentences }: Ours,
): Difference {
  return {
    where: id,
    ours: `${verdict}${certainty ? ` (${certainty})` : ''}: ${sentences.join(' ')}`,
    theirs: `${expected}: ${why}`,
    ...(acceptable?.includes(verdict) && { reason: 'Defensible according to the case itself.' }),
  };
}

function documents(dataDir: string): NonNullable<TruthResult['parts']> {
  const files = advisoryFiles(dataDir);
  return files.length
    ? [
        {
          name: 'public advisories imported',
          total: files.length,
          equal: files.filter(({ text }) => read(text).ok).length,
        },
      ]
    : [];
}
