import type { Published } from '@busbar/contract';
import { Link } from 'react-router';

import { Tlp } from '../../ui/badge.tsx';
import { Time } from '../../ui/time.tsx';

/** What the CERT said last, large enough to be read in passing. */
export function TopStory({ published }: { published: Published }) {
  return (
    <article className="top-story stack stack-s">
      <h3>
        <Link to={`/published/${published.id}`}>{published.title}</Link>
      </h3>
      <p>{published.summary}</p>
      <Facts published={published} />
    </article>
  );
}

export function PublishedLines({ published }: { published: readonly Published[] }) {
  return (
    <ul className="plain-list lines news">
      {published.map((one) => (
        <li key={one.id}>
          <Link to={`/published/${one.id}`} className="news-title">
            {one.title}
          </Link>
          <Facts published={one} />
        </li>
      ))}
    </ul>
  );
}

function Facts({ published: { ref, label, publishedAt } }: { published: Published }) {
  return (
    <div className="row small soft">
      <Tlp label={label} />
      <span className="mono">{ref}</span>
      <Time at={publishedAt} style="date" />
    </div>
  );
}
