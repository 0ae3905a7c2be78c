import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { auth } from '../account/auth.ts';
import { attempt, secret, word } from '../calls.ts';
import { NewPasswordField } from '../fields.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/accept';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const typed = new URL(request.url).searchParams.get('code')?.trim();
  if (!params.code && typed) throw redirect(`/invitation/${encodeURIComponent(typed)}`);
  const { call, me } = visitOf(context);
  const email = me?.person?.email ?? null;
  if (!params.code) return { invitation: null, email, wrong: false };
  const answer = await attempt(() => call(apis.people.invitation, { params: { code: params.code! } }));
  return { invitation: answer.done ?? null, email, wrong: answer.refused !== undefined };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call, send, me } = visitOf(context);
  const form = await request.formData();
  const password = secret(form, 'password');
  const answer = await attempt(() =>
    call(apis.people.acceptInvitation, {
      params: { code: params.code ?? '' },
      body: me?.person ? {} : { name: word(form, 'name'), password },
    }),
  );
  if (answer.refused) return answer;
  if (me?.person) throw redirect('/acting');
  await auth(send, 'POST', 'sign-in/email', { email: answer.done.email, password });
  throw redirect('/me?first=1');
}

export default function Accept({
  loaderData: { invitation, email, wrong },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const open = invitation?.state === 'open';
  return (
    <Page
      plain
      title={text('invitation')}
      lead={
        open
          ? text('invitation.lead', {
              by: invitation.invitedBy,
              organisation: invitation.organisation.name,
              roles: format.list(invitation.roles.map((role) => text(`role.${role}`))),
            })
          : text('invitation.code.lead')
      }
      seen={{ scope: 'me' }}
    >
      {(wrong || (invitation && !open)) && (
        <Notice
          kind="warn"
          live
          title={text(invitation ? `invitation.${invitation.state}` : 'invitation.wrong')}
        >
          {text('invitation.ask')}
        </Notice>
      )}
      {open ? (
        <Form method="post" className="stack measure">
          <RefusalNotice answer={actionData} />
          <p className="soft">
            {text('invitation.until')} <Time at={invitation.expiresAt} />
          </p>
          {email ? (
            <p>{text('invitation.asYou', { email })}</p>
          ) : (
            <>
              <TextField
                label={text('email')}
                defaultValue={invitation.email}
                readOnly
                autoComplete="username"
              />
              <TextField
                label={text('yourName')}
                name="name"
                defaultValue={invitation.name}
                autoComplete="name"
                required
                error={fieldError('name')}
              />
              <NewPasswordField name="password" error={fieldError('password')} />
            </>
          )}
          <div className="row">
            <Button type="submit" kind="main" busy={busy}>
              {text('invitation.accept')}
            </Button>
            {!email && (
              <Link to={`/sign-in?back=${encodeURIComponent('/invitation')}`}>
                {text('invitation.haveAccount')}
              </Link>
            )}
          </div>
        </Form>
      ) : (
        <Form method="get" action="/invitation" className="stack measure">
          <TextField label={text('invitation.code')} name="code" autoComplete="off" required />
          <div>
            <Button type="submit" kind="main">
              {text('continue')}
            </Button>
          </div>
        </Form>
      )}
    </Page>
  );
}
