import type { SourceDocument } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Time } from '../../ui/time.tsx';
import { Outcome, PackOf, ProblemList, Verdicts } from './source-parts.tsx';

/** Where an advisory came from, and whoever else gave it or something else under its name. For the CERT only. */
export function Origins({ documents }: { documents: readonly SourceDocument[] }) {
  const text = useText();
  return (
    <details className="more">
      <summary>{text('origins')}</summary>
      {documents.length === 0 && <p className="soft">{text('origins.none')}</p>}
      <ul className="plain-list lines">
        {documents.map((document) => (
          <li key={document.id} className="stack stack-s">
            <div className="row">
              <Link to={`/sources/${document.source.id}`}>{document.source.name}</Link>
              <Outcome outcome={document.outcome} />
              {document.version && <span>{text('source.version', { version: document.version })}</span>}
              <Verdicts document={document} />
              <span className="soft small">
                <Time at={document.retrievedAt} />
              </span>
            </div>
            <code className="small soft">{document.url}</code>
            {document.pack && (
              <span className="small soft">
                {text('source.pack')}: <PackOf pack={document.pack} />
              </span>
            )}
            {document.outcome === 'conflict' && <ProblemList problems={document.problems.slice(0, 1)} />}
          </li>
        ))}
      </ul>
    </details>
  );
}
