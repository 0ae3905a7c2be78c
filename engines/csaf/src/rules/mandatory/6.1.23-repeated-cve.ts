import type { Rule } from '../rule.ts';

export const repeatedCve: Rule = {
  section: '6.1.23',
  name: 'repeated-cve',
  versions: ['2.0', '2.1'],
  advice: '{cve} is used for more than one vulnerability; join them or correct the number',
  check({ vulnerabilities }, find) {
    const met = new Set<string>();
    for (const [v, { cve }] of vulnerabilities.entries()) {
      if (!cve) continue;
      if (met.has(cve)) find(['vulnerabilities', v, 'cve'], { cve });
      met.add(cve);
    }
  },
};
