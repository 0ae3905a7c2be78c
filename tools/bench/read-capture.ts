import { closeSync, openSync, readSync, statSync } from 'node:fs';

import { Analysis } from '@busbar/dissect';

export interface Reading {
  readonly seconds: number;
  readonly packets: number;
  readonly bytes: number;
  /** The most the process had, in megabytes. */
  readonly rss: number;
}

/** As much as stays in the cache of a core while it is read: larger pieces take a third longer. */
const CHUNK = 512 << 10;

/**
 * `node read-capture.ts FILE TIMES [warm]`: reads a capture so many times, each by an analysis of its own, and prints how
 * that went; warm: what came before is not told.
 */
const [file, times, first] = [process.argv[2]!, Number(process.argv[3]), process.argv[4]];
if (first === 'warm') read(1);
console.log(JSON.stringify(read(times)));

function read(rounds: number): Reading {
  const chunk = Buffer.alloc(CHUNK);
  const began = performance.now();
  let [rss, pieces, packets] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const analysis = new Analysis();
    const from = openSync(file, 'r');
    for (let got = readSync(from, chunk); got > 0; got = readSync(from, chunk)) {
      analysis.push(chunk.subarray(0, got));
      if (pieces++ % 32 === 0) rss = Math.max(rss, process.memoryUsage.rss());
    }
    closeSync(from);
    analysis.finish();
    packets += analysis.packets;
  }
  return {
    seconds: (performance.now() - began) / 1000,
    packets,
    bytes: rounds * statSync(file).size,
    rss: Math.max(rss, process.memoryUsage.rss()) / 1e6,
  };
}
