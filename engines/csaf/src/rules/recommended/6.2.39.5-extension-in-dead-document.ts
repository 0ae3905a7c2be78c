import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionInDeadDocument: Rule = {
  section: '6.2.39.5',
  name: 'extension-in-dead-document',
  versions: ['2.1'],
  advice: 'The document was withdrawn or replaced and still has an extension; remove it',
  check(subject, find) {
    const { category } = subject.document;
    if (category !== 'csaf_withdrawn' && category !== 'csaf_superseded') return;
    for (const { at, location } of extensionLists(subject)) {
      if (location === '$.x_extensions' || location === '$.document.x_extensions') find(at);
    }
  },
};
