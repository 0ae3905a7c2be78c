import type { Consent } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Time } from '../../ui/time.tsx';
import { word } from '../calls.ts';

const standings: Record<Consent['state'], Standing> = {
  requested: 'waiting',
  granted: 'done',
  narrowed: 'done',
  refused: 'stopped',
  withdrawn: 'stopped',
  expired: 'stopped',
};

export function ConsentState({ state }: Pick<Consent, 'state'>) {
  const text = useText();
  return <State standing={standings[state]}>{text(`consentState.${state}`)}</State>;
}

/** What may be read, by whom, and until when. */
export function ConsentTerms({ consent }: { consent: Consent }) {
  const text = useText();
  const { parts, only, reader, until, caseRef } = consent;
  const shared = parts.includes('packets') ? '.packets' : parts.includes('shares') ? '.shares' : '';
  return (
    <p>
      {text.rich('consent.terms', {
        what: text(`consent.${parts.includes('warnings') ? 'all' : 'devices'}${shared}`),
        who: only ?? text('consent.analysts', { cert: reader.name }),
        until: <Time at={until} style="short" />,
      })}{' '}
      <span className="soft">
        {caseRef ? text('consent.forCase', { ref: caseRef }) : text('consent.standing')}
      </span>
    </p>
  );
}

/** Who did what to it, and why; folded, for it is long. */
export function ConsentSteps({ steps }: Pick<Consent, 'steps'>) {
  const text = useText();
  return (
    <details className="more">
      <summary>{text('consent.steps')}</summary>
      <ol className="plain-list lines">
        {steps.map(({ state, person, organisation, reason, at }) => (
          <li key={at}>
            <ConsentState state={state} /> <Time at={at} style="short" /> · {person} ({organisation})
            {reason && <span className="soft"> – {reason}</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}

export const spans = [7, 30, 90, 365] as const;

export function useSpans() {
  const text = useText();
  return spans.map((days) => ({ value: String(days), label: text('consent.days', { days }) }));
}

/** What whoever asks or gives says of it. */
export function TermFields() {
  const text = useText();
  return (
    <>
      <TextField
        label={text('consent.purpose')}
        hint={text('consent.purpose.hint')}
        name="purpose"
        maxLength={500}
        required
      />
      <TextField
        label={text('consent.caseRef')}
        hint={text('consent.caseRef.hint')}
        name="caseRef"
        maxLength={80}
        width="short"
      />
      <SelectField label={text('consent.span')} name="days" defaultValue="30" options={useSpans()} />
      <Checkbox name="warnings" value="true" label={text('consent.withWarnings')} />
      <Checkbox
        name="shares"
        value="true"
        label={text('consent.withShares')}
        hint={text('consent.withShares.hint')}
      />
      <Checkbox
        name="packets"
        value="true"
        label={text('consent.withPackets')}
        hint={text('consent.withPackets.hint')}
      />
    </>
  );
}

export const termsOf = (form: FormData) => ({
  purpose: word(form, 'purpose'),
  caseRef: word(form, 'caseRef'),
  warnings: word(form, 'warnings') === 'true',
  shares: word(form, 'shares') === 'true',
  packets: word(form, 'packets') === 'true',
  days: Number(word(form, 'days')) || 30,
});
