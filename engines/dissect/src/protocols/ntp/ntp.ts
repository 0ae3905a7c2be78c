import type { ByteReader } from '../../bytes/byte-reader.ts';
import { ipv4Text } from '../../network/endpoints.ts';
import { type Dissector, type Here, NOT_OURS, OURS } from '../../dissector.ts';
import { CONTROL } from './operations.ts';

const PORT = 123;
const LENGTH = 48;
const SHORTEST_CONTROL = 8;

// RFC 5905, 7.3, figures 10 and 11.
const CLIENT = 3;
const SERVER = 4;
const BROADCAST = 5;
const CONTROL_MODE = 6;
const modes: Record<number, string> = {
  1: 'symmetric active',
  2: 'symmetric passive',
  [CLIENT]: 'client',
  [SERVER]: 'server',
  [BROADCAST]: 'broadcast',
  [CONTROL_MODE]: 'control',
  7: 'private',
};
const UNSYNCHRONISED = 3;
const NO_STRATUM = 16;

export interface NtpMessage {
  readonly mode: number;
  readonly leap: number;
  readonly stratum: number;
  readonly reference: string;
  readonly command: number;
}

export const ntp: Dissector<NtpMessage> = {
  name: 'ntp',
  title: 'NTP',
  reference: 'RFC 5905; RFC 9327 (control)',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],

  recognises(bytes, start, end, expected) {
    const version = (bytes[start]! >> 3) & 7;
    const mode = bytes[start]! & 7;
    if (!expected || version < 1 || version > 4 || mode === 0) return NOT_OURS;
    return end - start >= (mode < CONTROL_MODE ? LENGTH : SHORTEST_CONTROL) ? OURS : NOT_OURS;
  },

  read: readNtp,

  begin(capture) {
    const control = capture.operation(CONTROL);
    return {
      message(here, bytes, start, end) {
        const message = readNtp(here.reader.reset(bytes, start, end));
        const { mode, command } = message;
        if (mode === CLIENT) here.turn('request');
        if (mode === SERVER || mode === BROADCAST) served(here, message);
        if (mode < CONTROL_MODE || (bytes[start + (mode === CONTROL_MODE ? 1 : 0)]! & 0x80) !== 0) return;
        here.turn('request');
        const note = here.operation(control);
        if (here.wanted(note)) here.describe(note, { command });
      },
    };
  },
};

function readNtp(reader: ByteReader): NtpMessage {
  reader.open('header', 'RFC 5905, 7.3');
  const first = reader.u8('leap, version, mode');
  const leap = reader.bits(first, 0xc0, 'leap', {
    1: '61 s',
    2: '59 s',
    [UNSYNCHRONISED]: 'not synchronised',
  });
  reader.bits(first, 0x38, 'version');
  const mode = reader.bits(first, 0x07, 'mode', modes);
  if (mode >= CONTROL_MODE) {
    const second = reader.u8('flags and operation');
    const command = mode === CONTROL_MODE ? reader.bits(second, 0x1f, 'operation') : reader.peek(1);
    reader.close();
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    return { mode, leap, stratum: 0, reference: '', command };
  }
  const stratum = reader.u8('stratum');
  reader.u8('poll');
  reader.i8('precision');
  reader.u32('root delay', fixed);
  reader.u32('root dispersion', fixed);
  const reference = readReference(reader, stratum);
  for (const field of ['reference time', 'origin time', 'receive time', 'transmit time']) {
    reader.u32(field, (seconds) => (seconds === 0 ? 'unknown' : new Date(unix(seconds)).toISOString()));
    reader.u32('fraction');
  }
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'extensions and authentication');
  return { mode, leap, stratum, reference, command: -1 };
}

/** Up to stratum 1 letters that name a clock, beyond the address of another server. */
function readReference(reader: ByteReader, stratum: number): string {
  return stratum <= 1 ? reader.text(4, 'reference') : ipv4Text(reader.u32('reference', ipv4Text));
}

function served(here: Here, { mode, leap, stratum, reference }: NtpMessage): void {
  if (mode === SERVER) here.turn('reply');
  here.role(here.source, 'server', 'stated', 'ntp.serves-time');
  if (leap === UNSYNCHRONISED || stratum === 0 || stratum >= NO_STRATUM) {
    return here.anomaly('ntp.not-synchronised', 'leap, version, mode', 0);
  }
  const clock = stratum === 1 ? `, clock ${reference}` : '';
  here.fact(here.source, 'description', `NTP server, stratum ${stratum}${clock}`);
}

const fixed = (value: number) => `${value / 65_536} s`;
/** Seconds since 1900 as milliseconds since 1970. */
const unix = (seconds: number) => (seconds - 2_208_988_800) * 1_000;
