import type { Rule } from '../rule.ts';

const categories = {
  '2.0': ['csaf_informational_advisory'],
  '2.1': ['csaf_informational_advisory', 'csaf_withdrawn', 'csaf_superseded'],
};

export const noVulnerabilities: Rule = {
  section: '6.1.27.3',
  name: 'no-vulnerabilities',
  versions: ['2.0', '2.1'],
  advice: 'A document of this category has no vulnerabilities; remove them or choose another category',
  check({ document: { category = '' }, root, version }, find) {
    if (categories[version].includes(category) && root.vulnerabilities) find(['vulnerabilities']);
  },
};
