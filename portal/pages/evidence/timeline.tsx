import {
  apis,
  HypothesisState,
  mostDecided,
  ObservationKind,
  ObservationState,
  Precision,
} from '@busbar/contract';
import { type FormEvent, type KeyboardEvent, useRef } from 'react';
import { Form, Link, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { keyIn } from '../../ui/form-key.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLetterKeys, useRowKeys } from '../../ui/keys.ts';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, place, reader, signedIn, word, words } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { Letter, Shortcuts, timelineKeys } from '../cases/shortcuts.tsx';
import { MomentField } from '../casework/moment-field.tsx';
import { spanIn } from '../casework/moment.ts';
import { EditionFields, typedIn, useAdding } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/timeline';
import { Done } from './done.tsx';
import { Hypotheses } from './hypotheses.tsx';
import { MarkForm, marksIn } from './mark-form.tsx';
import { TimelineList } from './timeline-list.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const filter = filterIn(request);
  const { state } = filter;
  const opensRow = new URL(request.url).searchParams.has('row');
  const [found, observed, hypotheses, files, concerns] = await Promise.all([
    read(apis.cases.get, { params: { id } }),
    read(apis.timeline.list, {
      params: { id },
      query: {
        ...place(request),
        limit: 200,
        ...filter,
        language: visitOf(context).locale,
      },
    }),
    read(apis.timeline.hypotheses, { params: { id } }),
    read(apis.evidence.list, { params: { id }, query: { limit: 100 } }),
    opensRow ? read(apis.caseConcerns.list, { params: { id } }) : undefined,
  ]);
  return { pulse, found, state, observed, hypotheses: hypotheses.items, files: files.items, concerns };
}

function filterIn(request: Request) {
  const asked = new URL(request.url).searchParams;
  const state = ObservationState.safeParse(asked.get('state')).data ?? 'accepted';
  const kind = ObservationKind.safeParse(asked.get('kind')).data;
  const [run, evidence] = ['run', 'evidence'].map((name) => asked.get(name));
  const technique = /^T\d{4}(?:\.\d{3})?$/.exec(asked.get('technique') ?? '')?.[0];
  return {
    state,
    ...(kind && { kind }),
    ...(run && { run }),
    ...(evidence && { evidence }),
    ...(technique && { technique }),
  };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const hypothesis = word(form, 'hypothesis');
  if (what === 'note') {
    const precision = Precision.parse(word(form, 'precision'));
    const evidence = word(form, 'evidence');
    return attempt<unknown>(() =>
      call(apis.timeline.note, {
        params: { id },
        body: {
          ...keyIn(form),
          kind: ObservationKind.parse(word(form, 'kind')),
          precision,
          what: word(form, 'what'),
          ...spanIn(form, precision),
          ...(evidence && { evidence }),
          ...(word(form, 'technique') && { techniques: [word(form, 'technique')] }),
        },
      }),
    );
  }
  if (what === 'suppose')
    return attempt<unknown>(() =>
      call(apis.timeline.suppose, {
        params: { id },
        body: { ...keyIn(form), statement: word(form, 'statement') },
      }),
    );
  if (what === 'judge')
    return attempt<unknown>(() =>
      call(apis.timeline.judge, {
        params: { id, hypothesis },
        body: { state: HypothesisState.parse(word(form, 'state')) },
      }),
    );
  if (what === 'withdraw')
    return attempt<unknown>(() =>
      call(apis.timeline.weigh, {
        params: { id, hypothesis },
        body: { observation: word(form, 'observation'), weighs: null, why: word(form, 'why') },
      }),
    );
  if (what === 'undo') {
    const decision = word(form, 'decision');
    const undone = await attempt(() => call(apis.timeline.undo, { params: { id, decision } }));
    return undone.refused ? undone : { undone: undone.done.changed.length };
  }
  if (what === 'mark') {
    const observation = word(form, 'observation');
    const marked = await attempt(() =>
      call(apis.timeline.mark, { params: { id, observation }, body: marksIn(form) }),
    );
    return marked.refused ? { ...marked, ...typedIn(form) } : { marked: 1 };
  }
  const fitting = Number(word(form, 'fitting'));
  if (fitting > 0) {
    const to = ObservationState.safeParse(what).data;
    if (!to) return { notAll: true };
    const decided = await attempt(() =>
      call(apis.timeline.decide, {
        params: { id },
        body: { matching: { ...filterIn(request), count: fitting }, to },
      }),
    );
    return decided.refused ? decided : { decided: { ...decided.done, to } };
  }
  const ids = word(form, 'all') === 'shown' ? word(form, 'shown').split(',') : words(form, 'ids');
  if (ids.length === 0) return { nothing: true };
  if (what === 'shows' || what === 'lacks') {
    const [technique, shows] = [word(form, 'shown-technique'), what === 'shows'];
    const classified = await attempt(() =>
      call(apis.timeline.classify, { params: { id }, body: { ids, technique, shows } }),
    );
    return classified.refused
      ? classified
      : { classified: { ids: classified.done.changed, technique, shows } };
  }
  if (what === 'for' || what === 'against') {
    for (const observation of ids) {
      const answer = await attempt(() =>
        call(apis.timeline.weigh, { params: { id, hypothesis }, body: { observation, weighs: what } }),
      );
      if (answer.refused) return answer;
    }
    return null;
  }
  const to = ObservationState.parse(what);
  const decided = await attempt(() => call(apis.timeline.decide, { params: { id }, body: { ids, to } }));
  return decided.refused ? decided : { decided: { ...decided.done, to } };
}

