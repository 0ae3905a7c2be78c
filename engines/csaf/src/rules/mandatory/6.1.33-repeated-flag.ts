import type { Rule } from '../rule.ts';

/** VEX justifications; flags of other purposes may come. */
const justifications = new Set([
  'component_not_present',
  'inline_mitigations_already_exist',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_not_present',
]);

export const repeatedFlag: Rule = {
  section: '6.1.33',
  name: 'repeated-flag',
  versions: ['2.0', '2.1'],
  advice: 'More than one flag says why the product {id} is not affected; keep one of them',
  check(subject, find) {
    for (const [v, { flags = [] }] of subject.vulnerabilities.entries()) {
      const met = new Set<string>();
      for (const [i, flag] of flags.entries()) {
        if (!justifications.has(flag.label ?? '')) continue;
        for (const id of subject.productsOf(flag) ?? []) {
          if (met.has(id)) find(['vulnerabilities', v, 'flags', i], { id });
          met.add(id);
        }
      }
    }
  },
};
