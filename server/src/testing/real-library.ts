import { createReadStream } from 'node:fs';

import { realAdvisories } from './documents.ts';
import { startTestServer } from './test-server.ts';

let made: ReturnType<typeof make> | undefined;

/** What a server has that has taken in two thousand real advisories, for others to begin with. Made once. */
export const realLibrary = () => (made ??= make());

async function make() {
  const server = await startTestServer();
  const analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
  const [begun, busy] = [performance.now(), process.cpuUsage()];
  const outcome = await server.house.imports.importStream(
    analyst,
    'corpus.tar.gz',
    createReadStream(realAdvisories),
  );
  const { user, system } = process.cpuUsage(busy);
  await server.close();
  return {
    config: server.config,
    analyst,
    outcome,
    /** What the program itself did, whoever else kept the machine busy; and by the clock. */
    seconds: { busy: (user + system) / 1e6, clock: (performance.now() - begun) / 1000 },
  };
}
