import { apis } from '@busbar/contract';
import { useState } from 'react';
import { Form, Link, redirect, useNavigation, useRevalidator } from 'react-router';

import { visitOf } from '../../context.ts';
import { languageCookie, isLocale, localeNames, locales } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { FormError, SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { CopyButton, useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/me';
import { NewPasswordField } from '../fields.tsx';
import { useLasting } from '../live.ts';
import { auth, failureWords } from './auth.ts';
import { addPasskey, signInAgainWithPasskey, usePasskeys } from './passkeys.ts';

interface Passkey {
  id: string;
  name: string | null;
  createdAt: string | null;
}
interface Session {
  id: string;
  userAgent: string | null;
  createdAt: string;
  updatedAt: string;
}

export async function loader({ request, context }: Route.LoaderArgs) {
  const { person, secondFactor, mustAddSecondFactor, mustUsePasskey } = signedIn(context, request);
  const { send } = visitOf(context);
  const [passkeys, sessions] = await Promise.all([
    auth<Passkey[]>(send, 'GET', 'passkey/list-user-passkeys'),
    auth<Session[]>(send, 'GET', 'list-sessions'),
  ]);
  return {
    person,
    secondFactor,
    mustAddSecondFactor,
    mustUsePasskey,
    first: new URL(request.url).searchParams.has('first'),
    passkeys:
      passkeys.ok && Array.isArray(passkeys.reply)
        ? passkeys.reply.map(({ id, name, createdAt }) => ({ id, name, createdAt }))
        : [],
    // Session tokens stay on the server.
    sessions:
      sessions.ok && Array.isArray(sessions.reply)
        ? sessions.reply.map(({ id, userAgent, createdAt, updatedAt }) => ({
            id,
            userAgent,
            createdAt,
            updatedAt,
          }))
        : [],
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call, send } = visitOf(context);
  const form = await request.formData();
  switch (word(form, 'do')) {
    case 'profile': {
      const language = word(form, 'language');
      const answer = await attempt(() =>
        call(apis.people.changeMe, {
          body: { name: word(form, 'name'), language: isLocale(language) ? language : null },
        }),
      );
      if (answer.refused) return { part: 'profile', ...answer } as const;
      const headers = new Headers();
      if (isLocale(language))
        headers.append('set-cookie', `${languageCookie}=${language}; Path=/; Max-Age=31536000; SameSite=Lax`);
      throw redirect('/me?saved=profile', { headers });
    }
    case 'password': {
      const answer = await auth(send, 'POST', 'change-password', {
        currentPassword: form.get('current'),
        newPassword: form.get('new'),
        revokeOtherSessions: true,
      });
      return answer.ok
        ? ({ part: 'password', saved: true } as const)
        : ({ part: 'password', failure: answer.code } as const);
    }
    case 'codes': {
      const answer = await auth<{ backupCodes: string[] }>(send, 'POST', 'two-factor/generate-backup-codes', {
        password: form.get('password'),
      });
      return answer.ok
        ? ({ part: 'codes', codes: answer.reply.backupCodes } as const)
        : ({ part: 'codes', failure: answer.code } as const);
    }
    case 'remove-passkey': {
      const answer = await auth(send, 'POST', 'passkey/delete-passkey', { id: word(form, 'id') });
      return answer.ok
        ? ({ part: 'passkeys', saved: true } as const)
        : ({ part: 'passkeys', failure: answer.code } as const);
    }
    case 'end-sessions': {
      const answer = await auth(send, 'POST', 'revoke-other-sessions', {});
      return answer.ok
        ? ({ part: 'sessions', saved: true } as const)
        : ({ part: 'sessions', failure: answer.code } as const);
    }
    default:
      return null;
  }
}

export default function MePage({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const may = useMay();
  const { person, secondFactor, mustAddSecondFactor, mustUsePasskey, first, passkeys, sessions } = loaderData;
  const busy = useNavigation().state === 'submitting';
  const failure = (part: string) =>
    actionData?.part === part && 'failure' in actionData && actionData.failure ? (
      <FormError>{failureWords(text, actionData.failure)}</FormError>
    ) : null;
  const saved = (part: string) =>
    actionData?.part === part && 'saved' in actionData ? (
      <Notice kind="good" live title={text('saved')} />
    ) : null;

  return (
    <Page plain title={text('profile')} seen={{ scope: 'me' }} help={text('profile.help')}>
      {mustUsePasskey && <PasskeyNeeded has={passkeys.length > 0} />}
      {!mustUsePasskey &&
        (mustAddSecondFactor || first) &&
        secondFactor &&
        secondFactor.passkeys === 0 &&
        !secondFactor.totp && (
          <Notice kind="warn" title={text('secondFactor.must')}>
            {text('secondFactor.must.why')}
          </Notice>
        )}
      <section className="stack" aria-labelledby="passkeys">
        <h2 id="passkeys">{text('passkeys')}</h2>
        <p className="soft">{text('passkeys.lead')}</p>
        {failure('passkeys')}
        {saved('passkeys')}
        {passkeys.length > 0 && (
          <ul className="plain-list lines">
            {passkeys.map((passkey) => (
              <li key={passkey.id} className="row row-end">
                <span className="row">
                  <Icon name="key" />
                  <strong>{passkey.name ?? text('passkeys.unnamed')}</strong>
                  {passkey.createdAt && (
                    <span className="soft small">
                      <Time at={passkey.createdAt} style="date" />
                    </span>
                  )}
                </span>
                <Form method="post">
                  <input type="hidden" name="do" value="remove-passkey" />
                  <input type="hidden" name="id" value={passkey.id} />
                  <ConfirmButton
                    size="small"
                    kind="quiet"
                    question={text('passkeys.remove.question', {
                      name: passkey.name ?? text('passkeys.unnamed'),
                    })}
                    consequence={text('passkeys.remove.consequence')}
                    confirm={text('remove')}
                  >
                    {text('remove')}
                  </ConfirmButton>
                </Form>
              </li>
            ))}
          </ul>
        )}
        <AddPasskey
          main={passkeys.length === 0}
          unable={text(mustUsePasskey ? 'passkeys.unable.staff' : 'passkeys.unable')}
        />
      </section>

      <section className="stack" aria-labelledby="totp">
        <h2 id="totp">{text('totp')}</h2>
        <p className="soft">{text('totp.lead')}</p>
        {secondFactor?.totp ? (
          <>
            <p>
              <Icon name="check" /> {text('totp.on', { codes: secondFactor.recoveryCodesLeft })}
            </p>
            {failure('codes')}
            {actionData?.part === 'codes' && 'codes' in actionData && actionData.codes && (
              <RecoveryCodes codes={actionData.codes} />
            )}
            <details className="more">
              <summary>{text('codes.new')}</summary>
              <Form method="post" className="stack">
                <input type="hidden" name="do" value="codes" />
                <p className="soft">{text('codes.new.lead')}</p>
                <TextField
                  label={text('password')}
                  name="password"
                  type="password"
                  autoComplete="current-password"
                  required
                  width="short"
                />
                <div>
                  <Button type="submit" busy={busy}>
                    {text('codes.make')}
                  </Button>
                </div>
              </Form>
            </details>
          </>
        ) : (
          <div>
            <ButtonLink to="/me/totp">{text('totp.add')}</ButtonLink>
          </div>
        )}
      </section>

      <section className="stack" aria-labelledby="person">
        <h2 id="person">{text('profile.person')}</h2>
        <Form method="post" className="stack measure">
          <input type="hidden" name="do" value="profile" />
          <RefusalNotice answer={actionData?.part === 'profile' ? actionData : null} />
          <TextField
            label={text('yourName')}
            name="name"
            defaultValue={person.name}
            autoComplete="name"
            required
          />
          <TextField
            label={text('email')}
            defaultValue={person.email}
            readOnly
            hint={text('profile.email.hint')}
          />
          <SelectField
            label={text('language')}
            name="language"
            defaultValue={person.language ?? text.locale}
            options={locales.map((locale) => ({ value: locale, label: localeNames[locale] }))}
          />
          <div>
            <Button type="submit" busy={busy}>
              {text('save')}
            </Button>
          </div>
        </Form>
      </section>

      <section className="stack" aria-labelledby="password">
        <h2 id="password">{text('password')}</h2>
        {failure('password')}
        {saved('password')}
        <details className="more" open={actionData?.part === 'password'}>
          <summary>{text('password.change')}</summary>
          <Form method="post" className="stack measure">
            <input type="hidden" name="do" value="password" />
            <TextField
              label={text('password.current')}
              name="current"
              type="password"
              autoComplete="current-password"
              required
            />
            <NewPasswordField label={text('password.new')} name="new" />
            <div>
              <Button type="submit" busy={busy}>
                {text('password.change')}
              </Button>
            </div>
          </Form>
        </details>
      </section>

      <section className="stack" aria-labelledby="sessions">
        <h2 id="sessions">{text('sessions')}</h2>
        {saved('sessions')}
        <ul className="plain-list lines">
          {sessions.map((session) => (
            <li key={session.id} className="row row-end">
              <span className="clip">{session.userAgent || text('sessions.unknown')}</span>
              <span className="soft small">
                <Time at={session.updatedAt} style="ago" />
              </span>
            </li>
          ))}
        </ul>
        {sessions.length > 1 && (
          <Form method="post">
            <input type="hidden" name="do" value="end-sessions" />
            <Button type="submit">{text('sessions.endOthers')}</Button>
          </Form>
        )}
      </section>

      {may('manage machine accounts of own organisation') && (
        <section className="stack" aria-labelledby="machine-keys">
          <h2 id="machine-keys">{text('keys')}</h2>
          <p className="soft">{text('keys.lead')}</p>
          <p>
            <Link to="/keys">{text('keys.manage')}</Link>
          </p>
        </section>
      )}
    </Page>
  );
}

/** What somebody of the staff does next: nothing is lost, and nothing opens before. */
function PasskeyNeeded({ has }: { has: boolean }) {
  const text = useText();
  const revalidator = useRevalidator();
  const [failure, setFailure] = useState<string | null>(null);
  const show = async () => {
    const result = await signInAgainWithPasskey();
    setFailure(result === 'done' || result === 'cancelled' ? null : result);
    if (result === 'done') await revalidator.revalidate();
  };
  return (
    <Notice kind="warn" title={text(has ? 'passkeyNeeded.show' : 'passkeyNeeded.add')}>
      <div className="stack stack-s">
        <p>{text('passkeyNeeded.why')}</p>
        <p>{text(has ? 'passkeyNeeded.show.how' : 'passkeyNeeded.add.how')}</p>
        {failure && <FormError>{failureWords(text, failure)}</FormError>}
        {has && (
          <p className="needs-scripts">
            <Button kind="main" icon="key" onClick={() => void show()}>
              {text('again.passkey')}
            </Button>
          </p>
        )}
      </div>
    </Notice>
  );
}

function AddPasskey({ main, unable: words }: { main: boolean; unable: string }) {
  const text = useText();
  const able = usePasskeys();
  const revalidator = useRevalidator();
  const [failure, setFailure] = useState<string | null>(null);
  const add = async (name: string) => {
    const result = await addPasskey(name);
    setFailure(result === 'done' || result === 'cancelled' ? null : result);
    if (result === 'done') await revalidator.revalidate();
  };
  const unable = <p className="soft small">{words}</p>;
  if (!able) return unable;
  return (
    <>
      <noscript>{unable}</noscript>
      <form
        className="stack measure needs-scripts"
        onSubmit={(event) => {
          event.preventDefault();
          void add(word(new FormData(event.currentTarget), 'name'));
        }}
      >
        {failure && <FormError>{failureWords(text, failure)}</FormError>}
        <TextField
          label={text('passkeys.name')}
          hint={text('passkeys.name.hint')}
          name="name"
          maxLength={60}
          required
          width="short"
        />
        <div>
          <Button type="submit" data-scripts="" kind={main ? 'main' : 'plain'} icon="key">
            {text('passkeys.add')}
          </Button>
        </div>
      </form>
    </>
  );
}

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const text = useText();
  return (
    <Notice kind="warn" title={text('codes.once')} live>
      <p>{text('codes.keep')}</p>
      <ul className="codes mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyButton words={codes.join('\n')} />
    </Notice>
  );
}
