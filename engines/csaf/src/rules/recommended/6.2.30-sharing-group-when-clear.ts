import type { Rule } from '../rule.ts';

export const sharingGroupWhenClear: Rule = {
  section: '6.2.30',
  name: 'sharing-group-when-clear',
  versions: ['2.1'],
  advice: 'The document is TLP:CLEAR and yet for a sharing group; remove the group or correct the label',
  check({ document }, find) {
    const { sharing_group: group, tlp } = document.distribution ?? {};
    if (group && tlp?.label === 'CLEAR') find(['document', 'distribution', 'sharing_group']);
  },
};
