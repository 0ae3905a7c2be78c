import { apis, type Call, type Case, type CaseMessage, withoutSecrets } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, TextArea } from '../../ui/field.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, type Refused, word } from '../calls.ts';
import { ByMail, InClear, type Letters } from '../mailbox/by-mail.tsx';
import { RefusalNotice } from '../refusal.tsx';
import { SecretWarning } from '../report/secret-warning.tsx';

/** Sends what the form says; what is refused comes back with what was typed. */
export async function writeInto(call: Call, id: string, form: FormData) {
  const typed = word(form, 'body');
  const body = word(form, 'do') === 'without' ? withoutSecrets(typed) : typed;
  const internal = form.has('internal');
  const answer = await attempt(() =>
    call(apis.cases.write, {
      params: { id },
      body: { body, internal, asIs: word(form, 'do') === 'asIs', inClear: form.has('inClear') },
    }),
  );
  return answer.refused ? { refused: answer.refused, body, internal } : { refused: undefined };
}

/** Oldest first. Who reads it stands on the right side. */
export function Thread({
  found,
  cert,
  mine,
  letters,
}: {
  found: Case;
  cert: string;
  mine: CaseMessage['from'];
  letters?: Letters | undefined;
}) {
  const text = useText();
  const who = ({ from, by }: CaseMessage) => {
    if (from === 'cert') return by ? `${by}, ${cert}` : cert;
    return from === 'member' ? (by ?? found.owner) : text('case.reporter');
  };
  return (
    <ol className="plain-list thread">
      <li className={mine === 'reporter' ? 'said said-mine' : 'said'}>
        <p className="said-by">
          <strong>{found.naming === 'member' && found.name ? found.name : text('case.reporter')}</strong>{' '}
          <Time at={found.receivedAt} style="short" />
        </p>
        <p className="keeps-lines">{found.sees}</p>
        {found.details && <p className="keeps-lines">{found.details}</p>}
      </li>
      {found.messages.map((message, place) => (
        <li
          key={message.id}
          id={place === found.messages.length - 1 ? 'newest' : undefined}
          className={['said', message.from === mine && 'said-mine', message.internal && 'said-apart']
            .filter(Boolean)
            .join(' ')}
        >
          <p className="said-by">
            <strong>{who(message)}</strong> <Time at={message.at} style="short" />
            {message.internal && <span className="badge">{text('case.internal')}</span>}{' '}
            <ByMail letters={letters} message={message.id} />
          </p>
          <p className="keeps-lines">{message.body}</p>
        </li>
      ))}
    </ol>
  );
}

export function WriteForm({
  id,
  answer,
  notes = false,
  letters,
}: {
  id: string;
  answer: { refused?: Refused['refused'] | undefined; body?: string; internal?: boolean } | undefined;
  notes?: boolean;
  letters?: Letters | undefined;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <Form method="post" id="write" className="stack stack-s">
      {answer?.refused?.code === 'holds-secret' ? (
        <SecretWarning form="write" />
      ) : (
        <RefusalNotice answer={answer} />
      )}
      <input type="hidden" name="case" value={id} />
      <TextArea
        label={text('case.write')}
        name="body"
        required
        maxLength={20_000}
        rows={4}
        defaultValue={answer?.body}
      />
      {notes && (
        <Checkbox
          name="internal"
          label={text('case.internal.choose')}
          hint={text('case.internal.means')}
          defaultChecked={answer?.internal}
        />
      )}
      <InClear letters={letters} />
      <div>
        <Button type="submit" kind="main" busy={busy}>
          {text('case.send')}
        </Button>
      </div>
    </Form>
  );
}
