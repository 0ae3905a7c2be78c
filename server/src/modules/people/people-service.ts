import { randomBytes } from 'node:crypto';

import {
  type Community,
  done,
  type Invitation,
  type Language,
  type MachineKey,
  type Me,
  type Organisation,
  type Paging,
  type Role,
  roles as allRoles,
  rolesOfKind,
  staffRoles,
  type Tlp,
} from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, founder } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { type Identity, newMachineKey, sha256 } from '../../platform/identity.ts';
import { isCommonPassword } from '../../platform/passwords.ts';
import { conflict, malformed, notFound, Problem } from '../../platform/problem.ts';
import { insertKey, listKeys, revokeKey } from './key-store.ts';
import { refuseConfusable } from './names.ts';
import * as store from './people-store.ts';

export type PeopleService = ReturnType<typeof peopleService>;

type ById = { id: string };
type Search = Paging & { search?: string | undefined };
type Kind = Organisation['kinds'][number];
interface Invited {
  name: string;
  email: string;
  roles: Role[];
}

const INVITATION_DAYS = 7;
/** Who may manage the people of an organisation. Each has at least one, else nobody could let anybody in. */
const managing: readonly Role[] = ['MAD', 'VEN', 'GOV', 'ADM'];
/** What the first person of an organisation is. */
const firstRole: Record<Exclude<Kind, 'cert'>, Role> = {
  operator: 'MAD',
  integrator: 'MAD',
  vendor: 'VEN',
  government: 'GOV',
  research: 'RES',
  training: 'TRN',
};

