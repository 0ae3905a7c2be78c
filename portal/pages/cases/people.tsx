import { apis, type Case, guestMay, GuestRole, type Participant } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word, words } from '../calls.ts';
import { keyIn } from '../../ui/form-key.tsx';
import { EditionFields, useAdding } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/people';
import { CaseTabs } from './case-tabs.tsx';
import { GuestStateRing } from './people-panel.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  const { roles } = signedIn(context, request);
  const call = reader(context, request);
  const pulse = await pulseOf(call, id);
  const isStaff = roles.some((role) => role === 'ANA' || role === 'LEAD');
  const found = await call(apis.cases.get, { params: { id } });
  const colleagues = isStaff ? (await call(apis.cases.colleagues, { params: { id } })).items : [];
  return { pulse, found, colleagues, origin: new URL(request.url).origin };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call, me } = visitOf(context);
  const form = await request.formData();
  const params = { id, participant: word(form, 'participant') };
  const isStaff = me?.roles.some((role) => role === 'ANA' || role === 'LEAD');
  const reason = word(form, 'reason');
  const does: Record<string, () => Promise<unknown>> = {
    bring: () => call(apis.cases.bring, { params: { id }, body: { person: word(form, 'person') } }),
    join: () => call(apis.cases.join, { params: { id } }),
    leave: () => call(apis.cases.leave, { params: { id } }),
    async invite() {
      const role = GuestRole.parse(word(form, 'role'));
      const [name, email, home] = [word(form, 'name'), word(form, 'email'), word(form, 'home')];
      const language = word(form, 'language') as 'en' | 'ru' | 'zh';
      const made = await call(apis.guests.invite, {
        params: { id },
        body: { ...keyIn(form), role, name, email, home, language, note: word(form, 'note') },
      });
      if (isStaff && made.state === 'invited')
        await call(apis.guests.openThread, {
          params: { id },
          body: {
            ...keyIn(form),
            title: home.slice(0, 120),
            participants: [made.id],
            ownerReads: form.has('ownerReads'),
          },
        });
    },
    decide: () =>
      call(apis.guests.decide, {
        params,
        body: { invite: word(form, 'invite') === 'yes', ...(reason && { reason }) },
      }),
    remove: () => call(apis.guests.remove, { params, body: { reason } }),
    thread: () =>
      call(apis.guests.openThread, {
        params: { id },
        body: {
          ...keyIn(form),
          title: word(form, 'title'),
          participants: words(form, 'participants'),
          ownerReads: form.has('ownerReads'),
        },
      }),
  };
  const what = word(form, 'do');
  if (what === 'link') {
    const shown = await attempt(() => call(apis.guests.link, { params }));
    return shown.refused
      ? { ...shown, what }
      : { what, link: { participant: params.participant, path: shown.done.path } };
  }
  const answer = await attempt(async () => does[what]?.());
  if (answer.refused) return { ...answer, what };
  throw redirect(what === 'leave' ? '/cases' : `/cases/${id}/people`);
}

