import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportTitle: Rule = {
  section: '6.2.39.13',
  name: 'report-title',
  versions: ['2.1'],
  advice: 'The vulnerability has no title; add a short one to talk about it',
  check({ document, vulnerabilities }, find) {
    if (!isReport(document)) return;
    for (const [v, { title: given }] of vulnerabilities.entries())
      if (!given) find(['vulnerabilities', v, 'title']);
  },
};
