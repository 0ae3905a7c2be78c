import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionInProductPath: Rule = {
  section: '6.3.21.6',
  name: 'extension-in-product-path',
  versions: ['2.1'],
  advice:
    'There is an extension in a product path; make sure that readers understand the document without it',
  check(subject, find) {
    for (const { at, location } of extensionLists(subject))
      if (location === '$.product_tree.product_paths[*].full_product_name.x_extensions') find(at);
  },
};
