import { u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Context,
  type Dissector,
  type Endpoint,
  type Here,
  LOST,
  NOT_OURS,
  type OperationNote,
  OURS,
  type Params,
  PERHAPS,
  type Recognition,
  type Session,
  type Teller,
  type Transfer,
} from '../../dissector.ts';
import {
  type Body,
  EXCEPTION,
  exceptions,
  functionName,
  functions,
  readBody,
  subfunctions,
  UMAS,
} from './functions.ts';
import { HeldWrites } from './held-writes.ts';
import { COILS, DISCRETE_INPUTS, HOLDING_REGISTERS, Images, INPUT_REGISTERS, Waiting } from './images.ts';
import {
  forceListenOnly,
  operations,
  readDeviceIdentification,
  restartCommunications,
  unknownFunction,
} from './operations.ts';
import { exceptionRefusal, refusals, umasRefusal } from './refusals.ts';
import { Sweeps } from './sweeps.ts';
import { umasOperations, unknownUmas } from './umas-operations.ts';
import type { UmasMessage } from './umas.ts';
import { Dictionaries, placesOf, type UmasItem, type UmasPlace, writtenPlaces } from './umas-variables.ts';

export interface ModbusMessage {
  readonly transaction: number;
  /** Behind a gateway, the serial device that is meant. */
  readonly unit: number;
  /** With bit 7 for an exception. */
  readonly code: number;
  readonly body: Body;
  /** Bytes beyond what the function calls for: careless firmware, or something smuggled. */
  readonly surplus: number;
}

// MODBUS Messaging on TCP/IP V1.0b, section 3.1.3.
const HEADER = 7;
const LENGTH_END = 6;
const LONGEST = 254;
/** Schneider's own frames may be longer. */
const LONGEST_UMAS = 2_048;

export const modbus: Dissector<ModbusMessage> = {
  name: 'modbus',
  title: 'Modbus/TCP',
  reference: 'MODBUS Application Protocol V1.1b3; MODBUS Messaging on TCP/IP V1.0b',
  industrial: true,
  carriers: [
    { on: 'tcp', at: [502] },
    { on: 'udp', at: [502] },
  ],
  claims: [
    'modbus_request',
    'modbus_response',
    'modbus_unit',
    'modbus_exception',
    'umas_request',
    'umas_response',
  ],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'modbus.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'modbus.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (length < HEADER + 1) {
      return expected && (length < 4 || u16At(bytes, start + 2) === 0) ? PERHAPS : NOT_OURS;
    }
    if (u16At(bytes, start + 2) !== 0) return NOT_OURS;
    if (expected) return believableLength(u16At(bytes, start + 4), bytes[start + 7]!) ? OURS : NOT_OURS;
    return recognisesStranger(bytes, start, end);
  },

  messageLength(bytes, start, end) {
    if (end - start < HEADER + 1) return 0;
    const length = u16At(bytes, start + 4);
    if (u16At(bytes, start + 2) !== 0 || !believableLength(length, bytes[start + 7]!)) return LOST;
    return LENGTH_END + length;
  },

  read(reader, { direction, context }) {
    reader.open('MBAP header', 'Messaging 3.1.3');
    const transaction = reader.u16('transaction');
    reader.constant16(0, 'protocol');
    reader.u16('length');
    const unit = reader.u8('unit');
    reader.close();
    const code = reader.u8('function', functionName);
    const asked = context?.['asked'];
    const known =
      typeof asked === 'number' ? { code: asked, places: placesOf(context?.['places']) } : undefined;
    const body = readBody(reader, code, direction, known);
    return { transaction, unit, code, body, surplus: reader.remaining };
  },

  begin: (capture) => new ModbusSession(capture),
};

function believableLength(length: number, code: number): boolean {
  return length >= 2 && length <= ((code & ~EXCEPTION) === UMAS ? LONGEST_UMAS : LONGEST);
}

