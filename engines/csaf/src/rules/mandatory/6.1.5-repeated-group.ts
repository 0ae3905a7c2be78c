import type { Rule } from '../rule.ts';

export const repeatedGroup: Rule = {
  section: '6.1.5',
  name: 'repeated-group',
  versions: ['2.0', '2.1'],
  advice: 'The product group id {id} is defined more than once; give each group an id of its own',
  check({ productTree: { product_groups: groups = [] } }, find) {
    const met = new Set<string>();
    for (const [i, { group_id: id }] of groups.entries()) {
      if (!id) continue;
      if (met.has(id)) find(['product_tree', 'product_groups', i, 'group_id'], { id });
      met.add(id);
    }
  },
};
