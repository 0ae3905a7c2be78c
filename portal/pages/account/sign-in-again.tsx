import { overFetch } from '@busbar/contract';
import { useEffect, useRef, useState } from 'react';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError, TextField } from '../../ui/field.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { secret } from '../calls.ts';
import { useQuestion } from './again.ts';
import { auth, failureWords } from './auth.ts';
import { CodeField } from './code-field.tsx';
import { signInAgainWithPasskey } from './passkeys.ts';

/** Asks whoever sits there to show once more who he is, whenever the service wants to know. */
export function SignInAgain() {
  const question = useQuestion();
  return question ? <Asking answer={question.answer} /> : null;
}

function Asking({ answer }: { answer: (proved: boolean) => void }) {
  const text = useText();
  const { me } = useVisitor();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const way = me?.secondFactor?.passkeys ? 'passkey' : me?.secondFactor?.totp ? 'code' : 'password';

  const form = useRef<HTMLFormElement>(null);
  // A dialog would begin at its cross.
  useEffect(() => form.current?.querySelector<HTMLElement>('input, button')?.focus(), []);

  const tried = async (outcome: Promise<string>) => {
    setBusy(true);
    const result = await outcome;
    setBusy(false);
    if (result === 'done') answer(true);
    else setFailure(result === 'cancelled' ? null : result);
  };
  const show = async (typed: string): Promise<string> => {
    const given = way === 'code' ? typed.replaceAll(/\D/g, '') : typed;
    const result = await auth(overFetch(), 'POST', `sign-in-again/${way}`, { [way]: given });
    return result.ok ? 'done' : result.code;
  };

  return (
    <Dialog open onClose={() => answer(false)} title={text('again')}>
      <form
        ref={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (busy) return;
          void tried(
            way === 'passkey'
              ? signInAgainWithPasskey()
              : show(secret(new FormData(event.currentTarget), way)),
          );
        }}
      >
        <p>{text('again.why')}</p>
        {failure && <FormError>{failureWords(text, failure)}</FormError>}
        {way === 'code' && <CodeField />}
        {way === 'password' && (
          <TextField
            label={text('password')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
        )}
        <div className="row dialog-foot">
          <Button type="submit" kind="main" busy={busy} icon={way === 'passkey' ? 'key' : undefined}>
            {text(way === 'passkey' ? 'again.passkey' : 'continue')}
          </Button>
          <Button onClick={() => answer(false)}>{text('cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
