import { parseNamespace } from '../../ssvc/namespaces.ts';
import { selectionsOf } from '../ssvc-selections.ts';
import type { Rule } from '../rule.ts';

export const ssvcExtensionWhenClear: Rule = {
  section: '6.2.36',
  name: 'ssvc-extension-when-clear',
  versions: ['2.1'],
  advice:
    'Everybody may read this document, but not everybody knows the extension in {namespace}; use the base namespace',
  check(subject, find) {
    if (subject.document.distribution?.tlp?.label !== 'CLEAR') return;
    for (const { selection, at } of selectionsOf(subject)) {
      const { namespace = '' } = selection;
      if (parseNamespace(namespace).extension !== undefined) find([at, 'namespace'], { namespace });
    }
  },
};
