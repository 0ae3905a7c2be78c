import type { ByteReader } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Endpoint,
  type Here,
  NOBODY,
  NOT_OURS,
  OURS,
  type Session,
} from '../../dissector.ts';
import { operations } from './operations.ts';

// ETHERNET Powerlink V1 never became public: names and lengths are as the frames of a capture bear them out.
const START_OF_CYCLE = 1;
const END_OF_CYCLE = 2;
const POLL_REQUEST = 3;
const POLL_RESPONSE = 4;
const LAST = 6;
const TYPE = 0x7f;
const HEADER = 3;

const types: Readonly<Record<number, string>> = {
  [START_OF_CYCLE]: 'start of cyclic',
  [END_OF_CYCLE]: 'end of cyclic',
  [POLL_REQUEST]: 'poll request',
  [POLL_RESPONSE]: 'poll response',
  5: 'invite',
  [LAST]: 'asynchronous',
};

/** Version 1 had an EtherType of its own. Its frames count as POWERLINK. */
export const powerlinkV1: Dissector<OldFrame> = {
  name: 'powerlink-v1',
  title: 'Ethernet POWERLINK V1',
  reference: 'not public',
  industrial: false,
  carriers: [{ on: 'ethertype', at: [0x3e3f] }],
  claims: [],

  recognises: (bytes, start, end, expected) =>
    expected && end - start >= HEADER && isType(bytes[start]! & TYPE) ? OURS : NOT_OURS,

  read: (reader) => readOldFrame(reader),

  begin: (capture) => new OldSession(capture),
};

export interface OldFrame {
  readonly type: number;
  readonly target: number;
  readonly source: number;
}

export function readOldFrame(reader: ByteReader): OldFrame {
  reader.open('header');
  const type = reader.bits(reader.u8('type'), TYPE, 'type', types);
  const target = reader.u8('destination node');
  const source = reader.u8('source node');
  reader.close();
  if ((type === POLL_REQUEST || type === POLL_RESPONSE) && reader.remaining >= 7) {
    reader.u8('flags');
    const length = reader.u16le('length');
    if (type === POLL_RESPONSE) reader.u32le('time, in µs');
    reader.skip(Math.min(length, reader.remaining), 'data');
  } else if (type <= END_OF_CYCLE && reader.remaining >= 11) {
    reader.u8('flags');
    reader.u16le('reserved');
    reader.u32le('time, in µs');
    if (type === START_OF_CYCLE) reader.u32le('cycle, in µs');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  return { type, target, source };
}

function isType(type: number): boolean {
  return type >= START_OF_CYCLE && type <= LAST;
}

class OldSession implements Session {
  readonly #poll: number;
  /** Who sends the start of cycles. */
  #manager: Endpoint = NOBODY;

  constructor(capture: Capture) {
    this.#poll = capture.operation(operations.poll);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.also('powerlink');
    const type = bytes[start]! & TYPE;
    here.turn(type === POLL_RESPONSE ? 'reply' : 'request');
    if (type === POLL_REQUEST) here.operation(this.#poll);
    if (type === START_OF_CYCLE && this.#manager === NOBODY) {
      this.#manager = here.source;
      here.role(here.source, 'controller', 'inferred', 'powerlink.manages');
    }
    readOldFrame(here.reader.reset(bytes, start, end));
  }
}
