import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

import { mixedPlant, smallModbus } from '../bench/captures.ts';
import type { Reading } from '../bench/read-capture.ts';
import { openTab } from './tab.ts';

/** `npm run bench:browser [-- FILE…]`: how many packets a second a tab reads, beside Node on the same file. */
const WANTED = 0.6;
const TURNS = 3;

const data = resolve(import.meta.dirname, '../../bench-data');
const files = process.argv.slice(2);
if (files.length === 0) {
  files.push(join(data, 'modbus-small.pcap'), join(data, 'plant-mixed.pcap'));
  smallModbus(files[0]!);
  mixedPlant(files[1]!);
}

const million = (rate: number) => `${(rate / 1e6).toFixed(2)} M`;
const tab = await openTab();
for (const file of files) {
  // In turns, and the best of each: what else the machine does slows down one as much as the other.
  let [inTab, inNode, start] = [0, 0, Infinity];
  for (let turn = 0; turn < TURNS; turn++) {
    const { packets, loaded, seconds } = await tab.read(file);
    inTab = Math.max(inTab, packets / seconds);
    start = Math.min(start, loaded);
    inNode = Math.max(inNode, rateInNode(file));
  }
  const share = inTab / inNode;
  console.log(
    `${file}\n  tab ${million(inTab)}, Node ${million(inNode)} packets/s: ${share.toFixed(2)} (wanted: ${WANTED} or more)
  the program of the tab is there after ${start.toFixed(2)} s`,
  );
  if (share < WANTED) process.exitCode = 1;
}
await tab.close();

/** As cold as the tab is: what reads one capture and is gone. Loading the program counts for neither. */
function rateInNode(file: string): number {
  const script = join(import.meta.dirname, '../bench/read-capture.ts');
  const { stdout } = spawnSync(process.execPath, [script, file, '1', 'cold'], { encoding: 'utf8' });
  const { packets, seconds } = JSON.parse(stdout) as Reading;
  return packets / seconds;
}
