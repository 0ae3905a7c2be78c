import { apis, type Call, matchMoves, MatchState, type MatchState as State, Urgency } from '@busbar/contract';
import { useState } from 'react';
import { Form, Link, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, place, reader, safeBack, word, words } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/warnings';
import { Proof } from './warning.tsx';
import { moveLabel, WarningTable } from './warning-table.tsx';

const views = ['open', 'closed', 'all'] as const;

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const asked = new URL(request.url).searchParams.get('view');
  const view = views.find((one) => one === asked) ?? 'open';
  const open = view === 'all' ? {} : { open: view === 'open' ? ('true' as const) : ('false' as const) };
  const urgency = Urgency.safeParse(new URL(request.url).searchParams.get('urgency')).data;
  const [found, summary, { items: colleagues }] = await Promise.all([
    read(apis.warnings.list, {
      query: { ...open, ...(urgency && { urgency }), ...place(request), limit: pageRows },
    }),
    read(apis.plant.summary),
    read(apis.warnings.colleagues),
  ]);
  return { view, urgency, colleagues, warnings: found.items, total: found.total, next: found.next, summary };
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
    const [assignee, due] = [word(form, 'assignee'), word(form, 'due')];
    return call(apis.warnings.plan, {
      body: { warnings, equal: false, ...(assignee && { assignee }), ...(due && { due }) },
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
  const { view, urgency, colleagues, warnings, total, next, summary } = loaderData;
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
          to: `/warnings?view=${one}`,
          current: one === view,
          count: one === 'open' ? summary.warnings.open : undefined,
        }))}
      />
      {query.get('undo') && !actionData && (
        <Notice kind="good" live>
          <Form method="post" className="row">
            <span>{text('warning.saved.some', { count: Number(query.get('changed')) || 1 })}</span>
            <input type="hidden" name="back" value={`/warnings?view=${view}`} />
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
            to={`/warnings?view=${view}${one ? `&urgency=${one}` : ''}`}
            aria-current={one === urgency ? 'true' : undefined}
          >
            {one ? text(`urgency.${one}`) : text('warnings.anyUrgency')}
          </Link>
        ))}
        <Link to="/warnings/assumptions">{text('nav.assumptions')}</Link>
      </nav>
      {paged && <LongSearch label={text('warnings.search')} />}
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
            <select name="assignee" className="input select input-short" aria-label={text('plan.assignee')}>
              <option value="">{text('plan.assignee')}</option>
              {colleagues.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
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
