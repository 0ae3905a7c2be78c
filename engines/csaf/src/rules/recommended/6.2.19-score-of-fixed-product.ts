import { overallScore } from '../../cvss/object.ts';
import type { CvssJson } from '../csaf-json.ts';
import { fixedFields, statusEntries } from '../product-states.ts';
import type { Rule } from '../rule.ts';

export const scoreOfFixedProduct: Rule = {
  section: '6.2.19',
  name: 'score-of-fixed-product',
  versions: ['2.0', '2.1'],
  advice: 'The fixed product {id} is scored as if it were vulnerable; remove it from that score',
  check(subject, find) {
    const isFixed = subject.vulnerabilities.some(({ product_status: status }) =>
      fixedFields.some((field) => status?.[field]),
    );
    if (!isFixed) return;
    const scored = subject.vulnerabilities.map(() => new Set<string>());
    for (const { cvss, score } of subject.cvss) {
      if (score.products.length > 0 && !isZero(cvss))
        for (const id of score.products) scored[score.vulnerability]!.add(id);
    }
    for (const { vulnerability, field, index, id } of statusEntries(subject, fixedFields)) {
      if (scored[vulnerability]!.has(id))
        find(['vulnerabilities', vulnerability, 'product_status', field, index], { id });
    }
  },
};

/** Whether the overall score is 0: by everything that is said, or by what is given as the environmental score. */
function isZero(cvss: CvssJson): boolean {
  return (overallScore(cvss) ?? cvss.baseScore) === 0 || cvss.environmentalScore === 0;
}
