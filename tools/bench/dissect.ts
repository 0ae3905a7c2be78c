import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Analysis } from '@busbar/dissect';

import { mixedPlant, smallModbus } from './captures.ts';

/** `npm run bench:dissect [-- FILE…]`: how fast captures are read, against tcpdump and tshark where they are installed. */
const folder = resolve(import.meta.dirname, '../../bench-data');
const CHUNK = 16 << 20;

const files = process.argv.slice(2);
if (files.length === 0) {
  const made = [join(folder, 'modbus-small.pcap'), join(folder, 'plant-mixed.pcap')] as const;
  smallModbus(made[0]);
  mixedPlant(made[1]);
  files.push(...made);
}

for (const file of files) {
  run(file);
  const ours = run(file);
  console.log(`${file}`);
  console.log(
    `  ours     ${million(ours.packets / ours.seconds)} packets/s, ${(ours.bytes / ours.seconds / 1e6).toFixed(0)} MB/s, ${ours.seconds.toFixed(2)} s (${ours.cpu.toFixed(2)} s of processor), ${ours.rss.toFixed(0)} MB RSS`,
  );
  compare('tcpdump', ['-r', file, '-w', '/dev/null'], ours.seconds);
  compare('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.number'], ours.seconds);
}

function run(file: string) {
  const analysis = new Analysis();
  const chunk = Buffer.alloc(CHUNK);
  const from = openSync(file, 'r');
  const began = performance.now();
  const cpu = process.cpuUsage();
  let rss = 0;
  for (let read = readSync(from, chunk); read > 0; read = readSync(from, chunk)) {
    analysis.push(chunk.subarray(0, read));
    rss = Math.max(rss, process.memoryUsage.rss());
  }
  analysis.finish();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  closeSync(from);
  return {
    seconds,
    cpu: (user + system) / 1e6,
    packets: analysis.packets,
    bytes: statSync(file).size,
    rss: Math.max(rss, process.memoryUsage.rss()) / 1e6,
  };
}

function compare(program: string, args: string[], ours: number): void {
  const began = performance.now();
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
  const seconds = (performance.now() - began) / 1000;
  const answer =
    error || status !== 0
      ? 'not installed'
      : `${seconds.toFixed(2)} s; we take ${(ours / seconds).toFixed(2)} of its time`;
  console.log(`  ${program.padEnd(8)} ${answer}`);
}

function million(value: number): string {
  return `${(value / 1e6).toFixed(2)} M`;
}
