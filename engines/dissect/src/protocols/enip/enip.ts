import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { type ByteReader, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  type OperationKind,
  type OperationNote,
  PERHAPS,
  type Session,
  type Situation,
} from '../../dissector.ts';
import { CIP_IDENTITY, CIP_SECURITY, itemNames, looksLikePacket, readSocket, SERVICES } from './cpf.ts';
import { deviceStates, type Identity, readIdentity, tellAddress, tellIdentity } from './identity.ts';
import { LIST_IDENTITY, LIST_INTERFACES, LIST_SERVICES, REGISTER, UNREGISTER } from './operations.ts';

const PORT = 44818;
const HEADER = 24;
/** Interface handle and timeout stand before the packet in SendRRData and SendUnitData. */
const BEFORE_PACKET = HEADER + 6;
/** The interface of CIP; any other number is another vendor's private one. */
const CIP_INTERFACE = 0;

const NOP = 0x0000;
const LIST_TARGETS = 0x0001;
const SERVICES_COMMAND = 0x0004;
const IDENTITY_COMMAND = 0x0063;
const INTERFACES_COMMAND = 0x0064;
const REGISTER_COMMAND = 0x0065;
const UNREGISTER_COMMAND = 0x0066;
const SEND_RR_DATA = 0x006f;
const SEND_UNIT_DATA = 0x0070;
/** All that were ever assigned are below; used to find the beginning of a message. */
const HIGHEST_COMMAND = 0x00ff;

// EtherNet/IP (CIP Volume 2), table 2-3.2.
const commands: Readonly<Record<number, string>> = {
  [NOP]: 'NOP',
  [LIST_TARGETS]: 'ListTargets (reserved for legacy)',
  [SERVICES_COMMAND]: 'ListServices',
  [IDENTITY_COMMAND]: 'ListIdentity',
  [INTERFACES_COMMAND]: 'ListInterfaces',
  [REGISTER_COMMAND]: 'RegisterSession',
  [UNREGISTER_COMMAND]: 'UnRegisterSession',
  [SEND_RR_DATA]: 'SendRRData',
  [SEND_UNIT_DATA]: 'SendUnitData',
  0x0072: 'IndicateStatus',
  0x0073: 'Cancel',
  0x00c8: 'StartDTLS',
};

// Table 2-3.3.
const statuses: Readonly<Record<number, string>> = {
  0x00: 'success',
  0x01: 'invalid or unsupported command',
  0x02: 'insufficient memory',
  0x03: 'poorly formed or incorrect data',
  0x64: 'invalid session handle',
  0x65: 'invalid length',
  0x69: 'unsupported protocol revision',
  0x6a: 'service not allowed',
};
const refusals = new Refusals('enip');
const refusalOf = refusals.numbered(statuses);

const operations: Readonly<Record<number, OperationKind>> = {
  [SERVICES_COMMAND]: LIST_SERVICES,
  [IDENTITY_COMMAND]: LIST_IDENTITY,
  [INTERFACES_COMMAND]: LIST_INTERFACES,
  [REGISTER_COMMAND]: REGISTER,
  [UNREGISTER_COMMAND]: UNREGISTER,
};

/** What carries CIP: the Common Packet Format inside SendRRData and SendUnitData. */
export const ENCAPSULATED = 'enip';

export interface EnipMessage {
  readonly command: number;
  readonly session: number;
  readonly status: number;
  /** Sender context and session in 32 bits: request and reply carry the same. */
  readonly exchange: number;
  /** Where the Common Packet Format begins; 0 when there is none, or it is not CIP's. */
  readonly packet: number;
  readonly identities: readonly { identity: Identity; address: number }[];
}

