import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, type Here, LOST, NOT_OURS, OURS, PERHAPS, type Session } from '../../dissector.ts';
import {
  CLIENT_HELLO,
  type Handshake,
  handshakes,
  readHandshake,
  SERVER_HELLO,
  versionNames,
} from './handshake.ts';
import { ja4 } from './ja4.ts';

const PORTS = [443, 636, 989, 990, 993, 995, 3269, 5986, 8443];
/** Carries `starttls`: a record of what began in another protocol. */
const WITHIN = 'starttls';

// RFC 8446, 5.1.
const CHANGE_CIPHER = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const DATA = 23;
const HEARTBEAT = 24;
const kinds: Record<number, string> = {
  [CHANGE_CIPHER]: 'change of cipher',
  [ALERT]: 'alert',
  [HANDSHAKE]: 'handshake',
  [DATA]: 'application data',
  [HEARTBEAT]: 'heartbeat',
};
const HEADER = 5;
/** RFC 5246, 6.2.3: a little more than 2^14. */
const LONGEST_RECORD = 16_384 + 2_048;
const LONGEST_HANDSHAKE = 131_072;
const FIRST_GOOD_VERSION = 0x0303;

/** RFC 8446, 6. */
const alerts: Record<number, string> = {
  0: 'close notify',
  20: 'bad record MAC',
  40: 'handshake failure',
  42: 'bad certificate',
  45: 'certificate expired',
  46: 'certificate unknown',
  48: 'unknown CA',
  70: 'protocol version',
  80: 'internal error',
  112: 'unrecognised name',
};

export const tls: Dissector<Handshake[]> = {
  name: 'tls',
  title: 'TLS',
  reference: 'RFC 8446; RFC 5246; RFC 5280 (certificates); JA4 by FoxIO',
  industrial: false,
  carriers: [{ on: 'tcp', at: PORTS }, { on: WITHIN }],
  claims: [],

  /** Elsewhere only a hello tells: data look like anything that begins with a small number. */
  recognises(bytes, start, end, expected) {
    const length = end - start;
    const kind = bytes[start]!;
    if (!(kind in kinds) || (length > 1 && bytes[start + 1] !== 3)) return NOT_OURS;
    if (length < HEADER) return PERHAPS;
    const size = u16At(bytes, start + 3);
    if (bytes[start + 2]! > 4 || size === 0 || size > LONGEST_RECORD) return NOT_OURS;
    if (expected) return OURS;
    if (kind !== HANDSHAKE || length < HEADER + 4) return NOT_OURS;
    const message = bytes[start + 5]!;
    const plausible = bytes[start + 6] === 0 && u16At(bytes, start + 7) + 4 <= size;
    return plausible && (message === CLIENT_HELLO || message === SERVER_HELLO) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const length = end - start;
    if (!(bytes[start]! in kinds) || (length > 1 && bytes[start + 1] !== 3)) return LOST;
    if (length < HEADER) return 0;
    const size = u16At(bytes, start + 3);
    return bytes[start + 2]! > 4 || size > LONGEST_RECORD ? LOST : HEADER + size;
  },

  read: readRecord,
  begin: () => new TlsSession(),
};

function readRecord(reader: ByteReader): Handshake[] {
  reader.open('record', 'RFC 8446, 5.1');
  const kind = reader.u8('type', kinds);
  reader.u16('version', versionNames);
  const whole = reader.limit(reader.u16('length'), 'length');
  reader.close();
  const messages: Handshake[] = [];
  if (kind === HANDSHAKE) while (isWhole(reader)) messages.push(readHandshake(reader));
  if (kind === ALERT && reader.remaining === 2) {
    reader.u8('level', { 1: 'warning', 2: 'fatal' });
    reader.u8('alert', alerts);
  }
  if (reader.remaining > 0)
    reader.skip(reader.remaining, kind === HANDSHAKE ? 'part, or encrypted' : 'contents');
  reader.release(whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'behind the record');
  return messages;
}

