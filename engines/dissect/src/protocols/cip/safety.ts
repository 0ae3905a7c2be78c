import type { ByteReader } from '../../bytes/byte-reader.ts';
import { vendors } from '../enip/vendors.ts';
import { ipv4Text } from '../../network/endpoints.ts';
import type { SafetyFormat, SafetySender } from './safety-checks.ts';

/** CIP Networks Library, Volume 5: not public, cited from memory, and as Wireshark has it. */
export interface Safety {
  /** Unique node identifiers: number of the safety network, and the node in it. */
  readonly target?: string;
  readonly originator?: string;
  /** Of its messages. */
  readonly format?: SafetyFormat;
  /** How often the time of the originator began anew before; the extended format tells. */
  readonly rollovers?: number;
}

/** What the target says of a safety connection that it opened. */
export interface SafetyReply {
  readonly sender: SafetySender;
  readonly rollovers: number;
}

const ROUTER = 1;
const EXTENDED = 2;
const formats: Readonly<Record<number, string>> = { 0: 'target', [ROUTER]: 'router', [EXTENDED]: 'extended' };
/** Octets behind the format and a reserved one. */
const lengths = [52, 10, 58];

/** The safety segment of a connection path; the reader is limited to it. */
export function readSafetySegment(reader: ByteReader): Safety {
  if (reader.remaining < 2) return {};
  reader.open('safety segment', 'CIP Volume 5, 3-8');
  const format = reader.u8('format', formats);
  reader.u8('reserved');
  const isWhole = reader.remaining >= (lengths[format] ?? Infinity);
  const safety = !isWhole
    ? {}
    : format === ROUTER
      ? readRouter(reader)
      : readTarget(reader, format === EXTENDED);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return safety;
}

function readRouter(reader: ByteReader): Safety {
  reader.u32le('time correction connection');
  reader.u16le('ping interval multiplier');
  reader.u16le('time correction parameters');
  return {};
}

function readTarget(reader: ByteReader, isExtended: boolean): Safety {
  reader.u32le('configuration checksum');
  reader.skip(6, 'configuration time');
  reader.u32le('time correction packet interval, µs');
  reader.u16le('time correction parameters');
  const target = readNode(reader, 'target');
  const originator = readNode(reader, 'originator');
  reader.u16le('ping interval multiplier');
  reader.u16le('time coordination multiplier');
  reader.u16le('network time expectation multiplier');
  reader.u8('timeout multiplier');
  reader.u8('most consumers');
  if (isExtended) reader.u16le('most faults');
  reader.u32le('connection parameters checksum');
  reader.u32le('time correction connection');
  if (!isExtended) return { target, originator, format: 'base' };
  reader.u16le('initial time stamp');
  return { target, originator, format: 'extended', rollovers: reader.u16le('initial rollover') };
}

/** The application reply to the Forward Open of a safety connection; undefined when it is too short for one. */
export function readSafetyReply(reader: ByteReader): SafetyReply | undefined {
  if (reader.remaining < REPLY) return undefined;
  reader.open('safety reply', 'CIP Volume 5, 3-8');
  reader.u16le('consumer number');
  const vendor = reader.u16le('target vendor', vendors);
  const device = reader.u32le('target serial number');
  const connection = reader.u16le('target connection serial number');
  let rollovers = 0;
  if (reader.remaining >= REPLY_TIME) {
    reader.u16le('initial time stamp');
    rollovers = reader.u16le('initial rollover');
  }
  reader.close();
  return { sender: { vendor, device, connection }, rollovers };
}

const REPLY = 10;
const REPLY_TIME = 4;

/** On EtherNet/IP a node is its IP address. */
function readNode(reader: ByteReader, name: string): string {
  reader.open(name);
  const network = Array.from(reader.bytes(6, 'safety network number'), (octet) =>
    octet.toString(16).padStart(2, '0'),
  );
  const node = ipv4Text(reader.u32le('node', ipv4Text));
  reader.remark(node);
  reader.close();
  return `${node} in safety network ${network.join('')}`;
}

// Octets of a safety message besides its data, by how long they are: mode, time stamp and checksums; the longer ones say
// their data twice.
const LONGEST_SHORT = 2;
const SHORT = 6;
const LONG = 8;
const RUN = 0x80;
const NOT_RUN = 0x10;

export const IDLE = 0;
export const RUNS = 1;
export const UNKNOWN = -1;

/** What the mode octet of a safety message says; it says so twice, the other way round. Messages of 6 octets only tell the time. */
export function safetyMode(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const isShort = length > SHORT && length <= SHORT + LONGEST_SHORT;
  const isLong = length > LONG + 2 * LONGEST_SHORT && length % 2 === 0;
  if (!isShort && !isLong) return UNKNOWN;
  const mode = bytes[isShort ? end - SHORT : start + (length - LONG) / 2]!;
  const runs = (mode & RUN) !== 0;
  if (runs === ((mode & NOT_RUN) !== 0)) return UNKNOWN;
  return runs ? RUNS : IDLE;
}
