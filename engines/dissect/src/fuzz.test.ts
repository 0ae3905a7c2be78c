import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from './analysis/analysis.ts';
import { NotACapture } from './capture/problem.ts';
import { hex } from './testing/hex.ts';
import { Wire } from './testing/wire.ts';

/** A generator of numbers that is the same every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

describe('damaged captures', () => {
  const wire = new Wire({ on: 'tcp', at: [502] });
  for (let i = 0; i < 20; i++) {
    wire.say('request', hex`0001 0000 0006 11 03 006B 0003`);
    wire.say('reply', hex`0001 0000 0009 11 03 06 022B 0000 0064`);
  }

  for (const [name, file] of [
    ['pcap', wire.pcap()],
    ['pcapng', wire.pcapng()],
  ] as const) {
    it(`never break the analysis: ${name}`, () => {
      const random = seeded(20_261_123);
      const below = (limit: number) => Math.floor(random() * limit);
      for (let round = 0; round < 400; round++) {
        const damaged = Uint8Array.from(file);
        for (let hits = 1 + below(12); hits > 0; hits--) damaged[4 + below(damaged.length - 4)] = below(256);
        const end = random() < 0.3 ? below(damaged.length) : damaged.length;
        const analysis = new Analysis({ strict: true });
        try {
          analysis.push(damaged.subarray(0, end >> 1));
          analysis.push(damaged.subarray(end >> 1, end));
          analysis.finish();
        } catch (error) {
          assert.ok(error instanceof NotACapture, `round ${round}: ${String(error)}`);
        }
      }
    });
  }
});
