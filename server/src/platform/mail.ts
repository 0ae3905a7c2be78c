import type { Told } from '@busbar/contract';
import { createTransport } from 'nodemailer';

import { line } from './plain-text.ts';
import { Problem } from './problem.ts';

/** The mail server of the operator, and whom mail is from. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** `always` from the first byte, `required` by STARTTLS before anything is said, `none` on this machine or when asked for. */
  readonly tls: 'always' | 'required' | 'none';
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Nothing: the address of the CERT. */
  readonly from: string | undefined;
  /** Certificates of authorities, besides those that Node.js trusts. */
  readonly ca?: string | undefined;
}

/** Reads `smtps://user:password@host:465`, or `smtp://host:587`, which insists on STARTTLS unless `?tls=none`. */
export function mailSettingsFrom(address: string | undefined, from?: string): MailSettings | undefined {
  if (!address) return undefined;
  const url = URL.parse(address);
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname)
    throw new Error('BUSBAR_SMTP is no address of a mail server. Write smtps://user:password@host:465');
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const always = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (always ? 465 : 587),
    tls: always ? 'always' : here || url.searchParams.get('tls') === 'none' ? 'none' : 'required',
    user: url.username ? decodeURIComponent(url.username) : undefined,
    password: url.password ? decodeURIComponent(url.password) : undefined,
    from,
  };
}

/**
 * Why a message was not taken. `address`: its mail server knows no such recipient; `message`: it does not want this
 * message; `server`: ours cannot be reached, does not let us in, or asks us to come back.
 */
export class NotTaken extends Problem {
  readonly what: 'address' | 'message' | 'server';
  /** It may go better later. */
  readonly passing: boolean;

  constructor(what: NotTaken['what'], passing: boolean, code: string, why: string, params: Told['params']) {
    super(502, code, why, params);
    this.what = what;
    this.passing = passing;
  }
}

export type Mailer = ReturnType<typeof mailerOver>;

/** The only way mail leaves. Takes messages as they are to stand on the wire; without settings it is off. */
export function mailerOver(settings: MailSettings | undefined) {
  const transport =
    settings &&
    createTransport({
      pool: true,
      maxConnections: 3,
      // A connection that breaks may have carried the message: whether it is sent again is decided by its row.
      maxRequeues: 0,
      host: settings.host,
      port: settings.port,
      secure: settings.tls === 'always',
      requireTLS: settings.tls === 'required',
      ignoreTLS: settings.tls === 'none',
      ...(settings.ca && { tls: { ca: settings.ca } }),
      ...(settings.user && { auth: { user: settings.user, pass: settings.password ?? '' } }),
      connectionTimeout: 15_000,
      greetingTimeout: 15_000,
      socketTimeout: 60_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    });

  return {
    /** Whom mail goes to on its way; nothing when mail is off. */
    server: settings && `${settings.host}:${settings.port}`,
    encrypted: settings !== undefined && settings.tls !== 'none',
    from: settings?.from,

    /** What the server said when it took the message. Whatever goes wrong is a NotTaken. */
    async send({ from, to, raw }: { from: string; to: string; raw: Buffer }): Promise<string> {
      if (!transport) throw off();
      try {
        const { response } = await transport.sendMail({ envelope: { from, to: [to] }, raw });
        return line(response, 200);
      } catch (error) {
        throw explained(error as SmtpError, settings.host);
      }
    },

    /** Can the server be reached, and does it let us in? */
    async probe(): Promise<void> {
      if (!transport) throw off();
      await transport.verify().catch((error: SmtpError) => {
        throw explained(error, settings.host);
      });
    },

    close(): void {
      transport?.close();
    },
  };
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

export const off = () =>
  new NotTaken(
    'server',
    true,
    'mail-off',
    'Mail is off: no mail server is set. Set BUSBAR_SMTP and start again',
    {},
  );

/** RFC 5321 section 4.2.1: 5yz is for good, 4yz for now; whose fault it is depends on the command it answers. */
function explained(
  { code = '', command = '', message, response, responseCode = 0 }: SmtpError,
  host: string,
): NotTaken {
  const said = line(response ?? message, 200);
  const forGood = responseCode >= 500 && responseCode !== 503 && responseCode !== 521;
  if (command.startsWith('RCPT TO') || (code === 'EENVELOPE' && command === 'API'))
    return new NotTaken(
      'address',
      responseCode > 0 && !forGood,
      forGood || responseCode === 0 ? 'address-refused' : 'address-later',
      forGood || responseCode === 0
        ? `The mail server takes nothing for this address: ${said}`
        : `The mail server takes nothing for this address just now: ${said}`,
      { said },
    );
  if (command === 'DATA' && responseCode > 0)
    return new NotTaken(
      'message',
      !forGood,
      forGood ? 'message-refused' : 'message-later',
      forGood
        ? `The mail server does not take this message: ${said}`
        : `The mail server does not take this message just now: ${said}`,
      { said },
    );
  if (code === 'EAUTH')
    return new NotTaken(
      'server',
      true,
      'mail-sign-in',
      `${host} does not let us in; look at user and password in BUSBAR_SMTP (${said})`,
      { host, said },
    );
  return new NotTaken(
    'server',
    true,
    'mail-not-reachable',
    `${host} cannot be reached or does not answer (${said})`,
    {
      host,
      said,
    },
  );
}
