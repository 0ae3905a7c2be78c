import { Pending, settingOf } from '../../analysis/pending.ts';
import { u16leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Endpoint,
  type FactField,
  type Here,
  NOBODY,
  type Refusal,
  type Session,
  type Teller,
} from '../../dissector.ts';
import { Exchange } from '../canopen/exchange.ts';
import { DEVICE_NAME, HARDWARE_VERSION, IDENTITY, objectName, SOFTWARE_VERSION } from '../canopen/objects.ts';
import { valueOf } from '../canopen/values.ts';
import { type Frame, type Ident, readFrame, type Sdo, vendors } from './frame.ts';
import {
  ASND,
  commandName,
  FILE_READ,
  FILE_WRITE,
  isReading,
  isReset,
  isStart,
  isStop,
  isWriting,
  NMT_COMMAND,
  NMT_REQUEST,
  nodeName,
  OPERATIONAL,
  PREQ,
  PRES,
  SOA,
  SOC,
  stateName,
} from './names.ts';
import { operations, type OperationName } from './operations.ts';

const NODES = 256;
const READY = 0x01;
const HEAD_OF_POLL = 10;
const LONGEST = 1_490;
const BYTES = 2_048;
const MOST_WRITTEN = 4_096;
const SERVICE_AT = 6;
const IDENT_REQUEST = 1;
const FIRST_SEGMENT = 1;
const LAST_SEGMENT = 3;

/** A call for an object or a file that waits for its answer. */
interface Call {
  readonly exchange: Exchange;
  readonly isFile: boolean;
  /** Of the last piece. */
  sequence: number;
}

export class PowerlinkSession implements Session {
  readonly #capture: Capture;
  readonly #types;
  readonly #kinds: Readonly<Record<OperationName, number>>;
  readonly #abortOf: (code: number) => Refusal;
  readonly #bytes: number;
  readonly #calls: Pending<Call>;
  readonly #written = new Map<string, number | string>();
  /** By node: its state; -1 unknown. */
  readonly #states = new Int16Array(NODES).fill(-1);
  /** Data of the last poll request to a node and of its last response; made when there were some. */
  readonly #data: (Uint8Array | undefined)[] = [];
  #manager: Endpoint = NOBODY;
  #warned = false;

