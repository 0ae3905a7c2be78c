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
  interface ImapServer {
    readonly server: Server;
    getCommandHandler(name: string): (...command: unknown[]) => void;
    setCommandHandler(name: string, handler: (...command: unknown[]) => void): void;
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
