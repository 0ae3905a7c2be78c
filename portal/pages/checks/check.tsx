import { apis, type InvitedCheck } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import { Outcome } from '../releases/outcome.tsx';
import { AsItWillLook, Found, Review, reviewIn } from '../releases/release-parts.tsx';
import { answerIn, AnswerFields } from '../vulnerabilities/answer-fields.tsx';
import { useFactWords } from '../vulnerabilities/fact-words.ts';
import type { Route } from './+types/check';

export async function loader({ request, context, params }: Route.LoaderArgs) {
  signedIn(context, request);
  return reader(context, request)(apis.invitedChecks.get, { params });
}

export async function action({ request, context, params }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const answer = await attempt<unknown>(() =>
    word(form, 'do') === 'review'
      ? call(apis.invitedChecks.review, {
          params,
          body: reviewIn(form),
        })
      : call(apis.invitedChecks.answer, { params, body: answerIn(form) }),
  );
  if (answer.refused) return answer;
  throw redirect(`/checks/${params.id}`);
}

/** The one thing somebody outside is invited to check, and what it rests on. */
export default function Check({ loaderData: check, actionData }: Route.ComponentProps) {
  const text = useText();
  return (
    <Page
      title={check.title}
      lead={
        <span>
          {text('checks.for', { cert: check.cert })} <Time at={check.until} />
        </span>
      }
      seen={{ scope: 'me' }}
      help={text('checks.help')}
      crumbs={
        <>
          <Link to="/checks">{text('checks')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text(`checkSubject.${check.subject.kind}`)}</span>
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      {check.state === 'answered' && (
        <Notice kind="good" title={text('checks.answered')}>
          {text('checks.answered.why')}
        </Notice>
      )}
      {check.note && <Notice title={text('checks.note')}>{check.note}</Notice>}
      {check.verdict && <OfVerdict check={check} verdict={check.verdict} answer={actionData} />}
      {check.release && <OfRelease check={check} release={check.release} />}
    </Page>
  );
}

function OfVerdict({
  check,
  verdict,
  answer,
}: {
  check: InvitedCheck;
  verdict: NonNullable<InvitedCheck['verdict']>;
  answer: Route.ComponentProps['actionData'];
}) {
  const text = useText();
  const words = useFactWords();
  const error = useFieldError(answer);
  const busy = useNavigation().state === 'submitting';
  return (
    <div className="split">
      <div className="stack">
        <h2>{words.full(verdict)}</h2>
        {check.state === 'open' && verdict.state === 'waiting' ? (
          <>
            <Notice title={text('verdict.blind.title')}>{text('checks.blind')}</Notice>
            <Form method="post" className="stack measure">
              <AnswerFields about={verdict} claims={verdict.sources} error={error} />
              <div>
                <Button type="submit" kind="main" busy={busy}>
                  {text('verdict.check.send')}
                </Button>
              </div>
            </Form>
          </>
        ) : (
          check.state === 'open' && <Notice title={text('checks.elsewhere')} />
        )}
      </div>
      <section className="panel" aria-labelledby="say">
        <h2 id="say">{text('verdict.sources')}</h2>
        <ul className="plain-list lines">
          {verdict.sources.map((claim) => (
            <li key={claim.id} className="stack stack-s">
              <strong className="board-value">{words.value(verdict, claim.value)}</strong>
              <span className="soft">{claim.publisher}</span>
              <blockquote className="board-quote small">{claim.quote}</blockquote>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function OfRelease({
  check,
  release,
}: {
  check: InvitedCheck;
  release: NonNullable<InvitedCheck['release']>;
}) {
  const text = useText();
  const noted = release.checks.filter(({ outcome }) => outcome !== 'passed');
  return (
    <div className="split">
      <div className="stack">
        <p className="row">
          <code>{release.ref}</code> {text('release.version', { version: release.version })}
          <Tlp label={release.label} />
        </p>
        <AsItWillLook release={release} />
      </div>
      <aside className="stack" aria-label={text('release.checks')}>
        <section className="panel stack stack-s" aria-labelledby="checks">
          <h2 id="checks">{text('release.checks')}</h2>
          {noted.length === 0 && <p className="soft">{text('checks.nothing')}</p>}
          {noted.map((one) => (
            <div key={one.name} className="stack stack-s">
              <p className="row">
                <strong>{text(`check.${one.name}`)}</strong> <Outcome outcome={one.outcome} />
              </p>
              <Found check={one} />
            </div>
          ))}
        </section>
        {check.state === 'open' && <Review release={release} />}
      </aside>
    </div>
  );
}
