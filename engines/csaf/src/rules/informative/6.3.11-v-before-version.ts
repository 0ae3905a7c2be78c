import type { Rule } from '../rule.ts';

export const vBeforeVersion: Rule = {
  section: '6.3.11',
  name: 'v-before-version',
  versions: ['2.0', '2.1'],
  advice: 'The version {version} begins with a v; leave it out, unless the vendor writes it so',
  check({ branches }, find) {
    for (const { branch, at } of branches) {
      const { category, name = '' } = branch;
      if (category === 'product_version' && /^[vV][0-9]/.test(name)) find([at, 'name'], { version: name });
    }
  },
};
