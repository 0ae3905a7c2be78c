import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const essentialExtension: Rule = {
  section: '6.3.21.1',
  name: 'essential-extension',
  versions: ['2.1'],
  advice:
    'Who does not know this extension ({category}) misses what is essential; see whether the standard alone can say it',
  check(subject, find) {
    for (const { entries, at } of extensionLists(subject)) {
      for (const [i, { category = '' }] of entries.entries()) {
        // "critical" in earlier drafts of the standard.
        if (category === 'essential' || category === 'critical') find([at, i, 'category'], { category });
      }
    }
  },
};
