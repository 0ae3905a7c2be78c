import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { conditionsOf, evaluate, type Expression, type Finding, parseExpression } from '@busbar/csaf';

import { plainRange } from '../inventory/versions.ts';
import type { Difference, TruthSuite } from './suite.ts';
import judged from './version-expressions.rows.json' with { type: 'json' };

/**
 * How the version expressions of real advisories are read, judged three ways, none of which shares code with the engine:
 *
 * - plain ones against a reader of its own (`tools/inventory/versions.ts`), with versions at and around each bound;
 * - difficult ones against what a person read (`version-expressions.rows.json`);
 * - all of them by their words: what the engine neither understood nor kept as a condition, it must not have passed over,
 *   unless a person found the remark harmless.
 *
 * Wrong is only what is said with confidence. To call something unreadable is right where a person could not read it
 * either, so how much is read stands among the parts.
 */
export const suite: TruthSuite = {
  name: 'version-expressions',
  run: async (dataDir) => {
    const file = join(dataDir, 'standards/matching/version-expressions.tsv');
    if (!existsSync(file)) return { total: 0, equal: 0, differences: [], skipped: `there is no ${file}` };
    const rows = readRows(readFileSync(file, 'utf8')).map((row) => ({
      ...row,
      expression: parseExpression(row.text),
    }));
    const kinds = (kind: Kind) => rows.filter(({ expression }) => kindOf(expression) === kind);
    const leaves = (list: readonly Row[]) => list.reduce((sum, { count }) => sum + count, 0);
    const plain = rows.filter(({ text }) => plainRange(text) !== undefined);
    const differences = [
      ...plain.flatMap(({ text }) => againstPlain(text)),
      ...judged.rows.flatMap(againstPerson),
      ...rows.flatMap(({ text, expression }) => passedOver(text, expression)),
    ];
    const wrong = new Set(differences.map(({ where }) => where));
    const told = (name: string, list: readonly Row[]) => [
      { name: `${name}, different ones`, total: rows.length, equal: list.length },
      { name: `${name}, as often as they occur`, total: leaves(rows), equal: leaves(list) },
    ];
    const total = rows.length + judged.rows.length;
    return {
      total,
      equal: total - wrong.size,
      differences,
      parts: [
        ...told('read in full', kinds('read')),
        ...told('read with a condition to look up', kinds('condition')),
        ...told('read in part', kinds('part')),
        ...told('called unreadable', kinds('unreadable')),
        {
          name: 'plain ones in which no version is decided otherwise than by a reader of its own',
          total: plain.length,
          equal: plain.filter(({ text }) => againstPlain(text).length === 0).length,
        },
        {
          name: 'plain ones in which every version beside the bounds is decided',
          total: plain.length,
          equal: plain.filter(({ text }) =>
            probesOf(text).every((version) => truthOf(text, version) !== 'unknown'),
          ).length,
        },
        {
          name: 'difficult ones decided as a person did',
          total: judged.rows.length,
          equal: judged.rows.filter((row) => againstPerson(row).length === 0).length,
        },
      ],
    };
  },
};

interface Row {
  readonly count: number;
  readonly text: string;
}

export function readRows(tsv: string): Row[] {
  return tsv
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [count, , quoted] = line.split('\t');
      return quoted ? [{ count: Number(count), text: unquote(quoted) }] : [];
    });
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.replace(/^"|"$/g, '');
  }
}

type Kind = 'read' | 'condition' | 'part' | 'unreadable';

function kindOf(expression: Expression): Kind {
  const unreadable = allOf(expression).filter(({ is }) => is === 'unreadable');
  if (expression.is === 'unreadable') return 'unreadable';
  if (unreadable.length) return 'part';
  return conditionsOf(expression).length ? 'condition' : 'read';
}

function allOf(expression: Expression): Expression[] {
  const below = 'of' in expression ? ([] as readonly Expression[]).concat(expression.of) : [];
  return [expression, ...below.flatMap(allOf)];
}

/* By a reader of its own */

function againstPlain(text: string): Difference[] {
  const range = plainRange(text)!;
  return probesOf(text).flatMap((version) => {
    const theirs = range.holds(version);
    const ours = truthOf(text, version);
    const same = theirs === undefined || ours === (theirs ? 'yes' : 'no');
    // A single number beside a finer bound, and a finer one beside a single number, are open to honest people.
    return same || ours === 'unknown'
      ? []
      : [{ where: text, key: version, ours, theirs: theirs ? 'yes' : 'no' }];
  });
}

/** The numbers of the expression, what comes just before and after them, and the far ends. */
function probesOf(text: string): string[] {
  const bounds = text.replaceAll('_', ' ').match(/\d+(?:\.\d+)+/g) ?? [];
  const near = bounds.flatMap((bound) => {
    const changed = (by: number) =>
      bound.replace(/\d+$/, (last) => String(Math.max(0, Number(last) + by)).padStart(last.length, '0'));
    return [bound, changed(-1), changed(1), `${bound}.0`];
  });
  return ['0.0.1', ...near, '999.9'];
}

/* By a person */

function againstPerson(row: (typeof judged.rows)[number]): Difference[] {
  const expected = { in: 'yes', out: 'no', open: 'unknown' } as const;
  return (['in', 'out', 'open'] as const).flatMap((where) =>
    (row[where] as readonly string[]).flatMap((version) => {
      const ours = truthOf(row.text, version);
      return ours === expected[where]
        ? []
        : [{ where: row.text, key: version, ours, theirs: expected[where] }];
    }),
  );
}

function truthOf(text: string, version: string): Finding['truth'] {
  const nothing = { product: '', productName: '', serial: undefined, hardware: undefined, cve: undefined };
  return evaluate(parseExpression(text), { ...nothing, version }, text).truth;
}

/* By its words */

/** Words that only connect, or say something that changes nothing. */
const silent = new Set(
  (
    'all versions version firmware software any and or to the of with including incl excluding excl between up until through ' +
    'prior before earlier below older later newer above after higher from than that is are only affected by both release ' +
    'releases models build bn gold vers rev end life eol discontinued formerly previously latest limited regions former'
  ).split(' '),
);

/** Words of four letters or more that stand in the expression and nowhere in what was read from it. */
function passedOver(text: string, expression: Expression): Difference[] {
  const parts = allOf(expression);
  if (parts.some(({ is }) => is === 'unreadable')) return [];
  const kept = new Set(
    parts
      .flatMap((part) => [
        part.is === 'exact' ? part.version.text : '',
        part.is === 'interval'
          ? `${part.lower?.version.text} ${part.upper?.version.text} ${part.component}`
          : '',
        part.is === 'exact' ? (part.component ?? '') : '',
        part.is === 'condition' ? part.condition.text : '',
      ])
      .flatMap(wordsOf),
  );
  let left = text.replace(/^vers:\w+\//, '');
  for (const remark of judged.harmless) left = left.replace(`(${remark})`, ' ');
  const lost = wordsOf(left).filter((word) => !silent.has(word) && !kept.has(word));
  return lost.length ? [{ where: text, ours: 'passed over', theirs: lost.join(' ') }] : [];
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
}
