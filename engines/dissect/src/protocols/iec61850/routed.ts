import { type ByteReader, Malformed, u16At, u32At } from '../../bytes/byte-reader.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';
import { ROUTED_GOOSE, ROUTED_HEADER, ROUTED_SV } from './header.ts';

/** What carries GOOSE and sampled values that were routed; their place is the type of the payload. */
export const ROUTED = 'iec61850-90-5';

export interface Routed {
  /** Where the payloads are, from the beginning of the message. */
  readonly payloads: readonly { readonly type: number; readonly start: number; readonly end: number }[];
}

// IEC 61850-90-5, 8.2.
const sessions: Readonly<Record<number, string>> = {
  0xa0: 'tunnelled',
  0xa1: 'GOOSE',
  0xa2: 'sampled values',
  0xa3: 'management',
};
const COMMON_HEADER = 0x80;
const TO_INITIALIZATION_VECTOR = 24;
const PADDING = 0xaf;
const MOST_PAYLOADS = 64;

const payloadTypes: Readonly<Record<number, string>> = {
  [ROUTED_GOOSE]: 'GOOSE',
  [ROUTED_SV]: 'sampled values',
  0x83: 'tunnelled',
  0x84: 'management',
};

/** The session protocol that takes GOOSE and sampled values beyond their Ethernet. */
export const routed: Dissector<Routed> = {
  name: ROUTED,
  title: 'Routed GOOSE and sampled values',
  reference: 'IEC TR 61850-90-5:2012, 8',
  industrial: true,
  carriers: [{ on: 'udp', at: [102] }],
  claims: [],

  recognises(bytes, start, end) {
    if (end - start <= TO_INITIALIZATION_VECTOR + 5 || !(bytes[start]! in sessions)) return NOT_OURS;
    if (bytes[start + 2] !== COMMON_HEADER) return NOT_OURS;
    const after = start + TO_INITIALIZATION_VECTOR + 1 + bytes[start + TO_INITIALIZATION_VECTOR]!;
    if (end - after < 4 + ROUTED_HEADER || after !== start + 2 + bytes[start + 1]!) return NOT_OURS;
    return u32At(bytes, after) <= end - after - 4 && bytes[after + 4]! in payloadTypes ? OURS : NOT_OURS;
  },

  read: readRouted,

  begin: (_capture: Capture) => new RoutedSession(),
};

class RoutedSession implements Session {
  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { payloads } = readRouted(here.reader.reset(bytes, start, end));
    for (const { type, start: from, end: to } of payloads) {
      here.carry(ROUTED, bytes, start + from, start + to, type);
    }
  }
}

function readRouted(reader: ByteReader): Routed {
  reader.open('session', 'IEC 61850-90-5, 8.2');
  reader.u8('session identifier', sessions);
  reader.u8('length');
  reader.u8('common header');
  reader.u8('length');
  reader.u32('SPDU length');
  reader.u32('SPDU number');
  reader.u16('version');
  reader.u32('time of current key');
  reader.u16('time to next key');
  reader.u32('key id');
  const vector = reader.u8('length of initialization vector');
  if (vector > 0) reader.skip(vector, 'initialization vector');
  reader.close();
  const payload = reader.limit(reader.u32('payload length'), 'payload length');
  const payloads: { type: number; start: number; end: number }[] = [];
  while (reader.remaining > 0) {
    const start = reader.offset;
    const header = reader.peekBytes(ROUTED_HEADER);
    if (header.length < ROUTED_HEADER) throw new Malformed('payload', start, 'ends in its header');
    const size = ROUTED_HEADER + u16At(header, 4);
    if (payloads.length < MOST_PAYLOADS) payloads.push({ type: header[0]!, start, end: start + size });
    reader.skip(size, payloadTypes[header[0]!] ?? 'payload');
  }
  reader.release(payload);
  if (reader.peek() === PADDING) {
    reader.u8('padding');
    reader.skip(reader.u8('padding length'), 'padding');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'signature');
  return { payloads };
}
