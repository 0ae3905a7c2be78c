import {
  apis,
  Attribution,
  type Call,
  type CaseConsent,
  type ConsentBound,
  type ConsentLeft,
  type ConsentUse,
  Scope,
  scopesOf,
  Tlp as TlpLabel,
} from '@busbar/contract';
import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, word, words } from '../calls.ts';
import { ConsentState, useSpans } from './consent-parts.tsx';

/** What the form of `CaseConsentCard` says. What is ticked is always said: nothing ticked is not everything. */
export function answerConsent(call: Call, form: FormData) {
  const to = word(form, 'do');
  const days = Number(word(form, 'days'));
  const reason = word(form, 'reason');
  const said = reason ? { reason } : {};
  if (to === 'given-back')
    return attempt(() => call(apis.caseConsents.takeBack, { params: { id: word(form, 'consent') } }));
  const terms = {
    ...(word(form, 'audience') && { audience: Scope.parse(word(form, 'audience')) }),
    ...(word(form, 'label') && { label: TlpLabel.parse(word(form, 'label')) }),
    ...(word(form, 'attribution') && { attribution: Attribution.parse(word(form, 'attribution')) }),
  };
  return attempt(() =>
    call(apis.caseConsents.answer, {
      params: { id: word(form, 'consent') },
      body:
        to === 'granted' || to === 'narrowed'
          ? { to, parts: words(form, 'part'), ...terms, ...(days && { days }), ...said }
          : { to: to === 'withdrawn' ? to : 'refused', ...said },
    }),
  );
}

/** What is asked for, item by item; whoever decides ticks what may leave. */
export function CaseConsentCard({
  consent,
  uses,
  left,
  busy,
  givesBack = false,
}: {
  consent: CaseConsent;
  uses: readonly ConsentUse[];
  left: readonly ConsentLeft[];
  busy: boolean;
  /** It is asked for by us. */
  givesBack?: boolean;
}) {
  const text = useText();
  const spans = useSpans();
  const { id, state, items, mayAnswer, purpose, steps } = consent;
  const waits = state === 'requested';
  const holds = state === 'granted' || state === 'narrowed';
  const mine = new Set(items.map(({ part }) => part));
  const withMine = ({ parts }: { parts: readonly string[] }) => parts.some((part) => mine.has(part));
  const effect = text('caseConsent.effect', {
    waiting: uses.filter(withMine).length,
    left: left.filter((one) => withMine(one) && !one.recalledAt).length,
  });
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
          <div className="stack measure">
            <SelectField
              label={text('consent.span')}
              name="days"
              defaultValue=""
              options={[{ value: '', label: text('consent.span.same') }, ...spans]}
            />
            <NarrowerTerms consent={consent} />
            <TextField label={text('consent.reason')} name="reason" maxLength={500} />
            {holds && <p className="soft">{effect}</p>}
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
          </div>
        )}
      </Form>
      {mayAnswer && !waits && (
        <Form method="post">
          <input type="hidden" name="consent" value={id} />
          <input type="hidden" name="do" value="withdrawn" />
          <ConfirmButton
            kind="plain"
            question={text('consent.withdraw.question')}
            consequence={`${text('caseConsent.withdraw.consequence')} ${effect}`}
            confirm={text('consent.withdraw')}
          >
            {text('consent.withdraw')}
          </ConfirmButton>
        </Form>
      )}
      {givesBack && (waits || holds) && (
        <Form method="post">
          <input type="hidden" name="consent" value={id} />
          <input type="hidden" name="do" value="given-back" />
          <ConfirmButton
            kind="quiet"
            question={text('caseConsent.giveBack.question')}
            consequence={`${text('caseConsent.giveBack.consequence')} ${effect}`}
            confirm={text('caseConsent.giveBack')}
          >
            {text('caseConsent.giveBack')}
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

/** Of each term what was asked for, or less. */
function NarrowerTerms({ consent: { audience, label, attribution } }: { consent: CaseConsent }) {
  const text = useText();
  const all = scopesOf('CLEAR').filter((scope) => scope !== 'case' && scope !== 'org');
  const same = { value: '', label: text('consent.span.same') };
  const terms = [
    {
      name: 'audience',
      label: text('caseConsents.audience'),
      less: all
        .slice(
          0,
          all.findIndex((scope) => scope === audience),
        )
        .map((scope) => ({ value: scope, label: text(`audience.${scope}`) })),
    },
    {
      name: 'label',
      label: text('caseConsents.label'),
      less: TlpLabel.options
        .filter((one) => scopesOf(one).length < scopesOf(label).length)
        .map((one) => ({ value: one, label: `TLP:${one}` })),
    },
    {
      name: 'attribution',
      label: text('caseConsents.attribution'),
      less: Attribution.options
        .slice(Attribution.options.indexOf(attribution) + 1)
        .map((one) => ({ value: one, label: text(`attribution.${one}`) })),
    },
  ];
  return terms.map(
    ({ name, label: called, less }) =>
      less.length > 0 && (
        <SelectField key={name} label={called} name={name} defaultValue="" options={[same, ...less]} />
      ),
  );
}

/** What leaves with no consent: whoever grants should not think that it does. */
export function KeptBack({ kept }: { kept: readonly ConsentBound[] }) {
  const text = useText();
  if (kept.length === 0) return null;
  return (
    <Notice title={text('caseConsents.kept')}>
      <ul>
        {kept.map((bound) => (
          <li key={bound}>{text(`caseConsents.kept.${bound}`)}</li>
        ))}
      </ul>
    </Notice>
  );
}
