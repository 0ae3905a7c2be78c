import { zoneApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { ZoneService } from './zone-service.ts';

export const zoneRoutes = (zones: ZoneService) =>
  implement(zoneApi, {
    plan: (ask) => zones.plan(ask),
    drawing: (ask) => zones.drawing(ask),
    crossing: (ask) => zones.crossing(ask),
    zone: (ask) => zones.zone(ask),
    add: (ask) => zones.add(ask),
    decide: (ask) => zones.decide(ask),
    correct: (ask) => zones.correct(ask),
    place: (ask) => zones.place(ask),
    arrange: (ask) => zones.arrange(ask),
  });
