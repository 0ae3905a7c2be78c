import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from 'smtp-server';

import type { MailSettings } from '../platform/mail.ts';

export interface Received {
  readonly to: string;
  readonly raw: string;
}

type Say = (address: string, times: number) => { code: number; text: string } | undefined;

/** Somebody's mail server, in this process. What it took it keeps; what it says no to, a test decides. */
export class MailServer {
  readonly taken: Received[] = [];
  /** Asked at RCPT TO; undefined takes the address. */
  refuses: Say = () => undefined;
  /** Waits before it acknowledges, so that somebody can be killed in between. */
  slow: () => Promise<void> = async () => {};
  readonly #times = new Map<string, number>();
  readonly #server: SMTPServer;
  #port = 0;

  constructor() {
    this.#server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      logger: false,
      closeTimeout: 100,
      onRcptTo: ({ address }: SMTPServerAddress, _session: SMTPServerSession, done) => {
        const times = (this.#times.get(address) ?? 0) + 1;
        this.#times.set(address, times);
        const no = this.refuses(address, times);
        done(no && Object.assign(new Error(no.text), { responseCode: no.code }));
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks).toString('latin1');
          for (const { address } of session.envelope.rcptTo) this.taken.push({ to: address, raw });
          void this.slow().then(() => done());
        });
      },
    });
    this.#server.on('error', () => {});
  }

  async open(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', () => resolve()));
    this.#port = (this.#server.server.address() as AddressInfo).port;
    return this;
  }

  get settings(): MailSettings {
    return {
      host: '127.0.0.1',
      port: this.#port,
      tls: 'none',
      user: undefined,
      password: undefined,
      from: 'news@cert.example',
    };
  }

  to(address: string): Received[] {
    return this.taken.filter((one) => one.to === address);
  }

  /** The newest to this address, when there are so many. */
  async newest(address: string, many = 1): Promise<Received> {
    for (let wait = 0; wait < 400; wait++) {
      const found = this.to(address);
      if (found.length >= many) return found.at(-1)!;
      await sleep(25);
    }
    throw new Error(`Nothing came to ${address}`);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Headers of a message, unfolded, by their names in lower case. */
export function headersOf(raw: string): Map<string, string> {
  const [head] = raw.split('\r\n\r\n');
  return new Map(
    head!
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
      }),
  );
}

/** The names of the headers in their order, each as often as it is there. */
export function fieldsOf(raw: string): string[] {
  const [head] = raw.split('\r\n\r\n');
  return head!
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => line.slice(0, line.indexOf(':')));
}

/** A header as a program shows it: its encoded words read (RFC 2047). */
export function decoded(header: string): string {
  return header
    .replace(/(\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, way: string, text: string) =>
      way.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replace(/=([0-9A-F]{2})/gi, (_one, hex: string) => String.fromCharCode(parseInt(hex, 16))),
            'latin1',
          ).toString('utf8'),
    );
}

/** The parts of a multipart message, byte for byte between its boundaries. */
export function partsOf(raw: string): string[] {
  const boundary = /boundary="?([^";]+)"?/.exec(headersOf(raw).get('content-type') ?? '')![1]!;
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => part.replace(/^\r\n/, '').replace(/\r\n$/, ''));
}

/** The text of a part in quoted-printable (RFC 2045 section 6.7), also where what decrypted it left its lines with LF alone. */
export function textOf(part: string): string {
  const body = part.slice(/\r?\n\r?\n/.exec(part)!.index).replace(/^(?:\r?\n){2}/, '');
  const bytes = body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
