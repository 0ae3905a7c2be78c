import { apis, type OpenPgpKey, type Subscription } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { localeNames } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, secret, word } from '../calls.ts';
import { EmailField } from '../fields.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/subscriptions';
import {
  CriteriaFields,
  LanguageField,
  Narrow,
  subscriptionIn,
  useCriteriaWords,
} from './criteria-fields.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  return reader(context, request)(apis.subscriptions.list);
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id: word(form, 'id') };
  const what = word(form, 'do');
  const answer = await attempt<unknown>(() => {
    switch (what) {
      case 'request':
        return call(apis.subscriptions.request, {
          body: { ...subscriptionIn(form), address: word(form, 'address') },
        });
      case 'change':
        return call(apis.subscriptions.change, { params, body: subscriptionIn(form) });
      case 'end':
        return call(apis.subscriptions.end, { params });
      case 'key':
        return call(apis.subscriptions.setKey, { body: { publicKey: secret(form, 'publicKey') } });
      case 'remove-key':
        return call(apis.subscriptions.removeKey, {});
      default:
        return call(apis.subscriptions.add, { body: subscriptionIn(form) });
    }
  });
  return { what, done: !answer.refused, refused: answer.refused };
}

/** What one is told of by mail: under one's account, or, for a reader without one, by an address that is asked first. */
export default function Subscriptions({ loaderData, actionData }: Route.ComponentProps) {
  const { me } = useVisitor();
  return me?.person ? (
    <Mine items={loaderData.items} mail={loaderData.mail} recipientKey={loaderData.key} answer={actionData} />
  ) : (
    <Ask mail={loaderData.mail} answer={actionData} />
  );
}

type Answer = Route.ComponentProps['actionData'];

function MailOff() {
  const text = useText();
  return (
    <Notice kind="warn" title={text('subscriptions.off')}>
      {text.rich('subscriptions.off.why', { feed: <a href="/feed.atom">/feed.atom</a> })}
    </Notice>
  );
}

function Ask({ mail, answer }: { mail: boolean; answer: Answer }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(answer);
  return (
    <Page
      plain
      title={text('subscriptions')}
      lead={text('subscriptions.lead')}
      seen={{ scope: 'everyone' }}
      help={text('subscriptions.help')}
    >
      {!mail && <MailOff />}
      {answer?.done ? (
        <Notice kind="good" live title={text('subscriptions.asked')}>
          {text('subscriptions.asked.why')}
        </Notice>
      ) : (
        mail && (
          <Form method="post" className="stack measure">
            <RefusalNotice answer={answer} />
            <input type="hidden" name="do" value="request" />
            <EmailField name="address" error={fieldError('address')} />
            <LanguageField />
            <Narrow>
              <CriteriaFields />
            </Narrow>
            <p className="soft small">{text('subscriptions.privacy')}</p>
            <div>
              <Button type="submit" kind="main" busy={busy}>
                {text('subscriptions.ask')}
              </Button>
            </div>
          </Form>
        )
      )}
    </Page>
  );
}

function Mine({
  items,
  mail,
  recipientKey,
  answer,
}: {
  items: readonly Subscription[];
  mail: boolean;
  recipientKey: OpenPgpKey | null;
  answer: Answer;
}) {
  const text = useText();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  return (
    <Page
      title={text('subscriptions')}
      lead={text('subscriptions.mine.lead')}
      seen={{ scope: 'me' }}
      help={text('subscriptions.help')}
    >
      {!mail && <MailOff />}
      {answer?.done && <Notice kind="good" live title={text('saved')} />}
      {answer && !['key', 'remove-key'].includes(answer.what) && <RefusalNotice answer={answer} />}
      <div className="split">
        <div className="stack">
          {items.length === 0 && (
            <Empty title={text('subscriptions.none')}>{text('subscriptions.none.why')}</Empty>
          )}
          {items.map((one) => (
            <One key={one.id} subscription={one} />
          ))}
        </div>
        <aside className="stack" aria-label={text('change')}>
          <section className="panel stack" aria-labelledby="add">
            <h2 id="add">{text('subscriptions.add')}</h2>
            <Form method="post" className="stack">
              <input type="hidden" name="do" value="add" />
              <LanguageField />
              <Narrow>
                <CriteriaFields />
              </Narrow>
              <div>
                <Button type="submit" kind="main" busy={busy}>
                  {text('subscriptions.add')}
                </Button>
              </div>
            </Form>
          </section>
          <KeyPanel recipientKey={recipientKey} answer={answer} />
          {may('manage machine accounts of own organisation') && (
            <p>
              <Link to="/webhooks">{text('webhooks')}</Link>{' '}
              <span className="soft">{text('webhooks.lead')}</span>
            </p>
          )}
        </aside>
      </div>
    </Page>
  );
}

