import type { CaseThread, Participant, Participation } from '@busbar/contract';

import type { DataKey } from '../../platform/keys.ts';
import { placeOf } from './case-content.ts';
import type { ParticipantRow, ThreadRow } from './room-store.ts';

/** Whom an invitation names, for whom he speaks, and what he reads before he accepts. */
export interface Invited {
  readonly name: string;
  readonly home: string;
  readonly note: string;
}

export const sealInvited = (key: DataKey, id: string, invited: Invited): Buffer =>
  key.seal(placeOf.guest(id), JSON.stringify(invited));

export const openInvited = (key: DataKey, { id, sealed }: ParticipantRow): Invited =>
  JSON.parse(key.open(placeOf.guest(id), sealed)) as Invited;

/** As the room sees a guest. */
export const toParticipant = (key: DataKey, row: ParticipantRow): Participant => ({
  id: row.id,
  ref: row.ref,
  role: row.role,
  ...openInvited(key, row),
  email: row.email ?? '',
  state: row.state,
  invitedBy: row.inviter_name,
  reason: row.reason && key.open(placeOf.guestReason(row.id), row.reason),
  createdAt: row.created_at.toISOString(),
  answeredAt: row.answered_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
});

/** As the guest sees his part: of the case itself what he was told before he accepted. */
export function toParticipation(key: DataKey, row: ParticipantRow, cert: string): Participation {
  const { name, note } = openInvited(key, row);
  return {
    id: row.id,
    ref: row.ref,
    role: row.role,
    state: row.state,
    cert,
    name,
    invitedBy: row.inviter_name,
    note,
    terms: row.terms,
    about: row.about,
    createdAt: row.created_at.toISOString(),
    answeredAt: row.answered_at?.toISOString() ?? null,
    case: row.state === 'accepted' ? row.case_id : null,
  };
}

/** @param guests those that the actor may know of */
export const toThread = (
  key: DataKey,
  row: ThreadRow,
  guests: readonly { readonly id: string; readonly name: string }[],
): CaseThread => ({
  id: row.id,
  title: key.open(placeOf.thread(row.id), row.sealed),
  ownerReads: row.owner_reads,
  readers: guests
    .filter(({ id }) => row.readers.includes(id))
    .map(({ name }) => name)
    .toSorted(),
  openedAt: row.at.toISOString(),
  newestAt: row.newest?.toISOString() ?? null,
  unread: row.unread,
});
