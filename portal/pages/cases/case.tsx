import {
  apis,
  type Case,
  type CaseConcerns,
  type CaseMessage,
  type CaseRetention,
  CaseState as State,
  caseSeverityOf,
  type Deadline,
  movesOf,
  type TaskBoard,
} from '@busbar/contract';
import { type ComponentProps, type ReactNode, useRef } from 'react';
import { Form, Link, redirect, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { History } from '../../ui/history.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLetterKeys } from '../../ui/keys.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useCert, useMay, useVisitor } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, unless, word } from '../calls.ts';
import { ConcernsPanel, takeTold } from '../concerns/concerns-panel.tsx';
import { DeadlinesPanel } from '../casework/deadlines-panel.tsx';
import { TasksPanel } from '../casework/tasks-panel.tsx';
import { ConsentsPanel } from '../consents/consents-panel.tsx';
import { TimelinePanel } from '../evidence/timeline-panel.tsx';
import { ReportPanel } from '../investigations/report-panel.tsx';
import type { Letters } from '../mailbox/by-mail.tsx';
import { lettersFor } from '../mailbox/letters-for.ts';
import { LettersPanel } from '../mailbox/letters-panel.tsx';
import { RefusalNotice } from '../refusal.tsx';
import { useLasting } from '../live.ts';
import { RetentionPanel } from '../retention/retention-panel.tsx';
import { GlassBanner } from '../retention/retention-parts.tsx';
import type { Route } from './+types/case';
import { CaseState } from './case-state.tsx';
import { CaseTabs } from './case-tabs.tsx';
import { ExportPanel } from './export.tsx';
import { alarmOf } from './cases.tsx';
import { LabelPanel, setLabel } from './label.tsx';
import { AskForMore, askForMore, type LimitAnswer, LimitForm, setLimit } from './limit.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { Letter, Shortcuts } from './shortcuts.tsx';
import { StepForm, takeStep } from './step-form.tsx';
import { saidIn, Thread, useSeen, WriteForm, writeInto } from './thread.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const { call } = visitOf(context);
  const read = reader(context, request);
  // Asked for first: what changes while the rest is read is asked for again.
  const pulse = await attempt(() => call(apis.cases.pulse, { params: { id } }));
  const params = { id };
  const thread = new URL(request.url).searchParams.get('thread');
  const query = saidIn(request, id);
  const opened = await unless('purged', () =>
    unless('case-as-guest', () => unless('case-not-joined', () => read(apis.cases.get, { params, query }))),
  );
  // What is left of it has a page of its own.
  if (opened.refused) throw redirect(`/cases/${id}/retention`);
  if (opened.done.refused) throw redirect(`/cases/${id}/part`);
  const { done: found, refused } = opened.done.done;
  if (!found) return { closed: String(refused.params['reference']) };
  const isPart = found.parts.some((part) => part.id === thread);
  const newest = { state: 'accepted', order: 'newest', limit: 5, language: visitOf(context).locale } as const;
  const [part, letters, seen, board, clocks, kept, report, consents, concerns] = await Promise.all([
    isPart ? read(apis.cases.get, { params: { id: thread! }, query }) : null,
    lettersFor(visitOf(context), read, found.id),
    attempt(() => call(apis.timeline.list, { params, query: newest })),
    attempt(() => call(apis.casework.tasks, { params, query: { view: 'open', limit: 10 } })),
    attempt(() => call(apis.deadlines.list, { params })),
    attempt(() => call(apis.retention.of, { params })),
    attempt(() => call(apis.investigations.report, { params })),
    attempt(() => call(apis.caseConsents.ofCase, { params })),
    attempt(() => call(apis.caseConcerns.list, { params })),
  ]);
  return {
    found,
    part,
    letters,
    pulse: pulse.done?.pulse ?? '',
    beside: {
      seen: seen.done,
      board: board.done,
      deadlines: clocks.done?.deadlines,
      kept: kept.done,
      report: report.done,
      consents: consents.done,
      concerns: concerns.done,
    },
  };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  if (form.has('join')) {
    const joined = await attempt(() => call(apis.cases.join, { params: { id } }));
    return joined.refused ? { joined } : redirect(`/cases/${id}`);
  }
  if (form.has('to')) {
    const found = await reader(context, request)(apis.cases.get, { params: { id } });
    const moved = await takeStep(call, found, form);
    if (moved.refused) return { moved };
    throw redirect(`/cases/${id}`);
  }
  const does = word(form, 'do');
  if (does === 'label') {
    const labelled = await setLabel(call, id, form);
    return labelled.refused ? { labelled } : redirect(`/cases/${id}#newest`);
  }
  if (does === 'allow' || does === 'ask-for-more') {
    const limited =
      does === 'allow'
        ? await setLimit(call, id, form)
        : await askForMore(call, await reader(context, request)(apis.cases.get, { params: { id } }));
    if (limited.refused) return { limited };
    throw redirect(`/cases/${id}#newest`);
  }
  if (does === 'concern') {
    const concerned = await takeTold(call, id, form);
    return concerned.refused ? { concerned } : redirect(`/cases/${id}${new URL(request.url).search}`);
  }
  const into = word(form, 'case') || id;
  const written = await writeInto(call, into, form);
  if (written.refused) return { written };
  const place = into === id ? word(form, 'thread') : into;
  const where = new URLSearchParams({ ...(place && { thread: place }), sent: written.sent });
  throw redirect(`/cases/${id}?${where}#newest`);
}

