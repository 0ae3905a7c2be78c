import type { ReactNode } from 'react';

import { useText } from '../i18n/text.tsx';
import { Time } from './time.tsx';

interface Step {
  readonly state: string;
  readonly by: string | null;
  readonly at: string;
  readonly reason: string | null;
}

/** What became of something, step by step: the state, who, when, and why where somebody said so. */
export function History<One extends Step>({
  steps,
  children,
}: {
  steps: readonly One[];
  /** The state of a step, and what else stands beside it. */
  children: (step: One) => ReactNode;
}) {
  const text = useText();
  return (
    <>
      <h2 id="history">{text('history')}</h2>
      <ol className="plain-list lines">
        {steps.map((step) => (
          <li key={`${step.at} ${step.state}`}>
            <div className="row">
              {children(step)}
              {step.by && <span className="soft">{step.by}</span>}
              <span className="soft small">
                <Time at={step.at} />
              </span>
            </div>
            {step.reason && <p>{step.reason}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}
