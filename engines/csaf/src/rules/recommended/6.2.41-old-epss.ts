import { instantOf } from '../instant.ts';
import type { Rule } from '../rule.ts';
import type { ScorePlace } from '../subject.ts';

export const oldEpss: Rule = {
  section: '6.2.41',
  name: 'old-epss',
  versions: ['2.1'],
  advice:
    'The newest EPSS value, of {date}, is more than 15 days older than the newest revision; look it up again',
  check({ tracking, sortedRevisions, scores }, find) {
    if (tracking.status !== 'final' && tracking.status !== 'interim') return;
    const revised = sortedRevisions.findLast(({ instant }) => instant !== undefined)?.instant;
    if (revised === undefined) return;
    const youngest = new Map<number, { readonly score: ScorePlace; readonly instant: number }>();
    for (const score of scores) {
      const instant = instantOf(score.content.epss?.timestamp);
      if (instant !== undefined && instant > (youngest.get(score.vulnerability)?.instant ?? -Infinity))
        youngest.set(score.vulnerability, { score, instant });
    }
    for (const { score, instant } of youngest.values()) {
      if (revised - instant > 15 * 86_400_000)
        find([score.contentAt, 'epss', 'timestamp'], { date: score.content.epss!.timestamp! });
    }
  },
};
