import { u16At, u32At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Context,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  type Session,
} from '../../dissector.ts';
import { A, AXFR, type DnsMessage, type DnsRecord, looksLikeDns, PTR, readDns, UPDATE } from './message.ts';
import { ZONE_TRANSFER } from './operations.ts';
import { saidOfAsker } from './askers.ts';

const PORT = 53;
/** A header and a question for the root. */
const SHORTEST = 17;

export const dns: Dissector<DnsMessage> = {
  name: 'dns',
  title: 'DNS',
  reference: 'RFC 1035; RFC 7766 (over TCP)',
  industrial: false,
  carriers: [
    { on: 'udp', at: [PORT] },
    { on: 'tcp', at: [PORT] },
  ],
  claims: [],
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'dns.answers' } },

  recognises(bytes, start, end, expected) {
    if (!expected) return NOT_OURS;
    const framed = end - start > 2 && u16At(bytes, start) >= SHORTEST && looksLikeDns(bytes, start + 2, end);
    return framed || looksLikeDns(bytes, start, end) ? OURS : NOT_OURS;
  },

  /** RFC 7766, 8. */
  messageLength(bytes, start, end) {
    if (end - start < 2) return 0;
    const length = u16At(bytes, start);
    return length < SHORTEST ? LOST : 2 + length;
  },

  read: (reader, { context }) => readDns(reader, false, context?.['framed'] === 1),
  begin: (capture) => new DnsSession(capture),
};

class DnsSession implements Session {
  readonly #capture: Capture;
  readonly #zoneTransfer: number;
  #framed = false;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#zoneTransfer = capture.operation(ZONE_TRANSFER);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#framed = here.carrier === 'tcp';
    const message = readDns(here.reader.reset(bytes, start, end), false, this.#framed);
    here.turn(message.reply ? 'reply' : 'request');
    if (message.reply) return this.#named(here, message, bytes, start);
    for (const { name, type } of message.questions) {
      const said = saidOfAsker(name);
      if (said) here.fact(here.source, said.field, said.value, 'guessed');
      if (type !== AXFR) continue;
      const note = here.operation(this.#zoneTransfer);
      if (here.wanted(note)) here.describe(note, { name });
    }
    if (message.opcode === UPDATE) this.#named(here, message, bytes, start);
  }

  context(): Context | undefined {
    return this.#framed ? { framed: 1 } : undefined;
  }

  /** Names of hosts of the plant; those of the internet would be devices nobody has. */
  #named(here: Here, { records }: DnsMessage, bytes: Uint8Array, start: number): void {
    for (const record of records) {
      const address = addressOf(record, bytes, start);
      if (address >= 0 && isPrivate(address)) {
        here.fact(this.#capture.ipv4(address), 'name', record.target ?? record.name, 'inferred');
      }
    }
  }
}

/** The address that a record gives a name to; -1 for none. */
function addressOf({ name, type, size, at }: DnsRecord, bytes: Uint8Array, start: number): number {
  if (type === A && size === 4) return u32At(bytes, start + at);
  const reverse = type === PTR && /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/i.exec(name);
  if (!reverse) return -1;
  const [, d, c, b, a] = reverse.map(Number) as [number, number, number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** RFC 1918 and RFC 3927. */
function isPrivate(address: number): boolean {
  const high = address >>> 16;
  return high >>> 8 === 10 || high >>> 4 === 0xac1 || high === 0xc0a8 || high === 0xa9fe;
}
