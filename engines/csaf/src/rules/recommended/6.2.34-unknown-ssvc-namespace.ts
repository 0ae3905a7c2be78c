import { parseNamespace } from '../../ssvc/namespaces.ts';
import { selectionsOf } from '../ssvc-selections.ts';
import type { Rule } from '../rule.ts';

export const unknownSsvcNamespace: Rule = {
  section: '6.2.34',
  name: 'unknown-ssvc-namespace',
  versions: ['2.1'],
  advice:
    'The SSVC namespace {namespace} is not registered, so readers may not know it; use a registered one',
  check(subject, find) {
    for (const { selection, at } of selectionsOf(subject)) {
      const { namespace } = selection;
      if (namespace === undefined) continue;
      const { kind } = parseNamespace(namespace);
      if (kind === 'unregistered' || kind === 'invalid') find([at, 'namespace'], { namespace });
    }
  },
};
