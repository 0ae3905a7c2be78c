import type { Rule } from '../rule.ts';
import { reservedNames } from '../sharing-group.ts';

export const missingSharingGroupName: Rule = {
  section: '6.1.41',
  name: 'missing-sharing-group-name',
  versions: ['2.1'],
  advice: 'The sharing group {id} must be called "{name}"; write this name',
  check({ document: { distribution } }, find) {
    const { id = '', name } = distribution?.sharing_group ?? {};
    const reserved = reservedNames.get(id);
    if (reserved !== undefined && name !== reserved)
      find(['document', 'distribution', 'sharing_group', 'name'], { id, name: reserved });
  },
};
