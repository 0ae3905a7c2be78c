import { join } from 'node:path';

import type { JobKind } from '@busbar/contract';
import type { FastifyInstance } from 'fastify';

import { advisoryRoutes } from './modules/advisories/advisory-routes.ts';
import { advisoryService } from './modules/advisories/advisory-service.ts';
import { importService } from './modules/advisories/import-service.ts';
import { auditRoutes } from './modules/audit/audit-routes.ts';
import { auditService } from './modules/audit/audit-service.ts';
import { baselineService } from './modules/captures/baseline-service.ts';
import { captureWorkers } from './modules/captures/capture-jobs.ts';
import { baselineRoutes, captureRoutes, observationRoutes } from './modules/captures/capture-routes.ts';
import { captureService } from './modules/captures/capture-service.ts';
import { captureNames, countCapturesBySite, talksOf } from './modules/captures/capture-store.ts';
import { observationService } from './modules/captures/observation-service.ts';
import { demoService } from './modules/demo/demo-service.ts';
import { jobRoutes } from './modules/jobs/job-routes.ts';
import { jobService } from './modules/jobs/job-service.ts';
import { peopleRoutes } from './modules/people/people-routes.ts';
import { peopleService } from './modules/people/people-service.ts';
import { plantRoutes } from './modules/plant/plant-routes.ts';
import { type PlantService, plantService } from './modules/plant/plant-service.ts';
import { sourceRoutes } from './modules/sources/source-routes.ts';
import { sourceService } from './modules/sources/source-service.ts';
import { systemRoutes } from './modules/system/system-routes.ts';
import { type SystemService, systemService } from './modules/system/system-service.ts';
import { blobs as blobsIn, blobStore } from './platform/blobs.ts';
import { warningRoutes } from './modules/warnings/warning-routes.ts';
import { warningService } from './modules/warnings/warning-service.ts';
import { visitor } from './platform/actor.ts';
import type { Config } from './platform/config.ts';
import type { Database } from './platform/database.ts';
import { fetcherOver } from './platform/fetcher.ts';
import type { Endpoint, Identify } from './platform/http.ts';
import { identityOver } from './platform/identity.ts';
import type { Jobs, Worker } from './platform/jobs.ts';
import { keyring, masterKeyWrapper } from './platform/keys.ts';
import type { Log } from './platform/log.ts';
import { uploads as uploadsOver } from './platform/uploads.ts';

export interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly log: Log;
}

/** Where everything meets. What a module needs from another it is handed here, and nowhere else. */
export function compose({ config, database, jobs, log }: Parts) {
  const audit = auditService(database.keeper, join(config.data, 'audit-heads.jsonl'));
  const identity = identityOver(config, database, log);
  const people = peopleService(identity, database);
  const keys = keyring(masterKeyWrapper(config.masterKey));
  const blobs = blobsIn(database, blobStore(config), keys, join(config.data, 'spool'));
  const uploads = uploadsOver({ config, database, jobs, log }, keys, blobs);
  const onError = (error: unknown) => log.error({ err: error }, 'evidence');
  const advisories = advisoryService();
  const warnings = warningService({ database, jobs, advisories, plant: () => plant });
  const plant: PlantService = plantService(warnings, {
    names: captureNames,
    countBySite: countCapturesBySite,
    talksOf,
  });
  const captures = captureService({ jobs, uploads, blobs, plant, onError });
  const observations = observationService({ uploads, plant });
  const baselines = baselineService({ blobs, plant });
  uploads.completes('capture', captures.completed);
  const imports = importService({
    database,
    folder: join(config.data, 'imports'),
    uploads,
    changed: (tx, actor) => warnings.advisoriesChanged(tx, actor),
  });
  const fetcher = fetcherOver(config.outbound);
  const folders = join(config.data, 'sources');
  const sources = sourceService({ database, jobs, fetcher, imports, folders });
  const demo = demoService({
    database,
    jobs,
    uploads,
    people,
    plant,
    captures,
    baselines,
    imports,
    sources,
    folders,
    system: () => system,
  });
  const system: SystemService = systemService(people, database, demo);

  const endpoints: Endpoint[] = [
    ...systemRoutes(system),
    ...peopleRoutes(people),
    ...plantRoutes(plant),
    ...captureRoutes(captures),
    ...observationRoutes(observations),
    ...baselineRoutes(baselines),
    ...advisoryRoutes(advisories, imports, warnings),
    ...warningRoutes(warnings),
    ...sourceRoutes(sources),
    ...auditRoutes(audit),
    ...jobRoutes(jobService(jobs)),
  ];
  const workers: Partial<Record<JobKind, Worker>> = {
    ...captureWorkers({ database, uploads, blobs, keys, plant }),
    'import-advisories': imports.work,
    'match-advisories': warnings.work,
    'fetch-source': sources.work,
  };
  const mountRaw = async (app: FastifyInstance, identify: Identify) => {
    identity.mount(app);
    await uploads.mount(app, identify);
    // What a kill left half-done is finished while people already come in.
    void uploads.recover().then(blobs.sweep).catch(onError);
    void database.as(visitor, warnings.warmUp).catch(onError);
    const sweeping = setInterval(() => void blobs.sweep().catch(onError), 3_600_000);
    app.addHook('onClose', async () => clearInterval(sweeping));
  };
  return {
    endpoints,
    workers,
    audit,
    uploads,
    blobs,
    plant,
    captures,
    imports,
    sources,
    fetcher,
    warnings,
    people,
    system,
    demo,
    identity,
    identify: identity.identify,
    mountRaw,
  };
}

export type House = ReturnType<typeof compose>;
