import { vectorOf } from '../../cvss/object.ts';
import type { Rule } from '../rule.ts';

const fields = new Set<string | number>(['cvss_v2', 'cvss_v3', 'cvss_v4']);

export const invalidCvss: Rule = {
  section: '6.1.8',
  name: 'invalid-cvss',
  versions: ['2.0', '2.1'],
  advice: {
    schema:
      'This CVSS object is not as the schema of FIRST has it; correct what is said about its structure here',
    vector: 'This CVSS vector cannot be read; write each metric once and leave none of the base metrics out',
  },
  check({ misfits, cvss: places }, find) {
    const misshapen = misfits.filter(({ steps }) => steps.some((step) => fields.has(step)));
    for (const { steps } of misshapen) find(steps, {}, 'schema');
    if (misshapen.length > 0) return;
    for (const { cvss, at } of places) {
      const reading = vectorOf(cvss);
      if (reading && !reading.vector) find([at, 'vectorString'], {}, 'vector');
    }
  },
};
