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
]);
export type LetterProblem = z.infer<typeof LetterProblem>;

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
