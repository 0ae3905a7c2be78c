import { apis, type Call, type CaseLine } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt } from '../calls.ts';
import { CaseState } from '../cases/case-state.tsx';

/** Of a device of one's own, or of a plant that is open to us; nothing for whoever reads no cases. */
export async function casesOfDevice(call: Call, id: string, plant?: string): Promise<CaseLine[]> {
  const found = await attempt(() =>
    call(apis.caseConcerns.ofDevice, { params: { id }, query: plant ? { plant } : {} }),
  );
  return found.done?.items ?? [];
}

/** On the page of a device: the cases that are about it. */
export function CasesOfDevice({ cases }: { cases: readonly CaseLine[] }) {
  const text = useText();
  return (
    <section className="stack stack-s" aria-labelledby="cases-of">
      <h2 id="cases-of">{text('concerns.cases')}</h2>
      {cases.length === 0 && <p className="soft">{text('concerns.cases.none')}</p>}
      <ul className="plain-list lines">
        {cases.map((one) => (
          <li key={one.id} className="row row-end">
            <Link to={`/cases/${one.id}`}>{one.title ?? one.reference}</Link>
            <span className="row small">
              <CaseState state={one.state} />
              <code>{one.reference}</code>
              <span className="soft">
                <Time at={one.receivedAt} style="short" />
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