/** Organisations, people, invitations, keys. Needs the identity platform for accounts and sessions. */
export function peopleService(identity: Identity, database: Database) {
  return {
    me,

    async changeMe({ tx, body, actor, afterCommit, trail }: Ask<unknown, unknown, ProfileChange>) {
      const person = signedIn(actor);
      if (body.name !== undefined) {
        const name = body.name;
        for (const { organisation } of await store.membershipsOf(tx, person))
          await asFounder(tx, actor, async () =>
            refuseConfusable(name, await store.namesBeside(tx, organisation.id, person), 'name'),
          );
        afterCommit(() => void identity.rename(person, name));
      }
      await store.updatePerson(tx, person, given(body));
      trail.on({ kind: 'person', id: person, name: body.name ?? actor.name, owner: actor.organisation });
      return done;
    },

    async actAs(ask: Ask<unknown, unknown, { membership: string }>): Promise<Me> {
      const { tx, body, actor, trail } = ask;
      const person = signedIn(actor);
      const chosen = (await store.membershipsOf(tx, person)).find(({ id }) => id === body.membership);
      if (!chosen || !actor.session) throw notFound('membership');
      await identity.actAs(actor.session, chosen.id);
      trail.on({
        kind: 'membership',
        id: chosen.id,
        name: chosen.organisation.name,
        owner: chosen.organisation.id,
      });
      const now: Actor = actor.restricted
        ? actor
        : { ...actor, organisation: chosen.organisation.id, roles: chosen.roles, ceiling: 'RED' };
      return me({ tx, actor: now });
    },

    /** Of the organisation that is acted for. */
    async organisationName(tx: Db): Promise<string> {
      const { rows } = await sql<{ name: string }>`
        select name from organisation where id = actor_organisation()`.execute(tx);
      return rows[0]?.name ?? '';
    },

    /** Where the people of the organisation that is acted for are told something, and in which language. */
    addressesOf: (tx: Db, organisation: string) => store.addressesOf(tx, organisation),

    organisationCalled: (tx: Db, name: string) => store.organisationCalled(tx, name),

    /** The CERT itself, which everybody may know. */
    certId: (tx: Db) => store.certId(tx),

    async organisations({ tx, query }: Ask<unknown, Search>) {
      return pageOf(await store.listOrganisations(tx, query), query.limit);
    },

    async addOrganisation({ tx, body, actor, trail }: Ask<unknown, unknown, NewOrganisation>) {
      const { authoriser, ...values } = body;
      const kind = values.kinds[0]!;
      // Staff of a CERT of this instance read across organisations; only set-up makes them.
      if (kind === 'cert' || values.kinds.includes('cert'))
        throw malformed(
          'kind-reserved',
          'This instance has its CERT; add the CERT of others as a government partner',
          {},
          [{ path: 'kinds', message: 'cert is reserved' }],
        );
      refuseConfusable(values.name, await store.organisationNames(tx), 'name');
      const organisation = await store.insertOrganisation(tx, values);
      const { invitation, code } = await inviteInto(
        tx,
        organisation,
        { ...authoriser, roles: [firstRole[kind]] },
        actor,
      );
      trail.on({
        kind: 'organisation',
        id: organisation.id,
        name: organisation.name,
        owner: organisation.id,
      });
      return { organisation, invitation, code };
    },

    async members({ tx, query, actor }: Ask<unknown, Search>) {
      const members = await store.listMembers(tx, ownOrganisation(actor), query);
      const secured = await identity.withSecondFactor(members.map(({ person }) => person.id));
      return pageOf(
        members.map((member) => ({
          ...member,
          secondFactor: secured.has(member.person.id),
          passkey: secured.get(member.person.id)?.passkey ?? false,
        })),
        query.limit,
      );
    },

    async changeRoles({ tx, params, body, actor, trail }: Ask<ById, unknown, { roles: Role[] }>) {
      const roles = ordered(body.roles);
      const { organisation, member, others } = await memberOf(tx, actor, params.id);
      if (member.person === actor.person)
        throw conflict('own-roles', 'Your own roles are changed by somebody else of your organisation');
      refuseRoles(organisation, roles);
      refuseLast(member, roles, others);
      await store.setRoles(tx, member.id, roles);
      trail.on({
        kind: 'membership',
        id: member.id,
        name: member.name,
        owner: organisation.id,
        details: { from: member.roles, to: roles },
      });
      return done;
    },

    async endMembership({ tx, params, actor, trail }: Ask<ById>) {
      const { organisation, member, others } = await memberOf(tx, actor, params.id);
      refuseLast(member, [], others);
      await store.endMembership(tx, member.id);
      trail.on({
        kind: 'membership',
        id: member.id,
        name: member.name,
        owner: organisation.id,
        details: { roles: member.roles },
      });
      return done;
    },

    async invitations({ tx, query, actor }: Ask<unknown, Paging>) {
      return pageOf(await store.listInvitations(tx, ownOrganisation(actor), query), query.limit);
    },

    async invite({ tx, body, actor, trail }: Ask<unknown, unknown, Invited>) {
      const organisation = await organisationOf(tx, actor);
      const made = await inviteInto(tx, organisation, body, actor);
      trail.on(traceOf(made.invitation));
      return made;
    },

    async withdrawInvitation({ tx, params, actor, trail }: Ask<ById>) {
      const invitation = await store.lockInvitation(tx, {
        id: params.id,
        organisation: ownOrganisation(actor),
      });
      if (!invitation) throw notFound('invitation');
      if (invitation.state !== 'open') throw closed(invitation);
      await store.closeInvitation(tx, invitation.id, 'withdrawn_at');
      trail.on(traceOf(invitation));
      return done;
    },

    /** Whoever has the code may read what it offers: the code is the permission. */
    async invitation({ tx, params, actor }: Ask<{ code: string }>): Promise<Invitation> {
      const found = await asFounder(tx, actor, () => store.findInvitationByHash(tx, sha256(params.code)));
      return found ?? missing('invitation');
    },

    async acceptInvitation(
      ask: Ask<{ code: string }, unknown, { name?: string | undefined; password?: string | undefined }>,
    ) {
      const { tx, params, body, actor, trail, become } = ask;
      await become(founder);
      const invitation =
        (await store.lockInvitation(tx, { codeHash: sha256(params.code) })) ?? missing('invitation');
      if (invitation.state !== 'open') throw closed(invitation);

      const { organisation, roles, invitedById: approvedBy } = invitation;
      const person = actor.person
        ? await knownPerson(tx, actor.person, organisation.id)
        : await newPerson(tx, invitation, body);
      await store.insertMembership(tx, {
        person: person.id,
        organisation: organisation.id,
        roles,
        approvedBy,
      });
      await store.closeInvitation(tx, invitation.id, 'accepted_at');
      trail.on(traceOf(invitation));
      // The line is in the name of who came in.
      await become({ ...actor, person: person.id, name: person.name });
      if (person.password)
        await identity.addAccount({
          person: person.id,
          name: person.name,
          email: person.email,
          password: person.password,
        });
      return { person: person.id, email: person.email };
    },

    async keys({ tx }: Ask): Promise<{ items: MachineKey[] }> {
      return { items: await listKeys(tx) };
    },

    async addKey({
      tx,
      body,
      actor,
      trail,
    }: Ask<unknown, unknown, { name: string; maxTlp: Tlp; days: number }>) {
      if (body.maxTlp === 'AMBER+STRICT' || body.maxTlp === 'RED')
        throw malformed('key-ceiling-too-high', 'A machine may be shown TLP:AMBER at most', {}, [
          { path: 'maxTlp', message: 'at most AMBER' },
        ]);
      const { secret, start, hash } = newMachineKey();
      const key = await insertKey(tx, {
        owner: ownOrganisation(actor),
        name: body.name,
        start,
        hash,
        maxTlp: body.maxTlp,
        madeBy: actor.person,
        expiresAt: daysFromNow(body.days),
      });
      trail.on({
        kind: 'machine-key',
        id: key.id,
        name: key.name,
        owner: actor.organisation,
        details: { maxTlp: key.maxTlp, expiresAt: key.expiresAt },
      });
      return { key, secret };
    },

    async revokeKey({ tx, params, actor, trail }: Ask<ById>) {
      const key = (await revokeKey(tx, params.id)) ?? missing('key');
      trail.on({ kind: 'machine-key', id: key.id, name: key.name, owner: actor.organisation });
      return done;
    },

    async communities({ tx }: Ask): Promise<{ items: Community[] }> {
      return { items: await store.listCommunities(tx) };
    },

    async addCommunity({
      tx,
      body,
      actor,
      trail,
    }: Ask<
      unknown,
      unknown,
      { name: string; organisations: string[]; defaultTlp: Tlp }
    >): Promise<Community> {
      const all = await store.listCommunities(tx);
      refuseConfusable(
        body.name,
        all.map(({ name }) => name),
        'name',
      );
      const wanted = [...new Set(body.organisations)];
      if ((await store.knownOrganisations(tx, wanted)).length < wanted.length) throw notFound('organisation');
      const id = await store.insertCommunity(tx, body.name, body.defaultTlp, wanted);
      trail.on({ kind: 'community', id, name: body.name, owner: actor.organisation });
      return (await store.listCommunities(tx)).find((community) => community.id === id)!;
    },

    /** Adds an organisation. In a transaction of the founder: set-up and the demo. */
    enrolOrganisation: store.insertOrganisation,

    /** Adds a person with an account and memberships. In a transaction of the founder, as its last step. */
    async enrolPerson(
      tx: Db,
      { name, email, password, demo = false, memberships }: Enrolled,
    ): Promise<string> {
      const id = crypto.randomUUID();
      await store.insertPerson(tx, { id, name, email });
      for (const { organisation, roles } of memberships)
        await store.insertMembership(tx, { person: id, organisation, roles, approvedBy: null });
      await identity.addAccount({ person: id, name, email, password, demo });
      return id;
    },

    refuseCommonPassword,

    /**
     * For somebody locked out: takes away every second factor, trusted device and session of the account. At the next
     * sign-in the password opens nothing but the page that adds a new factor. Called by whoever has the machine; where
     * staff must use a passkey, somebody else of the staff, if there is anybody, vouches for one of them, and stands in
     * the ledger.
     */
    async resetSecondFactor(email: string, vouching?: string): Promise<void> {
      await database.as(founder, async (tx) => {
        const person = (await store.findPersonByEmail(tx, email)) ?? missing('person');
        const voucher = vouching ? await store.findPersonByEmail(tx, vouching) : undefined;
        const needed =
          (await identity.staffMustUsePasskey()) &&
          (await isStaff(tx, person.id)) &&
          (await store.isThereAnother(tx, person.id, staffRoles));
        if (needed && !(voucher && voucher.id !== person.id && (await isStaff(tx, voucher.id))))
          throw conflict(
            'voucher-needed',
            'A second person of the staff vouches for this one: name a lead, an analyst or an administrator',
          );
        await record(tx, 'second factor reset', {
          kind: 'person',
          id: person.id,
          name: person.name,
          ...(voucher && { details: { vouchedBy: voucher.id, name: voucher.name } }),
        });
        await identity.resetSecondFactor(person.id);
      });
    },
  };

  async function isStaff(tx: Db, person: string): Promise<boolean> {
    const memberships = await store.membershipsOf(tx, person);
    return memberships.some(({ roles }) => roles.some((role) => staffRoles.includes(role)));
  }

  /** Works as the program itself, and as the actor again afterwards. */
  async function asFounder<T>(tx: Db, actor: Actor, work: () => Promise<T>): Promise<T> {
    await database.become(tx, founder);
    const result = await work();
    await database.become(tx, actor);
    return result;
  }

  async function me({ tx, actor }: { tx: Db; actor: Actor }): Promise<Me> {
    const held = actor.roles.filter((role) => role !== 'FOUNDER');
    const nobody: Me = {
      person: null,
      acting: null,
      memberships: [],
      roles: held,
      secondFactor: null,
      mustAddSecondFactor: false,
      mustUsePasskey: false,
      proved: false,
    };
    const person = actor.person ? await store.findPerson(tx, actor.person) : undefined;
    if (!person) return nobody;
    const memberships = await store.membershipsOf(tx, person.id);
    const { id, name, email, language, timezone } = person;
    return {
      person: { id, name, email, language, timezone },
      acting: memberships.find(({ organisation }) => organisation.id === actor.organisation) ?? null,
      memberships,
      roles: held,
      secondFactor: await identity.secondFactor(id),
      mustAddSecondFactor: actor.restricted,
      mustUsePasskey: actor.passkeyNeeded ?? false,
      proved: actor.proved ?? false,
    };
  }

  async function inviteInto(
    tx: Db,
    organisation: Organisation,
    { name, email, roles: wanted }: Invited,
    actor: Actor,
  ) {
    const roles = ordered(wanted);
    refuseRoles(organisation, roles);
    if (await store.isMember(tx, organisation.id, email))
      throw conflict(
        'already-member',
        'Somebody with this address is a member already; change the roles instead',
        { email },
      );
    const code = randomBytes(18).toString('base64url');
    const invitation = await store.insertInvitation(tx, {
      organisation: organisation.id,
      name,
      email,
      roles,
      codeHash: sha256(code),
      invitedBy: actor.person,
      expiresAt: daysFromNow(INVITATION_DAYS),
    });
    return { invitation, code };
  }

  async function knownPerson(tx: Db, id: string, organisation: string): Promise<Arrival> {
    const person = (await store.findPerson(tx, id)) ?? missing('person');
    if (await store.isMember(tx, organisation, person.email))
      throw conflict('already-member', 'You are a member of this organisation already', {
        email: person.email,
      });
    return { id, name: person.name, email: person.email };
  }

  async function newPerson(
    tx: Db,
    { email, organisation, name: proposed }: Invitation,
    { name = proposed, password }: { name?: string | undefined; password?: string | undefined },
  ): Promise<Arrival> {
    if (await store.findPersonByEmail(tx, email))
      throw conflict(
        'account-exists',
        'There is an account with this address. Sign in, then open the invitation again',
        { email },
      );
    if (password === undefined)
      throw malformed('password-needed', 'Choose a password of twelve characters or more', {}, [
        { path: 'password', message: 'is needed' },
      ]);
    refuseCommonPassword(password, [name, email, organisation.name], 'password');
    refuseConfusable(name, await store.namesBeside(tx, organisation.id, null), 'name');
    const id = crypto.randomUUID();
    await store.insertPerson(tx, { id, name, email });
    return { id, name, email, password };
  }
}

