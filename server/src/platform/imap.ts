import { ImapFlow, type ImapFlowOptions } from 'imapflow';

import { line } from './plain-text.ts';
import { Problem } from './problem.ts';

/** A mailbox that is read over IMAP (RFC 9051). */
export interface ImapSettings {
  readonly host: string;
  readonly port: number;
  /** `always` from the first byte, `required` by STARTTLS before anything is said, `none` on this machine. */
  readonly tls: 'always' | 'required' | 'none';
  readonly user: string;
  readonly password: string;
  readonly folder: string;
}

/** Reads `imaps://user:password@host:993/FOLDER`, or `imap://…:143`, which insists on STARTTLS beyond this machine. */
export function imapSettingsFrom(address: string | undefined): ImapSettings | undefined {
  if (!address) return undefined;
  const url = URL.parse(address);
  if (!url || !['imap:', 'imaps:'].includes(url.protocol) || !url.hostname || !url.username)
    throw new Error('BUSBAR_IMAP is no address of a mailbox. Write imaps://user:password@host:993/INBOX');
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const always = url.protocol === 'imaps:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (always ? 993 : 143),
    tls: always ? 'always' : here ? 'none' : 'required',
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    folder: decodeURIComponent(url.pathname.slice(1)) || 'INBOX',
  };
}

/** A letter as it lies in the mailbox. */
export interface Fetched {
  readonly uidValidity: number;
  readonly uid: number;
  /** The whole of it, or its beginning where it is larger than what is fetched. */
  readonly source: Buffer;
  readonly isWhole: boolean;
}

/** Up to where a mailbox was read. UIDs count for as long as their validity stays (RFC 9051 section 2.3.1.1). */
export interface Place {
  readonly uidValidity: number;
  readonly uid: number;
}

export interface Bounds {
  /** Letters in one turn. */
  readonly letters: number;
  /** Bytes of a letter that is fetched whole, and of the beginning of a larger one. */
  readonly whole: number;
  readonly beginning: number;
}

/** Why a mailbox cannot be read; what it says is for the administrator. */
export class NotRead extends Problem {
  constructor(code: string, why: string, params: Record<string, string>) {
    super(502, code, why, params);
  }
}

export type Imap = ReturnType<typeof imapOver>;

/** The only way mail comes in. */
export function imapOver(settings: ImapSettings) {
  return {
    name: `${settings.user}@${settings.host}:${settings.port}/${settings.folder}`,
    user: settings.user,
    encrypted: settings.tls !== 'none',

    /**
     * Hands over what came after `place`, in the order of arrival, one at a time; each is marked in the mailbox once it was
     * taken. What `take` throws ends the turn. Whatever is wrong with the server is a NotRead.
     */
    async read(place: Place, bounds: Bounds, take: (letter: Fetched) => Promise<void>): Promise<void> {
      const client = new ImapFlow(optionsOf(settings, bounds));
      // Told again by whatever was being asked; without a listener it would end the program.
      client.on('error', () => {});
      try {
        await asked(client.connect());
        const { uidValidity, permanentFlags } = await asked(client.mailboxOpen(settings.folder));
        const validity = Number(uidValidity);
        const after = validity === place.uidValidity ? place.uid : 0;
        const marks = ['\\Seen', ...(permanentFlags?.has('\\*') ? ['$Busbar'] : [])];
        for (const { uid, size } of await listed(client, after, bounds.letters)) {
          const maxLength = size > bounds.whole ? bounds.beginning : bounds.whole;
          const found = await asked(
            client.fetchOne(String(uid), { source: { start: 0, maxLength } }, { uid: true }),
          );
          // Somebody took it out of the mailbox meanwhile.
          if (!found) continue;
          // Passed over, it would never be asked for again.
          if (!found.source) throw withheld(settings, `UID ${uid}`);
          // Of the size that the server tells nobody can be sure: some guess it (RFC822.SIZE of Exchange).
          const isWhole = found.source.length < maxLength;
          await take({ uidValidity: validity, uid, source: found.source, isWhole });
          await asked(client.messageFlagsAdd(String(uid), marks, { uid: true }));
        }
        await asked(client.logout());
      } finally {
        client.close();
      }
    },
  };

  async function asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw explained(error as ImapError, settings);
    }
  }

  async function listed(client: ImapFlow, after: number, most: number) {
    // `n:*` always names the last letter, also when it came before n (RFC 9051 section 9, seq-range).
    const found = await asked(client.search({ uid: `${after + 1}:*` }, { uid: true }));
    // Refused, and not empty.
    if (!found) throw withheld(settings, 'SEARCH');
    const uids = found
      .filter((uid) => uid > after)
      .toSorted((a, b) => a - b)
      .slice(0, most);
    if (uids.length === 0) return [];
    const told = await asked(client.fetchAll(uids.join(), { size: true }, { uid: true }));
    const sizes = new Map(told.map(({ uid, size }) => [uid, size ?? 0]));
    return uids.map((uid) => ({ uid, size: sizes.get(uid) ?? 0 }));
  }
}

const optionsOf = (
  { host, port, tls, user, password }: ImapSettings,
  { whole }: Bounds,
): ImapFlowOptions => ({
  host,
  port,
  secure: tls === 'always',
  doSTARTTLS: tls === 'required',
  auth: { user, pass: password },
  logger: false,
  disableAutoIdle: true,
  connectionTimeout: 15_000,
  greetingTimeout: 15_000,
  socketTimeout: 60_000,
  maxLineLength: 16 << 20,
  maxLiteralSize: whole + 1024,
  maxResponseSize: 2 * whole,
  maxResponseTokens: 100_000,
});

const withheld = ({ host, folder }: ImapSettings, what: string) =>
  new NotRead(
    'mailbox-withholds',
    `${host} lets us in and does not hand over what is in ${folder} (${what}). It is asked again; look at it with another program`,
    { host, folder, what },
  );

interface ImapError extends Error {
  readonly authenticationFailed?: boolean;
  readonly responseText?: string;
  readonly mailboxMissing?: boolean;
}

function explained(error: ImapError, { host, folder }: ImapSettings): NotRead {
  const said = line(error.responseText ?? error.message, 200);
  if (error.authenticationFailed)
    return new NotRead(
      'mailbox-sign-in',
      `${host} does not let us in; look at user and password in BUSBAR_IMAP (${said})`,
      { host, said },
    );
  if (error.mailboxMissing)
    return new NotRead('mailbox-missing', `${host} has no folder ${folder}; look at BUSBAR_IMAP`, {
      host,
      folder,
    });
  return new NotRead('mailbox-not-reachable', `${host} cannot be reached or does not answer (${said})`, {
    host,
    said,
  });
}
