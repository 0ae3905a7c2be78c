import type { CaseKind, CaseState, Tlp } from '@busbar/contract';
import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

/** What other parts of the program may build on: that a case is there, whose it is, and where it stands. */
export interface CaseAbout {
  readonly id: string;
  readonly reference: string;
  readonly kind: CaseKind;
  readonly state: CaseState;
  readonly label: Tlp;
  readonly owner: { readonly id: string; readonly name: string };
  readonly receivedAt: Date;
  /** What is in it may be read. */
  readonly opens: boolean;
  /** It belongs to a member; before that its reporter speaks for it. */
  readonly isMembers: boolean;
  readonly team: readonly string[];
}

/** Of those that the actor sees, in no order. */
export async function aboutCases(
  tx: Db,
  { ids, reference }: { ids?: readonly string[]; reference?: string },
): Promise<CaseAbout[]> {
  if (ids?.length === 0) return [];
  let query = tx
    .selectFrom('case as c')
    .leftJoin('organisation as o', 'o.id', 'c.owner_id')
    .select(['c.id', 'c.ref', 'c.kind', 'c.state', 'c.label', 'c.owner_id', 'c.received_at', 'c.team'])
    .select([
      sql<string>`coalesce(o.name, '')`.as('owner'),
      sql<boolean>`opens(c)`.as('opens'),
      sql<boolean>`c.claimed_at is not null or c.reporter = 'member'`.as('is_members'),
    ])
    .limit(1000);
  if (ids) query = query.where('c.id', 'in', ids);
  if (reference) query = query.where('c.ref', '=', reference);
  return (await query.execute()).map((row) => ({
    id: row.id,
    reference: row.ref,
    kind: row.kind,
    state: row.state,
    label: row.label,
    owner: { id: row.owner_id, name: row.owner },
    receivedAt: row.received_at,
    opens: row.opens,
    isMembers: row.is_members,
    team: row.team,
  }));
}

export async function aboutCase(tx: Db, id: string): Promise<CaseAbout | undefined> {
  return (await aboutCases(tx, { ids: [id] }))[0];
}

export async function countMessages(tx: Db, id: string): Promise<number> {
  const { count } = await tx
    .selectFrom('case_message')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('case_id', '=', id)
    .executeTakeFirstOrThrow();
  return count;
}
