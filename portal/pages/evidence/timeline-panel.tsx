import type { CaseObservation } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { TimelineList } from './timeline-list.tsx';

/** The timeline beside other things of a case: the newest of what was accepted, and how much waits. */
export function TimelinePanel({
  caseId,
  items,
  counts,
}: {
  caseId: string;
  items: readonly CaseObservation[];
  counts: { suggested: number; accepted: number; rejected: number };
}) {
  const text = useText();
  return (
    <section className="panel stack stack-s" aria-labelledby="timeline">
      <div className="row row-end">
        <h2 id="timeline">{text('case.tab.timeline')}</h2>
        <Link to={`/cases/${caseId}/timeline`}>{text('timeline.all', { count: counts.accepted })}</Link>
      </div>
      {items.length > 0 ? (
        <TimelineList caseId={caseId} observations={items} />
      ) : (
        <p className="soft">{text('timeline.none.accepted')}</p>
      )}
      {counts.suggested > 0 && (
        <Link to={`/cases/${caseId}/timeline?state=suggested`}>
          {text('timeline.waiting', { count: counts.suggested })}
        </Link>
      )}
    </section>
  );
}
