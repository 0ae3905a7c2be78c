import { LastValues } from '../../analysis/last-values.ts';
import { settingOf } from '../../analysis/pending.ts';
import type { Capture, Context, Endpoint, Here, Session, Teller } from '../../dissector.ts';
import { EVERYBODY_ON_CAN } from '../../network/endpoints.ts';
import { CAN_HEADER, identifierAt } from '../can/can.ts';
import { agrees, Block, Exchange } from './exchange.ts';
import {
  beginsSdo,
  BLOCK,
  emergencyName,
  FIRST_PDO,
  type Frame,
  functionOf,
  HEARTBEAT,
  isReceived,
  LAST_NODE,
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
const MOST_OCTETS = 8;
const inBlock: Context = { [BLOCK]: 1 };

export class CanopenSession implements Session {
  readonly #capture: Capture;
  readonly #kinds: Readonly<Record<string, number>>;
  readonly #family: number;
  readonly #last: LastValues;
  /** By node: there are 127. */
  readonly #exchanges = new Map<number, Exchange>();
  readonly #states = new Map<number, number>();
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#kinds = Object.fromEntries(
      Object.entries(operations).map(([name, kind]) => [name, capture.operation(kind)]),
    );
    this.#family = capture.variables(
      (index) => `${pdoName(Math.floor(index / MOST_OCTETS))} octet ${index % MOST_OCTETS}`,
      true,
    );
    this.#last = capture.bounded('memories', new LastValues());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = this.#isBlockSegment(bytes, start, end) ? inBlock : undefined;
    const frame = readFrame(here.reader.reset(bytes, start, end), { context: this.#context });
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

  context(): Context | undefined {
    return this.#context;
  }

  finish(): void {
    for (const [node, exchange] of this.#exchanges) this.#unanswered(node, exchange);
  }

  #isBlockSegment(bytes: Uint8Array, start: number, end: number): boolean {
    const identifier = identifierAt(bytes, start);
    const kind = functionOf(identifier);
    if ((kind !== SDO_REQUEST && kind !== SDO_ANSWER) || end - start < CAN_HEADER + MOST_OCTETS) return false;
    const exchange = this.#exchanges.get(identifier & LAST_NODE);
    if (!exchange?.block || exchange.writes !== (kind === SDO_REQUEST)) return false;
    const at = start + CAN_HEADER;
    if (!exchange.block.awaits(bytes[at]!)) return false;
    // The client has begun something else, and nobody saw why.
    return exchange.block.isNext(bytes[at]!) || !exchange.writes || !beginsSdo(bytes, at);
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
    switch (sdo.kind) {
      case 'download':
      case 'upload':
      case 'block-download':
      case 'block-upload':
        return this.#begin(here, node, server, sdo, bytes, start);
      case 'abort':
        this.#exchanges.delete(node);
        exchange?.transfer?.end(false);
        if (exchange) here.refuse(exchange.note, abortOf(sdo.abort));
        return;
    }
    if (!exchange) return;
    const { writes, block } = exchange;
    const gives = writes === isRequest;
    switch (sdo.kind) {
      case 'uploaded':
        if (writes) return;
        // However it was asked for.
        exchange.block = undefined;
        if (!sdo.expedited) return exchange.carries(here, server, sdo.size ?? 0);
        exchange.add(here, bytes, start + sdo.start, start + sdo.end);
        return this.#done(here, node, server, exchange);
      case 'segment':
        // Data of a write comes with requests, data of a read with answers.
        if (block || !gives || sdo.end === sdo.start) return;
        exchange.add(here, bytes, start + sdo.start, start + sdo.end);
        exchange.isWhole = sdo.last;
        if (sdo.last && !writes) this.#done(here, node, server, exchange);
        return;
      case 'downloaded':
      case 'segment-taken':
      case 'block-ended':
        if (writes && exchange.isWhole) this.#done(here, node, server, exchange);
        return;
    }
    if (block && sdo.block) this.#inBlocks(here, node, server, exchange, block, sdo, gives, bytes, start);
    else if (block && sdo.kind === 'block-begins') block.isOpen = true;
  }

  #inBlocks(
    here: Here,
    node: number,
    server: Endpoint,
    exchange: Exchange,
    block: Block,
    sdo: Sdo,
    gives: boolean,
    bytes: Uint8Array,
    start: number,
  ): void {
    const part = sdo.block!;
    switch (sdo.kind) {
      case 'block-begins': {
        const checks = block.checks && part.checks === true;
        if (exchange.writes) block.checks = checks;
        else {
          exchange.block = new Block(false, checks, sdo.size);
          exchange.carries(here, server, sdo.size ?? Infinity);
        }
        return;
      }
      case 'block-segment': {
        const at = block.place(part, sdo.last);
        const length = Math.min(sdo.end - sdo.start, Math.max(0, (block.size ?? Infinity) - at));
        exchange.add(here, bytes, start + sdo.start, start + sdo.start + length, at);
        if (sdo.last) exchange.isWhole = true;
        return;
      }
      case 'block-segments-taken':
        if (!gives) block.taken(part);
        return;
      case 'block-ends': {
        if (!gives) return;
        exchange.shorten(block.ends(part));
        const { value } = exchange;
        if (block.checks && !block.isTorn && value && !agrees(value, part)) {
          here.anomaly('canopen.checksum-wrong', 'checksum', CAN_HEADER + 1);
        }
        if (!exchange.writes) this.#done(here, node, server, exchange);
      }
    }
  }

  #begin(here: Here, node: number, server: Endpoint, sdo: Sdo, bytes: Uint8Array, start: number): void {
    const superseded = this.#exchanges.get(node);
    if (superseded) this.#unanswered(node, superseded);
    const { index, subindex, kind, size, expedited, block } = sdo;
    const writes = kind === 'download' || kind === 'block-download';
    const name: Operation = writes ? (isProgram(index) ? 'program' : 'write') : 'read';
    const note = here.operation(this.#kinds[name]!);
    const exchange = new Exchange(note, sdo, writes, settingOf(here));
    this.#exchanges.set(node, exchange);
    if (block) exchange.block = new Block(writes, block.checks === true, size);
    if (writes && !expedited) {
      exchange.carries(here, server, size ?? (block ? Infinity : 0));
    } else if (expedited) {
      exchange.add(here, bytes, start + sdo.start, start + sdo.end);
      exchange.isWhole = true;
    }
    if (!here.wanted(note)) return;
    const before = writes ? this.#last.get(server, keyOf(index, subindex)) : undefined;
    here.describe(note, {
      object: objectName(index),
      subindex,
      ...(expedited && { value: valueOf(exchange.value!) }),
      ...(before !== undefined && { before }),
    });
  }

  /** The value is whole, and of a write the node agreed. */
  #done(here: Here, node: number, server: Endpoint, exchange: Exchange): void {
    this.#exchanges.delete(node);
    const { note, transfer, index, subindex, writes, block } = exchange;
    transfer?.end(block?.isTorn !== true);
    const value = this.#tell(here, server, exchange);
    if (value === undefined) return;
    if (here.wanted(note) && !transfer) here.describe(note, { value });
    if (!writes) tellIdentity(here, server, index, subindex, value);
  }

  #unanswered(node: number, exchange: Exchange): void {
    const { writes, isWhole, setting } = exchange;
    if (writes && isWhole) {
      this.#tell(this.#capture.unanswered(setting.by, setting.time), this.#node(node), exchange);
    }
  }

  #tell(here: Teller, server: Endpoint, exchange: Exchange): number | string | undefined {
    const { index, subindex, writes, value: octets, block } = exchange;
    if (!octets || block?.isTorn) return undefined;
    const value = valueOf(octets);
    if (typeof value !== 'number' || octets.length === 0) return value;
    this.#last.put(server, keyOf(index, subindex), value);
    if (index >= FIRST_OF_PROFILE) {
      here.variableNamed(server, `${objectName(index)} subindex ${subindex}`, value, writes);
    }
    return value;
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
