import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import type {
  Capture,
  Endpoint,
  Here,
  OperationKind,
  OperationNote,
  Params,
  Session,
  Teller,
} from '../../dissector.ts';
import {
  type Cemi,
  DATA_CONFIRMATION,
  DATA_INDICATION,
  DESCRIPTOR_READ,
  DESCRIPTOR_RESPONSE,
  deviceName,
  GROUP_READ,
  GROUP_RESPONSE,
  GROUP_WRITE,
  groupName,
  MEMORY_READ,
  MEMORY_RESPONSE,
  objectName,
  PROPERTY_READ,
  PROPERTY_READ_ANSWER,
  propertyName,
  VALUE_READ,
  VALUE_RESPONSE,
} from './cemi.ts';
import {
  CONNECT,
  CONNECT_ANSWER,
  type Device,
  DISCONNECT,
  DISCONNECT_ANSWER,
  type Frame,
  hexadecimal,
  notOnBus,
  readFrame,
  ROUTING,
  SECURE_WRAPPER,
  STATE,
  STATE_ANSWER,
  statusRefusal,
  TUNNELLING_ACK,
} from './frame.ts';
import { busOperations, frameOperations, groupValue, localOperations, secured } from './operations.ts';

const MOST_SHOWN = 32;
const MOST_GROUPS = 65_536;

/** Answers, by the question. */
const answersTo: Readonly<Record<number, number>> = {
  [GROUP_RESPONSE]: GROUP_READ,
  [MEMORY_RESPONSE]: MEMORY_READ,
  [DESCRIPTOR_RESPONSE]: DESCRIPTOR_READ,
  [VALUE_RESPONSE]: VALUE_READ,
};
const frameAnswersTo: Readonly<Record<number, number>> = {
  [CONNECT_ANSWER]: CONNECT,
  [STATE_ANSWER]: STATE,
  [DISCONNECT_ANSWER]: DISCONNECT,
};
/** Answers, acknowledgements and what an interface sends by itself. */
const fromServer: ReadonlySet<number> = new Set([
  0x0202, 0x0204, 0x0206, 0x0208, 0x020a, 0x020c, 0x0423, 0x0952, 0x0954,
]);

/** What a group is to be, until the bus has taken it. */
interface Sent extends Setting {
  readonly note: OperationNote;
  readonly group: number;
  readonly value: number | string;
}

export class KnxSession implements Session {
  readonly #capture: Capture;
  readonly #frames: ReadonlyMap<number, number>;
  readonly #bus: ReadonlyMap<number, number>;
  readonly #local: ReadonlyMap<number, number>;
  readonly #groupValue: number;
  readonly #secured: number;
  readonly #groups: number;
  readonly #waiting;
  readonly #sent: Pending<Sent>;
  readonly #known;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#frames = numbered(capture, frameOperations);
    this.#bus = numbered(capture, busOperations);
    this.#local = numbered(capture, localOperations);
    this.#groupValue = capture.operation(groupValue);
    this.#secured = capture.operation(secured);
    this.#groups = capture.variables(groupName);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
    this.#known = capture.bounded('memories', new GroupValues());
    this.#sent = capture.bounded(
      'requests',
      new Pending<Sent>(undefined, (sent) => this.#wrote(capture.unanswered(sent.by, sent.time), sent)),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const frame = readFrame(here.reader.reset(bytes, start, end));
    if (fromServer.has(frame.service)) here.turn('reply');
    const { service, status } = frame;
    if (frame.device) this.#identity(here, frame.device);
    if (frame.cemi) return this.#cemi(here, frame, frame.cemi);
    if (service === SECURE_WRAPPER) {
      here.operation(this.#secured);
      return;
    }
    const question = frameAnswersTo[service];
    if (question !== undefined) {
      const note = this.#waiting.take(here.flow, question) ?? -1;
      if (status !== 0) here.refuse(note, statusRefusal(status));
      else if (frame.address >= 0 && here.wanted(note)) {
        here.describe(note, { address: deviceName(frame.address) });
      }
      return;
    }
    const kind = this.#frames.get(service);
    if (kind === undefined || service === TUNNELLING_ACK) return;
    here.turn('request');
    const note = here.operation(kind);
    if (here.wanted(note) && service === CONNECT) here.describe(note, { mode: frame.connection });
    this.#waiting.put(here.flow, service, note);
  }

  finish(): void {
    this.#sent.finish();
  }

  #identity(here: Here, { name, address, serial, mac }: Device): void {
    here.fact(here.source, 'name', name);
    here.fact(here.source, 'station', address);
    here.fact(here.source, 'serial', serial);
    here.role(here.source, 'gateway', 'stated', 'knx.describes-itself');
    const own = this.#capture.mac(mac, 0);
    here.same(here.source, own);
  }

