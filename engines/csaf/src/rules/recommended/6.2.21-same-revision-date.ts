import type { Rule } from '../rule.ts';

export const sameRevisionDate: Rule = {
  section: '6.2.21',
  name: 'same-revision-date',
  versions: ['2.1'],
  advice: 'Two revisions have the same date, {date}; give each the time it was made',
  check({ revisions }, find) {
    const met = new Set<number>();
    for (const { revision, instant, at } of revisions) {
      if (instant === undefined) continue;
      if (met.has(instant)) find([at, 'date'], { date: revision.date! });
      met.add(instant);
    }
  },
};
