import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportSeverity: Rule = {
  section: '6.2.39.8',
  name: 'report-severity',
  versions: ['2.1'],
  advice: 'The vulnerability report does not say how severe all of it is; add an aggregate severity',
  check({ document }, find) {
    if (isReport(document) && !document.aggregate_severity) find(['document', 'aggregate_severity']);
  },
};
