import { officialExtensions } from '../extension-registry.ts';
import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const unofficialExtension: Rule = {
  section: '6.2.54.2',
  name: 'unofficial-extension',
  versions: ['2.1'],
  advice: 'The extension {schema} is not an official one; do not rely on readers understanding it',
  check(subject, find) {
    for (const { entries, at } of extensionLists(subject)) {
      for (const [i, { $schema: schema = '' }] of entries.entries())
        if (!officialExtensions.has(schema)) find([at, i], { schema });
    }
  },
};
