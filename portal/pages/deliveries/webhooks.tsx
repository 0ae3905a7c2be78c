import { apis, type Webhook } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { State, Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { Secret } from '../people/once.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/webhooks';
import { CriteriaFields, criteriaIn, Narrow, useCriteriaWords } from './criteria-fields.tsx';

const ceilings = ['CLEAR', 'GREEN', 'AMBER'] as const;

export async function loader({ request, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const { items } = await reader(context, request)(apis.webhooks.list);
  return { webhooks: items, owner: acting?.organisation.name ?? '' };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id: word(form, 'id') };
  const fields = () => ({
    ...criteriaIn(form),
    name: word(form, 'name'),
    url: word(form, 'url'),
    maxTlp: ceilings.find((one) => one === word(form, 'maxTlp')) ?? 'GREEN',
    warnings: form.has('warnings'),
  });
  return attempt(async () => {
    switch (word(form, 'do')) {
      case 'remove':
        await call(apis.webhooks.remove, { params });
        return { id: null };
      case 'change':
        await call(apis.webhooks.change, {
          params,
          body: { ...fields(), state: word(form, 'state') === 'off' ? 'off' : 'on' },
        });
        return { id: params.id };
      case 'test':
        return { id: params.id, tested: await call(apis.webhooks.test, { params }) };
      default: {
        const { webhook, secret } = await call(apis.webhooks.add, { body: fields() });
        return { id: webhook.id, secret };
      }
    }
  });
}

type Did = { id: string | null; secret?: string; tested?: Tested } | undefined;
type Tested = { answered: number | null; problem: { code: string; params?: object; text: string } | null };

/** Programs of an organisation that are told; kept by whoever manages its machine accounts. */
export default function Webhooks({ loaderData: { webhooks, owner }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const did = actionData?.done as Did;
  return (
    <Page
      title={text('webhooks')}
      lead={text('webhooks.lead')}
      seen={{ scope: 'own', owner }}
      help={text('webhooks.help')}
    >
      <RefusalNotice answer={actionData} />
      {did?.secret && (
        <Notice kind="good" live title={text('webhooks.made')}>
          <p>{text('webhooks.secret.once')}</p>
          <Secret words={did.secret} />
        </Notice>
      )}
      <div className="split">
        <div className="stack">
          {webhooks.length === 0 && <Empty title={text('webhooks.none')}>{text('webhooks.none.why')}</Empty>}
          {webhooks.map((one) => (
            <One key={one.id} webhook={one} tested={did?.id === one.id ? did.tested : undefined} />
          ))}
        </div>
        <section className="panel stack" aria-labelledby="add">
          <h2 id="add">{text('webhooks.add')}</h2>
          <Form method="post" className="stack">
            <Fields nameError={fieldError('name')} urlError={fieldError('url')} />
            <div>
              <Button type="submit" kind="main" busy={busy}>
                {text('webhooks.add')}
              </Button>
            </div>
          </Form>
        </section>
      </div>
    </Page>
  );
}

function Fields({
  webhook,
  nameError,
  urlError,
}: {
  webhook?: Webhook;
  nameError?: string | undefined;
  urlError?: string | undefined;
}) {
  const text = useText();
  return (
    <>
      <TextField
        label={text('webhooks.name')}
        name="name"
        defaultValue={webhook?.name}
        maxLength={200}
        required
        error={nameError}
      />
      <TextField
        label={text('webhooks.url')}
        hint={text('webhooks.url.hint')}
        name="url"
        type="url"
        pattern="https://.*"
        defaultValue={webhook?.url}
        maxLength={2000}
        required
        error={urlError}
      />
      <SelectField
        label={text('webhooks.ceiling')}
        hint={text('webhooks.ceiling.hint')}
        name="maxTlp"
        defaultValue={webhook?.maxTlp ?? 'GREEN'}
        options={ceilings.map((value) => ({ value, label: `TLP:${value}` }))}
      />
      <Checkbox
        name="warnings"
        value="on"
        label={text('webhooks.warnings')}
        hint={text('webhooks.warnings.hint')}
        defaultChecked={webhook?.warnings}
      />
      <Narrow>
        <CriteriaFields criteria={webhook} />
      </Narrow>
    </>
  );
}

function One({ webhook: one, tested }: { webhook: Webhook; tested: Tested | undefined }) {
  const text = useText();
  const sentence = useCriteriaWords();
  return (
    <section className="panel stack stack-s" aria-labelledby={one.id}>
      <h2 id={one.id}>{one.name}</h2>
      <p>
        <code className="wrap">{one.url}</code>
      </p>
      <p className="row">
        <State standing={one.state === 'on' ? 'done' : one.offReason ? 'failed' : 'stopped'}>
          {text(`webhookState.${one.state}`)}
        </State>
        <Tlp label={one.maxTlp} />
        {one.warnings && <span className="soft">{text('webhooks.warnings')}</span>}
        <span className="soft">{sentence(one)}</span>
      </p>
      <p className="soft small">
        {one.lastSentAt ? (
          <>
            {text('webhooks.last')} <Time at={one.lastSentAt} />
          </>
        ) : (
          text('webhooks.never')
        )}
      </p>
      {one.offReason && (
        <Notice kind="alarm" title={text('webhooks.offBecause')}>
          {text.coded('problem', one.offReason)}
        </Notice>
      )}
      {tested &&
        (tested.problem ? (
          <Notice kind="alarm" live title={text('webhooks.tested.not')}>
            {text.coded('problem', tested.problem as never)}
          </Notice>
        ) : (
          <Notice kind="good" live title={text('webhooks.tested', { status: tested.answered ?? 0 })} />
        ))}
      <div className="row">
        <Form method="post">
          <input type="hidden" name="do" value="test" />
          <input type="hidden" name="id" value={one.id} />
          <Button type="submit">{text('webhooks.test')}</Button>
        </Form>
        <Form method="post">
          <input type="hidden" name="do" value="remove" />
          <input type="hidden" name="id" value={one.id} />
          <ConfirmButton
            kind="quiet"
            question={text('webhooks.remove.question', { name: one.name })}
            consequence={text('webhooks.remove.consequence')}
            confirm={text('remove')}
          >
            {text('remove')}
          </ConfirmButton>
        </Form>
      </div>
      <details className="more" open={one.state === 'off'}>
        <summary>{text('change')}</summary>
        <Form method="post" className="stack measure">
          <input type="hidden" name="do" value="change" />
          <input type="hidden" name="id" value={one.id} />
          <Fields webhook={one} />
          <SelectField
            label={text('state')}
            name="state"
            defaultValue={one.state}
            options={(['on', 'off'] as const).map((value) => ({
              value,
              label: text(`webhookState.${value}`),
            }))}
          />
          <div>
            <Button type="submit">{text('save')}</Button>
          </div>
        </Form>
      </details>
    </section>
  );
}
