import { apis, type Call, type CaseMessage, type Said, withoutSecrets } from '@busbar/contract';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Form, Link, useLocation, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, TextArea } from '../../ui/field.tsx';
import { FormKey, keyIn } from '../../ui/form-key.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, fromBrowser, type Refused, word } from '../calls.ts';
import { ByMail, InClear, type Letters } from '../mailbox/by-mail.tsx';
import { RefusalNotice } from '../refusal.tsx';
import { useKept, useShelf } from '../../ui/kept.ts';
import { SecretWarning } from '../report/secret-warning.tsx';

/** Sends what the form says; what is refused comes back with what was typed. */
export async function writeInto(call: Call, id: string, form: FormData) {
  const typed = word(form, 'body');
  const body = word(form, 'do') === 'without' ? withoutSecrets(typed) : typed;
  const internal = form.has('internal');
  const thread = word(form, 'thread');
  const answer = await attempt(() =>
    call(apis.cases.write, {
      params: { id },
      body: {
        ...keyIn(form),
        body,
        internal,
        asIs: word(form, 'do') === 'asIs',
        ...(thread && { thread }),
        ...(form.has('inClear') && { inClear: true }),
      },
    }),
  );
  return answer.refused
    ? { refused: answer.refused, body, internal }
    : { refused: undefined, sent: answer.done.id };
}

/** What the address says of which messages are shown. */
export function saidIn(request: Request, main?: string): Said {
  const query = new URL(request.url).searchParams;
  const before = query.get('before');
  const thread = query.get('thread') || main;
  return before ? { before, ...(thread && { thread }) } : {};
}

/** What began a thread, where a report did. */
interface Opening {
  readonly by: string;
  readonly at: string;
  readonly texts: readonly string[];
}

/** Oldest first. Who reads it stands on the right side; what he has not read begins at a line. */
export function Thread({
  opening,
  messages,
  names,
  mine,
  earlier,
  seenUntil = null,
  find = '',
  letters,
}: {
  opening?: Opening | undefined;
  messages: readonly CaseMessage[];
  /** Who writes where a message names nobody. */
  names: Readonly<Record<CaseMessage['from'], string>>;
  mine: CaseMessage['from'];
  /** Before which of them there are more. */
  earlier: string | null;
  seenUntil?: string | null;
  find?: string;
  letters?: Letters | undefined;
}) {
  const text = useText();
  const sought = find.toLowerCase();
  const shown = messages.filter(({ body }) => body.toLowerCase().includes(sought));
  const firstNew = seenUntil ? shown.find(({ at, from }) => at > seenUntil && from !== mine) : undefined;
  const newest = messages.at(-1);
  const { pathname, search } = useLocation();
  const query = new URLSearchParams(search);
  const at = (before: string | null) => {
    const next = new URLSearchParams(search);
    next.delete('sent');
    if (before) next.set('before', before);
    else next.delete('before');
    return `${pathname}?${next}#messages`;
  };
  const who = ({ from, by }: CaseMessage) =>
    from === 'cert' && by ? `${by}, ${names.cert}` : (by ?? names[from]);
  return (
    <>
      {find && <p className="soft">{text('case.found', { count: shown.length })}</p>}
      {earlier && (
        <p>
          <Link to={at(earlier)}>{text('case.earlier')}</Link>
        </p>
      )}
      <ol className="plain-list thread">
        {opening && !find && !earlier && (
          <li className={mine === 'reporter' ? 'said said-mine' : 'said'}>
            <p className="said-by">
              <strong>{opening.by}</strong> <Time at={opening.at} style="short" />
            </p>
            {opening.texts.map((one) => (
              <p key={one} className="keeps-lines">
                {one}
              </p>
            ))}
          </li>
        )}
        {shown.map((message) => (
          <li
            key={message.id}
            id={message === newest ? 'newest' : undefined}
            className={[
              'said',
              message.from === mine && 'said-mine',
              message.internal && 'said-apart',
              message === firstNew && 'said-new',
            ]
              .filter(Boolean)
              .join(' ')}
          >
            {message === firstNew && <p className="new-line">{text('case.newFromHere')}</p>}
            <p className="said-by">
              <strong>{who(message)}</strong> <Time at={message.at} style="short" />
              {message.internal && <span className="badge">{text('case.internal')}</span>}{' '}
              <ByMail letters={letters} message={message.id} />
            </p>
            <p className="keeps-lines">{message.body}</p>
          </li>
        ))}
      </ol>
      {query.has('before') && (
        <p>
          <Link to={at(null)}>{text('case.newest')}</Link>
        </p>
      )}
    </>
  );
}

/** Tells the service that what stands here was seen, once somebody looks at it. */
export function useSeen(id: string, thread: string | null, newest: string | undefined): void {
  useEffect(() => {
    if (!newest) return;
    const tell = () => {
      if (document.visibilityState !== 'visible') return;
      document.removeEventListener('visibilitychange', tell);
      // A mark that is lost is set with the next message.
      void fromBrowser(apis.cases.seen, {
        params: { id },
        body: { until: newest, ...(thread && { thread }) },
      }).catch(() => {});
    };
    document.addEventListener('visibilitychange', tell);
    tell();
    return () => document.removeEventListener('visibilitychange', tell);
  }, [id, thread, newest]);
}

/** What is typed stays in this tab until it was sent, whatever becomes of the line. */
export function WriteForm({
  id,
  thread = null,
  sent = '',
  answer,
  notes = false,
  audience,
  letters,
}: {
  id: string;
  thread?: string | null;
  /** The message that was sent from here last: what is typed after it is another one. */
  sent?: string;
  answer: { refused?: Refused['refused'] | undefined; body?: string; internal?: boolean } | undefined;
  notes?: boolean;
  /** Who reads it, in words. */
  audience?: string | undefined;
  letters?: Letters | undefined;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const form = useRef<HTMLFormElement>(null);
  const [offline, setOffline] = useState(false);
  const kept = (after: string) => `case ${thread ?? id} ${after}`;
  useKept(kept(sent), form);
  const { forget } = useShelf(kept(''));
  // What stood on the page before the first was sent is sent.
  useEffect(() => {
    if (sent) forget();
  }, [sent, forget]);
  const hold = (event: FormEvent) => {
    setOffline(!navigator.onLine);
    if (!navigator.onLine) event.preventDefault();
  };
  return (
    <Form method="post" id="write" className="stack stack-s" ref={form} onSubmit={hold}>
      {answer?.refused?.code === 'holds-secret' ? (
        <SecretWarning form="write" />
      ) : (
        <RefusalNotice answer={answer} />
      )}
      {offline && <Notice kind="warn">{text('case.offline')}</Notice>}
      <FormKey />
      <input type="hidden" name="case" value={id} />
      {thread && <input type="hidden" name="thread" value={thread} />}
      <TextArea
        label={text('case.write')}
        hint={audience}
        name="body"
        required
        maxLength={20_000}
        rows={4}
        defaultValue={answer?.body}
        aria-keyshortcuts="W"
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
