import { invitedCheckApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { CheckService } from './check-service.ts';

export const checkRoutes = (checks: CheckService) =>
  implement(invitedCheckApi, {
    invitations: (ask) => checks.invitations(ask),
    checkers: (ask) => checks.checkers(ask),
    invite: (ask) => checks.invite(ask),
    revoke: (ask) => checks.revoke(ask),
    mine: (ask) => checks.mine(ask),
    get: (ask) => checks.get(ask),
    answer: (ask) => checks.answer(ask),
    review: (ask) => checks.review(ask),
  });
