import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportMetrics: Rule = {
  section: '6.2.39.10',
  name: 'report-metrics',
  versions: ['2.1'],
  advice: 'The vulnerability report does not rate this vulnerability; add a CVSS vector or another metric',
  check({ document, vulnerabilities }, find) {
    if (!isReport(document)) return;
    for (const [v, { metrics: given }] of vulnerabilities.entries())
      if (!given) find(['vulnerabilities', v, 'metrics']);
  },
};
