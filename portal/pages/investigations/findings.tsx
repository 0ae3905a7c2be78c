import { apis, type Finding, FindingState as State, movesOfFinding } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { State as Ring, type Standing } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager } from '../../ui/pager.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/findings';

const views = ['all', 'open', 'accepted', 'overdue', 'done', 'declined'] as const;
const standings: Record<State, Standing> = {
  drafted: 'waiting',
  open: 'waiting',
  accepted: 'running',
  done: 'done',
  declined: 'stopped',
};

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const asked = new URL(request.url).searchParams.get('view');
  const view = views.find((one) => one === asked) ?? 'all';
  const state = State.safeParse(view).data;
  const answer = await reader(context, request)(apis.findings.list, {
    query: {
      ...place(request),
      ...(state && { state }),
      ...(view === 'overdue' && { overdue: 'true' as const }),
    },
  });
  return { view, ...answer };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const given = (name: string) => (word(form, name) ? { [name]: word(form, name) } : {});
  const answer = await attempt(() =>
    call(apis.findings.move, {
      params: { id: word(form, 'id') },
      body: { to: State.parse(word(form, 'to')), ...given('owner'), ...given('due'), ...given('reason') },
    }),
  );
  if (answer.refused) return answer;
  throw redirect(`/findings${new URL(request.url).search}`);
}

/** What reports recommended, over all cases: who does it, until when, and what became of it. */
export default function Findings({ loaderData: { view, items, next }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { me } = useVisitor();
  return (
    <Page
      title={text('findings')}
      lead={text('findings.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
    >
      <RefusalNotice answer={actionData} />
      <Tabs
        label={text('findings')}
        tabs={views.map((one) => ({
          label: text(`findings.view.${one}`),
          to: `/findings?view=${one}`,
          current: one === view,
        }))}
      />
      <LongSearch label={text('findings.search')} />
      {items.length === 0 && <Empty title={text('findings.none')}>{text('findings.none.why')}</Empty>}
      {items.map((finding) => (
        <FindingCard key={finding.id} finding={finding} busy={busy} />
      ))}
      <Pager next={next} />
    </Page>
  );
}

function FindingCard({ finding, busy }: { finding: Finding; busy: boolean }) {
  const text = useText();
  const { id, number, title, state, severity, effort, effect, effectNote, owner, due, overdue, mayMove } =
    finding;
  const moves = mayMove ? movesOfFinding(state) : [];
  const asks = (what: 'owner' | 'due' | 'reason') => moves.some((move) => move.asks.includes(what));
  return (
    <article className="panel stack stack-s">
      <h2>
        {`R${number}`} {title} <Ring standing={standings[state]}>{text(`findingState.${state}`)}</Ring>
      </h2>
      <p className="soft">
        <Link to={`/cases/${finding.case.id}/report`}>{finding.case.reference}</Link> ·{' '}
        {text(`findingKind.${finding.kind}`)} · {text(`findingSeverity.${severity}`)} ·{' '}
        {text(`findingEffort.${effort}`)} · {text(`findingEffect.${effect}`)} {effectNote}
      </p>
      {finding.because && <p className="keeps-lines">{finding.because}</p>}
      {owner && (
        <p>
          {owner} · {due}{' '}
          {overdue && <strong className="alarm-words">{text('findings.view.overdue')}</strong>}
        </p>
      )}
      {moves.length > 0 && (
        <details className="more">
          <summary>{text('findings.decide')}</summary>
          <Form method="post" className="stack stack-s measure">
            <input type="hidden" name="id" value={id} />
            {asks('owner') && (
              <TextField label={text('findings.owner')} name="owner" maxLength={120} defaultValue={owner} />
            )}
            {asks('due') && (
              <TextField
                label={text('findings.due')}
                name="due"
                type="date"
                width="short"
                defaultValue={due ?? ''}
              />
            )}
            {asks('reason') && <TextField label={text('findings.reason')} name="reason" maxLength={1000} />}
            <div className="row">
              {moves.map(({ to }, at) => (
                <Button
                  key={to}
                  type="submit"
                  name="to"
                  value={to}
                  {...(at === 0 && { kind: 'main' as const })}
                  busy={busy}
                >
                  {text(to === state ? 'findingMove.again' : `findingMove.${to}`)}
                </Button>
              ))}
            </div>
          </Form>
        </details>
      )}
    </article>
  );
}
