import { type ByteReader, u16At, u32At } from '../../bytes/byte-reader.ts';
import { ipv4Text, macText } from '../../network/endpoints.ts';
import {
  type Capture,
  type Dissector,
  type Endpoint,
  type Here,
  NOT_OURS,
  OURS,
  type Session,
} from '../../dissector.ts';
import { SWEEP } from './operations.ts';

const ETHERTYPE = 0x0806;
// RFC 826, for Ethernet and IPv4: 28 bytes.
const LENGTH = 28;
const REQUEST = 1;
const REPLY = 2;
const IPV4 = 0x0800;

const MOST_BINDINGS = 16_384;
const MOST_SENDERS = 4_096;
/** Announcements of itself within so many microseconds. */
const BURST = 20;
const BURST_TIME = 10_000_000;
/** Different addresses asked for, most of them in a row. */
const SWEEP_SIZE = 32;

export interface ArpMessage {
  readonly operation: number;
  readonly sender: number;
  readonly target: number;
}

export const arp: Dissector<ArpMessage> = {
  name: 'arp',
  title: 'ARP',
  reference: 'RFC 826; RFC 5227',
  industrial: false,
  carriers: [{ on: 'ethertype', at: [ETHERTYPE] }],
  claims: [],

  recognises: (bytes, start, end, expected) =>
    expected && end - start >= LENGTH && u16At(bytes, start + 2) === IPV4 && bytes[start + 4] === 6
      ? OURS
      : NOT_OURS,

  read: readArp,
  begin: (capture) => new ArpSession(capture),
};

function readArp(reader: ByteReader): ArpMessage {
  reader.open('ARP', 'RFC 826');
  reader.u16('hardware type', { 1: 'Ethernet', 6: 'IEEE 802' });
  reader.u16('protocol type', { [IPV4]: 'IPv4' });
  reader.constant8(6, 'hardware length');
  reader.constant8(4, 'protocol length');
  const operation = reader.u16('operation', { [REQUEST]: 'request', [REPLY]: 'reply' });
  reader.bytes(6, 'hardware address of the sender');
  const sender = reader.u32('address of the sender', ipv4Text);
  reader.bytes(6, 'hardware address of the target');
  const target = reader.u32('address of the target', ipv4Text);
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding of the frame');
  return { operation, sender, target };
}

/** What one station did. */
interface Sender {
  /** Announcements: how many since when. */
  announced: number;
  since: number;
  readonly asked: Set<number>;
  lowest: number;
  highest: number;
}

class ArpSession implements Session {
  readonly #capture: Capture;
  readonly #sweep: number;
  /** Who has an address, by what was said last. */
  readonly #holders = new Map<Endpoint, Endpoint>();
  readonly #senders = new Map<Endpoint, Sender>();

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#sweep = capture.operation(SWEEP);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const operation = u16At(bytes, start + 6);
    const sender = u32At(bytes, start + 14);
    const target = u32At(bytes, start + 24);
    if (operation !== REQUEST && operation !== REPLY) {
      readArp(here.reader.reset(bytes, start, end));
      return;
    }
    here.turn(operation === REQUEST ? 'request' : 'reply');
    // A probe for duplicates (RFC 5227) has no sender address yet.
    if (sender !== 0) this.#bind(here, sender, bytes, start + 8);
    const about = this.#of(here.sourceMac);
    if (!about) return;
    if (sender === target) announced(here, about);
    else if (operation === REQUEST && sender !== 0) this.#ask(here, about, target);
  }

  /** Stations keep their addresses, and those that share one do so behind an address made for that. */
  #bind(here: Here, address: number, bytes: Uint8Array, at: number): void {
    const [holder, now] = [this.#capture.ipv4(address), this.#capture.mac(bytes, at)];
    const before = this.#holders.get(holder);
    if (before === now) return;
    if (before === undefined && this.#holders.size >= MOST_BINDINGS) return;
    this.#holders.set(holder, now);
    if (before === undefined || isShared(bytes, at)) return;
    here.anomaly('arp.binding-changed', 'hardware address of the sender', 8, {
      address: ipv4Text(address),
      mac: macText(u32At(bytes, at), u16At(bytes, at + 4)),
    });
  }

  #ask(here: Here, about: Sender, target: number): void {
    if (about.asked.size >= SWEEP_SIZE || about.asked.has(target)) return;
    about.asked.add(target);
    about.lowest = Math.min(about.lowest, target);
    about.highest = Math.max(about.highest, target);
    if (about.asked.size < SWEEP_SIZE || about.highest - about.lowest > 2 * SWEEP_SIZE) return;
    const note = here.operation(this.#sweep);
    const [from, destination] = [ipv4Text(about.lowest), ipv4Text(about.highest)];
    here.describe(note, { quantity: about.asked.size, from, destination });
    here.role(here.sourceMac, 'scanner', 'inferred', 'arp.sweep', { from, destination });
  }

  #of(mac: Endpoint): Sender | undefined {
    let known = this.#senders.get(mac);
    if (!known && this.#senders.size < MOST_SENDERS) {
      known = { announced: 0, since: 0, asked: new Set(), lowest: 0xffff_ffff, highest: 0 };
      this.#senders.set(mac, known);
    }
    return known;
  }
}

/** A station that says again and again where it is wants to be believed rather than found. */
function announced(here: Here, about: Sender): void {
  if (here.time - about.since > BURST_TIME) {
    about.since = here.time;
    about.announced = 0;
  }
  if (++about.announced === BURST)
    here.anomaly('arp.announcement-burst', 'operation', 6, { quantity: BURST });
}

/** VRRP (RFC 9568, 7.3) and HSRP (RFC 2281, 5.1) move an address from router to router. */
function isShared(bytes: Uint8Array, at: number): boolean {
  const high = u32At(bytes, at);
  return high === 0x0000_5e00 || high === 0x0000_0c07;
}
