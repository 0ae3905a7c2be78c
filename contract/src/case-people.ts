import { z } from 'zod';

import type { Role } from './matrix.ts';
import { Id, Instant } from './words.ts';

/** As what somebody from outside takes part in a case. */
export const GuestRole = z.enum(['reporter', 'vendor', 'expert', 'authority']);
export type GuestRole = z.infer<typeof GuestRole>;

/** Whoever acts in one of these roles may accept. */
export const rolesOfGuest: Readonly<Record<GuestRole, readonly Role[]>> = {
  reporter: ['RES', 'VEN', 'GOV'],
  vendor: ['VEN'],
  expert: ['RES'],
  authority: ['GOV'],
};

export const GuestState = z.enum([
  'proposed',
  'refused',
  'invited',
  'declined',
  'accepted',
  'left',
  'removed',
]);
export type GuestState = z.infer<typeof GuestState>;

export interface GuestMove {
  readonly from: GuestState;
  readonly to: GuestState;
  /** Whose step it is: who may invite without asking, whoever is of the team or authorises for the owner, or the guest. */
  readonly by: 'decides' | 'hosts' | 'guest';
}

/** Which way a participation may go. */
export const guestMoves: readonly GuestMove[] = [
  { from: 'proposed', to: 'invited', by: 'decides' },
  { from: 'proposed', to: 'refused', by: 'decides' },
  { from: 'proposed', to: 'removed', by: 'hosts' },
  { from: 'invited', to: 'accepted', by: 'guest' },
  { from: 'invited', to: 'declined', by: 'guest' },
  { from: 'invited', to: 'removed', by: 'hosts' },
  { from: 'accepted', to: 'left', by: 'guest' },
  { from: 'accepted', to: 'removed', by: 'hosts' },
];

export const guestMay = (by: GuestMove['by'], from: GuestState, to: GuestState): boolean =>
  guestMoves.some((move) => move.by === by && move.from === from && move.to === to);

/** Somebody from outside, as the room sees him. */
export const Participant = z.object({
  id: Id,
  ref: z.string().describe('How the guest cites his part'),
  role: GuestRole,
  name: z.string(),
  home: z.string().describe('For whom he speaks'),
  email: z.string(),
  state: GuestState,
  note: z.string(),
  invitedBy: z.string(),
  reason: z.string().nullable(),
  createdAt: Instant,
  answeredAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type Participant = z.infer<typeof Participant>;

/** Somebody of the CERT who works on the case. */
export const Teammate = z.object({ person: Id, name: z.string(), me: z.boolean() });
export type Teammate = z.infer<typeof Teammate>;

export const CaseThread = z.object({
  id: Id,
  title: z.string(),
  ownerReads: z
    .boolean()
    .describe('The people of the organisation that the case belongs to read and write here'),
  readers: z.array(z.string()).describe('Guests who read and write here, by name'),
  openedAt: Instant,
  newestAt: Instant.nullable(),
  unread: z.number().int(),
});
export type CaseThread = z.infer<typeof CaseThread>;
