import { type ByteReader, textAt, u32At } from '../../bytes/byte-reader.ts';
import { type Dissector, type Here, NOT_OURS, OURS, PERHAPS, type Session } from '../../dissector.ts';
import { CONNECT } from './operations.ts';

const PORTS = [5900, 5901, 5902];
/** RFC 6143, 7.1.1: `RFB 003.008`, and a line feed. */
const VERSION_LENGTH = 12;
const START = 0x5246_4220;

/** RFC 6143, 7.1.2, and the registry of the RFB protocol. */
const NONE = 1;
const securities: Record<number, string> = {
  [NONE]: 'none',
  2: 'VNC password',
  5: 'RA2',
  6: 'RA2ne',
  16: 'Tight',
  17: 'Ultra',
  18: 'TLS',
  19: 'VeNCrypt',
  22: 'xvp',
  30: 'Apple remote desktop',
  113: 'MS-Logon II',
};
/** RFC 6143, 7.3.2: sizes and format of the picture, then its name. */
const NAME_AT = 24;

export const rfb: Dissector<string> = {
  name: 'vnc',
  title: 'VNC (RFB)',
  reference: 'RFC 6143',
  industrial: false,
  carriers: [{ on: 'tcp', at: PORTS }],
  claims: [],
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'vnc.answers' } },

  recognises(bytes, start, end) {
    const length = end - start;
    if (length < VERSION_LENGTH) return length < 4 || u32At(bytes, start) === START ? PERHAPS : NOT_OURS;
    return isVersion(bytes, start) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const length = end - start;
    if (length < VERSION_LENGTH) return couldBeVersion(bytes, start, end) ? 0 : length;
    return isVersion(bytes, start) ? VERSION_LENGTH : length;
  },

  read(reader: ByteReader) {
    const bytes = reader.peekBytes(VERSION_LENGTH);
    const isHello = bytes.length === VERSION_LENGTH && isVersion(bytes, 0);
    if (isHello) reader.open('handshake', 'RFC 6143, 7.1.1');
    const version = isHello ? reader.text(VERSION_LENGTH, 'version') : '';
    if (isHello) reader.close();
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    return version;
  },

  begin(capture) {
    return new RfbSession(capture.operation(CONNECT));
  },
};

function isVersion(bytes: Uint8Array, start: number): boolean {
  return u32At(bytes, start) === START && bytes[start + 7] === 0x2e && bytes[start + 11] === 0x0a;
}

function couldBeVersion(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = 0; i < 4 && start + i < end; i++)
    if (bytes[start + i] !== ((START >>> (24 - 8 * i)) & 0xff)) return false;
  return true;
}

interface Talk {
  /** As the client answered; 0 before. */
  minor: number;
  offered: readonly number[];
  /** 0 until it is agreed. */
  security: number;
  named: boolean;
}

class RfbSession implements Session {
  readonly #connect: number;

  constructor(connect: number) {
    this.#connect = connect;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const talk = here.connection((): Talk => ({ minor: 0, offered: [], security: 0, named: false }));
    if (end - start === VERSION_LENGTH && isVersion(bytes, start)) {
      const version = textAt(bytes, start, end);
      here.fact(here.source, 'software', version);
      if (here.direction === 'request') talk.minor = Number(version.slice(8));
      return;
    }
    if (talk.named || talk.minor === 0) return;
    if (here.direction === 'reply') this.#fromServer(here, talk, bytes, start, end);
    else if (talk.security === 0 && talk.offered.includes(bytes[start]!))
      this.#agreed(here, talk, bytes[start]!);
  }

  #fromServer(here: Here, talk: Talk, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (talk.security !== 0) {
      const size = length > NAME_AT ? u32At(bytes, start + NAME_AT - 4) : 0;
      if (size === 0 || size !== length - NAME_AT) return;
      talk.named = true;
      here.fact(here.source, 'name', textAt(bytes, start + NAME_AT, end, 'utf-8'), 'inferred');
    } else if (talk.minor < 7) {
      // Before 3.7 the server decides.
      if (length >= 4) this.#agreed(here, talk, u32At(bytes, start));
    } else if (bytes[start]! > 0 && length > bytes[start]!) {
      talk.offered = [...bytes.subarray(start + 1, start + 1 + bytes[start]!)];
      if (talk.offered.includes(NONE)) here.anomaly('vnc.no-password', 'data', 1);
    }
  }

  #agreed(here: Here, talk: Talk, security: number): void {
    talk.security = security;
    if (here.direction === 'reply' && security === NONE) here.anomaly('vnc.no-password', 'data', 0);
    const note = here.operation(this.#connect);
    if (here.wanted(note)) here.describe(note, { security: securities[security] ?? String(security) });
  }
}
