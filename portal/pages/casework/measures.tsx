import {
  apis,
  type CaseMeasure,
  Confirmer,
  inLanguage,
  MeasureState as States,
  movesOfMeasure,
  ProcessEffect,
  Reversible,
} from '@busbar/contract';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { keyIn } from '../../ui/form-key.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Choices, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import {
  EditionFields,
  Meanwhile,
  refusalOf,
  revisionIn,
  typedIn,
  useAdding,
  useEdition,
} from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/measures';
import { CaseworkPage, EffectMark } from './casework-page.tsx';
import { momentIn } from './moment.ts';
import { MomentField } from './moment-field.tsx';
import { MeasureState } from './task-state.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const search = new URL(request.url).searchParams.get('search')?.slice(0, 200);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const found = await read(apis.casework.measures, {
    params: { id },
    query: { ...(search && { search }) },
  });
  return { id, pulse, ...found };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const measure = word(form, 'measure');
  // The one that is asked about stands in the form whichever is pressed.
  const to = States.safeParse(word(form, 'to') || word(form, 'asked')).data;
  const name = word(form, 'name');
  const at = momentIn(form, 'at');
  const note = word(form, 'note');
  const answer = await attempt(async () =>
    to
      ? call(apis.casework.moveMeasure, {
          params: { id, measure },
          body: {
            to,
            revision: revisionIn(form),
            ...(note && { note }),
            ...(to === 'confirmed' && name && { telephone: { name, ...(at && { at }) } }),
          },
        })
      : word(form, 'do') === 'change'
        ? call(apis.casework.changeMeasure, {
            params: { id, measure },
            body: { ...measureIn(form), revision: revisionIn(form) },
          })
        : call(apis.casework.addMeasure, {
            params: { id },
            body: { ...keyIn(form), ...measureIn(form) },
          }),
  );
  if (answer.refused) return { measure, refused: answer.refused, ...typedIn(form) };
  throw redirect(`/cases/${id}/measures#${measure}`);
}

