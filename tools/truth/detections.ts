import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import {
  Analysis,
  type Baseline,
  compare,
  type Detected,
  detections,
  detectionsOf,
  learn,
  matcher,
  merge,
  nothingLearnt,
  operationKinds,
  type Report,
  severities,
} from '@busbar/dissect';

import type { Difference, TruthResult, TruthSuite } from './suite.ts';

/**
 * What others labelled as an attack in their captures, against what we detect with a baseline from the calm part of the
 * same plant; and every row of the list of what can be done to a plant, against what is told and detected.
 */
export const suite: TruthSuite = {
  name: 'detections',

  async run(dataDir) {
    const folder = join(dataDir, 'captures');
    if (!existsSync(join(folder, 'manifest.tsv'))) return skipped('there are no labelled captures');
    const known = new Map(
      (JSON.parse(readFileSync(join(import.meta.dirname, 'detections.known.json'), 'utf8')) as Known[]).map(
        ({ where, key, reason }) => [`${where} ${key}`, reason],
      ),
    );
    const trials = [
      ...(await processAttacks(folder)),
      ...(await packetLabels(folder)),
      ...(await named(folder)),
    ];
    const rows = rowsOf(folder);
    const parts = [...Map.groupBy(trials, ({ part }) => part)].map(([name, all]) => ({
      name,
      total: all.length,
      equal: all.filter(({ right }) => right).length,
    }));
    const differences = [
      ...trials
        .filter(({ right }) => !right)
        .map(({ part, where, ours, theirs }): Difference => ({ where, key: part, ours, theirs })),
      ...rows.wrong,
    ].map((difference) => {
      const reason = known.get(`${difference.where} ${difference.key}`);
      return reason === undefined ? difference : { ...difference, reason };
    });
    const covered = { name: 'rows told and detected', total: rows.total, equal: rows.covered };
    return {
      total: trials.length,
      equal: trials.filter(({ right }) => right).length,
      differences,
      parts: [...parts, covered],
      notYet: rows.waiting.map((name) => ({ name, total: 1 })),
    };
  },
};

interface Known {
  readonly where: string;
  readonly key: string;
  readonly reason: string;
}

/** One capture, or a part of one, in which something is or is not to be found. */
interface Trial {
  readonly part: string;
  readonly where: string;
  readonly right: boolean;
  readonly ours: readonly string[];
  readonly theirs: string;
}

function skipped(reason: string): TruthResult {
  return { total: 0, equal: 0, differences: [], skipped: reason };
}

const GRAVE = severities.slice(0, severities.indexOf('medium') + 1);

/** What somebody is called for: from `medium` on. */
function alarms(baseline: Baseline, report: Report): Detected[] {
  return [...compare(baseline, report), ...report.detections].filter(({ severity }) =>
    GRAVE.includes(severity),
  );
}

const idsOf = (detected: readonly Detected[]) => [...new Set(detected.map(({ id }) => id))];

function attack(part: string, where: string, theirs: string, found: readonly Detected[]): Trial {
  return { part, where, right: found.length > 0, ours: idsOf(found), theirs };
}

function calm(part: string, where: string, found: readonly Detected[]): Trial {
  return { part, where, right: found.length === 0, ours: idsOf(found), theirs: 'nothing to find' };
}

/**
 * 2017QUT: a process with a controller, an operator station and an attacker, captured at each of the three while attacks
 * ran. What is captured at the attacker tells which station it is; what the operator station saw without that one is calm,
 * and teaches what is usual. A calm capture is held against a baseline that was learnt from the others.
 */
async function processAttacks(folder: string): Promise<Trial[]> {
  const captures = globSync('captures/qut-infosec*/**/*.pcap', { cwd: folder })
    .sort()
    .map((file) => ({ name: basename(file), bytes: readFileSync(join(folder, file)) }));
  const at = (place: string) => captures.filter(({ name }) => name.endsWith(`.${place}.pcap`));
  const attackers = new Set(
    at('attacker').flatMap(({ bytes }) => reportOf(bytes).operations.map(({ source }) => source.address)),
  );
  const calmOnes = at('hmi').flatMap(({ name, bytes }) => {
    const part = packets(
      bytes,
      (frame) => !attackers.has(addressAt(frame, 26)) && !attackers.has(addressAt(frame, 30)),
    );
    const report = reportOf(part);
    return report.packets < LEAST_CALM ? [] : [{ name, report }];
  });
  const usual = (without: string) =>
    calmOnes
      .filter(({ name }) => name !== without)
      .reduce((all, { report }) => merge(all, learn(report)), nothingLearnt);
  return [
    ...calmOnes.map(({ name, report }) =>
      calm('calm parts without alarm (2017QUT)', name, alarms(usual(name), report)),
    ),
    ...captures.map(({ name, bytes }) => {
      const found = alarms(usual(name), reportOf(bytes)).filter(
        ({ source, target }) => attackers.has(source?.address ?? '') || attackers.has(target?.address ?? ''),
      );
      return attack('attacks found (2017QUT)', name, name.split('.')[1]!, found);
    }),
  ];
}

