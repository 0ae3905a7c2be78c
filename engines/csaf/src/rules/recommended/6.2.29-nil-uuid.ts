import type { Rule } from '../rule.ts';
import { nilUuid as uuid } from '../sharing-group.ts';

export const nilUuid: Rule = {
  section: '6.2.29',
  name: 'nil-uuid',
  versions: ['2.1'],
  advice: 'The sharing group has the Nil UUID, which says “nobody else”; remove the sharing group',
  check({ document }, find) {
    if (document.distribution?.sharing_group?.id === uuid)
      find(['document', 'distribution', 'sharing_group', 'id']);
  },
};
