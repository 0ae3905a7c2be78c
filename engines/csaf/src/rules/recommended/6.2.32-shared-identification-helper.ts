import type { Rule } from '../rule.ts';

export const sharedIdentificationHelper: Rule = {
  section: '6.2.32',
  name: 'shared-identification-helper',
  versions: ['2.1'],
  advice:
    'The product {id} is identified by the same value of {field} as {other}; let it tell them apart, or remove it',
  check({ products }, find) {
    const owners = new Map<string, string>();
    for (const { product, id = '', at } of products) {
      for (const [field, value] of Object.entries(product.product_identification_helper ?? {})) {
        const values: readonly unknown[] = Array.isArray(value) ? value : [value];
        for (const one of values) {
          const key = `${field} ${typeof one === 'string' ? one : canonical(one)}`;
          const other = owners.get(key);
          if (other === undefined) owners.set(key, id);
          else if (other !== id) find([at, 'product_identification_helper'], { id, field, other });
        }
      }
    }
  },
};

/** The same text for values that are equal when neither fields nor lists have an order. */
function canonical(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null || depth > 4) return JSON.stringify(value) ?? '';
  if (Array.isArray(value))
    return `[${value
      .map((one) => canonical(one, depth + 1))
      .toSorted()
      .join()}]`;
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one, depth + 1)}`)
    .toSorted()
    .join()}}`;
}
