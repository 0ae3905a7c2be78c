import type { Published } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State, Tlp } from '../../ui/badge.tsx';
import { Time } from '../../ui/time.tsx';

export function PublishedLines({ published }: { published: readonly Published[] }) {
  const text = useText();
  return (
    <ul className="plain-list lines news">
      {published.map((one) => (
        <li key={one.id}>
          <Link to={`/published/${one.id}`} className="news-title">
            {one.title}
          </Link>
          <div className="row small soft">
            {one.recalledAt && <State standing="stopped">{text('published.recalled')}</State>}
            <span className="mono">{one.ref}</span>
            <Tlp label={one.label} />
            <Time at={one.publishedAt} style="date" />
          </div>
        </li>
      ))}
    </ul>
  );
}
