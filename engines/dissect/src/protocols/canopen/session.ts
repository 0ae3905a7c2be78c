import { LastValues } from '../../analysis/last-values.ts';
import type { Capture, Endpoint, Here, OperationNote, Session, Transfer } from '../../dissector.ts';
import { EVERYBODY_ON_CAN } from '../../network/endpoints.ts';
import {
  emergencyName,
  FIRST_PDO,
  type Frame,
  HEARTBEAT,
  isReceived,
  NMT,
  pdoName,
  readFrame,
  type Sdo,
  SDO_ANSWER,
  SDO_REQUEST,
  states,
  SYNC,
} from './frame.ts';
import {
  DEVICE_NAME,
  HARDWARE_VERSION,
  IDENTITY,
  isProgram,
  objectName,
  SOFTWARE_VERSION,
} from './objects.ts';
import { nodeControls, type Operation, operations } from './operations.ts';
import { abortOf } from './refusals.ts';
import { valueOf } from './values.ts';

const DEVICE_TYPE = 0x1000;
const LONGEST_VALUE = 1_024;
const MOST_OCTETS = 8;

/** What a node is asked, one thing at a time. */
interface Exchange {
  readonly note: OperationNote;
  readonly index: number;
  readonly subindex: number;
  readonly writes: boolean;
  readonly value: number[];
  readonly transfer: Transfer | undefined;
}

export class CanopenSession implements Session {
  readonly #capture: Capture;
  readonly #kinds: Readonly<Record<string, number>>;
  readonly #family: number;
  readonly #last: LastValues;
  /** By node: there are 127. */
  readonly #exchanges = new Map<number, Exchange>();
  readonly #states = new Map<number, number>();

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#kinds = Object.fromEntries(
      Object.entries(operations).map(([name, kind]) => [name, capture.operation(kind)]),
    );
    this.#family = capture.variables(
      (index) => `${pdoName(Math.floor(index / MOST_OCTETS))} octet ${index % MOST_OCTETS}`,
    );
    this.#last = capture.bounded('memories', new LastValues());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const frame = readFrame(here.reader.reset(bytes, start, end));
    const { identifier, node } = frame;
    switch (frame.function) {
      case NMT:
        return this.#control(here, frame);
      case SYNC:
        return this.#emergency(here, frame);
      case HEARTBEAT:
        return this.#alive(here, frame);
      case SDO_REQUEST:
      case SDO_ANSWER:
        if (frame.sdo && node > 0) this.#sdo(here, frame, frame.sdo, bytes, start);
        return;
      default:
        if (frame.function >= FIRST_PDO && frame.function < SDO_ANSWER && node > 0) {
          this.#process(here, identifier, node, bytes, start + frame.start, start + frame.end);
        }
    }
  }

  #control(here: Here, { code, node }: Frame): void {
    const name = nodeControls[code ?? -1];
    if (!name) return;
    here.between(here.source, node === 0 ? this.#everybody : this.#node(node));
    here.turn('request');
    here.role(here.source, 'controller', 'inferred', 'canopen.controls-nodes');
    const note = here.operation(this.#kinds[name]!);
    if (here.wanted(note)) here.describe(note, { node: node === 0 ? 'all nodes' : `node ${node}` });
  }

  #emergency(here: Here, { node, emergency }: Frame): void {
    if (!emergency || node === 0 || emergency.code === 0) return;
    here.between(this.#node(node), this.#everybody);
    here.anomaly('canopen.emergency', 'error code', 8, {
      errors: `0x${emergency.code.toString(16).padStart(4, '0')}`,
      what: emergencyName(emergency.code),
    });
  }

  #alive(here: Here, { node, code }: Frame): void {
    if (node === 0 || code === undefined) return;
    here.between(this.#node(node), this.#everybody);
    const before = this.#states.get(node);
    this.#states.set(node, code);
    if (code === BOOT_UP) {
      const note = here.operation(this.#kinds['started']!);
      if (here.wanted(note)) here.describe(note, { node });
    } else if (before !== undefined && before !== code && before !== BOOT_UP) {
      here.anomaly('canopen.state-changed', 'state', 8, {
        before: states[before] ?? before,
        state: states[code] ?? code,
      });
    }
  }

  /** Octet by octet: what they mean, only the configuration of the node tells. */
  #process(
    here: Here,
    identifier: number,
    node: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const about = this.#node(node);
    const received = isReceived(identifier);
    if (received) here.between(here.source, about);
    else here.between(about, this.#everybody);
    here.turn('request');
    const octets = Math.min(end - start, MOST_OCTETS);
    for (let i = 0; i < octets; i++) {
      here.variable(about, this.#family, identifier * MOST_OCTETS + i, bytes[start + i]!, received);
    }
  }

  #sdo(here: Here, { node, function: kind }: Frame, sdo: Sdo, bytes: Uint8Array, start: number): void {
    const server = this.#node(node);
    const client = this.#capture.station('can', SDO_REQUEST + node);
    const isRequest = kind === SDO_REQUEST;
    if (isRequest) here.between(client, server);
    else here.between(server, client);
    here.turn(isRequest ? 'request' : 'reply');
    const exchange = this.#exchanges.get(node);
    const data = bytes.subarray(start + sdo.start, start + sdo.end);
    switch (sdo.kind) {
      case 'download':
      case 'upload':
      case 'block':
        if (isRequest) this.#begin(here, node, server, sdo, data);
        return;
      case 'uploaded':
        if (!exchange || exchange.writes) return;
        push(exchange, data);
        if (sdo.expedited) this.#done(here, node, server, exchange);
        return;
      case 'downloaded':
        if (exchange?.writes && exchange.value.length > 0) this.#done(here, node, server, exchange);
        return;
      case 'segment': {
        // Data of a write comes with requests, data of a read with answers.
        if (!exchange || exchange.writes !== isRequest || sdo.end === sdo.start) return;
        push(exchange, data);
        exchange.transfer?.add(here, bytes, start + sdo.start, start + sdo.end);
        if (sdo.last) this.#done(here, node, server, exchange);
        return;
      }
      case 'abort':
        if (exchange) here.refuse(exchange.note, abortOf(sdo.abort));
        this.#exchanges.delete(node);
        return;
    }
  }

  #begin(here: Here, node: number, server: Endpoint, sdo: Sdo, data: Uint8Array): void {
    const { index, subindex, kind } = sdo;
    const writes = kind === 'download';
    const program = writes && isProgram(index);
    const name: Operation = program ? 'program' : writes ? 'write' : 'read';
    const note = here.operation(this.#kinds[name]!);
    const transfer =
      program && !sdo.expedited ? here.transfer(server, 'to', 'program', objectName(index)) : undefined;
    const exchange = { note, index, subindex, writes, value: [...data], transfer };
    this.#exchanges.set(node, exchange);
    if (!here.wanted(note)) return;
    const before = writes ? this.#last.get(server, keyOf(index, subindex)) : undefined;
    here.describe(note, {
      object: objectName(index),
      subindex,
      ...(sdo.expedited && { value: valueOf(data) }),
      ...(before !== undefined && { before }),
    });
  }

  /** The value is whole, and of a write the node agreed, or got the last of it. */
  #done(here: Here, node: number, server: Endpoint, exchange: Exchange): void {
    this.#exchanges.delete(node);
    const { note, index, subindex, writes, transfer } = exchange;
    transfer?.end(true);
    const value = valueOf(Uint8Array.from(exchange.value));
    if (here.wanted(note) && !transfer) here.describe(note, { value });
    if (typeof value === 'number' && exchange.value.length > 0) {
      this.#last.put(server, keyOf(index, subindex), value);
      if (index >= FIRST_OF_PROFILE) {
        here.variableNamed(server, `${objectName(index)} subindex ${subindex}`, value, writes);
      }
    }
    if (!writes) tellIdentity(here, server, index, subindex, value);
  }

  #node(node: number): Endpoint {
    return this.#capture.station('canopen', node);
  }

  get #everybody(): Endpoint {
    return this.#capture.station('can', EVERYBODY_ON_CAN);
  }
}

