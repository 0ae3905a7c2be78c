import type { Rule } from '../rule.ts';

export const buildMetadata: Rule = {
  section: '6.2.4',
  name: 'build-metadata',
  versions: ['2.0', '2.1'],
  advice: 'The revision number {number} carries build metadata; remove what begins with the plus sign',
  check({ revisions }, find) {
    for (const { revision, at } of revisions) {
      const { number } = revision;
      if (number?.includes('+')) find([at, 'number'], { number });
    }
  },
};
