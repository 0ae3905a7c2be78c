import type { AddressInfo } from 'node:net';

import hoodiecrow, { type Said } from 'hoodiecrow-imap';

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

  /** While this is done, each line that it says to the command goes through `change`; nothing: it is not said. */
  async lying(
    command: 'UID SEARCH' | 'UID FETCH',
    change: (said: Said) => Said | undefined,
    doing: () => Promise<void>,
  ): Promise<void> {
    const honest = this.#server.getCommandHandler(command);
    this.#server.setCommandHandler(command, (connection, parsed, data, done) => {
      const { send } = connection;
      connection.send = (said, ...more) => {
        const lie = change(said);
        if (lie) send.call(connection, lie, ...more);
      };
      honest(connection, parsed, data, done);
      connection.send = send;
    });
    await doing();
    this.#server.setCommandHandler(command, honest);
  }

  /** Says that each letter has so many bytes, or the truth. */
  sayOfSize(bytes: number | undefined): void {
    if (bytes === undefined) delete this.#server.fetchHandlers['RFC822.SIZE'];
    else this.#server.fetchHandlers['RFC822.SIZE'] = () => bytes;
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