/** Refused, done. */
const umasAnswers = new Set([0xfd, 0xfe]);

/** On a port nobody expects it, every length must agree with every other. */
function recognisesStranger(bytes: Uint8Array, start: number, end: number): Recognition {
  const length = u16At(bytes, start + 4);
  const code = bytes[start + 7]!;
  if (end - start !== LENGTH_END + length) return NOT_OURS;
  if (code & EXCEPTION) {
    const known = functions[code & ~EXCEPTION] && exceptions[bytes[start + 8]!];
    return length === 3 && known ? OURS : NOT_OURS;
  }
  const payload = length - 2;
  const count = bytes[start + 8] ?? 0;
  switch (code) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04: {
      const asks = payload === 4 && u16At(bytes, start + 10) > 0 && u16At(bytes, start + 10) <= 2_000;
      return asks || (count > 0 && payload === 1 + count) ? OURS : NOT_OURS;
    }
    case 0x05:
      return payload === 4 && (u16At(bytes, start + 10) === 0 || u16At(bytes, start + 10) === 0xff00)
        ? OURS
        : NOT_OURS;
    case 0x06:
      return payload === 4 ? OURS : NOT_OURS;
    case 0x0f:
    case 0x10:
      return payload > 5 && payload === 5 + bytes[start + 12]! ? OURS : NOT_OURS;
    case 0x16:
      return payload === 6 ? OURS : NOT_OURS;
    case 0x17:
      return payload > 9 && payload === 9 + bytes[start + 16]! ? OURS : NOT_OURS;
    case 0x2b:
      return count === 0x0e && payload >= 3 ? OURS : NOT_OURS;
    case UMAS:
      return payload > 1 && (bytes[start + 9]! in umasOperations || umasAnswers.has(bytes[start + 9]!))
        ? OURS
        : NOT_OURS;
    default:
      return NOT_OURS;
  }
}

const UNKNOWN_UMAS = 0x100;
/** A power of two. */
const FEW_FLOWS = 256;

