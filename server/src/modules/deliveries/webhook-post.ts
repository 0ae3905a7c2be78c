import { type Fetcher, NotFetched } from '../../platform/fetcher.ts';
import { signedHeaders } from './webhook-signature.ts';

/** A sealed secret moved to another row does not open. */
export const secretContext = (id: string) => `webhook ${id}`;

/** Hands a message over by the only way out; whatever is not answered with 2xx is a NotFetched. */
export async function handOver(
  fetcher: Fetcher,
  address: string,
  secret: string,
  id: string,
  message: object,
): Promise<number> {
  const url = new URL(address);
  const body = JSON.stringify(message);
  const { status } = await fetcher
    .ask({
      url: address,
      reach: { hosts: [url.host] },
      most: 64 << 10,
      within: 20_000,
      post: { body, type: 'application/json', headers: signedHeaders(secret, id, body, new Date()) },
    })
    .catch((error: unknown) => {
      throw error instanceof NotFetched && error.code === 'address-not-public' ? notPublic(url) : error;
    });
  if (status >= 200 && status < 300) return status;
  throw new NotFetched(
    'webhook-answered',
    `${url.host} answers with status ${status}; only 2xx counts as heard, and redirects are not followed`,
    { host: url.host, status },
    { answered: status, passing: status === 429 || status >= 500 },
  );
}

/** Where in a private network a name leads is not told to whoever may have typed it to find out. */
const notPublic = ({ host }: URL) =>
  new NotFetched(
    'webhook-not-public',
    `${host} leads to no public address, and nothing is sent there. Give an address that the internet reaches`,
    { host },
  );
