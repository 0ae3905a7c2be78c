import type { Rule } from '../rule.ts';
import { urlsOf } from '../urls.ts';

export const deadUrl: Rule = {
  section: '6.3.6',
  name: 'dead-url',
  versions: ['2.0', '2.1'],
  advice: '{url} did not answer as it should (HTTP {status}); correct or remove it',
  needs: ['statusOf'],
  check(subject, find, { statusOf }) {
    for (const { url, at, self } of urlsOf(subject)) {
      const status = self ? undefined : statusOf?.(url);
      if (status !== undefined && (status < 200 || status >= 400)) find(at, { url, status });
    }
  },
};
