import { type ByteReader, u16At, u32At } from '../../bytes/byte-reader.ts';
import { type Dissector, type Here, LOST, NOT_OURS, OURS, PERHAPS, type Session } from '../../dissector.ts';
import { pccc, PCCC_CARRIER } from './pccc.ts';

/**
 * How PLC-5E and SLC 5/05 carried PCCC over TCP before EtherNet/IP, also called AB/Ethernet or AB/TCP. Never published:
 * the header of 28 octets, the modes and the two lengths of routing are those on which third-party drivers agree.
 */
const HEADER = 28;
const REQUEST = 1;
const REPLY = 2;
const CONNECT = 1;
const CARRIES_PCCC = 7;
const LONGEST = 4_096;

const modes = { [REQUEST]: 'request', [REPLY]: 'reply' };
const submodes = { [CONNECT]: 'connect', [CARRIES_PCCC]: 'PCCC' };

/** A bit of the command of PCCC: what is a reply there is one here. */
const PCCC_REPLY = 0x40;
const PCCC_HEADER = 4;

/** Destination, control, source and LSAP; with LSAP 1 the way over other networks follows. */
const LOCAL = 4;
const ROUTED = 15;

interface Message {
  /** Where PCCC begins; -1 when none is carried. */
  readonly start: number;
}

export const cspv4: Dissector<Message> = {
  name: 'cspv4',
  title: 'CSPv4',
  reference: 'None was published; as third-party drivers for PLC-5E and SLC 5/05 have it',
  industrial: true,
  carriers: [{ on: 'tcp', at: [2222] }],
  claims: [],

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (!isHead(bytes, start, end)) return NOT_OURS;
    if (!expected) return carriesPccc(bytes, start, end) ? OURS : NOT_OURS;
    if (length < HEADER) return PERHAPS;
    return u32At(bytes, start + 8) <= 0xff ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (!isHead(bytes, start, end)) return LOST;
    if (end - start < 4) return 0;
    const length = HEADER + u16At(bytes, start + 2);
    return length > LONGEST ? LOST : length;
  },

  read: readMessage,

  begin() {
    return new Cspv4Session();
  },
};

/** Two octets that are often 1 are no evidence elsewhere: lengths and directions have to agree with a message within. */
function carriesPccc(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < HEADER + LOCAL + PCCC_HEADER || bytes[start + 1] !== CARRIES_PCCC) return false;
  if (HEADER + u16At(bytes, start + 2) !== length || u32At(bytes, start + 8) > 0xff) return false;
  const link = bytes[start + HEADER + 3]!;
  const at = start + HEADER + (link === 0 ? LOCAL : ROUTED);
  if (link > 1 || at + PCCC_HEADER > end || pccc.recognises(bytes, at, end, false) !== OURS) return false;
  return ((bytes[at]! & PCCC_REPLY) !== 0) === (bytes[start] === REPLY);
}

function isHead(bytes: Uint8Array, start: number, end: number): boolean {
  const mode = bytes[start]!;
  if (mode !== REQUEST && mode !== REPLY) return false;
  if (end - start < 2) return true;
  const submode = bytes[start + 1]!;
  return submode === CONNECT || submode === CARRIES_PCCC;
}

function readMessage(reader: ByteReader): Message {
  reader.open('header');
  reader.u8('mode', modes);
  const submode = reader.u8('submode', submodes);
  const length = reader.u16('length');
  reader.u32('connection');
  reader.u32('status');
  reader.skip(16, 'context');
  reader.close();
  const rest = reader.limit(length, 'length');
  let start = -1;
  if (submode === CARRIES_PCCC && reader.remaining > LOCAL) {
    reader.open('routing');
    reader.u8('destination');
    reader.u8('control');
    reader.u8('source');
    const routed = reader.u8('LSAP') !== 0;
    if (routed) reader.skip(Math.min(ROUTED - LOCAL, reader.remaining), 'way');
    reader.close();
    start = reader.offset;
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(rest);
  return { start };
}

class Cspv4Session implements Session {
  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.turn(bytes[start] === REQUEST ? 'request' : 'reply');
    const message = readMessage(here.reader.reset(bytes, start, end));
    if (message.start >= 0) here.carry(PCCC_CARRIER, bytes, start + message.start, end);
  }
}
