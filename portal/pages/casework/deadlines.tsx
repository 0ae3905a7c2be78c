import { apis, type CaseClock, ClockEvent, type Deadline, inLanguage } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { EditionFields, useAdding } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/deadlines';
import { CaseworkPage } from './casework-page.tsx';
import { DeadlineState, Due, TimeLeft } from './due.tsx';
import { momentIn } from './moment.ts';
import { MomentField } from './moment-field.tsx';
import { BrokenFiles } from './playbook.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const [found, laws] = await Promise.all([
    read(apis.deadlines.list, { params: { id }, query: {} }),
    read(apis.deadlines.laws),
  ]);
  return { id, pulse, ...found, laws };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call, locale } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const clock = word(form, 'clock');
  const at = momentIn(form, 'at');
  const answer = await attempt(async () => {
    if (what === 'start') {
      const zone = word(form, 'lawZone');
      return call(apis.deadlines.start, {
        params: { id },
        body: { law: word(form, 'law'), ...(zone && { zone }), ...(at && { awareAt: at }) },
      });
    }
    if (what === 'event')
      return call(apis.deadlines.event, {
        params: { id, clock },
        body: { event: ClockEvent.parse(word(form, 'event')), at: at ?? '' },
      });
    if (what === 'resume') return call(apis.deadlines.resume, { params: { id, clock } });
    if (what === 'stop')
      return call(apis.deadlines.stop, { params: { id, clock }, body: { reason: word(form, 'reason') } });
    const made = await call(apis.deadlines.draft, {
      params: { id },
      body: { clock, stage: word(form, 'stage'), language: locale },
    });
    throw redirect(`/cases/${id}/notices/${made.id}`);
  });
  if (answer.refused) return { what, clock, refused: answer.refused };
  throw redirect(`/cases/${id}/deadlines`);
}

