import { type Deadline, inLanguage } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Time } from '../../ui/time.tsx';
import { DeadlineState, TimeLeft } from './due.tsx';

const most = 4;

/** What the law asks for next, beside the room: what the list of deadlines returns. */
export function DeadlinesPanel({ id, deadlines }: { id: string; deadlines: readonly Deadline[] }) {
  const text = useText();
  const open = deadlines.filter(
    ({ state }) => state === 'running' || state === 'late' || state === 'waiting',
  );
  return (
    <section className="panel stack stack-s" aria-labelledby="panel-deadlines">
      <h2 id="panel-deadlines">
        <Link to={`/cases/${id}/deadlines`}>{text('case.tab.deadlines')}</Link>
      </h2>
      {open.length === 0 && <p className="soft">{text('deadlines.none.open')}</p>}
      <ul className="plain-list lines">
        {open.slice(0, most).map((deadline) => (
          <li key={deadline.id}>
            {inLanguage(deadline.name, text.locale)}{' '}
            <span className="soft">{inLanguage(deadline.lawName, text.locale)}</span>
            <div className="row small">
              {deadline.dueAt ? <TimeLeft deadline={deadline} /> : <DeadlineState state={deadline.state} />}
              {deadline.dueAt && <Time at={deadline.dueAt} style="short" />}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
