import { type Purl, parsePurl } from '../purl.ts';
import type { Rule } from '../rule.ts';

export const purlQualifiers: Rule = {
  section: '6.1.42',
  name: 'purl-qualifiers',
  versions: ['2.1'],
  advice:
    'The package URLs of a product may differ in their qualifiers only; {purl} differs in more from the first, give it a product of its own',
  check({ products }, find) {
    for (const { product, at } of products) {
      const [first, ...others] = product.product_identification_helper?.purls ?? [];
      const package1 = first === undefined ? undefined : parsePurl(first);
      if (!package1 || others.length === 0) continue;
      const key = packageOf(package1);
      for (const [i, purl] of others.entries()) {
        const other = parsePurl(purl);
        if (other && packageOf(other) !== key)
          find([at, 'product_identification_helper', 'purls', i + 1], { purl });
      }
    }
  },
};

function packageOf({ type, namespace, name, version, subpath }: Purl): string {
  return JSON.stringify([type, namespace, name, version, subpath]);
}
