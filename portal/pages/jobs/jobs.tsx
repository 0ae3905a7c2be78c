import { apis, type Job } from '@busbar/contract';
import { Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { all, attempt, reader, safeBack, signedIn, word } from '../calls.ts';
import { useLasting, useLive } from '../live.ts';
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

export default function Jobs({ loaderData: { jobs }, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const format = useFormat();
  const { me } = useVisitor();
  const going = jobs.filter(isGoing);
  useLive(going.length > 0);
  const { words, count, time } = useColumns();
  const columns: Column<Job>[] = [
    words('kind', text('job.what'), ({ kind }) => text(`jobKind.${kind}`)),
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
    words('problem', text('job.problem'), ({ problem }) => problem && text.coded('problem', problem)),
    count('attempt', text('job.attempt'), ({ attempt: tries }) => tries, { spare: true }),
    time('created', text('job.created'), ({ createdAt }) => createdAt, { style: 'short' }),
    count('took', text('job.took'), took, { show: format.duration }),
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
  if (subject.kind === 'inventory') return <Link to={`/assets/import/${subject.id}`}>{name}</Link>;
  if (subject.kind === 'bundle') return <Link to={`/bundles/${subject.id}`}>{name}</Link>;
  if (subject.kind === 'source') return <Link to={`/sources/${subject.id}`}>{name}</Link>;
  return <span>{name}</span>;
}

function took({ startedAt, endedAt }: Job): number | null {
  return startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : null;
}
