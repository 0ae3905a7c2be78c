import type { Rule } from '../rule.ts';
import { maxUuid } from '../sharing-group.ts';

export const nonPublicSharingGroup: Rule = {
  section: '6.1.38',
  name: 'non-public-sharing-group',
  versions: ['2.1'],
  advice:
    'The sharing group is everybody, and the document is TLP:{label}; remove the group or name the one that may have it',
  check({ document: { distribution } }, find) {
    const label = distribution?.tlp?.label;
    if (distribution?.sharing_group?.id === maxUuid && label && label !== 'CLEAR')
      find(['document', 'distribution', 'tlp', 'label'], { label });
  },
};
