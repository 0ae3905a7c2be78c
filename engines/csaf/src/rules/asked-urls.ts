import type { Rule } from './rule.ts';
import { urlsOf } from './urls.ts';
import { validate } from './validate.ts';

/** The different URLs of a document, to be asked for before `statusOf` is handed to `validate` (6.3.6, 6.3.7). */
export function urlsToAsk(json: unknown, most = 1000): string[] {
  const { findings } = validate(json, { rules: [everyUrl], most });
  const urls = findings
    .filter(({ name }) => name === everyUrl.name)
    .map(({ params }) => String(params['url']));
  return [...new Set(urls)];
}

const everyUrl: Rule = {
  section: '6.3.6',
  name: 'every-url',
  versions: ['2.0', '2.1'],
  advice: '{url}',
  check(subject, find) {
    for (const { url, at } of urlsOf(subject)) find(at, { url });
  },
};
