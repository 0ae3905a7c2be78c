import type { Rule } from '../rule.ts';

export const extensionContent: Rule = {
  section: '6.1.60.1',
  name: 'extension-content',
  versions: ['2.1'],
  advice: 'This extension is not as CSAF has extensions; correct what is said about its structure here',
  check({ misfits }, find) {
    for (const { steps } of misfits) {
      // The list itself may be wrong, or what stands in it.
      const list = steps.indexOf('x_extensions');
      if (list >= 0 && steps.length > list + 1) find(steps);
    }
  },
};
