import type { Rule } from '../rule.ts';

export const deprecatedProfile: Rule = {
  section: '6.2.38',
  name: 'deprecated-profile',
  versions: ['2.1'],
  advice: 'The profile {category} is deprecated; use the one that replaced it',
  check({ document }, find) {
    const { category } = document;
    if (category?.startsWith('csaf_deprecated_')) find(['document', 'category'], { category });
  },
};
