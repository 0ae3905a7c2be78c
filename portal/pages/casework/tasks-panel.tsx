import { inLanguage, type TaskBoard } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Time } from '../../ui/time.tsx';
import { TaskState } from './task-state.tsx';

const most = 6;

/** What is due first, beside the room: what the list of tasks returns. */
export function TasksPanel({ id, board }: { id: string; board: Pick<TaskBoard, 'items' | 'counts'> }) {
  const text = useText();
  const open = board.items.filter(({ state }) => state === 'open' || state === 'doing');
  return (
    <section className="panel stack stack-s" aria-labelledby="panel-tasks">
      <h2 id="panel-tasks">
        <Link to={`/cases/${id}/tasks`}>{text('case.tab.tasks')}</Link>{' '}
        <span className="soft">{text('tasks.count', { open: board.counts.open })}</span>
      </h2>
      {open.length === 0 && <p className="soft">{text('tasks.none.open')}</p>}
      <ul className="plain-list lines">
        {open.slice(0, most).map((task) => (
          <li key={task.id}>
            <Link to={`/cases/${id}/tasks/${task.id}`}>{inLanguage(task.title, text.locale)}</Link>
            <div className="row small soft">
              <TaskState state={task.state} />
              <span>{task.assignee?.name ?? text(`task.side.${task.side}`)}</span>
              {task.due && <Time at={task.due} style="ago" />}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
