import type { Participant, Participation } from '@busbar/contract';

import type { ParticipantRow } from './room-store.ts';

/** As the room sees a guest. */
export const toParticipant = (row: ParticipantRow): Participant => ({
  id: row.id,
  ref: row.ref,
  role: row.role,
  name: row.name,
  home: row.home,
  email: row.email,
  state: row.state,
  note: row.note,
  invitedBy: row.inviter_name,
  reason: row.reason,
  createdAt: row.created_at.toISOString(),
  answeredAt: row.answered_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
});

/** As the guest sees his part: of the case itself what he was told before he accepted. */
export const toParticipation = (row: ParticipantRow, cert: string): Participation => ({
  id: row.id,
  ref: row.ref,
  role: row.role,
  state: row.state,
  cert,
  name: row.name,
  invitedBy: row.inviter_name,
  note: row.note,
  terms: row.terms,
  about: row.about,
  createdAt: row.created_at.toISOString(),
  answeredAt: row.answered_at?.toISOString() ?? null,
  case: row.state === 'accepted' ? row.case_id : null,
});
