import { z } from 'zod';

import { CheckName, CheckResult, PublishedText, Snapshot } from './releases.ts';
import { page, Paging, route } from './route.ts';
import { Claim, Verdict, VerdictInput } from './vulnerabilities.ts';
import { ById, Done, Id, Instant, line, Tlp } from './words.ts';

const subject = z.object({ kind: z.enum(['verdict', 'release']), id: Id });

/** To look at one thing as its second checker, until a day. */
export const CheckInvitation = z.object({
  id: Id,
  subject,
  title: z.string(),
  note: z.string(),
  /** Sources above TLP:GREEN are shown, for whoever gave them agreed. */
  consented: z.boolean(),
  person: z.string(),
  organisation: z.string(),
  invitedBy: z.string(),
  createdAt: Instant,
  until: Instant,
  state: z.enum(['open', 'answered', 'revoked', 'over']),
});
export type CheckInvitation = z.infer<typeof CheckInvitation>;

export const Checker = z.object({
  person: Id,
  name: z.string(),
  organisation: z.object({ id: Id, name: z.string() }),
});
export type Checker = z.infer<typeof Checker>;

/** What an invited person sees: the verdict with its sources, or the release as it would leave. */
export const InvitedCheck = CheckInvitation.omit({ person: true, organisation: true }).extend({
  cert: z.string(),
  verdict: Verdict.extend({ sources: z.array(Claim) }).nullable(),
  release: z
    .object({
      ref: z.string(),
      version: z.string(),
      label: Tlp,
      snapshot: z.string(),
      texts: z.array(PublishedText),
      checks: z.array(CheckResult),
    })
    .nullable(),
});
export type InvitedCheck = z.infer<typeof InvitedCheck>;

const Reason = line(2000);

export const invitedCheckApi = {
  invitations: route({
    method: 'GET',
    path: '/api/check-invitations',
    summary: 'List who outside the CERT was invited to check what, newest first',
    action: 'check a claim (not its author)',
    serves: ['Y'],
    records: 'check invitations listed',
    query: Paging.extend({ subject: Id.optional() }),
    reply: page(CheckInvitation),
  }),
  checkers: route({
    method: 'GET',
    path: '/api/checkers',
    summary: 'Find researchers and partners who could be invited to check something',
    action: 'invite a participant',
    serves: ['Y'],
    records: 'checkers listed',
    query: z.object({ search: z.string().max(200).optional() }),
    reply: z.object({ items: z.array(Checker).describe('At most 20') }),
  }),
  invite: route({
    method: 'POST',
    path: '/api/check-invitations',
    summary: 'Invite somebody outside to be the second checker of one verdict or release, until a day',
    action: 'invite a participant',
    serves: ['Y'],
    records: 'checker invited',
    body: z.object({
      subject,
      person: Id,
      organisation: Id,
      days: z.number().int().min(1).max(30),
      note: z.string().trim().max(1000).default(''),
      consented: z.boolean().describe('Whoever gave what is above TLP:GREEN agreed that this person sees it'),
    }),
    reply: CheckInvitation,
  }),
  revoke: route({
    method: 'POST',
    path: '/api/check-invitations/:id/revocation',
    summary: 'Take an invitation back at once',
    action: 'invite a participant',
    serves: ['Y'],
    records: 'check invitation revoked',
    params: ById,
    reply: Done,
  }),
  mine: route({
    method: 'GET',
    path: '/api/checks',
    summary: 'What I am invited to check',
    action: 'check a claim (not its author)',
    serves: ['invited'],
    records: null,
    reply: z.object({ items: z.array(CheckInvitation) }),
  }),
  get: route({
    method: 'GET',
    path: '/api/checks/:id',
    summary: 'Read what I am invited to check, and what it rests on',
    action: 'check a claim (not its author)',
    serves: ['invited'],
    records: 'check read',
    params: ById,
    reply: InvitedCheck,
  }),
  answer: route({
    method: 'POST',
    path: '/api/checks/:id/verdict',
    summary: 'Answer as the second person, without having seen the first answer',
    action: 'check a claim (not its author)',
    serves: ['invited'],
    records: 'claim checked',
    params: ById,
    body: VerdictInput,
    reply: Done,
  }),
  review: route({
    method: 'POST',
    path: '/api/checks/:id/review',
    summary: 'Second check of a release: answer the warnings, and whether it could prepare an attack',
    action: 'check a claim (not its author)',
    serves: ['invited'],
    records: 'release reviewed',
    params: ById,
    body: z.object({
      snapshot: Snapshot,
      couldHarm: z.boolean(),
      reason: Reason,
      answers: z.partialRecord(CheckName, Reason),
    }),
    reply: Done,
  }),
};
