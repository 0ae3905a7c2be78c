import { systemApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { SystemService } from './system-service.ts';

export const systemRoutes = (system: SystemService) =>
  implement(systemApi, {
    instance: (ask) => system.instance(ask),
    health: ({ tx }) => system.health(tx),
    setUp: (ask) => system.setUp(ask),
    setSignIn: (ask) => system.setSignIn(ask),
    startDemo: (ask) => system.startDemo(ask),
  });
