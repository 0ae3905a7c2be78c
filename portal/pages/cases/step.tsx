import { apis, type Call, caseSeverityOf, endedCaseStates, type RelatedCase } from '@busbar/contract';
import { Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { place, reader, signedIn } from '../calls.ts';
import { useLasting } from '../live.ts';
import type { Route } from './+types/step';
import { CaseState } from './case-state.tsx';
import { CaseTabs } from './case-tabs.tsx';
import { alarmOf } from './cases.tsx';
import { type Mains, StepForm, takeStep } from './step-form.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const call = reader(context, request);
  const [found, related] = await Promise.all([
    call(apis.cases.get, { params: { id } }),
    call(apis.cases.related, { params: { id } }),
  ]);
  return { found, related, mains: await mainsFor(call, id, related.items, place(request)) };
}

async function mainsFor(
  call: Call,
  id: string,
  related: readonly RelatedCase[],
  { search, after }: ReturnType<typeof place>,
): Promise<Mains> {
  if (!search) {
    const items = related.map(({ case: line }) => line);
    return {
      items: items.filter(
        ({ state, opens }) => opens && state !== 'received' && !endedCaseStates.includes(state),
      ),
      searched: false,
      next: null,
    };
  }
  const query = { mainFor: id, search, limit: 10, ...(after && { after }) };
  return { ...(await call(apis.cases.list, { query })), searched: true };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const found = await reader(context, request)(apis.cases.get, { params: { id } });
  const moved = await takeStep(call, found, form);
  if (moved.refused) return moved;
  throw redirect(moved.done.state === 'rejected' ? '/cases' : `/cases/${id}`);
}

/** Triage: how bad it is, what kind, what it belongs to, and where it goes. */
export default function Step({
  loaderData: { found, related, mains },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const alarm = alarmOf(text, found);
  return (
    <Page
      title={`${text('case.tab.step')} · ${found.reference}`}
      heading={text('triage.title')}
      seen={{ scope: 'receipt', label: found.label, owner: found.owner }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${found.id}`}>{found.reference}</Link>
        </>
      }
      lead={
        <span className="row">
          <CaseState state={found.state} />
          <Severity level={caseSeverityOf(found.impact, found.spread)} />
          <code>{found.reference}</code>
          <span className="soft">
            <Time at={found.receivedAt} />
          </span>
        </span>
      }
    >
      <CaseTabs id={found.id} current="/step" />
      {alarm && <Notice kind="alarm" title={alarm} />}
      <div className="split">
        <div className="stack">
          <section className="panel stack stack-s" aria-labelledby="reported">
            <h2 id="reported">{text('case.sees')}</h2>
            <p className="keeps-lines">{found.sees}</p>
            {found.place && <p className="soft">{found.place}</p>}
            {found.details && <p className="keeps-lines">{found.details}</p>}
          </section>
          <section className="panel" aria-labelledby="next">
            <h2 id="next">{text('case.move')}</h2>
            <StepForm found={found} answer={actionData} mains={mains} />
          </section>
        </div>
        <section className="panel stack stack-s" aria-labelledby="related">
          <h2 id="related">{text('related.title')}</h2>
          {related.hidden > 0 && (
            <Notice kind="warn" title={text('related.hidden', { count: related.hidden })}>
              {text('related.hidden.ask')}
            </Notice>
          )}
          {related.items.length === 0 && related.hidden === 0 && (
            <p className="soft">{text('related.none')}</p>
          )}
          <ol className="plain-list lines">
            {related.items.map((one) => (
              <Related key={one.case.id} one={one} />
            ))}
          </ol>
          <p className="soft small">{text('triage.severity.why')}</p>
        </section>
      </div>
      {(found.state === 'monitoring' || found.state === 'closed') && (
        <section className="panel stack stack-s" aria-labelledby="learning">
          <h2 id="learning">
            <Link to={`/cases/${found.id}/learning`}>{text('learning')}</Link>
          </h2>
          <p className="soft">{text('learning.lead')}</p>
        </section>
      )}
    </Page>
  );
}

function Related({ one: { case: line, shares } }: { one: RelatedCase }) {
  const text = useText();
  return (
    <li className="stack stack-s">
      <span className="row">
        <Link to={`/cases/${line.id}`}>
          <code>{line.reference}</code>
        </Link>
        <CaseState state={line.state} />
        <span className="soft small">
          <Time at={line.receivedAt} style="short" />
        </span>
      </span>
      <span>{line.title ?? text('cases.closedToMe')}</span>
      <span className="soft small">
        {shares.map(({ what, count }) => text(`related.${what}`, { count })).join(' · ')}
      </span>
    </li>
  );
}
