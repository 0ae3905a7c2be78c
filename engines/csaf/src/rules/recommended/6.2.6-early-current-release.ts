import { instantOf } from '../instant.ts';
import type { Rule } from '../rule.ts';

export const earlyCurrentRelease: Rule = {
  section: '6.2.6',
  name: 'early-current-release',
  versions: ['2.0', '2.1'],
  advice: 'The current release date is earlier than the newest revision, {date}; correct one of the two',
  check({ tracking, sortedRevisions }, find) {
    const newest = sortedRevisions.findLast(({ instant }) => instant !== undefined);
    const release = instantOf(tracking.current_release_date);
    if (release !== undefined && newest && release < newest.instant!)
      find(['document', 'tracking', 'current_release_date'], { date: newest.revision.date! });
  },
};
