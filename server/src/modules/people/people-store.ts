import type {
  Community,
  Invitation,
  Language,
  Member,
  Membership,
  Organisation,
  Paging,
  Role,
  Tlp,
} from '@busbar/contract';
import { type Selectable, sql } from 'kysely';

import type { Db, Tables } from '../../platform/database.ts';

// An array of an enum arrives as text, and is told so here.
const rolesOf = (column: string) => sql<Role[]>`${sql.ref(column)}::text[]`;

export interface MembershipRow {
  readonly id: string;
  readonly person: string;
  readonly name: string;
  readonly roles: Role[];
}

export async function findPerson(tx: Db, id: string) {
  return tx.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findPersonByEmail(tx: Db, email: string) {
  return tx
    .selectFrom('person')
    .select(['id', 'name'])
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .executeTakeFirst();
}

export async function insertPerson(
  tx: Db,
  person: { id: string; name: string; email: string },
): Promise<void> {
  await tx.insertInto('person').values(person).execute();
}

export async function updatePerson(
  tx: Db,
  id: string,
  changes: Partial<Pick<Selectable<Tables['person']>, 'name' | 'language' | 'timezone'>>,
): Promise<void> {
  if (Object.keys(changes).length > 0)
    await tx.updateTable('person').set(changes).where('id', '=', id).execute();
}

/** The memberships a person may act as now. */
export async function membershipsOf(tx: Db, person: string): Promise<Membership[]> {
  const rows = await tx
    .selectFrom('membership as m')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .select(['m.id', 'o.id as organisation', 'o.name', 'o.kinds', rolesOf('m.roles').as('roles'), 'm.since'])
    .where('m.person_id', '=', person)
    .where('m.until', 'is', null)
    .where('o.state', 'in', ['verified', 'active'])
    .orderBy('m.since')
    .orderBy('m.id')
    .execute();
  return rows.map(({ id, organisation, name, kinds, roles, since }) => ({
    id,
    organisation: { id: organisation, name, kinds },
    roles,
    since: since.toISOString(),
  }));
}

/** Whether anybody but this person has one of these roles. */
export async function isThereAnother(tx: Db, person: string, roles: readonly Role[]): Promise<boolean> {
  const another = await tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .select('m.id')
    .where('m.person_id', '!=', person)
    .where('m.until', 'is', null)
    .where('p.state', '=', 'active')
    .where('o.state', 'in', ['verified', 'active'])
    .where(sql<boolean>`m.roles && ${[...roles]}::role_code[]`)
    .limit(1)
    .executeTakeFirst();
  return another !== undefined;
}

export async function insertMembership(
  tx: Db,
  {
    person,
    organisation,
    roles,
    approvedBy,
  }: { person: string; organisation: string; roles: readonly Role[]; approvedBy: string | null },
): Promise<void> {
  await tx
    .insertInto('membership')
    .values({ person_id: person, organisation_id: organisation, roles: [...roles], approved_by: approvedBy })
    .execute();
}

export async function isMember(tx: Db, organisation: string, email: string): Promise<boolean> {
  const row = await tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select('m.id')
    .where('m.organisation_id', '=', organisation)
    .where('m.until', 'is', null)
    .where(sql`lower(p.email)`, '=', email.toLowerCase())
    .executeTakeFirst();
  return row !== undefined;
}

export async function addressesOf(
  tx: Db,
  organisation: string,
): Promise<{ person: string; address: string; language: Language }[]> {
  return tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select([
      'p.id as person',
      sql<string>`lower(p.email)`.as('address'),
      sql<Language>`coalesce(p.language, 'en')`.as('language'),
    ])
    .where('m.organisation_id', '=', organisation)
    .where('m.until', 'is', null)
    .where('p.state', '=', 'active')
    .orderBy('p.id')
    .limit(500)
    .execute();
}

export async function listMembers(
  tx: Db,
  organisation: string,
  { search, after, limit }: Paging & { search?: string | undefined },
): Promise<Omit<Member, 'secondFactor' | 'passkey'>[]> {
  let query = tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select([
      'm.id',
      'p.id as person',
      'p.name',
      'p.email',
      rolesOf('m.roles').as('roles'),
      'm.since',
      'p.last_seen',
    ])
    .where('m.organisation_id', '=', organisation)
    .where('m.until', 'is', null)
    .orderBy(sql`lower(p.name)`)
    .orderBy('m.id')
    .limit(limit);
  if (search)
    query = query.where(sql<boolean>`position(lower(${search}) in lower(p.name || ' ' || p.email)) > 0`);
  if (after)
    query = query.where(
      sql<boolean>`(lower(p.name), m.id) > (select lower(q.name), n.id from membership n join person q on q.id = n.person_id where n.id = ${after}::uuid)`,
    );
  return (await query.execute()).map(({ id, person, name, email, roles, since, last_seen }) => ({
    id,
    person: { id: person, name, email },
    roles,
    since: since.toISOString(),
    lastSeen: last_seen?.toISOString() ?? null,
  }));
}

/** Everybody of an organisation, kept from changing until the transaction ends: who may manage it is counted here. */
export async function lockMemberships(tx: Db, organisation: string): Promise<MembershipRow[]> {
  const rows = await tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select(['m.id', 'm.person_id as person', 'p.name', rolesOf('m.roles').as('roles')])
    .where('m.organisation_id', '=', organisation)
    .where('m.until', 'is', null)
    .orderBy('m.id')
    .forUpdate('m')
    .execute();
  return rows;
}

export async function setRoles(tx: Db, membership: string, roles: readonly Role[]): Promise<void> {
  await tx
    .updateTable('membership')
    .set({ roles: [...roles] })
    .where('id', '=', membership)
    .execute();
}

export async function endMembership(tx: Db, membership: string): Promise<void> {
  await tx.updateTable('membership').set({ until: new Date() }).where('id', '=', membership).execute();
}

export async function findOrganisation(tx: Db, id: string): Promise<Organisation | undefined> {
  const row = await tx.selectFrom('organisation').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toOrganisation(row);
}

export async function organisationCalled(tx: Db, name: string): Promise<string | undefined> {
  const row = await tx.selectFrom('organisation').select('id').where('name', '=', name).executeTakeFirst();
  return row?.id;
}

export async function certId(tx: Db): Promise<string | undefined> {
  const row = await tx
    .selectFrom('organisation')
    .select('id')
    .where(sql<boolean>`'cert' = any (kinds)`)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

export async function listOrganisations(
  tx: Db,
  { search, after, limit }: Paging & { search?: string | undefined },
): Promise<Organisation[]> {
  let query = tx
    .selectFrom('organisation')
    .selectAll()
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .limit(limit);
  if (search)
    query = query.where(
      sql<boolean>`position(lower(${search}) in lower(name || ' ' || array_to_string(aliases, ' '))) > 0`,
    );
  if (after)
    query = query.where(
      sql<boolean>`(lower(name), id) > (select lower(name), id from organisation where id = ${after}::uuid)`,
    );
  return (await query.execute()).map(toOrganisation);
}

export async function insertOrganisation(
  tx: Db,
  organisation: Pick<Organisation, 'name' | 'kinds' | 'country' | 'sectors'> & { parent?: string | null },
): Promise<Organisation> {
  const { parent = null, ...values } = organisation;
  const row = await tx
    .insertInto('organisation')
    .values({ ...values, parent_id: parent })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toOrganisation(row);
}

export async function organisationNames(tx: Db): Promise<string[]> {
  const rows = await tx.selectFrom('organisation').select(['name', 'aliases']).execute();
  return rows.flatMap(({ name, aliases }) => [name, ...aliases]);
}

/** The names a person of this organisation could be taken for: colleagues, and the people and the name of the CERT. */
export async function namesBeside(tx: Db, organisation: string, except: string | null): Promise<string[]> {
  const people = await tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .select('p.name')
    .distinct()
    .where('m.until', 'is', null)
    .where((where) => where.or([where('o.id', '=', organisation), sql<boolean>`'cert' = any (o.kinds)`]))
    .$if(except !== null, (query) => query.where('p.id', '<>', except!))
    .execute();
  const certs = await tx
    .selectFrom('organisation')
    .select(['name', 'aliases'])
    .where(sql<boolean>`'cert' = any (kinds)`)
    .execute();
  return [...people.map(({ name }) => name), ...certs.flatMap(({ name, aliases }) => [name, ...aliases])];
}

export interface InvitationRow extends Invitation {
  readonly invitedById: string | null;
}

const invitations = (tx: Db) =>
  tx
    .selectFrom('invitation as i')
    .innerJoin('organisation as o', 'o.id', 'i.organisation_id')
    .leftJoin('person as p', 'p.id', 'i.invited_by')
    .select([
      'i.id',
      'i.email',
      'i.name',
      'o.id as organisation',
      'o.name as organisation_name',
      rolesOf('i.roles').as('roles'),
      'i.invited_by',
      'p.name as inviter',
      'i.created_at',
      'i.expires_at',
      'i.accepted_at',
      'i.withdrawn_at',
    ]);

export async function insertInvitation(
  tx: Db,
  invitation: {
    organisation: string;
    name: string;
    email: string;
    roles: readonly Role[];
    codeHash: Buffer;
    invitedBy: string | null;
    expiresAt: Date;
  },
): Promise<InvitationRow> {
  const { id } = await tx
    .insertInto('invitation')
    .values({
      organisation_id: invitation.organisation,
      name: invitation.name,
      email: invitation.email,
      roles: [...invitation.roles],
      code_hash: invitation.codeHash,
      invited_by: invitation.invitedBy,
      expires_at: invitation.expiresAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return toInvitation(await invitations(tx).where('i.id', '=', id).executeTakeFirstOrThrow());
}

export async function listInvitations(
  tx: Db,
  organisation: string,
  { after, limit }: Paging,
): Promise<InvitationRow[]> {
  let query = invitations(tx)
    .where('i.organisation_id', '=', organisation)
    .orderBy('i.created_at', 'desc')
    .orderBy('i.id', 'desc')
    .limit(limit);
  if (after)
    query = query.where(
      sql<boolean>`(i.created_at, i.id) < (select created_at, id from invitation where id = ${after}::uuid)`,
    );
  return (await query.execute()).map(toInvitation);
}

export async function findInvitationByHash(tx: Db, codeHash: Buffer): Promise<InvitationRow | undefined> {
  const row = await invitations(tx).where('i.code_hash', '=', codeHash).executeTakeFirst();
  return row && toInvitation(row);
}

export async function lockInvitation(
  tx: Db,
  which: { id: string; organisation: string } | { codeHash: Buffer },
): Promise<InvitationRow | undefined> {
  let query = invitations(tx).forUpdate('i');
  query =
    'codeHash' in which
      ? query.where('i.code_hash', '=', which.codeHash)
      : query.where('i.id', '=', which.id).where('i.organisation_id', '=', which.organisation);
  const row = await query.executeTakeFirst();
  return row && toInvitation(row);
}

export async function closeInvitation(
  tx: Db,
  id: string,
  how: 'accepted_at' | 'withdrawn_at',
): Promise<void> {
  await tx
    .updateTable('invitation')
    .set({ [how]: new Date() })
    .where('id', '=', id)
    .execute();
}

export async function listCommunities(tx: Db): Promise<Community[]> {
  const { rows } = await sql<Community>`
    select c.id, c.name, c.default_label as "defaultTlp", coalesce((
      select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by o.name)
      from community_member m join organisation o on o.id = m.organisation_id where m.community_id = c.id), '[]') as organisations
    from community c order by lower(c.name)`.execute(tx);
  return rows;
}

export async function insertCommunity(
  tx: Db,
  name: string,
  label: Tlp,
  organisations: readonly string[],
): Promise<string> {
  const { id } = await tx
    .insertInto('community')
    .values({ name, default_label: label })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (organisations.length > 0)
    await tx
      .insertInto('community_member')
      .values(organisations.map((organisation_id) => ({ community_id: id, organisation_id })))
      .execute();
  return id;
}

/** Of these ids, those that are organisations the actor may know of. */
export async function knownOrganisations(tx: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom('organisation')
    .select('id')
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(({ id }) => id);
}

function toOrganisation({
  id,
  name,
  kinds,
  country,
  sectors,
  state,
  created_at,
}: Selectable<Tables['organisation']>): Organisation {
  return { id, name, kinds, country, sectors, state, since: created_at.toISOString() };
}

type InvitationJoin = Awaited<ReturnType<ReturnType<typeof invitations>['executeTakeFirstOrThrow']>>;

function toInvitation(row: InvitationJoin): InvitationRow {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    organisation: { id: row.organisation, name: row.organisation_name },
    roles: row.roles,
    invitedBy: row.inviter ?? '',
    invitedById: row.invited_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    state: row.accepted_at
      ? 'accepted'
      : row.withdrawn_at
        ? 'withdrawn'
        : row.expires_at < new Date()
          ? 'expired'
          : 'open',
  };
}
