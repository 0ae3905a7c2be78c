import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { analyse, type Params, type Party, type Report } from '@busbar/dissect';

import type { Difference, TruthResult, TruthSuite } from './suite.ts';

const folder = join(import.meta.dirname, 'golden');

/**
 * What we told of chosen captures when somebody last looked at it, against what we tell now. A file for each, named after
 * the SHA-256 of the capture, with the place of the capture in its first line; `--accept` writes it anew, and the change
 * is reviewed like one of the code.
 */
export const suite: TruthSuite = {
  name: 'golden',

  async run(dataDir, { accept = false } = {}): Promise<TruthResult> {
    const captures = join(dataDir, 'captures/captures');
    if (!existsSync(captures))
      return { total: 0, equal: 0, differences: [], skipped: 'there are no captures' };
    const differences: Difference[] = [];
    let total = 0;
    for (const name of readdirSync(folder).sort()) {
      const before = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
      const file = before[0]!;
      if (!existsSync(join(captures, file))) continue;
      const after = await goldenOf(join(captures, file), file);
      total++;
      if (accept) writeFileSync(join(folder, name), `${after.join('\n')}\n`);
      const diff = changes(before, after);
      if (diff.length > 0) differences.push({ where: file, ours: after, theirs: before, diff });
    }
    return { total, equal: total - differences.length, differences: accept ? [] : differences };
  },
};

async function goldenOf(path: string, file: string): Promise<string[]> {
  return [file, ...observations(await analyse(createReadStream(path, { highWaterMark: 1 << 20 })))];
}

/** So many lines of a kind are kept: a file must be one that people read. */
const MOST = 40;
const MOST_OF_DEVICES = 24;
const LONGEST = 240;

/** What a capture shows besides its counts, a line for each thing told. */
export function observations(report: Report): string[] {
  return [
    ...report.comments.map((comment) => `comment ${comment.replaceAll(/\s+/g, ' ')}`),
    ...report.problems.map(({ code, text }) => `problem ${code}: ${text}`),
    ...first(MOST_OF_DEVICES, report.devices, 'devices').flatMap((device) =>
      typeof device === 'string' ? device : describeDevice(device),
    ),
    ...lines(report.operations, 'operations', ({ code, source, target, count, refused, samples }) => {
      const no = refused.map((refusal) => `; refused ${refusal.count}: ${refusal.text}`).join('');
      return `operation ${code} ${way(source, target)} × ${count}${no} | ${samples.at(-1)?.text ?? ''}`;
    }),
    ...lines(report.variables, 'variables', (variable) => {
      const { device, protocol, name, count, sets, changes: changed, range, last } = variable;
      const set =
        sets > 0 ? `, ${sets} set by ${variable.setters.map(({ by }) => by.address).join(' ')}` : '';
      return `variable ${protocol} ${device.address} ${name}: ${count} values${set}, ${changed} changes, ${range.map(short).join('…')}, last ${short(last.value)}`;
    }),
    ...lines(
      report.transfers,
      'transfers',
      ({ protocol, way: to, device, other, kind, name, bytes, complete }) => {
        const whom = to === 'to' ? way(other, device) : way(device, other);
        return `transfer ${protocol} ${whom} ${kind} ${name}, ${bytes} bytes, ${complete ? 'complete' : 'incomplete'}`;
      },
    ),
    ...lines(
      report.credentials,
      'credentials',
      ({ protocol, source, target, scheme, user, secret, count }) =>
        `credentials ${protocol} ${way(source, target)} ${scheme} user=${user} secret of ${secret} × ${count}`,
    ),
    ...lines(report.detections, 'detections', (detected) => {
      const { id, severity, certainty, source, target, count, refused, params } = detected;
      return `detection ${severity} ${id} (${certainty}) ${way(source, target)} × ${count}${refused > 0 ? `, ${refused} refused` : ''}${told(params)}`;
    }),
    ...(['anomalies', 'malformed'] as const).flatMap((kind) =>
      lines(
        report[kind],
        kind,
        ({ protocol, code, field, source, target, count, samples }) =>
          `${kind} ${protocol} ${code} (${field}) ${way(source, target)} × ${count}${told(samples[0]?.params ?? {})}`,
      ),
    ),
    ...Object.entries(report.dropped)
      .filter(([, count]) => count > 0)
      .map(([key, count]) => `dropped ${key} ${count}`),
  ].map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line).replaceAll(/[\n\r]+/g, '␤'));
}

function describeDevice(device: Report['devices'][number]): string[] {
  const { addresses, macs, names, roles, level, protocols, facts } = device;
  const who = [...addresses.slice(0, 8), ...macs.slice(0, 2)].join(' ');
  const role = roles.map((hint) => `${hint.role} (${hint.certainty}, ${hint.because})`).join(', ');
  return [
    `device ${who} ${names.length > 0 ? `“${names.join('”, “')}” ` : ''}${level}; ${role}; ${protocols.join(' ')}`,
    ...facts.map(
      ({ field, value, protocol, certainty, count }) =>
        `  ${field} ${value} (${protocol}, ${certainty}, × ${count})`,
    ),
  ];
}

function lines<Thing>(things: readonly Thing[], kind: string, line: (thing: Thing) => string): string[] {
  return first(MOST, things, kind).map((thing) => (typeof thing === 'string' ? thing : line(thing)));
}

/** The first of them, and how many more there are. */
function first<Thing>(most: number, things: readonly Thing[], kind: string): (Thing | string)[] {
  if (things.length <= most) return [...things];
  return [...things.slice(0, most), `… ${things.length - most} more ${kind}`];
}

const way = (source: Party | null, target: Party | null) =>
  `${source?.address ?? '*'} > ${target?.address ?? '*'}`;
const short = (value: number) => String(Number(value.toPrecision(7)));
const told = (params: Params) => (Object.keys(params).length > 0 ? ` ${JSON.stringify(params)}` : '');

/** What went (`-`) and what came (`+`), in their order; by the longest common subsequence. */
export function changes(before: readonly string[], after: readonly string[]): string[] {
  const common = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      common[i]![j] =
        before[i] === after[j]
          ? common[i + 1]![j + 1]! + 1
          : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  const diff: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && common[i + 1]![j]! >= common[i]![j + 1]!))
      diff.push(`- ${before[i++]!}`);
    else diff.push(`+ ${after[j++]!}`);
  }
  return diff;
}
