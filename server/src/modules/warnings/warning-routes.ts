import { warningApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { ProofService } from './proof-service.ts';
import type { WarningService } from './warning-service.ts';
import type { WorkService } from './work-service.ts';

export const warningRoutes = (warnings: WarningService, work: WorkService, proof: ProofService) =>
  implement(warningApi, {
    list: (ask) => warnings.list(ask),
    get: (ask) => warnings.page(ask),
    move: (ask) => work.move(ask),
    undo: (ask) => work.undo(ask),
    plan: (ask) => work.plan(ask),
    tick: (ask) => work.tick(ask),
    compare: (ask) => warnings.compareAgain(ask),
    mark: (ask) => work.mark(ask),
    colleagues: (ask) => work.colleagues(ask),
    assumptions: (ask) => warnings.assumptions(ask),
    assume: (ask) => warnings.assume(ask),
    proof: (ask) => proof.known(ask),
    vex: (ask) => proof.vex(ask),
  });
