import { parseNamespace } from '../../ssvc/namespaces.ts';
import { selectionsOf } from '../ssvc-selections.ts';
import type { Rule } from '../rule.ts';

export const privateSsvcNamespace: Rule = {
  section: '6.3.14',
  name: 'private-ssvc-namespace',
  versions: ['2.1'],
  advice: 'The SSVC namespace {namespace} is not registered; make sure that all recipients know it',
  check(subject, find) {
    if (subject.document.distribution?.tlp?.label === 'CLEAR') return;
    for (const { selection, at } of selectionsOf(subject)) {
      const { namespace = '' } = selection;
      if (parseNamespace(namespace).kind === 'unregistered') find([at, 'namespace'], { namespace });
    }
  },
};
