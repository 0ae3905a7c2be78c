import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionAtRoot: Rule = {
  section: '6.3.21.9',
  name: 'extension-at-root',
  versions: ['2.1'],
  advice: 'There is an extension at the root; make sure that readers understand the document without it',
  check(subject, find) {
    for (const { at, location } of extensionLists(subject)) if (location === '$.x_extensions') find(at);
  },
};
