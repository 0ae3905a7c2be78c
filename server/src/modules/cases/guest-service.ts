import { randomInt } from 'node:crypto';

import {
  type CaseThread,
  done,
  type guestApi,
  guestMay,
  type GuestRoom,
  type Participant,
  type Participation,
  type Role,
  rolesOfGuest,
  type Route,
  caseSeverityOf,
} from '@busbar/contract';

import { type Actor, founder } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import type { Links } from '../../platform/links.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import { placeOf } from './case-content.ts';
import { authorOf, type CaseService, missing, opened, traceOf } from './case-service.ts';
import { type CaseRow, findCase } from './case-store.ts';
import { guestTexts } from './case-words.ts';
import { termsOf } from './guest-terms.ts';
import { sealInvited, toParticipant, toParticipation, toThread } from './guest-view.ts';
import {
  countGuests,
  findParticipant,
  findThread,
  insertParticipant,
  insertThread,
  lockParticipant,
  type ParticipantRow,
  participationsOf,
  participantsOf,
  threadsOf,
  updateParticipant,
} from './room-store.ts';
import type { CaseNotice } from './team-service.ts';

export type GuestService = ReturnType<typeof guestService>;

export interface GuestParts {
  readonly cases: CaseService;
  readonly keys: Keys;
  readonly links: Links;
  cert(tx: Db): Promise<string>;
  tell(tx: Db, actor: Actor, notice: CaseNotice): Promise<void>;
  /** Mails the link of an invitation, where mail is on; as the CERT, whoever invited. */
  mail(
    tx: Db,
    actor: Actor,
    to: { participant: string; address: string; language: ParticipantRow['language'] },
  ): Promise<void>;
}

