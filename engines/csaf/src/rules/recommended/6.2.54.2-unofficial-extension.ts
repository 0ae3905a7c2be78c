import { officialExtensions } from '../extension-registry.ts';
import { extensionsOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const unofficialExtension: Rule = {
  section: '6.2.54.2',
  name: 'unofficial-extension',
  versions: ['2.1'],
  advice: 'The extension {schema} is not an official one; do not rely on readers understanding it',
  check(subject, find) {
    for (const { extensions, at } of extensionsOf(subject)) {
      for (const [i, { $schema: schema = '' }] of extensions.entries())
        if (!officialExtensions.has(schema)) find([at, i], { schema });
    }
  },
};
