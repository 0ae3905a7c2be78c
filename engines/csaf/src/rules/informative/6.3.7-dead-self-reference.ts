import type { Rule } from '../rule.ts';
import { urlsOf } from '../urls.ts';

export const deadSelfReference: Rule = {
  section: '6.3.7',
  name: 'dead-self-reference',
  versions: ['2.0', '2.1'],
  advice:
    'The document is not found at {url} (HTTP {status}); correct the reference, or publish the document there',
  needs: ['statusOf'],
  check(subject, find, { statusOf }) {
    for (const { url, at, self } of urlsOf(subject)) {
      const status = self ? statusOf?.(url) : undefined;
      // No answer at all is 0.
      if (status !== undefined && (status < 200 || status >= 400)) find(at, { url, status });
    }
  },
};
