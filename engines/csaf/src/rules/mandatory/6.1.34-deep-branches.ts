import type { Rule } from '../rule.ts';

const deepest = 30;

export const deepBranches: Rule = {
  section: '6.1.34',
  name: 'deep-branches',
  versions: ['2.1'],
  advice: 'This product lies {depth} branches deep; 30 are allowed, leave some of them out',
  check({ branches }, find) {
    for (const { branch, depth, at } of branches)
      if (depth > deepest && branch.product) find([at, 'product'], { depth });
  },
};
