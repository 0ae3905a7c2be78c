import { apis, type CaseTask, inLanguage, ProcessEffect, TaskSearch } from '@busbar/contract';
import { useRef } from 'react';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { keyIn } from '../../ui/form-key.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { useLetterKeys } from '../../ui/keys.ts';
import { Empty, Notice } from '../../ui/notice.tsx';
import { LongSearch, Pager, usePaged } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { Shortcuts, taskKeys } from '../cases/shortcuts.tsx';
import { EditionFields, useAdding } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/tasks';
import { CaseworkPage, EffectMark } from './casework-page.tsx';
import { momentIn } from './moment.ts';
import { MomentField } from './moment-field.tsx';
import { ChoosePlaybook, Chosen } from './playbook.tsx';
import { TaskState } from './task-state.tsx';

const views = TaskSearch.shape.view.unwrap().options;

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const asked = new URL(request.url).searchParams.get('view');
  const view = views.find((one) => one === asked) ?? 'open';
  const query = { view, ...place(request), limit: 200 };
  const [board, { items, broken }] = await Promise.all([
    read(apis.casework.tasks, { params: { id }, query }),
    read(apis.casework.playbooks),
  ]);
  return { id, pulse, view, board, playbooks: items, broken };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const task = word(form, 'task');
  const revision = Number(word(form, 'revision'));
  const due = momentIn(form, 'due');
  const what = word(form, 'do');
  const answer = await attempt(async () => {
    if (what === 'add')
      return call(apis.casework.addTask, {
        params: { id },
        body: {
          ...keyIn(form),
          title: word(form, 'title'),
          detail: word(form, 'detail'),
          side: word(form, 'side') === 'member' ? 'member' : 'cert',
          assignee: word(form, 'assignee') || null,
          due: due ?? null,
          effect: ProcessEffect.parse(word(form, 'effect')),
          internal: form.has('internal'),
        },
      });
    if (what === 'undo') return call(apis.casework.undoTask, { params: { id, task }, body: { revision } });
    if (what === 'unchoose')
      return call(apis.casework.unchoose, { params: { id, playbook: word(form, 'playbook') } });
    if (what === 'choose')
      return call(apis.casework.choose, {
        params: { id },
        body: { playbook: word(form, 'playbook'), sha256: word(form, 'sha256') },
      });
    return call(apis.casework.changeTask, { params: { id, task }, body: { revision, state: 'done' } });
  });
  if (answer.refused) return { what, refused: answer.refused };
  throw redirect(
    new URL(request.url).search ? `/cases/${id}/tasks${new URL(request.url).search}` : `/cases/${id}/tasks`,
  );
}

