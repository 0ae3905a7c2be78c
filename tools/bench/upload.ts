import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { apis, IncidentReport } from '@busbar/contract';

import { startTestServer } from '../../server/src/testing/test-server.ts';

/**
 * How fast a file of a case arrives over HTTP – sealed, on the disk before each acknowledgement, hashed – beside a plain
 * copy of it that reaches the disk, and its hash. Printed, not asserted; the best of some rounds of each, in turns, for
 * what a disk has still to write of the one would slow down the other.
 *
 *   npm run bench:upload [-- MEGABYTES]
 */
const size = Number(process.argv[2] ?? 512) * 2 ** 20;
const rounds = 5;
/** As a browser sends. */
const piece = 32 * 2 ** 20;

const folder = mkdtempSync(join(tmpdir(), 'busbar-upload-'));
const file = join(folder, 'evidence.raw');
const content = randomFillSync(Buffer.allocUnsafe(size));
writeFileSync(file, content);
const server = await startTestServer();
/** Whoever sends is somewhere else, and costs the service nothing. */
const sender = new Worker(new URL('./upload-sender.ts', import.meta.url), {
  workerData: { file, size, piece },
});
try {
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const at = server.app.server.address();
  const port = typeof at === 'object' ? at!.port : 0;
  const member = await (await server.organisation('Delta Motors', 'operator')).person('MEM');
  await server.organisation('CERT', 'cert');
  const call = server.as(member);
  const { reference } = await call(apis.cases.report, {
    body: IncidentReport.parse({ danger: 'no', control: 'yes', sees: 'A bench', naming: 'member' }),
  });
  const { items } = await call(apis.cases.list, { query: { search: reference } });
  const params = { id: items[0]!.id };

  const copying = async () => {
    const copy = join(folder, 'copy');
    await copyFile(file, copy);
    const handle = await open(copy, 'r+');
    await handle.sync();
    await handle.close();
    const hash = createHash('sha256');
    for await (const part of createReadStream(copy, { highWaterMark: 2 ** 20 })) hash.update(part as Buffer);
    rmSync(copy);
    return hash.digest('hex');
  };
  const uploading = async () => {
    const { evidence, upload } = await call(apis.evidence.begin, {
      params,
      body: { name: 'evidence.raw', size, note: '' },
    });
    sender.postMessage({ port, path: upload, actor: JSON.stringify(member) });
    await once(sender, 'message');
    const { sha256 } = await call(apis.evidence.get, { params: { ...params, evidence: evidence.id } });
    return sha256!;
  };
  const [copied, uploaded] = await inTurns(copying, uploading);
  if (copied.result !== uploaded.result) throw new Error('It did not arrive as it was sent');
  const speed = (ms: number) => `${Math.round(size / 2 ** 20 / (ms / 1000))} MB/s`;
  console.log(`copy and hash  ${Math.round(copied.ms)} ms  ${speed(copied.ms)}`);
  console.log(`upload         ${Math.round(uploaded.ms)} ms  ${speed(uploaded.ms)}`);
  console.log(`ratio          ${(uploaded.ms / copied.ms).toFixed(2)} (bound: 2)`);
} finally {
  await sender.terminate();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

interface Best {
  ms: number;
  result: string;
}

async function inTurns(...works: [() => Promise<string>, () => Promise<string>]): Promise<[Best, Best]> {
  const bests: [Best, Best] = [
    { ms: Infinity, result: '' },
    { ms: Infinity, result: '' },
  ];
  for (let round = 0; round < rounds; round++) {
    for (const which of [0, 1] as const) {
      const began = performance.now();
      const result = await works[which]();
      bests[which] = { ms: Math.min(bests[which].ms, performance.now() - began), result };
    }
  }
  return bests;
}
