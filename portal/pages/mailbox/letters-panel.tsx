import type { CaseLetter } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';
import { AbuseCount, AbuseFacts } from './abuse-facts.tsx';
import { type Letters, Signature } from './by-mail.tsx';

/** In the room: letters that wait for somebody to say whose words they are, and where all of them are. */
export function LettersPanel({ id, letters }: { id: string; letters: Letters | undefined }) {
  const text = useText();
  if (!letters || letters.items.length === 0) return null;
  const reported = letters.items.find(({ kind }) => kind === 'report')?.abuse;
  const apart = letters.items.filter(({ kind, message }) => kind === 'apart' && !message);
  return (
    <section className="stack" aria-label={text('letters')}>
      {reported && (
        <div className="panel stack stack-s">
          <AbuseFacts report={reported} />
          <AbuseCount abuse={letters.abuse} />
        </div>
      )}
      {apart.map((letter) => (
        <ApartLetter key={letter.id} id={id} letter={letter} />
      ))}
      <p>
        <Link to={`/cases/${id}/letters`}>{text('letters.all', { count: letters.items.length })}</Link>
      </p>
    </section>
  );
}

/** A letter from an address that the case does not know, with the button that makes it the reporter's. */
export function ApartLetter({ id, letter }: { id: string; letter: CaseLetter }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <Notice
      kind="warn"
      title={text(letter.kind === 'automatic' ? 'letter.automatic' : 'letter.apart', { from: letter.from })}
    >
      <p className="said-by">
        <strong>{letter.subject || text('letter.noSubject')}</strong> <Time at={letter.at} style="short" />{' '}
        <Signature of={letter} />
      </p>
      <p className="keeps-lines wrap">{letter.body}</p>
      {letter.abuse && <AbuseFacts report={letter.abuse} />}
      <p className="soft">{text('letter.apart.means')}</p>
      <Form method="post" action={`/cases/${id}/letters`}>
        <Button type="submit" name="letter" value={letter.id} busy={busy}>
          {text('letter.take')}
        </Button>
      </Form>
    </Notice>
  );
}
