import type { ByteReader } from '../../bytes/byte-reader.ts';

/** One packet of a network variable list: a header of 20 octets, and the variables one behind the other. */
export interface NetworkVariables {
  readonly type: number;
  readonly list: number;
  /** A packed list that does not fit into one packet comes in parts, one that is not packed variable by variable, from 0. */
  readonly part: number;
  readonly variables: number;
  readonly length: number;
}

/** `-S3` behind a nought. */
export const IDENTITY = 0x002d_5333;
export const HEADER = 20;
export const VARIABLES = 0;
/** A receiver starts and asks for what is published; without variables. */
export const REQUEST = 6;
const types: Readonly<Record<number, string>> = {
  [VARIABLES]: 'network variables',
  [REQUEST]: 'request on bootup',
};
const ACKNOWLEDGE = 0x01;
const CHECKSUM = 0x02;
const INVALID = 0x04;

export function readVariables(reader: ByteReader): NetworkVariables {
  reader.open('header');
  reader.u32('identity');
  const type = reader.u32le('type', types);
  const list = reader.u16le('list');
  const part = reader.u16le('part or variable');
  const variables = reader.u16le('variables');
  const length = reader.u16le('length');
  reader.u16le('counter');
  const flags = reader.u8('flags');
  reader.bits(flags, ACKNOWLEDGE, 'acknowledgement wanted');
  reader.bits(flags, CHECKSUM, 'checksum');
  reader.bits(flags, INVALID, 'invalid checksum');
  reader.u8('checksum');
  reader.close();
  const whole = reader.limit(length - HEADER, 'length');
  if (variables === 1 && reader.remaining === 1) reader.u8('variable');
  else if (variables === 1 && reader.remaining === 2) reader.u16le('variable');
  else if (reader.remaining > 0) reader.bytes(reader.remaining, variables === 1 ? 'variable' : 'variables');
  reader.release(whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'beyond');
  return { type, list, part, variables, length };
}
