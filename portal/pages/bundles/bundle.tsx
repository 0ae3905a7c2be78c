import { apis, type Bundle, mayBeShare, urlOf } from '@busbar/contract';
import { Form, Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { CopyButton } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader } from '../calls.ts';
import { isGoing, JobButton, JobProgress } from '../jobs/job-state.tsx';
import { useLasting, useLive } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/bundle';
import { BundleState } from './bundles.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  return { bundle: await reader(context, request)(apis.bundles.get, { params: { id: params.id } }) };
}

export async function action({ params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const answer = await attempt(() => call(apis.bundles.remove, { params }));
  if (answer.refused) return answer;
  throw redirect('/bundles');
}

/** What was in a bundle, and what became of each file. */
export default function BundlePage({ loaderData: { bundle }, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const format = useFormat();
  const { job, state, files } = bundle;
  const going = isGoing(job) || (state === 'receiving' && !job);
  useLive(going);
  const known = files.filter(({ outcome }) => outcome === 'known');
  return (
    <Page
      title={bundle.name}
      heading={<span className="mono-title">{bundle.name}</span>}
      seen={bundle.visibility}
      help={text('bundles.help')}
      lead={
        <>
          {text('bundle.sentence', { by: bundle.by, site: bundle.site.name })}{' '}
          <Time at={bundle.at} style="short" /> <BundleState bundle={bundle} />
        </>
      }
      crumbs={
        <>
          <Link to="/plant">{text('nav.plant')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to="/bundles">{text('bundles')}</Link>
        </>
      }
      actions={
        state === 'receiving' && (
          <Form method="post">
            <ConfirmButton
              kind="quiet"
              icon="trash"
              question={text('bundle.remove.question')}
              consequence={text('bundle.remove.consequence')}
              confirm={text('bundle.remove')}
            >
              {text('bundle.remove')}
            </ConfirmButton>
          </Form>
        )
      }
    >
      <RefusalNotice answer={actionData} />
      {job && isGoing(job) && (
        <div className="panel stack stack-s">
          <JobProgress job={job} />
          <p className="soft small">{text('job.leave')}</p>
        </div>
      )}
      {state === 'receiving' && !job && (
        <Notice kind="note" title={text('captures.receiving.title')}>
          {text('bundle.receiving.lead')}
        </Notice>
      )}
      {(job?.state === 'failed' || job?.state === 'cancelled') && (
        <Notice kind={job.state === 'failed' ? 'alarm' : 'warn'} title={text(`bundle.${job.state}`)}>
          {job.problem && <p>{text.coded('problem', job.problem)}</p>}
          <JobButton job={job} />
        </Notice>
      )}
      {known.length > 0 && (
        <Notice
          kind="note"
          title={text(known.length === files.length ? 'bundle.known' : 'bundle.known.some')}
        >
          {text('bundle.known.what')}
        </Notice>
      )}
      {files.length > 0 && <Files bundle={bundle.id} files={files} />}
      <dl className="facts">
        <dt>{text('bundle.madeAt')}</dt>
        <dd>
          <Time at={bundle.madeAt} />
        </dd>
        <dt>{text('kit.version')}</dt>
        <dd>{bundle.program ?? '–'}</dd>
        <dt>{text('captures.size')}</dt>
        <dd>{format.bytes(bundle.size)}</dd>
        <dt>{text('bundle.hash')}</dt>
        <dd>
          <code className="wrap">{bundle.sha256 ?? '–'}</code>
        </dd>
      </dl>
      {bundle.sha256 && (
        <div>
          <CopyButton words={bundle.sha256} label={text('capture.hash.copy')} />
        </div>
      )}
    </Page>
  );
}

function Files({ bundle, files }: { bundle: string; files: Bundle['files'] }) {
  const text = useText();
  const format = useFormat();
  return (
    <div className="stack stack-s">
      <h2>{text('bundle.files')}</h2>
      <SmallTable label={text('bundle.files')}>
        <thead>
          <tr>
            <th scope="col">{text('bundle.file')}</th>
            <th scope="col">{text('bundle.file.what')}</th>
            <th scope="col">{text('bundle.file.became')}</th>
            <th scope="col" className="number">
              {text('captures.size')}
            </th>
            <th scope="col">{text('capture.hash')}</th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ name, type, size, sha256, capture, before, outcome }, place) => (
            <tr key={name}>
              <td className="wrap">
                <a
                  href={urlOf(apis.bundles.file, { params: { id: bundle }, query: { place } })}
                  data-scripts=""
                >
                  {name}
                </a>
              </td>
              <td>{text.coded('bundleType', { code: type, text: type })}</td>
              <td className="wrap">
                {text(`bundle.outcome.${outcome}`)}
                {before && (
                  <>
                    {' '}
                    <Link to={`/bundles/${before.id}`}>{before.name}</Link>
                  </>
                )}{' '}
                {capture && <Link to={`/captures/${capture}`}>{text('bundle.open')}</Link>}
                {mayBeShare({ name, type }) && (
                  <Link to={`/bundles/${bundle}/shared/${place}`}>{text('bundle.open')}</Link>
                )}
              </td>
              <td className="number">{format.bytes(size)}</td>
              <td>
                <code className="nowrap" title={sha256}>
                  {sha256.slice(0, 16)}…
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </SmallTable>
    </div>
  );
}
