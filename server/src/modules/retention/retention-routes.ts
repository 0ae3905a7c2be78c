import { breakGlassApi, retentionApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { BreakGlassService } from './break-glass-service.ts';
import type { RetentionService } from './retention-service.ts';

export const retentionRoutes = (retention: RetentionService, breakGlass: BreakGlassService) => [
  ...implement(retentionApi, {
    calendar: (ask) => retention.calendar(ask),
    of: (ask) => retention.of(ask),
    choose: (ask) => retention.choose(ask),
    answer: (ask) => retention.answer(ask),
    hold: (ask) => retention.hold(ask),
    decideHold: (ask) => retention.decideHold(ask),
    askPurge: (ask) => retention.askPurge(ask),
    decidePurge: (ask) => retention.decidePurge(ask),
    purge: (ask) => retention.purge(ask),
  }),
  ...implement(breakGlassApi, {
    list: (ask) => breakGlass.list(ask),
    ask: (ask) => breakGlass.ask(ask),
    decide: (ask) => breakGlass.decide(ask),
  }),
];
