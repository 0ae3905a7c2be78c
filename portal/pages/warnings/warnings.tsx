import { apis, matchMoves, MatchState, type MatchState as State } from '@busbar/contract';
import { useState } from 'react';
import { Form, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, place, reader, safeBack, word, words } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/warnings';
import { WarningTable } from './warning-table.tsx';

const views = ['open', 'closed', 'all'] as const;

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const asked = new URL(request.url).searchParams.get('view');
  const view = views.find((one) => one === asked) ?? 'open';
  const open = view === 'all' ? {} : { open: view === 'open' ? ('true' as const) : ('false' as const) };
  const [found, summary] = await Promise.all([
    read(apis.warnings.list, { query: { ...open, ...place(request), limit: pageRows } }),
    read(apis.plant.summary),
  ]);
  return { view, warnings: found.items, total: found.total, next: found.next, summary };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const reason = word(form, 'reason');
  const answer = await attempt(() =>
    call(apis.warnings.move, {
      body: {
        warnings: words(form, 'id'),
        to: MatchState.parse(word(form, 'to')),
        ...(reason && { reason }),
      },
    }),
  );
  if (answer.refused) return answer;
  throw redirect(safeBack(form.get('back') ?? '/warnings'));
}

export default function Warnings({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const [query] = useSearchParams();
  const busy = useNavigation().state === 'submitting';
  const { view, warnings, total, next, summary } = loaderData;
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
                {moves.map(({ to }) => (
                  <Button key={to} type="submit" name="to" value={to} size="small" busy={busy}>
                    {text(`matchMove.${to}`)}
                  </Button>
                ))}
              </span>
            )}
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
    </Page>
  );
}

/** Steps that every one of the picked warnings may take. */
function commonMoves(states: readonly State[]) {
  const from = [...new Set(states)];
  const targets = new Map<State, boolean>();
  for (const { to, reason } of matchMoves.filter((move) => move.from === from[0])) {
    if (from.every((state) => matchMoves.some((move) => move.from === state && move.to === to)))
      targets.set(to, reason);
  }
  return [...targets].map(([to, reason]) => ({ to, reason }));
}
