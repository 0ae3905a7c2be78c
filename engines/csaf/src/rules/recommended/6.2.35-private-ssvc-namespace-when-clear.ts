import { parseNamespace } from '../../ssvc/namespaces.ts';
import { selectionsOf } from '../ssvc-selections.ts';
import type { Rule } from '../rule.ts';

export const privateSsvcNamespaceWhenClear: Rule = {
  section: '6.2.35',
  name: 'private-ssvc-namespace-when-clear',
  versions: ['2.1'],
  advice:
    'Everybody may read this document, but not everybody knows the SSVC namespace {namespace}; use a registered one',
  check(subject, find) {
    if (subject.document.distribution?.tlp?.label !== 'CLEAR') return;
    for (const { selection, at } of selectionsOf(subject)) {
      const { namespace = '' } = selection;
      if (parseNamespace(namespace).kind === 'unregistered') find([at, 'namespace'], { namespace });
    }
  },
};
