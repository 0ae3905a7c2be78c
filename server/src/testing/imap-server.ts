import type { AddressInfo } from 'node:net';

import hoodiecrow from 'hoodiecrow-imap';

import type { ImapSettings } from '../platform/imap.ts';

/** Somebody's mailbox, in this process. */
export class ImapServer {
  readonly #server = hoodiecrow({
    plugins: ['ID', 'AUTH-PLAIN', 'SASL-IR', 'LITERALPLUS'],
    storage: { INBOX: { messages: [] } },
  });
  #port = 0;
  /** Called instead of marking a letter; the answer never comes. */
  silent: (() => void) | undefined;

  async open(): Promise<this> {
    const mark = this.#server.getCommandHandler('UID STORE');
    this.#server.setCommandHandler('UID STORE', (...command) =>
      this.silent ? this.silent() : mark(...command),
    );
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#port = (this.#server.server.address() as AddressInfo).port;
    return this;
  }

  get settings(): ImapSettings {
    return {
      host: '127.0.0.1',
      port: this.#port,
      tls: 'none',
      user: 'testuser',
      password: 'testpass',
      folder: 'INBOX',
    };
  }

  /** A letter comes. */
  put(raw: string | Buffer): void {
    this.#server.appendMessage('INBOX', [], new Date(), Buffer.from(raw).toString('binary'));
  }

  /** What is marked on its letters. */
  get flags(): string[][] {
    return this.#server.getMailbox('INBOX').messages.map(({ flags }) => flags);
  }

  /** As after a repair: the same letters under new numbers. */
  renumber(): void {
    this.#server.getMailbox('INBOX').uidvalidity++;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
