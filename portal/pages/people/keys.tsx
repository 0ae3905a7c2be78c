import { apis, Tlp as TlpShape, type MachineKey } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/keys';
import { Secret } from './once.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const { items } = await reader(context, request)(apis.people.keys);
  return { keys: items, owner: acting?.organisation.name ?? '' };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  return attempt(async () => {
    if (word(form, 'do') === 'revoke') {
      await call(apis.people.revokeKey, { params: { id: word(form, 'id') } });
      return null;
    }
    const { key, secret } = await call(apis.people.addKey, {
      body: {
        name: word(form, 'name'),
        maxTlp: TlpShape.catch('CLEAR').parse(word(form, 'maxTlp')),
        days: Number(word(form, 'days')) || 90,
      },
    });
    return { name: key.name, secret };
  });
}

export default function Keys({ loaderData: { keys, owner }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const made = actionData?.done;
  const { words, time } = useColumns();
  const columns: Column<MachineKey>[] = [
    words('name', text('name'), ({ name }) => name),
    { id: 'start', label: text('keys.start'), cell: ({ start }) => <code>{start}…</code> },
    {
      id: 'maxTlp',
      label: text('keys.ceiling'),
      sort: ({ maxTlp }) => maxTlp,
      cell: ({ maxTlp }) => <Tlp label={maxTlp} />,
    },
    time('lastUsed', text('keys.lastUsed'), ({ lastUsed }) => lastUsed, { style: 'ago' }),
    time('expires', text('keys.expires'), ({ expiresAt }) => expiresAt, { style: 'date' }),
    {
      id: 'revoke',
      label: text('change'),
      cell: (key) => (
        <Form method="post">
          <input type="hidden" name="do" value="revoke" />
          <input type="hidden" name="id" value={key.id} />
          <ConfirmButton
            size="small"
            kind="quiet"
            question={text('keys.revoke.question', { name: key.name })}
            consequence={text('keys.revoke.consequence')}
            confirm={text('keys.revoke')}
          >
            {text('keys.revoke')}
          </ConfirmButton>
        </Form>
      ),
    },
  ];
  return (
    <Page title={text('keys')} lead={text('keys.lead')} seen={{ scope: 'own', owner }}>
      <RefusalNotice answer={actionData} />
      {made && (
        <Notice kind="warn" live title={text('keys.once', { name: made.name })}>
          <Secret words={made.secret} />
        </Notice>
      )}
      <div className="split">
        <DataTable
          caption={text('keys')}
          rows={keys}
          columns={columns}
          rowKey={({ id }) => id}
          order="name"
          empty={<Empty title={text('keys.none')}>{text('keys.none.why')}</Empty>}
        />
        <section className="panel" aria-labelledby="add">
          <h2 id="add">{text('keys.add')}</h2>
          <Form method="post" className="stack" key={made?.secret ?? 'add'}>
            <TextField
              label={text('name')}
              hint={text('keys.name.hint')}
              name="name"
              required
              error={fieldError('name')}
            />
            <SelectField
              label={text('keys.ceiling')}
              hint={text('keys.ceiling.hint')}
              name="maxTlp"
              options={TlpShape.options.map((label) => ({ value: label, label: `TLP:${label}` }))}
            />
            <TextField
              label={text('keys.days')}
              name="days"
              type="number"
              min={1}
              max={366}
              defaultValue={90}
              required
              width="code"
              error={fieldError('days')}
            />
            <div>
              <Button type="submit" kind="main" busy={busy}>
                {text('keys.make')}
              </Button>
            </div>
          </Form>
        </section>
      </div>
    </Page>
  );
}
