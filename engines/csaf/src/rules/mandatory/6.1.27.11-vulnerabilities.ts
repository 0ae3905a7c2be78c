import { advisoryCategories } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const vulnerabilities: Rule = {
  section: '6.1.27.11',
  name: 'vulnerabilities',
  versions: ['2.0', '2.1'],
  advice: 'A document of this category needs vulnerabilities; add one or choose another category',
  check({ document: { category = '' }, root, version }, find) {
    if ([...advisoryCategories[version], 'csaf_vex'].includes(category) && !root.vulnerabilities)
      find(['vulnerabilities']);
  },
};
