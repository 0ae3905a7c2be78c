import type { CaseLetter, LetterSignature, mailboxApi, Route } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { type Standing, State } from '../../ui/badge.tsx';
import { Checkbox } from '../../ui/field.tsx';

export type Letters = typeof mailboxApi.letters extends Route<any, any, any, infer Reply> ? Reply : never;

const standings: Record<LetterSignature, Standing> = {
  signed: 'done',
  unconfirmed: 'waiting',
  unchecked: 'waiting',
  wrong: 'failed',
  unsigned: 'stopped',
};

/** Who signed a letter, as far as we know. */
export function Signature({ of }: { of: Pick<CaseLetter, 'signature'> }) {
  const text = useText();
  return <State standing={standings[of.signature]}>{text(`letter.signature.${of.signature}`)}</State>;
}

/** Beside a message: that it came by mail and who signed it, or how it went out. */
export function ByMail({ letters, message }: { letters: Letters | undefined; message: string }) {
  const text = useText();
  const came = letters?.items.find((letter) => letter.message === message);
  const went = letters?.mailed.find((one) => one.message === message);
  if (came)
    return (
      <>
        <span className="badge">{text(came.encrypted ? 'letter.byMail.encrypted' : 'letter.byMail')}</span>{' '}
        <Signature of={came} />
      </>
    );
  if (!went) return null;
  const standing = went.state === 'sent' ? 'done' : went.state;
  return <State standing={standing}>{text(`letter.went.${went.form ?? went.state}`)}</State>;
}

/** Asked of whoever writes to somebody who came by mail. */
export function InClear({ letters }: { letters: Letters | undefined }) {
  const text = useText();
  if (!letters?.byMail) return null;
  return <Checkbox name="inClear" label={text('letter.inClear')} hint={text('letter.inClear.means')} />;
}
