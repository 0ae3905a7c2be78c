import { apis } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, reader } from '../calls.ts';
import { MailboxPanel } from '../mailbox/mailbox-state.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/mail';

export async function loader({ request, context }: Route.LoaderArgs) {
  const open = reader(context, request);
  return { mail: await open(apis.mail.state), mailbox: await open(apis.mailbox.state) };
}

export async function action({ context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  return attempt(() => call(apis.mail.test, {}));
}

const example = 'BUSBAR_SMTP=smtps://user:password@mail.example.org:465';

/** Does mail work? Asked of the mail server each time somebody looks. */
export default function MailPage({ loaderData: { mail, mailbox }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const tested = actionData?.done;
  return (
    <Page
      title={text('mail')}
      lead={text('mail.lead')}
      seen={{ scope: 'administrators' }}
      help={text('mail.help')}
    >
      <RefusalNotice answer={actionData} />
      {!mail.on && (
        <Notice kind="warn" title={text('mail.off')}>
          <p>{text('mail.off.why')}</p>
          <p>
            <code className="wrap">{example}</code>
          </p>
        </Notice>
      )}
      {mail.problem && (
        <Notice kind="alarm" title={text('mail.broken')}>
          {text.coded('problem', mail.problem)}
        </Notice>
      )}
      {tested &&
        (tested.problem ? (
          <Notice kind="alarm" live title={text('mail.tested.not', { address: tested.address })}>
            {text.coded('problem', tested.problem)}
          </Notice>
        ) : (
          <Notice kind="good" live title={text('mail.tested', { address: tested.address })}>
            <code className="wrap">{tested.said}</code>
          </Notice>
        ))}
      {mail.on && (
        <section className="panel stack stack-s" aria-labelledby="state">
          <h2 id="state">{text('state')}</h2>
          <dl className="facts">
            <dt>{text('mail.server')}</dt>
            <dd>
              <code>{mail.server}</code>{' '}
              <State standing={mail.reachable ? 'done' : 'failed'}>
                {text(mail.reachable ? 'mail.reachable' : 'mail.unreachable')}
              </State>
            </dd>
            <dt>{text('mail.way')}</dt>
            <dd>{text(mail.encrypted ? 'mail.way.tls' : 'mail.way.plain')}</dd>
            <dt>{text('mail.from')}</dt>
            <dd>{mail.from ?? '–'}</dd>
            <dt>{text('mail.signedBy')}</dt>
            <dd>
              {mail.signedBy ? (
                <Link to="/signing-keys">
                  <code className="wrap">{(mail.signedBy.match(/.{4}/g) ?? []).join(' ')}</code>
                </Link>
              ) : (
                <Link to="/signing-keys">{text('mail.unsigned')}</Link>
              )}
            </dd>
            <dt>{text('mail.waiting')}</dt>
            <dd>{text('mail.waiting.count', { waiting: mail.waiting, failing: mail.failing })}</dd>
          </dl>
          <Form method="post">
            <Button type="submit" kind="main" busy={busy}>
              {text('mail.test')}
            </Button>
          </Form>
        </section>
      )}
      <MailboxPanel mailbox={mailbox} />
    </Page>
  );
}
