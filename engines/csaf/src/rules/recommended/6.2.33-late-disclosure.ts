import { instantOf } from '../instant.ts';
import type { Rule } from '../rule.ts';

export const lateDisclosure: Rule = {
  section: '6.2.33',
  name: 'late-disclosure',
  versions: ['2.1'],
  advice:
    'The vulnerability was disclosed on {date}, after the newest revision; revise the document or correct the date',
  needs: ['now'],
  check({ vulnerabilities, sortedRevisions }, find, { now = 0 }) {
    const newest = sortedRevisions.findLast(({ instant }) => instant !== undefined)?.instant;
    if (newest === undefined) return;
    for (const [v, { disclosure_date: date }] of vulnerabilities.entries()) {
      const disclosed = instantOf(date);
      if (disclosed !== undefined && disclosed <= now && disclosed > newest)
        find(['vulnerabilities', v, 'disclosure_date'], { date: date! });
    }
  },
};
