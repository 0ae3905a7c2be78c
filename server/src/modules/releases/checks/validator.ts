import type { Check } from './check.ts';

/** What CSAF calls mandatory must hold; what it recommends may be answered. */
export const validator: Check = {
  name: 'validator',
  *find({ validator: findings }) {
    for (const { severity, where, told } of findings)
      yield { outcome: severity === 'error' ? 'blocked' : 'warning', where, told };
  },
};
