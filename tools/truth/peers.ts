import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { analyse, dissectors, NotACapture } from '@busbar/dissect';

import type { Difference, TruthResult, TruthSuite } from './suite.ts';

interface Truth {
  readonly file: string;
  readonly repo: string;
  readonly peer_baseline: readonly string[];
}

/**
 * Logs of another engine with a line for each message or exchange, and what we count of the same. A line that joins a
 * request and its reply is still one line, so ours may be more and must not be fewer.
 */
const logs: Readonly<Record<string, readonly string[]>> = {
  'bacnet.log': ['bacnet_apdu'],
  'bsap_ip_header.log': ['ics_frames.bsap'],
  'c1222.log': ['c1222_cmd', 'ics_frames.c12.22'],
  'cip.log': ['cip_service'],
  'cotp.log': ['ics_frames.cotp'],
  'dnp3.log': ['dnp3_request', 'dnp3_response'],
  'enip.log': ['enip_command_request', 'enip_command_response'],
  'genisys.log': ['ics_frames.genisys'],
  'goose.log': ['ics_frames.goose'],
  'hart_ip_general.log': ['ics_frames.hart-ip'],
  'modbus.log': ['modbus_request', 'modbus_response'],
  'omron_fins_general.log': ['fins_command_request', 'fins_command_response'],
  'opcua_binary.log': ['opcua_message'],
  'profinet_io_cm.log': ['pn_io_opnum'],
  's7comm.log': ['s7comm_rosctr'],
  's7comm_plus.log': ['s7commplus_version'],
  'synchrophasor.log': ['c37118_frame'],
};

/** What other engines log of the same captures: at least as many messages. */
export const suite: TruthSuite = {
  name: 'peers',

  async run(dataDir): Promise<TruthResult> {
    const folder = join(dataDir, 'captures');
    if (!existsSync(join(folder, 'baseline')))
      return { total: 0, equal: 0, differences: [], skipped: 'there are no logs of other engines' };
    const known = explanations();
    const differences: Difference[] = [];
    const parts = new Map<string, { total: number; equal: number }>();
    const notYet = new Map<string, number>();
    let [total, equal] = [0, 0];
    for (const file of readdirSync(join(folder, 'groundtruth')).sort()) {
      const truth = JSON.parse(readFileSync(join(folder, 'groundtruth', file), 'utf8')) as Truth;
      const theirs = linesIn(folder, truth);
      if (theirs.size === 0) continue;
      const counts = await countsOf(join(folder, 'captures', truth.file));
      for (const [log, lines] of theirs) {
        if (!logs[log]!.some((key) => counted.has(key))) {
          notYet.set(log, (notYet.get(log) ?? 0) + 1);
          continue;
        }
        const ours = Math.max(0, ...alternatives(logs[log]!).map((keys) => sum(counts, keys)));
        const part = parts.get(log) ?? { total: 0, equal: 0 };
        parts.set(log, part);
        total++;
        part.total++;
        if (ours >= lines) {
          equal++;
          part.equal++;
          continue;
        }
        const reason = known.get(`${truth.file} ${log}`);
        differences.push({ where: truth.file, key: log, ours, theirs: lines, ...(reason && { reason }) });
      }
    }
    return {
      total,
      equal,
      differences,
      parts: [...parts].map(([name, part]) => ({ name, ...part })),
      notYet: [...notYet].map(([name, count]) => ({ name, total: count })),
    };
  },
};

const counted = new Set(dissectors.flatMap(({ name, claims }) => [`ics_frames.${name}`, ...claims]));

/** Counts of packets and of messages are told apart: the larger counts. */
function alternatives(keys: readonly string[]): string[][] {
  const frames = keys.filter((key) => key.startsWith('ics_frames.'));
  return [keys.filter((key) => !frames.includes(key)), ...frames.map((key) => [key])].filter(
    ({ length }) => length > 0,
  );
}

function sum(counts: Record<string, unknown>, keys: readonly string[]): number {
  return keys
    .map((key) => {
      const [outer, inner] = key.split(/\.(.*)/s, 2) as [string, string | undefined];
      const value = counts[outer];
      if (typeof value !== 'object' || value === null) return 0;
      if (inner !== undefined) return Number((value as Record<string, number>)[inner] ?? 0);
      return Object.values(value as Record<string, number>).reduce((all, count) => all + count, 0);
    })
    .reduce((all, count) => all + count, 0);
}

/** Lines of the logs we know how to compare; comments begin with a hash. */
function linesIn(folder: string, { repo, peer_baseline }: Truth): Map<string, number> {
  const lines = new Map<string, number>();
  for (const place of peer_baseline) {
    const logged = join(folder, 'baseline', repo.replace('/', '+'), place);
    if (!statSync(logged, { throwIfNoEntry: false })?.isDirectory()) continue;
    for (const name of namesIn(logged)) {
      if (!logs[name]) continue;
      const text = readFileSync(join(logged, name), 'utf8');
      const count = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      lines.set(name, Math.max(lines.get(name) ?? 0, count));
    }
  }
  return lines;
}

function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

async function countsOf(path: string): Promise<Record<string, unknown>> {
  try {
    return (await analyse(createReadStream(path), { strict: true })).counts;
  } catch (error) {
    if (error instanceof NotACapture) return {};
    throw error;
  }
}

function explanations(): Map<string, string> {
  const folder = join(import.meta.dirname, 'peers.known');
  if (!existsSync(folder)) return new Map();
  const known = readdirSync(folder).flatMap(
    (name) =>
      JSON.parse(readFileSync(join(folder, name), 'utf8')) as { file: string; key: string; reason: string }[],
  );
  return new Map(known.map(({ file, key, reason }) => [`${file} ${key}`, reason]));
}
