import { auditApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { AuditService } from './audit-service.ts';

export const auditRoutes = (audit: AuditService) =>
  implement(auditApi, {
    heads: ({ tx, query }) => audit.heads(tx, query),
    numbers: () => audit.numbers(),
    verify: () => audit.verify(),
    accesses: (ask) => audit.accesses(ask),
    ofCase: (ask) => audit.ofCase(ask),
    ofReport: (ask) => audit.ofCase(ask),
  });
