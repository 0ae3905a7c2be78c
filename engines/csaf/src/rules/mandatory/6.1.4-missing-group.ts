import type { Rule } from '../rule.ts';

export const missingGroup: Rule = {
  section: '6.1.4',
  name: 'missing-group',
  versions: ['2.0', '2.1'],
  advice: 'No product group has the id {id}; define it in the product tree or correct the id',
  check({ groups, groupLists }, find) {
    for (const { ids, at } of groupLists) {
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i]!;
        if (id !== '' && !groups.has(id)) find([at, i], { id });
      }
    }
  },
};
