import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportThreats: Rule = {
  section: '6.2.39.12',
  name: 'report-threats',
  versions: ['2.1'],
  advice:
    'The vulnerability report does not say what this vulnerability can lead to; add its impact or the state of exploitation',
  check({ document, vulnerabilities }, find) {
    if (!isReport(document)) return;
    for (const [v, { threats: given }] of vulnerabilities.entries())
      if (!given) find(['vulnerabilities', v, 'threats']);
  },
};
