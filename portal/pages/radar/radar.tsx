import { apis, type RadarItem, RadarSearch, RadarState } from '@busbar/contract';
import { useState } from 'react';
import { Form, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity, Tlp } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterChoice, Filters, NothingFound } from '../../ui/search-box.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, safeBack, signedIn, word, words } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/radar';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const read = reader(context, request);
  const given = Object.fromEntries(
    [...new URL(request.url).searchParams].filter(
      ([name, value]) => value !== '' && name in RadarSearch.shape,
    ),
  );
  const search = RadarSearch.catch({ limit: 100, state: 'new' }).parse({
    state: 'new',
    ...given,
    limit: 100,
  });
  const found = await read(apis.radar.list, { query: search });
  return {
    ...found,
    state: search.state ?? 'new',
    filtered: Boolean(search.search || search.cause || search.severity),
    owner: acting?.organisation.name ?? '',
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  if (word(form, 'step') === 'next') {
    const answer = await attempt(() => call(apis.radar.next, { body: {} }));
    if (answer.refused) return answer;
    throw redirect(answer.done.item ? `/radar/${answer.done.item}` : '/radar?end=1');
  }
  const to = RadarState.parse(word(form, 'to'));
  const reason = word(form, 'reason');
  const answer = await attempt(() =>
    call(apis.radar.move, { body: { items: words(form, 'id'), to, ...(reason && { reason }) } }),
  );
  if (answer.refused) return answer;
  throw redirect(safeBack(form.get('back') ?? '/radar'));
}

export default function Radar({ loaderData, actionData }: Route.ComponentProps) {
  const { items, next, counts, state, filtered, owner } = loaderData;
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const [query] = useSearchParams();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const picked = items.filter(({ id }) => selected.has(id));
  const columns: Column<RadarItem>[] = [
    {
      id: 'title',
      label: text('advisory.title'),
      cell: ({ title, publisher, trackingId, label, heldBy }) => (
        <span>
          {title}
          <br />
          <span className="soft">
            {publisher} <code>{trackingId}</code>
          </span>{' '}
          {label !== 'CLEAR' && <Tlp label={label} />}
          {heldBy && <span className="tag tag-warn">{text('radar.heldBy', { by: heldBy })}</span>}
        </span>
      ),
    },
    {
      id: 'cause',
      label: text('radar.cause'),
      cell: (item) => <Cause item={item} />,
    },
    {
      id: 'severity',
      label: text('severity'),
      cell: ({ severity, score }) => <Severity level={severity} score={score} />,
    },
    {
      id: 'vulnerabilities',
      label: text('nav.vulnerabilities'),
      cell: ({ vulnerabilities }) => <Numbers vulnerabilities={vulnerabilities} />,
    },
    ...(state === 'new'
      ? []
      : [
          {
            id: 'decided',
            label: text('radar.decided'),
            cell: ({ decidedBy, decidedAt, reason, until, attachedTo }: RadarItem) => (
              <span>
                {decidedBy} <Time at={decidedAt} style="ago" />
                {attachedTo && (
                  <>
                    {' '}
                    <code>{attachedTo.ref}</code>
                  </>
                )}
                {until && (
                  <>
                    <br />
                    {text('radar.until')} <Time at={until} style="short" />
                  </>
                )}
                {reason && (
                  <>
                    <br />
                    <span className="soft">{reason}</span>
                  </>
                )}
              </span>
            ),
          },
        ]),
    { id: 'at', label: text('radar.at'), cell: ({ at }) => <Time at={at} style="ago" /> },
  ];
  return (
    <Page
      title={text('nav.radar')}
      lead={text('radar.lead', { count: counts.new ?? 0 })}
      seen={{ scope: 'own', owner }}
      help={text('radar.help')}
      actions={
        <Form method="post">
          <Button type="submit" name="step" value="next" kind="main" icon="arrowRight" busy={busy}>
            {text('radar.begin')}
          </Button>
        </Form>
      }
    >
      <RefusalNotice answer={actionData} />
      <Tabs
        label={text('radar.views')}
        tabs={RadarState.options.map((one) => ({
          label: text(`radarState.${one}`),
          to: `/radar?state=${one}`,
          current: one === state,
          count: counts[one] ?? 0,
        }))}
      />
      <Filters search={text('radar.search')} filtered={filtered} all={`/radar?state=${state}`}>
        <input type="hidden" name="state" value={state} />
        <FilterChoice
          name="cause"
          label={text('radar.cause')}
          options={(['contradicts', 'changed', 'added'] as const).map((cause) => ({
            value: cause,
            label: text(`radarCause.${cause}`),
          }))}
        />
        <FilterChoice
          name="severity"
          label={text('severity')}
          options={(['critical', 'high', 'medium', 'low'] as const).map((severity) => ({
            value: severity,
            label: text(`severity.${severity}`),
          }))}
        />
      </Filters>
      {picked.length > 0 && (
        <Form method="post" className="row panel" onSubmit={() => setSelected(new Set())}>
          <strong>{text('radar.selected', { count: picked.length })}</strong>
          {picked.map(({ id }) => (
            <input key={id} type="hidden" name="id" value={id} />
          ))}
          <input type="hidden" name="back" value={`/radar?${query}`} />
          {state === 'new' || state === 'later' ? (
            <>
              <input
                name="reason"
                className="input input-short"
                aria-label={text('warning.reason')}
                placeholder={text('warning.reason')}
                maxLength={2000}
                required
              />
              <Button type="submit" name="to" value="dropped" icon="trash" busy={busy}>
                {text('radar.drop')}
              </Button>
            </>
          ) : (
            <Button type="submit" name="to" value="new" icon="refresh" busy={busy}>
              {text('radar.undo')}
            </Button>
          )}
        </Form>
      )}
      <DataTable
        caption={text('nav.radar')}
        rows={items}
        total={counts[state]}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => `/radar/${id}`}
        paged
        filter={false}
        selection={{ selected, onChange: setSelected }}
        empty={
          filtered || state !== 'new' ? (
            <NothingFound title={text('radar.noMatch')} all={`/radar?state=${state}`}>
              {text('radar.noMatch.why')}
            </NothingFound>
          ) : (
            <Empty
              title={text('radar.none')}
              action={
                <ButtonLink to="/advisories/import" icon="upload">
                  {text('import')}
                </ButtonLink>
              }
            >
              {text('radar.none.why')}
            </Empty>
          )
        }
      />
      <Pager next={next} />
    </Page>
  );
}

/** Why it is here, in words; what contradicts other sources stands out. */
export function Cause({ item: { cause, exploited } }: { item: Pick<RadarItem, 'cause' | 'exploited'> }) {
  const text = useText();
  return (
    <span className="tags">
      <span className={cause === 'contradicts' ? 'tag tag-warn' : 'tag'}>{text(`radarCause.${cause}`)}</span>
      {exploited && (
        <span className="with-icon exploited">
          <Icon name="alarm" size={13} /> {text('vulnerability.exploited')}
        </span>
      )}
    </span>
  );
}

function Numbers({ vulnerabilities }: Pick<RadarItem, 'vulnerabilities'>) {
  if (vulnerabilities.length === 0) return <span className="faint">–</span>;
  return (
    <span className="mono nowrap">
      {vulnerabilities[0]!.ref}
      {vulnerabilities.length > 1 && ` +${vulnerabilities.length - 1}`}
    </span>
  );
}