export const enip: Dissector<EnipMessage> = {
  name: 'enip',
  title: 'EtherNet/IP',
  reference: 'The CIP Networks Library, Volume 2: EtherNet/IP Adaptation of CIP, chapter 2',
  industrial: true,
  carriers: [
    { on: 'tcp', at: [PORT] },
    { on: 'udp', at: [PORT] },
  ],
  claims: ['enip_command_request', 'enip_command_response'],
  refusals: refusals.list,
  roles: {
    asking: { role: 'client', certainty: 'inferred', because: 'enip.asks' },
    asked: { role: 'controller', certainty: 'guessed', because: 'enip.answers' },
  },

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (length < 4) return expected && (length < 2 || u16leAt(bytes, start) in commands) ? PERHAPS : NOT_OURS;
    if (!(u16leAt(bytes, start) in commands)) return NOT_OURS;
    if (expected) return OURS;
    if (length < HEADER) return NOT_OURS;
    return isUnmistakable(bytes, start, end) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (end - start < 4) return 0;
    if (u16leAt(bytes, start) > HIGHEST_COMMAND) return LOST;
    if (end - start >= 12 && u32leAt(bytes, start + 8) > 0xffff) return LOST;
    return HEADER + u16leAt(bytes, start + 2);
  },

  read: readMessage,

  begin(capture) {
    return new EnipSession(capture);
  },
};

/** Section 2-3.1. */
function readMessage(reader: ByteReader, situation: Situation): EnipMessage {
  reader.open('encapsulation header', 'CIP Volume 2, 2-3.1');
  const command = reader.u16le('command', commands);
  const length = reader.u16le('length');
  const session = reader.u32le('session handle');
  const status = reader.u32le('status', statuses);
  const context = reader.u32le('sender context') ^ Math.imul(reader.u32le('sender context, continued'), 31);
  reader.u32le('options');
  reader.close();
  const exchange = (context ^ Math.imul(session, 0x9e37_79b1)) >>> 0;
  const identities: { identity: Identity; address: number }[] = [];
  let packet = 0;
  if (length === 0) return { command, session, status, exchange, packet, identities };
  switch (command) {
    case SEND_RR_DATA:
    case SEND_UNIT_DATA: {
      const handle = reader.u32le('interface handle');
      reader.u16le('timeout');
      if (handle === CIP_INTERFACE) packet = reader.offset;
      reader.skip(reader.remaining, 'common packet');
      break;
    }
    case REGISTER_COMMAND:
      reader.u16le('protocol version');
      reader.u16le('options flags');
      break;
    case SERVICES_COMMAND:
    case IDENTITY_COMMAND:
    case INTERFACES_COMMAND:
      if (situation.direction === 'reply') readItems(reader, identities, command === INTERFACES_COMMAND);
      break;
    default:
      break;
  }
  return { command, session, status, exchange, packet, identities };
}

function readItems(
  reader: ByteReader,
  identities: { identity: Identity; address: number }[],
  areInterfaces: boolean,
): void {
  for (let left = reader.u16le('item count'); left > 0; left--) {
    reader.open('item', 'CIP Volume 2, 2-6.3');
    const type = reader.u16le('type', itemNames);
    const rest = reader.limit(reader.u16le('length'), 'length');
    if (type === CIP_IDENTITY) identities.push(readIdentityItem(reader));
    else if (areInterfaces && reader.remaining >= 4) reader.u32le('interface handle');
    else if (type === SERVICES) readServices(reader);
    else if (type === CIP_SECURITY) readSecurity(reader);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest of item');
    reader.release(rest);
    reader.close();
  }
}

/** Table 2-4.5. */
function readIdentityItem(reader: ByteReader) {
  reader.u16le('protocol version');
  const address = readSocket(reader);
  const identity = readIdentity(reader);
  if (reader.remaining > 0) reader.u8('state', deviceStates);
  return { identity, address };
}

/** Table 2-4.3. */
function readServices(reader: ByteReader): void {
  reader.u16le('protocol version');
  const flags = reader.u16le('capabilities');
  reader.bits(flags, 0x0020, 'CIP encapsulation over TCP');
  reader.bits(flags, 0x0100, 'class 0 and 1 over UDP');
  reader.text(Math.min(16, reader.remaining), 'name of service');
}

