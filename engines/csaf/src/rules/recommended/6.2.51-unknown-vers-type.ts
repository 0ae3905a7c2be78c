import type { Rule } from '../rule.ts';
import { versTypes } from '../version-overlap.ts';

export const unknownVersType: Rule = {
  section: '6.2.51',
  name: 'unknown-vers-type',
  versions: ['2.1'],
  advice:
    'The VERS type {type} is neither registered nor supported here; use a registered one, such as intdot or semver',
  check({ branches }, find) {
    for (const { branch, at } of branches) {
      const { category, name = '' } = branch;
      const type = category === 'product_version_range' ? /^vers:([^/]+)\//.exec(name)?.[1] : undefined;
      if (type !== undefined && !versTypes.has(type)) find([at, 'name'], { type });
    }
  },
};
