import { everNamed, isLaterThanKnown, weakness } from '../../cwe/cwe.ts';
import type { Rule } from '../rule.ts';

export const invalidCwe: Rule = {
  section: '6.1.11',
  name: 'invalid-cwe',
  versions: ['2.0', '2.1'],
  advice: {
    unknown: 'There is no weakness {id}; categories and views do not count, choose a weakness',
    absent: 'CWE {version} has no weakness {id}; correct the version or choose another weakness',
    name: 'The name of {id} is "{name}"; write it like this',
  },
  check({ version: csaf, cwes }, find) {
    for (const { cwe, at } of cwes) {
      const { id, name, version } = cwe;
      if (!id || (version !== undefined && isLaterThanKnown(version))) continue;
      const now = weakness(id, version);
      if (!now) {
        if (version !== undefined) find(at, { id, version }, 'absent');
        else if (!everNamed(id, name)) find([at, 'id'], { id }, 'unknown');
      } else if (name !== undefined && name !== now.name) {
        // CSAF 2.0 does not say which version it means: any will do.
        if (csaf === '2.1' || !everNamed(id, name)) find([at, 'name'], { id, name: now.name }, 'name');
      }
    }
  },
};
