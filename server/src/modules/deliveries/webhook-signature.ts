import { createHmac, randomBytes } from 'node:crypto';

/** A secret as Standard Webhooks writes it: 32 random bytes in base64 behind a prefix. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/**
 * The headers of a message (Standard Webhooks 1.0.0): its id, which stays the same when it is sent again, the second it
 * was sent at, and HMAC-SHA-256 over both and the body.
 */
export function signedHeaders(secret: string, id: string, body: string, now: Date): Record<string, string> {
  const at = Math.floor(now.getTime() / 1000);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${signature}`,
  };
}
