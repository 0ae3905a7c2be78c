import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  AdvisoryIndex,
  type Answer,
  type Asset,
  type Expression,
  inEnglish,
  match,
  parseExpression,
  read,
} from '@busbar/csaf';

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

/** Verdicts a careful analyst would give, and the version expressions of real advisories. */
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
        ...expressions(dataDir),
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
  const verdict = match(toAsset(asset), AdvisoryIndex.of([reading.document]))[0]?.vulnerabilities.find(
    (one) => one.cve === cve,
  );
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

/** What the cases call it → what we call it. Whatever else is known of a device is about its hardware. */
const fields = {
  vendor: 'vendor',
  product: 'product',
  model: 'model',
  order_number: 'orderNumber',
  firmware: 'firmware',
  version: 'software',
  software: 'software',
  serial: 'serial',
} as const;

const hardwareFields: Record<string, (value: string) => string> = {
  series: (value) => (/series/i.test(value) ? value : `Series ${value}`),
  function_state: (value) => (/^\d+$/.test(value) ? `FS ${value}` : value),
  fs: (value) => (/^\d+$/.test(value) ? `FS ${value}` : value),
};

function toAsset(asset: MatchingCase['asset']): Asset {
  const known: Record<string, string> = {};
  const hardware: string[] = [];
  for (const [name, value] of Object.entries(asset)) {
    if (name in fields) known[fields[name as keyof typeof fields]] = String(value);
    else hardware.push(hardwareFields[name]?.(String(value)) ?? String(value));
  }
  return { ...known, ...(hardware.length && { hardware: hardware.join(', ') }) };
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

/** How much of the expressions is read; the rest is called unreadable, which is honest, so it is no difference. */
function expressions(dataDir: string): NonNullable<TruthResult['parts']> {
  const file = join(dataDir, 'standards/matching/version-expressions.tsv');
  if (!existsSync(file)) return [];
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [count, , quoted] = line.split('\t');
      return quoted ? [{ count: Number(count), text: unquote(quoted) }] : [];
    });
  const readable = rows.filter(({ text }) => isReadable(parseExpression(text)));
  const leaves = (list: typeof rows) => list.reduce((sum, { count }) => sum + count, 0);
  return [
    { name: 'version expressions read, different ones', total: rows.length, equal: readable.length },
    {
      name: 'version expressions read, as often as they occur',
      total: leaves(rows),
      equal: leaves(readable),
    },
  ];
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.replace(/^"|"$/g, '');
  }
}

function isReadable(expression: Expression): boolean {
  if (expression.is === 'unreadable') return false;
  if (!('of' in expression)) return true;
  return Array.isArray(expression.of)
    ? expression.of.every(isReadable)
    : isReadable(expression.of as Expression);
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
