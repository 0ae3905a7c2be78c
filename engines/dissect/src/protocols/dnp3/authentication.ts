import type { ByteReader } from '../../bytes/byte-reader.ts';

/** IEEE 1815-2012, clause 7 and Annex A, group 120. Challenges, codes and keys are stepped over. */
export interface Authentication {
  readonly variation: number;
  readonly name: string;
  /** Number, within the association. */
  readonly user?: number;
  readonly algorithm?: string;
  readonly error?: number;
  readonly keyStatus?: string;
}

const names: Readonly<Record<number, string>> = {
  1: 'challenge',
  2: 'reply',
  3: 'aggressive mode request',
  4: 'session key status request',
  5: 'session key status',
  6: 'session key change',
  7: 'error',
  8: 'user certificate',
  9: 'message authentication code',
  10: 'user status change',
  11: 'update key change request',
  12: 'update key change reply',
  13: 'update key change',
  14: 'update key change signature',
  15: 'update key change confirmation',
};

const algorithms: Record<number, string> = {
  0: 'none',
  1: 'HMAC-SHA-1, 4 octets',
  2: 'HMAC-SHA-1, 10 octets',
  3: 'HMAC-SHA-256, 8 octets',
  4: 'HMAC-SHA-256, 16 octets',
  5: 'HMAC-SHA-1, 8 octets',
  6: 'AES-GMAC, 12 octets',
};
const keyStatuses: Record<number, string> = {
  1: 'ok',
  2: 'not initialized',
  3: 'communication failed',
  4: 'authentication failed',
};
const keyWraps: Record<number, string> = { 1: 'AES-128', 2: 'AES-256' };
export const authenticationErrors: Record<number, string> = {
  1: 'authentication failed',
  2: 'unexpected response',
  3: 'no response',
  4: 'aggressive mode not supported',
  5: 'algorithm not supported',
  6: 'key wrap not supported',
  7: 'authorization failed',
  8: 'update key change not permitted',
  9: 'invalid signature',
  10: 'invalid certificate',
  11: 'unknown user',
};
const changeMethods: Record<number, string> = {
  3: 'symmetric, AES-128, HMAC-SHA-1',
  4: 'symmetric, AES-256, HMAC-SHA-256',
  5: 'symmetric, AES-256, AES-GMAC',
  67: 'asymmetric, RSA-1024, DSA, SHA-1',
  68: 'asymmetric, RSA-2048, DSA, SHA-256',
  69: 'asymmetric, RSA-3072, DSA, SHA-256',
  70: 'asymmetric, RSA-2048, DSA, SHA-256, AES-GMAC',
  71: 'asymmetric, RSA-3072, DSA, SHA-256, AES-GMAC',
};

export function readAuthentication(reader: ByteReader, variation: number, sized: boolean): Authentication {
  const name = names[variation] ?? `variation ${variation}`;
  reader.open(name, 'clause 7');
  const rest = readBody(reader, variation);
  // Without a size of its own, the next object follows at once.
  if (sized && reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return { variation, name, ...rest };
}

function readBody(reader: ByteReader, variation: number): Partial<Authentication> {
  switch (variation) {
    case 1: {
      reader.u32le('challenge sequence');
      const user = reader.u16le('user');
      const algorithm = named(algorithms, reader.u8('algorithm', algorithms));
      reader.u8('reason', { 1: 'critical function' });
      return { user, algorithm };
    }
    case 2:
    case 3:
      reader.u32le('challenge sequence');
      return { user: reader.u16le('user') };
    case 4:
      return { user: reader.u16le('user') };
    case 5: {
      reader.u32le('key change sequence');
      const user = reader.u16le('user');
      reader.u8('key wrap algorithm', keyWraps);
      const keyStatus = named(keyStatuses, reader.u8('key status', keyStatuses));
      const algorithm = named(algorithms, reader.u8('algorithm', algorithms));
      reader.skip(reader.u16le('challenge length'), 'challenge');
      return { user, keyStatus, algorithm };
    }
    case 6:
      reader.u32le('key change sequence');
      return { user: reader.u16le('user') };
    case 7: {
      reader.u32le('sequence');
      const user = reader.u16le('user');
      reader.u16le('association');
      const error = reader.u8('error', authenticationErrors);
      reader.u48le('time', (ms) => new Date(ms).toISOString());
      if (reader.remaining > 0) reader.text(reader.remaining, 'text');
      return { user, error };
    }
    case 8:
      reader.u8('key change method', changeMethods);
      reader.u8('certificate type', { 1: 'identity', 2: 'attribute' });
      return {};
    case 10:
      reader.u8('key change method', changeMethods);
      reader.u8('operation', { 1: 'add', 2: 'delete', 3: 'change' });
      reader.u32le('status change sequence');
      reader.u16le('role');
      reader.u16le('role expires after', (days) => `${days} days`);
      return {};
    case 11:
      reader.u8('key change method', changeMethods);
      return {};
    case 12:
    case 13:
      reader.u32le('key change sequence');
      return { user: reader.u16le('user') };
    default:
      return {};
  }
}

function named(table: Record<number, string>, value: number): string {
  return table[value] ?? String(value);
}
