import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import type { Capture, Here, OperationNote, Params, Session } from '../../dissector.ts';
import { commandNames, openSession, operations, published, readAudit, unknownCommand } from './operations.ts';
import {
  AUDIT_LOG,
  type Command,
  type CommandData,
  type HartIpMessage,
  HEADER,
  INITIATE,
  NAK,
  PUBLISH,
  readHartIp,
  REQUEST,
} from './pdu.ts';
import { communicationError, isError, refusalOf, sessionRefusalOf } from './refusals.ts';

const MOST_SHOWN = 16;
const MOST_DEVICES = 4_096;
const MALFUNCTION = 0x80;
/** A command there is not. */
const SESSION = 0xffff_0000;
/** In place of an address. */
const DIRECT = 'direct PDU';
const READ_TAG = 13;
const LONG_TAG = 20;
const WRITE_POLLING_ADDRESS = 6;
/** What they bring are quantities of the process. */
const readsValues: ReadonlySet<number> = new Set([1, 2, 3, 9, 33]);

/** What is known of a device behind a gateway. */
interface Device {
  tag: string;
  malfunctions: boolean;
}

export class HartIpSession implements Session {
  readonly #messages;
  readonly #commands;
  readonly #kinds: Kinds;
  readonly #open: number;
  readonly #audit: number;
  readonly #published: number;
  readonly #waiting: Pending<OperationNote>;
  readonly #devices = new Map<string, Device>();

  constructor(capture: Capture) {
    this.#messages = capture.counter('hart_ip', (both) => `type${both >> 8}/id${both & 0xff}`);
    this.#commands = capture.counter('hart_command');
    this.#kinds = new Kinds(capture, operations, unknownCommand);
    this.#open = capture.operation(openSession);
    this.#audit = capture.operation(readAudit);
    this.#published = capture.operation(published);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < HEADER) return void readHartIp(here.reader.reset(bytes, start, end));
    const type = bytes[start + 1]! & 0x0f;
    this.#messages.add(type * 256 + bytes[start + 2]!);
    here.turn(type === REQUEST ? 'request' : 'reply');
    const message = readHartIp(here.reader.reset(bytes, start, end));
    for (const { number } of message.commands) this.#commands.add(number);
    if (type === REQUEST) this.#asked(here, message);
    else if (type === PUBLISH) this.#publishes(here, message);
    else this.#answered(here, message);
  }

  #asked(here: Here, { id, sequence, commands }: HartIpMessage): void {
    if (id === INITIATE) this.#waiting.put(here.flow, SESSION + sequence, here.operation(this.#open));
    if (id === AUDIT_LOG) this.#waiting.put(here.flow, SESSION + sequence, here.operation(this.#audit));
    for (const command of commands) {
      const { number } = command;
      const note = here.operation(this.#kinds.of(number));
      this.#waiting.put(here.flow, keyOf(sequence, number), note);
      if (here.wanted(note)) {
        const tag = this.#nameOf(command);
        here.describe(note, { tag, command: commandNames[number] ?? number, ...paramsOf(command) });
      }
    }
  }

  #answered(here: Here, { type, status, sequence, commands }: HartIpMessage): void {
    const session = this.#waiting.take(here.flow, SESSION + sequence);
    if (session !== undefined && (type === NAK || isError(status))) {
      here.refuse(session, sessionRefusalOf(status));
    }
    for (const command of commands) {
      const note = this.#waiting.take(here.flow, keyOf(sequence, command.number));
      const { response } = command;
      if (response & 0x80 && response >= 0) {
        if (note !== undefined) here.refuse(note, communicationError);
        continue;
      }
      if (isError(response)) {
        if (note !== undefined) here.refuse(note, refusalOf(response));
        continue;
      }
      this.#learn(here, command);
      if (note !== undefined && here.wanted(note)) here.describe(note, paramsOf(command));
    }
  }

  /** Burst messages: a device tells its values without being asked. */
  #publishes(here: Here, { commands }: HartIpMessage): void {
    for (const command of commands) {
      here.turn('request');
      const note = here.operation(this.#published);
      here.turn('reply');
      this.#learn(here, command);
      if (here.wanted(note)) here.describe(note, { tag: this.#nameOf(command), ...paramsOf(command) });
    }
  }

  #learn(here: Here, command: Command): void {
    const { number, address, data, deviceStatus } = command;
    const device = this.#deviceAt(address);
    if ((number === LONG_TAG || number === READ_TAG) && data.tag) device.tag = data.tag;
    const name = this.#nameOf(command);
    for (const { name: variable, value } of readsValues.has(number) ? (data.values ?? []) : []) {
      const full = address === '' ? variable : `${name} ${variable}`;
      if (Number.isFinite(value)) here.variableNamed(here.source, full, value);
    }
    const malfunctions = (deviceStatus & MALFUNCTION) !== 0;
    if (malfunctions && !device.malfunctions) {
      here.anomaly('hart-ip.device-malfunction', 'device status', HEADER, { tag: name });
    }
    device.malfunctions = malfunctions;
    if (address === '') this.#introduce(here, data);
    else if (data.identity) {
      const { vendor, deviceType, serial } = data.identity;
      here.fact(here.source, 'module', `${name}: ${[vendor, deviceType].join(' ').trim()}, id ${serial}`);
    }
  }

  /** Of a device with an address of its own. */
  #introduce(here: Here, { identity, tag, descriptor }: CommandData): void {
    if (tag !== undefined) here.fact(here.source, 'name', tag);
    if (descriptor !== undefined) here.fact(here.source, 'description', descriptor);
    if (!identity) return;
    here.fact(here.source, 'vendor', identity.vendor);
    here.fact(here.source, 'deviceType', identity.deviceType);
    here.fact(here.source, 'serial', identity.serial);
    here.fact(here.source, 'firmware', identity.firmware);
    here.fact(here.source, 'hardware', identity.hardware);
  }

  #nameOf({ address }: Command): string {
    return this.#devices.get(address)?.tag || address || DIRECT;
  }

  #deviceAt(address: string): Device {
    const known = this.#devices.get(address);
    if (known) return known;
    const device = { tag: '', malfunctions: false };
    if (this.#devices.size < MOST_DEVICES) this.#devices.set(address, device);
    return device;
  }
}

function keyOf(sequence: number, command: number): number {
  return ((command << 16) | sequence) >>> 0;
}

function paramsOf({ number: command, data }: Command): Params {
  const { values, text, tag, number, unit, items } = data;
  const key = command === WRITE_POLLING_ADDRESS ? 'address' : 'value';
  return {
    ...(values && {
      values: values
        .slice(0, MOST_SHOWN)
        .map((one) => `${one.name} = ${one.value}${one.unit === '' ? '' : ` ${one.unit}`}`),
    }),
    ...(text !== undefined && { message: text }),
    ...(tag !== undefined && { name: tag }),
    ...(number !== undefined && { [key]: number }),
    ...(unit !== undefined && unit !== '' && { unit }),
    ...(items && { items }),
  };
}