type AskOf<Name extends keyof typeof guestApi> =
  (typeof guestApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

/**
 * Reporters, vendors, experts and authorities in a case. Whoever holds the link that was mailed to him reads the terms;
 * once he accepted them as one of his memberships, the database shows him the threads that name him, and nothing else.
 */
export function guestService({ cases, keys, links, cert, tell, mail }: GuestParts) {
  return {
    async invite({ tx, actor, params, body, trail }: AskOf<'invite'>): Promise<Participant> {
      const row = await hostOrGuest(tx, params.id, actor);
      const alone = invitesAlone(actor, row);
      const key = await keys.ofCase(tx, row.id);
      const { key: _, role, email, language, ...invited } = body;
      const id = key.idOf('case_participant', actor, body);
      const added = await insertParticipant(tx, {
        id,
        role,
        email,
        language,
        sealed: sealInvited(key, id, invited),
        case_id: row.id,
        ref: `P-${digits()}-${digits()}-${digits()}`,
        state: alone ? 'invited' : 'proposed',
        terms: termsOf(role, language, await cert(tx)),
        about: JSON.stringify({
          kind: row.kind,
          severity: caseSeverityOf(row.impact, row.spread),
          rsit: row.rsit,
        }),
        invited_by: actor.person!,
        inviter_name: actor.name,
      });
      const made = added ?? (await findParticipant(tx, id));
      if (!made)
        throw conflict(
          'participant-invited',
          'Somebody with this address is invited already, or takes part',
          { email },
        );
      if (added && alone) await sendLink(tx, actor, made);
      trail.on({
        ...traceOf(row),
        details: {
          participant: made.id,
          ref: made.ref,
          role: made.role,
          state: made.state,
          ...(!added && again),
        },
      });
      return toParticipant(key, made);
    },

    async decide({ tx, actor, params, body, trail }: AskOf<'decide'>): Promise<Participant> {
      const row = await opened(tx, params.id, actor);
      const part = await locked(tx, params);
      if (!invitesAlone(actor, row)) missing();
      const state = body.invite ? 'invited' : 'refused';
      refuseMove(part, 'decides', state);
      if (part.invited_by === actor.person)
        throw conflict('own-proposal', 'Somebody else decides on what you proposed');
      const key = await keys.ofCase(tx, row.id);
      const reason = sealedReason(key, part, body.reason);
      await updateParticipant(tx, part.id, { state, decided_by: actor.person, reason });
      if (body.invite) await sendLink(tx, actor, part);
      trail.on({ ...traceOf(row), details: { participant: part.id, ref: part.ref, state } });
      return toParticipant(key, { ...part, state, reason });
    },

    async link({ tx, actor, params, trail }: AskOf<'link'>) {
      const row = await opened(tx, params.id, actor);
      const part = await locked(tx, params);
      if (!invitesAlone(actor, row)) missing();
      if (part.state !== 'invited') throw notOpen(part);
      trail.on({ ...traceOf(row), details: { participant: part.id, ref: part.ref } });
      return { path: pathOf(part) };
    },

    async remove({ tx, actor, params, body, trail, become }: AskOf<'remove'>): Promise<Participant> {
      const row = await opened(tx, params.id, actor);
      const part = await locked(tx, params);
      if (!hosts(actor, row)) missing();
      refuseMove(part, 'hosts', 'removed');
      const key = await keys.ofCase(tx, row.id);
      const reason = sealedReason(key, part, body.reason);
      const ended = { state: 'removed', reason, ended_at: new Date() } as const;
      await updateParticipant(tx, part.id, ended);
      await recount(tx, row.id, actor, become);
      trail.on({ ...traceOf(row), details: { participant: part.id, ref: part.ref } });
      return toParticipant(key, { ...part, ...ended });
    },

    async openThread({ tx, actor, params, body, trail }: AskOf<'openThread'>): Promise<CaseThread> {
      const row = await opened(tx, params.id, actor);
      const wanted = [...new Set(body.participants)];
      const key = await keys.ofCase(tx, row.id);
      const guests = await participantsOf(tx, row.id);
      const id = key.idOf('case_thread', actor, body);
      const wasOpened = (await findThread(tx, row.id, id)) !== undefined;
      const open = guests.filter(
        ({ id: guest, state }) => wanted.includes(guest) && (state === 'invited' || state === 'accepted'),
      );
      if (!wasOpened && open.length < wanted.length) throw notFound('participant');
      const added = await insertThread(tx, {
        id,
        case_id: row.id,
        sealed: key.seal(placeOf.thread(id), body.title),
        owner_reads: body.ownerReads,
        participants: wanted,
        opened_by: actor.person!,
        opener_name: actor.name,
      });
      trail.on({
        ...traceOf(row),
        details: { thread: id, participants: wanted, ownerReads: body.ownerReads, ...(!added && again) },
      });
      const made = (await threadsOf(tx, row.id, actor.person)).find((thread) => thread.id === id)!;
      return toThread(
        key,
        made,
        guests.map((guest) => toParticipant(key, guest)),
      );
    },

    async invitation({ tx, actor, params, become }: AskOf<'invitation'>): Promise<Participation> {
      const part = await byLink(tx, params.token, actor, become);
      const key = await keys.ofCase(tx, part.case_id);
      await become(actor);
      return toParticipation(key, part, await cert(tx));
    },

    async answer({ tx, actor, params, body, trail, become }: AskOf<'answer'>): Promise<Participation> {
      const part = await byLink(tx, params.token, actor, become);
      const state = body.accept ? 'accepted' : 'declined';
      if (part.state === state) {
        const row = (await findCase(tx, part.case_id)) ?? missing();
        const key = await keys.ofCase(tx, part.case_id);
        await become(actor);
        trail.on({ ...traceOf(row), details: { participant: part.id, ref: part.ref, state, ...again } });
        return toParticipation(key, part, await cert(tx));
      }
      if (!guestMay('guest', part.state, state)) throw notOpen(part);
      if (body.accept && !actor.roles.some((role) => rolesOfGuest[part.role].includes(role as Role)))
        throw conflict(
          'wrong-membership',
          'Act as a membership that fits this invitation: a vendor, a researcher or an authority',
        );
      const answered = {
        state,
        answered_at: new Date(),
        person_id: actor.person,
        organisation_id: actor.organisation,
      } as const;
      await updateParticipant(tx, part.id, answered);
      await countGuests(tx, part.case_id);
      const row = (await findCase(tx, part.case_id)) ?? missing();
      const key = await keys.ofCase(tx, part.case_id);
      await become(actor);
      if (body.accept)
        await tell(tx, actor, {
          owner: row.owner_id,
          case: row.id,
          key: `guest ${part.id}`,
          reference: row.ref,
          texts: guestTexts(row.ref),
          path: `/cases/${row.id}`,
        });
      trail.on({ ...traceOf(row), details: { participant: part.id, ref: part.ref, state } });
      return toParticipation(key, { ...part, ...answered }, await cert(tx));
    },

    async mine({ tx, actor }: AskOf<'mine'>) {
      const name = await cert(tx);
      const parts = await participationsOf(tx, actor.person);
      const opened = await keys.ofCases(
        tx,
        parts.map(({ case_id }) => case_id),
      );
      return {
        items: parts.flatMap((part) => {
          // Of a case that was purged nothing is left to take part in.
          const key = opened.get(part.case_id);
          return key ? toParticipation(key, part, name) : [];
        }),
      };
    },

    async room({ tx, actor, params, query, trail }: AskOf<'room'>): Promise<GuestRoom> {
      const { row, part } = await partOf(tx, params.id, actor);
      trail.on({ ...traceOf(row), details: { participant: part.id } });
      const key = await keys.ofCase(tx, row.id);
      const participation = toParticipation(key, part, await cert(tx));
      return {
        id: row.id,
        reference: row.ref,
        kind: row.kind,
        state: row.state,
        since: row.since.toISOString(),
        label: row.label,
        participation,
        threads: (await threadsOf(tx, row.id, actor.person)).map((row) =>
          toThread(key, row, [participation]),
        ),
        ...(await cases.said(tx, key, row.id, actor, query)),
      };
    },

    async leave({ tx, actor, params, trail, become }: AskOf<'leave'>) {
      const { row, part } = await partOf(tx, params.id, actor);
      await updateParticipant(tx, part.id, { state: 'left', ended_at: new Date() });
      await recount(tx, row.id, actor, become);
      trail.on({ ...traceOf(row), details: { participant: part.id, ref: part.ref } });
      return done;
    },
  };

  async function sendLink(tx: Db, actor: Actor, part: ParticipantRow): Promise<void> {
    await mail(tx, actor, { participant: part.id, address: part.email!, language: part.language });
  }

  function pathOf({ id }: ParticipantRow): string {
    return `/cases/invited/${links.write('participation', id)}`;
  }

  /**
   * As the program: the link is the permission, and once it was answered only for whoever did. The actor is the program
   * afterwards.
   */
  async function byLink(
    tx: Db,
    token: string,
    actor: Actor,
    become: (actor: Actor) => Promise<void>,
  ): Promise<ParticipantRow> {
    const id = links.read('participation', token);
    if (!id) throw notFound('invitation');
    await become(founder);
    const part = (await lockParticipant(tx, id)) ?? (await findParticipant(tx, id));
    const isHis = actor.person !== null && part?.person_id === actor.person;
    const shows = isHis ? ['invited', 'accepted', 'declined'] : ['invited'];
    if (!part || !shows.includes(part.state)) throw notFound('invitation');
    return part;
  }
}

/** Said of what was sent again and changed nothing. */
const again = { again: true };

const sealedReason = (key: DataKey, { id }: ParticipantRow, reason: string | undefined) =>
  reason ? key.seal(placeOf.guestReason(id), reason) : null;

const digits = () => String(randomInt(10_000)).padStart(4, '0');

const authorises = ({ roles, organisation }: Actor, row: CaseRow) =>
  roles.includes('MAD') && row.owner_id === organisation;
const invitesAlone = (actor: Actor, row: CaseRow) =>
  row.opens && (actor.roles.includes('LEAD') || authorises(actor, row));
const hosts = (actor: Actor, row: CaseRow) =>
  row.opens && (authorOf(actor) === 'cert' || authorises(actor, row));

/** Whoever is in the room may say whom else it needs; so may a guest. */
async function hostOrGuest(tx: Db, id: string, actor: Actor): Promise<CaseRow> {
  const row = (await findCase(tx, id)) ?? missing();
  return row.opens || (actor.person && row.guests.includes(actor.person)) ? row : opened(tx, id, actor);
}

async function partOf(tx: Db, id: string, actor: Actor) {
  const [part] = await participationsOf(tx, actor.person, id);
  return { part: part ?? missing(), row: (await findCase(tx, id)) ?? missing() };
}

async function locked(tx: Db, { id, participant }: { id: string; participant: string }) {
  return (await lockParticipant(tx, participant, id)) ?? notThere();
}

/** The database shows a guest the case by who accepted; it counts them, whoever asks. */
async function recount(tx: Db, id: string, actor: Actor, become: (actor: Actor) => Promise<void>) {
  await become(founder);
  await countGuests(tx, id);
  await become(actor);
}

function refuseMove(part: ParticipantRow, by: 'decides' | 'hosts', to: ParticipantRow['state']): void {
  if (!guestMay(by, part.state, to)) throw notOpen(part);
}

const notOpen = ({ state }: ParticipantRow) =>
  conflict('participation-closed', `This invitation is ${state}; look at it anew`, { state });

function notThere(): never {
  throw notFound('participant');
}
