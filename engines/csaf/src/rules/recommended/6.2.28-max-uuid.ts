import type { Rule } from '../rule.ts';
import { maxUuid as uuid } from '../sharing-group.ts';

export const maxUuid: Rule = {
  section: '6.2.28',
  name: 'max-uuid',
  versions: ['2.1'],
  advice: 'The sharing group has the Max UUID, which says “public”; remove the sharing group',
  check({ document }, find) {
    if (document.distribution?.sharing_group?.id?.toLowerCase() === uuid)
      find(['document', 'distribution', 'sharing_group', 'id']);
  },
};
