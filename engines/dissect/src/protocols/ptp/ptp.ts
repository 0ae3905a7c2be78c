import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';

const ETHERTYPE = 0x88f7;
const PORTS = [319, 320];
const HEADER = 34;

// IEEE 1588-2019, table 36.
const SYNC = 0;
const DELAY_REQUEST = 1;
const FOLLOW_UP = 8;
const DELAY_RESPONSE = 9;
const ANNOUNCE = 11;
const MANAGEMENT = 13;
const kinds: Record<number, string> = {
  [SYNC]: 'sync',
  [DELAY_REQUEST]: 'delay request',
  2: 'peer delay request',
  3: 'peer delay response',
  [FOLLOW_UP]: 'follow-up',
  [DELAY_RESPONSE]: 'delay response',
  10: 'peer delay response follow-up',
  [ANNOUNCE]: 'announce',
  12: 'signaling',
  [MANAGEMENT]: 'management',
};
/** IEEE 1588-2019, table 6. */
const timeSources: Record<number, string> = {
  0x10: 'atomic clock',
  0x20: 'GNSS',
  0x30: 'terrestrial radio',
  0x39: 'serial time code',
  0x40: 'PTP',
  0x50: 'NTP',
  0x60: 'set by hand',
  0x90: 'other',
  0xa0: 'internal oscillator',
};
const MOST_DOMAINS = 1_024;

export interface PtpMessage {
  readonly kind: number;
  readonly domain: number;
  /** Announcements only. */
  readonly grandmaster?: string;
  readonly clockClass?: number;
  readonly timeSource?: number;
}

export const ptp: Dissector<PtpMessage> = {
  name: 'ptp',
  title: 'Precision Time Protocol',
  reference: 'IEEE 1588-2019, clause 13',
  industrial: false,
  carriers: [
    { on: 'ethertype', at: [ETHERTYPE] },
    { on: 'udp', at: PORTS },
  ],
  claims: [],

  recognises: (bytes, start, end, expected) =>
    expected &&
    end - start >= HEADER &&
    (bytes[start + 1]! & 0x0f) === 2 &&
    (bytes[start]! & 0x0f) in kinds &&
    u16At(bytes, start + 2) <= end - start
      ? OURS
      : NOT_OURS,

  read: readPtp,
  begin: () => new PtpSession(),
};

function readPtp(reader: ByteReader): PtpMessage {
  reader.open('header', 'IEEE 1588, 13.3');
  const first = reader.u8('type');
  reader.bits(first, 0xf0, 'profile', { 0: 'IEEE 1588', 1: 'IEEE 802.1AS' });
  const kind = reader.bits(first, 0x0f, 'type', kinds);
  reader.u8('version');
  reader.u16('length');
  const domain = reader.u8('domain');
  reader.u8('minor profile');
  reader.u16('flags');
  reader.i64('correction');
  reader.u32('type specific');
  clockOf(reader.bytes(8, 'clock'));
  reader.u16('port');
  reader.u16('sequence');
  reader.u8('control');
  reader.i8('interval');
  reader.close();
  const announced = kind === ANNOUNCE ? readAnnouncement(reader) : {};
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  return { kind, domain, ...announced };
}

function readAnnouncement(reader: ByteReader) {
  reader.open('announcement', 'IEEE 1588, 13.5');
  reader.skip(10, 'time');
  reader.i16('offset from UTC');
  reader.u8('reserved');
  reader.u8('priority 1');
  const clockClass = reader.u8('clock class');
  reader.u8('clock accuracy');
  reader.u16('clock variance');
  reader.u8('priority 2');
  const grandmaster = clockOf(reader.bytes(8, 'grandmaster'));
  reader.remark(grandmaster);
  reader.u16('steps removed');
  const timeSource = reader.u8('time source', timeSources);
  reader.close();
  return { grandmaster, clockClass, timeSource };
}

function clockOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

class PtpSession implements Session {
  readonly #grandmasters = new Map<number, string>();

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const kind = bytes[start]! & 0x0f;
    if (kind === DELAY_REQUEST) here.turn('request');
    if (kind === SYNC || kind === ANNOUNCE) here.role(here.source, 'server', 'stated', 'ptp.master');
    if (kind === ANNOUNCE) this.#announced(here, readPtp(here.reader.reset(bytes, start, end)));
    else if (kind === MANAGEMENT) readPtp(here.reader.reset(bytes, start, end));
  }

  #announced(here: Here, { domain, grandmaster = '', clockClass, timeSource = 0 }: PtpMessage): void {
    const source = timeSources[timeSource] ?? `source ${timeSource}`;
    const text = `PTP master of domain ${domain}, class ${clockClass}, ${source}, grandmaster ${grandmaster}`;
    here.fact(here.source, 'description', text);
    const before = this.#grandmasters.get(domain);
    if (before === grandmaster || (before === undefined && this.#grandmasters.size >= MOST_DOMAINS)) return;
    this.#grandmasters.set(domain, grandmaster);
    if (before !== undefined) {
      here.anomaly('ptp.grandmaster-changed', 'grandmaster', 53, { domain, before, grandmaster });
    }
  }
}
