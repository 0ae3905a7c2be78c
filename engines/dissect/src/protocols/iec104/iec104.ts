import { u16leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { type Apdu, HEADER, readApdu, START, unnumbered } from './apdu.ts';
import { HEADER as ASDU_HEADER } from './asdu.ts';
import { CAUSE, causeName } from './causes.ts';
import { refusals } from './refusals.ts';
import { Iec104Session } from './session.ts';
import { SEGMENT, types } from './types.ts';

const SHORTEST = 4;
const LONGEST = 253;
/** The length does not count itself and the start. */
const UNCOUNTED = 2;

export const iec104: Dissector<Apdu> = {
  name: 'iec104',
  title: 'IEC 60870-5-104',
  reference: 'IEC 60870-5-104:2006; IEC 60870-5-101:2003',
  industrial: true,
  carriers: [{ on: 'tcp', at: [2404] }],
  claims: ['iec104_apci', 'iec104_typeid', 'iec104_typeid_cot', 'iec104_u'],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'iec104.controls' },
    asked: { role: 'controller', certainty: 'inferred', because: 'iec104.is-controlled' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (bytes[start] !== START) return NOT_OURS;
    const length = end - start;
    if (length > 1 && !isBelievable(bytes[start + 1]!)) return NOT_OURS;
    if (length < HEADER) return PERHAPS;
    if (!isControl(bytes, start)) return NOT_OURS;
    return expected || isUnmistakable(bytes, start, end) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== START) return LOST;
    if (end - start < HEADER) return 0;
    const length = bytes[start + 1]!;
    return isBelievable(length) && isControl(bytes, start) ? UNCOUNTED + length : LOST;
  },

  read: readApdu,

  begin: (capture) => new Iec104Session(capture),
};

function isBelievable(length: number): boolean {
  return length >= SHORTEST && length <= LONGEST;
}

/** 5, figures 6 to 8: the bits that are always the same. */
function isControl(bytes: Uint8Array, start: number): boolean {
  const first = bytes[start + 2]!;
  const length = bytes[start + 1]!;
  const receiveIsEven = (bytes[start + 4]! & 1) === 0;
  if ((first & 1) === 0) return receiveIsEven && length >= SHORTEST + ASDU_HEADER;
  if (length !== SHORTEST || bytes[start + 3] !== 0 || !receiveIsEven) return false;
  return first === 1 || ((first & 3) === 3 && u16leAt(bytes, start + 4) === 0 && first >> 2 in unnumbered);
}

/** Of I format, on a port where nobody expects it: type, number of objects and length must agree. */
function isUnmistakable(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start + 2]!;
  if ((first & 3) === 3) return true;
  if (first & 1 || end - start < HEADER + ASDU_HEADER) return false;
  const type = types[bytes[start + 6]!];
  const structure = bytes[start + 7]!;
  const count = structure & 0x7f;
  if (!type || count === 0 || causeName(bytes[start + 8]! & CAUSE) === undefined) return false;
  if (!type.elements) return bytes[start + 6] === SEGMENT;
  const addresses = structure & 0x80 ? 3 : 3 * count;
  return bytes[start + 1] === SHORTEST + ASDU_HEADER + addresses + count * type.size;
}
