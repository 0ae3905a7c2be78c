import type { Checker, Paging } from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { wordsOf } from '../../platform/search.ts';

interface CheckInvitationTable {
  id: Generated<string>;
  owner_id: string;
  person_id: string;
  organisation_id: string;
  verdict_id: string | null;
  release_id: string | null;
  title: string;
  note: string;
  consented: boolean;
  invited_by: string;
  created_at: Generated<Date>;
  until: Date;
  revoked_at: Generated<Date | null>;
  answered_at: Generated<Date | null>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    check_invitation: CheckInvitationTable;
  }
}

export type InvitationRow = Selectable<CheckInvitationTable>;
export type InvitationLine = InvitationRow & {
  readonly person: string | null;
  readonly organisation: string | null;
  readonly inviter: string | null;
};

const lines = (tx: Db) =>
  tx
    .selectFrom('check_invitation as c')
    .leftJoin('person as p', 'p.id', 'c.person_id')
    .leftJoin('organisation as o', 'o.id', 'c.organisation_id')
    .leftJoin('person as b', 'b.id', 'c.invited_by')
    .selectAll('c')
    .select(['p.name as person', 'o.name as organisation', 'b.name as inviter'])
    .orderBy('c.created_at', 'desc')
    .orderBy('c.id', 'desc');

export async function listInvitations(
  tx: Db,
  { subject, after, limit }: Paging & { subject?: string | undefined },
): Promise<InvitationLine[]> {
  let query = lines(tx).limit(limit);
  if (subject)
    query = query.where((row) => row.or([row('verdict_id', '=', subject), row('release_id', '=', subject)]));
  if (after)
    query = query.where(
      sql<boolean>`(c.created_at, c.id) < (select created_at, id from check_invitation where id = ${after})`,
    );
  return query.execute();
}

/** Open ones of whoever acts, or one of them. */
export async function invitationsOf(tx: Db, person: string, id?: string): Promise<InvitationLine[]> {
  let query = lines(tx).where('c.person_id', '=', person).limit(200);
  if (id) query = query.where('c.id', '=', id);
  return query.execute();
}

export async function insertInvitation(
  tx: Db,
  row: Omit<InvitationRow, 'id' | 'created_at' | 'revoked_at' | 'answered_at'>,
): Promise<string | undefined> {
  const made = await tx
    .insertInto('check_invitation')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return made?.id;
}

export async function revokeInvitation(tx: Db, id: string): Promise<InvitationRow | undefined> {
  return tx
    .updateTable('check_invitation')
    .set({ revoked_at: new Date() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

export async function markAnswered(tx: Db, id: string): Promise<void> {
  await tx.updateTable('check_invitation').set({ answered_at: new Date() }).where('id', '=', id).execute();
}

/** Researchers and partners with a membership, by name. */
export async function findCheckers(
  tx: Db,
  { search, person, organisation }: { search?: string; person?: string; organisation?: string },
): Promise<Checker[]> {
  let query = tx
    .selectFrom('membership as m')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .select(['p.id as person', 'p.name', 'o.id as organisation_id', 'o.name as organisation'])
    .where('m.until', 'is', null)
    .where('p.state', '=', 'active')
    .where('o.state', '=', 'active')
    .where(sql<boolean>`m.roles && array['RES', 'GOV']::role_code[]`)
    .orderBy('p.name')
    .limit(20);
  for (const pattern of wordsOf(search))
    query = query.where(sql<boolean>`lower(p.name || ' ' || o.name) like ${pattern}`);
  if (person) query = query.where('p.id', '=', person);
  if (organisation) query = query.where('o.id', '=', organisation);
  const rows = await query.execute();
  return rows.map((row) => ({
    person: row.person,
    name: row.name,
    organisation: { id: row.organisation_id, name: row.organisation },
  }));
}
