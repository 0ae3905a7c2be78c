import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionInProductName: Rule = {
  section: '6.3.21.5',
  name: 'extension-in-product-name',
  versions: ['2.1'],
  advice:
    'There is an extension at a full product name; make sure that readers understand the document without it',
  check(subject, find) {
    for (const { at, location } of extensionLists(subject))
      if (location === '$.product_tree.full_product_names[*].x_extensions') find(at);
  },
};
