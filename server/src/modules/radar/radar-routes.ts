import { radarApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { RadarService } from './radar-service.ts';

export const radarRoutes = (radar: RadarService) =>
  implement(radarApi, {
    list: (ask) => radar.list(ask),
    get: (ask) => radar.get(ask),
    next: (ask) => radar.next(ask),
    hold: (ask) => radar.hold(ask),
    move: (ask) => radar.move(ask),
  });
