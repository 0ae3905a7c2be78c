import type { CaseConsent, ConsentLeft } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { ConsentState } from './consent-parts.tsx';

const most = 4;

/** For the room: what waits for an answer or holds, and how often something left. Takes what the route of a case returns. */
export function ConsentsPanel({
  id,
  consents: { items, left },
}: {
  id: string;
  consents: { items: readonly CaseConsent[]; left: readonly ConsentLeft[] };
}) {
  const text = useText();
  const open = items.filter(({ state }) => ['requested', 'granted', 'narrowed'].includes(state));
  return (
    <section className="panel stack stack-s" aria-labelledby="panel-consents">
      <h2 id="panel-consents">
        <Link to={`/cases/${id}/consents`}>{text('caseConsents')}</Link>
      </h2>
      {open.length === 0 && <p className="soft">{text('caseConsents.none.open')}</p>}
      <ul className="plain-list lines">
        {open
          .toSorted((a, b) => Number(b.state === 'requested') - Number(a.state === 'requested'))
          .slice(0, most)
          .map((consent) => (
            <li key={consent.id}>
              <Link to={`/cases/${id}/consents#${consent.id}`}>{consent.purpose}</Link>{' '}
              <ConsentState state={consent.state} />
            </li>
          ))}
      </ul>
      {left.length > 0 && <p className="soft">{text('caseConsents.left.count', { count: left.length })}</p>}
    </section>
  );
}
