import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, FormError, TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { signedIn, word, words } from '../calls.ts';
import { useLasting } from '../live.ts';
import type { Route } from './+types/totp';
import { auth, failureWords } from './auth.ts';
import { CodeField } from './code-field.tsx';
import { RecoveryCodes } from './me.tsx';

export function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  return null;
}

interface Started {
  uri: string;
  codes: string[];
}

export async function action({
  request,
  context,
}: Route.ActionArgs): Promise<{ started: Started | null; failure?: string }> {
  const form = await request.formData();
  const { send } = visitOf(context);
  if (word(form, 'do') === 'start') {
    const answer = await auth<{ totpURI: string; backupCodes: string[] }>(send, 'POST', 'two-factor/enable', {
      password: form.get('password'),
    });
    if (!answer.ok) return { started: null, failure: answer.code };
    return { started: { uri: answer.reply.totpURI, codes: answer.reply.backupCodes } };
  }
  const answer = await auth(send, 'POST', 'two-factor/verify-totp', {
    code: word(form, 'code').replaceAll(/\D/g, ''),
  });
  if (answer.ok) throw redirect('/me');
  // The secret travels back in the reader's own form, so that a mistyped code does not start everything again.
  return { started: { uri: word(form, 'uri'), codes: words(form, 'recovery') }, failure: answer.code };
}

export default function Totp({ actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const started = actionData?.started;
  const secret = started ? new URLSearchParams(started.uri.split('?')[1]).get('secret') : null;
  return (
    <Page
      plain
      title={text('totp.add')}
      lead={text(started ? 'totp.scan' : 'totp.start')}
      seen={{ scope: 'me' }}
    >
      {actionData?.failure && <FormError>{failureWords(text, actionData.failure)}</FormError>}
      {!started ? (
        <Form method="post" className="stack measure">
          <input type="hidden" name="do" value="start" />
          <TextField
            label={text('password')}
            hint={text('totp.password.hint')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <div className="row">
            <Button type="submit" kind="main" busy={busy}>
              {text('continue')}
            </Button>
            <Link to="/me">{text('cancel')}</Link>
          </div>
        </Form>
      ) : (
        <>
          <div className="totp">
            <QrCode words={started.uri} label={text('totp.qr')} />
            <div className="stack stack-s">
              <p>{text('totp.secret')}</p>
              <code className="secret">{secret?.replace(/(.{4})/g, '$1 ').trim()}</code>
            </div>
          </div>
          <RecoveryCodes codes={started.codes} />
          <Form method="post" className="stack measure">
            <input type="hidden" name="do" value="verify" />
            <input type="hidden" name="uri" value={started.uri} />
            {started.codes.map((code) => (
              <input key={code} type="hidden" name="recovery" value={code} />
            ))}
            <Checkbox name="kept" value="yes" required label={text('codes.kept')} />
            <CodeField />
            <div>
              <Button type="submit" kind="main" busy={busy}>
                {text('totp.finish')}
              </Button>
            </div>
          </Form>
        </>
      )}
    </Page>
  );
}
