import type { Rule } from '../rule.ts';

export const invalidSsvc: Rule = {
  section: '6.1.46',
  name: 'invalid-ssvc',
  versions: ['2.1'],
  advice:
    'This SSVC object is not as the schema of CERT/CC has it; correct what is said about its structure here',
  check({ misfits }, find) {
    for (const { steps } of misfits) if (steps.includes('ssvc_v2')) find(steps);
  },
};
