import { apis, mayDo, type Call, type Me, type Source } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { attempt } from '../calls.ts';
import { wordsFor } from '../sources/source-parts.tsx';

const mostShown = 5;

/** The sources that somebody of the CERT should look at; nobody else is asked to. */
export async function sourcesToLookAt({ roles }: Me, call: Call): Promise<Source[]> {
  if (!mayDo(roles, 'import advisories of others')) return [];
  const answer = await attempt(() =>
    call(apis.sources.list, { query: { concerning: 'true', limit: mostShown + 1 } }),
  );
  return answer.done?.items ?? [];
}

/** What is wrong, and what to do next. Nothing where all is well. */
export function Attention({ sources }: { sources: readonly Source[] }) {
  const text = useText();
  if (sources.length === 0) return null;
  return (
    <section className="stack stack-s" aria-labelledby="attention">
      <h2 id="attention">{text('home.attention')}</h2>
      <ul className="plain-list lines">
        {sources.slice(0, mostShown).map((source) => (
          <li key={source.id}>
            <Link to={`/sources/${source.id}`}>{source.name}</Link>
            {source.concerns[0] && <div className="small">{wordsFor(text, source.concerns[0])}</div>}
          </li>
        ))}
      </ul>
      {sources.length > mostShown && (
        <p>
          <Link to="/sources?concerning=true">{text('home.attention.all')}</Link>
        </p>
      )}
    </section>
  );
}
