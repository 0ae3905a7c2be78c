import { isForeign, translated } from '../language.ts';
import type { Rule } from '../rule.ts';

export const descriptionWithoutProduct: Rule = {
  section: '6.2.40',
  name: 'description-without-product',
  versions: ['2.1'],
  advice: 'This product description does not say which products it is about; name the products or groups',
  missing: (subject) =>
    isForeign(subject) && translated(subject, 'product_description') === undefined
      ? 'translation'
      : undefined,
  check(subject, find) {
    const title = isForeign(subject) ? translated(subject, 'product_description') : 'Product Description';
    if (!title) return;
    for (const [i, note] of (subject.document.notes ?? []).entries()) {
      if (note.category !== 'description' || !note.title?.startsWith(title)) continue;
      if (!note.product_ids && !note.group_ids) find(['document', 'notes', i]);
    }
  },
};
