export * from './advisories.ts';
export * from './audit.ts';
export * from './baselines.ts';
export * from './captures.ts';
export * from './client.ts';
export * from './csv.ts';
export * from './jobs.ts';
export * from './matrix.ts';
export * from './observations.ts';
export * from './openapi.ts';
export * from './people.ts';
export * from './plant.ts';
export * from './route.ts';
export * from './sources.ts';
export * from './system.ts';
export * from './warnings.ts';
export * from './words.ts';

import { advisoryApi } from './advisories.ts';
import { auditApi } from './audit.ts';
import { baselineApi } from './baselines.ts';
import { captureApi } from './captures.ts';
import { jobApi } from './jobs.ts';
import { observationApi } from './observations.ts';
import { peopleApi } from './people.ts';
import { plantApi } from './plant.ts';
import { sourceApi } from './sources.ts';
import { systemApi } from './system.ts';
import { warningApi } from './warnings.ts';

/** Every operation there is, by area. */
export const apis = {
  system: systemApi,
  people: peopleApi,
  plant: plantApi,
  captures: captureApi,
  observations: observationApi,
  baselines: baselineApi,
  advisories: advisoryApi,
  sources: sourceApi,
  warnings: warningApi,
  audit: auditApi,
  jobs: jobApi,
};
