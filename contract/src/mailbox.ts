import { z } from 'zod';

import { route } from './route.ts';
import { ById, Id, Instant, Told } from './words.ts';

/**
 * What is known of who signed a letter. `signed`: by the key that the person of this address gave; `unconfirmed`: by a key
 * that came with the letters of this case; `unchecked`: by a key that nobody here knows; `wrong`: not by the key we know.
 */
export const LetterSignature = z.enum(['signed', 'unconfirmed', 'unchecked', 'wrong', 'unsigned']);
export type LetterSignature = z.infer<typeof LetterSignature>;

/** What the reader of a letter should know of it. */
export const LetterProblem = z.enum([
  'tooLarge',
  'unreadable',
  'undecryptable',
  'cutOff',
  'longText',
  'manyParts',
  'htmlOnly',
  'noText',
  'holdsSecret',
  'filesLeft',
  'partlySigned',
  'noAbuseReport',
  'manyAbuseReports',
]);
export type LetterProblem = z.infer<typeof LetterProblem>;

/** Of a field of an abuse report that is not believed: why. */
export const FieldFault = z.enum(['missing', 'twice', 'malformed', 'tooLong', 'tooMany']);
export type FieldFault = z.infer<typeof FieldFault>;

/** What a program says in a letter that it wrote to report abuse: in ARF (RFC 5965, RFC 6591) or X-ARF. */
export const AbuseReport = z.object({
  format: z.enum(['arf', 'xArf']),
  version: z.string().nullable(),
  type: z.string().nullable().describe('Feedback-Type, or category and type of X-ARF: `abuse/login-attack`'),
  program: z.string().nullable().describe('User-Agent: what made it'),
  source: z.string().nullable().describe('The address that it is about, IPv4 or IPv6 in its shortest form'),
  sourcePort: z.number().int().nullable(),
  incidents: z.number().int().describe('How many it stands for: 1 to 2^32 - 1'),
  arrivedAt: Instant.nullable().describe('When it happened: Arrival-Date, or Date of X-ARF'),
  domains: z.array(z.string()).describe('Reported-Domain; at most 50'),
  uris: z.array(z.string()).describe('Reported-URI; at most 50'),
  authFailure: z.string().nullable().describe('Which check failed (RFC 6591 section 3.1)'),
  reportId: z.string().nullable(),
  faults: z
    .array(z.object({ field: z.string(), fault: FieldFault }))
    .describe('Fields that are not believed, as the sender names them; at most 50'),
});
export type AbuseReport = z.infer<typeof AbuseReport>;

export const CaseLetter = z.object({
  id: Id,
  kind: z
    .enum(['report', 'reply', 'apart', 'automatic'])
    .describe(
      '`report`: it opened the case; `apart`: from an address the case does not know; `automatic`: no person wrote it',
    ),
  message: Id.nullable().describe('The message that it became'),
  from: z.string(),
  subject: z.string(),
  body: z.string().nullable().describe('Of what is kept apart; the rest stands in its message'),
  signature: LetterSignature,
  encrypted: z.boolean(),
  fingerprint: z.string().nullable().describe('Of a key that came with it, which nobody has confirmed'),
  attachments: z.array(
    z.object({
      name: z.string(),
      size: z.number().int(),
      type: z.string(),
      evidence: Id.nullable().describe(
        'The file of the case that it became; nothing where it lies in the mailbox only',
      ),
    }),
  ),
  problems: z.array(LetterProblem),
  abuse: AbuseReport.nullable().describe('Where it is an abuse report that a program wrote'),
  takenBy: z.string().nullable().describe('Who took it for the words of the reporter'),
  at: Instant,
});
export type CaseLetter = z.infer<typeof CaseLetter>;

export const MailboxState = z.object({
  on: z.boolean(),
  mailbox: z.string().nullable(),
  encrypted: z.boolean().describe('Whether the way to it is'),
  lookedAt: Instant.nullable().describe('When it was last read without a problem'),
  problem: Told.nullable(),
  nextAt: Instant.nullable(),
});
export type MailboxState = z.infer<typeof MailboxState>;

export const mailboxApi = {
  state: route({
    method: 'GET',
    path: '/api/mailbox',
    summary: 'Is the mailbox of the desk read, and what is in the way',
    action: 'manage platform settings and roles',
    records: null,
    reply: MailboxState,
  }),
  letters: route({
    method: 'GET',
    path: '/api/cases/:id/letters',
    summary:
      'Letters of a case as they came: who signed them, and those of others; the newest 200, oldest first',
    action: 'triage and move cases',
    records: 'letters of a case read',
    params: ById,
    reply: z.object({
      items: z.array(CaseLetter),
      byMail: z.boolean().describe('Its reporter is written to by mail'),
      abuse: z
        .object({
          letters: z.number().int().describe('Also those that are only counted and lie in the mailbox'),
          incidents: z.number().int().describe('Of all of them'),
          lastAt: Instant,
        })
        .nullable()
        .describe('Abuse reports of the same thing that a program sent, the first included'),
      mailed: z
        .array(
          z.object({
            message: Id,
            state: z.enum(['waiting', 'sent', 'failed']),
            form: z
              .enum(['open', 'encrypted', 'notice'])
              .nullable()
              .describe('`notice`: only that there is an answer, for want of a key'),
          }),
        )
        .describe('What became of the messages of the CERT'),
    }),
  }),
  take: route({
    method: 'POST',
    path: '/api/cases/:id/letters/:letter/take',
    summary: 'Take a letter from another address for the words of the reporter',
    action: 'triage and move cases',
    records: "letter taken as the reporter's",
    params: ById.extend({ letter: Id }),
    reply: z.object({ message: Id }),
  }),
};
