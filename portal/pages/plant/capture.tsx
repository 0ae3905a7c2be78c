import { apis, type Capture, CaptureTable, urlOf } from '@busbar/contract';
import { Form, Link, Outlet, useLocation } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { useHere } from '../../ui/here.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { CopyButton, useMay } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { type Asking, asking } from '../calls.ts';
import { isGoing, JobButton, JobProgress } from '../jobs/job-state.tsx';
import { useLive } from '../live.ts';
import type { Route } from './+types/capture';
import { CaptureSentence } from './capture-sentence.tsx';

export async function ask({ read, params }: Asking) {
  return { capture: await read(apis.captures.get, { params: { id: params.id } }) };
}

export const loader = asking(ask);

export default function CapturePage({ loaderData: { capture } }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const here = useHere();
  const { pathname } = useLocation();
  const { evidence, job, summary, bundle } = capture;
  const base = `/captures/${capture.id}`;
  const receiving = evidence.state === 'receiving';
  useLive(isGoing(job) || receiving);

  const params = { id: capture.id };
  const tab = (path: string) => ({
    to: path ? `${base}/${path}` : base,
    current: pathname.replace(/\/$/, '') === (path ? `${base}/${path}` : base),
  });

  return (
    <Page
      title={capture.name}
      heading={<span className="mono-title">{capture.name}</span>}
      seen={capture.visibility}
      help={text('capture.help')}
      crumbs={
        <>
          <Link to={here ? '/' : '/plant'}>{text(here ? 'here' : 'nav.plant')}</Link>{' '}
          <Icon name="chevronRight" size={12} /> <span>{here ? capture.name : capture.site.name}</span>
        </>
      }
      lead={summary && !isGoing(job) ? <CaptureSentence capture={capture} /> : undefined}
      actions={
        <>
          {summary && (
            <>
              <ButtonLink to={`${base}/report`} icon="print">
                {text('capture.report')}
              </ButtonLink>
              {here && (
                <ButtonLink to={`${base}/share`} icon="upload">
                  {text('share')}
                </ButtonLink>
              )}
              {here ? (
                <here.Save capture={capture.id} />
              ) : (
                <Menu icon="download" label={text('export')} side="end">
                  <p className="small soft">{text('export.lead')}</p>
                  <ul className="menu-list">
                    <li>
                      <a className="menu-item" href={urlOf(apis.captures.exportJson, { params })} download>
                        {text('export.json')}
                      </a>
                    </li>
                    {CaptureTable.options.map((table) => (
                      <li key={table}>
                        <a
                          className="menu-item"
                          href={urlOf(apis.captures.exportCsv, { params: { ...params, table } })}
                          download
                        >
                          {text('export.csv', { table: text(`export.table.${table}`) })}
                        </a>
                      </li>
                    ))}
                    {may('download raw evidence') && !bundle && (
                      <li>
                        <a
                          className="menu-item"
                          href={urlOf(apis.captures.download, { params })}
                          download
                          data-scripts=""
                        >
                          {text('export.original', { size: format.bytes(evidence.size) })}
                        </a>
                      </li>
                    )}
                  </ul>
                </Menu>
              )}
            </>
          )}
          {may('manage sites zones assets') && (
            <Menu label={text('more')} side="end">
              <ul className="menu-list">
                <li hidden={bundle !== null}>
                  <Form method="post" action={`${base}/actions`}>
                    <button
                      className="menu-item"
                      name="do"
                      value="analyse"
                      disabled={isGoing(job) || receiving}
                    >
                      <Icon name="refresh" /> {text('capture.again')}
                    </button>
                  </Form>
                </li>
                <li>
                  <Form method="post" action={`${base}/actions`}>
                    <input type="hidden" name="do" value="remove" />
                    <ConfirmButton
                      className="menu-item"
                      kind="quiet"
                      icon="trash"
                      question={text('capture.remove.question', { name: capture.name })}
                      consequence={text('capture.remove.consequence')}
                      confirm={text('capture.remove')}
                    >
                      {text('capture.remove')}
                    </ConfirmButton>
                  </Form>
                </li>
              </ul>
            </Menu>
          )}
        </>
      }
    >
      {here && <here.Status capture={capture.id} />}
      {bundle && !here && (
        <Notice kind="note" title={text('capture.elsewhere')}>
          {text.rich('capture.elsewhere.what', {
            bundle: <Link to={`/bundles/${bundle.id}`}>{bundle.name}</Link>,
          })}
        </Notice>
      )}
      {receiving && (
        <div className="panel">
          <Progress
            what={text('captures.receiving.title')}
            unit="bytes"
            done={evidence.received}
            total={evidence.size}
          />
          <p className="soft">{text('captures.receiving.lead')}</p>
        </div>
      )}
      {evidence.state === 'damaged' && (
        <Notice kind="alarm" title={text('evidence.damaged.title')}>
          {text('evidence.damaged.do')}
        </Notice>
      )}
      {job && isGoing(job) && (
        <div className="panel stack stack-s">
          <JobProgress job={job} />
          <p className="soft small">{text('job.leave')}</p>
          <noscript>
            <p>
              <a href={base}>{text('reload')}</a>
            </p>
          </noscript>
        </div>
      )}
      {(job?.state === 'failed' || job?.state === 'cancelled') && (
        <Notice kind={job.state === 'failed' ? 'alarm' : 'warn'} title={text(`job.${job.state}.title`)}>
          {job.problem && <p>{text.coded('problem', job.problem)}</p>}
          <JobButton job={job} />
        </Notice>
      )}
      {summary?.problems.slice(0, 3).map((problem, place) => (
        <Notice key={`${problem.code}-${place}`} kind="warn" title={text('capture.problem')}>
          {text.coded('captureProblem', problem)}
        </Notice>
      ))}

      {summary && (
        <>
          <Tabs
            label={text('capture.views')}
            tabs={[
              { label: text('capture.detections'), ...tab(''), ...standingOut(summary.detections) },
              { label: text('capture.unusual'), ...tab('unusual') },
              { label: text('capture.devices'), ...tab('devices'), count: summary.devices },
              { label: text('capture.map'), ...tab('map') },
              { label: text('capture.conversations'), ...tab('conversations'), count: summary.conversations },
              {
                label: text('capture.operations'),
                ...tab('operations'),
                count: summary.operations,
                mark: 'alarm',
              },
              { label: text('capture.values'), ...tab('values'), count: summary.variables },
              {
                label: text('capture.files'),
                ...tab('files'),
                count: summary.transfers + summary.credentials,
                ...(summary.credentials > 0 && { mark: 'warn' as const }),
              },
              { label: text('nav.warnings'), ...tab('warnings'), count: summary.warnings, mark: 'warn' },
              { label: text('capture.problems'), ...tab('problems') },
            ]}
          />
          <Outlet />
        </>
      )}

      <details className="more">
        <summary>{text('capture.evidence')}</summary>
        <dl className="facts">
          <dt>{text('capture.hash')}</dt>
          <dd>
            <code>{evidence.sha256 ?? '–'}</code>
          </dd>
          <dt>{text('captures.size')}</dt>
          <dd>{format.bytes(evidence.size)}</dd>
          {!here && (
            <>
              <dt>{text('captures.by')}</dt>
              <dd>
                {evidence.uploadedBy}, <Time at={evidence.uploadedAt} />
              </dd>
            </>
          )}
          {summary && (
            <>
              <dt>{text('capture.format')}</dt>
              <dd>{summary.format}</dd>
              <dt>{text('capture.span')}</dt>
              <dd>
                <Time at={summary.firstSeen} precise /> – <Time at={summary.lastSeen} precise />
              </dd>
            </>
          )}
          <dt>{text('capture.engine')}</dt>
          <dd>{capture.engine ?? '–'}</dd>
        </dl>
        {evidence.sha256 && <CopyButton words={evidence.sha256} label={text('capture.hash.copy')} />}
      </details>
    </Page>
  );
}

/** What somebody has to look at, with a mark; only where there is nothing of that kind, all there is. */
function standingOut(found: NonNullable<Capture['summary']>['detections']) {
  if (!found) return {};
  const { critical, high, medium, low, info } = found;
  const grave = critical + high + medium;
  if (grave === 0) return { count: low + info };
  return { count: grave, mark: critical + high > 0 ? ('alarm' as const) : ('warn' as const) };
}