/** Encrypted ones look like a kind nobody knows, or like more than there is. */
function isWhole(reader: ByteReader): boolean {
  if (reader.remaining < 4 || !(reader.peek() in handshakes)) return false;
  const length = (reader.peek(1) << 16) | (reader.peek(2) << 8) | reader.peek(3);
  return 4 + length <= reader.remaining;
}

/** One direction of a connection. */
class Half {
  /** What has come of a handshake message that is longer than its record. */
  part = new Uint8Array(0);
  encrypted = false;
}

class TlsSession implements Session {
  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const kind = bytes[start];
    if (kind !== HANDSHAKE && kind !== CHANGE_CIPHER) return;
    const halves = here.connection(() => ({ request: new Half(), reply: new Half() }));
    const half = halves[here.direction];
    if (kind === CHANGE_CIPHER) half.encrypted = true;
    // The first hello begins anew, whatever the ports were used for before.
    else if (!half.encrypted || bytes[start + HEADER] === CLIENT_HELLO)
      this.#handshake(here, half, bytes, start, end);
  }

  gap(here: Here): void {
    here.connection(() => ({ request: new Half(), reply: new Half() }))[here.direction].part = new Uint8Array(
      0,
    );
  }

  #handshake(here: Here, half: Half, bytes: Uint8Array, start: number, end: number): void {
    if (half.part.length > 0) return this.#continue(here, half, bytes.subarray(start + HEADER, end));
    for (const message of readRecord(here.reader.reset(bytes, start, end))) told(here, message);
    const at = restAt(bytes, start + HEADER, end);
    if (at < end && bytes[at]! in handshakes) half.part = bytes.slice(at, end);
  }

  #continue(here: Here, half: Half, more: Uint8Array): void {
    const whole = new Uint8Array(half.part.length + more.length);
    whole.set(half.part);
    whole.set(more, half.part.length);
    const end = restAt(whole, 0, whole.length);
    half.part = whole.length - end > LONGEST_HANDSHAKE ? new Uint8Array(0) : whole.slice(end);
    const reader = here.reader.reset(whole, 0, end);
    while (isWhole(reader)) told(here, readHandshake(reader));
  }
}

/** Behind all whole handshake messages. */
function restAt(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (end - at >= 4) {
    const next = at + 4 + ((bytes[at + 1]! << 16) | u16At(bytes, at + 2));
    if (next > end) break;
    at = next;
  }
  return at;
}

function told(here: Here, { type, offer, serverName = '', version, certificate }: Handshake): void {
  if (type === CLIENT_HELLO && offer) {
    here.turn('request');
    here.fact(here.source, 'fingerprint', `JA4 ${ja4(offer)}`, 'inferred');
    if (!/^[\d.:]+$/.test(serverName)) here.fact(here.target, 'name', serverName, 'inferred');
  }
  if (type === SERVER_HELLO && version !== undefined) {
    here.turn('reply');
    const name = versionNames[version] ?? `0x${version.toString(16)}`;
    if (version < FIRST_GOOD_VERSION) here.anomaly('tls.old-version', 'version', 9, { version: name });
    here.role(here.source, 'server', 'inferred', 'tls.answers');
  }
  if (!certificate) return;
  const { subject, commonName, issuer, serial, from, until } = certificate;
  const signed = issuer === subject ? 'signed by itself' : `issued by ${issuer}`;
  here.fact(
    here.source,
    'certificate',
    `${subject}; ${signed}; serial ${serial}; ${day(from)} to ${day(until)}`,
  );
  if (/^[\w-]+(\.[\w-]+)*$/.test(commonName) && !/^[\d.]+$/.test(commonName)) {
    here.fact(here.source, 'name', commonName, 'inferred');
  }
  const params = { subject, until: day(until) };
  if (until < here.time) here.anomaly('tls.certificate-expired', 'certificate', HEADER, params);
}

function day(time: number): string {
  return Number.isFinite(time) ? new Date(time / 1_000).toISOString().slice(0, 10) : '?';
}
