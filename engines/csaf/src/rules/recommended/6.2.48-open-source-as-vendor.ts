import type { Rule } from '../rule.ts';

export const openSourceAsVendor: Rule = {
  section: '6.2.48',
  name: 'open-source-as-vendor',
  versions: ['2.1'],
  advice: '“{name}” is the name of no vendor; write who makes the product',
  check({ branches }, find) {
    for (const { branch, at } of branches) {
      const { category, name = '' } = branch;
      if (category === 'vendor' && name.replaceAll(noise, '').toLowerCase() === 'opensource')
        find([at, 'name'], { name });
    }
  },
};

/** Dashes, hyphens, minus, underscores, white space and what is invisible. */
const noise = /[\p{Pd}\p{Pc}\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2212]/gu;
