import { ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Context,
  type Direction,
  type Dissector,
  type Here,
  NOT_OURS,
  OURS,
  type OperationKind,
  type Param,
  type Params,
  type Session,
  type Situation,
} from '../../dissector.ts';
import { isIoMessage, looksLikePacket } from '../enip/cpf.ts';
import { ENCAPSULATED } from '../enip/enip.ts';
import { type Identity, identityText, tellIdentity } from '../enip/identity.ts';
import { CONNECTION_MANAGER, MESSAGE_ROUTER, PCCC } from './classes.ts';
import { type Connection, Connections, countedClasses } from './connections.ts';
import { Counts } from './counts.ts';
import { type Asked, readIdentityReply, readReplyData, readRequestData } from './details.ts';
import { Exchanges } from './exchanges.ts';
import { type ForwardOpen, NULL_CONNECTION, readForwardOpen, readForwardReply } from './forward-open.ts';
import { Packet, readPacket, type Service } from './message.ts';
import { NO_NOTE } from './notes.ts';
import { type Kind, kindOf, kindOfPccc, kinds } from './operations.ts';
import { pathText } from './path.ts';
import { pcccKind, pcccRefusal, peekPccc, readPcccReply } from './pccc.ts';
import {
  isNamedTwice,
  LARGE_FORWARD_OPEN,
  READ_FRAGMENT,
  READ_TAG,
  serviceTitle,
  UNCONNECTED_SEND,
  WRITE_TAG,
} from './services.ts';
import { Slots } from './slots.ts';
import { reasonOf } from './status.ts';
import { readValues, sizeOf, type Value } from './values.ts';

const IO_PORT = 2222;

/** What was found in a message; filled anew by the next. */
export interface CipMessage {
  readonly packet: Packet;
}

export const cip: Dissector<CipMessage> = {
  name: 'cip',
  title: 'CIP',
  reference: 'The CIP Networks Library, Volume 1: Common Industrial Protocol; Volume 2, 2-6 and 3-2',
  industrial: true,
  carriers: [{ on: ENCAPSULATED }, { on: 'udp', at: [IO_PORT] }],
  claims: ['cip_service', 'cip_request_service_class', 'cip_status'],
  roles: {
    asking: { role: 'client', certainty: 'inferred', because: 'cip.asks' },
    asked: { role: 'controller', certainty: 'guessed', because: 'cip.answers' },
  },

  recognises(bytes, start, end, expected) {
    const ours = expected ? looksLikePacket(bytes, start, end) : isIoMessage(bytes, start, end);
    return ours ? OURS : NOT_OURS;
  },

  read(reader, situation) {
    const packet = new Packet();
    const asked = askedOf(situation);
    let replies = 0;
    readPacket(
      reader,
      packet,
      () => situation.context?.['implicit'] === 1,
      (rest, service) => {
        if (service.reply) readReplyData(rest, service, asked[replies++]);
        else readRequestData(rest, service);
      },
    );
    return { packet };
  },

  begin(capture) {
    return new CipSession(capture);
  },
};

const kindNames = Object.keys(kinds) as Kind[];
const numberOf = Object.fromEntries(kindNames.map((kind, number) => [kind, number])) as Record<Kind, number>;

const MOST_VALUES = 16_384;
const MOST_TOLD = 8192;

class CipSession implements Session {
  readonly #counts: Counts;
  readonly #operations: number[];
  readonly #packet = new Packet();
  readonly #exchanges = new Exchanges();
  readonly #connections = new Connections();

  /** Last known values of tags, by device and path. */
  readonly #values = new Slots(MOST_VALUES);
  readonly #valueType = new Uint16Array(MOST_VALUES);
  readonly #valueLow = new Uint32Array(MOST_VALUES);
  readonly #valueHigh = new Uint32Array(MOST_VALUES);
  /** Identities that were told, by device and bytes: they are asked for again and again. */
  readonly #told = new Slots(MOST_TOLD);

  #flow = -1;
  #connection: Connection | undefined;
  #exchange = -1;
  #implicit = false;

