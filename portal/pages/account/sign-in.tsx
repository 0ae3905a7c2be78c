import { useState } from 'react';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { FormError, TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { safeBack, word } from '../calls.ts';
import type { Route } from './+types/sign-in';
import { auth, failureWords } from './auth.ts';
import { DemoAccounts } from './demo-accounts.tsx';
import { signInWithPasskey, usePasskeys } from './passkeys.ts';

export function loader({ request, context }: Route.LoaderArgs) {
  const back = safeBack(new URL(request.url).searchParams.get('back'));
  if (visitOf(context).me?.person) throw redirect(back);
  return { back };
}

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData();
  const back = safeBack(form.get('back'));
  const answer = await auth<{ twoFactorRedirect?: boolean }>(visitOf(context).send, 'POST', 'sign-in/email', {
    email: word(form, 'email').toLowerCase(),
    password: form.get('password'),
    rememberMe: true,
  });
  if (!answer.ok) return { failure: answer.code, email: word(form, 'email') };
  throw redirect(answer.reply.twoFactorRedirect ? `/sign-in/code?back=${encodeURIComponent(back)}` : back);
}

export default function SignIn({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const { instance } = useVisitor();
  const navigation = useNavigation();
  const passkeys = usePasskeys();
  const [failure, setFailure] = useState<string | null>(null);
  const shown = failure ?? actionData?.failure;

  const usePasskey = async () => {
    const result = await signInWithPasskey();
    if (result === 'done') window.location.assign(loaderData.back);
    else if (result !== 'cancelled') setFailure(result);
  };

  return (
    <Page
      plain
      title={text('signIn')}
      lead={text('signIn.lead')}
      seen={{ scope: 'me' }}
      help={text('signIn.help')}
    >
      <div className="stack measure">
        {shown && <FormError>{failureWords(text, shown)}</FormError>}
        {passkeys && (
          <div className="stack needs-scripts">
            <Button kind="main" size="large" icon="key" onClick={() => void usePasskey()}>
              {text('signIn.passkey')}
            </Button>
            <p className="or">
              <span>{text('or')}</span>
            </p>
          </div>
        )}
        <Form method="post" className="stack">
          <input type="hidden" name="back" value={loaderData.back} />
          <TextField
            label={text('email')}
            name="email"
            type="email"
            autoComplete="username webauthn"
            required
            defaultValue={actionData?.email}
          />
          <TextField
            label={text('password')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <div>
            <Button type="submit" kind={passkeys ? 'plain' : 'main'} busy={navigation.state === 'submitting'}>
              {text('signIn')}
            </Button>
          </div>
        </Form>
      </div>
      {instance?.demo && <DemoAccounts back={loaderData.back} />}
      <p className="soft">{text('signIn.noAccount')}</p>
    </Page>
  );
}
