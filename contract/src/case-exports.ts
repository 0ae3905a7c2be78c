import { z } from 'zod';

import { file } from './route.ts';
import { ById } from './words.ts';

/** In what a case can leave: docs/case-exports.md says what of it stands where, and what does not. */
export const ExportFormat = z.enum(['stix', 'misp', 'case', 'iodef', 'veris']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Accepted observations that one file carries at most: the oldest; the file says how many are left out. */
export const mostExported = 5000;

export const caseExportApi = {
  download: file({
    path: '/api/cases/:id/export',
    summary: 'What I may read of a case, in a standard of the field, under its label; never what files hold',
    action: 'read case (messages, observations, findings)',
    records: 'case exported',
    params: ById,
    query: z.object({ format: ExportFormat.default('stix') }),
  }),
};
