/** What we use of it: an IMAP server that keeps its letters in memory. */
declare module 'hoodiecrow-imap' {
  import type { Server } from 'node:net';

  interface Message {
    readonly uid: number;
    flags: string[];
    raw: string;
  }
  interface Mailbox {
    uidvalidity: number;
    messages: Message[];
  }
  /** A line of the server. */
  export interface Said {
    readonly tag: string;
    readonly command?: string;
    readonly attributes: readonly unknown[];
  }
  interface Connection {
    send(said: Said, ...more: unknown[]): void;
  }
  type Handler = (connection: Connection, parsed: unknown, data: unknown, done: () => void) => void;
  interface ImapServer {
    readonly server: Server;
    readonly fetchHandlers: Record<string, () => number>;
    getCommandHandler(name: string): Handler;
    setCommandHandler(name: string, handler: Handler): void;
    listen(port: number, host: string, listening: () => void): void;
    close(closed: () => void): void;
    getMailbox(name: string): Mailbox;
    appendMessage(mailbox: string, flags: string[], date: Date, raw: string): { message: Message };
  }
  export default function hoodiecrow(options: {
    readonly plugins: readonly string[];
    readonly storage: Record<string, { messages: readonly unknown[] }>;
  }): ImapServer;
}
