import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';
import { AnswersForMany } from '../dns/answers-for-many.ts';
import { type DnsMessage, type DnsRecord, looksLikeDns, NB, NBSTAT, readDns } from '../dns/message.ts';
import { DOMAIN_CONTROLLERS, DOMAIN_MASTER, netbiosName, SERVER, trimmed, WORKSTATION } from './names.ts';
import { NODE_STATUS } from './operations.ts';

const PORT = 137;
// RFC 1002, 4.2.1.1.
const QUERY = 0;
const REGISTRATION = 5;
const REFRESHES = [8, 9];
/** RFC 1002, 4.2.18: a name, its suffix and two bytes of flags. */
const ENTRY = 18;
const GROUP = 0x8000;

export const nbns: Dissector<DnsMessage> = {
  name: 'nbns',
  title: 'NetBIOS name service',
  reference: 'RFC 1001; RFC 1002, 4.2',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],
  recognises: (bytes, start, end, expected) =>
    expected && looksLikeDns(bytes, start, end) ? OURS : NOT_OURS,
  read: (reader: ByteReader) => readDns(reader, true),
  begin: (capture) => new NbnsSession(capture),
};

class NbnsSession implements Session {
  readonly #answers: AnswersForMany;
  readonly #nodeStatus: number;
  readonly #capture: Capture;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#answers = capture.bounded('memories', new AnswersForMany());
    this.#nodeStatus = capture.operation(NODE_STATUS);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { reply, opcode, status, questions, records } = readDns(here.reader.reset(bytes, start, end), true);
    here.turn(reply ? 'reply' : 'request');
    if (!reply && opcode === QUERY && questions.some(({ type }) => type === NBSTAT)) {
      here.operation(this.#nodeStatus);
    }
    const claims = opcode === REGISTRATION || REFRESHES.includes(opcode);
    for (const record of records) {
      if (record.type === NBSTAT) this.#status(here, record, bytes, start);
      else if (record.type !== NB || record.size < 6) continue;
      else if (!reply && claims) this.#claimed(here, record, bytes, start);
      else if (reply && opcode === QUERY && status === 0) this.#answered(here, record, bytes, start);
    }
  }

  #claimed(here: Here, { name, at }: DnsRecord, bytes: Uint8Array, start: number): void {
    const known = netbiosName(name);
    if (known) told(here, known.name, known.suffix, (u16At(bytes, start + at) & GROUP) !== 0);
  }

  /** Of a host asked for its name; a name server answers for others, from the port of its own. */
  #answered(here: Here, { name, at, size }: DnsRecord, bytes: Uint8Array, start: number): void {
    const known = netbiosName(name);
    if (!known || (u16At(bytes, start + at) & GROUP) !== 0) return;
    const own = Array.from({ length: Math.floor(size / 6) }, (_, i) => start + at + 6 * i + 2).some(
      (place) => this.#capture.ipv4(addressAt(bytes, place)) === here.source,
    );
    if (!own) return;
    told(here, known.name, known.suffix, false);
    const names = this.#answers.add(here.source, known.name);
    if (names) here.anomaly('nbns.answers-for-many', 'answer', at, { names });
  }

  #status(here: Here, { at, size }: DnsRecord, bytes: Uint8Array, start: number): void {
    const from = start + at + 1;
    const count = Math.min(size > 0 ? bytes[start + at]! : 0, Math.floor((size - 1) / ENTRY));
    for (let i = 0; i < count; i++) {
      const place = from + i * ENTRY;
      const name = trimmed(String.fromCharCode(...bytes.subarray(place, place + 15)));
      told(here, name, bytes[place + 15]!, (u16At(bytes, place + 16) & GROUP) !== 0);
    }
    const mac = from + count * ENTRY;
    const known = mac + 6 <= start + at + size && (u16At(bytes, mac) | u16At(bytes, mac + 2)) !== 0;
    if (count > 0 && known) here.same(here.source, this.#capture.mac(bytes, mac));
  }
}

function addressAt(bytes: Uint8Array, at: number): number {
  return ((u16At(bytes, at) << 16) | u16At(bytes, at + 2)) >>> 0;
}

function told(here: Here, name: string, suffix: number, group: boolean): void {
  if (group) {
    if (suffix === WORKSTATION || suffix === DOMAIN_CONTROLLERS) here.fact(here.source, 'domain', name);
    if (suffix === DOMAIN_CONTROLLERS) here.role(here.source, 'server', 'stated', 'nbns.domain-controller');
  } else if (suffix === DOMAIN_MASTER) {
    here.role(here.source, 'server', 'stated', 'nbns.domain-controller');
  } else if (suffix === WORKSTATION || suffix === SERVER) {
    here.fact(here.source, 'name', name);
  }
}
