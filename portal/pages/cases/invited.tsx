import { apis } from '@busbar/contract';
import { Form, Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { attempt, reader, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import { CallUs } from '../report/call.tsx';
import type { Route } from './+types/invited';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  return { part: await reader(context, request)(apis.guests.invitation, { params }) };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const accept = word(await request.formData(), 'do') === 'accept';
  const answer = await attempt(() => call(apis.guests.answer, { params, body: { accept } }));
  if (answer.refused) return answer;
  throw redirect(answer.done.case ? `/cases/${answer.done.case}/part` : `/cases/invited/${params.token}`);
}

/** The terms come first: what the case is about, it says once they are accepted. */
export default function Invited({ loaderData: { part }, actionData, params }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const here = `/cases/invited/${params.token}`;
  return (
    <Page
      plain
      title={text('invited.title', { cert: part.cert })}
      lead={text('invited.lead', { name: part.name, by: part.invitedBy })}
      seen={{ scope: 'me' }}
    >
      <RefusalNotice answer={actionData} />
      <dl className="facts">
        <dt>{text('invited.as')}</dt>
        <dd>{text(`guestRole.${part.role}`)}</dd>
        <dt>{text('invited.kind')}</dt>
        <dd>
          {text(`caseKind.${part.about.kind}`)} · {text(`rsit.${part.about.rsit}`)}
        </dd>
        <dt>{text('invited.severity')}</dt>
        <dd>
          <Severity level={part.about.severity} />
        </dd>
        <dt>{text('invited.ref')}</dt>
        <dd>
          <code>{part.ref}</code>
        </dd>
      </dl>
      {part.note && (
        <Notice title={text('invited.note')}>
          <p className="keeps-lines">{part.note}</p>
        </Notice>
      )}
      {part.state === 'accepted' && (
        <Notice kind="good" title={text('invited.accepted')}>
          {part.case && <Link to={`/cases/${part.case}/part`}>{text('invited.open')}</Link>}
        </Notice>
      )}
      {part.state === 'declined' && <Notice title={text('invited.declined')} />}
      {part.state === 'invited' && (
        <section className="panel stack" aria-labelledby="terms">
          <h2 id="terms">{text('invited.terms')}</h2>
          <div className="keeps-lines measure">{part.terms}</div>
          {me?.person ? (
            <Form method="post" className="row">
              <Button type="submit" kind="main" name="do" value="accept">
                {text('invited.accept')}
              </Button>
              <Button type="submit" name="do" value="decline">
                {text('invited.decline')}
              </Button>
            </Form>
          ) : (
            <div className="stack stack-s">
              <p>{text('invited.signIn')}</p>
              <div>
                <ButtonLink to={`/sign-in?back=${encodeURIComponent(here)}`} kind="main">
                  {text('signIn')}
                </ButtonLink>
              </div>
              <p className="soft">{text('invited.noAccount')}</p>
              <CallUs />
            </div>
          )}
        </section>
      )}
    </Page>
  );
}