export class ModbusSession implements Session {
  readonly #requests;
  readonly #responses;
  readonly #units;
  readonly #exceptions;
  readonly #umasRequests;
  readonly #umasResponses;
  readonly #waiting: Waiting;
  readonly #images: Images;
  readonly #held: HeldWrites;
  readonly #dictionaries: Dictionaries;
  readonly #last = new Map<string, number>();
  readonly #capture: Capture;
  readonly #sweeps: Sweeps;
  /** Of a few connections, with its number, the unit that answered last: mostly it is the next to answer. */
  readonly #answered = new Float64Array(FEW_FLOWS).fill(-1);
  /** Operation numbers by function code; unknown ones share one. */
  readonly #kinds: Int32Array;
  readonly #umasKinds: Int32Array;
  readonly #identification: number;
  readonly #restart: number;
  readonly #listenOnly: number;
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#sweeps = new Sweeps(capture);
    this.#capture = capture;
    this.#images = new Images(capture);
    this.#held = new HeldWrites((by, device, time, bytes, start, end) =>
      this.#set(capture.unanswered(by, time), device, bytes, start, end),
    );
    this.#waiting = capture.bounded('requests', new Waiting());
    this.#dictionaries = capture.bounded('memories', new Dictionaries());
    this.#requests = capture.counter('modbus_request', countedName);
    this.#responses = capture.counter('modbus_response', countedName);
    this.#units = capture.counter('modbus_unit');
    this.#exceptions = capture.counter('modbus_exception');
    this.#umasRequests = capture.counter('umas_request', hexadecimal);
    this.#umasResponses = capture.counter('umas_response', hexadecimal);
    this.#kinds = new Int32Array(EXCEPTION).fill(capture.operation(unknownFunction));
    for (const [code, kind] of Object.entries(operations))
      this.#kinds[Number(code)] = capture.operation(kind);
    this.#umasKinds = new Int32Array(UNKNOWN_UMAS).fill(capture.operation(unknownUmas));
    for (const [code, kind] of Object.entries(umasOperations)) {
      this.#umasKinds[Number(code)] = capture.operation(kind);
    }
    this.#identification = capture.operation(readDeviceIdentification);
    this.#restart = capture.operation(restartCommunications);
    this.#listenOnly = capture.operation(forceListenOnly);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = undefined;
    if (end - start < HEADER + 1) {
      modbus.read(here.reader.reset(bytes, start, end), here);
      return;
    }
    const code = bytes[start + 7]!;
    this.#units.add(bytes[start + 6]!);
    if (here.direction === 'request') {
      this.#requests.add(code & ~EXCEPTION);
      this.#request(here, bytes, start, end, code & ~EXCEPTION);
    } else {
      this.#responses.add(code & ~EXCEPTION);
      this.#reply(here, bytes, start, end, code);
    }
  }

  context(): Context | undefined {
    return this.#context;
  }

  finish(): void {
    this.#images.finish(this.#capture);
    // Last, for what was read since is newer.
    this.#held.finish();
  }

  #request(here: Here, bytes: Uint8Array, start: number, end: number, code: number): void {
    const kind = this.#kindOf(bytes, start, end, code);
    if (code === UMAS && end - start >= 10) this.#umasRequests.add(bytes[start + 9]!);
    const note = here.operation(kind);
    const wellKnown = end - start === 12 && code >= 0x01 && code <= 0x06;
    if (here.wanted(note) || !wellKnown) {
      const message = modbus.read(here.reader.reset(bytes, start, end), here);
      this.#askedInDetail(here, note, message);
      if (code === UMAS && message.body.kind === 'umas') {
        this.#program(here, message.body, bytes, start);
        this.#umasAsked(here, note, message.body, u16At(bytes, start));
      }
    }
    const held = code >= 0x05 && sets(code) ? this.#held.put(here, bytes, start, end) : NOT_HELD;
    const hasRange = end - start >= 12;
    const address = hasRange ? u16At(bytes, start + 8) : 0;
    const quantity = hasRange ? u16At(bytes, start + 10) : 0;
    const asked = code === UMAS ? (bytes[start + 9] ?? 0) : address;
    this.#waiting.put(here.flow, u16At(bytes, start), bytes[start + 6]!, note, code, asked, quantity, held);
  }

  #reply(here: Here, bytes: Uint8Array, start: number, end: number, code: number): void {
    const waiting = this.#waiting;
    const unit = bytes[start + 6]!;
    const known = waiting.take(here.flow, u16At(bytes, start), unit);
    const { note, address } = waiting;
    this.#noteUnit(here, unit);
    const matches = known && waiting.code === (code & ~EXCEPTION);
    if (known && !matches)
      here.anomaly('modbus.reply-to-other-function', 'function', 7, { asked: waiting.code });
    if (code === UMAS) {
      if (end - start >= 10) this.#umasResponses.add(bytes[start + 9]!);
      if (matches) this.#context = this.#umasContext(here, address, u16At(bytes, start));
    }
    if (known && waiting.held >= 0) this.#obeyed(here, bytes, start, code);
    if (matches) this.#told(here, bytes, start, end, code, address, waiting.quantity);
    const wellKnown =
      (code >= 0x01 && code <= 0x04 && end - start === 9 + bytes[start + 8]!) ||
      ((code === 0x05 || code === 0x06) && end - start === 12);
    if (wellKnown && !(matches && here.wanted(note))) return;

    const situation = { direction: here.direction, context: this.#context };
    const message = modbus.read(here.reader.reset(bytes, start, end), situation);
    if (matches && message.body.kind === 'umas') {
      this.#programAnswered(here, address, message.body, bytes, start);
      this.#umasAnswered(here, note, address, message.body, u16At(bytes, start));
    }
    this.#answeredInDetail(here, matches ? note : -1, message);
  }

  /** Blocks on their way to the controller, between the beginning of a transfer (0x30 or 0x33) and its end. */
  #program(here: Here, body: UmasMessage, bytes: Uint8Array, start: number): void {
    const server = here.connection(newServer);
    if (body.code === 0x30 || body.code === 0x33) {
      const way = body.code === 0x30 ? 'to' : 'from';
      server.program = here.transfer(here.target, way, 'program', 'project');
    } else if (body.code === 0x31 && body.content) {
      server.program ??= here.transfer(here.target, 'to', 'program', 'project');
      const { at, length } = body.content;
      server.program.add(here, bytes, start + at, start + at + length);
    }
  }

  #programAnswered(here: Here, asked: number, body: UmasMessage, bytes: Uint8Array, start: number): void {
    if (body.code !== UMAS_DONE) return;
    const server = here.connection(newServer);
    if (asked === 0x34 && body.content) {
      server.program ??= here.transfer(here.source, 'from', 'program', 'project');
      const { at, length } = body.content;
      server.program.add(here, bytes, start + at, start + at + length);
    } else if (asked === 0x32 || asked === 0x35) {
      server.program?.end(true);
      server.program = undefined;
    }
  }

  /** What was asked to be set holds once the device says so, and not when it refuses. */
  #obeyed(here: Here, bytes: Uint8Array, start: number, code: number): void {
    const { held } = this.#waiting;
    const at = this.#held.answered(held, here.flow, u16At(bytes, start));
    if (at < 0 || (code & EXCEPTION) !== 0) return;
    this.#set(here, here.source, this.#held.bytes, at, at + this.#held.lengthOf(held));
  }

  /** Variables by name, as far as the dictionary was read, and what they were before. */
  #umasAsked(
    here: Here,
    note: OperationNote,
    { places, items, records }: UmasMessage,
    transaction: number,
  ): void {
    if (!places && !items && records === undefined) return;
    const server = here.connection(newServer);
    server.asked = { transaction, places: places ?? [], items: items ?? [], records: records ?? 0 };
    if (!here.wanted(note) || records !== undefined) return;
    const about = here.target;
    const names = (places ?? items!.map(({ place }) => place)).map((place) =>
      this.#dictionaries.nameOf(about, place),
    );
    const values = (items ?? []).flatMap((item) => this.#dictionaries.valuesOf(about, item));
    const before = values.map(({ name }) => this.#last.get(`${about} ${name}`) ?? null);
    here.describe(note, {
      items: names.slice(0, MOST_SHOWN),
      ...(values.length > 0 && { values: values.slice(0, MOST_SHOWN).map(({ value }) => value) }),
      ...(before.some((value) => value !== null) && { before: before.slice(0, MOST_SHOWN) }),
    });
  }

  #umasContext(here: Here, asked: number, transaction: number): Context {
    const known = here.connection(newServer).asked;
    if (known?.transaction !== transaction || known.places.length === 0) return { asked };
    return { asked, places: writtenPlaces(known.places) };
  }

  #umasAnswered(
    here: Here,
    note: OperationNote,
    asked: number,
    { code, items = [], symbols = [], params }: UmasMessage,
    transaction: number,
  ): void {
    const server = here.connection(newServer);
    const known = server.asked?.transaction === transaction ? server.asked : undefined;
    server.asked = undefined;
    if (code !== UMAS_DONE) return;
    if (params && here.wanted(note)) here.describe(note, params);
    if (known && (known.records & 0xff) === VARIABLE_NAMES) {
      for (const symbol of symbols) this.#dictionaries.learn(here.source, symbol);
    }
    if (asked === WRITE_VARIABLES && known) this.#sawVariables(here, known.items, true);
    if (items.length === 0) return;
    const values = this.#sawVariables(here, items, false);
    if (here.wanted(note)) here.describe(note, { values: values.slice(0, MOST_SHOWN) });
  }

  #sawVariables(here: Here, items: readonly UmasItem[], set: boolean): number[] {
    const values = items.flatMap((item) => this.#dictionaries.valuesOf(here.source, item));
    for (const { name, value } of values) {
      here.variableNamed(here.source, name, value, set);
      const key = `${here.source} ${name}`;
      if (this.#last.has(key) || this.#last.size < MOST_VARIABLES) this.#last.set(key, value);
    }
    return values.map(({ value }) => value);
  }

  /** What a request sets: 6.5, 6.6, 6.11, 6.12, 6.16 and 6.17. */
  #set(here: Teller, device: Endpoint, bytes: Uint8Array, start: number, end: number): void {
    const images = this.#images;
    if (end - start < 12) return;
    const code = bytes[start + 7]!;
    const unit = bytes[start + 6]!;
    const address = u16At(bytes, start + 8);
    const value = u16At(bytes, start + 10);
    switch (code) {
      case 0x05:
        return images.put(here, device, unit, COILS, address, value === 0 ? 0 : 1, true);
      case 0x06:
        return images.put(here, device, unit, HOLDING_REGISTERS, address, value, true);
      case 0x0f:
        return images.putBits(here, device, unit, COILS, address, value, bytes, start + 13, end, true);
      case 0x10: {
        const stop = Math.min(end, start + 13 + value * 2);
        const at = start + 13;
        return images.setRegisters(here, device, unit, HOLDING_REGISTERS, address, bytes, at, stop);
      }
      case 0x16: {
        const before = images.get(device, unit, HOLDING_REGISTERS, address);
        if (before === undefined || end - start < 14) return;
        const masked = (before & value) | (u16At(bytes, start + 12) & ~value);
        return images.put(here, device, unit, HOLDING_REGISTERS, address, masked & 0xffff, true);
      }
      case 0x17: {
        if (end - start < 17) return;
        const written = u16At(bytes, start + 12);
        const at = start + 17;
        return images.setRegisters(here, device, unit, HOLDING_REGISTERS, written, bytes, at, end);
      }
    }
  }

  /** What a reply tells, when it is known what was asked. */
  #told(
    here: Here,
    bytes: Uint8Array,
    start: number,
    end: number,
    code: number,
    address: number,
    quantity: number,
  ): void {
    if (end - start < 10) return;
    const images = this.#images;
    const device = here.source;
    const unit = bytes[start + 6]!;
    const at = start + 9;
    const stop = Math.min(end, at + bytes[start + 8]!);
    if (code === 0x03 || code === 0x04) {
      const table = code === 0x03 ? HOLDING_REGISTERS : INPUT_REGISTERS;
      images.readRegisters(here, device, unit, table, address, bytes, at, stop);
    } else if (code === 0x01 || code === 0x02) {
      const table = code === 0x01 ? COILS : DISCRETE_INPUTS;
      images.putBits(here, device, unit, table, address, quantity, bytes, at, stop, false);
    } else if (code === 0x17) {
      images.readRegisters(here, device, unit, HOLDING_REGISTERS, address, bytes, at, stop);
    }
  }

  /** Several units that answer at one address are serial devices behind a gateway. 0 and 255 mean the server itself. */
  #noteUnit(here: Here, unit: number): void {
    if (unit === 0 || unit === 255) return;
    const answered = here.flow * 256 + unit;
    const place = here.flow & (FEW_FLOWS - 1);
    if (this.#answered[place] === answered) return;
    this.#answered[place] = answered;
    const server = here.connection(newServer);
    if (server.unit === 0) server.unit = unit;
    if (server.unit === unit || server.isGateway) return;
    server.isGateway = true;
    here.role(here.source, 'gateway', 'inferred', 'modbus.several-units', { units: [server.unit, unit] });
  }

  #kindOf(bytes: Uint8Array, start: number, end: number, code: number): number {
    if (code === UMAS && end - start >= 10) return this.#umasKinds[bytes[start + 9]!]!;
    if (code === 0x08 && end - start >= 10) {
      const subfunction = u16At(bytes, start + 8);
      if (subfunction === 1) return this.#restart;
      if (subfunction === 4) return this.#listenOnly;
    }
    if (code === 0x2b && bytes[start + 8] === 0x0e) return this.#identification;
    return this.#kinds[code]!;
  }

  #askedInDetail(here: Here, note: OperationNote, message: ModbusMessage): void {
    const { unit, code, body } = message;
    if (message.surplus > 0) this.#surplus(here, message);
    if (here.wanted(note)) {
      here.describe(note, { unit, ...paramsOf(body), ...this.#before(here.target, unit, body) });
      if (!functions[code] && code !== UMAS) here.describe(note, { function: code });
    }
    if (body.kind === 'umas' && body.identity?.workstation) {
      here.fact(here.source, 'name', body.identity.workstation);
      here.role(here.source, 'engineering', 'stated', 'umas.reserves-controller');
    }
    if (body.kind === 'umas' && message.code === UMAS && body.code >= 0x30 && body.code <= 0x35) {
      here.role(here.source, 'engineering', 'inferred', 'umas.transfers-program');
    }
  }

  /** The values that a write replaces, as far as the capture tells. */
  #before(device: number, unit: number, body: Body): Params {
    if (body.kind !== 'registers' && body.kind !== 'readWrite' && body.kind !== 'bits') return {};
    const { address } = body;
    if (address === undefined) return {};
    const isBits = body.kind === 'bits';
    const count = Math.min(isBits ? (body.quantity ?? 0) : body.values.length, MOST_SHOWN);
    const before = Array.from({ length: count }, (_, i) => {
      const value = this.#images.get(
        device,
        unit,
        isBits ? COILS : HOLDING_REGISTERS,
        (address + i) & 0xffff,
      );
      return value === undefined ? null : isBits ? value === 1 : value;
    });
    return before.some((value) => value !== null) ? { before } : {};
  }

  #answeredInDetail(here: Here, note: OperationNote, message: ModbusMessage): void {
    const { code, body } = message;
    if (message.surplus > 0) this.#surplus(here, message);
    switch (body.kind) {
      case 'exception':
        this.#exceptions.add(body.code);
        this.#sweeps.refused(here, code & ~EXCEPTION, message.unit, body.code);
        // Silence is what a device in listen-only mode answers to a diagnosis: the gateway tells of that, nobody refused.
        if (code !== DIAGNOSTICS_REFUSED || body.code !== TARGET_SILENT)
          here.refuse(note, exceptionRefusal(body.code));
        break;
      case 'registers':
        if (code === 0x03 || code === 0x04) here.describe(note, { values: body.values.slice(0, MOST_SHOWN) });
        break;
      case 'bits':
        if (code <= 0x02 && here.wanted(note)) {
          here.describe(note, { values: unpacked(body.packed, this.#waiting.quantity) });
        }
        break;
      case 'server':
        here.fact(here.source, 'description', body.description);
        break;
      case 'interface':
        this.#identify(here, body.objects);
        break;
      case 'umas':
        if (body.code === 0xfd) here.refuse(note, umasRefusal);
        here.fact(here.source, 'product', body.identity?.product ?? '');
        here.fact(here.source, 'firmware', body.identity?.firmware ?? '');
        here.fact(here.source, 'hardware', body.identity?.hardware ?? '');
        here.fact(here.source, 'project', body.identity?.project ?? '');
        if (body.identity?.product) here.fact(here.source, 'vendor', 'Schneider Electric', 'inferred');
        break;
    }
  }

  /** Section 6.21, objects 0 to 6. */
  #identify(here: Here, objects: ReadonlyMap<number, string> | undefined): void {
    here.fact(here.source, 'vendor', objects?.get(0) ?? '');
    here.fact(here.source, 'orderNumber', objects?.get(1) ?? '');
    here.fact(here.source, 'firmware', objects?.get(2) ?? '');
    here.fact(here.source, 'product', objects?.get(4) ?? '');
    here.fact(here.source, 'model', objects?.get(5) ?? '');
    here.fact(here.source, 'project', objects?.get(6) ?? '');
  }

  #surplus(here: Here, { surplus, code }: ModbusMessage): void {
    here.anomaly('modbus.surplus-bytes', 'message', here.reader.offset, { surplus, function: code });
  }
}

