import type { ProductPlace } from '../subject.ts';
import type { Path, Rule } from '../rule.ts';
import { parsePurl } from '../purl.ts';

export const invalidPurl: Rule = {
  section: '6.1.13',
  name: 'invalid-purl',
  versions: ['2.0', '2.1'],
  advice:
    'This is not a valid package URL: {purl}; write pkg:type/namespace/name@version as its type asks for',
  check({ products }, find) {
    for (const place of products)
      for (const { purl, at } of purlsOf(place)) if (!parsePurl(purl)) find(at, { purl });
  },
};

function purlsOf({ product, at }: ProductPlace): { purl: string; at: Path }[] {
  const helper = product.product_identification_helper;
  if (!helper) return [];
  const place = [at, 'product_identification_helper'];
  const purls = (helper.purls ?? []).map((purl, i) => ({ purl, at: [place, 'purls', i] }));
  return helper.purl === undefined ? purls : [{ purl: helper.purl, at: [place, 'purl'] }, ...purls];
}
