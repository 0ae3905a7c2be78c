import {
  apis,
  RoleCode,
  rolesOfKind,
  staffRoles,
  type Invitation,
  type Member,
  type Role,
} from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { roleNames } from '../../ui/role-names.ts';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { all, attempt, reader, signedIn, word, words } from '../calls.ts';
import { EmailField } from '../fields.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/members';
import { InvitationMade } from './once.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const me = signedIn(context, request);
  const read = reader(context, request);
  const { call } = visitOf(context);
  const staff = me.roles.includes('ADM');
  const [members, invitations] = await Promise.all([
    all((after) => read(apis.people.members, { query: { limit: 200, ...(after && { after }) } })),
    attempt(() =>
      call(staff ? apis.people.staffInvitations : apis.people.invitations, { query: { limit: 200 } }),
    ),
  ]);
  return {
    me: me.person.id,
    organisation: me.acting?.organisation ?? null,
    members: members.items,
    invitations: invitations.done?.items.filter(({ state }) => state === 'open' || state === 'expired') ?? [],
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call, me } = visitOf(context);
  const form = await request.formData();
  const roles = RoleCode.array().catch([]).parse(words(form, 'role'));
  const id = word(form, 'id');
  // The administrator brings in staff of the CERT; everybody else their own organisation.
  const staff = me?.roles.includes('ADM') ?? false;
  const result = await attempt(async () => {
    switch (word(form, 'do')) {
      case 'invite': {
        const body = { name: word(form, 'name'), email: word(form, 'email').toLowerCase(), roles };
        const { invitation, code } = await call(staff ? apis.people.inviteStaff : apis.people.invite, {
          body,
        });
        return { invited: { name: invitation.name, code } };
      }
      case 'roles':
        await call(staff ? apis.people.changeStaffRoles : apis.people.changeRoles, {
          params: { id },
          body: { roles },
        });
        return { saved: true };
      case 'end':
        await call(staff ? apis.people.endStaffMembership : apis.people.endMembership, { params: { id } });
        return { saved: true };
      case 'withdraw':
        await call(staff ? apis.people.withdrawStaffInvitation : apis.people.withdrawInvitation, {
          params: { id },
        });
        return { saved: true };
      case 'sign-in':
        await call(apis.system.setSignIn, { body: { staffMustUsePasskey: word(form, 'to') === 'passkey' } });
        return { saved: true };
      default:
        return {};
    }
  });
  return { part: word(form, 'do'), ...result };
}

