import { auditApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { AuditService } from './audit-service.ts';
import type { HeadMailService } from './head-mail-service.ts';

export const auditRoutes = (audit: AuditService, headMail: HeadMailService) =>
  implement(auditApi, {
    heads: ({ tx, query }) => audit.heads(tx, query),
    headMail: (ask) => headMail.choice(ask),
    chooseHeadMail: (ask) => headMail.choose(ask),
    numbers: () => audit.numbers(),
    verify: () => audit.verify(),
    accesses: (ask) => audit.accesses(ask),
    ofCase: (ask) => audit.ofCase(ask),
    ofReport: (ask) => audit.ofCase(ask),
  });
