import { warningApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { WarningService } from './warning-service.ts';

export const warningRoutes = (warnings: WarningService) =>
  implement(warningApi, {
    list: (ask) => warnings.list(ask),
    get: (ask) => warnings.page(ask),
    move: (ask) => warnings.move(ask),
  });
