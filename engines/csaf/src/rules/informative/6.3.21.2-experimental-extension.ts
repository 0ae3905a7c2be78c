import { isExperimental } from '../extension-registry.ts';
import { extensionsOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const experimentalExtension: Rule = {
  section: '6.3.21.2',
  name: 'experimental-extension',
  versions: ['2.1'],
  advice: 'The extension {schema} is experimental; make sure that all recipients know it',
  check(subject, find) {
    if (subject.document.distribution?.tlp?.label === 'CLEAR') return;
    for (const { extensions, at } of extensionsOf(subject)) {
      for (const [i, { $schema: schema }] of extensions.entries())
        if (isExperimental(schema)) find([at, i], { schema: schema! });
    }
  },
};
