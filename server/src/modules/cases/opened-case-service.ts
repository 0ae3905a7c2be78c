import type { CaseHead, Impact, Language, Tlp } from '@busbar/contract';
import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import { type Content, openContent, placeOf } from './case-content.ts';
import { openInvited } from './guest-view.ts';
import { participantsOf } from './room-store.ts';

/** What modules that work in a case ask of it: whose it is, since when somebody knows, and its key. */
export interface OpenedCase {
  readonly id: string;
  readonly reference: string;
  readonly ownerId: string;
  readonly owner: string;
  /** It belongs to a member, and not to the CERT alone. */
  readonly isMembers: boolean;
  readonly label: Tlp;
  readonly awareAt: Date;
  readonly impact: Impact;
  readonly team: readonly string[];
  readonly key: DataKey;
  readonly content: Content;
}

/** The way into a case for modules that keep rows below it. */
export function caseDoor(keys: Keys) {
  return {
    /** A case that opens for the actor; nobody else learns more than that it is not there. */
    async open(tx: Db, id: string): Promise<OpenedCase> {
      const row = await tx
        .selectFrom('case')
        .leftJoin('organisation as o', 'o.id', 'case.owner_id')
        .leftJoin('case_content as content', 'content.case_id', 'case.id')
        .select(['case.id', 'ref', 'owner_id', 'aware_at', 'impact', 'label', 'team', 'content.sealed'])
        .select([
          sql<string>`coalesce(o.name, '')`.as('owner'),
          sql<boolean>`"case".claimed_at is not null or "case".reporter = 'member'`.as('is_members'),
          sql<boolean>`opens("case")`.as('opens'),
        ])
        .where('case.id', '=', id)
        .executeTakeFirst();
      if (!row) throw notFound('case');
      if (!row.opens)
        throw conflict('case-not-joined', 'Join the team of this case to read it; its owner sees who did');
      const key = await keys.ofCase(tx, id);
      return {
        id: row.id,
        reference: row.ref,
        ownerId: row.owner_id,
        owner: row.owner,
        isMembers: row.is_members,
        label: row.label,
        awareAt: row.aware_at,
        impact: row.impact,
        team: row.team,
        key,
        content: openContent(key, id, row.sealed!),
      };
    },

    /** A message of it, as the actor may read it. */
    async message(tx: Db, { key }: OpenedCase, id: string): Promise<string | undefined> {
      const row = await tx
        .selectFrom('case_message')
        .select('sealed')
        .where('id', '=', id)
        .executeTakeFirst();
      return row && key.open(placeOf.message(id), row.sealed);
    },

    /**
     * Whom the case itself names to whoever reads it: who reported, who wrote, who moved it, who gave files, who has something
     * to do, and its guests.
     */
    async people(tx: Db, { id, key, content }: OpenedCase): Promise<string[]> {
      const { rows } = await sql<{ name: string }>`
        select person_name as name from case_message where case_id = ${id} and person_name is not null
        union select person_name from case_step where case_id = ${id}
        union select person_name from case_evidence where case_id = ${id} and person_name is not null
        union select assignee_name from case_task where case_id = ${id} and assignee_name is not null
        limit 2000`.execute(tx);
      const guests = (await participantsOf(tx, id)).map((row) => openInvited(key, row).name);
      return [...new Set([content.name ?? '', ...rows.map(({ name }) => name), ...guests])].filter(Boolean);
    },

    /** People of the side that acts: of a member those who work there, of the CERT those on the team of the case. */
    async mySide(tx: Db, id: string): Promise<Map<string, string>> {
      const { rows } = await sql<{ id: string; name: string }>`
        select distinct p.id, p.name, lower(p.name) as key from membership m join person p on p.id = m.person_id
        where m.organisation_id = actor_organisation() and m.until is null and p.state = 'active'
          and case when actor_has('ANA', 'LEAD')
            then exists (select from "case" c where c.id = ${id} and p.id = any (c.team))
            else m.roles && array['MEM', 'MAD']::role_code[] end
        order by key, p.id limit 500`.execute(tx);
      return new Map(rows.map((row) => [row.id, row.name]));
    },

    /** Who of the acting organisation is told of a case: its people, and of the CERT those on the team. */
    async peopleToTell(tx: Db, id: string) {
      const row = await tx
        .selectFrom('case')
        .select(['ref', 'owner_id'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (!row) return undefined;
      const { rows: people } = await sql<{ person: string; address: string; language: Language }>`
        select distinct p.id as person, p.email as address, coalesce(p.language, 'en') as language
        from membership m join person p on p.id = m.person_id
        where m.organisation_id = actor_organisation() and m.until is null and p.state = 'active'
          and (exists (select from "case" c where c.id = ${id} and p.id = any (c.team))
            or ${row.owner_id} = actor_organisation() and m.roles && array['MEM', 'MAD']::role_code[])
        limit 200`.execute(tx);
      return { ref: row.ref, people };
    },
  };
}

export type CaseDoor = ReturnType<typeof caseDoor>;

export const traceOfCase = ({ id, reference, ownerId }: OpenedCase) => ({
  kind: 'case',
  id,
  name: reference,
  owner: ownerId,
});

export const headOf = ({ reference, owner, isMembers, label }: OpenedCase): CaseHead => ({
  reference,
  owner,
  isMembers,
  label,
});
