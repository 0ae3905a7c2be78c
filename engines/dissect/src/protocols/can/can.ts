import { type ByteReader, u32At } from '../../bytes/byte-reader.ts';
import type { Counter } from '../../analysis/counters.ts';
import { type Dissector, type Here, NOT_OURS, OURS } from '../../dissector.ts';
import { canText, EVERYBODY_ON_CAN } from '../../network/endpoints.ts';
import { SOCKETCAN } from '../../network/links.ts';
import { isXl, isXlNext, isXlWhole, networkAt, readXlFrame, type XlFrame, xlIdentifierAt } from './can-xl.ts';

/** SocketCAN: the identifier of a controller area network with three flags, a length, data. */
const HEADER = 8;
const EXTENDED = 0x8000_0000;
const REMOTE = 0x4000_0000;
const ERROR = 0x2000_0000;
const MOST_DATA = 64;

/**
 * Frames are handed on as `can`, header and all, at 0 for identifiers of 11 bits and 1 for those of 29; by so much more
 * once somebody has recognised some of them: one bus has one protocol, and not every frame shows which.
 */
export const KNOWN = 2;
const ENOUGH = 3;
export const CAN_HEADER = HEADER;

export interface CanFrame {
  /** Bit 31: one of 29 bits. */
  identifier: number;
  isRemote: boolean;
  isError: boolean;
  length: number;
}

export const can: Dissector<CanFrame | XlFrame> = {
  name: 'can',
  title: 'CAN',
  reference:
    'ISO 11898-1:2015, clause 10.4; frames, those of CAN XL among them, as Linux hands them over (SocketCAN)',
  industrial: false,
  carriers: [{ on: 'link', at: [SOCKETCAN] }],
  claims: [],

  recognises: (_bytes, start, end, expected) => (expected && end - start >= HEADER ? OURS : NOT_OURS),

  read: (reader) => (isXlNext(reader) ? readXlFrame(reader) : readFrame(reader)),

  begin(capture) {
    const frames: Counter = capture.counter('can_frame', (kind) => kinds[kind]!);
    /** How many frames of either length of identifier somebody recognised by what they say. */
    const recognised = [0, 0];
    const xl = (here: Here, bytes: Uint8Array, start: number, end: number) => {
      frames.add(XL);
      const identifier = xlIdentifierAt(bytes, start, end);
      if (identifier >= 0) {
        const network = networkAt(bytes, start);
        const everybody = capture.station('can', EVERYBODY_ON_CAN, network);
        here.between(capture.station('can', identifier, network), everybody);
      }
      if (identifier < 0 || !isXlWhole(bytes, start, end)) readXlFrame(here.reader.reset(bytes, start, end));
    };
    return {
      message(here, bytes, start, end) {
        if (isXl(bytes, start)) return xl(here, bytes, start, end);
        const word = u32At(bytes, start);
        const isExtended = word >>> 31;
        frames.add(word & ERROR ? 3 : word & REMOTE ? 2 : isExtended);
        const identifier = identifierAt(bytes, start);
        here.between(capture.station('can', identifier), capture.station('can', EVERYBODY_ON_CAN));
        const length = bytes[start + 4]!;
        if (length > MOST_DATA || start + HEADER + length > end) {
          readFrame(here.reader.reset(bytes, start, end));
          return;
        }
        if (word & (ERROR | REMOTE) || length === 0) return;
        const isKnown = recognised[isExtended]! >= ENOUGH;
        const at = isExtended + (isKnown ? KNOWN : 0);
        if (here.carry('can', bytes, start, start + HEADER + length, at) && !isKnown)
          recognised[isExtended]!++;
      },
    };
  },
};

const kinds = ['standard', 'extended', 'remote', 'error', 'xl'];
const XL = 4;

/** The identifier of a frame; bit 31 says that it has 29 bits. */
export function identifierAt(bytes: Uint8Array, start: number): number {
  const word = u32At(bytes, start);
  return word >>> 31 ? (word & 0x9fff_ffff) >>> 0 : word & 0x7ff;
}

function readFrame(reader: ByteReader): CanFrame {
  reader.open('CAN', 'SocketCAN');
  const word = reader.u32('identifier and flags');
  const isExtended = reader.bits(word, EXTENDED, 'extended') === 1;
  const isRemote = reader.bits(word, REMOTE, 'remote request') === 1;
  const isError = reader.bits(word, ERROR, 'error') === 1;
  const identifier = isExtended ? (word & 0x9fff_ffff) >>> 0 : word & 0x7ff;
  reader.remark(canText(identifier));
  const length = reader.u8('length');
  const flags = reader.u8('flags');
  reader.bits(flags, 0x04, 'flexible data rate');
  reader.bits(flags, 0x02, 'error state');
  reader.bits(flags, 0x01, 'bit rate switch');
  reader.bytes(2, 'reserved');
  reader.close();
  if (length > 0) reader.bytes(length, 'data');
  if (reader.remaining > 0) reader.bytes(reader.remaining, 'padding');
  return { identifier, isRemote, isError, length };
}
