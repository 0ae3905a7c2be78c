import type { Rule } from '../rule.ts';

export const missingCve: Rule = {
  section: '6.3.3',
  name: 'missing-cve',
  versions: ['2.0', '2.1'],
  advice: 'The vulnerability has no CVE number; add it, or have one assigned',
  check({ vulnerabilities }, find) {
    for (const [v, { cve }] of vulnerabilities.entries())
      if (cve === undefined) find(['vulnerabilities', v, 'cve']);
  },
};
