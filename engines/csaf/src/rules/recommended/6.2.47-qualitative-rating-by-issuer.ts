import { canonicalUrls } from '../file-name.ts';
import type { Rule } from '../rule.ts';

export const qualitativeRatingByIssuer: Rule = {
  section: '6.2.47',
  name: 'qualitative-rating-by-issuer',
  versions: ['2.1'],
  advice:
    'You rate this vulnerability with a word alone; give a CVSS vector, which shows what the rating rests on',
  check(subject, find) {
    const own = new Set(canonicalUrls(subject));
    for (const { content, source, at } of subject.scores) {
      if (content.qualitative_severity_rating !== undefined && (source === undefined || own.has(source)))
        find(at);
    }
  },
};
