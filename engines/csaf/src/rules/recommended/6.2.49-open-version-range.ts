import { isOpenAbove, parseRange } from '../../versions/vers.ts';
import type { Rule } from '../rule.ts';

export const openVersionRange: Rule = {
  section: '6.2.49',
  name: 'open-version-range',
  versions: ['2.1'],
  advice:
    'The version range {range} also speaks of versions that do not exist yet; end it at the newest one you know of',
  check({ branches }, find) {
    for (const { branch, at } of branches) {
      const { category, name = '' } = branch;
      const range = category === 'product_version_range' ? parseRange(name) : undefined;
      if (range && isOpenAbove(range)) find([at, 'name'], { range: name });
    }
  },
};
