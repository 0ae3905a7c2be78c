import { laterThanNewest } from '../release-dates.ts';
import type { Rule } from '../rule.ts';

export const ssvcTimestamp: Rule = {
  section: '6.1.49',
  name: 'ssvc-timestamp',
  versions: ['2.1'],
  advice: 'The SSVC evaluation is of {date}, after the newest revision ({newest}); correct one of the dates',
  check(subject, find) {
    const isLater = laterThanNewest(subject);
    for (const { content, contentAt } of subject.scores) {
      const date = content.ssvc_v2?.timestamp;
      const newest = isLater(date);
      if (newest) find([contentAt, 'ssvc_v2', 'timestamp'], { date: date!, newest });
    }
  },
};