interface ProfileChange {
  name?: string | undefined;
  language?: Language | null | undefined;
  timezone?: string | null | undefined;
}

type NewOrganisation = Pick<Organisation, 'name' | 'kinds' | 'country' | 'sectors'> & {
  authoriser: { name: string; email: string };
};

export interface Enrolled {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly demo?: boolean;
  readonly memberships: readonly { readonly organisation: string; readonly roles: readonly Role[] }[];
}

interface Arrival {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password?: string;
}

export function refuseCommonPassword(password: string, about: readonly string[], path: string): void {
  if (!isCommonPassword(password, about)) return;
  throw malformed(
    'password-too-common',
    'This password is among the first that are tried. Take several words that do not belong together',
    {},
    [{ path, message: 'is too common' }],
  );
}

async function organisationOf(tx: Db, actor: Actor): Promise<Organisation> {
  return (await store.findOrganisation(tx, ownOrganisation(actor))) ?? missing('organisation');
}

async function memberOf(tx: Db, actor: Actor, id: string) {
  const organisation = await organisationOf(tx, actor);
  const all = await store.lockMemberships(tx, organisation.id);
  const member = all.find((one) => one.id === id) ?? missing('member');
  return { organisation, member, others: all.filter((one) => one !== member) };
}

function refuseRoles({ kinds }: Organisation, roles: readonly Role[]): void {
  const allowed = kinds.flatMap((kind) => rolesOfKind[kind]);
  const foreign = roles.filter((role) => !allowed.includes(role));
  if (foreign.length > 0)
    throw malformed(
      'role-not-of-kind',
      `An organisation of this kind cannot give ${foreign.join(', ')}`,
      { roles: foreign.join(', ') },
      [{ path: 'roles', message: `not ${foreign.join(', ')}` }],
    );
  // Who runs the system reads no content, and so carries nothing that reads it.
  if (roles.includes('ADM') && roles.length > 1)
    throw malformed('administrator-alone', 'An administrator reads no content and holds no other role', {}, [
      { path: 'roles', message: 'ADM stands alone' },
    ]);
}

