import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportAcknowledgments: Rule = {
  section: '6.2.39.7',
  name: 'report-acknowledgments',
  versions: ['2.1'],
  advice: 'The vulnerability report thanks nobody; say whom to acknowledge when it is published',
  check({ document }, find) {
    if (isReport(document) && !document.acknowledgments) find(['document', 'acknowledgments']);
  },
};
