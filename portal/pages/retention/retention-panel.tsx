import type { CaseRetention } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';

/** For the room: until when the case is kept, and what keeps it longer. */
export function RetentionPanel({ retention }: { retention: CaseRetention }) {
  const text = useText();
  const { id, purgeOn, months, holds, answers, may } = retention;
  return (
    <section className="panel stack stack-s" aria-labelledby="retention">
      <h2 id="retention">{text('retention')}</h2>
      <p>
        {purgeOn ? text('retention.until', { day: purgeOn }) : text('retention.after', { count: months })}
      </p>
      {holds.some(({ state }) => state === 'placed') && <p className="strong">{text('retention.held')}</p>}
      {may.answer && !answers && <p className="strong">{text('closing.waits')}</p>}
      <Link to={`/cases/${id}/retention`}>{text('retention.look')}</Link>
    </section>
  );
}
