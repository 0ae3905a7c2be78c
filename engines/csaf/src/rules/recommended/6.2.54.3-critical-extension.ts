import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const criticalExtension: Rule = {
  section: '6.2.54.3',
  name: 'critical-extension',
  versions: ['2.1'],
  advice:
    'This extension is critical: without it a mandatory test fails; see whether the standard alone can say it',
  check(subject, find) {
    for (const { entries, at } of extensionLists(subject)) {
      for (const [i, { critical }] of entries.entries()) if (critical) find([at, i, 'critical']);
    }
  },
};
