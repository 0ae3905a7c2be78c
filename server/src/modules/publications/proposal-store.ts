import type { Paging, ProposalContent, ProposalState } from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import { storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { readCursor } from '../../platform/search.ts';

interface ProposalTable {
  id: Generated<string>;
  owner_id: string;
  audience: string[];
  cert_id: string;
  state: Generated<ProposalState>;
  content: JSONColumnType<ProposalContent, string, string>;
  organisation: string;
  person_id: string;
  person_name: string;
  at: Generated<Date>;
  answer: string | null;
  answered_at: Date | null;
  consent_ended_at: Generated<Date | null>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    publication_proposal: ProposalTable;
  }
}

export type ProposalRow = Selectable<ProposalTable>;

export async function insertProposal(
  tx: Db,
  { owner, person, name, content }: { owner: string; person: string; name: string; content: ProposalContent },
): Promise<ProposalRow> {
  const { rows } = await sql<ProposalRow>`
    insert into publication_proposal (owner_id, audience, cert_id, content, organisation, person_id, person_name)
    select ${owner}, array[c.id], c.id, ${storable(content)}::jsonb, o.name, ${person}, ${name}
    from organisation o, (select id from organisation where 'cert' = any (kinds) order by created_at limit 1) c
    where o.id = ${owner} returning *`.execute(tx);
  return rows[0]!;
}

export async function listProposals(
  tx: Db,
  { after, limit, state }: Paging & { state?: ProposalState | undefined },
): Promise<ProposalRow[]> {
  let query = tx
    .selectFrom('publication_proposal')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (state) query = query.where('state', '=', state);
  const cursor = readCursor(after);
  if (cursor) query = query.where(sql<boolean>`(at, id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`);
  return query.execute();
}

/** Undefined for what was not accepted, or taken back before. */
export async function endConsent(tx: Db, id: string): Promise<ProposalRow | undefined> {
  return tx
    .updateTable('publication_proposal')
    .set({ consent_ended_at: new Date() })
    .where('id', '=', id)
    .where('state', '=', 'accepted')
    .where('consent_ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

export async function findProposal(tx: Db, id: string): Promise<ProposalRow | undefined> {
  return tx.selectFrom('publication_proposal').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function lockProposal(tx: Db, id: string): Promise<ProposalRow | undefined> {
  return tx
    .selectFrom('publication_proposal')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function answerProposal(
  tx: Db,
  id: string,
  state: ProposalState,
  answer: string | null,
): Promise<ProposalRow> {
  return tx
    .updateTable('publication_proposal')
    .set({ state, answer, answered_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The drafts that these became; empty for whoever may not see them. */
export async function draftsOf(tx: Db, proposals: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom('publication')
    .select(['id', 'proposal_id'])
    .where('proposal_id', '=', sql<string>`any (${[...proposals]}::uuid[])`)
    .execute();
  return new Map(rows.map(({ id, proposal_id }) => [proposal_id!, id]));
}
