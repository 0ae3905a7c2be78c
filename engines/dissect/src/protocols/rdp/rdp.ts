import { Refusals } from '../../analysis/refusals.ts';
import { type ByteReader, textAt, u16At, u16leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  type OperationNote,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { CONNECT } from './operations.ts';

const PORT = 3389;
/** TLS that begins in this connection. */
const INNER = 'starttls';

// RFC 1006, 6, and ISO 8073, 13.3: a request and its confirmation.
const TPKT = 3;
const SHORTEST = 7;
const REQUEST = 0xe0;
const CONFIRM = 0xd0;
/** Where what RDP adds begins. */
const EXTRA = 11;
// MS-RDPBCGR, 2.2.1.1 and 2.2.1.2.
const NEGOTIATION_REQUEST = 1;
const NEGOTIATION_FAILURE = 3;
const NEGOTIATION_LENGTH = 8;
const STANDARD = 0;
const protocols: readonly [number, string][] = [
  [1, 'TLS'],
  [2, 'CredSSP'],
  [4, 'RDSTLS'],
  [8, 'CredSSP with early authorisation'],
  [16, 'Azure AD'],
];

const refusals = new Refusals('rdp');
/** MS-RDPBCGR, 2.2.1.2.2. */
const refusalOf = refusals.numbered({
  1: 'TLS required by server',
  2: 'TLS not allowed by server',
  3: 'no certificate on server',
  4: 'inconsistent flags',
  5: 'CredSSP required by server',
  6: 'TLS with user authentication required by server',
});

export interface RdpMessage {
  readonly kind: number;
  readonly user: string;
  /** -1 when nothing is negotiated. */
  readonly negotiation: number;
  /** Protocols offered or chosen, or why there is none. */
  readonly value: number;
}

export const rdp: Dissector<RdpMessage> = {
  name: 'rdp',
  title: 'Remote Desktop',
  reference: 'MS-RDPBCGR, 2.2.1',
  industrial: false,
  carriers: [{ on: 'tcp', at: [PORT] }],
  claims: [],
  refusals: refusals.list,
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'rdp.answers' } },

  /** Elsewhere by what RDP adds to a connection request: a cookie, or the protocols it offers. */
  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (bytes[start] !== TPKT || (length > 1 && bytes[start + 1] !== 0)) return NOT_OURS;
    if (length < SHORTEST) return PERHAPS;
    const kind = bytes[start + 5];
    if (expected && (kind === REQUEST || kind === CONFIRM || kind === 0xf0)) return OURS;
    if (kind !== REQUEST || length < EXTRA + NEGOTIATION_LENGTH) return NOT_OURS;
    return isCookie(bytes, start + EXTRA) || isNegotiation(bytes, start + EXTRA) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const length = end - start;
    const first = bytes[start]!;
    if (first === TPKT) {
      if (length < 4) return 0;
      const size = u16At(bytes, start + 2);
      return bytes[start + 1] !== 0 || size < SHORTEST ? LOST : size;
    }
    if (isRecord(first)) {
      if (length > 1 && bytes[start + 1] !== 3) return LOST;
      return length < 5 ? 0 : 5 + u16At(bytes, start + 3);
    }
    // MS-RDPBCGR, 2.2.8.1.2: fast path, its length in 7 or 15 bits.
    if ((first & 3) !== 0) return LOST;
    if (length < 3) return 0;
    const short = bytes[start + 1]!;
    const size = short < 0x80 ? short : ((short & 0x7f) << 8) | bytes[start + 2]!;
    return size < 3 ? LOST : size;
  },

  read: readRdp,
  begin: (capture) => new RdpSession(capture),
};

function isRecord(first: number): boolean {
  return first >= 20 && first <= 23;
}

/** `Cookie: `. */
function isCookie(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x43 && bytes[at + 1] === 0x6f && bytes[at + 6] === 0x3a;
}

function isNegotiation(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === NEGOTIATION_REQUEST && u16leAt(bytes, at + 2) === NEGOTIATION_LENGTH;
}

function readRdp(reader: ByteReader): RdpMessage {
  const nothing = { kind: 0, user: '', negotiation: -1, value: 0 };
  const kind = reader.peek() === TPKT ? reader.peek(5) : 0;
  if (kind !== REQUEST && kind !== CONFIRM) {
    if (reader.remaining > 0) reader.skip(reader.remaining, isRecord(reader.peek()) ? 'TLS record' : 'data');
    return nothing;
  }
  reader.open('TPKT', 'RFC 1006, 6');
  reader.u8('version');
  reader.u8('reserved');
  reader.u16('length');
  reader.close();
  reader.open('connection', 'MS-RDPBCGR, 2.2.1.1');
  reader.u8('header length');
  reader.u8('type', { [REQUEST]: 'connection request', [CONFIRM]: 'connection confirm' });
  reader.u16('destination');
  reader.u16('source');
  reader.u8('class');
  const user = kind === REQUEST ? readCookie(reader) : '';
  let [negotiation, value] = [-1, 0];
  if (reader.remaining >= NEGOTIATION_LENGTH) {
    negotiation = reader.u8('negotiation', { 1: 'request', 2: 'response', 3: 'failure' });
    reader.u8('flags');
    reader.u16le('length');
    value = reader.u32le(negotiation === NEGOTIATION_FAILURE ? 'reason' : 'protocols', protocolNames);
  }
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  return { kind, user, negotiation, value };
}

/** `Cookie: mstshash=USER`, which clients cut off after nine letters. */
function readCookie(reader: ByteReader): string {
  const rest = reader.peekBytes(reader.remaining);
  if (rest.length < 8 || !isCookie(rest, 0)) return '';
  const end = rest.indexOf(0x0a);
  const length = end < 0 ? rest.length : end + 1;
  const user = /mstshash=(.*)$/.exec(textAt(rest, 0, length))?.[1] ?? '';
  reader.text(length, 'cookie');
  return user;
}

function protocolNames(value: number): string {
  const names = protocols.filter(([bit]) => value & bit).map(([, name]) => name);
  return names.length === 0 ? 'standard security' : names.join(', ');
}

class RdpSession implements Session {
  readonly #connect: number;

  constructor(capture: Capture) {
    this.#connect = capture.operation(CONNECT);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (isRecord(bytes[start]!)) {
      here.carry(INNER, bytes, start, end);
      return;
    }
    if (bytes[start] !== TPKT || (bytes[start + 5] !== REQUEST && bytes[start + 5] !== CONFIRM)) return;
    const { kind, user, negotiation, value } = readRdp(here.reader.reset(bytes, start, end));
    const talk = here.connection(() => ({ note: -1 as OperationNote }));
    if (kind === REQUEST) {
      here.turn('request');
      talk.note = here.operation(this.#connect);
      here.fact(here.source, 'user', user, 'inferred');
      if (here.wanted(talk.note)) here.describe(talk.note, { user });
      return;
    }
    here.turn('reply');
    if (negotiation === NEGOTIATION_FAILURE) here.refuse(talk.note, refusalOf(value));
    else if (value === STANDARD) here.anomaly('rdp.standard-security', 'connection', 4);
    else if (here.wanted(talk.note)) here.describe(talk.note, { security: protocolNames(value) });
  }
}