  #cemi(here: Here, { service }: Frame, cemi: Cemi): void {
    const isHeard = cemi.code === DATA_INDICATION || cemi.code === DATA_CONFIRMATION;
    const isRouted = service === ROUTING;
    if (!isRouted) here.turn(isHeard || cemi.code === PROPERTY_READ_ANSWER ? 'reply' : 'request');
    else here.turn('request');
    if (cemi.service < 0) return this.#interface(here, cemi);
    // Routers put on IP what their bus said; the bus is theirs.
    const bus = isRouted ? here.source : isHeard ? here.source : here.target;
    const value = cemi.short >= 0 ? cemi.short : valueOf(cemi.data);
    if (cemi.toGroup && (cemi.service === GROUP_WRITE || cemi.service === GROUP_RESPONSE)) {
      return this.#group(here, cemi, bus, value, isHeard);
    }
    if (cemi.code === DATA_CONFIRMATION) return;
    const key = keyOf(cemi, answersTo[cemi.service] ?? cemi.service);
    if (answersTo[cemi.service] !== undefined) {
      const note = this.#waiting.take(here.flow, key) ?? -1;
      if (here.wanted(note))
        here.describe(note, { data: hexadecimal(cemi.data.subarray(0, MOST_SHOWN)), value });
      return;
    }
    const kind = this.#bus.get(cemi.service);
    if (kind === undefined) return;
    const note = here.operation(kind);
    if (here.wanted(note)) here.describe(note, paramsOf(cemi));
    if (cemi.secret !== undefined && !isHeard)
      here.credentials('KNX', deviceName(cemi.destination), cemi.secret);
    this.#waiting.put(here.flow, key, note);
  }

  #group(here: Here, cemi: Cemi, bus: Endpoint, value: number | string, isHeard: boolean): void {
    const group = cemi.destination;
    const isWrite = cemi.service === GROUP_WRITE;
    if (cemi.code === DATA_CONFIRMATION) {
      const sent = this.#sent.take(here.flow, keyOf(cemi, GROUP_WRITE));
      if (cemi.failed) here.refuse(sent?.note ?? -1, notOnBus);
      else if (sent) this.#wrote(here, sent);
      else this.#is(here, bus, group, value, false);
      return;
    }
    const before = this.#known.get(bus, group);
    const sets = isWrite && !isHeard;
    if (!sets) this.#is(here, bus, group, value, false);
    const asked = isWrite ? -1 : (this.#waiting.take(here.flow, keyOf(cemi, GROUP_READ)) ?? -1);
    if (asked >= 0) {
      if (here.wanted(asked)) here.describe(asked, { value });
      return;
    }
    const note = here.operation(isHeard ? this.#groupValue : this.#bus.get(GROUP_WRITE)!);
    if (sets) this.#sent.put(here.flow, keyOf(cemi, GROUP_WRITE), { ...settingOf(here), note, group, value });
    if (!here.wanted(note)) return;
    const object = groupName(group);
    if (isHeard) here.describe(note, { device: deviceName(cemi.source), object, value });
    else here.describe(note, { object, value, ...(before !== undefined && { before }) });
  }

  #wrote(here: Teller, { of, group, value }: Sent): void {
    this.#is(here, of, group, value, true);
  }

  #is(here: Teller, bus: Endpoint, group: number, value: number | string, set: boolean): void {
    if (typeof value === 'number') here.variable(bus, this.#groups, group, value, set);
    this.#known.put(bus, group, value);
  }

  /** To the interface itself, or of the transport between two devices. */
  #interface(here: Here, cemi: Cemi): void {
    const { code, object = 0, property = 0, data } = cemi;
    if (code === PROPERTY_READ_ANSWER) {
      const note = this.#waiting.take(here.flow, (object << 8) | property) ?? -1;
      if (here.wanted(note)) here.describe(note, { data: hexadecimal(data.subarray(0, MOST_SHOWN)) });
      return;
    }
    const kind = this.#local.get(code);
    if (kind === undefined) return;
    const note = here.operation(kind);
    if (here.wanted(note) && cemi.property !== undefined) {
      here.describe(note, {
        object: objectName(object, true),
        property: propertyName(property),
        ...(code !== PROPERTY_READ && { data: hexadecimal(data.subarray(0, MOST_SHOWN)) }),
      });
    }
    if (code === PROPERTY_READ) this.#waiting.put(here.flow, (object << 8) | property, note);
  }
}

/** The values that groups had last, by who has them on its bus. */
class GroupValues {
  readonly #values = new Map<number, number | string>();
  dropped = 0;

  get(bus: Endpoint, group: number): number | string | undefined {
    return this.#values.get(bus * 0x1_0000 + group);
  }

  put(bus: Endpoint, group: number, value: number | string): void {
    const place = bus * 0x1_0000 + group;
    if (this.#values.size >= MOST_GROUPS && !this.#values.has(place)) this.dropped++;
    else this.#values.set(place, value);
  }
}

function numbered(
  capture: Capture,
  operations: Readonly<Record<number, OperationKind>>,
): ReadonlyMap<number, number> {
  const numbers = new Map<OperationKind, number>();
  return new Map(
    Object.entries(operations).map(([code, kind]) => {
      const number = numbers.get(kind) ?? capture.operation(kind);
      numbers.set(kind, number);
      return [Number(code), number];
    }),
  );
}

/** A question to a device and its answer, which comes from there: by device and by what is asked. */
function keyOf(
  { code, toGroup, source, destination, object, property, address }: Cemi,
  question: number,
): number {
  const device = toGroup || code !== DATA_INDICATION ? destination : source;
  const detail = object === undefined ? (address ?? 0) : (object << 8) | (property ?? 0);
  return ((device << 16) ^ (question << 20) ^ detail) >>> 0;
}

/** One octet is a number whatever the type; longer ones mean what only the project knows. */
function valueOf(data: Uint8Array): number | string {
  return data.length === 1 ? data[0]! : hexadecimal(data.subarray(0, MOST_SHOWN));
}

function paramsOf(cemi: Cemi): Params {
  const { service, destination, toGroup, data, short, address, object, property } = cemi;
  if (service === GROUP_READ) return { object: groupName(destination) };
  const device = toGroup ? groupName(destination) : deviceName(destination);
  const shown = hexadecimal(data.subarray(0, MOST_SHOWN));
  const written = data.length > 0 ? { data: shown } : {};
  if (service === MEMORY_READ) return { device, offset: address ?? 0, length: short };
  if (object !== undefined) {
    return { device, object: objectName(object, false), property: propertyName(property ?? 0), ...written };
  }
  if (data.length > 0) return { device, offset: address ?? 0, length: data.length, ...written };
  return { device, ...(address !== undefined && { address: deviceName(address) }) };
}
