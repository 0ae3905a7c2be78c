import { apis, type Job } from '@busbar/contract';
import { Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { all, attempt, reader, safeBack, signedIn, word } from '../calls.ts';
import { useLive } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/jobs';
import { isGoing, JobButton, JobProgress, JobState } from './job-state.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const jobs = await all(
    (after) => read(apis.jobs.list, { query: { limit: 200, ...(after && { after }) } }),
    600,
  );
  return { jobs: jobs.items };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id: word(form, 'id') };
  const answer = await attempt(() =>
    call(word(form, 'do') === 'retry' ? apis.jobs.retry : apis.jobs.cancel, { params }),
  );
  if (answer.refused) return answer;
  // The buttons also stand on the pages of what a job works on.
  throw redirect(safeBack(new URL(request.headers.get('referer') ?? '/jobs', request.url).pathname));
}

export default function Jobs({ loaderData: { jobs }, actionData }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const { me } = useVisitor();
  const going = jobs.filter(isGoing);
  useLive(going.length > 0);
  const columns: Column<Job>[] = [
    {
      id: 'kind',
      label: text('job.what'),
      sort: ({ kind }) => text(`jobKind.${kind}`),
      cell: ({ kind }) => text(`jobKind.${kind}`),
    },
    {
      id: 'subject',
      label: text('job.subject'),
      sort: ({ subject }) => subject.name,
      cell: (job) => <Subject job={job} />,
    },
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      words: ({ state }) => text(`jobState.${state}`),
      cell: (job) => <JobState job={job} />,
    },
    {
      id: 'problem',
      label: text('job.problem'),
      words: ({ problem }) => (problem ? text.coded('problem', problem) : ''),
      cell: ({ problem }) => (problem ? text.coded('problem', problem) : <span className="faint">–</span>),
    },
    {
      id: 'attempt',
      label: text('job.attempt'),
      number: true,
      sort: ({ attempt: count }) => count,
      words: () => '',
      cell: ({ attempt: count }) => format.number(count),
      spare: true,
    },
    {
      id: 'created',
      label: text('job.created'),
      sort: ({ createdAt }) => createdAt,
      words: () => '',
      cell: ({ createdAt }) => <Time at={createdAt} style="short" />,
    },
    {
      id: 'took',
      label: text('job.took'),
      number: true,
      sort: (job) => took(job),
      words: () => '',
      cell: (job) => {
        const seconds = took(job);
        return seconds === null ? '–' : format.duration(seconds);
      },
    },
    { id: 'do', label: text('change'), cell: (job) => (isGoing(job) ? null : <JobButton job={job} />) },
  ];
  return (
    <Page
      title={text('nav.jobs')}
      lead={text('jobs.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      help={text('jobs.help')}
    >
      <RefusalNotice answer={actionData} />
      {going.length > 0 && (
        <section className="stack" aria-label={text('jobs.going')}>
          {going.map((job) => (
            <div key={job.id} className="panel stack stack-s">
              <div>
                <Subject job={job} />
              </div>
              <JobProgress job={job} />
            </div>
          ))}
        </section>
      )}
      <DataTable
        caption={text('nav.jobs')}
        rows={jobs}
        columns={columns}
        rowKey={({ id }) => id}
        order="-created"
        empty={<Empty title={text('jobs.none')}>{text('jobs.none.why')}</Empty>}
      />
    </Page>
  );
}

function Subject({ job: { subject } }: { job: Job }) {
  const text = useText();
  // Administrators see that work is done, not on what.
  const name = subject.name || text('job.hiddenSubject');
  if (!subject.name) return <span className="soft">{name}</span>;
  if (subject.kind === 'capture') return <Link to={`/captures/${subject.id}`}>{name}</Link>;
  if (subject.kind === 'import') return <Link to="/advisories/import">{name}</Link>;
  return <span>{name}</span>;
}

function took({ startedAt, endedAt }: Job): number | null {
  return startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : null;
}
