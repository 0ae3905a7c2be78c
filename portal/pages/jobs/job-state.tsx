import type { Job } from '@busbar/contract';
import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useClock } from '../../ui/time.tsx';

const standings: Record<Job['state'], Standing> = {
  queued: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'stopped',
};

export function JobState({ job }: { job: Job }) {
  const text = useText();
  return <State standing={standings[job.state]}>{text(`jobState.${job.state}`)}</State>;
}

export function isGoing(job: Job | null | undefined): boolean {
  return job?.state === 'queued' || job?.state === 'running';
}

/** What it does, how far it is, how long it will still take; it can be left and come back to. */
export function JobProgress({ job }: { job: Job }) {
  const text = useText();
  const { now } = useClock();
  const started = job.startedAt ? Date.parse(job.startedAt) : null;
  const spent = started !== null ? (now - started) / 1000 : 0;
  const left =
    job.total && job.done > 0 && spent > 2 ? (spent / job.done) * (job.total - job.done) : undefined;
  return (
    <Progress
      what={
        job.state === 'queued'
          ? text('job.queued')
          : job.step
            ? text.coded('step', job.step)
            : text(`jobKind.${job.kind}`)
      }
      unit={job.kind === 'analyse-capture' || job.kind === 'import-bundle' ? 'bytes' : 'count'}
      done={job.done}
      total={job.total ?? undefined}
      secondsLeft={left}
      cancel={<JobButton job={job} />}
    />
  );
}

/** What these have stored when they are cancelled stays. */
const keeping: readonly Job['kind'][] = ['fetch-source', 'install-pack', 'derive-claims', 'withdraw-claims'];

/** Cancel what runs, retry what failed; nothing otherwise. */
export function JobButton({ job }: { job: Job }) {
  const text = useText();
  if (isGoing(job)) {
    return (
      <Form method="post" action="/jobs">
        <input type="hidden" name="id" value={job.id} />
        <input type="hidden" name="do" value="cancel" />
        <ConfirmButton
          size="small"
          kind="plain"
          question={text('job.cancel.question')}
          consequence={text(
            keeping.includes(job.kind) ? 'job.cancel.consequence.kept' : 'job.cancel.consequence',
          )}
          confirm={text('job.cancel')}
        >
          {text('job.cancel')}
        </ConfirmButton>
      </Form>
    );
  }
  if (job.state === 'failed' || job.state === 'cancelled') {
    return (
      <Form method="post" action="/jobs">
        <input type="hidden" name="id" value={job.id} />
        <input type="hidden" name="do" value="retry" />
        <Button type="submit" size="small" icon="refresh">
          {text('job.retry')}
        </Button>
      </Form>
    );
  }
  return null;
}
