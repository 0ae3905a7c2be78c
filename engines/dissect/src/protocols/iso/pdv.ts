import * as ber from '../../bytes/ber.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';

/** Where a presentation data value lies, from the beginning of the message, and by what context it is to be read. */
export interface Pdv {
  readonly context: number;
  readonly start: number;
  readonly end: number;
  /** The first octet of its value; -1 where there is none. */
  readonly tag: number;
}

export const SINGLE_ASN1_TYPE = 0xa0;
export const OCTET_ALIGNED = 0x81;
const ARBITRARY = 0x82;

/** The encoding of an EXTERNAL (X.680) or of a PDV-list (ISO 8823-1, 8.4.2): the same three ways. */
export function readPdvValue(reader: ByteReader, context: number): Pdv {
  const tag = ber.peekTag(reader);
  if (tag !== SINGLE_ASN1_TYPE && tag !== OCTET_ALIGNED && tag !== ARBITRARY) {
    throw new Malformed('presentation data value', reader.offset, `cannot be ${ber.tagName(tag)}`);
  }
  const before = ber.enter(reader, 'presentation data value');
  if (tag === ARBITRARY && reader.remaining > 0) reader.u8('unused bits');
  const value = { context, start: reader.offset, end: reader.offset + reader.remaining, tag: reader.peek() };
  return leaveValue(reader, before, value);
}

function leaveValue(reader: ByteReader, before: number, value: Pdv): Pdv {
  if (reader.remaining > 0) reader.skip(reader.remaining, 'user data');
  ber.leave(reader, before);
  return value;
}
