import { apis, type SigningKey, urlOf } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { CopyButton, useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, secret, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/signing-keys';

const reasons = ['superseded', 'retired', 'compromised'] as const;

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const { items } = await read(apis.signingKeys.list);
  // Where there is no CERT yet, there is nobody to encrypt to.
  const bundles = await attempt(() => visitOf(context).call(apis.bundles.recipient));
  return { keys: items, recipient: bundles.done ?? null };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  return attempt(() => {
    switch (word(form, 'do')) {
      case 'revoke':
        return call(apis.signingKeys.revoke, {
          params: { id: word(form, 'id') },
          body: { reason: reasons.find((one) => one === word(form, 'reason')) ?? 'superseded' },
        });
      case 'import':
        return call(apis.signingKeys.import, {
          body: { privateKey: secret(form, 'privateKey'), passphrase: secret(form, 'passphrase') },
        });
      default:
        return call(apis.signingKeys.create, { body: { years: Number(word(form, 'years')) || 2 } });
    }
  });
}

/** The keys that sign what leaves. Public for everybody; the administrator makes, imports and revokes. */
export default function SigningKeys({ loaderData: { keys, recipient }, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay()('manage platform settings and roles');
  const mayMake = useMay()('make a field kit');
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const active = keys.find(({ state }) => state === 'active');
  return (
    <Page
      title={text('signingKeys')}
      lead={text('signingKeys.lead')}
      seen={{ scope: 'everyone' }}
      help={text('signingKeys.help')}
      actions={
        mayMake && (
          <ButtonLink to="/kits" icon="download">
            {text('kits')}
          </ButtonLink>
        )
      }
    >
      <RefusalNotice answer={actionData} />
      {may && active?.warning && <Notice kind="warn" title={text.coded('keyWarning', active.warning)} />}
      <div className={may ? 'split' : 'stack'}>
        <div className="stack">
          {keys.length === 0 && (
            <Empty title={text('signingKeys.none')}>{text('signingKeys.none.why')}</Empty>
          )}
          {keys.map((key) => (
            <KeyPanel key={key.id} signingKey={key} may={may} />
          ))}
          {recipient && (
            <section className="panel stack stack-s" aria-labelledby="bundle-key">
              <h2 id="bundle-key">{text('bundle.key')}</h2>
              <p>{text('bundle.key.why')}</p>
              <p>
                <code className="wrap">{recipient.recipient}</code>
              </p>
              <p className="soft small">
                {text.rich('bundle.key.where', {
                  address: <code>{urlOf(apis.bundles.recipient)}</code>,
                  date: <Time at={recipient.madeAt} style="date" />,
                })}
              </p>
              <div>
                <CopyButton words={recipient.recipient} label={text('bundle.key.copy')} />
              </div>
            </section>
          )}
        </div>
        {may && (
          <aside className="stack" aria-label={text('change')}>
            <section className="panel stack" aria-labelledby="make">
              <h2 id="make">{text('signingKeys.make')}</h2>
              <p className="soft">{text('signingKeys.make.lead')}</p>
              <Form method="post" className="stack">
                <TextField
                  label={text('signingKeys.years')}
                  name="years"
                  type="number"
                  min={1}
                  max={10}
                  defaultValue={2}
                  width="code"
                  required
                />
                <div>
                  <Button type="submit" kind="main" busy={busy}>
                    {text('signingKeys.make')}
                  </Button>
                </div>
              </Form>
            </section>
            <section className="panel stack" aria-labelledby="import">
              <h2 id="import">{text('signingKeys.import')}</h2>
              <Form method="post" className="stack">
                <input type="hidden" name="do" value="import" />
                <TextArea
                  label={text('signingKeys.private')}
                  hint={text('signingKeys.private.hint')}
                  name="privateKey"
                  required
                  rows={6}
                  error={fieldError('privateKey')}
                  autoComplete="off"
                  spellCheck={false}
                />
                <TextField
                  label={text('signingKeys.passphrase')}
                  name="passphrase"
                  type="password"
                  autoComplete="off"
                  error={fieldError('passphrase')}
                />
                <div>
                  <Button type="submit" busy={busy}>
                    {text('signingKeys.import')}
                  </Button>
                </div>
              </Form>
            </section>
          </aside>
        )}
      </div>
    </Page>
  );
}

const standings = { active: 'done', retired: 'stopped', revoked: 'failed' } as const;

function KeyPanel({ signingKey: key, may }: { signingKey: SigningKey; may: boolean }) {
  const text = useText();
  return (
    <section className="panel stack stack-s" aria-labelledby={key.id}>
      <h2 id={key.id}>
        <code className="wrap">{(key.fingerprint.match(/.{4}/g) ?? []).join(' ')}</code>
      </h2>
      <dl className="facts">
        <dt>{text('state')}</dt>
        <dd>
          <State standing={standings[key.state]}>{text(`signingKeyState.${key.state}`)}</State>{' '}
          {key.revokedReason &&
            text.coded('signingKeyRevoked', { code: key.revokedReason, text: key.revokedReason })}
        </dd>
        <dt>{text('signingKeys.for')}</dt>
        <dd>{key.userIds.join(', ')}</dd>
        <dt>{text('signingKeys.algorithm')}</dt>
        <dd>{algorithmName(key.algorithm)}</dd>
        <dt>{text('signingKeys.made')}</dt>
        <dd>
          <Time at={key.madeAt} style="date" />
        </dd>
        <dt>{text('signingKeys.expires')}</dt>
        <dd>
          <Time at={key.expiresAt} style="date" />
        </dd>
      </dl>
      <div className="row">
        <a
          className="button button-plain button-normal"
          href={`/.well-known/csaf/openpgp/${key.fingerprint}.asc`}
        >
          <Icon name="download" /> {text('signingKeys.download')}
        </a>
        {may && key.state !== 'revoked' && (
          <Form method="post" className="row">
            <input type="hidden" name="do" value="revoke" />
            <input type="hidden" name="id" value={key.id} />
            <SelectField
              label={text('signingKeys.revoke.why')}
              name="reason"
              options={reasons.map((value) => ({ value, label: text(`signingKeyRevoked.${value}`) }))}
            />
            <ConfirmButton
              kind="quiet"
              question={text('signingKeys.revoke.question')}
              consequence={text('signingKeys.revoke.consequence')}
              confirm={text('signingKeys.revoke')}
            >
              {text('signingKeys.revoke')}
            </ConfirmButton>
          </Form>
        )}
      </div>
    </section>
  );
}

/** The library tells the packet format of RFC 4880 apart in the name; to whoever compares a key it is the same curve. */
const algorithmName = (algorithm: string) =>
  algorithm.replace(/^(?:eddsaLegacy )?ed25519(?:Legacy)?$/i, 'Ed25519').replace(/^rsa\w* (?=\d)/i, 'RSA ');
