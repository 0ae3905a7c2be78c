import { flushCompileCache } from 'node:module';
import { json } from 'node:stream/consumers';

import type { Actor } from '../platform/actor.ts';
import type { Config } from '../platform/config.ts';
import { logTo } from '../platform/log.ts';
import { start } from '../server.ts';
import { masterKey } from './test-server.ts';

// What mortal.ts runs and kills. Its configuration, and whether it works, come as JSON from standard input; it tells its
// port when it is ready.

const { config, work } = (await json(process.stdin)) as { config: Config; work: boolean };
const program = await start(
  { ...config, masterKey },
  logTo(config.logLevel),
  { serve: true, work, pages: false },
  () => async (request) => ({
    proved: true,
    ...(JSON.parse(String(request.headers['x-test-actor'])) as Actor),
  }),
);
await program.app.listen({ port: 0 });
// It does not live to keep what was compiled for it at its end.
flushCompileCache();
const address = program.app.server.address();
process.stdout.write(
  `${JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined })}\n`,
);
