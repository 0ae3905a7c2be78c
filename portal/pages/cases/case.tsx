import { apis, type Case, CaseState as State, movesOf } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices, TextArea } from '../../ui/field.tsx';
import { History } from '../../ui/history.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useCert, useMay, useVisitor } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, unless, word } from '../calls.ts';
import type { Letters } from '../mailbox/by-mail.tsx';
import { lettersFor } from '../mailbox/letters-for.ts';
import { LettersPanel } from '../mailbox/letters-panel.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/case';
import { CaseState } from './case-state.tsx';
import { CaseTabs } from './case-tabs.tsx';
import { alarmOf } from './cases.tsx';
import { Thread, WriteForm, writeInto } from './thread.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const open = reader(context, request);
  const found = await unless('purged', () =>
    unless('case-not-joined', () => open(apis.cases.get, { params: { id } })),
  );
  // What is left of it has a page of its own.
  if (found.refused) throw redirect(`/cases/${id}/retention`);
  const letters = found.done.done && (await lettersFor(visitOf(context), open, id));
  return { ...found.done, letters };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  if (form.has('join')) {
    const joined = await attempt(() => call(apis.cases.join, { params: { id } }));
    return joined.refused ? { joined } : redirect(`/cases/${id}`);
  }
  if (!form.has('to')) {
    const written = await writeInto(call, id, form);
    if (written.refused) return { written };
    throw redirect(`/cases/${id}#newest`);
  }
  const reason = word(form, 'reason');
  const moved = await attempt(() =>
    call(apis.cases.move, {
      params: { id },
      body: { to: State.parse(word(form, 'to')), ...(reason && { reason }) },
    }),
  );
  if (moved.refused) return { moved };
  throw redirect(`/cases/${id}`);
}

export default function CasePage({
  loaderData: { done, refused, letters },
  actionData,
}: Route.ComponentProps) {
  if (done) return <Room found={done} letters={letters} actionData={actionData} />;
  return <Door reference={String(refused.params['reference'])} answer={actionData?.joined} />;
}

/** What a lead sees of a case whose team he does not belong to. */
function Door({
  reference,
  answer,
}: {
  reference: string;
  answer: NonNullable<Route.ComponentProps['actionData']>['joined'];
}) {
  const text = useText();
  const { me } = useVisitor();
  return (
    <Page
      title={reference}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} /> {reference}
        </>
      }
    >
      <Form method="post" className="panel stack">
        <RefusalNotice answer={answer} />
        <p className="measure">{text('case.join.means')}</p>
        <div>
          <Button type="submit" kind="main" name="join" value="yes">
            {text('case.join')}
          </Button>
        </div>
      </Form>
    </Page>
  );
}

/** One case, as the CERT and its member work on it. */
function Room({
  found,
  letters,
  actionData,
}: {
  found: Case;
  letters: Letters | undefined;
  actionData: Route.ComponentProps['actionData'];
}) {
  const text = useText();
  const may = useMay();
  const cert = useCert();
  const busy = useNavigation().state === 'submitting';
  const atTheDesk = may('triage and move cases');
  const moves = atTheDesk ? movesOf(found.kind, found.state) : [];
  const alarm = alarmOf(text, found);
  const isMembers = found.claimed || found.naming === 'member';
  const impacts = ['safety', 'production', 'environment', 'data'] as const;
  return (
    <Page
      title={found.reference}
      heading={found.title}
      seen={{ scope: 'receipt', label: found.label, ...(isMembers && { owner: found.owner }) }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          {found.reference}
        </>
      }
      lead={
        <span className="row">
          <CaseState state={found.state} />
          <code>{found.reference}</code>
          <span className="soft">
            <Time at={found.receivedAt} />
          </span>
        </span>
      }
    >
      <CaseTabs id={found.id} current="" />
      {alarm && <Notice kind="alarm" title={alarm} />}
      {found.lane === 'slow' && <Notice kind="warn">{text('cases.slow.what')}</Notice>}
      <div className="split">
        <section className="stack" aria-labelledby="messages">
          <h2 id="messages">{text('case.messages')}</h2>
          <LettersPanel id={found.id} letters={letters} />
          <Thread
            found={found}
            cert={cert?.shortName ?? ''}
            mine={atTheDesk ? 'cert' : 'member'}
            letters={letters}
          />
          <WriteForm
            key={found.messages.length}
            id={found.id}
            answer={actionData?.written}
            notes={atTheDesk}
            letters={letters}
          />
        </section>
        <div className="stack">
          {moves.length > 0 && (
            <Form method="post" className="panel stack" key={found.state}>
              <h2>{text('case.move')}</h2>
              <RefusalNotice answer={actionData?.moved} />
              <Choices
                label={text('case.move.to')}
                name="to"
                options={moves.map(({ to, reason }) => ({
                  value: to,
                  label: text(`caseState.${to}`),
                  ...(reason && { hint: text('case.move.asks') }),
                }))}
              />
              <TextArea
                label={text('case.move.reason')}
                hint={text('case.move.reason.hint')}
                name="reason"
                maxLength={2000}
                rows={3}
              />
              <div>
                <Button type="submit" kind="main" busy={busy}>
                  {text('case.move')}
                </Button>
              </div>
            </Form>
          )}
          <section className="panel stack stack-s" aria-labelledby="facts">
            <h2 id="facts">{text('case.facts')}</h2>
            <dl className="facts facts-stacked">
              <dt>{text('report.danger')}</dt>
              <dd>{text(`report.danger.${found.danger}`)}</dd>
              <dt>{text('report.control')}</dt>
              <dd>{text(`report.control.${found.control}`)}</dd>
              {found.place && (
                <>
                  <dt>{text('report.place')}</dt>
                  <dd>{found.place}</dd>
                </>
              )}
              <dt>{text('case.awareAt')}</dt>
              <dd>
                <Time at={found.awareAt} />
              </dd>
              <dt>{text('case.reporter')}</dt>
              <dd>
                {found.name ?? text(`report.naming.${found.naming}`)}
                {found.reach && <div>{found.reach}</div>}
              </dd>
              <dt>{text('case.owner')}</dt>
              <dd>{found.owner}</dd>
              <dt>{text('report.limit')}</dt>
              <dd>{text(`report.limit.${found.limit}`)}</dd>
              <dt>{text('language')}</dt>
              <dd>{languageName(found.language)}</dd>
              {impacts.map((one) => (
                <Effect key={one} name={text(`impact.${one}`)} effect={text(`effect.${found.impact[one]}`)} />
              ))}
            </dl>
          </section>
          {found.steps.length > 0 && (
            <section className="panel stack stack-s" aria-labelledby="history">
              <History steps={found.steps.map(({ to, ...step }) => ({ state: to, ...step }))}>
                {({ state }) => <CaseState state={State.parse(state)} />}
              </History>
            </section>
          )}
        </div>
      </div>
    </Page>
  );
}

function Effect({ name, effect }: { name: string; effect: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{effect}</dd>
    </>
  );
}
