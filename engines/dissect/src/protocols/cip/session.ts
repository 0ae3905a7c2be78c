import { type ByteReader, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import { type Setting, settingOf } from '../../analysis/pending.ts';
import type {
  Capture,
  Context,
  Endpoint,
  Here,
  OperationKind,
  OperationNote,
  Param,
  Params,
  Session,
  Teller,
} from '../../dissector.ts';
import { type Identity, identityText, orderNumber, tellIdentity } from '../enip/identity.ts';
import { PCCC_CARRIER } from '../pccc/pccc.ts';
import { Carried } from './carried.ts';
import { DH_PLUS, MESSAGE_ROUTER, PCCC, PROGRAM_NAME, TCP_IP } from './classes.ts';
import { type Connection, Connections, countedClasses } from './connections.ts';
import { Counts } from './counts.ts';
import {
  type Asked,
  askedText,
  readHostName,
  readIdentityReply,
  readProgramName,
  readReplyData,
  readRequestData,
} from './details.ts';
import { Exchanges, NO_NOTE } from './exchanges.ts';
import { type ForwardOpen, NULL_CONNECTION, readForwardOpen, readForwardReply } from './forward-open.ts';
import { Packet, readPacket, type Service } from './message.ts';
import { isClock, type Kind, kindOf, kinds } from './operations.ts';
import { pathText } from './path.ts';
import { IoValues } from './io-values.ts';
import { IDLE, RUNS, safetyMode, UNKNOWN } from './safety.ts';
import {
  EXECUTE_PCCC,
  isCommon,
  isNamedTwice,
  LARGE_FORWARD_OPEN,
  serviceTitle,
  READ_TAG,
  SET_LIST,
  SET_SINGLE,
  UNCONNECTED_SEND,
  WRITE_TAG,
} from './services.ts';
import { Slots } from './slots.ts';
import { refusalOf } from './status.ts';
import { TagValues } from './tag-values.ts';
import { readValues, sizeOf } from './values.ts';

const kindNames = Object.keys(kinds) as Kind[];
const tagKinds: ReadonlySet<Kind> = new Set(['readTag', 'writeTag', 'modifyTag']);
const numberOf = Object.fromEntries(kindNames.map((kind, number) => [kind, number])) as Record<Kind, number>;

/** What brings content, and what ends it. */
const carries: ReadonlySet<Kind> = new Set([
  'writeProgram',
  'startController',
  'unlock',
  'firmware',
  'writeFile',
  'readFile',
]);
const newCarried = (): Carried => new Carried();

/** The request was carried out, but its answer did not fit into one reply. */
const PARTIAL = 0x06;
const MOST_TOLD = 2048;
const MOST_VALUES = 8192;
const MOST_WRITTEN = 1024;
const NOTHING: Params = {};

interface NamedValue {
  readonly name: string;
  readonly value: number;
}

/** What tags were asked to hold. */
interface HeldWrite extends Setting {
  readonly values: readonly NamedValue[];
}

const isHeldWrite = (more: unknown): more is HeldWrite =>
  typeof more === 'object' && more !== null && 'values' in more;

function tellValues(here: Teller, about: Endpoint, values: readonly NamedValue[], set: boolean): void {
  for (const { name, value } of values) here.variableNamed(about, name, value, set);
}

/** What is remembered of one capture: who asked what, over which connection, and what tags were worth. All of it is bounded. */
class Memory {
  readonly exchanges: Exchanges;
  readonly connections: Connections;
  readonly io: IoValues;
  readonly values: TagValues;
  /** Names of tags by the hash of their path. */
  readonly names = new Map<number, string>();
  /** What was written and not yet confirmed. */
  readonly written: TagValues;
  /** Replies about a device that were told already, by device and bytes: they are asked for again and again. */
  readonly told = new Slots(MOST_TOLD);

  constructor(capture: Capture) {
    const unanswered = (more: unknown) => {
      if (!isHeldWrite(more)) return;
      tellValues(capture.unanswered(more.by, more.time), more.of, more.values, true);
    };
    this.exchanges = capture.bounded('requests', new Exchanges(unanswered));
    this.connections = capture.bounded('memories', new Connections());
    this.io = capture.bounded('memories', new IoValues(capture));
    this.values = capture.bounded('memories', new TagValues(MOST_VALUES));
    this.written = capture.bounded('memories', new TagValues(MOST_WRITTEN));
  }
}

export class CipSession implements Session {
  readonly #counts: Counts;
  readonly #operations: number[];
  readonly #packet = new Packet();
  readonly #capture: Capture;
  #kept: Memory | undefined;

  // The message at hand.
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #flow = -1;
  #connection: Connection | undefined;
  #exchange = -1;
  #implicit = false;
  /** Of I/O. */
  #sender: Connection | undefined;
  #isOutput = false;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#counts = new Counts(capture);
    this.#operations = kindNames.map((kind) => capture.operation(kinds[kind] as OperationKind));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const packet = this.#packet;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#flow = here.flow;
    this.#connection = undefined;
    this.#exchange = -1;
    this.#implicit = false;
    this.#sender = undefined;
    let broken: unknown;
    try {
      readPacket(here.reader.reset(bytes, start, end), packet, this.#isImplicit);
    } catch (error) {
      // What came before the damage still counts.
      broken = error;
    }
    if (packet.count > 0) {
      if (packet.services[0]!.reply) this.#replies(here);
      else this.#requests(here);
    } else if (packet.ioStart >= 0 && packet.io) {
      this.#io(here);
    } else if (packet.ioStart >= 0) {
      this.#overDhPlus(here);
    }
    if (broken) throw broken;
  }

  /** What the replies of this message answer, for whoever reads it again. */
  context(): Context | undefined {
    if (this.#implicit) return { implicit: 1 };
    if (this.#sender) return layoutOf(this.#sender, this.#isOutput);
    const asked: string[] = [];
    for (let i = 0; this.#exchange >= 0; i++) {
      const at = this.#memory.exchanges.request(this.#exchange, i);
      if (at < 0) break;
      if (!this.#memory.exchanges.wraps[at]) asked.push(askedText(this.#asked(at)));
    }
    return asked.length > 0 ? { asked: asked.join(';') } : undefined;
  }

  /** Most captures have no CIP: nothing is set aside before it is met. */
  get #memory(): Memory {
    return (this.#kept ??= new Memory(this.#capture));
  }

  finish(): void {
    this.#counts.finish();
    this.#kept?.exchanges.finish();
  }

  /** Messages over a connection to another class than the Message Router are that class's own. */
  readonly #isImplicit = (id: number): boolean => {
    this.#connection = this.#memory.connections.ofMessages(this.#flow, id);
    const classId = this.#connection?.open.classes[0];
    this.#implicit = classId !== undefined && classId !== MESSAGE_ROUTER;
    return this.#implicit;
  };

  /** Request and reply have the same: of the encapsulation, of UDP, or sequence count and connection. */
  #key(here: Here): number {
    const { sequence, transaction } = this.#packet;
    if (transaction >= 0) return transaction;
    if (sequence < 0) return here.carrierAt;
    return 0x1_0000_0000 + (this.#connection?.number ?? 0) * 0x1_0000 + sequence;
  }

  #requests(here: Here): void {
    const packet = this.#packet;
    const exchanges = this.#memory.exchanges;
    const connection = this.#connection;
    const classes = countedClasses(connection);
    exchanges.begin(here.flow, this.#key(here));
    // Count all before anything is told, for telling may find that data is malformed.
    for (let i = 0; i < packet.count; i++) {
      const { code, path } = packet.services[i]!;
      this.#counts.request(here.packet, code, path, classes, isNamedTwice(code, path.classId));
    }
    for (let i = 0; i < packet.count; i++) {
      const service = packet.services[i]!;
      const at = exchanges.push(service);
      if (service.wraps) continue;
      if (service.route.port === -1 && connection) {
        exchanges.port[at] = connection.open.port;
        exchanges.link[at] = connection.open.link;
      }
      this.#request(here, service, at);
    }
  }

  #request(here: Here, service: Service, at: number): void {
    const exchanges = this.#memory.exchanges;
    const { code, path } = service;
    let kind = kindOf(code, path.classId, path.isTag);
    if (kind === 'setClock' && !isClock(this.#firstSet(service))) kind = 'writeAttributes';
    const note = here.operation(this.#operations[numberOf[kind]]!);
    exchanges.kind[at] = numberOf[kind];
    if (path.isTag) {
      const start = this.#start + path.start;
      exchanges.pathHash[at] = hashOf(this.#bytes, start, start + path.length, 0);
    }
    exchanges.note[at] = note;
    if (kind === 'open') {
      const open = readForwardOpen(this.#data(here, service), code === LARGE_FORWARD_OPEN);
      exchanges.remember(at, open);
      if (here.wanted(note)) here.describe(note, openParams(open));
      return;
    }
    if (changesProgram(kind)) here.role(here.source, 'engineering', 'inferred', 'cip.programs');
    if (here.wanted(note)) here.describe(note, this.#requestParams(here, service, at));
    if (path.isTag && (kind === 'writeTag' || kind === 'readTag')) this.#nameTag(here, service, at);
    if (kind === 'writeTag' && code === WRITE_TAG) {
      this.#keep(this.#memory.written, here.target, service, at, ELEMENTS);
      const values = this.#tagValues(here, service, at, ELEMENTS);
      if (values.length > 0) exchanges.remember(at, { values, ...settingOf(here) } satisfies HeldWrite);
    }
    if (kind === 'pccc') this.#carryPccc(here, service);
    if (carries.has(kind)) {
      const where = routeText(exchanges.port[at]!, exchanges.link[at]!);
      const carried = here.connection(newCarried);
      carried.asked(here, kind, service, this.#bytes, this.#start, this.#end, where);
    }
  }

  /** The first attribute that is set; -1 when all are. */
  #firstSet({ code, path, start, end }: Service): number {
    if (code === SET_SINGLE) return path.attribute;
    return code === SET_LIST && end - start >= 4 ? u16leAt(this.#bytes, this.#start + start + 2) : -1;
  }

  /** 1756-PM020: who asks, its length included in itself, then what is asked. */
  #carryPccc(here: Here, service: Service): void {
    const start = this.#start + service.start;
    const end = Math.min(this.#end, this.#start + service.end);
    const from = start + (start < end ? this.#bytes[start]! : 0);
    if (from < start + REQUESTOR || from >= end) return;
    here.carry(PCCC_CARRIER, this.#bytes, from, end, u32leAt(this.#bytes, start + 3));
  }

  #carriedOn(here: Here, kind: Kind, service: Service, instance: number): void {
    const from = this.#start + service.start;
    const to = Math.min(this.#end, this.#start + service.end);
    here.connection(newCarried).answered(here, kind, service.code, instance, this.#bytes, from, to);
  }

  #looksLikePccc({ start, end }: Service): boolean {
    const at = this.#start + start;
    return (
      end - start > REQUESTOR && this.#bytes[at] === REQUESTOR && this.#bytes[at + REQUESTOR]! >> 4 === 4
    );
  }

  /** Messages over a connection to DH+ are PCCC behind link and node of both ends. */
  #overDhPlus(here: Here): void {
    const from = this.#start + this.#packet.ioStart + DH_PLUS_HEADER;
    const end = this.#start + this.#packet.ioEnd;
    if (this.#connection?.open.classes[0] === DH_PLUS && from < end) {
      here.carry(PCCC_CARRIER, this.#bytes, from, end);
    }
  }

  #nameTag(here: Here, { path }: Service, at: number): void {
    const { names, exchanges } = this.#memory;
    const hash = exchanges.pathHash[at]!;
    if (names.has(hash) || names.size >= MOST_VALUES) return;
    const reader = here.reader.reset(this.#bytes, this.#start, this.#end);
    reader.skip(path.start, 'before path');
    names.set(hash, pathText(reader, path.length));
  }

  /** Numbers of elementary types. What begins in the middle of a tag, and structures, are left. */
  #tagValues(here: Here, service: Service, at: number, gap: number): NamedValue[] {
    const name = this.#memory.names.get(this.#memory.exchanges.pathHash[at]!);
    const from = this.#start + service.start + 2 + gap;
    const end = Math.min(this.#end, this.#start + service.end);
    if (name === undefined || from >= end) return [];
    const type = u16leAt(this.#bytes, this.#start + service.start);
    const size = sizeOf(type);
    if (size === 0 || (end - from) % size !== 0) return [];
    const stop = Math.min(end, from + size * MOST_ELEMENTS);
    const values = readValues(here.reader.reset(this.#bytes, from, stop), type);
    const isOne = end - from === size;
    return values.flatMap((value, i) =>
      typeof value === 'string' ? [] : [{ name: isOne ? name : elementOf(name, i), value: Number(value) }],
    );
  }

  #requestParams(here: Here, service: Service, at: number): Params {
    const { code, path } = service;
    const reader = here.reader.reset(this.#bytes, this.#start, this.#end);
    reader.skip(path.start, 'before path');
    const text = pathText(reader, path.length);
    const kind = kindNames[this.#memory.exchanges.kind[at]!];
    const params: Record<string, Param> = {
      service: serviceTitle(code, path.classId, path.isTag),
      // A symbol by its number is a tag for who reads or writes it, and an object for everybody else.
      [tagKinds.has(kind!) ? 'tag' : 'path']: text,
    };
    const route = routeText(this.#memory.exchanges.port[at]!, this.#memory.exchanges.link[at]!);
    if (route) params['route'] = route;
    Object.assign(params, readRequestData(this.#data(here, service), service));
    const before =
      kind === 'writeTag' || kind === 'modifyTag'
        ? this.#memory.values.get(here.target, this.#memory.exchanges.pathHash[at]!)
        : undefined;
    if (before !== undefined) params['before'] = before;
    return params;
  }

  #replies(here: Here): void {
    const packet = this.#packet;
    const exchanges = this.#memory.exchanges;
    const exchange = (this.#exchange = exchanges.answered(here.flow, this.#key(here)));
    const first = exchanges.request(exchange, 0);
    const sent = first >= 0 && exchanges.wraps[first] === 1 && exchanges.code[first] === UNCONNECTED_SEND;
    const failed = sent && isRoutingFailure(packet.services[0]!);
    // An Unconnected Send that arrived is answered by what it carried.
    const skipped = sent ? 1 : 0;
    for (let i = 0; i < packet.count; i++) {
      const service = packet.services[i]!;
      const at = this.#answered(service, i + skipped, sent);
      const twice = i === 0 && failed ? true : at >= 0 && this.#isNamedTwice(at);
      this.#counts.reply(here.packet, service.code, service.status, twice);
    }
    for (let i = 0; i < packet.count; i++) {
      const service = packet.services[i]!;
      if (service.wraps) continue;
      const at = this.#answered(service, i + skipped, sent);
      if (at >= 0) this.#reply(here, service, at, sent);
      else if (exchange < 0) this.#unasked(here, service);
    }
  }

  /** The request that a reply belongs to; -1 if that was not seen, or was another. */
  #answered(service: Service, index: number, sent: boolean): number {
    const at = this.#memory.exchanges.request(this.#exchange, index);
    return at >= 0 && (sent || this.#memory.exchanges.code[at] === service.code) ? at : -1;
  }

  #isNamedTwice(at: number): boolean {
    return isNamedTwice(this.#memory.exchanges.code[at]!, this.#memory.exchanges.classId[at]!);
  }

  #reply(here: Here, service: Service, at: number, sent: boolean): void {
    const exchanges = this.#memory.exchanges;
    const note = exchanges.note[at]!;
    // The same reply may come again; it is told once.
    exchanges.note[at] = NO_NOTE;
    if (service.status !== 0 && service.status !== PARTIAL) {
      exchanges.take(at);
      if (note !== NO_NOTE) here.refuse(note, refusalOf(service.status, service.extended));
      return;
    }
    if (exchanges.code[at] !== service.code) return;
    const kind = kindNames[exchanges.kind[at]!]!;
    if (kind === 'writeTag' && service.code === WRITE_TAG) {
      this.#memory.values.adopt(this.#memory.written, here.source, exchanges.pathHash[at]!);
      const held = exchanges.take(at) as HeldWrite | undefined;
      if (held) tellValues(here, here.source, held.values, true);
    }
    if (carries.has(kind)) this.#carriedOn(here, kind, service, exchanges.instance[at]!);
    if (service.end === service.start) return;
    if (kind === 'open') return this.#opened(here, service, at, !sent);
    if (kind === 'readTag') {
      this.#keep(this.#memory.values, here.source, service, at, 0);
      if (service.code === READ_TAG && service.status === 0) {
        tellValues(here, here.source, this.#tagValues(here, service, at, 0), false);
      }
    } else if (kind === 'readIdentity' || kind === 'readAttributes') this.#tell(here, service, at);
    if (exchanges.classId[at] === PCCC && service.code === EXECUTE_PCCC) this.#carryPccc(here, service);
    else if (note !== NO_NOTE && isRead(kind) && here.wanted(note)) {
      here.describe(note, readReplyData(this.#data(here, service), service, this.#asked(at)));
    }
  }

  /** A reply without its request still tells what was done, though not to what. */
  #unasked(here: Here, service: Service): void {
    if (service.code === EXECUTE_PCCC && service.status === 0 && this.#looksLikePccc(service)) {
      this.#carryPccc(here, service);
    }
    if (!isCommon(service.code)) return;
    const note = here.operation(this.#operations[numberOf[kindOf(service.code, -1, false)]]!);
    if (service.status !== 0 && service.status !== PARTIAL) {
      here.refuse(note, refusalOf(service.status, service.extended));
    }
    if (here.wanted(note)) here.describe(note, { service: serviceTitle(service.code, -1, false) });
  }

  #opened(here: Here, service: Service, at: number, direct: boolean): void {
    const open = this.#memory.exchanges.take(at) as ForwardOpen | undefined;
    const data = this.#data(here, service);
    const reply = readForwardReply(data, service.code, service.status, open?.safety !== undefined);
    if (!open || !reply) return;
    if (open.typeToTarget === NULL_CONNECTION && open.typeToOriginator === NULL_CONNECTION) return;
    open.toTarget = reply.toTarget;
    open.toOriginator = reply.toOriginator;
    this.#memory.connections.open(here.flow, open, here.target, here.source, direct, reply.safety);
  }

  /** Facts about the device, or about a module behind it. */
  #tell(here: Here, service: Service, at: number): void {
    const exchanges = this.#memory.exchanges;
    const classId = exchanges.classId[at]!;
    const known = kindNames[exchanges.kind[at]!] === 'readIdentity';
    if (!known && classId !== PROGRAM_NAME && classId !== TCP_IP) return;
    const link = exchanges.link[at]!;
    const start = this.#start + service.start;
    const hash = hashOf(this.#bytes, start, this.#start + service.end, (classId << 8) ^ link);
    if (this.#memory.told.find(here.source, hash) >= 0) return;
    this.#memory.told.claim(here.source, hash);
    const asked = this.#asked(at);
    const data = this.#data(here, service);
    if (classId === PROGRAM_NAME) {
      const name = readProgramName(data, asked);
      // Other modules answer with their catalogue number.
      if (name && !orderNumber(name)) here.fact(here.source, 'project', name);
    } else if (classId === TCP_IP) {
      const name = exchanges.port[at] === -1 ? readHostName(data, asked) : undefined;
      if (name) here.fact(here.source, 'name', name);
    } else {
      const identity = readIdentityReply(data, asked);
      if (identity) tellModule(here, identity, exchanges.port[at]!, link);
    }
  }

  #io(here: Here): void {
    const { connection: id, ioStart, ioEnd } = this.#packet;
    const to = this.#memory.connections.outputsTo(here.target, id);
    const from = to ? undefined : this.#memory.connections.inputsFrom(here.source, id);
    // Both sides send without being asked: who opened the connection is the one who asks.
    if (to) here.turn('request');
    else if (from) here.turn('reply');
    const kind: Kind = to ? 'outputs' : from ? 'inputs' : 'io';
    const note: OperationNote = here.operation(this.#operations[numberOf[kind]]!);
    const connection = to ?? from;
    this.#sender = connection;
    this.#isOutput = to !== undefined;
    const [start, end] = [this.#start + ioStart, this.#start + ioEnd];
    if (!connection) this.#memory.io.guessed(here, id, this.#bytes, start, end);
    else if (!connection.open.safety)
      this.#memory.io.exchanged(here, connection, to !== undefined, this.#bytes, start, end);
    const mode = connection?.open.safety ? this.#safetyMode(here, connection) : UNKNOWN;
    const guessed = to?.io.outputs?.run ?? UNKNOWN;
    const checks = to ? to.checks.outputs : from?.checks.inputs;
    if (checks?.isWrong(this.#bytes, start, end, here.time)) {
      here.anomaly('cip.safety-checksum-wrong', 'checksum', ioStart, { path: connection!.open.path });
    }
    if (!here.wanted(note)) return;
    const open = connection?.open;
    here.describe(note, {
      connection: `0x${id.toString(16).padStart(8, '0')}`,
      bytes: ioEnd - ioStart,
      ...(open ? { path: open.path, transport: `class ${open.transport}` } : NOTHING),
      ...(open?.safety ? { safety: true } : NOTHING),
      ...(mode === UNKNOWN ? NOTHING : { mode: mode === RUNS ? 'run' : 'idle' }),
      // Whether a header says so is a guess.
      ...(guessed === UNKNOWN ? NOTHING : { mode: guessed === RUNS ? 'run?' : 'idle?' }),
    });
  }

  /** Data that go idle take what they guard to its safe state. */
  #safetyMode(here: Here, connection: Connection): number {
    const { ioStart, ioEnd } = this.#packet;
    const mode = safetyMode(this.#bytes, this.#start + ioStart, this.#start + ioEnd);
    if (mode === UNKNOWN) return mode;
    if (mode === IDLE && connection.mode === RUNS) {
      here.anomaly('cip.safety-idle', 'mode', ioStart, { path: connection.open.path });
    }
    connection.mode = mode;
    return mode;
  }

  /** Type, `gap` bytes, value: how a read answers and a write asks. */
  #keep(values: TagValues, device: Endpoint, service: Service, at: number, gap: number): void {
    const start = this.#start + service.start;
    const path = this.#memory.exchanges.pathHash[at]!;
    values.keep(device, path, this.#bytes, start, this.#start + service.end, gap);
  }

  /** The reader at the data of a service, and ending with it. */
  #data(here: Here, service: Service): ByteReader {
    const end = Math.min(this.#end, this.#start + service.end);
    const reader = here.reader.reset(this.#bytes, this.#start, end);
    reader.skip(service.start, 'before data');
    return reader;
  }

  #asked(at: number): Asked {
    const exchanges = this.#memory.exchanges;
    return {
      code: exchanges.code[at]!,
      classId: exchanges.classId[at]!,
      instance: exchanges.instance[at]!,
      attribute: exchanges.attribute[at]!,
      isTag: exchanges.isTag[at] === 1,
    };
  }
}

/** Length, vendor and serial number of who asks. */
const REQUESTOR = 7;
const DH_PLUS_HEADER = 8;

/** Of one array no more are told. */
const MOST_ELEMENTS = 64;

/** The elements after `levels[3]` are `levels[4]` and so on; those of `levels` begin with 0. */
function elementOf(name: string, i: number): string {
  const indexed = /^(.*[[,])(\d+)\]$/.exec(name);
  return indexed ? `${indexed[1]}${Number(indexed[2]) + i}]` : `${name}[${i}]`;
}

/** FNV-1a, begun with a number that tells apart what has the same bytes. */
function hashOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = 0x811c_9dc5 ^ seed;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
  return hash >>> 0;
}

/** Bytes between type and value in a Write Tag: the number of elements. */
const ELEMENTS = 2;

/** Was it the way that failed, rather than what was sent along it? CIP Volume 1, 3-5.5.4. */
function isRoutingFailure({ code, status, extended }: Service): boolean {
  if (code !== UNCONNECTED_SEND) return false;
  return status === 0x02 || status === 0x04 || (status === 0x01 && routingFailures.has(extended));
}

const routingFailures = new Set([0x0204, 0x0311, 0x0312, 0x0315, 0x0318]);

/** Besides programs and firmware: what only those do who program. */
const engineering = new Set<Kind>(['startController', 'stopController', 'lock', 'unlock']);

function changesProgram(kind: Kind): boolean {
  return kinds[kind].access === 'program' || engineering.has(kind);
}

function isRead(kind: Kind): boolean {
  const { access } = kinds[kind];
  return access === 'read' || access === 'other';
}

const CONTROLLER_TYPE = 0x0e;
const BACKPLANE = 1;

function tellModule(here: Here, identity: Identity, port: number, link: number): void {
  const route = routeText(port, link);
  if (!route) return tellIdentity(here, here.source, identity);
  // A single attribute of a module says too little to name it.
  if (identity.name === undefined) return;
  here.fact(here.source, 'module', `${route}: ${identityText(identity)}`);
  if (identity.deviceType === CONTROLLER_TYPE) {
    here.role(here.source, 'controller', 'stated', 'cip.controller-in-chassis', { route });
  }
}

function routeText(port: number, link: number): string {
  if (port === -1) return '';
  return port === BACKPLANE ? `slot ${link}` : `port ${port} link ${link}`;
}

/** For whoever reads the message again: what stands in front of its data. */
function layoutOf({ open, io }: Connection, isOutput: boolean): Context {
  const header = isOutput && io.outputs?.header === true;
  return { sequence: Number(open.transport === 1), header: Number(header) };
}

function openParams(open: ForwardOpen): Params {
  return {
    path: open.path,
    transport: `class ${open.transport}`,
    trigger: open.trigger,
    typeToTarget: open.typeToTarget,
    typeToOriginator: open.typeToOriginator,
    sizeToTarget: open.sizeToTarget,
    sizeToOriginator: open.sizeToOriginator,
    intervalToTarget: open.intervalToTarget,
    intervalToOriginator: open.intervalToOriginator,
    serial: open.serial,
    ...(open.safety ? { safety: true } : NOTHING),
    ...(open.safety?.target ? { safetyTarget: open.safety.target } : NOTHING),
    ...(open.safety?.originator ? { safetyOriginator: open.safety.originator } : NOTHING),
  };
}
