import type { MailboxState } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';

const example = 'BUSBAR_IMAP=imaps://user:password@mail.example.org:993/INBOX';

/** Is the mailbox of the desk read? For the administrator, beside how mail goes out. */
export function MailboxPanel({ mailbox }: { mailbox: MailboxState }) {
  const text = useText();
  if (!mailbox.on)
    return (
      <Notice kind="note" title={text('mailbox.off')}>
        <p>{text('mailbox.off.why')}</p>
        <p>
          <code className="wrap">{example}</code>
        </p>
      </Notice>
    );
  return (
    <section className="panel stack stack-s" aria-labelledby="mailbox">
      <h2 id="mailbox">{text('mailbox')}</h2>
      {mailbox.problem && (
        <Notice kind="alarm" title={text('mailbox.broken')}>
          {text.coded('problem', mailbox.problem)}
        </Notice>
      )}
      <dl className="facts">
        <dt>{text('mailbox.name')}</dt>
        <dd>
          <code className="wrap">{mailbox.mailbox}</code>{' '}
          <State standing={mailbox.problem ? 'failed' : mailbox.lookedAt ? 'done' : 'waiting'}>
            {text(
              mailbox.problem
                ? 'mailbox.state.broken'
                : mailbox.lookedAt
                  ? 'mailbox.state.read'
                  : 'mailbox.state.waits',
            )}
          </State>
        </dd>
        <dt>{text('mail.way')}</dt>
        <dd>{text(mailbox.encrypted ? 'mail.way.tls' : 'mail.way.plain')}</dd>
        <dt>{text('mailbox.lookedAt')}</dt>
        <dd>{mailbox.lookedAt ? <Time at={mailbox.lookedAt} /> : '–'}</dd>
        <dt>{text('mailbox.nextAt')}</dt>
        <dd>{mailbox.nextAt ? <Time at={mailbox.nextAt} /> : '–'}</dd>
      </dl>
    </section>
  );
}
