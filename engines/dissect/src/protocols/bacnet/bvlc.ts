import { Refusals, type Words } from '../../analysis/refusals.ts';
import { Pending } from '../../analysis/pending.ts';
import { type ByteReader, Malformed, u16At, u32At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  type OperationNote,
  OURS,
  type Session,
} from '../../dissector.ts';
import { ipv4Text } from '../../network/endpoints.ts';
import { bvlcOperations } from './bvlc-operations.ts';
import { VERSION } from './npdu.ts';
import { FORWARDED } from './session.ts';

/** ANSI/ASHRAE 135-2020, annexes J (IPv4) and U (IPv6). */
export interface BvlcMessage {
  readonly type: number;
  readonly code: number;
  /** What the header says; some devices count wrongly. */
  readonly length: number;
  /** `192.0.2.1:47808/255.255.255.255`, of a table or of the one that is meant. */
  readonly entries: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
  readonly result: number;
  /** Where the NPDU begins; -1 where there is none. */
  readonly npduAt: number;
}

const IPV4 = 0x81;
const IPV6 = 0x82;
const HEADER = 4;
/** 47808 to 47823: 0xBAC0 to 0xBACF. */
const PORTS = Array.from({ length: 16 }, (_, i) => 0xbac0 + i);

// J.2.
const RESULT = 0x00;
const WRITE_TABLE = 0x01;
const READ_TABLE_ACK = 0x03;
const FORWARDED_NPDU = 0x04;
const REGISTER_FOREIGN_DEVICE = 0x05;
const READ_FOREIGN_TABLE_ACK = 0x07;
const DELETE_FOREIGN_ENTRY = 0x08;
const DISTRIBUTE_BROADCAST = 0x09;
const UNICAST = 0x0a;
const BROADCAST = 0x0b;
const functions: Words = {
  [RESULT]: 'BVLC-Result',
  [WRITE_TABLE]: 'Write-Broadcast-Distribution-Table',
  0x02: 'Read-Broadcast-Distribution-Table',
  [READ_TABLE_ACK]: 'Read-Broadcast-Distribution-Table-Ack',
  [FORWARDED_NPDU]: 'Forwarded-NPDU',
  [REGISTER_FOREIGN_DEVICE]: 'Register-Foreign-Device',
  0x06: 'Read-Foreign-Device-Table',
  [READ_FOREIGN_TABLE_ACK]: 'Read-Foreign-Device-Table-Ack',
  [DELETE_FOREIGN_ENTRY]: 'Delete-Foreign-Device-Table-Entry',
  [DISTRIBUTE_BROADCAST]: 'Distribute-Broadcast-To-Network',
  [UNICAST]: 'Original-Unicast-NPDU',
  [BROADCAST]: 'Original-Broadcast-NPDU',
  0x0c: 'Secure-BVLL',
};
const MOST_FUNCTION = 0x0c;

/** J.2.1.1. */
const results: Words = {
  0x00: 'success',
  0x10: 'write of the broadcast distribution table refused',
  0x20: 'read of the broadcast distribution table refused',
  0x30: 'registration of the foreign device refused',
  0x40: 'read of the foreign device table refused',
  0x50: 'deletion from the foreign device table refused',
  0x60: 'distribution of the broadcast refused',
};
const refusals = new Refusals('bvlc');
const resultRefusal = refusals.numbered(results);

// U.2. Virtual addresses of three octets stand before what is carried.
const IPV6_UNICAST = 0x01;
const IPV6_BROADCAST = 0x02;
const IPV6_FORWARDED = 0x08;
const functions6: Words = {
  0x00: 'BVLC-Result',
  [IPV6_UNICAST]: 'Original-Unicast-NPDU',
  [IPV6_BROADCAST]: 'Original-Broadcast-NPDU',
  0x03: 'Address-Resolution',
  0x04: 'Forwarded-Address-Resolution',
  0x05: 'Address-Resolution-Ack',
  0x06: 'Virtual-Address-Resolution',
  0x07: 'Virtual-Address-Resolution-Ack',
  [IPV6_FORWARDED]: 'Forwarded-NPDU',
  0x09: 'Register-Foreign-Device',
  0x0a: 'Delete-Foreign-Device-Table-Entry',
  0x0b: 'Secure-BVLL',
  0x0c: 'Distribute-Broadcast-To-Network',
};
const IPV6_DISTRIBUTE = 0x0c;

