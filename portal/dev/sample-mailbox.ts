import type { Case, CaseLetter, MailboxState } from '@busbar/contract';

/** Made-up letters of a case: its report, an answer, and one that nobody knows. */
export function sampleLetters(
  uuid: (place: number) => string,
  ago: (seconds: number) => string,
  { messages, reference }: Case,
) {
  const letter = (n: number, changes: Partial<CaseLetter>): CaseLetter => ({
    id: uuid(880 + n),
    kind: 'reply',
    message: null,
    from: 'shift@nordwasser.example',
    subject: `Re: [${reference}] CERT`,
    body: null,
    signature: 'unconfirmed',
    encrypted: true,
    fingerprint: null,
    attachments: [],
    problems: [],
    abuse: null,
    takenBy: null,
    at: ago(3000 - 300 * n),
    ...changes,
  });
  const said = messages.find(({ from }) => from !== 'cert');
  const mine = messages.find(({ from, internal }) => from === 'cert' && !internal);
  return {
    byMail: true,
    abuse: { letters: 214, incidents: 3870, lastAt: ago(600) },
    mailed: mine ? [{ message: mine.id, state: 'sent', form: 'notice' }] : [],
    items: [
      letter(1, {
        kind: 'report',
        subject: 'Two pumps stopped',
        fingerprint: '8F3A1C5577D0E4B29A6612F0C3D84E5A7B9021FE',
        attachments: [
          { name: 'hmi-screenshot.png', size: 482_113, type: 'image/png', evidence: null },
          { name: 'firewall.log', size: 91_204, type: 'text/plain', evidence: null },
        ],
        problems: ['holdsSecret'],
        abuse: {
          format: 'arf',
          version: '1',
          type: 'abuse',
          program: 'mail-gateway 4.2',
          source: '2001:db8:10::bad',
          sourcePort: 40_321,
          incidents: 12,
          arrivedAt: ago(7200),
          domains: ['bad.example', 'update.very-long-name-of-somebody.example'],
          uris: [`https://bad.example/${'login/'.repeat(20)}`],
          authFailure: 'dmarc',
          reportId: null,
          faults: [
            { field: 'Version', fault: 'twice' },
            { field: '', fault: 'tooMany' },
          ],
        },
      }),
      letter(2, { message: said?.id ?? null }),
      letter(3, {
        kind: 'apart',
        from: 'colleague@mail.example',
        body: 'I am his colleague. The remote access was opened again at 04:10, please call me.',
        signature: 'unsigned',
        encrypted: false,
      }),
    ],
  };
}

export const sampleMailbox = (ago: (seconds: number) => string): MailboxState => ({
  on: true,
  mailbox: 'desk@cert.example@mail.cert.example:993/INBOX',
  encrypted: true,
  lookedAt: ago(900),
  problem: {
    code: 'mailbox-not-reachable',
    params: { host: 'mail.cert.example', said: 'connect ECONNREFUSED' },
    text: 'mail.cert.example cannot be reached',
  },
  nextAt: ago(-300),
});
