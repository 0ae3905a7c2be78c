import type { Case, GuestState } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State as Ring, type Standing } from '../../ui/badge.tsx';

const standings: Record<GuestState, Standing> = {
  proposed: 'waiting',
  refused: 'stopped',
  invited: 'waiting',
  declined: 'stopped',
  accepted: 'running',
  left: 'done',
  removed: 'stopped',
};

export function GuestStateRing({ state }: { state: GuestState }) {
  const text = useText();
  return <Ring standing={standings[state]}>{text(`guestState.${state}`)}</Ring>;
}

/** Who is in the room now, and who is awaited. */
export function PeoplePanel({ found }: { found: Case }) {
  const text = useText();
  const guests = found.guests.filter(({ state }) => ['proposed', 'invited', 'accepted'].includes(state));
  return (
    <section className="panel stack stack-s" aria-labelledby="people">
      <h2 id="people">{text('case.tab.people')}</h2>
      <ul className="plain-list lines">
        {found.team.map(({ person, name, me }) => (
          <li key={person}>
            {name} <span className="soft small">{text(me ? 'people.you' : 'people.cert')}</span>
          </li>
        ))}
        {found.team.length === 0 && <li className="soft">{text('people.nobody')}</li>}
        {guests.map(({ id, name, home, role, state }) => (
          <li key={id}>
            <div className="row">
              {name} <GuestStateRing state={state} />
            </div>
            <span className="soft small">
              {home} · {text(`guestRole.${role}`)}
            </span>
          </li>
        ))}
      </ul>
      <Link to={`/cases/${found.id}/people`} aria-keyshortcuts="P">
        {text('people.manage')}
      </Link>
    </section>
  );
}