interface Server {
  unit: number;
  isGateway: boolean;
  /** A project on its way. */
  program: Transfer | undefined;
  /** What UMAS was asked for last. */
  asked: AskedVariables | undefined;
}

interface AskedVariables {
  readonly transaction: number;
  readonly places: readonly UmasPlace[];
  readonly items: readonly UmasItem[];
  readonly records: number;
}

const newServer = (): Server => ({ unit: 0, isGateway: false, program: undefined, asked: undefined });
const UMAS_DONE = 0xfe;
const WRITE_VARIABLES = 0x23;
/** The lower octet of the kind of records, whichever tool asks. */
const VARIABLE_NAMES = 0x02;
const MOST_VARIABLES = 16_384;
const DIAGNOSTICS_REFUSED = 0x88;
const TARGET_SILENT = 0x0b;
const NOT_HELD = -1;

const sets = (code: number): boolean =>
  code === 0x05 || code === 0x06 || code === 0x0f || code === 0x10 || code === 0x16 || code === 0x17;
const MOST_SHOWN = 125;

function paramsOf(body: Body): Params {
  switch (body.kind) {
    case 'range':
      return { address: body.address, quantity: body.quantity };
    case 'registers':
      return {
        ...(body.address !== undefined && { address: body.address }),
        quantity: body.values.length,
        values: body.values.slice(0, MOST_SHOWN),
      };
    case 'bits':
      return {
        ...(body.address !== undefined && { address: body.address }),
        quantity: body.quantity ?? 0,
        values: unpacked(body.packed, body.quantity ?? 0),
      };
    case 'readWrite':
      return {
        address: body.address,
        quantity: body.values.length,
        values: body.values.slice(0, MOST_SHOWN),
        readAddress: body.readAddress,
        readQuantity: body.readQuantity,
      };
    case 'mask':
      return { address: body.address, and: body.and, or: body.or };
    case 'files':
      return { files: body.files.slice(0, MOST_SHOWN), records: body.records.slice(0, MOST_SHOWN) };
    case 'diagnostics':
      return {
        subfunction: subfunctions[body.subfunction] ?? body.subfunction,
        data: body.data,
      };
    case 'interface':
      return { interface: body.interface };
    case 'umas':
      return body.params ?? {};
    default:
      return {};
  }
}

/** Coils are packed from the lowest bit of the first byte on. */
function unpacked(packed: Uint8Array, quantity: number): boolean[] {
  const count = Math.min(quantity, packed.length * 8, MOST_SHOWN);
  return Array.from({ length: count }, (_, i) => ((packed[i >> 3]! >> (i & 7)) & 1) === 1);
}

/** As the reference counts name them. */
const countedNames: Record<number, string> = {
  1: 'read_coils',
  2: 'read_discrete_inputs',
  3: 'read_holding_registers',
  4: 'read_input_registers',
  5: 'write_single_coil',
  6: 'write_single_register',
  7: 'read_exception_status',
  8: 'diagnostics',
  11: 'get_comm_event_counter',
  12: 'get_comm_event_log',
  15: 'write_multiple_coils',
  16: 'write_multiple_registers',
  17: 'report_server_id',
  20: 'read_file_record',
  21: 'write_file_record',
  22: 'mask_write_register',
  23: 'read_write_multiple_registers',
  24: 'read_fifo',
  43: 'encapsulated_interface',
  90: 'umas',
};

function countedName(code: number): string {
  return `${code}:${countedNames[code] ?? '?'}`;
}

function hexadecimal(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}
