import { jobApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { JobService } from './job-service.ts';

export const jobRoutes = (jobs: JobService) =>
  implement(jobApi, {
    list: (ask) => jobs.list(ask),
    get: (ask) => jobs.get(ask),
    cancel: (ask) => jobs.move(ask, 'cancel'),
    retry: (ask) => jobs.move(ask, 'retry'),
  });
