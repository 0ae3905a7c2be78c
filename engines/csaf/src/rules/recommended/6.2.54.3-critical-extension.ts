import { extensionsOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const criticalExtension: Rule = {
  section: '6.2.54.3',
  name: 'critical-extension',
  versions: ['2.1'],
  advice:
    'This extension is critical: without it a mandatory test fails; see whether the standard alone can say it',
  check(subject, find) {
    for (const { extensions, at } of extensionsOf(subject)) {
      for (const [i, { critical }] of extensions.entries()) if (critical) find([at, i, 'critical']);
    }
  },
};
