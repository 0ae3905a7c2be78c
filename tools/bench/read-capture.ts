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
/** Of a pcap; behind it, records can follow one another for ever. */
const HEADER = 24;

/** `node read-capture.ts FILE TIMES`: reads a pcap, its records so many times over, and prints how that went. */
const [file, times] = [process.argv[2]!, Number(process.argv[3])];
read(1);
console.log(JSON.stringify(read(times)));

function read(rounds: number): Reading {
  const analysis = new Analysis();
  const chunk = Buffer.alloc(CHUNK);
  const began = performance.now();
  let rss = 0;
  let pieces = 0;
  for (let round = 0; round < rounds; round++) {
    const from = openSync(file, 'r');
    let at = round === 0 ? 0 : HEADER;
    for (let got = readSync(from, chunk, 0, CHUNK, at); got > 0; got = readSync(from, chunk, 0, CHUNK, at)) {
      analysis.push(chunk.subarray(0, got));
      at += got;
      if (pieces++ % 32 === 0) rss = Math.max(rss, process.memoryUsage.rss());
    }
    closeSync(from);
  }
  analysis.finish();
  return {
    seconds: (performance.now() - began) / 1000,
    packets: analysis.packets,
    bytes: rounds * (statSync(file).size - HEADER) + HEADER,
    rss: Math.max(rss, process.memoryUsage.rss()) / 1e6,
  };
}
