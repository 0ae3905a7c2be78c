import type { Advisory } from '@busbar/contract';
import { Link } from 'react-router';

import { Severity } from '../../ui/badge.tsx';
import { Time } from '../../ui/time.tsx';

export function AdvisoryLines({ advisories }: { advisories: readonly Advisory[] }) {
  return (
    <ul className="plain-list lines news">
      {advisories.map((advisory) => (
        <li key={advisory.id}>
          <Link to={`/advisories/${advisory.id}`} className="news-title">
            {advisory.title}
          </Link>
          <div className="row small soft">
            <Severity level={advisory.severity} score={advisory.score} />
            <span className="mono">{advisory.trackingId}</span>
            <span>{advisory.publisher}</span>
            <Time at={advisory.updatedAt} style="date" />
          </div>
        </li>
      ))}
    </ul>
  );
}
