import { resolve } from 'node:path';

import { AdvisoryIndex, type Asset, match, read } from '@busbar/csaf';

import { advisoryFiles } from '../corpus.ts';

/** `npm run bench:matching [-- DATA]`: reading, indexing and matching against the public OT advisories. */
const dataDir = resolve(
  process.argv[2] ?? process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'),
  process.argv[2] ? '.' : 'data',
);
const files = advisoryFiles(dataDir);
if (files.length === 0) {
  console.log(`No advisories in ${dataDir}; nothing was measured.`);
  process.exit(0);
}

const [documents, reading] = timed(() =>
  files.flatMap(({ text }) => {
    const result = read(text);
    return result.ok ? [result.document] : [];
  }),
);
console.log(`read      ${documents.length} advisories in ${reading.toFixed(0)} ms`);

const [index, indexing] = timed(() => AdvisoryIndex.of(documents));
console.log(`index     ${index.entries.length} product entries in ${indexing.toFixed(0)} ms`);

const [stored, storing] = timed(() => JSON.stringify(index.serialise()));
const [, restoring] = timed(() => AdvisoryIndex.restore(JSON.parse(stored)));
console.log(
  `store     ${(stored.length / 1e6).toFixed(1)} MB in ${storing.toFixed(0)} ms, restored in ${restoring.toFixed(0)} ms`,
);

const assets = index.entries.map(({ product }): Asset => ({
  vendor: product.vendor,
  product: product.name,
  orderNumber: product.models[0],
  firmware: '1.0',
}));
for (const asset of assets.slice(0, 1000)) match(asset, index);
const times: number[] = [];
let verdicts = 0;
const [, matching] = timed(() => {
  for (const asset of assets) {
    const [found, time] = timed(() => match(asset, index));
    times.push(time);
    verdicts += found.length;
  }
});
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.floor(share * (times.length - 1))]!.toFixed(2);
console.log(
  `match     ${assets.length} assets in ${matching.toFixed(0)} ms: median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms; ${verdicts} verdicts`,
);

function timed<T>(work: () => T): [T, number] {
  const start = performance.now();
  return [work(), performance.now() - start];
}
