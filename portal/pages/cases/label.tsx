import { apis, type Call, type Case, CaseLabel, type ConsentLeft } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { attempt, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { LimitAnswer } from './limit.tsx';

/** What `LabelPanel` says. */
export function setLabel(call: Call, id: string, form: FormData) {
  const label = CaseLabel.parse(word(form, 'label'));
  return attempt(() => call(apis.cases.label, { params: { id }, body: { label } }));
}

/** The label of a case: what it changes, what already left and is not changed by it, and who may put it back. */
export function LabelPanel({
  found,
  left,
  consents,
  answer,
}: {
  found: Pick<Case, 'id' | 'label' | 'mayLabel' | 'setsLimit'>;
  left: readonly ConsentLeft[];
  /** Where what left is listed. */
  consents: string;
  answer: LimitAnswer;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const out = left.filter(({ recalledAt }) => recalledAt === null).length;
  const narrowed = found.label === 'RED';
  const already = text('caseLabel.left', { count: out });
  return (
    <section className="panel stack stack-s" aria-labelledby="label">
      <h2 id="label">{text('caseLabel')}</h2>
      <RefusalNotice answer={answer} />
      <div>
        <Tlp label={found.label} />
      </div>
      <p>{text(narrowed ? 'caseLabel.red' : 'caseLabel.usual')}</p>
      <p className="soft">{out > 0 ? <Link to={consents}>{already}</Link> : already}</p>
      {narrowed && found.mayLabel.length === 0 && <p className="soft">{text('caseLabel.whoWidens')}</p>}
      {found.mayLabel.map((to) => (
        <Form method="post" key={to} preventScrollReset>
          <input type="hidden" name="case" value={found.id} />
          <input type="hidden" name="do" value="label" />
          <input type="hidden" name="label" value={to} />
          <ConfirmButton
            kind="plain"
            busy={busy}
            question={text('caseLabel.set', { label: to })}
            consequence={
              <>
                {text(to === 'RED' ? 'caseLabel.narrow.means' : 'caseLabel.widen.means')}{' '}
                {to === 'RED' && already}{' '}
                {to === 'RED' && text(found.setsLimit ? 'caseLabel.back.you' : 'caseLabel.back.they')}
              </>
            }
            confirm={text('caseLabel.set', { label: to })}
          >
            {text('caseLabel.set', { label: to })}
          </ConfirmButton>
        </Form>
      ))}
    </section>
  );
}
