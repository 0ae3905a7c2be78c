import type { Paging, Proposal, ProposalContent, ProposalState } from '@busbar/contract';

import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import { writeCursor } from '../../platform/search.ts';
import * as store from './proposal-store.ts';
import type { ProposalRow } from './proposal-store.ts';

export type ProposalService = ReturnType<typeof proposalService>;

type ById = { id: string };

/** What others would like to see published. They see their proposal and the answer, never the draft it became. */
export function proposalService() {
  return {
    async propose({ tx, body, actor, trail }: Ask<unknown, unknown, ProposalContent>): Promise<Proposal> {
      const { person, organisation: owner } = actor;
      if (!person || !owner) throw notFound('organisation');
      const row = await store.insertProposal(tx, { owner, person, name: actor.name, content: body });
      return answered(tx, row, trail);
    },

    async list({ tx, query }: Ask<unknown, Paging & { state?: ProposalState | undefined }>) {
      const rows = await store.listProposals(tx, query);
      const drafts = await store.draftsOf(
        tx,
        rows.map(({ id }) => id),
      );
      const last = rows.length === query.limit ? rows.at(-1) : undefined;
      return {
        items: rows.map((row) => toProposal(row, drafts)),
        next: last ? writeCursor(last.at.toISOString(), last.id) : null,
      };
    },

    async get({ tx, params, trail }: Ask<ById>): Promise<Proposal> {
      return answered(tx, (await store.findProposal(tx, params.id)) ?? missing(), trail);
    },

    async takeBack({ tx, params, trail }: Ask<ById>): Promise<Proposal> {
      await waiting(tx, params.id);
      return answered(tx, await store.answerProposal(tx, params.id, 'withdrawn', null), trail);
    },

    async endConsent({ tx, actor, params, trail }: Ask<ById>): Promise<Proposal> {
      const row = (await store.lockProposal(tx, params.id)) ?? missing();
      // The CERT reads it; it is not the CERT's to take back.
      if (row.owner_id !== actor.organisation) return missing();
      const ended = await store.endConsent(tx, row.id);
      if (!ended)
        throw conflict('consent-not-given', 'It was not accepted, or you took it back before', {
          state: row.state,
        });
      return answered(tx, ended, trail);
    },

    async decline({ tx, params, body, trail }: Ask<ById, unknown, { reason: string }>): Promise<Proposal> {
      await waiting(tx, params.id);
      return answered(tx, await store.answerProposal(tx, params.id, 'declined', body.reason), trail);
    },
  };
}

/** In the transaction in which its draft begins, so that a proposal becomes one draft and not two. */
export async function acceptProposal(
  tx: Db,
  id: string,
): Promise<{ id: string; organisation: string; content: ProposalContent }> {
  const { organisation, content } = await waiting(tx, id);
  await store.answerProposal(tx, id, 'accepted', null);
  return { id, organisation, content };
}

/** What somebody outside gave for a publication, and whether he still agrees that it leaves. */
export async function lentBy(tx: Db, proposal: string): Promise<{ organisation: string; agrees: boolean }> {
  const row = (await store.findProposal(tx, proposal)) ?? missing();
  return { organisation: row.organisation, agrees: row.consent_ended_at === null };
}

async function waiting(tx: Db, id: string): Promise<ProposalRow> {
  const row = (await store.lockProposal(tx, id)) ?? missing();
  if (row.state !== 'proposed')
    throw conflict('proposal-answered', 'This proposal has been answered or taken back already', {
      state: row.state,
    });
  return row;
}

async function answered(tx: Db, row: ProposalRow, trail: Ask['trail']): Promise<Proposal> {
  trail.on({ kind: 'proposal', id: row.id, name: row.content.title, owner: row.owner_id });
  return toProposal(row, await store.draftsOf(tx, [row.id]));
}

function toProposal(row: ProposalRow, drafts: ReadonlyMap<string, string>): Proposal {
  return {
    id: row.id,
    state: row.state,
    content: row.content,
    organisation: row.organisation,
    by: row.person_name,
    at: row.at.toISOString(),
    answer: row.answer,
    answeredAt: row.answered_at?.toISOString() ?? null,
    publication: drafts.get(row.id) ?? null,
    consentEndedAt: row.consent_ended_at?.toISOString() ?? null,
  };
}

function missing(): never {
  throw notFound('proposal');
}
