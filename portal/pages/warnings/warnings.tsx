import {
  apis,
  type Call,
  MatchCertainty,
  matchMoves,
  MatchState,
  type MatchState as State,
  Urgency,
} from '@busbar/contract';
import { useState } from 'react';
import { Form, Link, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { FilterChoice, NothingFound, SearchBox } from '../../ui/search-box.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, place, reader, safeBack, word, words } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/warnings';
import { addressOf, narrowingOf, questionOf, statesOf, views } from './narrowing.ts';
import { Proof } from './warning.tsx';
import { moveLabel, WarningTable } from './warning-table.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const narrowing = narrowingOf(new URL(request.url).searchParams);
  const { advisory, asset } = narrowing;
  const [found, summary, { items: colleagues }, advisoryNamed, assetNamed] = await Promise.all([
    read(apis.warnings.list, { query: { ...questionOf(narrowing), ...place(request), limit: pageRows } }),
    read(apis.plant.summary),
    read(apis.warnings.colleagues),
    advisory && read(apis.warnings.list, { query: { advisory, limit: 1 } }),
    asset && read(apis.warnings.list, { query: { asset, limit: 1 } }),
  ]);
  return {
    narrowing,
    // By any of its warnings, for of those that are shown there may be none.
    names: {
      advisory: (advisoryNamed || found).items[0]?.advisory.trackingId,
      asset: (assetNamed || found).items[0]?.asset.name,
    },
    colleagues,
    warnings: found.items,
    total: found.total,
    next: found.next,
    summary,
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const answer = await attempt(() => done(form, call));
  if (answer.refused) return answer;
  const back = new URL(safeBack(form.get('back') ?? '/warnings'), 'http://portal');
  back.searchParams.delete('undo');
  if (answer.done.move) {
    back.searchParams.set('undo', answer.done.move);
    back.searchParams.set('changed', String(answer.done.changed));
  }
  throw redirect(`${back.pathname}${back.search}`);
}

async function done(form: FormData, call: Call): Promise<{ changed: number; move?: string }> {
  const warnings = words(form, 'id');
  const [reason, until, undo] = [word(form, 'reason'), word(form, 'until'), word(form, 'undo')];
  if (undo) return call(apis.warnings.undo, { body: { move: undo } });
  if (word(form, 'do') === 'plan') {
    const [assignee, secondContact, due] = [
      word(form, 'assignee'),
      word(form, 'secondContact'),
      word(form, 'due'),
    ];
    return call(apis.warnings.plan, {
      body: {
        warnings,
        equal: false,
        ...(assignee && { assignee }),
        ...(secondContact && { secondContact }),
        ...(due && { due }),
      },
    });
  }
  const to = MatchState.parse(word(form, 'to'));
  return call(apis.warnings.move, {
    body: { warnings, to, ...(reason && { reason }), ...(until && to === 'riskAccepted' && { until }) },
  });
}

export default function Warnings({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const [query] = useSearchParams();
  const busy = useNavigation().state === 'submitting';
  const { narrowing, names, colleagues, warnings, total, next, summary } = loaderData;
  const { view, urgency, certainty, state, advisory, asset } = narrowing;
  const isNarrowed = Boolean(urgency ?? certainty ?? state ?? advisory ?? asset);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const picked = warnings.filter(({ id }) => selected.has(id));
  const moves = commonMoves(picked.map(({ state }) => state));
  const paged = usePaged(next);
  const act = may('set match state / acknowledge alert');
  return (
    <Page
      title={text('nav.warnings')}
      lead={text('warnings.lead', {
        exact: summary.warnings.exact,
        likely: summary.warnings.likely,
        unsure: summary.warnings.unsure,
      })}
      seen={summary.visibility}
      help={text('warnings.help')}
    >
      <RefusalNotice answer={actionData} />
      <Tabs
        label={text('warnings.views')}
        tabs={views.map((one) => ({
          label: text(`warnings.${one}`),
          to: addressOf({ ...narrowing, view: one, state: undefined }),
          current: one === view,
          count: one === 'open' ? summary.warnings.open : undefined,
        }))}
      />
      {query.get('undo') && !actionData && (
        <Notice kind="good" live>
          <Form method="post" className="row">
            <span>{text('warning.saved.some', { count: Number(query.get('changed')) || 1 })}</span>
            <input type="hidden" name="back" value={addressOf(narrowing)} />
            <Button type="submit" name="undo" value={query.get('undo')!} size="small" busy={busy}>
              {text('warning.undo')}
            </Button>
          </Form>
        </Notice>
      )}
      <nav className="row" aria-label={text('warnings.byUrgency')}>
        {[undefined, ...Urgency.options].map((one) => (
          <Link
            key={one ?? ''}
            to={addressOf({ ...narrowing, urgency: one })}
            aria-current={one === urgency ? 'true' : undefined}
          >
            {one ? text(`urgency.${one}`) : text('warnings.anyUrgency')}
          </Link>
        ))}
        <Link to="/warnings/assumptions">{text('nav.assumptions')}</Link>
      </nav>
      <Form
        method="get"
        className="row filters"
        role="search"
        aria-label={text('warnings.filters')}
        key={`${addressOf(narrowing)} ${query.get('search')}`}
      >
        {Object.entries({ view, urgency, advisory, asset }).map(
          ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
        )}
        {paged && <SearchBox label={text('warnings.search')} />}
        <FilterChoice
          name="certainty"
          label={text('certainty')}
          options={MatchCertainty.options.map((value) => ({ value, label: text(`certainty.${value}`) }))}
        />
        <FilterChoice
          name="state"
          label={text('state')}
          options={statesOf(view).map((value) => ({ value, label: text(`matchState.${value}`) }))}
        />
        <button className="button button-plain button-normal">{text('table.apply')}</button>
      </Form>
      {(advisory || asset) && (
        <ul className="plain-list row" aria-label={text('warnings.narrowed')}>
          {(['advisory', 'asset'] as const).map(
            (by) =>
              narrowing[by] && (
                <li key={by}>
                  <Link
                    className="button button-plain button-small"
                    to={addressOf({ ...narrowing, [by]: undefined })}
                  >
                    {text(`warnings.narrowed.${by}`, { name: names[by] ?? '–' })}{' '}
                    <Icon name="cross" size={12} />
                    <span className="hidden-words">{text('warnings.narrowed.off')}</span>
                  </Link>
                </li>
              ),
          )}
        </ul>
      )}
      <Form method="post" className="stack" onSubmit={() => setSelected(new Set())}>
        <input type="hidden" name="back" value={`/warnings?${query}`} />
        {act && picked.length > 0 && (
          <div className="selection row row-end" role="status">
            <strong>{text('warnings.selected', { count: picked.length })}</strong>
            {moves.length === 0 ? (
              <span>{text('warnings.noCommonMove')}</span>
            ) : (
              <span className="row">
                {moves.some(({ reason }) => reason) && (
                  <input
                    name="reason"
                    className="input input-short"
                    placeholder={text('warning.reason')}
                    aria-label={text('warning.reason')}
                    maxLength={2000}
                  />
                )}
                {moves.some(({ to }) => to === 'riskAccepted') && (
                  <input
                    type="date"
                    name="until"
                    className="input input-short"
                    aria-label={text('warning.until')}
                    title={text('warning.until')}
                  />
                )}
                {moves.map(({ to }) => (
                  <Button key={to} type="submit" name="to" value={to} size="small" busy={busy}>
                    {text(moveLabel(picked[0]!.state, to))}
                  </Button>
                ))}
              </span>
            )}
          </div>
        )}
        {act && picked.length > 0 && picked.every(({ state }) => plannable.includes(state)) && (
          <div className="selection row row-end">
            {(['assignee', 'secondContact'] as const).map((who) => {
              const label = text(who === 'assignee' ? 'plan.assignee' : 'plan.second.short');
              return (
                <select key={who} name={who} className="input select input-short" aria-label={label}>
                  <option value="">{label}</option>
                  {colleagues.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
              );
            })}
            <input type="date" name="due" className="input input-short" aria-label={text('plan.due')} />
            <Button type="submit" name="do" value="plan" size="small" busy={busy}>
              {text('plan.save')}
            </Button>
          </div>
        )}
        <WarningTable
          warnings={warnings}
          total={total}
          paged={paged}
          {...(act && { selection: { selected, onChange: setSelected } })}
          empty={
            isNarrowed ? (
              <NothingFound title={text('warnings.noneSuch')} all={`/warnings?view=${view}`}>
                {text('warnings.noneSuch.why')}
              </NothingFound>
            ) : (
              <Empty
                title={text(view === 'open' ? 'warnings.none' : 'warnings.noneHere')}
                action={
                  summary.captures === 0 && (
                    <ButtonLink to="/plant#drop" kind="main" icon="upload">
                      {text('captures.drop')}
                    </ButtonLink>
                  )
                }
              >
                {text(view === 'open' ? 'warnings.none.why' : 'warnings.noneHere.why')}
              </Empty>
            )
          }
        />
      </Form>
      <Pager next={next} />
      <Proof />
    </Page>
  );
}

const plannable: readonly State[] = ['new', 'confirmed', 'planned'];

const needsReason = (from: State, to: State) =>
  matchMoves.some((move) => move.from === from && move.to === to && move.reason);

/** Steps that every one of the picked warnings may take. */
function commonMoves(states: readonly State[]) {
  const from = [...new Set(states)];
  const targets = new Map<State, boolean>();
  for (const { to, reason } of matchMoves.filter((move) => move.from === from[0])) {
    if (from.every((state) => matchMoves.some((move) => move.from === state && move.to === to)))
      targets.set(to, reason || from.some((state) => needsReason(state, to)));
  }
  return [...targets].map(([to, reason]) => ({ to, reason }));
}
