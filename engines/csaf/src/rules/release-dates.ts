import { instantOf } from './instant.ts';
import type { Subject } from './subject.ts';

/**
 * For released documents (final or interim): whether a date is later than the newest entry of the revision
 * history, whose date is handed back then.
 */
export function laterThanNewest({
  tracking,
  sortedRevisions,
}: Subject): (date: string | undefined) => string | undefined {
  const released = tracking.status === 'final' || tracking.status === 'interim';
  const newest = sortedRevisions.findLast(({ instant }) => instant !== undefined);
  if (!released || !newest) return () => undefined;
  return (date) => {
    const instant = instantOf(date);
    return instant !== undefined && instant > newest.instant! ? newest.revision.date : undefined;
  };
}
