import type { Decision as Decided, DecisionPoint } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Tag } from '../../ui/badge.tsx';

/** Where a person can say more about an input; attacks and their ways come from sources. */
const elsewhere: Partial<Record<DecisionPoint, 'place' | 'device'>> = {
  exposure: 'place',
  safetyImpact: 'place',
  missionImpact: 'device',
};

/** The five questions: what the answer is, where it came from, and what another answer would change. */
export function Decision({ decision, asset }: { decision: Decided; asset: string }) {
  const text = useText();
  return (
    <>
      <p className="soft">{text('warning.decision.lead')}</p>
      <dl className="plain-list lines">
        {decision.inputs.map(({ point, value, assumed, because, otherwise }) => (
          <div key={point} className="stack stack-s">
            <dt>
              <strong>{text(`ssvc.${point}`)}</strong>
            </dt>
            <dd className="row">
              <span>{text.coded(`ssvc.${point}`, { code: value })}</span>
              {assumed && <Tag>{text('warning.decision.assumed')}</Tag>}
            </dd>
            <dd>{text.coded('ssvc.because', because)}</dd>
            {otherwise.length > 0 && (
              <dd className="soft small">
                {otherwise
                  .map((other) =>
                    text('warning.decision.otherwise', {
                      value: text.coded(`ssvc.${point}`, { code: other.value }),
                      urgency: text(`urgency.${other.urgency}`),
                    }),
                  )
                  .join(' ')}
              </dd>
            )}
            {elsewhere[point] && (
              <dd className="small">
                <Link to={elsewhere[point] === 'place' ? '/warnings/assumptions' : `/assets/${asset}`}>
                  {text(`warning.decision.${elsewhere[point]}`)}
                </Link>
              </dd>
            )}
          </div>
        ))}
      </dl>
    </>
  );
}
