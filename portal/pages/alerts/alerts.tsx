import { type Alert, apis } from '@busbar/contract';
import { useState } from 'react';
import { Form, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Tag, Urgency } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, safeBack, word, words } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/alerts';
import { AlertStanding } from './alert-parts.tsx';

const views = ['unseen', 'open', 'all'] as const;
const deeds = ['acknowledge', 'handBack'] as const;

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const asked = new URL(request.url).searchParams.get('view');
  const view = views.find((one) => one === asked) ?? 'open';
  const [found, summary, plant] = await Promise.all([
    read(apis.alerts.list, { query: { view, ...place(request), limit: pageRows } }),
    read(apis.alerts.summary),
    read(apis.plant.summary),
  ]);
  return { view, alerts: found.items, next: found.next, summary, visibility: plant.visibility };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do') === 'handBack' ? 'handBack' : 'acknowledge';
  const body = { alerts: words(form, what) };
  const answer = await attempt(async () => {
    await (what === 'handBack'
      ? call(apis.alerts.handBack, { body })
      : call(apis.alerts.acknowledge, { body }));
  });
  if (answer.refused) return answer;
  const back = new URL(safeBack(word(form, 'back') || '/alerts'), 'http://portal');
  back.searchParams.set('done', what);
  back.searchParams.set('count', String(body.alerts.length));
  throw redirect(`${back.pathname}${back.search}`);
}

/** What the organisation was told of its warnings, and what is still unread. */
export default function Alerts({ loaderData, actionData }: Route.ComponentProps) {
  const { view, alerts, next, summary, visibility } = loaderData;
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const [query] = useSearchParams();
  const busy = useNavigation().state === 'submitting';
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const paged = usePaged(next);
  const act = may('set match state / acknowledge alert');
  const picked = {
    acknowledge: alerts.filter(({ id, acknowledged }) => selected.has(id) && !acknowledged),
    handBack: alerts.filter(({ id, state }) => selected.has(id) && state === 'acknowledged'),
  };
  const done = deeds.find((one) => one === query.get('done'));
  const columns: Column<Alert>[] = [
    {
      id: 'urgency',
      label: text('alerts.urgency'),
      sort: ({ urgency }) => ['immediate', 'out-of-cycle', 'scheduled', 'defer'].indexOf(urgency),
      words: ({ urgency }) => text(`urgency.${urgency}`),
      cell: ({ urgency }) => <Urgency level={urgency} />,
    },
    {
      id: 'advisory',
      label: text('warning.advisory'),
      sort: ({ advisory }) => advisory.title,
      words: ({ advisory }) => `${advisory.title} ${advisory.trackingId}`,
      cell: ({ advisory, unseen }) => (
        <span>
          {unseen ? <strong>{advisory.title}</strong> : advisory.title}{' '}
          {unseen && <Tag>{text('alerts.new')}</Tag>}
          <br />
          <code className="soft">{advisory.trackingId}</code>
        </span>
      ),
      main: true,
    },
    {
      id: 'devices',
      label: text('nav.assets'),
      number: true,
      sort: ({ devices }) => devices,
      cell: ({ open, devices }) =>
        open === devices
          ? format.number(devices)
          : text('alerts.openOf', { open: format.number(open), devices: format.number(devices) }),
    },
    {
      id: 'state',
      label: text('alerts.mine'),
      sort: ({ state }) => state,
      words: ({ state }) => (state ? text(`alertState.${state}`) : ''),
      cell: ({ state }) => <AlertStanding state={state} />,
    },
    {
      id: 'acknowledged',
      label: text('alerts.inHand'),
      sort: ({ acknowledged }) => acknowledged?.by,
      cell: ({ acknowledged, reachedAt }) =>
        acknowledged ? acknowledged.by : reachedAt ? '–' : text('alerts.reachedNobody'),
    },
    {
      id: 'created',
      label: text('warning.since'),
      sort: ({ createdAt }) => createdAt,
      words: () => '',
      cell: ({ createdAt }) => <Time at={createdAt} style="short" />,
    },
  ];
  return (
    <Page
      title={text('alerts')}
      lead={text('alerts.lead', { unseen: summary.unseen, urgent: summary.urgent })}
      seen={visibility}
      help={text('alerts.help')}
      actions={
        <ButtonLink to="/alerts/settings" icon="clock">
          {text('alerts.settings')}
        </ButtonLink>
      }
    >
      <RefusalNotice answer={actionData} />
      {done && !actionData && (
        <Notice kind="good" live>
          {text(`alerts.${done}.done`, { count: Number(query.get('count')) || 1 })}
        </Notice>
      )}
      {summary.unread > 0 && (
        <Notice kind="warn" title={text('alerts.unread', { count: summary.unread })}>
          {text('alerts.unread.why')}
        </Notice>
      )}
      <Tabs
        label={text('alerts.views')}
        tabs={views.map((one) => ({
          label: text(`alerts.view.${one}`),
          to: `/alerts?view=${one}`,
          current: one === view,
          count: one === 'unseen' ? summary.unseen : undefined,
        }))}
      />
      {paged && <LongSearch label={text('warnings.search')} />}
      <Form method="post" className="stack" onSubmit={() => setSelected(new Set())}>
        <input type="hidden" name="back" value={`/alerts?${query}`} />
        {act && deeds.some((one) => picked[one].length > 0) && (
          <div className="selection row row-end" role="status">
            {deeds.map(
              (one) =>
                picked[one].length > 0 && (
                  <span key={one} className="row">
                    <strong>{text(`alerts.picked.${one}`, { count: picked[one].length })}</strong>
                    {picked[one].map(({ id }) => (
                      <input key={id} type="hidden" name={one} value={id} />
                    ))}
                    <Button type="submit" name="do" value={one} size="small" busy={busy}>
                      {text(`alerts.${one}`)}
                    </Button>
                  </span>
                ),
            )}
          </div>
        )}
        <DataTable
          name="alerts"
          caption={text('alerts')}
          rows={alerts}
          columns={columns}
          rowKey={({ id }) => id}
          href={({ id }) => `/alerts/${id}`}
          paged={paged}
          {...(act && { selection: { selected, onChange: setSelected } })}
          empty={
            <Empty
              title={text('alerts.none')}
              action={<ButtonLink to="/warnings">{text('nav.warnings')}</ButtonLink>}
            >
              {text('alerts.none.why')}
            </Empty>
          }
        />
      </Form>
      <Pager next={next} />
    </Page>
  );
}
