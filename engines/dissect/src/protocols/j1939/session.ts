import { textAt, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Here, Session } from '../../dissector.ts';
import { EVERYBODY_ON_CAN } from '../../network/endpoints.ts';
import { CAN_HEADER } from '../can/can.ts';
import {
  ACTIVE_FAULTS,
  CLEAR_ACTIVE,
  CLEAR_PREVIOUS,
  COMMANDED_ADDRESS,
  COMPONENT,
  groupName,
  industries,
  quantities,
  REQUEST,
  SOFTWARE,
  TORQUE_SPEED,
  TRANSPORT,
  TRANSPORT_DATA,
  VEHICLE,
} from './groups.ts';
import { GLOBAL, groupAt, type Message, readMessage } from './message.ts';
import { operations } from './operations.ts';

const MOST_PARTS = 256;
const PART = 7;
const BEGINS_TO_ONE = 16;
const BEGINS_TO_ALL = 32;

/** A message of up to 1,785 octets on its way, in parts of seven (SAE J1939-21, 5.10). */
interface Long {
  readonly group: number;
  readonly bytes: Uint8Array;
  next: number;
}

export class J1939Session implements Session {
  readonly #capture: Capture;
  readonly #request: number;
  readonly #control: number;
  readonly #address: number;
  readonly #clear: number;
  /** By source and target. */
  readonly #long = new Map<number, Long>();
  /** Faults as they were told last, by source. */
  readonly #faults = new Map<number, string>();

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#request = capture.operation(operations.request);
    this.#control = capture.operation(operations.control);
    this.#address = capture.operation(operations.address);
    this.#clear = capture.operation(operations.clear);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readMessage(here.reader.reset(bytes, start, end));
    const about = this.#station(message.source);
    here.between(about, this.#station(message.target));
    here.turn('request');
    if (message.name) {
      const { identity, manufacturer, function: role, industry } = message.name;
      here.fact(about, 'serial', String(identity));
      here.fact(about, 'vendor', `J1939 manufacturer ${manufacturer}`);
      here.fact(about, 'deviceType', `function ${role}, ${industries[industry] ?? `industry ${industry}`}`);
      return;
    }
    const at = start + message.start;
    if (message.group === TRANSPORT) return this.#begins(message, bytes, at, end);
    if (message.group === TRANSPORT_DATA) return this.#continues(here, message, about, bytes, at, end);
    this.#told(here, message.group, about, bytes, at, end);
  }

  #told(here: Here, group: number, about: Endpoint, bytes: Uint8Array, at: number, end: number): void {
    const length = end - at;
    for (const { name, at: place, octets, factor, offset } of quantities.get(group) ?? []) {
      if (place + octets > length) continue;
      const from = at + place;
      const raw = octets === 1 ? bytes[from]! : octets === 2 ? u16leAt(bytes, from) : u32leAt(bytes, from);
      // SAE J1939-71, 5.1.3: the uppermost values mean an error, or nothing.
      if (raw <= LAST_VALUE * 256 ** (octets - 1)) here.variableNamed(about, name, raw * factor + offset);
    }
    switch (group) {
      case REQUEST: {
        const note = here.operation(this.#request);
        if (length >= 3 && here.wanted(note)) here.describe(note, { group: groupName(groupAt(bytes, at)) });
        return;
      }
      case TORQUE_SPEED: {
        const mode = length >= 3 ? bytes[at]! & 3 : 0;
        if (mode === 0) return;
        const note = here.operation(this.#control);
        if (here.wanted(note))
          here.describe(note, { mode: modes[mode]!, value: u16leAt(bytes, at + 1) * 0.125 });
        return;
      }
      case COMMANDED_ADDRESS: {
        const note = here.operation(this.#address);
        if (length >= 9 && here.wanted(note)) here.describe(note, { address: bytes[at + 8]! });
        return;
      }
      case CLEAR_ACTIVE:
      case CLEAR_PREVIOUS:
        here.operation(this.#clear);
        return;
      case ACTIVE_FAULTS:
        return this.#faulty(here, about, bytes, at, end);
      case COMPONENT: {
        const [vendor = '', model = '', serial = ''] = textAt(bytes, at, end).split('*');
        here.fact(about, 'vendor', vendor.trim());
        here.fact(about, 'model', model.trim());
        here.fact(about, 'serial', serial.trim());
        return;
      }
      case SOFTWARE:
        for (const part of textAt(bytes, at + 1, end).split('*')) here.fact(about, 'software', part.trim());
        return;
      case VEHICLE:
        here.fact(about, 'description', textAt(bytes, at, end).split('*')[0]!.trim());
        return;
    }
  }

  /** SAE J1939-73, 5.7.1: lamps, then a parameter and how it fails, four octets each. */
  #faulty(here: Here, about: Endpoint, bytes: Uint8Array, at: number, end: number): void {
    const faults: string[] = [];
    for (let i = at + 2; i + 4 <= end && faults.length < MOST_FAULTS; i += 4) {
      const parameter = bytes[i]! | (bytes[i + 1]! << 8) | ((bytes[i + 2]! >> 5) << 16);
      const failure = bytes[i + 2]! & 0x1f;
      if (parameter !== 0 && failure !== 0x1f) faults.push(`SPN ${parameter} FMI ${failure}`);
    }
    const text = faults.join(', ');
    if (text === (this.#faults.get(about) ?? '')) return;
    this.#faults.set(about, text);
    if (text !== '') here.anomaly('j1939.faults', 'fault', CAN_HEADER, { faults });
  }

  #begins({ source, target }: Message, bytes: Uint8Array, at: number, end: number): void {
    if (end - at < 8 || (bytes[at] !== BEGINS_TO_ONE && bytes[at] !== BEGINS_TO_ALL)) return;
    const length = u16leAt(bytes, at + 1);
    if (length > MOST_PARTS * PART) return;
    this.#long.set(source * 256 + target, {
      group: groupAt(bytes, at + 5),
      bytes: new Uint8Array(length),
      next: 1,
    });
  }

  #continues(
    here: Here,
    { source, target }: Message,
    about: Endpoint,
    bytes: Uint8Array,
    at: number,
    end: number,
  ): void {
    const key = source * 256 + target;
    const long = this.#long.get(key);
    if (!long || at >= end) return;
    if (bytes[at] !== long.next) {
      this.#long.delete(key);
      return;
    }
    const offset = (long.next++ - 1) * PART;
    long.bytes.set(bytes.subarray(at + 1, Math.min(end, at + 1 + long.bytes.length - offset)), offset);
    if (offset + PART < long.bytes.length) return;
    this.#long.delete(key);
    if (!SINGLE.has(long.group)) this.#told(here, long.group, about, long.bytes, 0, long.bytes.length);
  }

  #station(address: number): Endpoint {
    if (address === GLOBAL) return this.#capture.station('can', EVERYBODY_ON_CAN);
    return this.#capture.station('j1939', address);
  }
}

/** Never come in parts. */
const SINGLE: ReadonlySet<number> = new Set([REQUEST, TRANSPORT, TRANSPORT_DATA]);
const MOST_FAULTS = 32;
const LAST_VALUE = 0xfa;
/** SAE J1939-71, SPN 695. */
const modes = ['no override', 'speed', 'torque', 'limit of speed and torque'];
