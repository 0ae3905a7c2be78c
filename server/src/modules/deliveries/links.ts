import { createHmac, timingSafeEqual } from 'node:crypto';

import type { MasterKey } from '../../platform/config.ts';

/** What a link may do: `confirm` an address for two days, or `manage` a subscription as long as there is one. */
export type LinkPurpose = 'confirm' | 'manage';

export type Links = ReturnType<typeof linksUnder>;

const confirmWithin = 2 * 86_400_000;

/**
 * Links that are mailed: they name a subscription and prove that their holder reads the mail of its address
 * (HMAC-SHA-256, RFC 2104). Nothing of them is stored, and nobody can make one for another subscription.
 */
export function linksUnder(master: MasterKey) {
  const key = master.derive('links in mail');
  const seal = (purpose: LinkPurpose, id: string, until: number) =>
    createHmac('sha256', key).update(`${purpose} ${id} ${until}`).digest().subarray(0, 20);

  return {
    write(purpose: LinkPurpose, id: string, now = Date.now()): string {
      const until = purpose === 'confirm' ? now + confirmWithin : 0;
      const body = Buffer.alloc(22);
      Buffer.from(id.replaceAll('-', ''), 'hex').copy(body);
      body.writeUIntBE(until, 16, 6);
      return Buffer.concat([body, seal(purpose, id, until)]).toString('base64url');
    },

    /** The subscription it names, or undefined for what is not ours or has run out. */
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
