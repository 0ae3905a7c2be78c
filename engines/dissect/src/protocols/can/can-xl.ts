import { type ByteReader, u16leAt, u32At, u32leAt } from '../../bytes/byte-reader.ts';
import { canText } from '../../network/endpoints.ts';

/** As SocketCAN hands it over, and libpcap writes it for a bus by itself. */
export interface XlFrame {
  /** Of the frame of CAN or CAN FD that is carried (bit 31: one of 29 bits); of what is none, the priority. */
  readonly identifier: number;
  readonly network: number;
  readonly length: number;
}

const HEADER = 12;
/** Where other frames have their length, which never reaches it: CANXL_XLF. */
const FLAGS_AT = 4;
const XL = 0x80;
const PRIORITY = 0x7ff;
const NETWORK = 0x00ff_0000;
const LONGEST = 2_048;

const CAN_OR_FD = 3;
const CAN = 6;
const FD = 7;
/** CiA 611-1, as the developer of SocketCAN names them and turns frames into each other (canxl-utils). */
const sduTypes: Readonly<Record<number, string>> = {
  1: 'content-based addressing',
  [CAN_OR_FD]: 'frame of CAN or CAN FD',
  4: 'IEEE 802.3',
  5: 'IEEE 802.3, mapped',
  [CAN]: 'frame of CAN',
  [FD]: 'frame of CAN FD',
};

// Bits of the acceptance field, when a frame is carried.
const EXTENDED = 0x2000_0000;
const REMOTE = 0x4000_0000;
/** Of SDU type 7, where no frame is remote. */
const BIT_RATE_SWITCH = 0x4000_0000;
/** Of SDU type 3. */
const FLEXIBLE = 0x8000_0000;
/** Of the others: what is carried has no data. */
const EMPTY = 0x8000_0000;

export const isXl = (bytes: Uint8Array, start: number): boolean => (bytes[start + FLAGS_AT]! & XL) !== 0;

export const isXlNext = (reader: ByteReader): boolean => reader.peek(FLAGS_AT) >= XL;

/** -1 when not even its header is whole. */
export function xlIdentifierAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < HEADER) return -1;
  return identifierOf(u32At(bytes, start), bytes[start + 5]!, u32leAt(bytes, start + 8));
}

export function isXlWhole(bytes: Uint8Array, start: number, end: number): boolean {
  const length = u16leAt(bytes, start + 6);
  return length <= LONGEST && HEADER + length <= end - start;
}

export const networkAt = (bytes: Uint8Array, start: number): number => bytes[start + 1]!;

export function readXlFrame(reader: ByteReader): XlFrame {
  reader.open('CAN XL', 'SocketCAN');
  const word = reader.u32('priority and virtual network');
  const network = reader.bits(word, NETWORK, 'virtual network');
  reader.bits(word, PRIORITY, 'priority');
  const flags = reader.u8('flags');
  reader.bits(flags, XL, 'CAN XL');
  reader.bits(flags, 0x02, 'remote request substitution');
  reader.bits(flags, 0x01, 'simple extended content');
  const sduType = reader.u8('SDU type', sduTypes);
  const length = reader.u16le('length');
  const acceptance = reader.u32le('acceptance field');
  const identifier = identifierOf(word, sduType, acceptance);
  if (isCarrier(sduType)) readCarried(reader, sduType, acceptance, identifier);
  reader.close();
  const before = reader.limit(length > LONGEST ? -1 : length, 'length');
  if (sduType === CAN_OR_FD && length > 0) {
    const control = reader.u8('control');
    reader.bits(control, 0x20, 'error state');
    reader.bits(control, 0x10, 'bit rate switch');
    reader.bits(control, 0x0f, 'data length code');
  }
  if (reader.remaining > 0) reader.bytes(reader.remaining, 'data');
  reader.release(before);
  if (reader.remaining > 0) reader.bytes(reader.remaining, 'padding');
  return { identifier, network, length };
}

function readCarried(reader: ByteReader, sduType: number, acceptance: number, identifier: number): void {
  reader.bits(acceptance, EXTENDED, 'extended');
  if (sduType === FD) reader.bits(acceptance, BIT_RATE_SWITCH, 'bit rate switch');
  else reader.bits(acceptance, REMOTE, 'remote request');
  if (sduType === CAN_OR_FD) reader.bits(acceptance, FLEXIBLE, 'flexible data rate');
  else reader.bits(acceptance, EMPTY, 'no data');
  reader.remark(canText(identifier));
}

function isCarrier(sduType: number): boolean {
  return sduType === CAN_OR_FD || sduType === CAN || sduType === FD;
}

function identifierOf(word: number, sduType: number, acceptance: number): number {
  if (!isCarrier(sduType)) return word & PRIORITY;
  return acceptance & EXTENDED ? ((acceptance & 0x1fff_ffff) | 0x8000_0000) >>> 0 : acceptance & 0x7ff;
}