/** IPv4 source at 26, target at 30 of an Ethernet frame. */
function addressAt(frame: Uint8Array, at: number): string {
  const isIpv4 = frame[12] === 0x08 && frame[13] === 0x00;
  return isIpv4 ? frame.subarray(at, at + 4).join('.') : '';
}

/**
 * Modbus_dataset: a control centre with six stations; a column beside the capture says of every packet whether it is part
 * of an attack. What comes before the first of them is calm; its first half teaches, its second half must stay silent.
 */
async function packetLabels(folder: string): Promise<Trial[]> {
  const labels = globSync('labels/*_labeled.csv', { cwd: folder }).sort();
  let usual = nothingLearnt;
  const labelled = labels.flatMap((label) => {
    const name = basename(label).replace('_labeled.csv', '.pcap');
    const [file] = globSync(`captures/**/${name}`, { cwd: folder });
    if (!file) return [];
    const malicious = new Set(
      readFileSync(join(folder, label), 'utf8')
        .split(/\r?\n/)
        .filter((line) => line.endsWith(';1'))
        .map((line) => Number(line.split(';')[0])),
    );
    return [{ name, bytes: readFileSync(join(folder, file)), malicious }];
  });
  const trials: Trial[] = [];
  for (const { name, bytes, malicious } of labelled) {
    const before = Math.min(...malicious) - 1;
    if (before < LEAST_CALM) continue;
    const half = Math.floor(before / 2);
    const first = learn(reportOf(packets(bytes, (_, index) => index < half)));
    trials.push(
      calm(
        'calm parts without alarm (Modbus_dataset)',
        name,
        alarms(first, reportOf(packets(bytes, (_, index) => index >= half && index < before))),
      ),
    );
    usual = merge(usual, learn(reportOf(packets(bytes, (_, index) => index < before))));
  }
  for (const { name, bytes, malicious } of labelled) {
    const found = alarms(usual, reportOf(bytes)).filter(({ evidence }) =>
      evidence.some(({ at }) => malicious.has(at.packet)),
    );
    trials.push(attack('attacks found (Modbus_dataset)', name, `${malicious.size} packets`, found));
  }
  for (const file of globSync('captures/antoine-lemay*/**/channel_*.pcap', { cwd: folder }).sort()) {
    const found = alarms(usual, reportOf(readFileSync(join(folder, file))));
    trials.push(attack('attacks found (Modbus_dataset)', basename(file), 'a covert channel', found));
  }
  return trials;
}

const LEAST_CALM = 200;

/** Captures that are named, by those who made them, after the one thing that is done in them. */
async function named(folder: string): Promise<Trial[]> {
  const lines = readFileSync(join(folder, 'manifest.tsv'), 'utf8').trimEnd().split('\n');
  const head = lines[0]!.split('\t');
  const column = (row: readonly string[], name: string) => row[head.indexOf(name)] ?? '';
  return lines.slice(1).flatMap((line) => {
    const row = line.split('\t');
    const label = column(row, 'label');
    const file = column(row, 'file').replace(/^shared\//, '');
    const path = join(folder, file);
    const isAttack = label.startsWith('ATTACK') && !file.includes('qut-infosec');
    const isOperation = label.startsWith('operation') && !/input|Attempt$|Failure$/.test(label);
    if ((!isAttack && !isOperation) || !existsSync(path)) return [];
    const { detections: found } = reportOf(readFileSync(path));
    return [
      attack(isAttack ? 'attacks found (others)' : 'operations detected', basename(file), label, found),
    ];
  });
}

function reportOf(bytes: Uint8Array): Report {
  const analysis = new Analysis();
  analysis.push(bytes);
  return analysis.finish();
}

/** A classic capture with those of its packets that are wanted. */
function packets(bytes: Uint8Array, wanted: (frame: Uint8Array, index: number) => boolean): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getUint32(0, true) === 0xa1b2_c3d4;
  const kept = [bytes.subarray(0, 24)];
  for (let at = 24, index = 0; at + 16 <= bytes.length; index++) {
    const next = at + 16 + view.getUint32(at + 8, little);
    if (wanted(bytes.subarray(at + 16, next), index)) kept.push(bytes.subarray(at, next));
    at = next;
  }
  return Buffer.concat(kept);
}

