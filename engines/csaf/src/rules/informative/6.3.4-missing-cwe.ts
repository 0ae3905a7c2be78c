import type { Rule } from '../rule.ts';

export const missingCwe: Rule = {
  section: '6.3.4',
  name: 'missing-cwe',
  versions: ['2.0', '2.1'],
  advice: 'Nothing says what kind of weakness this is; add a CWE',
  check({ vulnerabilities, version }, find) {
    for (const [v, { cwe, cwes = [] }] of vulnerabilities.entries()) {
      if (version === '2.0' && cwe === undefined) find(['vulnerabilities', v, 'cwe']);
      if (version === '2.1' && cwes.length === 0) find(['vulnerabilities', v, 'cwes']);
    }
  },
};
