import type { Rule } from '../rule.ts';

export const cvss30: Rule = {
  section: '6.3.2',
  name: 'cvss-3.0',
  versions: ['2.0', '2.1'],
  advice: 'This is CVSS 3.0, which has been replaced; use CVSS 4.0, or 3.1 where that is too much',
  check({ cvss: scores }, find) {
    for (const { field, cvss, at } of scores) {
      if (field !== 'cvss_v3') continue;
      if (cvss.version === '3.0') find([at, 'version']);
      if (cvss.vectorString?.startsWith('CVSS:3.0/')) find([at, 'vectorString']);
    }
  },
};
