import type { Rule } from '../rule.ts';

export const rangeWithoutVers: Rule = {
  section: '6.2.18',
  name: 'range-without-vers',
  versions: ['2.0', '2.1'],
  advice:
    'Programs may not understand the version range “{range}”; write it as VERS, such as vers:intdot/<4.2',
  check({ branches }, find) {
    for (const { branch, at } of branches) {
      const { category, name } = branch;
      if (category === 'product_version_range' && name !== undefined && !vers.test(name))
        find([at, 'name'], { range: name });
    }
  },
};

/** As the standard gives it. */
const vers = /^vers:[a-z.\-+][a-z0-9.\-+]*\/.+/;
