import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportDisclosureDate: Rule = {
  section: '6.3.23.2',
  name: 'report-disclosure-date',
  versions: ['2.1'],
  advice: 'The vulnerability report does not say when this vulnerability is to be disclosed; add the date',
  check({ document, vulnerabilities }, find) {
    if (!isReport(document)) return;
    for (const [v, { disclosure_date: given }] of vulnerabilities.entries())
      if (!given) find(['vulnerabilities', v, 'disclosure_date']);
  },
};
