import { instantOf } from '../instant.ts';
import type { Rule } from '../rule.ts';

export const earlyInitialRelease: Rule = {
  section: '6.2.5',
  name: 'early-initial-release',
  versions: ['2.0', '2.1'],
  advice: 'The initial release date is earlier than the oldest revision, {date}; correct one of the two',
  check({ tracking, sortedRevisions }, find) {
    const oldest = sortedRevisions.find(({ instant }) => instant !== undefined);
    const release = instantOf(tracking.initial_release_date);
    if (release !== undefined && oldest && release < oldest.instant!)
      find(['document', 'tracking', 'initial_release_date'], { date: oldest.revision.date! });
  },
};
