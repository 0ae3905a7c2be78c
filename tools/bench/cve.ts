import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { apis } from '@busbar/contract';

import { cveFiles, writeZip } from '../../server/src/testing/cve-archive.ts';
import { startTestServer } from '../../server/src/testing/test-server.ts';

/**
 * `npm run bench:cve [RECORDS]`: how fast an archive of 300,000 CVE records is read, how fast once more when nothing has
 * changed, and how much memory this process takes for it. Prints; asserts nothing.
 */
const [, , count = '300000', target] = process.argv;
const RECORDS = Number(count);
const MIB = 2 ** 20;
if (target) {
  await writeZip(target, cveFiles(RECORDS));
  process.exit(0);
}
/** In a process of its own: the memory that is measured is that of reading. */
const write = (path: string) => execFileSync(process.execPath, [import.meta.filename, count, path]);

const server = await startTestServer({ work: true });
const analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
const call = server.as(analyst);
const folder = join(server.config.data, 'sources', 'all');
mkdirSync(folder, { recursive: true });
write(join(folder, 'a.zip'));
console.log(`${RECORDS} records, ${(statSync(join(folder, 'a.zip')).size / MIB).toFixed(0)} MiB packed\n`);

let peak = 0;
const base = process.memoryUsage.rss();
const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
const body = { name: 'All', kind: 'cve', address: 'folder:all', local: false, maxTlp: 'CLEAR' };
const { id } = await timed('first', () => call(apis.sources.add, { body: body as never }));
write(join(folder, 'b.zip'));
await timed('once more, unchanged', async () => {
  await call(apis.sources.fetch, { params: { id } });
  return { id };
});
clearInterval(sampling);
await server.close();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

async function timed(what: string, begin: () => Promise<{ id: string }>): Promise<{ id: string }> {
  peak = 0;
  const [began, busy] = [performance.now(), process.cpuUsage()];
  const source = await begin();
  for (;;) {
    await sleep(200);
    const { job, problem } = await call(apis.sources.get, { params: { id: source.id } });
    if (problem) throw new Error(problem.text);
    if (job?.state === 'done') break;
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(busy);
  console.log(
    `${what.padEnd(24)}${seconds.toFixed(0).padStart(5)} s ${((user + system) / 1e6).toFixed(0).padStart(5)} s of this process ${(RECORDS / seconds).toFixed(0).padStart(7)} records/s   memory ${(base / MIB).toFixed(0)} → at most ${(peak / MIB).toFixed(0)} MiB`,
  );
  return source;
}