export const bvlc: Dissector<BvlcMessage> = {
  name: 'bvlc',
  title: 'BACnet/IP (BVLL)',
  reference: 'ANSI/ASHRAE 135-2020, annexes J and U',
  industrial: false,
  carriers: [{ on: 'udp', at: PORTS }],
  claims: ['bacnet_bvlc'],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (length < HEADER || (bytes[start] !== IPV4 && bytes[start] !== IPV6)) return NOT_OURS;
    const [code, said] = [bytes[start + 1]!, u16At(bytes, start + 2)];
    if (code > MOST_FUNCTION || said < HEADER) return NOT_OURS;
    // Some devices count wrongly; what they say is read all the same.
    if (expected) return OURS;
    // Elsewhere only what carries an NPDU.
    const at = bytes[start] === IPV4 ? npduAt(code) : -1;
    return said === length && at > 0 && length > at + 2 && bytes[start + at] === VERSION ? OURS : NOT_OURS;
  },

  read: (reader) => readBvlc(reader),

  begin: (capture) => new BvlcSession(capture),
};

function npduAt(code: number): number {
  if (code === FORWARDED_NPDU) return HEADER + 6;
  return code === UNICAST || code === BROADCAST || code === DISTRIBUTE_BROADCAST ? HEADER : -1;
}

function readBvlc(reader: ByteReader): BvlcMessage {
  reader.open('BVLC', reader.peek() === IPV6 ? 'Annex U.2' : 'Annex J.2');
  const type = reader.u8('type', { [IPV4]: 'BACnet/IP', [IPV6]: 'BACnet/IPv6' });
  if (type !== IPV4 && type !== IPV6) throw new Malformed('type', 0, `is ${type}, must be 0x81 or 0x82`);
  const code = reader.u8('function', type === IPV4 ? functions : functions6);
  const length = reader.u16('length');
  if (length < HEADER) throw new Malformed('length', 2, `is ${length}, must be ${HEADER} or more`);
  const message = type === IPV4 ? readBody(reader, code) : readBody6(reader, code);
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, message.npduAt < 0 ? 'content' : 'NPDU');
  return { type, code, length, ...message };
}

type Body = Omit<BvlcMessage, 'type' | 'code' | 'length'>;
const nothing: Body = { entries: [], lifetime: 0, result: 0, npduAt: -1 };

function readBody(reader: ByteReader, code: number): Body {
  const entries: string[] = [];
  switch (code) {
    case RESULT:
      return { ...nothing, result: reader.u16('result', results) };
    case WRITE_TABLE:
    case READ_TABLE_ACK:
      while (reader.remaining > 0) {
        reader.open('entry');
        entries.push(`${readAddress(reader)}/${ipv4Text(reader.u32('mask', ipv4Text))}`);
        reader.close();
      }
      return { ...nothing, entries };
    case READ_FOREIGN_TABLE_ACK:
      while (reader.remaining > 0) {
        reader.open('entry');
        entries.push(readAddress(reader));
        reader.u16('time to live, in seconds');
        reader.u16('remaining, in seconds');
        reader.close();
      }
      return { ...nothing, entries };
    case DELETE_FOREIGN_ENTRY:
      return { ...nothing, entries: [readAddress(reader)] };
    case REGISTER_FOREIGN_DEVICE:
      return { ...nothing, lifetime: reader.u16('time to live, in seconds') };
    case FORWARDED_NPDU:
      return { ...nothing, entries: [readAddress(reader)], npduAt: reader.offset };
    case UNICAST:
    case BROADCAST:
    case DISTRIBUTE_BROADCAST:
      return { ...nothing, npduAt: reader.offset };
    default:
      return nothing;
  }
}

