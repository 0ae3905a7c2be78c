import { extensionLists } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionInMetric: Rule = {
  section: '6.3.21.7',
  name: 'extension-in-metric',
  versions: ['2.1'],
  advice: 'There is an extension at a metric; make sure that readers understand the document without it',
  check(subject, find) {
    for (const { at, location } of extensionLists(subject))
      if (location === '$.vulnerabilities[*].metrics[*].content.x_extensions') find(at);
  },
};