/** How a row is told: by operations, by anomalies, or by what follows from the traffic alone. */
interface Row {
  readonly operations?: readonly string[];
  readonly anomalies?: readonly string[];
  readonly detections?: readonly string[];
  /** Operations of it that nothing looks for, and why. */
  readonly unwatched?: Readonly<Record<string, string>>;
}

interface Rows {
  readonly total: number;
  readonly covered: number;
  /** Told by nobody yet. */
  readonly waiting: readonly string[];
  readonly wrong: readonly Difference[];
}

/**
 * Without those that look at what any operation does, such as being refused in a row: they would say of every operation
 * that somebody looks for it.
 */
const telling = detections.filter(
  ({ seen }) => !('operation' in seen) || seen.operation.codes || seen.operation.techniques,
);

export function rowsOf(folder: string): Rows {
  const told = JSON.parse(readFileSync(join(import.meta.dirname, 'detections.rows.json'), 'utf8')) as Record<
    string,
    Row
  >;
  const listed = readFileSync(join(folder, 'detections.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map(([protocol, operation, , , techniques = '']) => ({
      name: `${protocol}: ${operation}`,
      techniques: techniques.split(' ').filter((technique) => technique !== ''),
    }));
  const kinds = operationKinds();
  const anomalies = anomalyCodes();
  const waiting: string[] = [];
  const wrong: Difference[] = [];
  for (const { name, techniques } of listed) {
    const row = told[name];
    if (!row) {
      wrong.push({ where: name, key: 'row', ours: null, theirs: 'a row of detections.tsv' });
      continue;
    }
    const kindsTold = kinds.filter(({ code }) => row.operations && matcher(row.operations)(code));
    const said = anomalies.filter((code) => row.anomalies && matcher(row.anomalies)(code));
    const ids = (row.detections ?? []).filter((id) => !detections.some((detection) => detection.id === id));
    const finding = detections.filter((detection) => row.detections?.includes(detection.id));
    finding.push(
      ...telling.filter(
        (detection) =>
          kindsTold.some((kind) => detectionsOf(kind, [detection]).length > 0) ||
          said.some((code) => findsAnomaly(detection, code)),
      ),
    );
    const unwatched = [
      ...new Set(
        kindsTold.filter((kind) => detectionsOf(kind, telling).length === 0).map(({ code }) => code),
      ),
    ];
    const reasons = Object.keys(row.unwatched ?? {});
    const named = [...kindsTold, ...finding].flatMap((one) => one.techniques ?? []);
    const unseen = [
      ...[...(row.operations ?? []), ...(row.anomalies ?? [])].filter(
        (pattern) => ![...kindsTold.map(({ code }) => code), ...said].some(matcher([pattern])),
      ),
      ...techniques.filter((technique) => !named.includes(technique)),
      ...techniques.filter((technique) => !detections.some((one) => one.techniques.includes(technique))),
      ...unwatched.filter((code) => !reasons.includes(code)),
      ...reasons.filter((code) => !unwatched.includes(code)),
      ...said.filter((code) => !anomalyDetected(code)),
      ...ids,
    ];
    if (unseen.length > 0)
      wrong.push({
        where: name,
        key: 'row',
        ours: unseen,
        theirs: 'told, detected, and named as a technique',
      });
    else if ((row.operations && kindsTold.length === 0) || (row.anomalies && said.length === 0))
      waiting.push(name);
  }
  return { total: listed.length, covered: listed.length - waiting.length - wrong.length, waiting, wrong };
}

function anomalyDetected(code: string): boolean {
  return detections.some((detection) => findsAnomaly(detection, code));
}

function findsAnomaly({ seen }: (typeof detections)[number], code: string): boolean {
  return (
    'anomaly' in seen &&
    matcher(seen.anomaly.codes)(code) &&
    !(seen.anomaly.except && matcher(seen.anomaly.except)(code))
  );
}

/** As they stand in the source: a dissector does not list them. */
function anomalyCodes(): string[] {
  const source = join(import.meta.dirname, '../../engines/dissect/src');
  const files = globSync('{network,protocols}/**/*.ts', { cwd: source }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  const codes = files.flatMap((file) =>
    [...readFileSync(join(source, file), 'utf8').matchAll(/'([a-z0-9-]+\.[a-z0-9-]+)'/g)].map(
      ([, code]) => code!,
    ),
  );
  return [...new Set(codes)];
}
