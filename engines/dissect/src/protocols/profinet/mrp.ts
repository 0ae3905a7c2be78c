import type { ByteReader } from '../../bytes/byte-reader.ts';
import { u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Endpoint,
  type Here,
  NOT_OURS,
  OURS,
  type Session,
} from '../../dissector.ts';
import { readUuid, uuidText } from '../dcerpc/uuid.ts';
import { topologyChange } from './mrp-operations.ts';

// IEC 62439-2, 5 (protocol data units), cited from memory.
const ETHERTYPE = 0x88e3;
const END = 0x00;
const COMMON = 0x01;
const TEST = 0x02;
const TOPOLOGY_CHANGE = 0x03;
const LINK_DOWN = 0x04;
const LINK_UP = 0x05;
const LAST = 0x0a;
const OPTION = 0x7f;
const types: Readonly<Record<number, string>> = {
  [END]: 'end',
  [COMMON]: 'common',
  [TEST]: 'test',
  [TOPOLOGY_CHANGE]: 'topology change',
  [LINK_DOWN]: 'link down',
  [LINK_UP]: 'link up',
  0x06: 'interconnection test',
  0x07: 'interconnection topology change',
  0x08: 'interconnection link down',
  0x09: 'interconnection link up',
  [LAST]: 'interconnection link status poll',
  [OPTION]: 'option',
};
const VERSION = 2;
/** What stands at the beginning of an element. */
const HEAD = 2;
const RING_OPEN = 0;
const STATE_AT = 12;
const LENGTH_OF_TEST = 18;
const MOST_RINGS = 1_024;

/** Keeps a ring of switches from going round in circles. */
export const mrp: Dissector<void> = {
  name: 'mrp',
  title: 'Media Redundancy Protocol',
  reference: 'IEC 62439-2',
  industrial: true,
  carriers: [{ on: 'ethertype', at: [ETHERTYPE] }],
  claims: [],

  recognises: (bytes, start, end, expected) =>
    expected && end - start >= VERSION + HEAD && isElement(bytes[start + VERSION]!) ? OURS : NOT_OURS,

  read(reader) {
    reader.u16('version');
    while (reader.remaining >= HEAD && readElement(reader) !== END);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  },

  begin: (capture) => new MrpSession(capture),
};

function isElement(type: number): boolean {
  return type <= LAST || type === OPTION;
}

function readElement(reader: ByteReader): number {
  const type = reader.peek();
  reader.open(types[type] ?? 'element', 'IEC 62439-2, 5');
  reader.u8('type', types);
  const whole = reader.limit(reader.u8('length'), 'length');
  if (type === COMMON) {
    reader.u16('sequence');
    readUuid(reader, 'ring', false);
  } else if (type === TEST || type === TOPOLOGY_CHANGE) {
    reader.u16('priority');
    reader.bytes(6, 'MAC address of the manager');
    if (type === TEST) {
      reader.u16('port role', { 0: 'primary', 1: 'secondary' });
      reader.u16('ring state', { [RING_OPEN]: 'open', 1: 'closed' });
      reader.u16('transitions');
      reader.u32('time, in ms');
    } else reader.u16('interval, in ms');
  } else if (type === LINK_DOWN || type === LINK_UP) {
    reader.bytes(6, 'MAC address');
    reader.u16('port role');
    reader.u16('interval, in ms');
    reader.u16('blocked');
  } else if (type === OPTION && reader.remaining >= 3) reader.u24('organisation');
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  reader.release(whole);
  reader.close();
  return type;
}

interface Ring {
  readonly manager: Endpoint;
  open: boolean;
}

class MrpSession implements Session {
  readonly #capture: Capture;
  readonly #change: number;
  /** By domain. */
  readonly #rings = new Map<string, Ring>();

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#change = capture.operation(topologyChange);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.turn('request');
    mrp.read(here.reader.reset(bytes, start, end), here);
    const at = start + VERSION;
    const type = bytes[at]!;
    const ring = ringOf(bytes, at, end);
    if (type === TEST && bytes[at + 1]! >= LENGTH_OF_TEST) this.#test(here, bytes, at, ring);
    if (type === TOPOLOGY_CHANGE) here.operation(this.#change);
    if (type === LINK_DOWN || type === LINK_UP) {
      here.anomaly(type === LINK_DOWN ? 'mrp.link-down' : 'mrp.link-up', 'type', VERSION, { ring });
    }
  }

  #test(here: Here, bytes: Uint8Array, at: number, name: string): void {
    const manager = this.#capture.mac(bytes, at + HEAD + 2);
    const open = u16At(bytes, at + STATE_AT) === RING_OPEN;
    let ring = this.#rings.get(name);
    if (!ring) {
      if (this.#rings.size >= MOST_RINGS) return;
      this.#rings.set(name, (ring = { manager, open: false }));
      here.same(here.source, manager);
      here.role(here.source, 'switch', 'inferred', 'mrp.manages');
    } else if (ring.manager !== manager)
      here.anomaly('mrp.second-manager', 'MAC address of the manager', 6, { ring: name });
    if (open && !ring.open) here.anomaly('mrp.ring-open', 'ring state', STATE_AT + VERSION, { ring: name });
    ring.open = open;
  }
}

/** The domain stands in the element behind the first. */
function ringOf(bytes: Uint8Array, at: number, end: number): string {
  const common = at + HEAD + bytes[at + 1]!;
  const uuid = common + HEAD + 2;
  return bytes[common] === COMMON && uuid + 16 <= end ? uuidText(bytes, uuid, false) : '';
}
