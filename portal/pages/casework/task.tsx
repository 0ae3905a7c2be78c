import { apis, inLanguage, ProcessEffect, TaskState as States } from '@busbar/contract';
import { data, Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { all, attempt, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/task';
import { CaseworkPage, EffectMark } from './casework-page.tsx';
import { momentIn } from './moment.ts';
import { MomentField } from './moment-field.tsx';
import { TaskState } from './task-state.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const { id } = params;
  const read = reader(context, request);
  const first = await read(apis.casework.tasks, { params: { id }, query: { limit: 200 } });
  const { items } = await all(async (after) =>
    after ? read(apis.casework.tasks, { params: { id }, query: { limit: 200, after } }) : first,
  );
  const task = items.find((one) => one.id === params.task);
  if (!task) throw data({ refused: { code: 'not-found', params: {}, text: '' } }, { status: 404 });
  return { id, task, head: first.case, people: first.people };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  // Words that nobody touched stay those of the playbook, in everybody's language.
  const written = (name: string) =>
    word(form, name) === word(form, `${name}-was`) ? undefined : word(form, name);
  const [title, detail, assignee] = [written('title'), written('detail'), written('assignee')];
  const answer = await attempt(() =>
    call(apis.casework.changeTask, {
      params,
      body: {
        revision: Number(word(form, 'revision')),
        ...(title !== undefined && { title }),
        ...(detail !== undefined && { detail }),
        ...(assignee !== undefined && { assignee: assignee || null }),
        state: States.parse(word(form, 'state')),
        side: word(form, 'side') === 'member' ? 'member' : 'cert',
        effect: ProcessEffect.parse(word(form, 'effect')),
        due: momentIn(form, 'due') ?? null,
      },
    }),
  );
  if (answer.refused) return answer;
  throw redirect(`/cases/${params.id}/tasks`);
}

/** One task: what it is, then what becomes of it. */
export default function Task({ loaderData: { id, task, head, people }, actionData }: Route.ComponentProps) {
  const text = useText();
  const errorOf = useFieldError(actionData);
  const busy = useNavigation().state === 'submitting';
  const title = inLanguage(task.title, text.locale);
  const detail = task.detail ? inLanguage(task.detail, text.locale) : '';
  const others = task.assignee && !people.some((one) => one.id === task.assignee!.id) ? [task.assignee] : [];
  return (
    <CaseworkPage
      id={id}
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
      <Form method="post" className="panel stack measure" key={task.revision}>
        <RefusalNotice answer={actionData} />
        <input type="hidden" name="revision" value={task.revision} />
        <SelectField
          label={text('state')}
          name="state"
          defaultValue={task.state}
          options={States.options.map((state) => ({ value: state, label: text(`taskState.${state}`) }))}
        />
        <SelectField
          label={text('task.side')}
          name="side"
          defaultValue={task.side}
          options={(['cert', 'member'] as const).map((side) => ({
            value: side,
            label: text(`task.side.${side}`),
          }))}
        />
        <input type="hidden" name="assignee-was" value={task.assignee?.id ?? ''} />
        <SelectField
          label={text('task.assignee')}
          name="assignee"
          defaultValue={task.assignee?.id ?? ''}
          error={errorOf('assignee')}
          options={[
            { value: '', label: text('task.assignee.none') },
            ...[...others, ...people].map((one) => ({ value: one.id, label: one.name })),
          ]}
        />
        <MomentField label={text('task.due')} name="due" at={task.due} error={errorOf('due')} />
        <SelectField
          label={text('task.effect')}
          name="effect"
          defaultValue={task.effect}
          options={ProcessEffect.options.map((effect) => ({
            value: effect,
            label: text(`processEffect.${effect}`),
          }))}
        />
        <input type="hidden" name="title-was" value={title} />
        <TextField
          label={text('task.title')}
          name="title"
          maxLength={300}
          required
          defaultValue={title}
          error={errorOf('title')}
        />
        <input type="hidden" name="detail-was" value={detail} />
        <TextArea
          label={text('task.detail')}
          name="detail"
          maxLength={4000}
          rows={5}
          defaultValue={detail}
          error={errorOf('detail')}
        />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('save')}
          </Button>
        </div>
      </Form>
    </CaseworkPage>
  );
}
