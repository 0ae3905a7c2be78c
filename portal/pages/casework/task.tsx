import { apis, inLanguage, ProcessEffect, TaskState as States } from '@busbar/contract';
import { data, Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { useClock } from '../../ui/time.tsx';
import { all, attempt, reader, signedIn, word } from '../calls.ts';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/task';
import { EditionFields, Meanwhile, refusalOf, revisionIn, typedIn, useEdition } from '../edition.tsx';
import { CaseworkPage, EffectMark } from './casework-page.tsx';
import { momentIn, wallTime } from './moment.ts';
import { MomentField } from './moment-field.tsx';
import { TaskState } from './task-state.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const { id } = params;
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const first = await read(apis.casework.tasks, { params: { id }, query: { limit: 200 } });
  const { items } = await all(async (after) =>
    after ? read(apis.casework.tasks, { params: { id }, query: { limit: 200, after } }) : first,
  );
  const task = items.find((one) => one.id === params.task);
  if (!task) throw data({ refused: { code: 'not-found', params: {}, text: '' } }, { status: 404 });
  return { id, pulse, task, head: first.case, people: first.people };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const { state, side, effect, due, ...words } = taskIn(form);
  // Words that nobody touched stay those of the playbook, in everybody's language.
  const written = (name: keyof typeof words.was) =>
    words[name] === words.was[name] ? undefined : words[name];
  const [title, detail, assignee] = [written('title'), written('detail'), written('assignee')];
  const answer = await attempt(() =>
    call(apis.casework.changeTask, {
      params,
      body: {
        revision: revisionIn(form),
        ...(title !== undefined && { title }),
        ...(detail !== undefined && { detail }),
        ...(assignee !== undefined && { assignee: assignee || null }),
        state,
        side,
        effect,
        due,
      },
    }),
  );
  if (answer.refused) return { refused: answer.refused, ...typedIn(form) };
  throw redirect(`/cases/${params.id}/tasks`);
}

/** What the form of a task says, and what its words were before. */
function taskIn(form: FormData) {
  return {
    state: States.parse(word(form, 'state')),
    side: word(form, 'side') === 'member' ? ('member' as const) : ('cert' as const),
    effect: ProcessEffect.parse(word(form, 'effect')),
    due: momentIn(form, 'due') ?? null,
    title: word(form, 'title'),
    detail: word(form, 'detail'),
    assignee: word(form, 'assignee'),
    was: {
      title: word(form, 'title-was'),
      detail: word(form, 'detail-was'),
      assignee: word(form, 'assignee-was'),
    },
  };
}

/** One task: what it is, then what becomes of it. */
export default function Task({
  loaderData: { id, pulse, task, head, people },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const errorOf = useFieldError(actionData);
  const busy = useNavigation().state === 'submitting';
  const zone = useClock().zone ?? 'UTC';
  const title = inLanguage(task.title, text.locale);
  const detail = task.detail ? inLanguage(task.detail, text.locale) : '';
  const others = task.assignee && !people.some((one) => one.id === task.assignee!.id) ? [task.assignee] : [];
  const options = [...others, ...people];
  const was = { title, detail, assignee: task.assignee?.id ?? '' };
  const { state, side, effect, due } = task;
  const edition = useEdition({
    name: 'task',
    revision: task.revision,
    value: { state, side, effect, due, ...was, was },
    read: taskIn,
    kept: `task ${task.id}`,
  });
  const begun = edition.value;
  return (
    <CaseworkPage
      id={id}
      pulse={pulse}
      head={head}
      tab="/tasks"
      title={title}
      within={<Link to={`/cases/${id}/tasks`}>{text('case.tab.tasks')}</Link>}
      lead={
        <span className="row">
          <TaskState state={task.state} />
          <EffectMark effect={task.effect} />
          {task.step && (
            <span className="soft">
              {text('task.step', {
                playbook: inLanguage(task.step.name, text.locale),
                version: task.step.version,
              })}
            </span>
          )}
          {task.internal && <span className="badge">{text('case.internal')}</span>}
        </span>
      }
    >
      {detail && <p className="keeps-lines measure">{detail}</p>}
      <Form method="post" className="panel stack measure" key={edition.key} {...edition.form}>
        <RefusalNotice answer={refusalOf(actionData, edition)} />
        <EditionFields of={edition} />
        <SelectField
          label={text('state')}
          name="state"
          defaultValue={begun.state}
          options={States.options.map((state) => ({ value: state, label: text(`taskState.${state}`) }))}
        />
        <SelectField
          label={text('task.side')}
          name="side"
          defaultValue={begun.side}
          options={(['cert', 'member'] as const).map((side) => ({
            value: side,
            label: text(`task.side.${side}`),
          }))}
        />
        <input type="hidden" name="assignee-was" value={begun.was.assignee} />
        <SelectField
          label={text('task.assignee')}
          name="assignee"
          defaultValue={begun.assignee}
          error={errorOf('assignee')}
          options={[
            { value: '', label: text('task.assignee.none') },
            ...options.map((one) => ({ value: one.id, label: one.name })),
          ]}
        />
        <MomentField label={text('task.due')} name="due" at={begun.due} error={errorOf('due')} />
        <SelectField
          label={text('task.effect')}
          name="effect"
          defaultValue={begun.effect}
          options={ProcessEffect.options.map((effect) => ({
            value: effect,
            label: text(`processEffect.${effect}`),
          }))}
        />
        <input type="hidden" name="title-was" value={begun.was.title} />
        <TextField
          label={text('task.title')}
          name="title"
          maxLength={300}
          required
          defaultValue={begun.title}
          error={errorOf('title')}
        />
        <input type="hidden" name="detail-was" value={begun.was.detail} />
        <TextArea
          label={text('task.detail')}
          name="detail"
          maxLength={4000}
          rows={5}
          defaultValue={begun.detail}
          error={errorOf('detail')}
        />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('save')}
          </Button>
        </div>
        <Meanwhile
          of={edition}
          by={task.changedBy}
          lines={(one) => [
            { label: text('state'), says: text(`taskState.${one.state}`) },
            { label: text('task.side'), says: text(`task.side.${one.side}`) },
            {
              label: text('task.assignee'),
              says:
                options.find(({ id: person }) => person === one.assignee)?.name ?? text('task.assignee.none'),
            },
            { label: text('task.due'), says: one.due ? wallTime(one.due, zone).replace('T', ' ') : '' },
            { label: text('task.effect'), says: text(`processEffect.${one.effect}`) },
            { label: text('task.title'), says: one.title },
            { label: text('task.detail'), says: one.detail },
          ]}
        />
      </Form>
    </CaseworkPage>
  );
}
