import type { Rule } from '../rule.ts';
import { reservedNames } from '../sharing-group.ts';

export const reservedSharingGroupName: Rule = {
  section: '6.1.40',
  name: 'reserved-sharing-group-name',
  versions: ['2.1'],
  advice: 'The name "{name}" is reserved for the sharing group {id}; give this group another name',
  check({ document: { distribution } }, find) {
    const { id, name } = distribution?.sharing_group ?? {};
    for (const [reservedId, reserved] of reservedNames)
      if (name === reserved && id !== reservedId)
        find(['document', 'distribution', 'sharing_group', 'name'], { name, id: reservedId });
  },
};
