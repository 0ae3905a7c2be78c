import { instantOf } from '../instant.ts';
import { laterThanNewest } from '../release-dates.ts';
import type { Rule } from '../rule.ts';

export const discoveryDate: Rule = {
  section: '6.1.62',
  name: 'discovery-date',
  versions: ['2.1'],
  advice: {
    revision:
      'The vulnerability was discovered at {date}, after the newest revision ({newest}); correct one of the dates',
    disclosure:
      'The vulnerability was discovered at {date}, after it was disclosed ({disclosed}); correct one of the dates',
  },
  check(subject, find) {
    const isLater = laterThanNewest(subject);
    for (const [
      v,
      { discovery_date: date, disclosure_date: disclosed },
    ] of subject.vulnerabilities.entries()) {
      const discovery = instantOf(date);
      if (date === undefined || discovery === undefined) continue;
      const at = ['vulnerabilities', v, 'discovery_date'];
      const newest = isLater(date);
      if (newest) find(at, { date, newest }, 'revision');
      const disclosure = instantOf(disclosed);
      if (disclosure !== undefined && discovery > disclosure)
        find(at, { date, disclosed: disclosed! }, 'disclosure');
    }
  },
};
