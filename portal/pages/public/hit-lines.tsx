import type { Passage, SearchHit, SearchKind } from '@busbar/contract';
import { Link } from 'react-router';

import { Severity, Tlp } from '../../ui/badge.tsx';
import { Time } from '../../ui/time.tsx';

/** What was found, with the words that were looked for marked in it. */
export function HitLines({ hits }: { hits: readonly SearchHit[] }) {
  return (
    <ul className="plain-list lines news">
      {hits.map((hit) => (
        <li key={hit.id}>
          <Link
            to={`${folders[hit.kind]}/${hit.kind === 'vulnerability' ? hit.ref : hit.id}`}
            className="news-title"
          >
            {hit.kind === 'vulnerability' && <span className="mono">{hit.ref} </span>}
            <Found passage={hit.title} />
          </Link>
          {hit.snippet.length > 0 && (
            <p className="small hit-passage">
              <Found passage={hit.snippet} />
            </p>
          )}
          <div className="row small soft">
            {hit.label && <Tlp label={hit.label} />}
            {hit.severity && <Severity level={hit.severity} score={hit.score} />}
            {hit.kind !== 'vulnerability' && <span className="mono">{hit.ref}</span>}
            {hit.publisher && <span>{hit.publisher}</span>}
            <Time at={hit.at} style="date" />
          </div>
        </li>
      ))}
    </ul>
  );
}

const folders: Record<SearchKind, string> = {
  publication: '/published',
  vulnerability: '/vulnerabilities',
  advisory: '/advisories',
};

function Found({ passage }: { passage: Passage }) {
  // Pieces have no names; their order never changes.
  return passage.map(({ text, found }, at) =>
    found ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
  );
}