/** What the law asks to be told, until when, and what was sent. */
export default function Deadlines({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const { id, pulse, case: head, clocks, deadlines, notices, laws } = loaderData;
  const running = clocks.filter(({ stoppedAt }) => stoppedAt === null);
  const columns: Column<Deadline>[] = [
    {
      id: 'what',
      label: text('deadline.what'),
      sort: ({ name }) => inLanguage(name, text.locale),
      words: ({ name, lawName, source }) =>
        `${inLanguage(name, text.locale)} ${inLanguage(lawName, text.locale)} ${source}`,
      cell: (deadline) => <What deadline={deadline} />,
      main: true,
    },
    {
      id: 'due',
      label: text('deadline.due'),
      sort: ({ dueAt }) => dueAt,
      words: () => '',
      cell: (deadline) => <When deadline={deadline} />,
    },
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => text(`deadlineState.${state}`),
      cell: ({ state }) => <DeadlineState state={state} />,
    },
    { id: 'notice', label: text('notice'), cell: (deadline) => <ToNotice id={id} deadline={deadline} /> },
  ];
  const free = laws.items.filter(({ id: law }) => !running.some((clock) => clock.law === law));
  return (
    <CaseworkPage
      id={id}
      pulse={pulse}
      head={head}
      tab="/deadlines"
      title={text('case.tab.deadlines')}
      lead={text('deadlines.lead')}
    >
      {actionData?.what === 'draft' && <RefusalNotice answer={actionData} />}
      <Notice kind="warn">{text('deadlines.counsel')}</Notice>
      {!head.isMembers && <Notice>{text('deadlines.unclaimed')}</Notice>}
      <DataTable
        caption={text('case.tab.deadlines')}
        rows={deadlines}
        columns={columns}
        rowKey={(deadline) => deadline.id}
        empty={<Empty title={text('deadlines.none')}>{text('deadlines.none.why')}</Empty>}
      />
      {notices.length > 0 && (
        <section className="stack stack-s" aria-labelledby="notices">
          <h2 id="notices">{text('notices')}</h2>
          <ul className="plain-list lines">
            {notices.map((notice) => (
              <li key={notice.id}>
                <Link to={`/cases/${id}/notices/${notice.id}`}>
                  {inLanguage(notice.name, text.locale)}, {inLanguage(notice.lawName, text.locale)}
                </Link>{' '}
                {notice.sentAt ? (
                  <span className="soft">
                    {text(`notice.how.${notice.how!}`, { to: notice.authority! })}, {notice.sentBy}{' '}
                    <Time at={notice.sentAt} style="short" />
                  </span>
                ) : (
                  <span className="badge">{text('notice.draft')}</span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {clocks.map((clock) => (
        <Clock
          key={clock.id}
          clock={clock}
          answer={actionData?.clock === clock.id ? actionData : undefined}
        />
      ))}
      <StartClock laws={free} answer={actionData?.what === 'start' ? actionData : undefined} />
      <BrokenFiles broken={laws.broken} />
    </CaseworkPage>
  );
}

const isOpen = ({ state }: Deadline) => state === 'running' || state === 'late' || state === 'waiting';

function What({ deadline: { name, lawName, source } }: { deadline: Deadline }) {
  const { locale } = useText();
  return (
    <>
      <strong>{inLanguage(name, locale)}</strong>
      <div className="soft small">
        {inLanguage(lawName, locale)}, {source}
      </div>
    </>
  );
}

function When({ deadline }: { deadline: Deadline }) {
  const text = useText();
  return (
    <div>
      <TimeLeft deadline={deadline} />
      <div>
        {deadline.dueAt ? (
          <Due deadline={deadline} />
        ) : (
          <span className="soft">{text('deadline.waits', { event: eventWords(text, deadline.from) })}</span>
        )}
      </div>
      {deadline.assumed && isOpen(deadline) && <div className="soft small">{text('deadline.assumed')}</div>}
    </div>
  );
}

/** To what was sent, or to what is to be written; while it goes on, to what is sent meanwhile. */
function ToNotice({ id, deadline }: { id: string; deadline: Deadline }) {
  const text = useText();
  const { meanwhile } = deadline;
  if (deadline.notice)
    return <Link to={`/cases/${id}/notices/${deadline.notice}`}>{text('notice.read')}</Link>;
  if (!isOpen(deadline)) return null;
  return (
    <div className="stack stack-s">
      <Draft
        clock={deadline.clock}
        stage={deadline.stage}
        label={text('notice.write')}
        what={inLanguage(deadline.name, text.locale)}
      />
      {meanwhile && deadline.from !== 'handled' && (
        <details className="more">
          <summary>{text('deadline.ongoing')}</summary>
          <Draft
            clock={deadline.clock}
            stage={meanwhile.id}
            label={inLanguage(meanwhile.name, text.locale)}
            what={inLanguage(deadline.lawName, text.locale)}
          />
        </details>
      )}
    </div>
  );
}

function Draft({ clock, stage, label, what }: { clock: string; stage: string; label: string; what: string }) {
  const busy = useNavigation().state === 'submitting';
  return (
    <Form method="post">
      <input type="hidden" name="clock" value={clock} />
      <input type="hidden" name="stage" value={stage} />
      <Button type="submit" size="small" name="do" value="draft" busy={busy} aria-label={`${label}: ${what}`}>
        {label}
      </Button>
    </Form>
  );
}

function Clock({
  clock,
  answer,
}: {
  clock: CaseClock;
  answer: Parameters<typeof RefusalNotice>[0]['answer'];
}) {
  const text = useText();
  const errorOf = useFieldError(answer);
  const busy = useNavigation().state === 'submitting';
  const say = (words: Parameters<typeof inLanguage>[0]) => inLanguage(words, text.locale);
  const adding = useAdding(`event ${clock.id}`);
  return (
    <details className="panel more" open={answer !== undefined}>
      <summary>
        {text('clock.of', { law: say(clock.name) })}
        {clock.stoppedAt && <span className="badge">{text('deadlineState.stopped')}</span>}
      </summary>
      <div className="stack stack-s">
        <RefusalNotice answer={answer} />
        <dl className="facts">
          <dt>{text('clock.source')}</dt>
          <dd>{clock.source}</dd>
          <dt>{text('clock.counting')}</dt>
          <dd>{clock.counting}</dd>
          <dt>{text('clock.zone')}</dt>
          <dd>{clock.zone}</dd>
          <dt>{text('clock.authority')}</dt>
          <dd>{say(clock.authority)}</dd>
          {clock.events.map(({ event, at, by }) => (
            <EventLine key={event} name={text(`clockEvent.${event}`)} at={at} by={by} />
          ))}
          <dt>{text('clock.started')}</dt>
          <dd>
            {clock.by} <Time at={clock.at} style="short" />
          </dd>
          <dt>{text('clock.file')}</dt>
          <dd>
            {text('clock.version', { version: clock.version })} <code className="breaks">{clock.sha256}</code>
          </dd>
          {clock.stopReason && (
            <>
              <dt>{text('clock.stopped')}</dt>
              <dd>{clock.stopReason}</dd>
            </>
          )}
        </dl>
        {clock.note && <p className="measure">{say(clock.note)}</p>}
        {clock.stoppedAt && (
          <Form method="post" className="stack stack-s">
            <input type="hidden" name="clock" value={clock.id} />
            <p className="soft">{text('clock.resume.means')}</p>
            <div>
              <Button type="submit" name="do" value="resume" busy={busy}>
                {text('clock.resume')}
              </Button>
            </div>
          </Form>
        )}
        {!clock.stoppedAt && (
          <>
            <Form method="post" className="stack stack-s" key={adding.key} {...adding.form}>
              <EditionFields of={adding} />
              <input type="hidden" name="clock" value={clock.id} />
              <SelectField
                label={text('clock.event')}
                name="event"
                options={clock.events.map(({ event }) => ({
                  value: event,
                  label: text(`clockEvent.${event}`),
                }))}
              />
              <MomentField label={text('clock.event.at')} name="at" required error={errorOf('at')} />
              <div>
                <Button type="submit" name="do" value="event" busy={busy}>
                  {text('clock.event.record')}
                </Button>
              </div>
            </Form>
            <details className="more">
              <summary>{text('clock.stop')}</summary>
              <Form method="post" className="stack stack-s">
                <input type="hidden" name="clock" value={clock.id} />
                <TextArea
                  label={text('clock.stop.reason')}
                  name="reason"
                  rows={2}
                  maxLength={2000}
                  required
                />
                <div>
                  <ConfirmButton
                    kind="plain"
                    name="do"
                    value="stop"
                    busy={busy}
                    question={text('clock.stop.question', { law: say(clock.name) })}
                    consequence={text('clock.stop.consequence')}
                    confirm={text('clock.stop')}
                  >
                    {text('clock.stop')}
                  </ConfirmButton>
                </div>
              </Form>
            </details>
          </>
        )}
      </div>
    </details>
  );
}

function EventLine({ name, at, by }: { name: string; at: string | null; by: string | null }) {
  const text = useText();
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {at ? <Time at={at} /> : <span className="soft">{text('clock.notYet')}</span>}{' '}
        {by && <span className="soft">{by}</span>}
      </dd>
    </>
  );
}

function StartClock({
  laws,
  answer,
}: {
  laws: Route.ComponentProps['loaderData']['laws']['items'];
  answer: Parameters<typeof RefusalNotice>[0]['answer'];
}) {
  const text = useText();
  const errorOf = useFieldError(answer);
  const busy = useNavigation().state === 'submitting';
  if (laws.length === 0) return null;
  return (
    <section className="panel stack" aria-labelledby="start">
      <h2 id="start">{text('clock.start')}</h2>
      <RefusalNotice answer={answer} />
      <ul className="plain-list lines">
        {laws.map((law) => (
          <li key={law.id}>
            <strong>{inLanguage(law.name, text.locale)}</strong>{' '}
            <span className="soft small">
              {law.url ? (
                <a href={law.url} rel="noreferrer noopener">
                  {law.source}
                </a>
              ) : (
                law.source
              )}
            </span>
            <div>{inLanguage(law.applies, text.locale)}</div>
          </li>
        ))}
      </ul>
      <Form method="post" className="stack measure">
        <SelectField
          label={text('clock.law')}
          name="law"
          options={laws.map((law) => ({ value: law.id, label: inLanguage(law.name, text.locale) }))}
        />
        <TextField
          label={text('clock.zone')}
          hint={text('clock.zone.hint')}
          name="lawZone"
          width="short"
          maxLength={60}
          error={errorOf('zone')}
        />
        <MomentField label={text('clock.awareAt')} name="at" error={errorOf('awareAt')} />
        <div>
          <Button type="submit" kind="main" name="do" value="start" busy={busy}>
            {text('clock.start')}
          </Button>
        </div>
      </Form>
    </section>
  );
}

/** What a deadline runs from: an event, or the sending of a stage before it. */
const eventWords = (text: ReturnType<typeof useText>, from: string): string =>
  text.coded('clockEvent', { code: from, text: from });
