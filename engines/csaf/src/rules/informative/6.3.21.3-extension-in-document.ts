import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionInDocument: Rule = {
  section: '6.3.21.3',
  name: 'extension-in-document',
  versions: ['2.1'],
  advice:
    'There is an extension at the level of the document; make sure that readers understand the document without it',
  check(subject, find) {
    for (const { at, location } of extensionLists(subject))
      if (location === '$.document.x_extensions') find(at);
  },
};
