import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportReferences: Rule = {
  section: '6.2.39.11',
  name: 'report-references',
  versions: ['2.1'],
  advice:
    'The vulnerability report refers to nothing about this vulnerability; add references to what is already public',
  check({ document, vulnerabilities }, find) {
    if (!isReport(document)) return;
    for (const [v, { references: given }] of vulnerabilities.entries())
      if (!given) find(['vulnerabilities', v, 'references']);
  },
};
