import { apis, OrganisationKind, type Organisation } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { CopyButton, useMay, useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { all, attempt, reader, signedIn, word, words } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/organisations';

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
  const may = useMay();
  const { origin } = useVisitor();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const columns: Column<Organisation>[] = [
    { id: 'name', label: text('name'), sort: ({ name }) => name, cell: ({ name }) => name },
    {
      id: 'kinds',
      label: text('organisations.kinds'),
      sort: (one) => one.kinds.map((kind) => text(`organisationKind.${kind}`)).join(', '),
      cell: (one) => one.kinds.map((kind) => text(`organisationKind.${kind}`)).join(', '),
    },
    { id: 'country', label: text('country'), sort: ({ country }) => country, cell: ({ country }) => country },
    {
      id: 'sectors',
      label: text('organisations.sectors'),
      sort: ({ sectors }) => sectors.join(', '),
      cell: ({ sectors }) => sectors.join(', '),
    },
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      cell: ({ state }) => text(`organisationState.${state}`),
    },
    {
      id: 'since',
      label: text('members.since'),
      sort: ({ since }) => since,
      words: () => '',
      cell: ({ since }) => <Time at={since} style="date" />,
    },
  ];
  const added = actionData?.done;
  return (
    <Page
      title={text('nav.organisations')}
      lead={text('organisations.lead')}
      seen={{ scope: 'administrators' }}
    >
      {added && (
        <Notice kind="good" live title={text('members.invited', { name: added.name })}>
          <p>{text('members.invited.once')}</p>
          <p className="row">
            <code className="secret">{`${origin}/invitation/${added.code}`}</code>
            <CopyButton words={`${origin}/invitation/${added.code}`} />
          </p>
        </Notice>
      )}
      <div className="split">
        <DataTable
          caption={text('nav.organisations')}
          rows={organisations}
          columns={columns}
          rowKey={({ id }) => id}
          order="name"
          empty={<Empty title={text('organisations.none')}>{text('organisations.none.why')}</Empty>}
        />
        {may('approve a member organisation') && (
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
              <TextField
                label={text('country')}
                hint={text('country.hint')}
                name="country"
                pattern="[A-Za-z]{2}"
                maxLength={2}
                required
                width="code"
                error={fieldError('country')}
              />
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
              <TextField
                label={text('email')}
                name="email"
                type="email"
                required
                error={fieldError('email')}
              />
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