const BOOT_UP = 0;
/** Below are settings of communication and of the manufacturer; from here on quantities of device profiles. */
const FIRST_OF_PROFILE = 0x6000;

const keyOf = (index: number, subindex: number): number => index * 0x100 + subindex;

function push({ value }: Exchange, data: Uint8Array): void {
  for (const octet of data) if (value.length < LONGEST_VALUE) value.push(octet);
}

/** CiA 401, 402, 404 to 408 and so on: the lower half of object 0x1000. */
const profiles: Readonly<Record<number, string>> = {
  401: 'I/O module',
  402: 'drive',
  404: 'measuring device',
  406: 'encoder',
  408: 'hydraulic drive',
  410: 'inclinometer',
  418: 'battery',
  419: 'battery charger',
};

function tellIdentity(
  here: Here,
  about: Endpoint,
  index: number,
  subindex: number,
  value: number | string,
): void {
  const text = String(value);
  if (index === DEVICE_NAME) here.fact(about, 'product', asText(value));
  else if (index === HARDWARE_VERSION) here.fact(about, 'hardware', asText(value));
  else if (index === SOFTWARE_VERSION) here.fact(about, 'firmware', asText(value));
  else if (index === DEVICE_TYPE && typeof value === 'number') {
    here.fact(about, 'deviceType', profiles[value & 0xffff] ?? `CiA ${value & 0xffff}`);
  } else if (index === IDENTITY && typeof value === 'number') {
    if (subindex === 1) here.fact(about, 'vendor', `CiA vendor ${text}`);
    else if (subindex === 2) here.fact(about, 'model', text);
    else if (subindex === 3) here.fact(about, 'firmware', `revision ${value >>> 16}.${value & 0xffff}`);
    else if (subindex === 4) here.fact(about, 'serial', text);
  }
}

/** Names of up to four characters were taken for numbers. */
function asText(value: number | string): string {
  if (typeof value === 'string') return value;
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) text += String.fromCharCode(rest % 256);
  return text;
}
