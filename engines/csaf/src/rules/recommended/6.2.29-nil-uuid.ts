import type { Rule } from '../rule.ts';

export const nilUuid: Rule = {
  section: '6.2.29',
  name: 'nil-uuid',
  versions: ['2.1'],
  advice: 'The sharing group has the Nil UUID, which says “nobody else”; remove the sharing group',
  check({ document }, find) {
    if (document.distribution?.sharing_group?.id === '00000000-0000-0000-0000-000000000000')
      find(['document', 'distribution', 'sharing_group', 'id']);
  },
};
