import { join } from 'node:path';

import type { JobKind } from '@busbar/contract';
import type { FastifyInstance } from 'fastify';

import { auditRoutes } from './modules/audit/audit-routes.ts';
import { auditService } from './modules/audit/audit-service.ts';
import { jobRoutes } from './modules/jobs/job-routes.ts';
import { jobService } from './modules/jobs/job-service.ts';
import { visitor } from './platform/actor.ts';
import type { Config } from './platform/config.ts';
import type { Database } from './platform/database.ts';
import type { Endpoint, Identify } from './platform/http.ts';
import type { Jobs, Worker } from './platform/jobs.ts';
import type { Log } from './platform/log.ts';

export interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly log: Log;
}

/** Where everything meets. What a module needs from another it is handed here, and nowhere else. */
export function compose({ config, database, jobs }: Parts) {
  const audit = auditService(database.keeper, join(config.data, 'audit-heads.jsonl'));

  const endpoints: Endpoint[] = [...auditRoutes(audit), ...jobRoutes(jobService(jobs))];
  const workers: Partial<Record<JobKind, Worker>> = {};
  // Until people are here, everybody is a visitor.
  const identify: Identify = async () => visitor;
  const mountRaw = async (_app: FastifyInstance) => {};
  return { endpoints, workers, audit, identify, mountRaw };
}

export type House = ReturnType<typeof compose>;