export default function CasePage({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  if (loaderData.closed !== undefined)
    return <Door reference={loaderData.closed} answer={actionData?.joined} />;
  return <Room {...loaderData} actionData={actionData} />;
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

const parts = ['talk', 'plant', 'work'] as const;

/** One case, as the CERT and its member work on it. On a narrow screen one of its three parts at a time. */
function Room({
  found,
  part,
  letters,
  pulse,
  beside: { seen, board, deadlines, kept, report, consents, concerns },
  actionData,
}: {
  found: Case;
  part: Case | null;
  letters: Letters | undefined;
  pulse: string;
  beside: {
    readonly seen: Pick<ComponentProps<typeof TimelinePanel>, 'items' | 'counts'> | undefined;
    readonly board: TaskBoard | undefined;
    readonly deadlines: readonly Deadline[] | undefined;
    readonly kept: CaseRetention | undefined;
    readonly report: ComponentProps<typeof ReportPanel>['report'] | undefined;
    readonly consents: ComponentProps<typeof ConsentsPanel>['consents'] | undefined;
    readonly concerns: CaseConcerns | undefined;
  };
  actionData: Route.ComponentProps['actionData'];
}) {
  const text = useText();
  const may = useMay();
  const room = useRef<HTMLDivElement>(null);
  const [query] = useSearchParams();
  const shown = parts.find((one) => one === query.get('part')) ?? 'talk';
  const atTheDesk = may('triage and move cases');
  const alarm = alarmOf(text, found);
  const isMembers = found.claimed || found.naming === 'member';
  useLetterKeys(room);
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
      actions={<Shortcuts desk={atTheDesk} />}
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
      <CaseTabs id={found.id} current="" pulse={pulse} />
      {kept && <GlassBanner breakGlass={kept.breakGlass} />}
      {alarm && <Notice kind="alarm" title={alarm} />}
      {found.partOf && <PartOf partOf={found.partOf} />}
      {found.lane === 'slow' && found.state === 'received' && (
        <Notice kind="warn">{text('cases.slow.what')}</Notice>
      )}
      <div className={`room shows-${shown}`} ref={room}>
        <div className="room-parts">
          <Tabs
            label={text('case.parts')}
            tabs={parts.map((one) => ({
              label: text(`case.part.${one}`),
              to: `/cases/${found.id}?${changed(query, { part: one })}`,
              current: one === shown,
            }))}
          />
        </div>
        <div className="stack room-plant">
          {concerns && <ConcernsPanel id={found.id} concerns={concerns} answer={actionData?.concerned} />}
          <Plant found={found} desk={atTheDesk} answer={actionData?.limited} />
        </div>
        <div className="stack room-talk">
          <LettersPanel id={found.id} letters={letters} />
          <Talk found={found} part={part} letters={letters} answer={actionData?.written} desk={atTheDesk} />
          {seen && <TimelinePanel caseId={found.id} items={seen.items} counts={seen.counts} />}
        </div>
        <div className="stack room-work">
          {atTheDesk && movesOf(found.kind, found.state).length > 0 && (
            <section className="panel" aria-labelledby="next">
              <h2 id="next">{text('case.move')}</h2>
              {found.state === 'received' || found.state === 'triaged' ? (
                <ButtonLink to={`/cases/${found.id}/step`} kind="main" aria-keyshortcuts="N">
                  {text('triage.title')} <Letter letter="N" />
                </ButtonLink>
              ) : (
                <details className="more" open={actionData?.moved !== undefined}>
                  <summary aria-keyshortcuts="N">
                    {text('triage.choose')} <Letter letter="N" />
                  </summary>
                  <StepForm found={found} answer={actionData?.moved} />
                </details>
              )}
            </section>
          )}
          {deadlines && <DeadlinesPanel id={found.id} deadlines={deadlines} />}
          {board && <TasksPanel id={found.id} board={board} />}
          {report && <ReportPanel id={found.id} report={report} />}
          {consents && <ConsentsPanel id={found.id} consents={consents} />}
          <LabelPanel
            found={found}
            left={consents?.left ?? []}
            consents={`/cases/${found.id}/consents`}
            answer={actionData?.labelled}
          />
          <PeoplePanel found={found} />
          {kept && <RetentionPanel retention={kept} />}
          <ExportPanel found={found} />
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

function PartOf({ partOf }: { partOf: NonNullable<Case['partOf']> }) {
  const text = useText();
  return (
    <Notice title={text('case.partOf')}>
      {partOf.id && (
        <Link to={`/cases/${partOf.id}`}>
          <code>{partOf.reference}</code>
        </Link>
      )}{' '}
      <CaseState state={partOf.state} />
    </Notice>
  );
}

/** What is said: one thread at a time, each with those who read it. */
function Talk({
  found,
  part,
  letters,
  answer,
  desk,
}: {
  found: Case;
  part: Case | null;
  letters: Letters | undefined;
  answer: NonNullable<Route.ComponentProps['actionData']>['written'];
  desk: boolean;
}) {
  const text = useText();
  const cert = useCert();
  const [query] = useSearchParams();
  const thread = found.threads.find(({ id }) => id === query.get('thread'));
  const spoken = part ?? found;
  const mine: CaseMessage['from'] = desk ? 'cert' : 'member';
  const messages = spoken.messages.filter((message) => message.thread === (thread?.id ?? null));
  const find = query.get('find')?.slice(0, 200) ?? '';
  const isFresh = ({ thread: of, at, from }: CaseMessage) =>
    of === null && from !== mine && (found.seenUntil === null || at > found.seenUntil);
  const address = (to: string) =>
    `/cases/${found.id}?${changed(query, { thread: to, find: '', sent: '', before: '' })}`;
  const threads = [
    {
      id: '',
      label: text('case.thread.main'),
      fresh: found.messages.filter(isFresh).length,
    },
    ...found.threads.map(({ id, title, unread }) => ({ id, label: title, fresh: unread })),
    ...found.parts.map(({ id, reference, unread }) => ({ id, label: reference, fresh: unread })),
  ];
  const current = part?.id ?? thread?.id ?? '';
  useSeen(spoken.id, thread?.id ?? null, messages.at(-1)?.at ?? spoken.receivedAt);
  const next = threads[(threads.findIndex(({ id }) => id === current) + 1) % threads.length]!;
  const audience = thread
    ? text(thread.ownerReads ? 'case.audience.thread.owner' : 'case.audience.thread', {
        names: thread.readers.join(', ') || '–',
        owner: found.owner,
      })
    : text('case.audience.main');
  return (
    <section className="stack" aria-labelledby="messages">
      <h2 id="messages">{text('case.messages')}</h2>
      {threads.length > 1 && (
        <>
          <Tabs
            label={text('case.threads')}
            tabs={threads.map(({ id, label, fresh }) => ({
              label,
              to: address(id),
              current: id === current,
              ...(fresh > 0 && id !== current && { count: fresh, mark: 'warn' as const }),
            }))}
          />
          <Link
            to={address(next.id)}
            className="hidden-words"
            aria-keyshortcuts="T"
            tabIndex={-1}
            preventScrollReset
          >
            {text('case.thread.next')}
          </Link>
        </>
      )}
      <Form method="get" role="search" className="row thread-search" aria-label={text('case.find')}>
        {current && <input type="hidden" name="thread" value={current} />}
        <input
          className="input"
          type="search"
          name="find"
          defaultValue={find}
          key={find}
          maxLength={200}
          placeholder={text('case.find')}
          aria-label={text('case.find')}
          aria-keyshortcuts="F"
        />
        <Button type="submit" icon="search">
          {text('case.find.do')}
        </Button>
      </Form>
      <Thread
        opening={
          thread
            ? undefined
            : {
                by: spoken.naming === 'member' && spoken.name ? spoken.name : text('case.reporter'),
                at: spoken.receivedAt,
                texts: [spoken.sees, spoken.details].filter(Boolean),
              }
        }
        messages={messages}
        names={{
          cert: cert?.shortName ?? '',
          member: found.owner,
          reporter: text('case.reporter'),
          guest: text('case.guest'),
        }}
        mine={mine}
        earlier={spoken.earlier}
        seenUntil={part || thread ? null : found.seenUntil}
        find={find}
        letters={letters}
      />
      <WriteForm
        key={`${current} ${query.get('sent')}`}
        id={spoken.id}
        thread={thread?.id ?? null}
        sent={query.get('sent') ?? ''}
        answer={answer}
        notes={desk && !thread}
        audience={audience}
        // Nothing of a RED case is mailed in the open, whoever says that it may be.
        letters={part || thread || found.label === 'RED' ? undefined : letters}
      />
    </section>
  );
}

function Plant({ found, desk, answer }: { found: Case; desk: boolean; answer: LimitAnswer }) {
  const text = useText();
  const impacts = ['safety', 'production', 'environment', 'data'] as const;
  return (
    <section className="panel stack stack-s" aria-labelledby="facts">
      <h2 id="facts">{text('case.part.plant')}</h2>
      <dl className="facts facts-stacked">
        {found.place && <Fact name={text('report.place')}>{found.place}</Fact>}
        <Fact name={text('case.owner')}>{found.owner}</Fact>
        <Fact name={text('report.danger')}>{text(`report.danger.${found.danger}`)}</Fact>
        <Fact name={text('report.control')}>{text(`report.control.${found.control}`)}</Fact>
        {impacts.map((one) => (
          <Fact key={one} name={text(`impact.${one}`)}>
            {text(`effect.${found.impact[one]}`)}
          </Fact>
        ))}
        <Fact name={text('triage.spread')}>{text(`spread.${found.spread}`)}</Fact>
        <Fact name={text('triage.rsit')}>{text(`rsit.${found.rsit}`)}</Fact>
        {found.rootCause && (
          <Fact name={text('triage.rootCause')}>{text(`rootCause.${found.rootCause}`)}</Fact>
        )}
        <Fact name={text('case.awareAt')}>
          <Time at={found.awareAt} />
        </Fact>
        <Fact name={text('case.reporter')}>
          {found.name ?? text(`report.naming.${found.naming}`)}
          {found.reach && <div>{found.reach}</div>}
        </Fact>
        <Fact name={text('report.limit')}>
          {text(`report.limit.${found.limit}`)}
          {found.setsLimit && <LimitForm found={found} answer={answer} />}
          {desk && <AskForMore found={found} answer={answer} />}
        </Fact>
        <Fact name={text('language')}>{languageName(found.language)}</Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The address stays what it is but for these; what is empty leaves it. */
function changed(query: URLSearchParams, changes: Record<string, string>): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes))
    if (value) next.set(name, value);
    else next.delete(name);
  return next;
}
