import type { Rule } from '../rule.ts';

export const cvssAndRating: Rule = {
  section: '6.1.56',
  name: 'cvss-and-rating',
  versions: ['2.1'],
  advice:
    'The product {id} has a CVSS score and a qualitative rating from the same source; remove the rating',
  check({ scores, cvss: places }, find) {
    if (!scores.some(({ content }) => content.qualitative_severity_rating !== undefined)) return;
    const scored = new Map<string, Set<string>>();
    for (const { score } of places) {
      const key = `${score.vulnerability}\n${score.source ?? ''}`;
      const products = scored.get(key) ?? new Set();
      scored.set(key, products);
      for (const id of score.products) products.add(id);
    }
    for (const { content, contentAt, vulnerability, source, products } of scores) {
      if (content.qualitative_severity_rating === undefined) continue;
      const others = scored.get(`${vulnerability}\n${source ?? ''}`);
      for (const id of products)
        if (id !== '' && others?.has(id)) find([contentAt, 'qualitative_severity_rating'], { id });
    }
  },
};
