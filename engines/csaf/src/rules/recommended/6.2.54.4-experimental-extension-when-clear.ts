import { isExperimental } from '../extension-registry.ts';
import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const experimentalExtensionWhenClear: Rule = {
  section: '6.2.54.4',
  name: 'experimental-extension-when-clear',
  versions: ['2.1'],
  advice:
    'Everybody may read this document, but not everybody knows the experimental extension {schema}; remove it',
  check(subject, find) {
    if (subject.document.distribution?.tlp?.label !== 'CLEAR') return;
    for (const { entries, at } of extensionLists(subject)) {
      for (const [i, { $schema: schema }] of entries.entries())
        if (isExperimental(schema)) find([at, i], { schema: schema! });
    }
  },
};
