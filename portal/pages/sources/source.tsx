import { apis } from '@busbar/contract';
import { Form, Link, Outlet, redirect, useLocation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, word } from '../calls.ts';
import { isGoing, JobProgress } from '../jobs/job-state.tsx';
import { useLasting, useLive } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/source';
import { Health, PackOf, SourceStandingBadge, wordsFor } from './source-parts.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  return { source: await reader(context, request)(apis.sources.get, { params: { id: params.id } }) };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id };
  if (word(form, 'do') === 'remove') {
    const claims = word(form, 'claims') === 'delete' ? 'delete' : 'keep';
    const answer = await attempt(() => call(apis.sources.remove, { params, query: { claims } }));
    if (answer.refused) return answer;
    throw redirect('/sources');
  }
  if (word(form, 'do') === 'fetch') {
    const answer = await attempt(() => call(apis.sources.fetch, { params }));
    if (answer.refused) return answer;
    throw redirect(`/sources/${id}/runs`);
  }
  const answer = await attempt(async () => {
    const source = await call(apis.sources.get, { params });
    return call(apis.sources.change, {
      params,
      body: { ...source, state: word(form, 'do') === 'off' ? 'off' : 'on' },
    });
  });
  if (answer.refused) return answer;
  throw redirect(`/sources/${id}`);
}

export default function SourcePage({ loaderData: { source }, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const { me } = useVisitor();
  const { pathname } = useLocation();
  const going = isGoing(source.job);
  useLive(going);
  const base = `/sources/${source.id}`;
  const brings = source.kind.startsWith('csaf') || source.kind === 'archive';
  const tab = (label: string, to: string, count?: number, mark?: 'warn') => ({
    label,
    to,
    current: pathname === to,
    count,
    mark,
  });
  return (
    <Page
      title={source.name}
      help={text('source.help')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      crumbs={
        <>
          <Link to="/sources">{text('nav.sources')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{source.name}</span>
        </>
      }
      lead={
        <span className="row">
          <SourceStandingBadge standing={source.standing} />
          <Health source={source} />
        </span>
      }
      actions={
        <Form method="post" action={base} className="row">
          {source.state === 'on' && !going && (
            <Button type="submit" name="do" value="fetch" icon="refresh">
              {text('source.fetch')}
            </Button>
          )}
          <Button type="submit" name="do" value={source.state === 'on' ? 'off' : 'on'} kind="quiet">
            {text(source.state === 'on' ? 'source.switchOff' : 'source.switchOn')}
          </Button>
        </Form>
      }
    >
      <RefusalNotice answer={actionData} />
      {source.concerns.map((told, place) => (
        <Notice
          key={`${told.code}-${place}`}
          kind={source.standing === 'down' ? 'alarm' : 'warn'}
          title={text(told.code === source.problem?.code ? 'source.problem' : 'source.concern')}
        >
          {wordsFor(text, told)}
        </Notice>
      ))}
      {going && source.job && (
        <div className="panel">
          <JobProgress job={source.job} />
        </div>
      )}
      <dl className="facts">
        <dt>{text('source.kind')}</dt>
        <dd>{text(`source.kind.${source.kind}`)}</dd>
        <dt>{text('source.address')}</dt>
        <dd>
          <code className="mono">{source.address}</code>
          {source.local && <span className="soft"> · {text('source.local.short')}</span>}
        </dd>
        <dt>{text('source.reliability')}</dt>
        <dd>{text(`source.reliability.${source.reliability}`)}</dd>
        <dt>{text('source.maxTlp')}</dt>
        <dd>
          <Tlp label={source.maxTlp} />
        </dd>
        <dt>{text('source.licence')}</dt>
        <dd>{source.licence || <span className="soft">{text('source.licence.unknown')}</span>}</dd>
        <dt>{text('source.lastSuccess')}</dt>
        <dd>
          <Time at={source.lastSuccessAt} />
        </dd>
        {source.pack && (
          <>
            <dt>{text('source.pack')}</dt>
            <dd>
              <PackOf pack={source.pack} />, <Time at={source.pack.madeAt} style="date" />
            </dd>
          </>
        )}
        <dt>{text('source.next')}</dt>
        <dd>{source.nextAt ? <Time at={source.nextAt} /> : '–'}</dd>
      </dl>
      <Tabs
        label={source.name}
        tabs={[
          brings
            ? tab(
                text('source.documents'),
                base,
                source.withErrors || source.documents,
                source.withErrors ? 'warn' : undefined,
              )
            : tab(text('source.items'), base, source.items),
          tab(text('source.runs'), `${base}/runs`),
          tab(text('source.settings'), `${base}/settings`),
        ]}
      />
      <Outlet context={source} />
      <div className="row">
        {(['keep', 'delete'] as const).map((claims) => (
          <Form method="post" action={base} key={claims}>
            <input type="hidden" name="do" value="remove" />
            <input type="hidden" name="claims" value={claims} />
            <ConfirmButton
              kind="quiet"
              size="small"
              question={text(`source.remove.${claims}.question`, { name: source.name })}
              consequence={text(`source.remove.${claims}.consequence`)}
              confirm={text(`source.remove.${claims}`)}
            >
              {text(`source.remove.${claims}`)}
            </ConfirmButton>
          </Form>
        ))}
      </div>
    </Page>
  );
}