/** What is done against it, what that does to the process, and who has said yes. */
export default function Measures({
  loaderData: { id, pulse, case: head, items },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  return (
    <CaseworkPage
      id={id}
      pulse={pulse}
      head={head}
      tab="/measures"
      title={text('case.tab.measures')}
      lead={text('containment.lead')}
    >
      {items.length === 0 && <Empty title={text('containment.none')}>{text('containment.none.why')}</Empty>}
      {items.map((measure) => (
        <Measure
          key={measure.id}
          measure={measure}
          head={head}
          answer={actionData?.measure === measure.id ? actionData : undefined}
        />
      ))}
      <Propose answer={actionData && !actionData.measure ? actionData : undefined} />
    </CaseworkPage>
  );
}

function Measure({
  measure,
  head,
  answer,
}: {
  measure: CaseMeasure;
  head: Route.ComponentProps['loaderData']['case'];
  answer: Parameters<typeof RefusalNotice>[0]['answer'];
}) {
  const text = useText();
  const say = (words: Parameters<typeof inLanguage>[0]) => inLanguage(words, text.locale);
  const { me } = useVisitor();
  const mine = Boolean(me?.person);
  const { confirmed, history } = measure;
  const moving = useEdition({
    name: `move ${measure.id}`,
    revision: measure.revision,
    value: null,
    read: () => null,
  });
  const moves = movesOfMeasure(measure).filter((to) => to !== 'confirmed');
  const waits = measure.state === 'proposed' && measure.confirm !== 'nobody';
  return (
    <article className="panel stack stack-s" id={measure.id} aria-label={say(measure.title)}>
      <div className="row">
        <h2>{say(measure.title)}</h2>
        <MeasureState state={measure.state} />
      </div>
      <RefusalNotice answer={refusalOf(answer, moving)} />
      <dl className="facts">
        <dt>{text('task.effect')}</dt>
        <dd>
          <EffectMark effect={measure.effect} />
          <div className="keeps-lines">{say(measure.does)}</div>
        </dd>
        <dt>{text('containment.confirm')}</dt>
        <dd>
          {confirmed
            ? text(confirmed.telephone ? 'containment.confirmed.telephone' : 'containment.confirmed', {
                role: text(`confirmer.${measure.confirm}`),
                name: confirmed.by,
                recorder: confirmed.recordedBy,
              })
            : text(`confirmer.${measure.confirm}`)}
          {confirmed && (
            <>
              {' '}
              <Time at={confirmed.at} />
            </>
          )}
        </dd>
        <dt>{text('containment.reversible')}</dt>
        <dd>
          {text(`reversible.${measure.reversible}`)}
          {measure.undo && <div className="keeps-lines soft">{say(measure.undo)}</div>}
        </dd>
      </dl>
      {waits && <Confirm measure={measure} owner={head.isMembers ? head.owner : null} />}
      {moves.length > 0 && (
        <Form method="post" className="stack stack-s" key={moving.key} {...moving.form}>
          <EditionFields of={moving} />
          <input type="hidden" name="measure" value={measure.id} />
          <div className="row">
            {moves.map((to) => (
              <Move key={to} to={to} stops={measure.effect === 'stops'} />
            ))}
          </div>
          <Meanwhile of={moving} by={history.at(-1)?.by ?? null} over={false} />
        </Form>
      )}
      {measure.state === 'proposed' && mine && <Change measure={measure} answer={answer} />}
      {history.length > 0 && (
        <details className="more">
          <summary>{text('history')}</summary>
          <ol className="plain-list lines">
            {history.map(({ to, note, by, at }) => (
              <li key={`${at} ${to}`}>
                <MeasureState state={to} /> <span className="soft">{by}</span> <Time at={at} style="short" />
                {note && <div>{note}</div>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </article>
  );
}

function Move({ to, stops }: { to: CaseMeasure['state']; stops: boolean }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  if (to === 'done' && stops)
    return (
      <>
        <input type="hidden" name="asked" value={to} />
        <ConfirmButton
          size="small"
          busy={busy}
          question={text('containment.done.question')}
          consequence={text('containment.done.consequence')}
          confirm={text('containment.to.done')}
        >
          {text('containment.to.done')}
        </ConfirmButton>
      </>
    );
  return (
    <Button type="submit" size="small" name="to" value={to} busy={busy}>
      {text(`containment.to.${to}`)}
    </Button>
  );
}

/** By whoever answers for the process: himself, or by telephone to whoever writes it down. */
function Confirm({ measure, owner }: { measure: CaseMeasure; owner: string | null }) {
  const text = useText();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const isCert = may('triage and move cases');
  const role = text(`confirmer.${measure.confirm}`);
  const edition = useEdition({
    name: `confirm ${measure.id}`,
    revision: measure.revision,
    value: { name: '', at: undefined as string | undefined, note: '' },
    read: (form) => ({ name: word(form, 'name'), at: momentIn(form, 'at'), note: word(form, 'note') }),
  });
  return (
    <Form method="post" className="stack stack-s" key={edition.key} {...edition.form}>
      <Notice kind="warn">{text('containment.waits', { role })}</Notice>
      <EditionFields of={edition} />
      <input type="hidden" name="measure" value={measure.id} />
      <input type="hidden" name="to" value="confirmed" />
      {!isCert && owner && (
        <div>
          <ConfirmButton
            kind="plain"
            busy={busy}
            question={text('containment.confirm.question', { role })}
            consequence={text('containment.confirm.consequence')}
            confirm={text('containment.confirm.self', { role })}
          >
            {text('containment.confirm.self', { role })}
          </ConfirmButton>
        </div>
      )}
      <details className="more" open={isCert}>
        <summary>{text('containment.telephone')}</summary>
        <div className="stack stack-s measure">
          <TextField
            label={text('containment.telephone.name', { role })}
            name="name"
            maxLength={200}
            required={isCert}
            defaultValue={edition.value.name}
          />
          <MomentField label={text('containment.telephone.at')} name="at" at={edition.value.at} />
          <TextField
            label={text('containment.note')}
            name="note"
            maxLength={2000}
            defaultValue={edition.value.note}
          />
          <div>
            <Button type="submit" busy={busy}>
              {text('containment.telephone.record')}
            </Button>
          </div>
        </div>
      </details>
      <Meanwhile of={edition} by={measure.history.at(-1)?.by ?? null} />
    </Form>
  );
}

function Propose({ answer }: { answer: Parameters<typeof RefusalNotice>[0]['answer'] }) {
  const text = useText();
  const errorOf = useFieldError(answer);
  const busy = useNavigation().state === 'submitting';
  const adding = useAdding('propose');
  return (
    <Form
      method="post"
      className="panel stack measure"
      aria-labelledby="propose"
      key={adding.key}
      {...adding.form}
    >
      <EditionFields of={adding} />
      <h2 id="propose">{text('containment.propose')}</h2>
      <RefusalNotice answer={answer} />
      <MeasureFields errorOf={errorOf} />
      <div>
        <Button type="submit" kind="main" busy={busy}>
          {text('containment.propose')}
        </Button>
      </div>
    </Form>
  );
}

/** What the form of a measure says. */
function measureIn(form: FormData) {
  return {
    title: word(form, 'title'),
    effect: ProcessEffect.parse(word(form, 'effect')),
    does: word(form, 'does'),
    confirm: Confirmer.parse(word(form, 'confirm')),
    reversible: Reversible.parse(word(form, 'reversible')),
    undo: word(form, 'undo'),
  };
}

/** While it is proposed; what comes from a playbook gets the words of whoever changes it. */
function Change({
  measure,
  answer,
}: {
  measure: CaseMeasure;
  answer: Parameters<typeof RefusalNotice>[0]['answer'];
}) {
  const text = useText();
  const errorOf = useFieldError(answer);
  const busy = useNavigation().state === 'submitting';
  const say = (words: Parameters<typeof inLanguage>[0]) => inLanguage(words, text.locale);
  const { effect, confirm, reversible } = measure;
  const edition = useEdition({
    name: `measure ${measure.id}`,
    revision: measure.revision,
    value: {
      title: say(measure.title),
      effect,
      does: say(measure.does),
      confirm,
      reversible,
      undo: measure.undo ? say(measure.undo) : '',
    },
    read: measureIn,
  });
  return (
    <details className="more">
      <summary>{text('containment.change')}</summary>
      <Form method="post" className="stack measure" key={edition.key} {...edition.form}>
        <EditionFields of={edition} />
        <input type="hidden" name="measure" value={measure.id} />
        <input type="hidden" name="do" value="change" />
        <MeasureFields begun={edition.value} errorOf={errorOf} />
        <div>
          <Button type="submit" busy={busy}>
            {text('save')}
          </Button>
        </div>
        <Meanwhile
          of={edition}
          by={measure.history.at(-1)?.by ?? null}
          lines={(one) => [
            { label: text('containment.title'), says: one.title },
            { label: text('task.effect'), says: text(`processEffect.${one.effect}`) },
            { label: text('containment.does'), says: one.does },
            { label: text('containment.confirm'), says: text(`confirmer.${one.confirm}`) },
            { label: text('containment.reversible'), says: text(`reversible.${one.reversible}`) },
            { label: text('containment.undo'), says: one.undo },
          ]}
        />
      </Form>
    </details>
  );
}

function MeasureFields({
  begun,
  errorOf,
}: {
  begun?: ReturnType<typeof measureIn>;
  errorOf: ReturnType<typeof useFieldError>;
}) {
  const text = useText();
  return (
    <>
      <TextField
        label={text('containment.title')}
        name="title"
        maxLength={300}
        required
        defaultValue={begun?.title}
        error={errorOf('title')}
      />
      <Choices
        label={text('task.effect')}
        name="effect"
        value={begun?.effect}
        options={ProcessEffect.options.map((effect) => ({
          value: effect,
          label: text(`processEffect.${effect}`),
        }))}
      />
      <TextArea
        label={text('containment.does')}
        hint={text('containment.does.hint')}
        name="does"
        maxLength={2000}
        rows={3}
        required
        defaultValue={begun?.does}
        error={errorOf('does')}
      />
      <SelectField
        label={text('containment.confirm')}
        hint={text('containment.confirm.hint')}
        name="confirm"
        defaultValue={begun?.confirm ?? 'shiftSupervisor'}
        error={errorOf('confirm')}
        options={Confirmer.options.map((one) => ({ value: one, label: text(`confirmer.${one}`) }))}
      />
      <SelectField
        label={text('containment.reversible')}
        name="reversible"
        defaultValue={begun?.reversible}
        options={Reversible.options.map((one) => ({
          value: one,
          label: text(`reversible.${one}`),
        }))}
      />
      <TextArea
        label={text('containment.undo')}
        name="undo"
        maxLength={2000}
        rows={2}
        defaultValue={begun?.undo}
        error={errorOf('undo')}
      />
    </>
  );
}
