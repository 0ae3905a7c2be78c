import type { Rule } from '../rule.ts';

export const qualitativeRating: Rule = {
  section: '6.3.18',
  name: 'qualitative-rating',
  versions: ['2.1'],
  advice:
    'A word alone ({rating}) does not show what a rating rests on; give a CVSS vector where there is one',
  check({ scores }, find) {
    for (const { content, at } of scores) {
      const { qualitative_severity_rating: rating } = content;
      if (rating !== undefined) find(at, { rating });
    }
  },
};
