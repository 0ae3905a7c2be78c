import { apis, openapi } from '@busbar/contract';
import type { FastifyInstance } from 'fastify';

import { compose, type House, type Parts } from './compose.ts';
import { refuseHalfRestored } from './modules/backup/restore-service.ts';
import { linkPending } from './platform/audit.ts';
import type { Config } from './platform/config.ts';
import { openDatabase } from './platform/database.ts';
import { createServer, type Identify, mount } from './platform/http.ts';
import { Jobs } from './platform/jobs.ts';
import type { Log } from './platform/log.ts';
import { Metrics } from './platform/metrics.ts';
import { mountPages } from './platform/pages.ts';
import { version } from './platform/version.ts';

export interface Program extends Parts {
  readonly house: House;
  readonly app: FastifyInstance;
  /** What answers to GET besides the API: pages as the portal names them, and what machines fetch. */
  readonly served: { readonly pages: readonly string[]; readonly feeds: readonly string[] };
  /** Stops taking requests and work, lets what runs end, and puts the database to bed. */
  close(): Promise<void>;
}

export interface Purpose {
  readonly serve: boolean;
  readonly work: boolean;
  /** The pages, where they are built. */
  readonly pages: boolean;
  /** Nothing is begun by the clock, but by whoever holds the program and says what time it is. */
  readonly still?: boolean;
}

/** Starts the program in its roles. The tests start it the same way, with somebody else at the door. */
export async function start(
  config: Config,
  log: Log,
  purpose: Purpose,
  doorkeeper?: (usual: Identify) => Identify,
  ways?: Parts['ways'],
): Promise<Program> {
  refuseHalfRestored(config);
  const database = await openDatabase(config, (error) => log.error({ err: error }, 'database connection'));
  const jobs = new Jobs(database, log);
  await jobs.start();
  const parts: Parts = { config, database, jobs, log, ways };
  const house = compose(parts);
  await house.cases.sealOld();
  const app = await createServer(log, config.trustProxy);
  const metrics = new Metrics(database);
  metrics.watch(app);
  const metricsServer = config.metricsPort === undefined ? undefined : metrics.listen(config.metricsPort);

  const feeds: string[] = [];
  let pages: readonly string[] = [];
  if (purpose.serve) {
    const identify = doorkeeper ? doorkeeper(house.identify) : house.identify;
    mount(app, database, house.endpoints, identify);
    app.addHook('onRoute', ({ method, url }) => {
      if ([method].flat().includes('GET') && !/[:*]|^\/assets\//.test(url)) feeds.push(url);
    });
    // It takes as long to make as a tenth of the start.
    let document: unknown;
    app.get('/api/openapi.json', async () => (document ??= openapi('Busbar', version, apis)));
    await house.mountRaw(app, identify);
    if (purpose.pages) pages = await mountPages(app, config.origin);
  }
  if (purpose.work) await jobs.work(house.workers);
  const begun = purpose.work
    ? Promise.all([
        house.derivations.begin().catch((error: unknown) => log.error({ err: error }, 'claims')),
        house.warnings.begin().catch((error: unknown) => log.error({ err: error }, 'warnings')),
      ])
    : undefined;

  const chores = [
    every(1000, () => linkPending(database.keeper)),
    every(30_000, () => house.warnings.learn()),
    every(3_600_000, () => house.audit.publish(today())),
    every(3_600_000, () => house.identity.sweep()),
    ...(purpose.work && !purpose.still
      ? [
          every(30_000, () => house.sources.tick()),
          every(15_000, () => house.deliveries.tick()),
          every(5_000, () => house.mailbox.tick()),
          every(5_000, () => house.alerts.tick()),
          every(15_000, () => house.deadlines.tick()),
          every(1000, () => house.search.index()),
          every(3_600_000, () => house.retention.tick()),
          every(3_600_000, () => house.headMail.tick(today())),
        ]
      : []),
  ];
  return {
    ...parts,
    house,
    app,
    served: { pages, feeds },
    async close() {
      for (const chore of chores) chore.stop();
      metricsServer?.close();
      await begun;
      await app.close();
      await jobs.stop();
      house.fetcher.close();
      house.mailer.close();
      await Promise.all(chores.map(({ idle }) => idle()));
      await database.close();
    },
  };

  function every(ms: number, chore: () => Promise<unknown>) {
    let running: Promise<unknown> = Promise.resolve();
    const once = () =>
      (running = running.then(chore).catch((error: unknown) => log.error({ err: error }, 'chore')));
    const timer = setInterval(() => void once(), ms);
    if (ms > 60_000) void once();
    return { stop: () => clearInterval(timer), idle: () => running };
  }
}

const today = () => new Date().toISOString().slice(0, 10);
