import { laterThanNewest } from '../release-dates.ts';
import type { Rule } from '../rule.ts';

export const epssTimestamp: Rule = {
  section: '6.1.51',
  name: 'epss-timestamp',
  versions: ['2.1'],
  advice: 'The EPSS value is of {date}, after the newest revision ({newest}); correct one of the dates',
  check(subject, find) {
    const isLater = laterThanNewest(subject);
    for (const { content, contentAt } of subject.scores) {
      const date = content.epss?.timestamp;
      const newest = isLater(date);
      if (newest) find([contentAt, 'epss', 'timestamp'], { date: date!, newest });
    }
  },
};
