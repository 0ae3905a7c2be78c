import { caseExportApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { CaseExportService } from './case-export-service.ts';

export const caseExportRoutes = (exports: CaseExportService) =>
  implement(caseExportApi, { download: (ask) => exports.download(ask) });
