import { type ByteReader, Malformed, u16At, u16leAt } from '../../bytes/byte-reader.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import type { Counter } from '../../analysis/counters.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';

const LINK = 165;
const PREAMBLE = 0x55ff;
const HEADER = 8;
const CHECK = 2;
const MOST_DATA = 501;
const EVERYBODY = 255;

// ASHRAE 135-2020, 9.3.1 to 9.3.9.
const DATA_EXPECTING_REPLY = 5;
const DATA = 6;
const types: Record<number, string> = {
  0: 'token',
  1: 'poll for master',
  2: 'reply to poll for master',
  3: 'test request',
  4: 'test response',
  [DATA_EXPECTING_REPLY]: 'data expecting reply',
  [DATA]: 'data not expecting reply',
  7: 'reply postponed',
  32: 'extended data expecting reply',
  33: 'extended data not expecting reply',
};

export interface MstpFrame {
  type: number;
  target: number;
  source: number;
  length: number;
  headerRight: boolean;
  dataRight: boolean;
}

/** BACnet on a twisted pair: masters hand a token round, and what they say meanwhile is a network message. */
export const mstp: Dissector<MstpFrame> = {
  name: 'mstp',
  title: 'BACnet MS/TP',
  reference: 'ASHRAE 135-2020, clause 9 and annex G',
  industrial: false,
  carriers: [{ on: 'link', at: [LINK] }],
  claims: [],

  recognises(bytes, start, end, expected) {
    return expected && end - start >= 2 && u16At(bytes, start) === PREAMBLE ? OURS : NOT_OURS;
  },

  read: (reader) => readFrame(reader),

  begin: (capture) => new MstpSession(capture),
};

class MstpSession implements Session {
  readonly #capture: Capture;
  readonly #frames: Counter;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#frames = capture.counter('mstp_frame', (type) => types[type] ?? `type ${type}`);
  }

  /** Most frames are tokens: what they say is read where it lies. */
  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < HEADER) {
      readFrame(here.reader.reset(bytes, start, end));
      return;
    }
    const type = bytes[start + 2]!;
    this.#frames.add(type);
    here.between(
      this.#capture.station('mstp', bytes[start + 4]!),
      this.#capture.station('mstp', bytes[start + 3]!),
    );
    if (!headerAgrees(bytes, start)) return here.anomaly('mstp.wrong-header-check', 'header check', 7);
    const length = u16At(bytes, start + 5);
    if (length === 0) return;
    const dataEnd = start + HEADER + length;
    if (dataEnd + CHECK > end) {
      readFrame(here.reader.reset(bytes, start, end));
      return;
    }
    if (type !== DATA && type !== DATA_EXPECTING_REPLY) return;
    if (dataCheck(bytes, start + HEADER, dataEnd) !== u16leAt(bytes, dataEnd)) {
      return here.anomaly('mstp.wrong-data-check', 'data check', HEADER + length);
    }
    here.carry('bacnet-npdu', bytes, start + HEADER, dataEnd);
  }
}

/** 9.3. */
function readFrame(reader: ByteReader): MstpFrame {
  const header = reader.peekBytes(HEADER);
  const frame = { type: 0, target: 0, source: 0, length: 0, headerRight: false, dataRight: true };
  reader.open('MS/TP', '9.3');
  reader.constant16(PREAMBLE, 'preamble');
  frame.type = reader.u8('frame type', types);
  frame.target = reader.u8('destination', { [EVERYBODY]: 'everybody' });
  frame.source = reader.u8('source');
  frame.length = reader.u16('length');
  reader.u8('header check');
  frame.headerRight = headerAgrees(header, 0);
  reader.remark(frame.headerRight ? 'right' : 'wrong');
  reader.close();
  if (!frame.headerRight) {
    // A length that may be wrong is not believed.
    if (reader.remaining > 0) reader.bytes(reader.remaining, 'rest');
    return frame;
  }
  if (frame.length > 0) {
    if (frame.length > MOST_DATA && frame.type < 32) {
      throw new Malformed('length', 5, `says ${frame.length} bytes, at most ${MOST_DATA} fit a frame`);
    }
    const data = reader.bytes(frame.length, 'data');
    frame.dataRight = dataCheck(data, 0, data.length) === reader.u16le('data check');
    reader.remark(frame.dataRight ? 'right' : 'wrong');
  }
  // Some captures show the octet that pads a frame (9.2.3).
  if (reader.remaining > 0) reader.bytes(reader.remaining, 'padding');
  return frame;
}

/** Annex G.1: x^8 + x^7 + 1 over five octets, complemented. */
function headerAgrees(bytes: Uint8Array, start: number): boolean {
  let rest = 0xff;
  for (let at = start + 2; at < start + 7; at++) {
    let next = rest ^ bytes[at]!;
    next ^= (next << 1) ^ (next << 2) ^ (next << 3) ^ (next << 4) ^ (next << 5) ^ (next << 6) ^ (next << 7);
    rest = (next & 0xfe) ^ ((next >> 8) & 1);
  }
  return (~rest & 0xff) === bytes[start + 7];
}

/** Annex G.2. */
function dataCheck(bytes: Uint8Array, start: number, end: number): number {
  return ~crc16(crc16Ccitt, 0xffff, bytes, start, end) & 0xffff;
}