  constructor(capture: Capture, abortOf: (code: number) => Refusal) {
    this.#capture = capture;
    this.#abortOf = abortOf;
    this.#types = capture.counter('epl_mtyp');
    this.#kinds = Object.fromEntries(
      Object.entries(operations).map(([name, kind]) => [name, capture.operation(kind)]),
    ) as Record<OperationName, number>;
    this.#bytes = capture.variables(nameOf, true);
    this.#calls = capture.bounded(
      'requests',
      new Pending<Call>(undefined, (call) => this.#wrote(call, call.exchange.setting.of)),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start]! & 0x7f;
    this.#types.add(type);
    switch (type) {
      case SOC:
        here.turn('request');
        return this.#cycle(here);
      case PREQ:
        here.turn('request');
        here.operation(this.#kinds.poll);
        return this.#polled(here, bytes, start, end, bytes[start + 1]!, true);
      case PRES:
        here.turn('reply');
        if (end - start > 3) this.#state(here, bytes[start + 2]!, bytes[start + 3]!);
        return this.#polled(here, bytes, start, end, bytes[start + 2]!, false);
      case SOA:
        here.turn('request');
        if (end - start > SERVICE_AT && bytes[start + SERVICE_AT] === IDENT_REQUEST) {
          here.operation(this.#kinds.identify);
        }
        return;
      case ASND:
        return this.#asynchronous(here, bytes, start, readFrame(here.reader.reset(bytes, start, end)));
    }
  }

  finish(): void {
    this.#calls.finish();
  }

  /** Only the managing node begins cycles. */
  #cycle(here: Here): void {
    if (this.#manager === here.source) return;
    if (this.#manager === NOBODY) {
      this.#manager = here.source;
      return here.role(here.source, 'controller', 'inferred', 'powerlink.manages');
    }
    if (!this.#warned) here.operation(this.#kinds.anotherManager);
    this.#warned = true;
  }

  #state(here: Here, node: number, state: number): void {
    const before = this.#states[node]!;
    if (before === state) return;
    this.#states[node] = state;
    if (before < 0) here.role(here.source, 'io', 'inferred', 'powerlink.is-polled');
    if (before !== OPERATIONAL) return;
    here.anomaly('powerlink.left-operational', 'state', 3, { node, state: stateName(state) });
  }

  /** Process data, when they change and are said to be valid. */
  #polled(here: Here, bytes: Uint8Array, start: number, end: number, node: number, output: boolean): void {
    if (end - start < HEAD_OF_POLL) return void readFrame(here.reader.reset(bytes, start, end));
    const length = u16leAt(bytes, start + 8);
    const data = start + HEAD_OF_POLL;
    if (data + length > end) return void readFrame(here.reader.reset(bytes, start, end));
    if (!(bytes[start + 4]! & READY) || length > LONGEST) return;
    const which = node * 2 + Number(output);
    let last = this.#data[which];
    const fresh = last?.length !== length;
    if (fresh) this.#data[which] = last = new Uint8Array(length);
    const about = output ? here.target : here.source;
    for (let i = 0; i < length; i++) {
      const value = bytes[data + i]!;
      if (value === last![i] && !fresh) continue;
      last![i] = value;
      here.variable(about, this.#bytes, which * BYTES + i, value, output);
    }
  }

  #asynchronous(here: Here, bytes: Uint8Array, start: number, frame: Frame): void {
    const { service, command = 0, sdo, ident, source, state } = frame;
    if (sdo) return this.#sdo(here, bytes, start, frame, sdo);
    if (ident) this.#identified(here, ident, source);
    if (state !== undefined) {
      here.turn('reply');
      this.#state(here, source, state);
    }
    if (service !== NMT_COMMAND && service !== NMT_REQUEST) return;
    here.turn('request');
    const note = here.operation(this.#kinds[service === NMT_REQUEST ? 'request' : kindOf(command)]);
    if (here.wanted(note)) {
      here.describe(note, { node: nodeName(frame.target), command: commandName(command) });
    }
  }

  #identified(here: Here, ident: Ident, node: number): void {
    here.turn('reply');
    here.fact(here.source, 'vendor', vendors[ident.vendor] ?? '', 'inferred');
    here.fact(here.source, 'product', hex(ident.product));
    here.fact(here.source, 'firmware', hex(ident.revision));
    if (ident.serial !== 0) here.fact(here.source, 'serial', String(ident.serial));
    here.fact(here.source, 'name', ident.name);
    here.fact(here.source, 'deviceType', `POWERLINK ${ident.deviceType & 0xffff}, node ${node}`);
    // 5.1.2: the last octet is the node; then the address is its own and in the right byte order.
    if ((ident.ip & 0xff) === node) here.same(here.source, this.#capture.ipv4(ident.ip));
  }

  #sdo(here: Here, bytes: Uint8Array, start: number, frame: Frame, sdo: Sdo): void {
    here.turn(sdo.response ? 'reply' : 'request');
    const [flow, key] = keysOf(here, frame, sdo);
    const answers = sdo.response || sdo.abort !== undefined;
    if (!answers && sdo.segmentation <= FIRST_SEGMENT) {
      const begun = this.#asked(here, sdo, bytes, start);
      if (begun) this.#calls.put(flow, key, begun);
      return;
    }
    const call = this.#calls.take(flow, key);
    if (!call) return;
    if (answers && this.#isDone(here, call, sdo, bytes, start)) return;
    if (!answers && call.exchange.writes) part(here, call, sdo, bytes, start);
    this.#calls.put(flow, key, call);
  }

  #asked(here: Here, sdo: Sdo, bytes: Uint8Array, start: number): Call | undefined {
    const { command, segmentation, index = 0, subindex = 0, file = '' } = sdo;
    const isFile = command === FILE_READ || command === FILE_WRITE;
    if (!isFile && !isReading(command) && !isWriting(command)) return undefined;
    const writes = isFile ? command === FILE_WRITE : isWriting(command);
    const kind = isFile ? (writes ? 'writeFile' : 'readFile') : writes ? 'write' : 'read';
    const note = here.operation(this.#kinds[kind]);
    const exchange = new Exchange(note, { index, subindex }, writes, settingOf(here));
    const call = { exchange, isFile, sequence: -1 };
    if (isFile) {
      exchange.transfer = here.transfer(
        here.target,
        writes ? 'to' : 'from',
        writes ? 'firmware' : 'file',
        file,
      );
    } else if (writes && segmentation === FIRST_SEGMENT) {
      exchange.carries(here, here.target, sdo.total ?? Infinity);
    }
    if (writes) part(here, call, sdo, bytes, start);
    const before = this.#written.get(`${here.target} ${index}.${subindex}`);
    const value = writes && !isFile && exchange.isWhole && exchange.length > 0 ? exchange.value : undefined;
    if (here.wanted(note)) {
      here.describe(note, {
        ...(isFile ? { file } : { object: objectName(index), subindex }),
        ...(value && { value: valueOf(value) }),
        ...(kind === 'write' && before !== undefined && { before }),
      });
    }
    return call;
  }

  /** An answer, or the first or a further piece of one. */
  #isDone(here: Here, call: Call, sdo: Sdo, bytes: Uint8Array, start: number): boolean {
    const { exchange, isFile } = call;
    if (sdo.abort !== undefined) {
      exchange.transfer?.end(false);
      here.refuse(exchange.note, this.#abortOf(sdo.abort));
      return true;
    }
    if (!exchange.writes) {
      if (sdo.segmentation === FIRST_SEGMENT && !isFile)
        exchange.carries(here, here.source, sdo.total ?? Infinity);
      part(here, call, sdo, bytes, start);
    }
    if (!exchange.isWhole) return false;
    exchange.transfer?.end(true);
    if (exchange.writes) this.#wrote(call, here.source);
    else if (!isFile && exchange.value && exchange.length > 0)
      this.#got(here, exchange, valueOf(exchange.value));
    return true;
  }

  #got(here: Here, exchange: Exchange, value: number | string): void {
    if (here.wanted(exchange.note)) here.describe(exchange.note, { value });
    this.#known(here, here.source, exchange, value);
    const { index, subindex } = exchange;
    const field = identities[index];
    if (field && typeof value === 'string') here.fact(here.source, field, value);
    if (index !== IDENTITY || typeof value !== 'number') return;
    if (subindex === 1) here.fact(here.source, 'vendor', vendors[value] ?? '', 'inferred');
    if (subindex === 4 && value !== 0) here.fact(here.source, 'serial', String(value));
  }

  /** By the one who asked: on Ethernet answers go to everybody. */
  #wrote({ exchange, isFile }: Call, about: Endpoint): void {
    const { writes, isWhole, value, length, setting } = exchange;
    if (!writes || isFile || !isWhole || !value || length === 0) return;
    this.#known(this.#capture.unanswered(setting.by, setting.time), about, exchange, valueOf(value));
  }

