import { vulnerabilityApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { ClaimService } from './claim-service.ts';
import type { VerdictService } from './verdict-service.ts';

export const vulnerabilityRoutes = (claims: ClaimService, verdicts: VerdictService) =>
  implement(vulnerabilityApi, {
    list: ({ tx, query }) => claims.list(tx, query),
    get: ({ tx, params }) => claims.get(tx, params.ref),
    decide: (ask) => verdicts.decide(ask),
    verdicts: ({ tx, query }) => verdicts.list(tx, query),
    verdict: (ask) => verdicts.get(ask),
    check: (ask) => verdicts.check(ask),
    resolve: (ask) => verdicts.resolve(ask),
    withdraw: (ask) => verdicts.withdraw(ask),
  });
