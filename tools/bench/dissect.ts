import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { v8Flags } from '@busbar/dissect';

import { oneFileOf } from '../../server/src/platform/one-file.ts';
import { mixedPlant, smallModbus } from './captures.ts';
import type { Reading } from './read-capture.ts';

/**
 * `npm run bench:dissect [-- FILE…]`: how fast captures are read, by one and by two at once, and how that stands to
 * tcpdump and tshark where they are installed. Without files it makes its own, and at last one of 10 GB, to see how much
 * memory that takes; it is gone afterwards.
 */
const folder = resolve(import.meta.dirname, '../../bench-data');
const LONG = 10e9;
/** Seconds, for what is to be measured of a steady state: V8 compiles beside the first of them. */
const ENOUGH = 4;
const TURNS = 7;

const files = process.argv.slice(2);
const ownFiles = files.length === 0;
if (ownFiles) {
  const made = [join(folder, 'modbus-small.pcap'), join(folder, 'plant-mixed.pcap')] as const;
  smallModbus(made[0]);
  mixedPlant(made[1]);
  files.push(...made);
}

for (const file of files) {
  const inTurns = await fastest(file);
  const { ours } = inTurns;
  console.log(file);
  line(
    'ours',
    `${million(ours.packets / ours.seconds)} packets/s, ${(ours.bytes / ours.seconds / 1e6).toFixed(0)} MB/s, ${ours.seconds.toFixed(2)} s, ${ours.rss.toFixed(0)} MB RSS`,
  );
  line(
    'two',
    `${(await gainOfTwo(file, Math.ceil(ENOUGH / ours.seconds))).toFixed(2)} × as much as one in the same time`,
  );
  compare('tcpdump', inTurns.tcpdump, ours);
  compare('tshark', timed('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.number']), ours);
}
if (ownFiles) {
  const file = join(folder, 'long.pcap');
  mixedPlant(file, LONG);
  const long = await read(file, 1, 'cold');
  rmSync(file);
  console.log(`${(long.bytes / 1e9).toFixed(1)} GB`);
  line('ours', `${long.seconds.toFixed(1)} s, ${long.rss.toFixed(0)} MB RSS`);
}

/**
 * In a process of its own, made into one file as the server's are, warm unless it is to be cold: then what it read before
 * is not told. Where Node strips types of TypeScript, its WebAssembly detaches a buffer, and from then on V8 looks at
 * every access whether the array is still there: a tenth of the time.
 */
async function read(file: string, times = 1, first: 'warm' | 'cold' = 'warm'): Promise<Reading> {
  const script = await oneFileOf('tools/bench/read-capture.ts');
  const child = spawn(process.execPath, [...v8Flags, script, file, String(times), first], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  for await (const part of child.stdout) told += String(part);
  return JSON.parse(told) as Reading;
}

/** How much two read at once of what one reads in the same time, each long enough for its beginning not to count. */
async function gainOfTwo(file: string, times: number): Promise<number> {
  const gains: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const one = await read(file, times);
    const both = await Promise.all([read(file, times), read(file, times)]);
    gains.push((2 * one.seconds) / Math.max(...both.map(({ seconds }) => seconds)));
  }
  return Math.max(...gains);
}

/** The best of a few runs of each, in turns: what else the machine does slows down one as much as the other. */
async function fastest(file: string): Promise<{ ours: Reading; tcpdump: number | undefined }> {
  const ours: Reading[] = [];
  const theirs: (number | undefined)[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    ours.push(await read(file));
    theirs.push(timed('tcpdump', ['-r', file, '-w', '/dev/null']));
  }
  return {
    ours: ours.toSorted((a, b) => a.seconds - b.seconds)[0]!,
    tcpdump: theirs.includes(undefined) ? undefined : Math.min(...(theirs as number[])),
  };
}

/** Seconds that a program takes; undefined where it is not installed. */
function timed(program: string, args: string[]): number | undefined {
  const began = performance.now();
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
  return error || status !== 0 ? undefined : (performance.now() - began) / 1000;
}

function compare(program: string, theirs: number | undefined, { seconds: ours }: Reading): void {
  if (theirs === undefined) return line(program, 'not installed');
  const ratio = theirs / ours;
  line(
    program,
    `${theirs.toFixed(2)} s; we are ${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)} × as fast`,
  );
}

function line(who: string, what: string): void {
  console.log(`  ${who.padEnd(8)} ${what}`);
}

function million(value: number): string {
  return `${(value / 1e6).toFixed(2)} M`;
}
