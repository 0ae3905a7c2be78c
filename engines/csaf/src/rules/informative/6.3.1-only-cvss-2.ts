import type { Rule } from '../rule.ts';

export const onlyCvss2: Rule = {
  section: '6.3.1',
  name: 'only-cvss-2',
  versions: ['2.0', '2.1'],
  advice:
    'The product {id} is scored by CVSS 2.0 alone, which has been replaced; add a vector of CVSS 4.0 or 3.1',
  check({ vulnerabilities, cvss }, find) {
    if (!cvss.some(({ field }) => field === 'cvss_v2')) return;
    const newer = vulnerabilities.map(() => new Set<string>());
    for (const { field, score } of cvss)
      if (field !== 'cvss_v2') for (const id of score.products) newer[score.vulnerability]!.add(id);
    for (const { field, score, at } of cvss) {
      if (field !== 'cvss_v2' || score.content.cvss_v3 || score.content.cvss_v4) continue;
      const id = score.products.find((one) => !newer[score.vulnerability]!.has(one));
      if (id !== undefined) find(at, { id });
    }
  },
};
