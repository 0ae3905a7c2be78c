import { idSystems } from '../id-systems.ts';
import type { Rule } from '../rule.ts';

export const unregisteredIdSystem: Rule = {
  section: '6.3.20',
  name: 'unregistered-id-system',
  versions: ['2.1'],
  advice: 'The system of ids “{system}” is not registered; use the registered name where there is one',
  check({ vulnerabilities }, find) {
    for (const [v, { ids = [] }] of vulnerabilities.entries()) {
      for (const [i, { system_name: system }] of ids.entries()) {
        if (system !== undefined && !idSystems.has(system))
          find(['vulnerabilities', v, 'ids', i, 'system_name'], { system });
      }
    }
  },
};