/** Volume 8, table 3-6.1. */
function readSecurity(reader: ByteReader): void {
  const profiles = reader.u16le('security profiles');
  reader.bits(profiles, 0x0002, 'EtherNet/IP integrity');
  reader.bits(profiles, 0x0004, 'EtherNet/IP confidentiality');
  reader.bits(profiles, 0x0008, 'CIP authorisation');
  reader.u8('CIP security state');
  reader.u8('EtherNet/IP security state');
}

/** Found where nobody expects it: every field must be as a careful device writes it. */
function isUnmistakable(bytes: Uint8Array, start: number, end: number): boolean {
  const command = u16leAt(bytes, start);
  const length = u16leAt(bytes, start + 2);
  if (command === NOP || u32leAt(bytes, start + 20) !== 0 || !(u32leAt(bytes, start + 8) in statuses)) {
    return false;
  }
  if (command !== SEND_RR_DATA && command !== SEND_UNIT_DATA) {
    return command >= IDENTITY_COMMAND && start + HEADER + length === end;
  }
  return (
    length >= 16 &&
    u32leAt(bytes, start + HEADER) === CIP_INTERFACE &&
    looksLikePacket(bytes, start + BEFORE_PACKET, end)
  );
}

const MOST_WAITING = 4096;
const MOST_TOLD = 4096;

class EnipSession implements Session {
  readonly #capture: Capture;
  readonly #requests;
  readonly #responses;
  readonly #kinds = new Map<number, number>();
  /** Notes of requests that may be refused, by what they will be answered with. */
  readonly #waiting: Pending<OperationNote>;
  /** Who has told an identity: polled devices say the same a thousand times. */
  readonly #told = new Map<number, number>();

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>(MOST_WAITING));
    this.#requests = capture.counter('enip_command_request', commandKey);
    this.#responses = capture.counter('enip_command_response', commandKey);
    for (const [command, kind] of Object.entries(operations)) {
      this.#kinds.set(Number(command), capture.operation(kind));
    }
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const command = u16leAt(bytes, start);
    const carries = command === SEND_RR_DATA || command === SEND_UNIT_DATA;
    // A broadcast may go from port to port: then only the length tells a question from its answer.
    if (here.sourcePort === here.targetPort && !carries) {
      here.turn(u16leAt(bytes, start + 2) === 0 ? 'request' : 'reply');
    }
    (here.direction === 'request' ? this.#requests : this.#responses).add(command);
    if (carries) this.#data(here, bytes, start, end);
    else this.#other(here, bytes, start, end);
  }

  /** The hot path: the header is known to be whole, and CIP reads the rest. */
  #data(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (end - start <= BEFORE_PACKET || u32leAt(bytes, start + HEADER) !== CIP_INTERFACE) {
      readMessage(here.reader.reset(bytes, start, end), here);
      return;
    }
    const context = u32leAt(bytes, start + 12) ^ Math.imul(u32leAt(bytes, start + 16), 31);
    const exchange = (context ^ Math.imul(u32leAt(bytes, start + 4), 0x9e37_79b1)) >>> 0;
    here.carry(ENCAPSULATED, bytes, start + BEFORE_PACKET, end, exchange);
  }

  #other(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { command, exchange, status, identities } = readMessage(here.reader.reset(bytes, start, end), here);
    const kind = this.#kinds.get(command);
    if (here.direction === 'request') {
      if (kind === undefined) return;
      const note = here.operation(kind);
      if (command === UNREGISTER_COMMAND) return;
      this.#waiting.put(here.flow, exchange, note);
      return;
    }
    const note = this.#waiting.take(here.flow, exchange);
    if (status !== 0) {
      if (note !== undefined) here.refuse(note, refusalOf(status));
      return;
    }
    for (const { identity, address } of identities) {
      const serial = identity.serial ?? 0;
      if (this.#told.get(here.source) === serial) continue;
      if (this.#told.size >= MOST_TOLD) this.#told.clear();
      this.#told.set(here.source, serial);
      tellIdentity(here, here.source, identity);
      tellAddress(here, this.#capture, here.source, address);
    }
  }
}

function commandKey(command: number): string {
  return `0x${hex(command, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