function refuseLast(
  member: store.MembershipRow,
  after: readonly Role[],
  others: readonly store.MembershipRow[],
): void {
  const manages = (roles: readonly Role[]) => roles.some((role) => managing.includes(role));
  if (!manages(member.roles) || manages(after) || others.some(({ roles }) => manages(roles))) return;
  throw conflict(
    'last-authoriser',
    'Nobody else could let people in or out. Give somebody else the role first',
  );
}

function closed({ state }: Invitation): Problem {
  return conflict('invitation-closed', `This invitation is ${state}. Ask whoever invited you for a new one`, {
    state,
  });
}

function traceOf({ id, name, organisation, roles }: Invitation) {
  return { kind: 'invitation', id, name, owner: organisation.id, details: { roles } };
}

function pageOf<Item extends { id: string }>(items: Item[], limit: number) {
  return { items, next: items.length === limit ? items.at(-1)!.id : null };
}

/** Each once, in the order of the matrix. */
const ordered = (roles: readonly Role[]) => allRoles.filter((role) => roles.includes(role));
const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000);

function given<T extends object>(changes: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as never;
}

function signedIn(actor: Actor): string {
  return actor.person ?? missing('account');
}

function ownOrganisation(actor: Actor): string {
  return actor.organisation ?? missing('organisation');
}

function missing(what: string): never {
  throw notFound(what);
}