  #known(here: Teller, about: Endpoint, { index, subindex, writes }: Exchange, value: number | string): void {
    const object = `${about} ${index}.${subindex}`;
    if (this.#written.has(object) || this.#written.size < MOST_WRITTEN) this.#written.set(object, value);
    if (typeof value !== 'number') return;
    here.variableNamed(about, `0x${index.toString(16).padStart(4, '0')}.${subindex}`, value, writes);
  }
}

/** All of it, or a piece; what is sent again is no other piece. */
function part(
  here: Here,
  call: Call,
  { sequence, segmentation, data }: Sdo,
  bytes: Uint8Array,
  start: number,
): void {
  if (sequence === call.sequence) return;
  call.sequence = sequence;
  call.exchange.add(here, bytes, start + data[0], start + data[1]);
  call.exchange.isWhole = segmentation === 0 || segmentation === LAST_SEGMENT;
}

const identities: Readonly<Record<number, FactField>> = {
  [DEVICE_NAME]: 'product',
  [HARDWARE_VERSION]: 'hardware',
  [SOFTWARE_VERSION]: 'firmware',
};

function kindOf(command: number): OperationName {
  if (isStart(command)) return 'start';
  if (isStop(command)) return 'stop';
  return isReset(command) ? 'reset' : 'command';
}

/** On Ethernet answers go to everybody: nodes and transaction make the call. Over UDP the connection does. */
function keysOf(here: Here, { source, target }: Frame, { response, transaction }: Sdo): [number, number] {
  if (here.carrier === 'udp') return [here.flow, transaction];
  const [client, server] = response ? [target, source] : [source, target];
  return [0, (client << 16) | (server << 8) | transaction];
}

/** `node 5 PReq byte 0`. */
function nameOf(index: number): string {
  const [which, byte] = [Math.floor(index / BYTES), index % BYTES];
  return `node ${which >> 1} ${which & 1 ? 'PReq' : 'PRes'} byte ${byte}`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
