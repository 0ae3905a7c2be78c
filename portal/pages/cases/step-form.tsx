import {
  apis,
  type Call,
  type Case,
  type CaseField,
  CaseState as State,
  Effect,
  Impact,
  movesOf,
  type RelatedCase,
  RootCause,
  Rsit,
  Spread,
} from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices, SelectField, TextArea } from '../../ui/field.tsx';
import { attempt, type Refused, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';

const effects = ['safety', 'production', 'environment', 'data'] as const;

/** Takes the step that the form chose, with what belongs to that step. */
export async function takeStep(call: Call, found: Pick<Case, 'id' | 'kind' | 'state'>, form: FormData) {
  const to = State.parse(word(form, 'to'));
  const fields = movesOf(found.kind, found.state).find((move) => move.to === to)?.form ?? [];
  const reason = word(form, 'reason');
  const said = Object.assign({}, ...fields.map((field) => valueIn(form, field))) as object;
  return attempt(() =>
    call(apis.cases.move, {
      params: { id: found.id },
      body: { to, ...(reason && { reason }), ...said },
    }),
  );
}

function valueIn(form: FormData, field: CaseField): object {
  if (field === 'impact') {
    const effect = Object.fromEntries(effects.map((one) => [one, word(form, one)]));
    return form.has('safety') ? { impact: Impact.parse(effect) } : {};
  }
  const value = word(form, field);
  return value ? { [field]: value } : {};
}

/** The next step of a case: which there are, and what each may say, as its kind has it. */
export function StepForm({
  found,
  answer,
  related,
}: {
  found: Case;
  answer: { refused?: Refused['refused'] | undefined } | undefined;
  /** Cases of which this one may be a part; without them it becomes none here. */
  related?: readonly RelatedCase[];
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const all = movesOf(found.kind, found.state);
  const moves = related ? all : all.filter(({ form }) => !form?.includes('duplicateOf'));
  const fields = new Set(moves.flatMap(({ form = [] }) => form));
  const mains = related?.map(({ case: one }) => one).filter(({ state }) => state !== 'received') ?? [];
  return (
    <Form method="post" className="stack" key={`${found.state} ${found.since}`}>
      <RefusalNotice answer={answer} />
      {fields.has('impact') && (
        <div className="grid grid-narrow">
          {effects.map((one) => (
            <SelectField
              key={one}
              label={text(`impact.${one}`)}
              name={one}
              defaultValue={found.impact[one]}
              options={Effect.options.map((value) => ({ value, label: text(`effect.${value}`) }))}
            />
          ))}
          <SelectField
            label={text('triage.spread')}
            name="spread"
            defaultValue={found.spread}
            options={Spread.options.map((value) => ({ value, label: text(`spread.${value}`) }))}
          />
        </div>
      )}
      {fields.has('rsit') && (
        <SelectField
          label={text('triage.rsit')}
          hint={text('triage.rsit.hint')}
          name="rsit"
          defaultValue={found.rsit}
          options={Rsit.options.map((value) => ({ value, label: text(`rsit.${value}`) }))}
        />
      )}
      {fields.has('rootCause') && (
        <SelectField
          label={text('triage.rootCause')}
          name="rootCause"
          defaultValue={found.rootCause ?? 'undetermined'}
          options={RootCause.options.map((value) => ({ value, label: text(`rootCause.${value}`) }))}
        />
      )}
      <Choices
        label={text('case.move.to')}
        name="to"
        options={moves.map(({ to, reason }) => ({
          value: to,
          label: text(`caseState.${to}`),
          ...(reason && { hint: text('case.move.asks') }),
        }))}
      />
      {fields.has('duplicateOf') && (
        <SelectField
          label={text('triage.partOf')}
          hint={text(mains.length > 0 ? 'triage.partOf.hint' : 'triage.partOf.none')}
          name="duplicateOf"
          options={[
            { value: '', label: text('triage.partOf.no') },
            ...mains.map(({ id, reference, title }) => ({
              value: id,
              label: `${reference} · ${(title ?? '').slice(0, 60)}`,
            })),
          ]}
        />
      )}
      <TextArea
        label={text('case.move.reason')}
        hint={text('case.move.reason.hint')}
        name="reason"
        maxLength={2000}
        rows={3}
      />
      <div className="row">
        <Button type="submit" kind="main" busy={busy}>
          {text('case.move')}
        </Button>
        {!related && all.length > moves.length && (
          <Link to={`/cases/${found.id}/step`}>{text('triage.more')}</Link>
        )}
      </div>
    </Form>
  );
}