/** Who works on a case, who from outside takes part, and who is asked to. */
export default function People({
  loaderData: { pulse, found, colleagues, origin },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const may = useMay();
  const { me } = useVisitor();
  const isStaff = may('triage and move cases');
  const alone = me?.roles.some((role) => role === 'LEAD' || role === 'MAD') ?? false;
  const hosts = isStaff || (me?.roles.includes('MAD') ?? false);
  const present = found.guests.filter(({ state }) => ['proposed', 'invited', 'accepted'].includes(state));
  const gone = found.guests.filter((guest) => !present.includes(guest));
  const link = actionData && 'link' in actionData ? actionData.link : undefined;
  const refusal = actionData && 'refused' in actionData ? actionData : undefined;
  return (
    <Page
      title={`${text('case.tab.people')} · ${found.reference}`}
      heading={text('people.title')}
      lead={text('people.lead')}
      seen={{ scope: 'receipt', label: found.label, owner: found.owner }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${found.id}`}>{found.reference}</Link>
        </>
      }
    >
      <CaseTabs id={found.id} current="/people" pulse={pulse} />
      {refusal?.what !== 'invite' && refusal?.what !== 'thread' && <RefusalNotice answer={refusal} />}
      <div className="split">
        <div className="stack">
          <section className="panel stack stack-s" aria-labelledby="guests">
            <h2 id="guests">{text('people.guests')}</h2>
            {present.length === 0 && <p className="soft">{text('people.guests.none')}</p>}
            <ul className="plain-list lines">
              {present.map((guest) => (
                <Guest
                  key={guest.id}
                  guest={guest}
                  alone={alone}
                  hosts={hosts}
                  link={link?.participant === guest.id ? origin + link.path : undefined}
                />
              ))}
            </ul>
            {gone.length > 0 && (
              <details className="more">
                <summary>{text('people.gone', { count: gone.length })}</summary>
                <ul className="plain-list lines">
                  {gone.map((guest) => (
                    <Guest key={guest.id} guest={guest} alone={false} hosts={false} link={undefined} />
                  ))}
                </ul>
              </details>
            )}
          </section>
          <Invite found={found} alone={alone} isStaff={isStaff} refusal={refusal} />
        </div>
        <div className="stack">
          <Team found={found} colleagues={colleagues} isStaff={isStaff} />
          {isStaff && present.some(({ state }) => state !== 'proposed') && (
            <OpenThread guests={present} owner={found.owner} refusal={refusal} />
          )}
        </div>
      </div>
    </Page>
  );
}

type Refusal = Parameters<typeof RefusalNotice>[0]['answer'] & { what?: string };

function Team({
  found,
  colleagues,
  isStaff,
}: {
  found: Case;
  colleagues: readonly { person: string; name: string }[];
  isStaff: boolean;
}) {
  const text = useText();
  const isMine = found.team.some(({ me }) => me);
  return (
    <section className="panel stack stack-s" aria-labelledby="team">
      <h2 id="team">{text('people.team')}</h2>
      {found.team.length === 0 && <p className="soft">{text('people.nobody')}</p>}
      <ul className="plain-list lines">
        {found.team.map(({ person, name, me }) => (
          <li key={person}>
            {name} {me && <span className="soft small">{text('people.you')}</span>}
          </li>
        ))}
      </ul>
      {isStaff && colleagues.length > 0 && (
        <Form method="post" className="stack stack-s">
          <SelectField
            label={text('people.bring')}
            name="person"
            options={colleagues.map(({ person, name }) => ({ value: person, label: name }))}
          />
          <div>
            <Button type="submit" name="do" value="bring" icon="plus">
              {text('people.bring.do')}
            </Button>
          </div>
        </Form>
      )}
      {isMine && found.team.length > 1 && (
        <Form method="post">
          <input type="hidden" name="do" value="leave" />
          <ConfirmButton
            kind="quiet"
            question={text('people.leave')}
            consequence={text('people.leave.means')}
            confirm={text('people.leave')}
          >
            {text('people.leave')}
          </ConfirmButton>
        </Form>
      )}
    </section>
  );
}

function Guest({
  guest,
  alone,
  hosts,
  link,
}: {
  guest: Participant;
  alone: boolean;
  hosts: boolean;
  link: string | undefined;
}) {
  const text = useText();
  const { id, state } = guest;
  return (
    <li className="stack stack-s">
      <div className="row">
        <strong>{guest.name}</strong>
        <GuestStateRing state={state} />
        <span className="soft small">
          <Time at={guest.endedAt ?? guest.answeredAt ?? guest.createdAt} style="short" />
        </span>
      </div>
      <span className="soft small">
        {guest.home} · {text(`guestRole.${guest.role}`)} · {guest.email} · <code>{guest.ref}</code>
      </span>
      <span className="soft small">{text('people.invitedBy', { name: guest.invitedBy })}</span>
      {guest.reason && <p className="keeps-lines">{guest.reason}</p>}
      {link && (
        <Notice title={text('people.link')}>
          <code className="breaks">{link}</code>
        </Notice>
      )}
      <div className="row">
        {alone && guestMay('decides', state, 'invited') && (
          <Form method="post" className="row">
            <input type="hidden" name="participant" value={id} />
            <input type="hidden" name="do" value="decide" />
            <Button type="submit" name="invite" value="yes" kind="main" size="small">
              {text('people.decide.yes')}
            </Button>
            <Button type="submit" name="invite" value="no" size="small">
              {text('people.decide.no')}
            </Button>
          </Form>
        )}
        {alone && state === 'invited' && !link && (
          <Form method="post">
            <input type="hidden" name="participant" value={id} />
            <Button type="submit" name="do" value="link" size="small" icon="copy">
              {text('people.link.show')}
            </Button>
          </Form>
        )}
        {hosts && guestMay('hosts', state, 'removed') && (
          <details className="more">
            <summary>{text('people.remove')}</summary>
            <Form method="post" className="stack stack-s">
              <input type="hidden" name="participant" value={id} />
              <p className="soft measure">{text('people.remove.means')}</p>
              <TextField label={text('case.move.reason')} name="reason" required maxLength={500} />
              <div>
                <Button type="submit" name="do" value="remove" kind="danger">
                  {text('people.remove')}
                </Button>
              </div>
            </Form>
          </details>
        )}
      </div>
    </li>
  );
}

function Invite({
  found,
  alone,
  isStaff,
  refusal,
}: {
  found: Case;
  alone: boolean;
  isStaff: boolean;
  refusal: Refusal | undefined;
}) {
  const text = useText();
  const wrong = useFieldError(refusal);
  const busy = useNavigation().state === 'submitting';
  const adding = useAdding('invite');
  return (
    <section className="panel" aria-labelledby="invite">
      <h2 id="invite">{text(alone ? 'people.invite' : 'people.propose')}</h2>
      <Form method="post" className="stack" key={adding.key} {...adding.form}>
        <EditionFields of={adding} />
        {refusal?.what === 'invite' && <RefusalNotice answer={refusal} />}
        <p className="soft measure">{text(alone ? 'people.invite.means' : 'people.propose.means')}</p>
        <SelectField
          label={text('people.role')}
          name="role"
          options={GuestRole.options.map((value) => ({ value, label: text(`guestRole.${value}`) }))}
          defaultValue="vendor"
        />
        <TextField label={text('people.name')} name="name" required maxLength={200} error={wrong('name')} />
        <TextField label={text('people.home')} name="home" required maxLength={200} error={wrong('home')} />
        <TextField
          label={text('people.email')}
          name="email"
          type="email"
          required
          maxLength={254}
          error={wrong('email')}
        />
        <SelectField
          label={text('language')}
          name="language"
          options={[
            { value: 'en', label: 'English' },
            { value: 'ru', label: 'Русский' },
            { value: 'zh', label: '中文' },
          ]}
        />
        <TextArea
          label={text('people.note')}
          hint={text('people.note.hint')}
          name="note"
          rows={3}
          maxLength={1000}
        />
        {alone && isStaff && (
          <Checkbox
            name="ownerReads"
            label={text('people.ownerReads', { owner: found.owner })}
            hint={text('people.ownerReads.means')}
            defaultChecked
          />
        )}
        <div>
          <Button type="submit" kind="main" name="do" value="invite" busy={busy}>
            {text(alone ? 'people.invite' : 'people.propose')}
          </Button>
        </div>
      </Form>
    </section>
  );
}

function OpenThread({
  guests,
  owner,
  refusal,
}: {
  guests: readonly Participant[];
  owner: string;
  refusal: Refusal | undefined;
}) {
  const text = useText();
  const adding = useAdding('thread');
  return (
    <section className="panel" aria-labelledby="thread">
      <h2 id="thread">{text('people.thread')}</h2>
      <Form method="post" className="stack stack-s" key={adding.key} {...adding.form}>
        <EditionFields of={adding} />
        {refusal?.what === 'thread' && <RefusalNotice answer={refusal} />}
        <TextField label={text('people.thread.title')} name="title" required maxLength={120} />
        <fieldset className="field">
          <legend>{text('people.thread.with')}</legend>
          {guests
            .filter(({ state }) => state !== 'proposed')
            .map(({ id, name, home }) => (
              <Checkbox key={id} name="participants" value={id} label={`${name}, ${home}`} />
            ))}
        </fieldset>
        <Checkbox name="ownerReads" label={text('people.ownerReads', { owner })} defaultChecked />
        <div>
          <Button type="submit" name="do" value="thread">
            {text('people.thread')}
          </Button>
        </div>
      </Form>
    </section>
  );
}
