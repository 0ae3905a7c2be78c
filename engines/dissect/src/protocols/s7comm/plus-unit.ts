import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import { NOTIFICATION, type PlusBody, readPlusBody, REQUEST, RESPONSE } from './plus-message.ts';

export const PROTOCOL = 0x72;
export const HEADER = 4;
const DIGEST = 32;
const TRAILER = 4;

export const opcodes: Record<number, string> = {
  [REQUEST]: 'request',
  [RESPONSE]: 'response',
  [NOTIFICATION]: 'notification',
  0x02: 'response2',
};

const functions: Record<number, string> = {
  0x04bb: 'explore',
  0x04ca: 'create object',
  0x04d4: 'delete object',
  0x04f2: 'set variable',
  0x0524: 'get link',
  0x0542: 'set several variables',
  0x054c: 'get several variables',
  0x0556: 'begin sequence',
  0x0560: 'end sequence',
  0x056b: 'invoke',
  0x0586: 'get variables, streamed',
};

/** One data unit: a message, or a fragment of one. */
export interface PlusMessage {
  readonly version: number;
  readonly opcode: number;
  readonly code: number;
  readonly body?: PlusBody;
}

export function readUnit(reader: ByteReader, isContinued: boolean): PlusMessage {
  const whole = reader.peekBytes(reader.remaining);
  reader.open('header');
  reader.constant8(PROTOCOL, 'protocol');
  const version = reader.u8('version');
  const length = reader.u16('length');
  reader.close();
  let [opcode, code] = [0, 0];
  let body: PlusBody | undefined;
  const digest = digestLength(whole, 0);
  if (digest > 0 && reader.remaining >= digest) {
    reader.open('integrity');
    reader.u8('length of the digest');
    reader.skip(DIGEST, 'digest');
    reader.close();
  }
  const left = Math.max(0, Math.min(HEADER + length - reader.offset, reader.remaining));
  const before = reader.limit(left, 'length');
  if (isContinued) {
    if (left > 0) reader.skip(left, 'continuation');
  } else if (left >= LEAST) {
    reader.open('data');
    opcode = reader.u8('opcode', opcodes);
    // A notification has no function: a subscription is what it belongs to.
    if (opcode !== NOTIFICATION) {
      reader.u16('reserved');
      code = reader.u16('function', functions);
    }
    if (isWhole(whole, 0, whole.length) && isPlain(version)) body = readPlusBody(reader, opcode, code);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'contents');
    reader.close();
  }
  reader.release(before);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'trailer');
  return { version, opcode, code, ...(body && { body }) };
}

/** Operation code, reserved octets, function. */
export const LEAST = 5;

/** Of versions that say how they say it; 0xFE and others are not messages. */
export function isPlain(version: number): boolean {
  return version >= 1 && version <= 3;
}

/** Version 3 guards its data with a digest in front. */
export function digestLength(bytes: Uint8Array, start: number): number {
  return bytes[start + 1] === 3 && bytes[start + HEADER] === DIGEST ? DIGEST + 1 : 0;
}

/** Only the last fragment of a message has a trailer: the protocol again, the version, and no length. */
export function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  const at = start + HEADER + u16At(bytes, start + 2);
  return end - at >= TRAILER && bytes[at] === PROTOCOL && u16At(bytes, at + 2) === 0;
}
