import { apis, type Verdict, type VerdictAnswer } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/verdict';
import { answerIn, AnswerFields } from './answer-fields.tsx';
import { useFactWords, verdictStanding } from './fact-words.ts';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const read = reader(context, request);
  return {
    verdict: await read(apis.vulnerabilities.verdict, { params: { id: params.id } }),
    owner: acting?.organisation.name ?? '',
  };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const to = { params: { id: params.id } };
  const step = word(form, 'step');
  const answer = await attempt<unknown>(() =>
    step === 'withdraw'
      ? call(apis.vulnerabilities.withdraw, to)
      : call(step === 'resolve' ? apis.vulnerabilities.resolve : apis.vulnerabilities.check, {
          ...to,
          body: answerIn(form),
        }),
  );
  if (answer.refused) return answer;
  throw redirect(`/verdicts/${params.id}`);
}

/** One fact and its sources; to the second person nothing of what the first said, until both have answered. */
export default function VerdictPage({ loaderData: { verdict, owner }, actionData }: Route.ComponentProps) {
  const text = useText();
  const words = useFactWords();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const error = useFieldError(actionData);
  const { vulnerability, sources, state, mine } = verdict;
  return (
    <Page
      title={words.full(verdict)}
      lead={
        <span className="row">
          <State standing={verdictStanding[state]}>{text(`verdict.${state}`)}</State>
          <span className="soft">
            {text('verdict.opened', { by: verdict.openedBy })} <Time at={verdict.openedAt} style="ago" />
          </span>
        </span>
      }
      seen={{ scope: 'own', owner }}
      help={text('decide.help')}
      crumbs={
        <>
          <Link to="/verdicts?forMe=true">{text('verdicts')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/vulnerabilities/${vulnerability.ref}`}>{vulnerability.ref}</Link>
        </>
      }
    >
      <div className="split">
        <div className="stack stack-l">
          {(verdict.first || verdict.second) && <Answers verdict={verdict} />}
          {state === 'waiting' && !mine && (
            <section className="stack stack-s" aria-labelledby="check">
              <h2 id="check">{text('verdict.check')}</h2>
              <Notice title={text('verdict.blind.title')}>
                {text('verdict.blind', { by: verdict.openedBy })}
              </Notice>
              <Form method="post" className="stack measure">
                <RefusalNotice answer={actionData} />
                <AnswerFields about={verdict} claims={sources} error={error} />
                <div>
                  <Button type="submit" name="step" value="check" kind="main" busy={busy}>
                    {text('verdict.check.send')}
                  </Button>
                </div>
              </Form>
            </section>
          )}
          {state === 'waiting' && mine && (
            <section className="stack stack-s" aria-labelledby="waits">
              <h2 id="waits">{text('verdict.waits')}</h2>
              <p>{text('verdict.waits.why')}</p>
              <Form method="post">
                <RefusalNotice answer={actionData} />
                <Button type="submit" name="step" value="withdraw" busy={busy}>
                  {text('verdict.withdraw')}
                </Button>
              </Form>
            </section>
          )}
          {state === 'disputed' &&
            (mine ? (
              <Notice kind="warn" title={text('verdict.dispute.title')}>
                {text('verdict.dispute.mine')}
              </Notice>
            ) : (
              <section className="stack stack-s" aria-labelledby="resolve">
                <h2 id="resolve">{text('verdict.resolve')}</h2>
                <Form method="post" className="stack measure">
                  <RefusalNotice answer={actionData} />
                  <AnswerFields about={verdict} claims={sources} error={error} reason />
                  <div>
                    <Button type="submit" name="step" value="resolve" kind="main" busy={busy}>
                      {text('verdict.resolve.send')}
                    </Button>
                  </div>
                </Form>
              </section>
            ))}
        </div>
        <div className="stack">
          {state === 'waiting' && may('invite a participant', ['Y']) && (
            <p>
              <Link to={`/check-invitations?kind=verdict&subject=${verdict.id}`}>
                {text('checks.invite.do')}
              </Link>
            </p>
          )}
          <section className="panel" aria-labelledby="say">
            <h2 id="say">{text('verdict.sources')}</h2>
            {sources.length === 0 ? (
              <p className="soft">{text('verdict.sources.none')}</p>
            ) : (
              <ul className="plain-list lines">
                {sources.map((claim) => (
                  <li key={claim.id} className="stack stack-s">
                    <div>
                      <strong className="board-value">{words.value(verdict, claim.value)}</strong>{' '}
                      {verdict.corrects === claim.id && (
                        <span className="tag tag-warn">{text('claim.questioned')}</span>
                      )}
                    </div>
                    <span className="soft">{claim.publisher}</span>
                    <blockquote className="board-quote small">{claim.quote}</blockquote>
                    <span className="soft small">
                      {text('claim.retrieved', { version: claim.version })}{' '}
                      <Time at={claim.retrievedAt} style="date" />
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      </div>
    </Page>
  );
}

function Answers({ verdict }: { verdict: Verdict }) {
  const text = useText();
  const words = useFactWords();
  const steps = (['first', 'second', 'third'] as const).flatMap((step): [typeof step, VerdictAnswer][] => {
    const answer = verdict[step];
    return answer ? [[step, answer]] : [];
  });
  return (
    <section className="stack stack-s" aria-labelledby="answers">
      <h2 id="answers">{text('verdict.answers')}</h2>
      <ol className="plain-list lines">
        {steps.map(([step, answer]) => (
          <li key={step} className="stack stack-s">
            <div className="row">
              <strong className="board-value">{words.value(verdict, answer.value)}</strong>
              <span>{text(`verification.${answer.verification}`)}</span>
            </div>
            <span className="soft small">
              {text(`verdict.step.${step}`, { by: answer.by })} <Time at={answer.at} />
            </span>
            {answer.evidence && <p className="keeps-lines">{answer.evidence}</p>}
            {answer.links.map((link) => (
              <a key={link} href={link} rel="noreferrer">
                {link}
              </a>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
