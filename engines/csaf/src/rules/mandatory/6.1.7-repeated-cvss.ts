import type { Rule } from '../rule.ts';

export const repeatedCvss: Rule = {
  section: '6.1.7',
  name: 'repeated-cvss',
  versions: ['2.0', '2.1'],
  advice:
    'The product {id} has more than one CVSS {version} score from the same source for this vulnerability; keep one of them',
  check({ cvss: places }, find) {
    const several = places.some(
      ({ score }, i) => i > 0 && score.vulnerability === places[i - 1]!.score.vulnerability,
    );
    if (!several) return;
    const alike = Map.groupBy(
      places,
      ({ field, cvss, score }) => `${score.vulnerability}\n${cvss.version ?? field}\n${score.source ?? ''}`,
    );
    for (const group of alike.values()) {
      if (group.length === 1) continue;
      const met = new Set<string>();
      for (const { field, cvss, score, at } of group) {
        for (const id of score.products) {
          if (met.has(id)) find(at, { id, version: cvss.version ?? field });
          met.add(id);
        }
      }
    }
  },
};
