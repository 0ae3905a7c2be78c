import { type Fetcher, NotFetched } from './fetcher.ts';
import type { Mailer } from './mail.ts';

/** What would have left: a letter as it stands on the wire, or the body of a message to a program. */
export interface Kept {
  readonly where: string;
  readonly to: string;
  readonly content: string | Uint8Array;
  /** The row that it was to be sent by. */
  readonly delivery: string | undefined;
}

/** The ways out of the program, as the house takes them. */
export interface KeptWays {
  readonly mailer: Mailer;
  readonly fetcher: Fetcher;
  /** In the order in which it was handed over. */
  readonly kept: Kept[];
}

/**
 * Ways out that lead nowhere: letters and messages to programs are taken as they would stand on the wire, and kept; nothing
 * is fetched. For a copy, which must tell nobody and ask nobody.
 */
export function keptWays(): KeptWays {
  const kept: Kept[] = [];
  return {
    kept,
    mailer: {
      server: 'kept here',
      encrypted: true,
      from: undefined,
      async send({ to, raw }) {
        kept.push({ where: 'a letter', to, content: raw, delivery: idIn(raw) });
        return 'Kept';
      },
      async probe() {},
      close() {},
    },
    fetcher: {
      fetch: async () => {
        throw nothingFetched();
      },
      async ask({ url, post }) {
        if (!post) throw nothingFetched();
        const { type } = JSON.parse(post.body) as { type?: string };
        const delivery = post.headers['webhook-id'];
        kept.push({ where: `a webhook: ${type}`, to: url, content: post.body, delivery });
        return { status: 204, headers: {}, body: Buffer.alloc(0) };
      },
      close() {},
    },
  };
}

/** The post office names each letter after its row. */
const idIn = (raw: Buffer): string | undefined =>
  /^Message-ID: <([0-9a-f-]{36})@/im.exec(raw.toString('latin1'))?.[1];

const nothingFetched = () =>
  new NotFetched('copy-fetches-nothing', 'A copy asks nobody: nothing is fetched from it', {});
