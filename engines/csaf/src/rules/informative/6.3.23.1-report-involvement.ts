import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportInvolvement: Rule = {
  section: '6.3.23.1',
  name: 'report-involvement',
  versions: ['2.1'],
  advice: 'The vulnerability report does not say who did what so far; add the actions of those involved',
  check({ document }, find) {
    if (isReport(document) && !document.involvement) find(['document', 'involvement']);
  },
};
