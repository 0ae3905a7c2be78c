import { scoresOf } from '../../cvss/scores.ts';
import { parseVector } from '../../cvss/vector.ts';
import type { CvssJson } from '../csaf-json.ts';
import { fixedFields, statusEntries } from '../product-states.ts';
import type { Rule } from '../rule.ts';
import type { CvssPlace } from '../subject.ts';

export const scoreOfFixedProduct: Rule = {
  section: '6.2.19',
  name: 'score-of-fixed-product',
  versions: ['2.0', '2.1'],
  advice: 'The fixed product {id} is scored as if it were vulnerable; remove it from that score',
  check(subject, find) {
    const scored = subject.vulnerabilities.map(() => new Set<string>());
    for (const { cvss, field, score } of subject.cvss) {
      if (score.products.length > 0 && !isZero(cvss, field))
        for (const id of score.products) scored[score.vulnerability]!.add(id);
    }
    for (const { vulnerability, field, index, id } of statusEntries(subject, fixedFields)) {
      if (scored[vulnerability]!.has(id))
        find(['vulnerabilities', vulnerability, 'product_status', field, index], { id });
    }
  },
};

/** Whether the overall score is 0: by the vector, by the environmental score, or by the metrics that make it so. */
function isZero(cvss: CvssJson, field: CvssPlace['field']): boolean {
  const { vector } = parseVector(cvss.vectorString ?? '');
  if (vector && scoresOf(vector).overall === 0) return true;
  if (cvss.environmentalScore === 0 || (!vector && cvss.baseScore === 0)) return true;
  return Object.entries(zeroing[field]).every(([property, value]) => cvss[property] === value);
}

const zeroing: Readonly<Record<CvssPlace['field'], Readonly<Record<string, string>>>> = {
  cvss_v2: { targetDistribution: 'NONE' },
  cvss_v3: {
    modifiedConfidentialityImpact: 'NONE',
    modifiedIntegrityImpact: 'NONE',
    modifiedAvailabilityImpact: 'NONE',
  },
  cvss_v4: {
    modifiedVulnConfidentialityImpact: 'NONE',
    modifiedVulnIntegrityImpact: 'NONE',
    modifiedVulnAvailabilityImpact: 'NONE',
    modifiedSubConfidentialityImpact: 'NEGLIGIBLE',
    modifiedSubIntegrityImpact: 'NEGLIGIBLE',
    modifiedSubAvailabilityImpact: 'NEGLIGIBLE',
  },
};
