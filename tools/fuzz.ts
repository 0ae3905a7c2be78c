import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { Analysis, NotACapture } from '@busbar/dissect';

/**
 * `node tools/fuzz.ts [--packets 1000000] [--seed 1] [--data DIR]`: damages the packets of real captures and reads them.
 * The same seed does the same damage; a fault is printed with the seed that shows it alone.
 */
const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    data: { type: 'string' },
  },
});

const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../shared');
const folder = join(resolve(values.data ?? join(shared, 'data')), 'captures/captures');
if (!existsSync(folder)) {
  console.log(`No captures in ${folder}. Name a folder with --data DIR.`);
  process.exit(0);
}

const LARGEST = 2_000_000;
const SLOW_MS = 2_000;
/** Values at which counting goes over. */
const telling = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];
const files = globSync('**/*.{pcap,pcapng,cap}', { cwd: folder })
  .filter((file) => !values.only || file.includes(values.only))
  .sort();
const seeds = files.map((file) => readFileSync(join(folder, file))).filter((bytes) => bytes.length < LARGEST);
const wanted = Number(values.packets);
let [packets, faults, seed] = [0, 0, Number(values.seed)];
const known = new Set<string>();

for (; packets < wanted; seed++) {
  const random = generator(seed);
  const original = seeds[Math.floor(random() * seeds.length)]!;
  const damaged = damage(Uint8Array.from(original), random);
  const began = performance.now();
  try {
    const analysis = new Analysis({ strict: true });
    const piece = 1 + Math.floor(random() * 70_000);
    for (let at = 0; at < damaged.length; at += piece) analysis.push(damaged.subarray(at, at + piece));
    packets += analysis.packets;
    JSON.stringify(analysis.finish());
  } catch (error) {
    if (error instanceof NotACapture) continue;
    const [what, ...frames] = (error as Error).stack?.split('\n') ?? [String(error)];
    // Where in our code, not in the library it called.
    const where = frames.find((frame) => frame.includes('/engines/'));
    if (known.has(`${what}${where}`)) continue;
    known.add(`${what}${where}`);
    faults++;
    console.log(`seed ${seed}: ${what}\n  ${where?.trim()}`);
  }
  const took = performance.now() - began;
  if (took > SLOW_MS) console.log(`seed ${seed}: took ${took.toFixed(0)} ms for ${damaged.length} bytes`);
}

console.log(`${packets} damaged packets read, ${faults} faults, seeds ${values.seed} to ${seed - 1}`);
process.exitCode = faults > 0 ? 1 : 0;

/** Mostly in what packets carry: bytes changed to telling values, moved, repeated, left out. */
function damage(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const hits = 1 + below(Math.max(2, bytes.length / 200));
  for (let i = 0; i < hits; i++) {
    const at = 24 + below(Math.max(1, bytes.length - 32));
    switch (below(5)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at]! ^= 1 << below(8);
        break;
      case 2:
        bytes[at] = telling[below(telling.length)]!;
        break;
      case 3:
        bytes.set([0xff, 0xff], at);
        break;
      default:
        bytes.copyWithin(at, 24 + below(bytes.length - 24), Math.min(bytes.length, at + below(24)));
    }
  }
  return random() < 0.1 ? bytes.subarray(0, below(bytes.length)) : bytes;
}

/** The same numbers for the same seed (mulberry32). */
function generator(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
