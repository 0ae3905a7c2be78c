import { apis } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { RefusalNotice } from '../refusal.tsx';
import { useLasting, useLive } from '../live.ts';
import type { Route } from './+types/run';
import { RunState } from './file-state.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const [found, run] = await Promise.all([
    read(apis.cases.get, { params: { id: params.id } }),
    read(apis.evidence.getRun, { params }),
  ]);
  return { found, run };
}

export async function action({ params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  return attempt(() => call(apis.evidence.cancelRun, { params }));
}

/** One analysis run: what read what, how, and what came of it. */
export default function RunPage({ loaderData: { found, run }, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  useLive(run.state === 'running');
  const params = Object.entries(run.params).map(([name, value]) => `${name} ${value}`);
  return (
    <Page
      title={`${text(`tool.${run.tool}`)} · ${found.reference}`}
      heading={text(`tool.${run.tool}`)}
      seen={{ scope: 'receipt', label: found.label, owner: found.owner }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${found.id}`}>{found.reference}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${found.id}/evidence`}>{text('case.tab.evidence')}</Link>
        </>
      }
      lead={<RunState state={run.state} />}
    >
      <CaseTabs id={found.id} current="/evidence" />
      <RefusalNotice answer={actionData} />
      {run.problem && (
        <Notice kind="alarm" title={text('runState.failed')}>
          {text.coded('problem', run.problem)}
        </Notice>
      )}
      {run.state === 'running' && (
        <section className="panel">
          <Progress
            what={run.job?.step ? text.coded('step', run.job.step) : text('job.queued')}
            unit="bytes"
            done={run.job?.done ?? 0}
            total={run.job?.total ?? undefined}
            cancel={
              may('triage and move cases') && (
                <Form method="post">
                  <Button type="submit" size="small" busy={busy}>
                    {text('job.cancel')}
                  </Button>
                </Form>
              )
            }
          />
        </section>
      )}
      {run.counts && (
        <section className="panel stack stack-s">
          <p>{text('run.counts', run.counts)}</p>
          {run.notes.map((note) => (
            <p key={note.text}>{text.coded('runNote', note)}</p>
          ))}
          <p className="row">
            <ButtonLink to={`/cases/${found.id}/timeline?state=suggested&run=${run.id}`} kind="main">
              {text('run.look')}
            </ButtonLink>
            <a href={`/api/cases/${found.id}/runs/${run.id}/output.json`} download>
              {text('run.output.download')}
            </a>
          </p>
        </section>
      )}
      <section className="panel stack stack-s" aria-labelledby="facts">
        <h2 id="facts">{text('run.facts')}</h2>
        <dl className="facts facts-stacked">
          <dt>{text('run.tool')}</dt>
          <dd>
            {run.tool} {run.version}
          </dd>
          {run.program && (
            <>
              <dt>{text('run.program')}</dt>
              <dd>
                <code className="breaks">{run.program.sha256}</code> ({run.program.runtime})
              </dd>
            </>
          )}
          <dt>{text('run.params')}</dt>
          <dd>{params.length > 0 ? params.join(', ') : text('run.params.none')}</dd>
          <dt>{text('run.input')}</dt>
          <dd>
            <Link to={`/cases/${found.id}/evidence/${run.input.evidence}`}>{run.input.name}</Link>
            <div>
              <code className="breaks">{run.input.sha256}</code>
            </div>
          </dd>
          <dt>{text('run.output')}</dt>
          <dd>
            {run.output ? (
              <>
                <code className="breaks">{run.output.sha256}</code> ({format.bytes(run.output.size)})
              </>
            ) : (
              '–'
            )}
            {run.repeats && (
              <div>
                <Link to={`/cases/${found.id}/runs/${run.repeats.run}`}>
                  {text(run.repeats.same ? 'run.same' : 'run.different')}
                </Link>
              </div>
            )}
          </dd>
          <dt>{text('run.at')}</dt>
          <dd>
            {run.by && `${run.by}, `}
            <Time at={run.at} />
          </dd>
          <dt>{text('run.endedAt')}</dt>
          <dd>
            <Time at={run.endedAt} />
          </dd>
        </dl>
      </section>
    </Page>
  );
}
