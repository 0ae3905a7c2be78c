import { isExperimental } from '../extension-registry.ts';
import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const experimentalExtension: Rule = {
  section: '6.3.21.2',
  name: 'experimental-extension',
  versions: ['2.1'],
  advice: 'The extension {schema} is experimental; make sure that all recipients know it',
  check(subject, find) {
    if (subject.document.distribution?.tlp?.label === 'CLEAR') return;
    for (const { entries, at } of extensionLists(subject)) {
      for (const [i, { $schema: schema }] of entries.entries())
        if (isExperimental(schema)) find([at, i], { schema: schema! });
    }
  },
};
