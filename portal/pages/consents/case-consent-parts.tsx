import { apis, type Call, type CaseConsent } from '@busbar/contract';
import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, word, words } from '../calls.ts';
import { ConsentState, useSpans } from './consent-parts.tsx';

/** What the form of `CaseConsentCard` says. What is ticked is always said: nothing ticked is not everything. */
export function answerConsent(call: Call, form: FormData) {
  const to = word(form, 'do');
  const days = Number(word(form, 'days'));
  const reason = word(form, 'reason');
  const said = reason ? { reason } : {};
  return attempt(() =>
    call(apis.caseConsents.answer, {
      params: { id: word(form, 'consent') },
      body:
        to === 'granted' || to === 'narrowed'
          ? { to, parts: words(form, 'part'), ...(days && { days }), ...said }
          : { to: to === 'withdrawn' ? to : 'refused', ...said },
    }),
  );
}

/** What is asked for, item by item; whoever decides ticks what may leave. */
export function CaseConsentCard({ consent, busy }: { consent: CaseConsent; busy: boolean }) {
  const text = useText();
  const spans = useSpans();
  const { id, state, items, mayAnswer, purpose, steps } = consent;
  const waits = state === 'requested';
  const open = items.filter((item) => item.state === 'requested' || item.state === 'granted');
  return (
    <article className="panel stack stack-s" id={id}>
      <h2>
        {purpose} <ConsentState state={state} />
      </h2>
      <p>
        {text.rich('caseConsent.terms', {
          who: consent.asks,
          audience: text(`audience.${consent.audience}`),
          attribution: text(`attribution.${consent.attribution}`),
          until: <Time at={consent.until} style="short" />,
        })}{' '}
        <Tlp label={consent.label} />
      </p>
      <Form method="post" className="stack stack-s">
        <input type="hidden" name="consent" value={id} />
        <ul className="plain-list lines">
          {items.map((item) => (
            <li key={item.part}>
              {mayAnswer && open.includes(item) ? (
                <Checkbox name="part" value={item.part} defaultChecked label={item.says} />
              ) : (
                item.says
              )}{' '}
              <span className="soft">{text(`consentItem.${item.kind}`)}</span>{' '}
              {!waits && <ConsentState state={item.state} />}
            </li>
          ))}
        </ul>
        {mayAnswer && (
          <>
            <SelectField
              label={text('consent.span')}
              name="days"
              defaultValue=""
              options={[{ value: '', label: text('consent.span.same') }, ...spans]}
            />
            <TextField label={text('consent.reason')} name="reason" maxLength={500} />
            <div className="row">
              {waits ? (
                <>
                  <Button type="submit" name="do" value="granted" kind="main" icon="check" busy={busy}>
                    {text('caseConsent.grant')}
                  </Button>
                  <Button type="submit" name="do" value="refused" busy={busy}>
                    {text('consent.refuse')}
                  </Button>
                </>
              ) : (
                <Button type="submit" name="do" value="narrowed" busy={busy}>
                  {text('caseConsent.narrow')}
                </Button>
              )}
            </div>
          </>
        )}
      </Form>
      {mayAnswer && !waits && (
        <Form method="post">
          <input type="hidden" name="consent" value={id} />
          <input type="hidden" name="do" value="withdrawn" />
          <ConfirmButton
            kind="plain"
            question={text('consent.withdraw.question')}
            consequence={text('caseConsent.withdraw.consequence')}
            confirm={text('consent.withdraw')}
          >
            {text('consent.withdraw')}
          </ConfirmButton>
        </Form>
      )}
      <details className="more">
        <summary>{text('consent.steps')}</summary>
        <ol className="plain-list lines">
          {steps.map((step) => (
            <li key={step.at}>
              <ConsentState state={step.state} /> <Time at={step.at} style="short" />{' '}
              {[step.by, step.organisation].filter(Boolean).join(', ') || text('case.reporter')}
              {step.reason && <span className="soft"> – {step.reason}</span>}
            </li>
          ))}
        </ol>
      </details>
    </article>
  );
}
