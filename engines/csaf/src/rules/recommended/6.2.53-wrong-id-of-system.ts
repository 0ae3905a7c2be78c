import { idSystems } from '../id-systems.ts';
import type { Rule } from '../rule.ts';

export const wrongIdOfSystem: Rule = {
  section: '6.2.53',
  name: 'wrong-id-of-system',
  versions: ['2.1'],
  advice: '“{id}” does not have the form of an id of {system}; correct it',
  check({ vulnerabilities }, find) {
    for (const [v, { ids = [] }] of vulnerabilities.entries()) {
      for (const [i, { system_name: name = '', text }] of ids.entries()) {
        const system = idSystems.get(name);
        if (system && text !== undefined && !system.pattern.test(text))
          find(['vulnerabilities', v, 'ids', i, 'text'], { id: text, system: system.name });
      }
    }
  },
};