function One({ subscription: one }: { subscription: Subscription }) {
  const text = useText();
  const sentence = useCriteriaWords();
  return (
    <div className="panel stack stack-s">
      <h2>{sentence(one)}</h2>
      <p className="row">
        <SubscriptionState subscription={one} />
        <span>{one.address}</span>
        <span className="soft">{localeNames[one.language]}</span>
        <span className="soft small">
          <Time at={one.createdAt} style="date" />
        </span>
      </p>
      {one.offReason && <p>{text.coded('problem', one.offReason)}</p>}
      <details className="more" open={one.state === 'off'}>
        <summary>{text(one.state === 'off' ? 'subscriptions.again' : 'change')}</summary>
        <Form method="post" className="stack measure">
          <input type="hidden" name="do" value="change" />
          <input type="hidden" name="id" value={one.id} />
          <LanguageField language={one.language} />
          <CriteriaFields criteria={one} />
          <div>
            <Button type="submit">{text('save')}</Button>
          </div>
        </Form>
      </details>
      <Form method="post">
        <input type="hidden" name="do" value="end" />
        <input type="hidden" name="id" value={one.id} />
        <ConfirmButton
          kind="quiet"
          question={text('subscriptions.end.question')}
          consequence={text('subscriptions.end.consequence')}
          confirm={text('subscriptions.end')}
        >
          {text('subscriptions.end')}
        </ConfirmButton>
      </Form>
    </div>
  );
}

const standings = { unconfirmed: 'waiting', on: 'done', off: 'failed' } as const;

export function SubscriptionState({
  subscription: { state },
}: {
  subscription: Pick<Subscription, 'state'>;
}) {
  const text = useText();
  return <State standing={standings[state]}>{text(`subscriptionState.${state}`)}</State>;
}

function KeyPanel({ recipientKey: key, answer }: { recipientKey: OpenPgpKey | null; answer: Answer }) {
  const text = useText();
  const fieldError = useFieldError(answer);
  return (
    <section className="panel stack stack-s" aria-labelledby="key">
      <h2 id="key">{text('recipientKey')}</h2>
      <p className="soft">{text('recipientKey.lead')}</p>
      {answer && ['key', 'remove-key'].includes(answer.what) && <RefusalNotice answer={answer} />}
      {key && (
        <>
          {key.state === 'expired' && <Notice kind="warn" title={text('recipientKey.expired')} />}
          <p>
            <code className="wrap">{(key.fingerprint.match(/.{4}/g) ?? []).join(' ')}</code>
            <br />
            <span className="small">{key.userIds.join(', ')}</span>
            {key.expiresAt && (
              <>
                <br />
                <span className="small soft">
                  {text('signingKeys.expires')} <Time at={key.expiresAt} style="date" />
                </span>
              </>
            )}
          </p>
          <Form method="post">
            <input type="hidden" name="do" value="remove-key" />
            <ConfirmButton
              kind="quiet"
              question={text('recipientKey.remove.question')}
              consequence={text('recipientKey.remove.consequence')}
              confirm={text('remove')}
            >
              {text('remove')}
            </ConfirmButton>
          </Form>
        </>
      )}
      <details className="more" open={!key || answer?.what === 'key'}>
        <summary>{text(key ? 'recipientKey.replace' : 'recipientKey.give')}</summary>
        <Form method="post" className="stack">
          <input type="hidden" name="do" value="key" />
          <TextArea
            label={text('recipientKey.public')}
            hint={text('recipientKey.public.hint')}
            name="publicKey"
            required
            rows={6}
            error={fieldError('publicKey')}
            autoComplete="off"
            spellCheck={false}
          />
          <div>
            <Button type="submit">{text('save')}</Button>
          </div>
        </Form>
      </details>
    </section>
  );
}
