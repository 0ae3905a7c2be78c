import { caseApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { CaseService } from './case-service.ts';

export const caseRoutes = (cases: CaseService) =>
  implement(caseApi, {
    report: (ask) => cases.report(ask),
    open: (ask) => cases.open(ask),
    claim: (ask) => cases.claim(ask),
    list: (ask) => cases.list(ask),
    get: (ask) => cases.get(ask),
    write: (ask) => cases.write(ask),
    join: (ask) => cases.join(ask),
    move: (ask) => cases.move(ask),
  });
