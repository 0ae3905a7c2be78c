import {
  apis,
  type Call,
  type Case,
  type CaseLine,
  type CaseField,
  CaseState as State,
  Effect,
  Impact,
  movesOf,
  RootCause,
  Rsit,
  Spread,
} from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices, SelectField, TextArea } from '../../ui/field.tsx';
import { Pager } from '../../ui/pager.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { attempt, type Refused, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';

const effects = ['safety', 'production', 'environment', 'data'] as const;

/** The form of its search; a form stands in no other. */
const finding = 'find-main';

/** Cases of which one may be a part: those that were searched for, or those that resemble it. */
export interface Mains {
  readonly items: readonly CaseLine[];
  readonly searched: boolean;
  readonly next: string | null;
}

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
  mains,
}: {
  found: Case;
  answer: { refused?: Refused['refused'] | undefined } | undefined;
  /** Cases of which this one may be a part; without them it becomes none here. */
  mains?: Mains;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const all = movesOf(found.kind, found.state);
  const moves = mains ? all : all.filter(({ form }) => !form?.includes('duplicateOf'));
  const fields = new Set(moves.flatMap(({ form = [] }) => form));
  return (
    <>
      {mains && <Form method="get" id={finding} preventScrollReset />}
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
        {mains && fields.has('duplicateOf') && (
          <div className="stack stack-s">
            <div className="row">
              <SearchBox label={text('triage.find')} form={finding} wide />
              <button form={finding} className="button button-plain button-normal">
                {text('search')}
              </button>
            </div>
            <p className="soft small" role="status">
              {text(mains.searched ? 'triage.found' : 'triage.resembling', { count: mains.items.length })}
            </p>
            {mains.items.length > 0 && (
              <Choices
                label={text('triage.partOf')}
                hint={text('triage.partOf.hint')}
                name="duplicateOf"
                optional
                options={mains.items.map(({ id, reference, title, owner, state }) => ({
                  value: id,
                  label: `${reference} · ${(title ?? '').slice(0, 80)}`,
                  hint: `${owner} · ${text(`caseState.${state}`)}`,
                }))}
              />
            )}
            <Pager next={mains.next} />
          </div>
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
          {!mains && all.length > moves.length && (
            <Link to={`/cases/${found.id}/step`}>{text('triage.more')}</Link>
          )}
        </div>
      </Form>
    </>
  );
}
