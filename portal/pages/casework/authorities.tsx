import { apis } from '@busbar/contract';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, reader, signedIn, word, words } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/authorities';

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const [{ items }, organisations] = await Promise.all([
    read(apis.deadlines.authorities),
    read(apis.people.organisations),
  ]);
  const readers = organisations.items.filter(({ kinds }) =>
    kinds.some((kind) => kind === 'government' || kind === 'cert'),
  );
  return { authorities: items, readers };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const given = (name: string) => word(form, name) || null;
  const remove = word(form, 'remove');
  const answer = await attempt(async () =>
    remove
      ? call(apis.deadlines.removeAuthority, { params: { id: remove } })
      : call(apis.deadlines.addAuthority, {
          body: {
            name: word(form, 'name'),
            laws: words(form, 'laws'),
            organisation: given('organisation'),
            mail: given('mail'),
            publicKey: given('publicKey'),
            page: given('page'),
            phone: given('phone'),
          },
        }),
  );
  if (answer.refused) return answer;
  throw redirect('/authorities');
}

/** Where authorities take notices: an administrator's list, which says nothing of any case. */
export default function Authorities({
  loaderData: { authorities, readers },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const errorOf = useFieldError(actionData);
  const busy = useNavigation().state === 'submitting';
  return (
    <Page title={text('nav.authorities')} lead={text('authorities.lead')} seen={{ scope: 'administrators' }}>
      {authorities.length === 0 ? (
        <Empty title={text('authorities.none')}>{text('authorities.none.why')}</Empty>
      ) : (
        <ul className="plain-list lines">
          {authorities.map((one) => (
            <li key={one.id} className="row">
              <span>
                <strong>{one.name}</strong>{' '}
                <span className="soft">
                  {[
                    one.reads && text('authority.reads'),
                    one.encrypted && text('authority.encrypted'),
                    one.mail,
                    one.page,
                    one.phone,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
              <Form method="post">
                <input type="hidden" name="remove" value={one.id} />
                <ConfirmButton
                  size="small"
                  question={text('authority.remove.question', { name: one.name })}
                  consequence={text('authority.remove.consequence')}
                  confirm={text('remove')}
                  aria-label={`${text('remove')}: ${one.name}`}
                >
                  {text('remove')}
                </ConfirmButton>
              </Form>
            </li>
          ))}
        </ul>
      )}
      <Form method="post" className="panel stack measure" aria-labelledby="add">
        <h2 id="add">{text('authority.add')}</h2>
        <RefusalNotice answer={actionData} />
        <TextField
          label={text('authority.name')}
          name="name"
          maxLength={200}
          required
          error={errorOf('name')}
        />
        <SelectField
          label={text('authority.organisation')}
          hint={text('authority.organisation.hint')}
          name="organisation"
          error={errorOf('organisation')}
          options={[
            { value: '', label: text('authority.organisation.none') },
            ...readers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <TextField
          label={text('authority.mail')}
          name="mail"
          type="email"
          maxLength={254}
          error={errorOf('mail')}
        />
        <TextArea
          label={text('authority.key')}
          hint={text('authority.key.hint')}
          name="publicKey"
          rows={4}
          error={errorOf('publicKey')}
        />
        <TextField
          label={text('authority.page')}
          name="page"
          type="url"
          maxLength={2000}
          error={errorOf('page')}
        />
        <TextField
          label={text('authority.phone')}
          name="phone"
          maxLength={60}
          width="short"
          error={errorOf('phone')}
        />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('authority.add')}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
