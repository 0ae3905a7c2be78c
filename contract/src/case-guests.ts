import { z } from 'zod';

import { CaseThread, GuestRole, GuestState, Participant } from './case-people.ts';
import { CaseSeverity, Rsit } from './case-triage.ts';
import { CaseKind, CaseMessage, CaseState, earlier, Said } from './cases.ts';
import { Language } from './people.ts';
import { route } from './route.ts';
import { ById, Done, email, FormKey, Id, Instant, line, Tlp } from './words.ts';

/** What somebody is asked to take part in; before he accepts the terms, nothing more is told. */
export const Participation = z.object({
  id: Id,
  ref: z.string(),
  role: GuestRole,
  state: GuestState,
  cert: z.string(),
  name: z.string(),
  invitedBy: z.string(),
  note: z.string(),
  terms: z.string(),
  about: z.object({ kind: CaseKind, severity: CaseSeverity, rsit: Rsit }),
  createdAt: Instant,
  answeredAt: Instant.nullable(),
  case: Id.nullable().describe('Where to go on, once the terms are accepted'),
});
export type Participation = z.infer<typeof Participation>;

/** A guest’s part of a case: the threads that name him, and where the case stands. */
export const GuestRoom = z.object({
  id: Id,
  reference: z.string(),
  kind: CaseKind,
  state: CaseState,
  since: Instant,
  label: Tlp,
  participation: Participation,
  threads: z.array(CaseThread),
  messages: z
    .array(CaseMessage)
    .describe('Of all these threads, oldest first; the newest 500, or those asked for'),
  earlier,
});
export type GuestRoom = z.infer<typeof GuestRoom>;

const ByParticipant = ById.extend({ participant: Id });
const ByToken = z.object({ token: z.string().max(200) });

export const guestApi = {
  invite: route({
    method: 'POST',
    path: '/api/cases/:id/participants',
    summary: 'Invite somebody from outside into a case, or propose to',
    action: 'invite a participant',
    serves: ['propose', 'own', 'Y'],
    records: 'participant invited',
    params: ById,
    body: z.object({
      role: GuestRole,
      name: line(),
      email,
      home: line().describe('For whom he speaks'),
      language: Language.default('en'),
      key: FormKey,
      note: z.string().trim().max(1000).default('').describe('He reads it before he accepts'),
    }),
    reply: Participant,
  }),
  decide: route({
    method: 'POST',
    path: '/api/cases/:id/participants/:participant/decision',
    summary: 'Decide on an invitation that somebody else proposed',
    action: 'invite a participant',
    serves: ['own', 'Y'],
    records: 'participant decided',
    params: ByParticipant,
    body: z.object({ invite: z.boolean(), reason: line(500).optional() }),
    reply: Participant,
  }),
  link: route({
    method: 'POST',
    path: '/api/cases/:id/participants/:participant/link',
    summary: 'The link of an invitation, to hand it over by another way than mail',
    action: 'invite a participant',
    serves: ['own', 'Y'],
    records: 'invitation link shown',
    params: ByParticipant,
    reply: z.object({ path: z.string() }),
  }),
  remove: route({
    method: 'POST',
    path: '/api/cases/:id/participants/:participant/removal',
    summary: 'Take somebody out of a case at once',
    action: 'invite a participant',
    serves: ['propose', 'own', 'Y'],
    records: 'participant removed',
    params: ByParticipant,
    body: z.object({ reason: line(500) }),
    reply: Participant,
  }),
  openThread: route({
    method: 'POST',
    path: '/api/cases/:id/threads',
    summary: 'Open a thread with some of those who take part',
    action: 'triage and move cases',
    records: 'thread opened',
    params: ById,
    body: z.object({
      key: FormKey,
      title: line(120),
      participants: z.array(Id).min(1).max(50),
      ownerReads: z.boolean().default(true),
    }),
    reply: CaseThread,
  }),
  invitation: route({
    method: 'GET',
    path: '/api/case-invitations/:token',
    summary: 'What a link invites to: the terms, and what may be told before they are accepted',
    action: 'accept an invitation or set up an empty instance',
    records: null,
    params: ByToken,
    reply: Participation,
  }),
  answer: route({
    method: 'POST',
    path: '/api/case-invitations/:token/answer',
    summary: 'Accept the terms and take part, or decline',
    action: 'read case (messages, observations, findings)',
    serves: ['part'],
    records: 'participation answered',
    params: ByToken,
    body: z.object({ accept: z.boolean() }),
    reply: Participation,
  }),
  mine: route({
    method: 'GET',
    path: '/api/participations',
    summary: 'The cases of others in which I take part',
    action: 'read case (messages, observations, findings)',
    serves: ['part'],
    records: null,
    reply: z.object({ items: z.array(Participation) }),
  }),
  room: route({
    method: 'GET',
    path: '/api/cases/:id/part',
    summary: 'My part of a case of others',
    action: 'read case (messages, observations, findings)',
    serves: ['part'],
    records: 'case read',
    params: ById,
    query: Said,
    reply: GuestRoom,
  }),
  leave: route({
    method: 'POST',
    path: '/api/cases/:id/part/end',
    summary: 'Leave a case of others; what was said stays',
    action: 'read case (messages, observations, findings)',
    serves: ['part'],
    records: 'participant left',
    params: ById,
    reply: Done,
  }),
};
