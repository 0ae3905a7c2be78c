import { createHmac, timingSafeEqual } from 'node:crypto';

import type { MasterKey } from './config.ts';

/**
 * What a link may do: `confirm` an address, `manage` a subscription as long as there is one, open the case of a `receipt`
 * whose words were shown, or answer for a `participation` in a case.
 */
export type LinkPurpose = 'confirm' | 'manage' | 'receipt' | 'participation';

export type Links = ReturnType<typeof linksUnder>;

/** In milliseconds; what has none lasts. */
const lasts: Partial<Record<LinkPurpose, number>> = {
  confirm: 2 * 86_400_000,
  receipt: 2 * 3_600_000,
  participation: 14 * 86_400_000,
};

/**
 * Names a thing and proves that its holder may come to it (HMAC-SHA-256, RFC 2104): who reads the mail of an address, who
 * knew the words of a receipt. Nothing of it is stored, and nobody can make one for another thing.
 */
export function linksUnder(master: MasterKey) {
  const key = master.derive('links in mail');
  const seal = (purpose: LinkPurpose, id: string, until: number) =>
    createHmac('sha256', key).update(`${purpose} ${id} ${until}`).digest().subarray(0, 20);

  return {
    write(purpose: LinkPurpose, id: string, now = Date.now()): string {
      const until = lasts[purpose] ? now + lasts[purpose] : 0;
      const body = Buffer.alloc(22);
      Buffer.from(id.replaceAll('-', ''), 'hex').copy(body);
      body.writeUIntBE(until, 16, 6);
      return Buffer.concat([body, seal(purpose, id, until)]).toString('base64url');
    },

    /** What it names, or undefined for what is not ours or has run out. */
    read(purpose: LinkPurpose, token: string): string | undefined {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== 42) return undefined;
      const hex = bytes.subarray(0, 16).toString('hex');
      const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      const until = bytes.readUIntBE(16, 6);
      if (!timingSafeEqual(bytes.subarray(22), seal(purpose, id, until))) return undefined;
      return until === 0 || until > Date.now() ? id : undefined;
    },
  };
}
