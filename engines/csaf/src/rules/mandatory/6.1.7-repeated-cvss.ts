import type { Rule } from '../rule.ts';

export const repeatedCvss: Rule = {
  section: '6.1.7',
  name: 'repeated-cvss',
  versions: ['2.0', '2.1'],
  advice:
    'The product {id} has more than one CVSS {version} score from the same source for this vulnerability; keep one of them',
  check({ cvss: places }, find) {
    const met = new Map<string, Set<string>>();
    for (const { field, cvss, score, at } of places) {
      const version = cvss.version ?? field;
      const key = `${score.vulnerability}\n${version}\n${score.source ?? ''}`;
      const products = met.get(key) ?? new Set();
      met.set(key, products);
      for (const id of score.products) {
        if (products.has(id)) find(at, { id, version });
        products.add(id);
      }
    }
  },
};
