import { extensionsOf } from '../places.ts';
import type { Rule } from '../rule.ts';

export const extensionInProductPath: Rule = {
  section: '6.3.21.6',
  name: 'extension-in-product-path',
  versions: ['2.1'],
  advice:
    'There is an extension in a product path; make sure that readers understand the document without it',
  check(subject, find) {
    for (const { level, at } of extensionsOf(subject)) if (level === 'product_paths') find(at);
  },
};
