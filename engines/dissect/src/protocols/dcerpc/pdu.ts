import type { ByteReader } from '../../bytes/byte-reader.ts';

// C706, chapter 12.
export const REQUEST = 0;
export const PING = 1;
export const RESPONSE = 2;
export const FAULT = 3;
export const WORKING = 4;
export const NO_CALL = 5;
export const REJECT = 6;
export const ACKNOWLEDGED = 7;
export const CANCEL = 8;
export const FRAGMENT_ACKNOWLEDGED = 9;
export const CANCEL_ACKNOWLEDGED = 10;
export const BIND = 11;
export const BOUND = 12;
export const NOT_BOUND = 13;
export const ALTER_CONTEXT = 14;
export const CONTEXT_ALTERED = 15;
/** [MS-RPCE], 2.2.2.10. */
export const AUTHENTICATE = 16;
export const SHUTDOWN = 17;
export const ORPHANED = 19;
export const LAST_TYPE = ORPHANED;

export const types: Readonly<Record<number, string>> = {
  [REQUEST]: 'request',
  [PING]: 'ping',
  [RESPONSE]: 'response',
  [FAULT]: 'fault',
  [WORKING]: 'working',
  [NO_CALL]: 'no call',
  [REJECT]: 'reject',
  [ACKNOWLEDGED]: 'acknowledgement',
  [CANCEL]: 'cancel',
  [FRAGMENT_ACKNOWLEDGED]: 'fragment acknowledgement',
  [CANCEL_ACKNOWLEDGED]: 'cancel acknowledgement',
  [BIND]: 'bind',
  [BOUND]: 'bind acknowledgement',
  [NOT_BOUND]: 'bind refused',
  [ALTER_CONTEXT]: 'alter context',
  [CONTEXT_ALTERED]: 'alter context response',
  [AUTHENTICATE]: 'authentication, third leg',
  [SHUTDOWN]: 'shutdown',
  18: 'cancel',
  [ORPHANED]: 'orphaned',
};

const LITTLE_ENDIAN = 0x10;

/** C706, 14.1: the data representation format label. */
export function readRepresentation(reader: ByteReader, label: number): boolean {
  reader.bits(label, 0xf0, 'integers', { 0: 'big-endian', 1: 'little-endian' });
  reader.bits(label, 0x0f, 'characters', { 0: 'ASCII', 1: 'EBCDIC' });
  reader.u8('floating point', { 0: 'IEEE', 1: 'VAX', 2: 'Cray', 3: 'IBM' });
  return isLittle(label);
}

export function isLittle(label: number): boolean {
  return (label & LITTLE_ENDIAN) !== 0;
}

/** Nobody has ever seen EBCDIC, a VAX or a Cray at the other end. */
export function isRepresentation(label: number, floating: number): boolean {
  return (label === 0 || label === LITTLE_ENDIAN) && floating === 0;
}