function readAddress(reader: ByteReader): string {
  const address = ipv4Text(reader.u32('address', ipv4Text));
  return `${address}:${reader.u16('port')}`;
}

function readBody6(reader: ByteReader, code: number): Body {
  reader.u24('source virtual address');
  switch (code) {
    case 0x00:
      return { ...nothing, result: reader.u16('result') };
    case IPV6_UNICAST:
      reader.u24('destination virtual address');
      return { ...nothing, npduAt: reader.offset };
    case IPV6_FORWARDED:
      reader.bytes(16, 'original address');
      reader.u16('original port');
      return { ...nothing, npduAt: reader.offset };
    case IPV6_BROADCAST:
    case IPV6_DISTRIBUTE:
      return { ...nothing, npduAt: reader.offset };
    default:
      return nothing;
  }
}

class BvlcSession implements Session {
  readonly #capture: Capture;
  readonly #functions;
  readonly #kinds: ReadonlyMap<number, number>;
  readonly #waiting;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#functions = capture.counter('bacnet_bvlc', (code) => `0x${code.toString(16).padStart(2, '0')}`);
    this.#kinds = new Map(
      Object.entries(bvlcOperations).map(([code, kind]) => [Number(code), capture.operation(kind)]),
    );
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    // The layer beneath counts as BACnet too, also where it carries nothing.
    here.also('bacnet');
    const isIpv4 = bytes[start] === IPV4;
    if (isIpv4 && end - start > 1) this.#functions.add(bytes[start + 1]!);
    const message = readBvlc(here.reader.reset(bytes, start, end));
    const actual = end - start;
    if (message.length !== actual && !here.cut) {
      here.anomaly('bvlc.length-differs', 'length', 2, { says: message.length, actual });
    }
    if (message.npduAt >= 0) return this.#carry(here, message, bytes, start, end);
    if (isIpv4) this.#manage(here, message);
  }

  #carry(
    here: Here,
    { code, type, npduAt: at }: BvlcMessage,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (type === IPV4 && code === FORWARDED_NPDU) {
      const origin = this.#capture.ipv4(u32At(bytes, start + HEADER));
      here.role(here.source, 'router', 'inferred', 'bacnet.forwards-broadcasts');
      here.between(origin, here.target);
      here.carry(FORWARDED, bytes, start + at, end, origin);
    } else if (type === IPV6 && code === IPV6_FORWARDED) {
      const origin = this.#capture.ipv6(bytes, start + at - 18);
      here.between(origin, here.target);
      here.carry(FORWARDED, bytes, start + at, end, origin);
    } else here.carry('bacnet-npdu', bytes, start + at, end);
  }

  /** J.4.5 and J.5: the tables of a BBMD, and who is in them. */
  #manage(here: Here, { code, entries, lifetime, result }: BvlcMessage): void {
    if (code === RESULT || code === READ_TABLE_ACK || code === READ_FOREIGN_TABLE_ACK) {
      here.turn('reply');
      const note = this.#waiting.take(here.flow, 0) ?? -1;
      if (result !== 0) here.refuse(note, resultRefusal(result));
      if (code === RESULT) return;
      here.role(here.source, 'router', 'stated', 'bacnet.is-bbmd');
      if (here.wanted(note)) here.describe(note, { entries: entries.slice(0, MOST_SHOWN) });
      return;
    }
    const kind = this.#kinds.get(code);
    if (kind === undefined) return;
    here.turn('request');
    const note = here.operation(kind);
    if (here.wanted(note)) {
      if (code === REGISTER_FOREIGN_DEVICE) here.describe(note, { seconds: lifetime });
      else if (entries.length > 0 || code === WRITE_TABLE) {
        here.describe(note, { entries: entries.slice(0, MOST_SHOWN) });
      }
    }
    this.#waiting.put(here.flow, 0, note);
  }
}

const MOST_SHOWN = 64;
