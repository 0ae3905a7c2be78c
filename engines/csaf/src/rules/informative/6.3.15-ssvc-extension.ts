import { parseNamespace } from '../../ssvc/namespaces.ts';
import { selectionsOf } from '../ssvc-selections.ts';
import type { Rule } from '../rule.ts';

export const ssvcExtension: Rule = {
  section: '6.3.15',
  name: 'ssvc-extension',
  versions: ['2.1'],
  advice: 'The SSVC namespace {namespace} has an extension; make sure that all recipients know it',
  check(subject, find) {
    if (subject.document.distribution?.tlp?.label === 'CLEAR') return;
    for (const { selection, at } of selectionsOf(subject)) {
      const { namespace = '' } = selection;
      if (parseNamespace(namespace).extension !== undefined) find([at, 'namespace'], { namespace });
    }
  },
};