export default function Members({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const { me, organisation, members, invitations } = loaderData;
  const manage = may('manage users of own organisation') || may('manage platform settings and roles');
  const offered = [...new Set(organisation?.kinds.flatMap((kind) => rolesOfKind[kind]) ?? [])];
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const invited = actionData?.done && 'invited' in actionData.done ? actionData.done.invited : undefined;

  const { words: worded, time } = useColumns();
  const columns: Column<Member>[] = [
    worded('name', text('personName'), ({ person }) => person.name),
    worded('email', text('email'), ({ person }) => person.email),
    worded('roles', text('roles'), ({ roles }) => roleNames(text, roles)),
    {
      id: 'secondFactor',
      label: text('members.secondFactor'),
      sort: ({ secondFactor, passkey }) => Number(secondFactor) + Number(passkey),
      words: () => '',
      cell: ({ secondFactor, passkey }) => (
        <span className="row nowrap">
          <Icon name={secondFactor ? 'check' : 'alarm'} size={14} />{' '}
          {text(passkey ? 'members.passkey' : secondFactor ? 'members.app' : 'members.noSecondFactor')}
        </span>
      ),
    },
    time('seen', text('members.lastSeen'), ({ lastSeen }) => lastSeen, { style: 'ago' }),
    time('since', text('members.since'), ({ since }) => since, { style: 'date', spare: true }),
  ];
  if (manage) {
    columns.push({
      id: 'change',
      label: text('change'),
      cell: (member) =>
        member.person.id === me ? (
          <span className="faint">{text('members.you')}</span>
        ) : (
          <Menu
            // Closed again once the change is made.
            key={member.roles.join(' ')}
            label={text('change')}
            hint={text('members.change', { name: member.person.name })}
            side="end"
            className="menu-quiet"
          >
            <Form method="post" className="stack stack-s">
              <input type="hidden" name="do" value="roles" />
              <input type="hidden" name="id" value={member.id} />
              <RoleChoices offered={offered} held={member.roles} />
              <Button type="submit" size="small" busy={busy}>
                {text('save')}
              </Button>
            </Form>
            <Form method="post" className="menu-rule">
              <input type="hidden" name="do" value="end" />
              <input type="hidden" name="id" value={member.id} />
              <ConfirmButton
                size="small"
                kind="quiet"
                question={text('members.end.question', { name: member.person.name })}
                consequence={text('members.end.consequence', { name: member.person.name })}
                confirm={text('members.end')}
              >
                {text('members.end')}
              </ConfirmButton>
            </Form>
          </Menu>
        ),
    });
  }

  return (
    <Page
      title={text('nav.members')}
      lead={text('members.lead', { organisation: organisation?.name ?? '' })}
      seen={{ scope: 'own', owner: organisation?.name ?? '' }}
      help={text('members.help')}
    >
      {actionData?.part !== 'invite' && <RefusalNotice answer={actionData} />}
      {invited && <InvitationMade {...invited} />}
      {actionData?.done && 'saved' in actionData.done && <Notice kind="good" live title={text('saved')} />}
      <div className={manage ? 'split' : 'stack'}>
        <div className="stack">
          <DataTable
            caption={text('nav.members')}
            rows={members}
            columns={columns}
            rowKey={({ id }) => id}
            order="name"
            empty={<Empty title={text('members.none')}>{text('members.none.why')}</Empty>}
          />
          {invitations.length > 0 && (
            <section className="stack stack-s">
              <h2>{text('invitations')}</h2>
              <ul className="plain-list lines">
                {invitations.map((invitation) => (
                  <OpenInvitation key={invitation.id} invitation={invitation} manage={manage} />
                ))}
              </ul>
            </section>
          )}
        </div>
        {manage && (
          <div className="stack">
            <section className="panel" aria-labelledby="invite">
              <h2 id="invite">{text('members.invite')}</h2>
              <Form method="post" className="stack" key={invited?.code ?? 'invite'}>
                <input type="hidden" name="do" value="invite" />
                <RefusalNotice answer={actionData?.part === 'invite' ? actionData : null} />
                <TextField
                  label={text('personName')}
                  name="name"
                  required
                  error={fieldError('name')}
                  autoComplete="off"
                />
                <EmailField name="email" error={fieldError('email')} />
                <RoleChoices offered={offered} held={[]} />
                <div>
                  <Button type="submit" kind="main" busy={busy}>
                    {text('members.invite.send')}
                  </Button>
                </div>
              </Form>
            </section>
            {may('manage platform settings and roles') && (
              <StaffSignIn without={members.filter(isStaffWithout).length} busy={busy} />
            )}
          </div>
        )}
      </div>
    </Page>
  );
}

const isStaffWithout = ({ roles, passkey }: Member) =>
  !passkey && roles.some((role) => staffRoles.includes(role));

/** Whether leads, analysts and administrators have to use a passkey. */
function StaffSignIn({ without, busy }: { without: number; busy: boolean }) {
  const text = useText();
  const must = useVisitor().instance?.staffMustUsePasskey ?? false;
  return (
    <section className="panel" aria-labelledby="staff-sign-in">
      <h2 id="staff-sign-in">{text('staffSignIn')}</h2>
      <Form method="post" className="stack">
        <input type="hidden" name="do" value="sign-in" />
        <input type="hidden" name="to" value={must ? 'any' : 'passkey'} />
        <p>{text(must ? 'staffSignIn.passkey' : 'staffSignIn.any')}</p>
        <p className="soft">{text('staffSignIn.without', { count: without })}</p>
        <div>
          <ConfirmButton
            kind="plain"
            busy={busy}
            question={text(must ? 'staffSignIn.allow' : 'staffSignIn.ask')}
            consequence={text(must ? 'staffSignIn.allow.consequence' : 'staffSignIn.ask.consequence')}
            confirm={text(must ? 'staffSignIn.allow' : 'staffSignIn.ask')}
          >
            {text(must ? 'staffSignIn.allow' : 'staffSignIn.ask')}
          </ConfirmButton>
        </div>
      </Form>
    </section>
  );
}

function RoleChoices({ offered, held }: { offered: readonly Role[]; held: readonly string[] }) {
  const text = useText();
  return (
    <fieldset className="field">
      <legend>{text('roles')}</legend>
      {offered.map((role) => (
        <label key={role} className="role-choice">
          <input type="checkbox" name="role" value={role} defaultChecked={held.includes(role)} />
          <span>
            {text(`role.${role}`)}
            <br />
            <span className="small soft">{text(`role.${role}.means`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function OpenInvitation({ invitation, manage }: { invitation: Invitation; manage: boolean }) {
  const text = useText();
  return (
    <li className="row row-end">
      <span>
        <strong>{invitation.name}</strong> <span className="soft">{invitation.email}</span>
        <br />
        <span className="small soft">
          {roleNames(text, invitation.roles)} · {text(`invitation.${invitation.state}`)} ·{' '}
          {text('invitation.until')} <Time at={invitation.expiresAt} style="short" />
        </span>
      </span>
      {manage && invitation.state === 'open' && (
        <Form method="post">
          <input type="hidden" name="do" value="withdraw" />
          <input type="hidden" name="id" value={invitation.id} />
          <Button type="submit" size="small">
            {text('invitation.withdraw')}
          </Button>
        </Form>
      )}
    </li>
  );
}
