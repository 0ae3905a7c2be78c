import type { Rule } from '../rule.ts';
import { maxUuid, nilUuid } from '../sharing-group.ts';

export const publicSharingGroup: Rule = {
  section: '6.1.39',
  name: 'public-sharing-group',
  versions: ['2.1'],
  advice:
    'The document is TLP:CLEAR, and its sharing group is not everybody; remove the group or give the document a stricter label',
  check({ document: { distribution }, tracking }, find) {
    const id = distribution?.sharing_group?.id;
    if (!id || distribution.tlp?.label !== 'CLEAR' || id === maxUuid) return;
    if (id !== nilUuid || tracking.status !== 'draft')
      find(['document', 'distribution', 'sharing_group', 'id']);
  },
};
