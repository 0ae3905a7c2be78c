import { readFileSync } from 'node:fs';

import type { Actor } from '../platform/actor.ts';
import { type Config, MasterKey } from '../platform/config.ts';
import { logTo } from '../platform/log.ts';
import { start } from '../server.ts';

// The program in a process of its own, to be killed by tests. Its configuration comes as JSON from standard input;
// it tells its port when it is ready.

const { masterKey, ...config } = JSON.parse(readFileSync(0, 'utf8')) as Omit<Config, 'masterKey'> & {
  masterKey: string;
};
const program = await start(
  { ...config, masterKey: new MasterKey(Buffer.from(masterKey, 'hex')) },
  logTo(config.logLevel),
  { serve: true, work: true, pages: false },
  () => async (request) => JSON.parse(String(request.headers['x-test-actor'])) as Actor,
);
await program.app.listen({ port: 0 });
const address = program.app.server.address();
process.stdout.write(
  `${JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined })}\n`,
);
