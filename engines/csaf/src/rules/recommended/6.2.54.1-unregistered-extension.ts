import { officialExtensions, registeredExtensions } from '../extension-registry.ts';
import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const unregisteredExtension: Rule = {
  section: '6.2.54.1',
  name: 'unregistered-extension',
  versions: ['2.1'],
  advice:
    'The extension {schema} is not registered, so readers may not know it; say the same without it, or have it registered',
  check(subject, find) {
    for (const { entries, at } of extensionLists(subject)) {
      for (const [i, { $schema: schema = '' }] of entries.entries()) {
        if (!officialExtensions.has(schema) && !registeredExtensions.has(schema)) find([at, i], { schema });
      }
    }
  },
};
