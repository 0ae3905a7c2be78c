import { apis, type PackKey } from '@busbar/contract';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/pack-keys';
import { Fingerprint, PacksPage, SignerFacts } from './pack-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  return reader(context, request)(apis.packKeys.list);
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const publicKey = word(form, 'publicKey');
  switch (word(form, 'do')) {
    case 'remove': {
      const answer = await attempt(() => call(apis.packKeys.remove, { params: { id: word(form, 'id') } }));
      if (answer.refused) return answer;
      throw redirect('/packs/keys');
    }
    case 'accept': {
      const answer = await attempt(() =>
        call(apis.packKeys.accept, { body: { publicKey, fingerprint: word(form, 'fingerprint') } }),
      );
      if (answer.done) throw redirect('/packs/keys');
      const shown = await attempt(() => call(apis.packKeys.look, { body: { publicKey } }));
      return { ...answer, found: shown.done, publicKey };
    }
    default: {
      const answer = await attempt(() => call(apis.packKeys.look, { body: { publicKey } }));
      return { ...answer, found: answer.done, publicKey };
    }
  }
}

/** Whose packs are taken: a key is looked at first, and accepted by its fingerprint. */
export default function PackKeys({ loaderData: { items }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const looked = actionData && 'publicKey' in actionData ? actionData : undefined;
  return (
    <PacksPage current="/packs/keys" help="packs.keys.help">
      <RefusalNotice answer={actionData} />
      <div className="split">
        <div className="stack">
          {items.length === 0 && <Empty title={text('packs.keys.none')}>{text('packs.keys.none.why')}</Empty>}
          {items.map((key) => (
            <KeyPanel key={key.fingerprint} packKey={key} />
          ))}
        </div>
        <aside className="stack" aria-label={text('packs.keys.add')}>
          <section className="panel stack" aria-labelledby="add">
            <h2 id="add">{text('packs.keys.add')}</h2>
            {looked?.found ? (
              <Form method="post" className="stack" key={looked.found.fingerprint}>
                <input type="hidden" name="do" value="accept" />
                <input type="hidden" name="publicKey" value={looked.publicKey} />
                <SignerFacts signer={looked.found} />
                <p>{text('pack.accept.lead')}</p>
                <TextField
                  label={text('packs.keys.fingerprint')}
                  hint={text('packs.keys.fingerprint.hint')}
                  name="fingerprint"
                  required
                  autoComplete="off"
                  spellCheck={false}
                  error={fieldError('fingerprint')}
                />
                <div>
                  <Button type="submit" kind="main" busy={busy}>
                    {text('pack.accept')}
                  </Button>
                </div>
              </Form>
            ) : (
              <Form method="post" className="stack">
                <input type="hidden" name="do" value="look" />
                <TextArea
                  label={text('packs.keys.public')}
                  hint={text('packs.keys.public.hint')}
                  name="publicKey"
                  rows={6}
                  required
                  defaultValue={looked?.publicKey ?? ''}
                  autoComplete="off"
                  spellCheck={false}
                  className="input mono"
                  error={fieldError('publicKey')}
                />
                <div>
                  <Button type="submit" icon="search" busy={busy}>
                    {text('packs.keys.look')}
                  </Button>
                </div>
              </Form>
            )}
          </section>
        </aside>
      </div>
    </PacksPage>
  );
}

const standings = { good: 'done', expired: 'stopped', revoked: 'failed' } as const;

function KeyPanel({ packKey: key }: { packKey: PackKey }) {
  const text = useText();
  return (
    <section className="panel stack stack-s" aria-labelledby={key.fingerprint}>
      <h2 id={key.fingerprint}>
        <Fingerprint of={key.fingerprint} />
      </h2>
      <dl className="facts">
        <dt>{text('state')}</dt>
        <dd>
          <State standing={standings[key.state]}>{text(`packs.keys.state.${key.state}`)}</State>
        </dd>
        <dt>{text('pack.key.for')}</dt>
        <dd>{key.userIds.join(', ') || '–'}</dd>
        <dt>{text('packs.keys.expires')}</dt>
        <dd>{key.expiresAt ? <Time at={key.expiresAt} style="date" /> : '–'}</dd>
        <dt>{text('packs.keys.accepted')}</dt>
        <dd>
          {key.addedAt ? (
            <>
              <Time at={key.addedAt} /> {key.addedBy}
            </>
          ) : (
            text('packs.keys.own')
          )}
        </dd>
      </dl>
      {key.id && (
        <Form method="post">
          <input type="hidden" name="do" value="remove" />
          <input type="hidden" name="id" value={key.id} />
          <ConfirmButton
            kind="quiet"
            size="small"
            question={text('packs.keys.remove.question')}
            consequence={text('packs.keys.remove.consequence')}
            confirm={text('packs.keys.remove')}
          >
            {text('packs.keys.remove')}
          </ConfirmButton>
        </Form>
      )}
    </section>
  );
}
