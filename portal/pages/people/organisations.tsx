import { apis, OrganisationKind, type Organisation } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { TextField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { all, attempt, reader, signedIn, word, words } from '../calls.ts';
import { CountryField, EmailField } from '../fields.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/organisations';
import { InvitationMade } from './once.tsx';

const kinds = OrganisationKind.options;

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const { items } = await all((after) =>
    read(apis.people.organisations, { query: { limit: 200, ...(after && { after }) } }),
  );
  return { organisations: items };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  return attempt(async () => {
    const { organisation, code } = await call(apis.people.addOrganisation, {
      body: {
        name: word(form, 'name'),
        kinds: OrganisationKind.array().catch([]).parse(words(form, 'kind')),
        country: word(form, 'country').toUpperCase(),
        sectors: word(form, 'sectors')
          .split(',')
          .map((sector) => sector.trim())
          .filter(Boolean),
        authoriser: { name: word(form, 'authoriser'), email: word(form, 'email').toLowerCase() },
      },
    });
    return { name: organisation.name, code };
  });
}

export default function Organisations({ loaderData: { organisations }, actionData }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const approve = may('approve a member organisation');
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const { words: worded, time } = useColumns();
  const columns: Column<Organisation>[] = [
    worded('name', text('name'), ({ name }) => name),
    worded('kinds', text('organisations.kinds'), (one) =>
      one.kinds.map((kind) => text(`organisationKind.${kind}`)).join(', '),
    ),
    worded('country', text('country'), ({ country }) => format.country(country ?? '')),
    worded('sectors', text('organisations.sectors'), ({ sectors }) => sectors.join(', ')),
    worded('state', text('state'), ({ state }) => text(`organisationState.${state}`)),
    time('since', text('members.since'), ({ since }) => since, { style: 'date' }),
  ];
  const added = actionData?.done;
  return (
    <Page
      title={text('nav.organisations')}
      lead={text('organisations.lead')}
      seen={{ scope: 'administrators' }}
    >
      {added && <InvitationMade {...added} />}
      <div className={approve ? 'split' : 'stack'}>
        <DataTable
          caption={text('nav.organisations')}
          rows={organisations}
          columns={columns}
          rowKey={({ id }) => id}
          order="name"
          empty={<Empty title={text('organisations.none')}>{text('organisations.none.why')}</Empty>}
        />
        {approve && (
          <section className="panel" aria-labelledby="add">
            <h2 id="add">{text('organisations.add')}</h2>
            <Form method="post" className="stack" key={added?.code ?? 'add'}>
              <RefusalNotice answer={actionData} />
              <TextField label={text('name')} name="name" required error={fieldError('name')} />
              <fieldset className="field">
                <legend>{text('organisations.kinds')}</legend>
                {kinds.map((kind) => (
                  <label key={kind} className="role-choice">
                    <input type="checkbox" name="kind" value={kind} />
                    <span>{text(`organisationKind.${kind}`)}</span>
                  </label>
                ))}
              </fieldset>
              <CountryField name="country" required error={fieldError('country')} />
              <TextField
                label={text('organisations.sectors')}
                hint={text('organisations.sectors.hint')}
                name="sectors"
              />
              <TextField
                label={text('organisations.authoriser')}
                hint={text('organisations.authoriser.hint')}
                name="authoriser"
                required
                error={fieldError('authoriser.name')}
              />
              <EmailField name="email" error={fieldError('email')} />
              <div>
                <Button type="submit" kind="main" busy={busy}>
                  {text('organisations.add.send')}
                </Button>
              </div>
            </Form>
          </section>
        )}
      </div>
    </Page>
  );
}
