import { caseExportApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import { turnsOf } from '../../platform/turns.ts';
import type { CaseExportService } from './case-export-service.ts';

/** The whole of a case is read and held: two at once, and four wait of one network. */
const exporting = { atOnce: 2, lines: 64, inLine: 4, patience: 20_000 } as const;

export const caseExportRoutes = (exports: CaseExportService) => {
  const turns = turnsOf(exporting);
  return implement(caseExportApi, { download: (ask) => exports.download(ask) }).map((endpoint) => ({
    ...endpoint,
    turns,
  }));
};