  constructor(capture: Capture) {
    this.#counts = new Counts(capture);
    this.#operations = kindNames.map((kind) => capture.operation(kinds[kind] as OperationKind));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const packet = this.#packet;
    this.#flow = here.flow;
    this.#connection = undefined;
    this.#exchange = -1;
    this.#implicit = false;
    let broken: unknown;
    try {
      readPacket(here.reader.reset(bytes, start, end), packet, this.#isImplicit);
    } catch (error) {
      // What came before the damage still counts.
      broken = error;
    }
    if (packet.count > 0) this.#services(here, bytes, start, end);
    else if (packet.io) this.#io(here, packet);
    if (broken) throw broken;
  }

  context(): Context | undefined {
    if (this.#implicit) return { implicit: 1 };
    const asked: string[] = [];
    for (let i = 0; this.#exchange >= 0; i++) {
      const at = this.#exchanges.request(this.#exchange, i);
      if (at < 0) break;
      if (!this.#exchanges.wraps[at]) asked.push(askedText(this.#asked(at)));
    }
    return asked.length > 0 ? { asked: asked.join(';') } : undefined;
  }

  finish(): void {
    this.#counts.finish();
  }

  /** Messages over a connection to another class than the Message Router are that class's own. */
  readonly #isImplicit = (id: number): boolean => {
    this.#connection = this.#connections.ofMessages(this.#flow, id);
    const classId = this.#connection?.open.classes[0];
    this.#implicit = classId !== undefined && classId !== MESSAGE_ROUTER;
    return this.#implicit;
  };

  #services(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const key = this.#key(here);
    const direction: Direction = this.#packet.services[0]!.reply ? 'reply' : 'request';
    if (direction === 'request') this.#requests(here, bytes, start, end, key);
    else this.#replies(here, bytes, start, end, key);
  }

  /** Request and reply have the same: of the encapsulation, of UDP, or sequence count and connection. */
  #key(here: Here): number {
    const { sequence, transaction } = this.#packet;
    if (transaction >= 0) return transaction;
    if (sequence < 0) return here.carrierAt;
    return 0x1_0000_0000 + (this.#connection?.number ?? 0) * 0x1_0000 + sequence;
  }

  #requests(here: Here, bytes: Uint8Array, start: number, end: number, key: number): void {
    const packet = this.#packet;
    const exchanges = this.#exchanges;
    const classes = countedClasses(this.#connection);
    exchanges.begin(here.flow, key);
    for (let i = 0; i < packet.count; i++) {
      const service = packet.services[i]!;
      const { code, path } = service;
      this.#counts.request(here.packet, code, path, classes, isNamedTwice(code, path.classId));
      const at = exchanges.push(service);
      if (service.wraps) continue;
      if (service.route.port === -1 && this.#connection) {
        exchanges.port[at] = this.#connection.open.port;
        exchanges.link[at] = this.#connection.open.link;
      }
      this.#request(here, bytes, start, end, service, at);
    }
  }

  #request(here: Here, bytes: Uint8Array, start: number, end: number, service: Service, at: number): void {
    const exchanges = this.#exchanges;
    const { code, path } = service;
    let kind = kindOf(code, path.classId, path.symbolic);
    if (kind === 'pccc') {
      kind = kindOfPccc(pcccKind(peekPccc(bytes, start + service.start, start + service.end)));
    }
    const number = numberOf[kind];
    const note = here.operation(this.#operations[number]!);
    exchanges.kind[at] = number;
    exchanges.note[at] = note;
    if (kind === 'writeTag' && code === WRITE_TAG) this.#keepWritten(bytes, start, service, at);
    if (kind === 'open') {
      const open = readForwardOpen(
        this.#dataOf(here, bytes, start, end, service),
        code === LARGE_FORWARD_OPEN,
      );
      exchanges.remember(at, open);
      if (here.wanted(note)) here.describe(note, openParams(open));
      return;
    }
    if (programs(kind)) here.role(here.source, 'engineering', 'inferred', 'cip.programs');
    if (here.wanted(note)) here.describe(note, this.#requestParams(here, bytes, start, end, service, at));
  }

  #requestParams(
    here: Here,
    bytes: Uint8Array,
    start: number,
    end: number,
    service: Service,
    at: number,
  ): Params {
    const { code, path } = service;
    const reader = here.reader.reset(bytes, start, end);
    reader.skip(path.start, 'before path');
    const text = pathText(reader, path.length);
    const params: Record<string, Param> = {
      service: serviceTitle(code, path.classId, path.symbolic),
      [path.symbolic ? 'tag' : 'path']: text,
    };
    const route = routeText(this.#exchanges.port[at]!, this.#exchanges.link[at]!);
    if (route) params['route'] = route;
    Object.assign(params, readRequestData(this.#dataOf(here, bytes, start, end, service), service));
    const before = this.#before(here.target, at);
    if (before !== undefined && this.#exchanges.valueType[at] !== 0) params['before'] = before;
    return params;
  }

  #replies(here: Here, bytes: Uint8Array, start: number, end: number, key: number): void {
    const packet = this.#packet;
    const exchanges = this.#exchanges;
    const exchange = (this.#exchange = exchanges.find(here.flow, key));
    const outer = exchanges.request(exchange, 0);
    const sent =
      outer >= 0 &&
      exchanges.code[outer] === UNCONNECTED_SEND &&
      exchanges.classId[outer] === CONNECTION_MANAGER;
    const routing = sent && isRoutingFailure(packet.services[0]!);
    // An Unconnected Send that arrived is answered by what it carried.
    const skipped = sent ? 1 : 0;
    for (let i = 0; i < packet.count; i++) {
      const service = packet.services[i]!;
      const asked = exchanges.request(exchange, i + skipped);
      const known = asked >= 0 && (sent || exchanges.code[asked] === service.code);
      const twice =
        (routing && i === 0) || (known && isNamedTwice(exchanges.code[asked]!, exchanges.classId[asked]!));
      this.#counts.reply(here.packet, service.code, service.status, twice);
      if (known && !service.wraps) this.#reply(here, bytes, start, end, service, asked, sent);
    }
  }

  #reply(
    here: Here,
    bytes: Uint8Array,
    start: number,
    end: number,
    service: Service,
    asked: number,
    sent: boolean,
  ): void {
    const exchanges = this.#exchanges;
    const note = exchanges.note[asked]!;
    if (service.status !== 0 && service.status !== PARTIAL) {
      if (note !== NO_NOTE) here.refuse(note, reasonOf(service.status, service.extended));
      exchanges.note[asked] = NO_NOTE;
      return;
    }
    if (exchanges.code[asked] !== service.code) return;
    const kind = kindNames[exchanges.kind[asked]!]!;
    if (kind === 'open') this.#opened(here, bytes, start, end, service, asked, sent);
    else if (kind === 'readIdentity') this.#identified(here, bytes, start, end, service, asked);
    else if (kind === 'readTag') this.#keepRead(here.source, bytes, start, service, asked);
    else if (kind === 'writeTag') this.#confirmWritten(here.source, asked);
    else if (exchanges.classId[asked] === PCCC) this.#pccc(here, bytes, start, end, service, asked);
    if (note === NO_NOTE) return;
    exchanges.note[asked] = NO_NOTE;
    if (service.end > service.start && here.wanted(note)) {
      const reader = this.#dataOf(here, bytes, start, end, service);
      here.describe(note, readReplyData(reader, service, this.#asked(asked)));
    }
  }

  #opened(
    here: Here,
    bytes: Uint8Array,
    start: number,
    end: number,
    service: Service,
    asked: number,
    sent: boolean,
  ): void {
    const open = this.#exchanges.more(asked) as ForwardOpen | undefined;
    const reply = readForwardReply(
      this.#dataOf(here, bytes, start, end, service),
      service.code,
      service.status,
    );
    if (!open || !reply) return;
    if (open.typeToTarget === NULL_CONNECTION && open.typeToOriginator === NULL_CONNECTION) return;
    open.toTarget = reply.toTarget;
    open.toOriginator = reply.toOriginator;
    this.#connections.open(here.flow, open, here.target, here.source, !sent);
  }

  #identified(
    here: Here,
    bytes: Uint8Array,
    start: number,
    end: number,
    service: Service,
    asked: number,
  ): void {
    const link = this.#exchanges.link[asked]!;
    let hash = 0x811c_9dc5 ^ link;
    for (let i = start + service.start; i < start + service.end; i++) {
      hash = Math.imul(hash ^ bytes[i]!, 0x0100_0193);
    }
    if (this.#told.find(here.source, hash) >= 0) return;
    this.#told.claim(here.source, hash);
    const identity = readIdentityReply(this.#dataOf(here, bytes, start, end, service), this.#asked(asked));
    if (identity) tellModule(here, identity, this.#exchanges.port[asked]!, link);
  }

  #pccc(here: Here, bytes: Uint8Array, start: number, end: number, service: Service, asked: number): void {
    const note = this.#exchanges.note[asked]!;
    if (note === NO_NOTE || service.end === service.start) return;
    const refusal = pcccRefusal(readPcccReply(this.#dataOf(here, bytes, start, end, service)));
    if (refusal) here.refuse(note, refusal);
  }

  #io(here: Here, packet: Packet): void {
    const { connection: id, ioStart, ioEnd } = packet;
    const to = this.#connections.outputsTo(here.target, id);
    const from = to ? undefined : this.#connections.inputsFrom(here.source, id);
    // Both sides send without being asked: who opened the connection is the one who asks.
    if (to) here.turn('request');
    else if (from) here.turn('reply');
    const note = here.operation(
      this.#operations[to ? numberOf.outputs : from ? numberOf.inputs : numberOf.io]!,
    );
    if (!here.wanted(note)) return;
    const open = (to ?? from)?.open;
    here.describe(note, {
      connection: `0x${id.toString(16).padStart(8, '0')}`,
      bytes: ioEnd - ioStart,
      ...(open ? { path: open.path, transport: open.transport } : {}),
      ...(open?.safety ? { safety: true } : {}),
    });
  }

  /** The reader at the data of a service, and ending with it. */
  #dataOf(here: Here, bytes: Uint8Array, start: number, end: number, service: Service): ByteReader {
    const reader = here.reader.reset(bytes, start, Math.min(end, start + service.end));
    reader.skip(service.start, 'before data');
    return reader;
  }

  #asked(at: number): Asked {
    const exchanges = this.#exchanges;
    return {
      code: exchanges.code[at]!,
      classId: exchanges.classId[at]!,
      instance: exchanges.instance[at]!,
      attribute: exchanges.attribute[at]!,
      symbolic: exchanges.symbolic[at] === 1,
    };
  }

  // Values: a reply to Read Tag begins with the type, then the first value (1756-PM020).

  #keepRead(device: number, bytes: Uint8Array, start: number, service: Service, asked: number): void {
    const from = start + service.start;
    if (service.end - service.start < 3) return;
    const type = u16leAt(bytes, from);
    const size = sizeOf(type);
    if (size === 0 || service.end - service.start < 2 + size) return;
    if (service.code !== READ_TAG && service.code !== READ_FRAGMENT) return;
    const slot = this.#values.claim(device, this.#exchanges.pathHash[asked]!);
    this.#valueType[slot] = type;
    this.#valueLow[slot] = word(bytes, from + 2, Math.min(4, size));
    this.#valueHigh[slot] = word(bytes, from + 6, size - 4);
  }

  #keepWritten(bytes: Uint8Array, start: number, service: Service, at: number): void {
    const from = start + service.start;
    const length = service.end - service.start;
    const type = length >= 4 ? u16leAt(bytes, from) : 0;
    const size = sizeOf(type);
    if (size === 0 || length < 4 + size) return;
    this.#exchanges.valueType[at] = type;
    this.#exchanges.valueLow[at] = word(bytes, from + 4, Math.min(4, size));
    this.#exchanges.valueHigh[at] = word(bytes, from + 8, size - 4);
  }

  #confirmWritten(device: number, asked: number): void {
    const exchanges = this.#exchanges;
    if (exchanges.valueType[asked] === 0) return;
    const slot = this.#values.claim(device, exchanges.pathHash[asked]!);
    this.#valueType[slot] = exchanges.valueType[asked]!;
    this.#valueLow[slot] = exchanges.valueLow[asked]!;
    this.#valueHigh[slot] = exchanges.valueHigh[asked]!;
  }

  #before(device: number, at: number): Value | undefined {
    const slot = this.#values.find(device, this.#exchanges.pathHash[at]!);
    if (slot < 0) return undefined;
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, this.#valueLow[slot]!, true);
    view.setUint32(4, this.#valueHigh[slot]!, true);
    const type = this.#valueType[slot]!;
    const [value] = readValues(new ByteReader(bytes, 0, sizeOf(type)), type);
    return value;
  }
}

/** The request arrived, but not all of the answer fitted. */
const PARTIAL = 0x06;

/** Was it the way that failed, rather than what was sent along it? CIP Volume 1, 3-5.5.4. */
function isRoutingFailure({ code, status, extended }: Service): boolean {
  if (code !== UNCONNECTED_SEND) return false;
  return status === 0x02 || status === 0x04 || (status === 0x01 && routingFailures.has(extended));
}

const routingFailures = new Set([0x0204, 0x0311, 0x0312, 0x0315, 0x0318]);

function programs(kind: Kind): boolean {
  const { access } = kinds[kind];
  return (
    access === 'program' || kind === 'stopController' || kind === 'startController' || kind === 'pcccMode'
  );
}

/** Whose identity it is: of the device itself, or of a module behind it. */
function tellModule(here: Here, identity: Identity, port: number, link: number): void {
  const about = here.source;
  const route = routeText(port, link);
  if (!route) return tellIdentity(here, about, identity);
  const text = identityText(identity);
  if (text) here.fact(about, 'module', `${route}: ${text}`);
  if (identity.deviceType === CONTROLLER_TYPE) {
    here.role(about, 'controller', 'stated', 'cip.controller-in-chassis', { route });
  }
}

const CONTROLLER_TYPE = 0x0e;
const BACKPLANE = 1;

function routeText(port: number, link: number): string {
  if (port === -1) return '';
  return port === BACKPLANE ? `slot ${link}` : `port ${port} link ${link}`;
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
    ...(open.safety ? { safety: true } : {}),
  };
}

function word(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value |= bytes[at + i]! << (8 * i);
  return value >>> 0;
}

function askedText({ code, classId, instance, attribute, symbolic }: Asked): string {
  return [code, classId, instance, attribute, symbolic ? 1 : 0].join(',');
}

function askedOf(situation: Situation): Asked[] {
  const text = situation.context?.['asked'];
  if (typeof text !== 'string') return [];
  return text.split(';').map((part) => {
    const [code = -1, classId = -1, instance = -1, attribute = -1, symbolic = 0] = part
      .split(',')
      .map(Number);
    return { code, classId, instance, attribute, symbolic: symbolic === 1 };
  });
}
