import type { Rule } from '../rule.ts';

export const additionalField: Rule = {
  section: '6.2.20',
  name: 'additional-field',
  versions: ['2.0', '2.1'],
  advice:
    'The standard does not know the field {field}, so nobody will read it; remove it or correct its name',
  check({ extras, misfits }, find) {
    for (const steps of extras) find(steps, { field: String(steps.at(-1)) });
    for (const { misfit, steps } of misfits)
      if (misfit === 'unexpected') find(steps, { field: String(steps.at(-1)) });
  },
};
