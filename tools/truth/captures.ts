import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { analyse, dissectors, NotACapture } from '@busbar/dissect';

import type { Difference, TruthResult, TruthSuite } from './suite.ts';

type Counts = Record<string, unknown>;

interface Truth extends Counts {
  readonly file: string;
  readonly sha256: string;
}

interface Known {
  readonly file: string;
  readonly key: string;
  readonly reason: string;
}

/** What every capture has, whatever is spoken in it. */
const general = [
  'format',
  'link_types',
  'packets',
  'captured_bytes',
  'truncated_frames',
  'first_ts',
  'last_ts',
  'duration_s',
  'timestamps_backwards',
  'hosts',
  'tcp_streams',
  'arp',
  'protocol_frames.eth',
  'protocol_frames.ip',
  'protocol_frames.ipv6',
  'protocol_frames.tcp',
  'protocol_frames.udp',
  'protocol_frames.arp',
  'protocol_frames.vlan',
  'protocol_frames.llc',
];

/** Words of the reference about the file, and keys that describe how tshark went about it rather than the traffic. */
const notCounts = new Set(
  'file sha256 bytes repo path also_in note label derived peer_baseline malformed_frames tcp_retransmissions tcp_lost_segments undissected_payload_ports port_identified_frames protocol_frames ics_frames conversations'.split(
    ' ',
  ),
);

const claimed = [
  ...general,
  ...dissectors.flatMap(({ name, industrial, claims }) => [
    ...(industrial ? [`ics_frames.${name}`, `conversations.${name}`] : []),
    ...claims,
  ]),
];

/** Our counts against those of a reference dissector, capture by capture and key by key. */
export const suite: TruthSuite = {
  name: 'captures',

  async run(dataDir) {
    const folder = join(dataDir, 'captures');
    if (!existsSync(join(folder, 'groundtruth'))) return skipped('there are no captures with counts');
    const known = explanations();
    const parts = new Map(claimed.map((key) => [key, { total: 0, equal: 0 }]));
    const notYet = new Map<string, number>();
    const differences: Difference[] = [];
    let [total, equal] = [0, 0];
    const truths = new Map(
      readdirSync(join(folder, 'groundtruth'))
        .sort()
        .map((file) => [file, truthIn(join(folder, 'groundtruth', file))]),
    );
    const beyond = beyondReference([...truths.values()]);
    for (const file of truths.keys()) {
      const truth = truths.get(file)!;
      const ours = await countsOf(join(folder, 'captures', truth.file));
      total++;
      let same = true;
      for (const key of claimed) {
        if (beyond.has(key)) continue;
        const [mine, theirs] = [valueAt(ours, key), valueAt(truth, key)];
        if (mine === undefined && theirs === undefined) continue;
        const part = parts.get(key)!;
        part.total++;
        if (alike(mine, theirs)) part.equal++;
        else {
          same = false;
          const reason = known.get(`${truth.file} ${key}`);
          differences.push({
            where: truth.file,
            key,
            ...narrowed(mine, theirs),
            ...(reason !== undefined && { reason }),
          });
        }
      }
      if (same) equal++;
      for (const key of unclaimed(truth)) notYet.set(key, (notYet.get(key) ?? 0) + 1);
    }
    return {
      total,
      equal,
      differences,
      parts: [...parts].filter(([, part]) => part.total > 0).map(([name, part]) => ({ name, ...part })),
      notYet: [...notYet].sort(([, a], [, b]) => b - a).map(([name, count]) => ({ name, total: count })),
    };
  },
};

/** Frames of protocols that tshark cannot read are counted there by their ports. */
function truthIn(path: string): Truth {
  const truth = JSON.parse(readFileSync(path, 'utf8')) as Truth;
  const byPort = truth['port_identified_frames'] as Counts | undefined;
  return { ...truth, ics_frames: { ...byPort, ...(truth['ics_frames'] as Counts | undefined) } };
}

/** Keys of protocols that the reference names in no capture at all: it says nothing of them, not even that there are none. */
export function beyondReference(truths: readonly Counts[]): ReadonlySet<string> {
  const named = (key: string) => truths.some((truth) => valueAt(truth, key) !== undefined);
  const industrial = dissectors.filter((dissector) => dissector.industrial);
  return new Set(
    industrial
      .flatMap(({ name }) => [`ics_frames.${name}`, `conversations.${name}`])
      .filter((key) => !named(key)),
  );
}

function skipped(reason: string): TruthResult {
  return { total: 0, equal: 0, differences: [], skipped: reason };
}

async function countsOf(path: string): Promise<Counts> {
  try {
    const { counts } = await analyse(createReadStream(path, { highWaterMark: 1 << 20 }), { strict: true });
    return counts;
  } catch (error) {
    if (error instanceof NotACapture) return { problem: error.message };
    throw error;
  }
}

function explanations(): Map<string, string> {
  const folder = join(import.meta.dirname, 'captures.known');
  const known = readdirSync(folder).flatMap(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Known[],
  );
  return new Map(known.map(({ file: where, key, reason }) => [`${where} ${key}`, reason]));
}

function unclaimed(truth: Truth): string[] {
  const names = Object.keys(truth['ics_frames'] as Counts);
  return [
    ...Object.keys(truth).filter((key) => !notCounts.has(key) && !claimed.includes(key)),
    ...names.map((name) => `ics_frames.${name}`).filter((key) => !claimed.includes(key)),
  ];
}

/** `ics_frames.modbus` is a key within a key; of conversations, the rows of one protocol. */
function valueAt(counts: Counts, key: string): unknown {
  const [outer, inner] = key.split('.', 2) as [string, string | undefined];
  const value = counts[outer];
  if (inner === undefined || value === undefined) return value;
  if (outer !== 'conversations') return (value as Counts)[key.slice(outer.length + 1)];
  const rows = value as { src: string; dst: string; protocol: string; frames: number }[];
  const name = key.slice(outer.length + 1);
  const own = rows.filter(({ protocol }) => protocol === name);
  return own.length === 0
    ? undefined
    : Object.fromEntries(own.map(({ src, dst, frames }) => [`${src} > ${dst}`, frames]));
}

/** Times are compared to the microsecond: the reference keeps some in floating point. */
function alike(ours: unknown, theirs: unknown): boolean {
  if (typeof ours === 'number' && typeof theirs === 'number') return Math.abs(ours - theirs) < 0.000_002;
  if (Array.isArray(ours) && Array.isArray(theirs)) return JSON.stringify(ours) === JSON.stringify(theirs);
  if (isTable(ours) && isTable(theirs)) {
    return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].every((key) =>
      alike(ours[key], theirs[key]),
    );
  }
  return ours === theirs;
}

/** Of two tables, only the rows that differ. */
function narrowed(ours: unknown, theirs: unknown): { ours: unknown; theirs: unknown } {
  if (!isTable(ours) || !isTable(theirs)) return { ours: ours ?? null, theirs: theirs ?? null };
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  const different = keys.filter((key) => !alike(ours[key], theirs[key]));
  const pick = (table: Counts) => Object.fromEntries(different.map((key) => [key, table[key] ?? 0]));
  return { ours: pick(ours), theirs: pick(theirs) };
}

function isTable(value: unknown): value is Counts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