/** What is to be done, by whom, until when, and what it does to the process. */
export default function Tasks({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const may = useMay();
  const { id, pulse, view, board, playbooks, broken } = loaderData;
  const busy = useNavigation().state === 'submitting';
  const paged = usePaged(board.next);
  const keyed = useRef<HTMLDivElement>(null);
  useLetterKeys(keyed);
  const say = (words: Parameters<typeof inLanguage>[0]) => inLanguage(words, text.locale);
  const { words } = useColumns();
  const columns: Column<CaseTask>[] = [
    { ...words('title', text('task.title'), ({ title }: CaseTask) => say(title)), main: true },
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => text(`taskState.${state}`),
      cell: ({ state }) => <TaskState state={state} />,
    },
    {
      id: 'due',
      label: text('task.due'),
      sort: ({ due }) => due,
      words: () => '',
      cell: ({ due }) => <Time at={due} style="short" />,
    },
    {
      id: 'effect',
      label: text('task.effect'),
      sort: ({ effect }) => text(`processEffect.${effect}`),
      cell: ({ effect }) => <EffectMark effect={effect} />,
    },
    words('who', text('task.who'), ({ assignee, side }) => assignee?.name ?? text(`task.side.${side}`)),
    words('phase', text('task.phase'), ({ phase }) => phase && text(`phase.${phase}`)),
    words('playbook', text('playbook'), ({ step }) => step && say(step.name), { spare: true }),
    {
      id: 'done',
      label: text('task.do'),
      cell: (task) =>
        task.state === 'done' || task.state === 'dropped' ? null : (
          <Form method="post">
            <input type="hidden" name="task" value={task.id} />
            <input type="hidden" name="revision" value={task.revision} />
            <Button
              type="submit"
              size="small"
              name="do"
              value="done"
              busy={busy}
              aria-label={text('task.done.what', { title: say(task.title) })}
            >
              {text('task.done')}
            </Button>
          </Form>
        ),
    },
  ];
  return (
    <CaseworkPage
      id={id}
      pulse={pulse}
      head={board.case}
      tab="/tasks"
      title={text('case.tab.tasks')}
      lead={text('tasks.lead')}
      actions={<Shortcuts desk={may('triage and move cases')} keys={taskKeys} />}
    >
      {actionData?.what !== 'add' && <RefusalNotice answer={actionData} />}
      {board.playbooks.map((chosen) => (
        <Chosen key={chosen.id} chosen={chosen} />
      ))}
      {board.undo && (
        <Notice>
          <Form method="post" className="row">
            <input type="hidden" name="task" value={board.undo.task} />
            <input type="hidden" name="revision" value={board.undo.revision} />
            <span>{text('task.changed', { title: say(board.undo.title) })}</span>
            <Button type="submit" size="small" name="do" value="undo" icon="refresh" busy={busy}>
              {text('task.undo')}
            </Button>
          </Form>
        </Notice>
      )}
      <Tabs
        label={text('tasks.views')}
        tabs={views.map((one) => ({
          label: text(`tasks.${one}`),
          to: `/cases/${id}/tasks?view=${one}`,
          current: one === view,
          count: board.counts[one],
        }))}
      />
      {(paged || board.counts.all > 20) && <LongSearch label={text('tasks.search')} />}
      <DataTable
        caption={text('case.tab.tasks')}
        rows={board.items}
        columns={columns}
        rowKey={(task) => task.id}
        href={(task) => `/cases/${id}/tasks/${task.id}`}
        paged={paged}
        empty={<Empty title={text('tasks.none')}>{text('tasks.none.why')}</Empty>}
      />
      <Pager next={board.next} />
      <div className="split" ref={keyed}>
        <AddTask
          people={board.people}
          answer={actionData?.what === 'add' ? actionData : undefined}
          notes={may('triage and move cases')}
        />
        {may('triage and move cases') && (
          <ChoosePlaybook
            playbooks={playbooks.filter(
              (one) => !board.playbooks.some(({ playbook }) => playbook === one.id),
            )}
            broken={broken}
          />
        )}
      </div>
    </CaseworkPage>
  );
}

function AddTask({
  people,
  answer,
  notes,
}: {
  people: readonly { readonly id: string; readonly name: string }[];
  answer: Parameters<typeof RefusalNotice>[0]['answer'];
  notes: boolean;
}) {
  const text = useText();
  const errorOf = useFieldError(answer);
  const busy = useNavigation().state === 'submitting';
  const adding = useAdding('task');
  return (
    <Form method="post" className="panel stack" aria-labelledby="add-task" key={adding.key} {...adding.form}>
      <EditionFields of={adding} />
      <h2 id="add-task">{text('task.add')}</h2>
      <RefusalNotice answer={answer} />
      <TextField
        label={text('task.title')}
        name="title"
        maxLength={300}
        required
        aria-keyshortcuts="W"
        error={errorOf('title')}
      />
      <TextArea
        label={text('task.detail')}
        name="detail"
        maxLength={4000}
        rows={3}
        error={errorOf('detail')}
      />
      <SelectField
        label={text('task.side')}
        name="side"
        defaultValue={notes ? 'cert' : 'member'}
        options={(['cert', 'member'] as const).map((side) => ({
          value: side,
          label: text(`task.side.${side}`),
        }))}
      />
      <SelectField
        label={text('task.assignee')}
        name="assignee"
        options={[
          { value: '', label: text('task.assignee.none') },
          ...people.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <MomentField label={text('task.due')} name="due" error={errorOf('due')} />
      <SelectField
        label={text('task.effect')}
        name="effect"
        options={ProcessEffect.options.map((effect) => ({
          value: effect,
          label: text(`processEffect.${effect}`),
        }))}
      />
      {notes && (
        <label className="row">
          <input type="checkbox" name="internal" /> {text('task.internal')}
        </label>
      )}
      <div>
        <Button type="submit" kind="main" name="do" value="add" busy={busy}>
          {text('task.add')}
        </Button>
      </div>
    </Form>
  );
}
