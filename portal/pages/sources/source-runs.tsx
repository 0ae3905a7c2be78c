import { apis, type SourceRun } from '@busbar/contract';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Time } from '../../ui/time.tsx';
import { place, reader } from '../calls.ts';
import { isGoing, JobProgress, JobState } from '../jobs/job-state.tsx';
import type { Route } from './+types/source-runs';
import { ProblemList } from './source-parts.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  const { after } = place(request);
  return reader(context, request)(apis.sources.runs, {
    params: { id },
    query: { limit: 30, ...(after && { after }) },
  });
}

export default function SourceRuns({ loaderData: { items, next } }: Route.ComponentProps) {
  const text = useText();
  return (
    <section className="stack" aria-label={text('source.runs')}>
      {items.length === 0 && <Empty title={text('source.runs.none')}>{text('source.runs.none.why')}</Empty>}
      {items.map((run) => (
        <OneRun key={run.id} run={run} />
      ))}
      <Pager next={next} />
    </section>
  );
}

function OneRun({ run }: { run: SourceRun }) {
  const text = useText();
  const format = useFormat();
  const took = run.endedAt ? (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000 : null;
  return (
    <article className="panel stack stack-s">
      <div className="row row-end">
        <h2>
          <Time at={run.startedAt} />
        </h2>
        <span className="row">
          {took !== null && <span className="soft small">{format.duration(took)}</span>}
          {run.job && !isGoing(run.job) && <JobState job={run.job} />}
        </span>
      </div>
      {run.job && isGoing(run.job) && <JobProgress job={run.job} />}
      <p>
        {text('source.run.result', {
          listed: run.listed,
          fetched: run.fetched,
          added: run.added,
          updated: run.updated,
          unchanged: run.unchanged,
        })}
      </p>
      {(run.held > 0 || run.missed > 0) && (
        <p className="alarm-words">{text('source.run.trouble', { held: run.held, missed: run.missed })}</p>
      )}
      <ProblemList problems={run.problems} />
    </article>
  );
}
