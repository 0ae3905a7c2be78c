import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionInBranch: Rule = {
  section: '6.3.21.4',
  name: 'extension-in-branch',
  versions: ['2.1'],
  advice:
    'There is an extension in a branch of the product tree; make sure that readers understand the document without it',
  check(subject, find) {
    for (const { at, location } of extensionLists(subject))
      if (location === '$.product_tree.branches..product.x_extensions') find(at);
  },
};
