import { caseConcernApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { ConcernService } from './concern-service.ts';

export const concernRoutes = (concerns: ConcernService) =>
  implement(caseConcernApi, {
    list: (ask) => concerns.list(ask),
    candidates: (ask) => concerns.candidates(ask),
    add: (ask) => concerns.add(ask),
    remove: (ask) => concerns.remove(ask),
    ofDevice: (ask) => concerns.ofDevice(ask),
  });
