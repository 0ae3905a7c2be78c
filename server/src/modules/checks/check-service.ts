import {
  type CheckInvitation,
  done,
  type InvitedCheck,
  type invitedCheckApi,
  isOpen,
  type Route,
  type Tlp,
} from '@busbar/contract';

import { type Actor, onBehalfOf } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import type { VerdictService } from '../claims/verdict-service.ts';
import type { ReleaseService } from '../releases/release-service.ts';
import {
  findCheckers,
  insertInvitation,
  type InvitationLine,
  invitationsOf,
  listInvitations,
  markAnswered,
  revokeInvitation,
} from './check-store.ts';

export type CheckService = ReturnType<typeof checkService>;

type AskOf<Name extends keyof typeof invitedCheckApi> =
  (typeof invitedCheckApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

export interface CheckParts {
  readonly verdicts: VerdictService;
  readonly releases: ReleaseService;
}

const day = 86_400_000;

/**
 * Second checkers from outside the CERT: a researcher or a partner sees the one thing he was invited to and what it rests
 * on, until a day. The database shows it to him by the invitation, and takes his answer under his own name.
 */
export function checkService({ verdicts, releases }: CheckParts) {
  return {
    async invitations({ tx, query }: AskOf<'invitations'>) {
      const rows = await listInvitations(tx, query);
      return {
        items: rows.map(toInvitation),
        next: rows.length === query.limit ? rows.at(-1)!.id : null,
      };
    },

    async checkers({ tx, query }: AskOf<'checkers'>) {
      return { items: await findCheckers(tx, query.search ? { search: query.search } : {}) };
    },

    async invite({ tx, actor, body, trail }: AskOf<'invite'>): Promise<CheckInvitation> {
      const { subject, person, organisation, days, note, consented } = body;
      const [checker] = await findCheckers(tx, { person, organisation });
      if (!checker) throw notFound('person');
      const { title, label } =
        subject.kind === 'verdict'
          ? await verdicts.toBeChecked(tx, subject.id)
          : await releases.toBeReviewed(tx, subject.id, person);
      if (!consented && !isOpen(label)) throw confidential(label);
      const id = await insertInvitation(tx, {
        owner_id: actor.organisation!,
        person_id: person,
        organisation_id: organisation,
        verdict_id: subject.kind === 'verdict' ? subject.id : null,
        release_id: subject.kind === 'release' ? subject.id : null,
        title,
        note,
        consented,
        invited_by: actor.person!,
        until: new Date(Date.now() + days * day),
      });
      if (!id)
        throw conflict('checker-invited', `${checker.name} is invited to this already`, {
          name: checker.name,
        });
      trail.on({
        kind: subject.kind,
        id: subject.id,
        name: title,
        owner: actor.organisation,
        details: { person, organisation, days, consented },
      });
      const [row] = await listInvitations(tx, { limit: 1, subject: subject.id });
      return toInvitation(row!);
    },

    async revoke({ tx, params, trail }: AskOf<'revoke'>) {
      const row = (await revokeInvitation(tx, params.id)) ?? missing();
      trail.on({
        kind: 'check invitation',
        id: row.id,
        name: row.title,
        owner: row.owner_id,
        details: { person: row.person_id },
      });
      return done;
    },

    async mine({ tx, actor }: AskOf<'mine'>) {
      return { items: (await invitationsOf(tx, person(actor))).map(toInvitation) };
    },

    async get(ask: AskOf<'get'>): Promise<InvitedCheck> {
      const { tx, trail } = ask;
      const row = await mineOf(ask);
      trail.on({ kind: 'check invitation', id: row.id, name: row.title, owner: row.owner_id });
      const cert = await tx
        .selectFrom('organisation')
        .select('name')
        .where('id', '=', row.owner_id)
        .executeTakeFirst();
      const { person: _person, organisation: _organisation, ...invitation } = toInvitation(row);
      return {
        ...invitation,
        cert: cert?.name ?? '',
        verdict: row.verdict_id ? await verdicts.read(tx, row.verdict_id) : null,
        release: row.release_id ? await releases.read(tx, row.release_id) : null,
      };
    },

    async answer(ask: AskOf<'answer'>) {
      const { tx, become, actor } = ask;
      const row = await mineOf(ask);
      if (!row.verdict_id) return missing();
      const keeper = keeperOf(row, actor);
      await verdicts.check({ ...ask, params: { id: row.verdict_id } }, keeper);
      await become(keeper);
      await markAnswered(tx, row.id);
      await become(actor);
      return done;
    },

    async review(ask: AskOf<'review'>) {
      const { tx, become, actor } = ask;
      const row = await mineOf(ask);
      if (!row.release_id) return missing();
      const keeper = keeperOf(row, actor);
      await releases.review({ ...ask, params: { id: row.release_id } }, keeper);
      await become(keeper);
      await markAnswered(tx, row.id);
      await become(actor);
      return done;
    },
  };

  async function mineOf({
    tx,
    actor,
    params,
  }: {
    tx: Db;
    actor: Actor;
    params: { id: string };
  }): Promise<InvitationLine> {
    const [row] = await invitationsOf(tx, person(actor), params.id);
    return row ?? missing();
  }
}

/** Keeps the books of the CERT while the answer itself is written by whoever gives it. */
const keeperOf = ({ owner_id }: InvitationLine, { person: who, name }: Actor): Actor =>
  onBehalfOf(owner_id, who, ['ANA'], name);

function toInvitation(row: InvitationLine): CheckInvitation {
  const state = row.answered_at
    ? 'answered'
    : row.revoked_at
      ? 'revoked'
      : row.until.getTime() <= Date.now()
        ? 'over'
        : 'open';
  return {
    id: row.id,
    subject: row.verdict_id
      ? { kind: 'verdict', id: row.verdict_id }
      : { kind: 'release', id: row.release_id! },
    title: row.title,
    note: row.note,
    consented: row.consented,
    person: row.person ?? '',
    organisation: row.organisation ?? '',
    invitedBy: row.inviter ?? '',
    createdAt: row.created_at.toISOString(),
    until: row.until.toISOString(),
    state,
  };
}

const person = (actor: Actor): string => actor.person ?? missing();

const confidential = (label: Tlp) =>
  conflict(
    'check-confidential',
    `It rests on TLP:${label}. Ask whoever gave that whether this person may see it, and say so here; or choose something else`,
    { label },
  );

function missing(): never {
  throw notFound('check');
}
