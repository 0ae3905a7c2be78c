import { apis, type CheckInvitation } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager, pageRows } from '../../ui/pager.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useMay } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/invitations';

const kinds = ['verdict', 'release'] as const;

export async function loader({ request, context }: Route.LoaderArgs) {
  const { acting, roles } = signedIn(context, request);
  const read = reader(context, request);
  const query = new URL(request.url).searchParams;
  const kind = kinds.find((one) => one === query.get('kind'));
  const id = query.get('subject');
  const subject = kind && id ? { kind, id } : null;
  const { after, search: name = '' } = place(request);
  const [found, checkers] = await Promise.all([
    read(apis.invitedChecks.invitations, {
      query: { ...(subject && { subject: subject.id }), ...(after && { after }), limit: pageRows },
    }),
    subject && roles.includes('LEAD')
      ? read(apis.invitedChecks.checkers, { query: name ? { search: name } : {} })
      : null,
  ]);
  return {
    subject,
    name,
    items: found.items,
    next: found.next,
    checkers: checkers?.items ?? null,
    owner: acting?.organisation.name ?? '',
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const back = new URL(request.url).search;
  const answer = await attempt<unknown>(() => {
    if (word(form, 'do') === 'revoke')
      return call(apis.invitedChecks.revoke, { params: { id: word(form, 'id') } });
    const [person = '', organisation = ''] = word(form, 'checker').split(' ');
    return call(apis.invitedChecks.invite, {
      body: {
        subject: {
          kind: kinds.find((one) => one === word(form, 'kind')) ?? 'verdict',
          id: word(form, 'subject'),
        },
        person,
        organisation,
        days: Number(word(form, 'days')) || 7,
        note: word(form, 'note'),
        consented: word(form, 'consented') === 'true',
      },
    });
  });
  if (answer.refused) return answer;
  throw redirect(`/check-invitations${back}`);
}

const standings = { open: 'waiting', answered: 'done', revoked: 'stopped', over: 'stopped' } as const;

/** Whom outside the CERT a lead asked to check what, and until when. */
export default function Invitations({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay()('invite a participant', ['Y']);
  const busy = useNavigation().state === 'submitting';
  const { subject, name, items, next, checkers, owner } = loaderData;
  const { words, time } = useColumns();
  const columns: Column<CheckInvitation>[] = [
    {
      id: 'title',
      label: text('checks.what'),
      sort: ({ title }) => title,
      cell: ({ title, subject: { kind, id } }) => (
        <Link to={kind === 'verdict' ? `/verdicts/${id}` : `/releases/${id}`}>{title}</Link>
      ),
    },
    words('person', text('checks.who'), ({ person, organisation }) => `${person} (${organisation})`),
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      cell: ({ state }) => <State standing={standings[state]}>{text(`checkInvitationState.${state}`)}</State>,
    },
    time('until', text('checks.until'), ({ until }) => until, { style: 'short' }),
    words('by', text('checks.by'), ({ invitedBy }) => invitedBy),
    {
      id: 'do',
      label: text('change'),
      cell: ({ id, state, person }) =>
        may && state === 'open' ? (
          <Form method="post">
            <input type="hidden" name="do" value="revoke" />
            <input type="hidden" name="id" value={id} />
            <ConfirmButton
              size="small"
              kind="quiet"
              question={text('checks.revoke.question', { name: person })}
              consequence={text('checks.revoke.consequence')}
              confirm={text('checks.revoke')}
            >
              {text('checks.revoke')}
            </ConfirmButton>
          </Form>
        ) : null,
    },
  ];
  return (
    <Page
      title={text('checkInvitations')}
      lead={text('checkInvitations.lead')}
      seen={{ scope: 'own', owner }}
      help={text('checkInvitations.help')}
    >
      <RefusalNotice answer={actionData} />
      {subject && checkers && (
        <section className="panel stack" aria-labelledby="invite">
          <h2 id="invite">{text('checks.invite')}</h2>
          <p className="soft measure">{text('checks.invite.lead')}</p>
          <Form method="get" role="search" className="row" aria-label={text('checks.find')}>
            <input type="hidden" name="kind" value={subject.kind} />
            <input type="hidden" name="subject" value={subject.id} />
            <SearchBox label={text('checks.find')} />
            <button className="button button-plain button-normal">{text('search')}</button>
          </Form>
          {checkers.length === 0 ? (
            <Notice title={text(name ? 'checks.nobody.so' : 'checks.nobody')} />
          ) : (
            <Form method="post" className="stack measure">
              <input type="hidden" name="kind" value={subject.kind} />
              <input type="hidden" name="subject" value={subject.id} />
              <SelectField
                label={text('checks.who')}
                name="checker"
                required
                options={checkers.map((one) => ({
                  value: `${one.person} ${one.organisation.id}`,
                  label: `${one.name} (${one.organisation.name})`,
                }))}
              />
              <TextField
                label={text('checks.days')}
                name="days"
                type="number"
                min={1}
                max={30}
                defaultValue={7}
                width="code"
                required
              />
              <TextArea
                label={text('checks.note')}
                hint={text('checks.note.hint')}
                name="note"
                rows={2}
                maxLength={1000}
              />
              <Checkbox
                name="consented"
                value="true"
                label={text('checks.consented')}
                hint={text('checks.consented.hint')}
              />
              <div>
                <Button type="submit" kind="main" busy={busy}>
                  {text('checks.invite')}
                </Button>
              </div>
            </Form>
          )}
        </section>
      )}
      <DataTable
        name="check-invitations"
        caption={text('checkInvitations')}
        rows={items}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<Empty title={text('checkInvitations.none')}>{text('checkInvitations.none.why')}</Empty>}
      />
      <Pager next={next} />
    </Page>
  );
}