/** Letters of the buttons that act on what is ticked. */
const deciding = ['A', 'R'];

/** What happened, as far as it is known: accepted in the order of time; beside it what waits for a decision. */
export default function Timeline({
  loaderData: { pulse, found, state, observed, hypotheses, files, concerns },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const may = useMay();
  const [query] = useSearchParams();
  const busy = useNavigation().state === 'submitting';
  const working = may('triage and move cases');
  const [ticking, noting] = [useAdding('ticks'), useAdding('note')];
  const { items, next, counts, fits, techniques } = observed;
  const row = working ? items.find(({ id }) => id === query.get('row')) : undefined;
  const sources = [
    { value: '', label: text('timeline.any') },
    ...files.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const keyed = useRef<HTMLDivElement>(null);
  useRowKeys(keyed, '.timeline-row', deciding);
  useLetterKeys(keyed);
  const filters = ['search', 'kind', 'evidence', 'run', 'technique'].filter((name) => query.get(name));
  const refusal = actionData && 'refused' in actionData ? actionData : undefined;
  return (
    <Page
      title={`${text('case.tab.timeline')} · ${found.reference}`}
      heading={found.title}
      lead={text('timeline.lead')}
      seen={{ scope: 'receipt', label: found.label, owner: found.owner }}
      actions={<Shortcuts desk={working} keys={timelineKeys} />}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${found.id}`}>{found.reference}</Link>
        </>
      }
    >
      <CaseTabs id={found.id} current="/timeline" pulse={pulse} />
      <Tabs
        label={text('state')}
        tabs={(['accepted', 'suggested', 'rejected'] as const).map((one) => ({
          label: text(`observationState.${one}`),
          to: `/cases/${found.id}/timeline?state=${one}`,
          current: one === state,
          count: counts[one],
          ...(one === 'suggested' && { mark: 'warn' as const }),
        }))}
      />
      <RefusalNotice answer={refusal} />
      {actionData && 'nothing' in actionData && <Notice kind="warn">{text('timeline.nothing')}</Notice>}
      {actionData && 'notAll' in actionData && (
        <Notice kind="warn" live>
          {text('timeline.notAll')}
        </Notice>
      )}
      <Done answer={actionData} />
      <LongSearch label={text('timeline.search')} />
      <Form method="get" className="row" key={query.toString()}>
        <input type="hidden" name="state" value={state} />
        {['search', 'run'].map((name) => {
          const value = query.get(name);
          return value && <input key={name} type="hidden" name={name} value={value} />;
        })}
        <SelectField
          label={text('timeline.kind')}
          name="kind"
          defaultValue={query.get('kind') ?? ''}
          options={[
            { value: '', label: text('timeline.any') },
            ...ObservationKind.options.map((value) => ({ value, label: text(`observationKind.${value}`) })),
          ]}
        />
        <SelectField
          label={text('timeline.source')}
          name="evidence"
          defaultValue={query.get('evidence') ?? ''}
          options={sources}
        />
        <SelectField
          label={text('timeline.technique')}
          name="technique"
          defaultValue={query.get('technique') ?? ''}
          options={[
            { value: '', label: text('timeline.any') },
            ...techniques.map(({ id, name, count }) => ({ value: id, label: `${id} ${name} (${count})` })),
          ]}
        />
        <Button type="submit">{text('timeline.filter')}</Button>
        {filters.length > 0 && <Link to={`?state=${state}`}>{text('timeline.unfiltered')}</Link>}
      </Form>
      <div className="split" ref={keyed}>
        <div className="stack">
          {items.length === 0 ? (
            filters.length > 0 ? (
              <Empty title={text('timeline.noMatch')}>
                <Link to={`?state=${state}`}>{text('timeline.unfiltered')}</Link>
              </Empty>
            ) : (
              <Empty title={text(`timeline.none.${state}`)}>{text('timeline.none.why')}</Empty>
            )
          ) : working ? (
            <Form method="post" className="stack" key={ticking.key} {...ticking.form} onChange={tickTogether}>
              <EditionFields of={ticking} />
              <input type="hidden" name="shown" value={items.map(({ id }) => id).join()} />
              <div className="row timeline-tools">
                <Checkbox
                  label={text('timeline.all.shown', { count: items.length })}
                  name="all"
                  value="shown"
                />
                {fits !== null && fits > items.length && fits <= mostDecided && (
                  <Checkbox
                    label={text('timeline.all.fitting', { count: fits })}
                    name="fitting"
                    value={fits}
                  />
                )}
                {state !== 'accepted' && (
                  <Button
                    type="submit"
                    name="do"
                    value="accepted"
                    kind="main"
                    aria-keyshortcuts="A"
                    busy={busy}
                  >
                    {text('timeline.accept')} <Letter letter="A" />
                  </Button>
                )}
                {state !== 'rejected' && (
                  <Button type="submit" name="do" value="rejected" aria-keyshortcuts="R" busy={busy}>
                    {text('timeline.reject')} <Letter letter="R" />
                  </Button>
                )}
                {state !== 'suggested' && (
                  <Button type="submit" name="do" value="suggested" busy={busy}>
                    {text('timeline.back')}
                  </Button>
                )}
                {hypotheses.length > 0 && state === 'accepted' && (
                  <>
                    <SelectField
                      label={text('hypotheses')}
                      name="hypothesis"
                      options={hypotheses.map(({ id, statement }) => ({ value: id, label: statement }))}
                    />
                    <Button type="submit" name="do" value="for" busy={busy}>
                      {text('timeline.for')}
                    </Button>
                    <Button type="submit" name="do" value="against" busy={busy}>
                      {text('timeline.against')}
                    </Button>
                  </>
                )}
              </div>
              <details className="more">
                <summary>{text('timeline.classify')}</summary>
                <div className="row">
                  <TextField
                    label={text('timeline.classify.technique')}
                    hint={text('timeline.note.technique.hint')}
                    name="shown-technique"
                    pattern="T[0-9]{4}([.][0-9]{3})?"
                    width="code"
                    data-optional=""
                    onKeyDown={enterShows}
                  />
                  <Button type="submit" name="do" value="shows" busy={busy}>
                    {text('timeline.shows')}
                  </Button>
                  <Button type="submit" name="do" value="lacks" busy={busy}>
                    {text('timeline.lacks')}
                  </Button>
                </div>
              </details>
              <TimelineList caseId={found.id} observations={items} choose />
            </Form>
          ) : (
            <TimelineList caseId={found.id} observations={items} />
          )}
          <Pager next={next} />
        </div>
        <div className="stack">
          {row && <MarkForm key={row.id} caseId={found.id} of={row} concerns={concerns} />}
          <Form method="post" className="panel stack" key={noting.key} {...noting.form}>
            <EditionFields of={noting} />
            <h2>{text('timeline.note')}</h2>
            <p className="soft">{text(working ? 'timeline.note.team' : 'timeline.note.member')}</p>
            <TextArea
              label={text('timeline.note.what')}
              name="what"
              required
              maxLength={4000}
              rows={3}
              aria-keyshortcuts="W"
            />
            <SelectField
              label={text('timeline.note.kind')}
              name="kind"
              defaultValue="note"
              options={ObservationKind.options.map((value) => ({
                value,
                label: text(`observationKind.${value}`),
              }))}
            />
            <MomentField label={text('timeline.note.from')} name="from" step={1} />
            <SelectField
              label={text('timeline.note.precision')}
              name="precision"
              defaultValue="minute"
              options={Precision.options.map((value) => ({ value, label: text(`precision.${value}`) }))}
            />
            <MomentField label={text('timeline.note.to')} name="to" step={1} />
            {files.length > 0 && (
              <SelectField
                label={text('timeline.note.source')}
                hint={text('timeline.note.source.hint')}
                name="evidence"
                options={[{ value: '', label: text('timeline.note.source.none') }, ...sources.slice(1)]}
              />
            )}
            {working && (
              <TextField
                label={text('timeline.note.technique')}
                hint={text('timeline.note.technique.hint')}
                name="technique"
                pattern="T[0-9]{4}([.][0-9]{3})?"
                width="code"
              />
            )}
            <div>
              <Button type="submit" name="do" value="note" busy={busy}>
                {text('timeline.note.add')}
              </Button>
            </div>
          </Form>
          <Hypotheses items={hypotheses} working={working} />
        </div>
      </div>
    </Page>
  );
}

/** The box for all ticks the others; whoever unticks one of them does not mean all any more. */
function tickTogether({ currentTarget: form, target }: FormEvent<HTMLFormElement>): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name="ids"]')];
  const all = form.querySelector<HTMLInputElement>('input[name="all"]')!;
  const fitting = form.querySelector<HTMLInputElement>('input[name="fitting"]');
  if (target === fitting && fitting) {
    for (const box of [all, ...boxes]) box.checked = fitting.checked;
  } else if (target === all) {
    for (const box of boxes) box.checked = all.checked;
    // What comes while he looks at them is none of those that he ticked.
    all.value = 'ticked';
  } else if (boxes.some((box) => box === target && !box.checked)) all.checked = false;
  if (fitting && !all.checked) fitting.checked = false;
}

/** The Enter key in the field for a technique means the button beside it, not the first one of the form. */
function enterShows(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  const { form } = event.currentTarget;
  form?.requestSubmit(form.querySelector<HTMLButtonElement>('button[value="shows"]'));
}
