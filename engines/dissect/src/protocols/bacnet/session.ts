import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import { Tried } from '../../analysis/tried.ts';
import { u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Context,
  type Endpoint,
  type Here,
  NOBODY,
  type OperationNote,
  type Params,
  type Session,
  type Teller,
  type Transfer,
} from '../../dissector.ts';
import {
  ABORT,
  type Apdu,
  COMPLEX_ACK,
  CONFIRMED_REQUEST,
  ERROR,
  pduTypes,
  REJECT,
  SEGMENT_ACK,
  SIMPLE_ACK,
  UNCONFIRMED_REQUEST,
} from './apdu.ts';
import { deviceFact } from './device-facts.ts';
import { abortRefusal, errorRefusal, rejectRefusal } from './errors.ts';
import {
  I_AM_ROUTER,
  I_COULD_BE_ROUTER,
  NETWORK_MESSAGE,
  type Npdu,
  readNpdu,
  ROUTER_AVAILABLE,
  ROUTER_BUSY,
} from './npdu.ts';
import {
  confirmedOperations,
  deviceSweep,
  networkOperations,
  objectSweep,
  programChange,
  propertySweep,
  unconfirmedOperations,
  unknownService,
} from './operations.ts';
import { acknowledgedParams, askedParams, unaskedParams } from './params.ts';
import { itemName, itemsOf, MOST_SHOWN, type Said, saidBy, shownOf } from './said.ts';
import { Segments } from './segments.ts';
import {
  asConfirmed,
  ATOMIC_READ_FILE,
  ATOMIC_WRITE_FILE,
  COV_NOTIFICATION,
  COV_NOTIFICATION_MULTIPLE,
  DEVICE_COMMUNICATION_CONTROL,
  EVENT_NOTIFICATION,
  I_AM,
  I_HAVE,
  READ_PROPERTY,
  READ_PROPERTY_MULTIPLE,
  REINITIALIZE_DEVICE,
  WHO_AM_I,
  WHO_HAS,
  WHO_IS,
  WRITE_PROPERTY,
  WRITE_PROPERTY_MULTIPLE,
} from './services.ts';
import { type Content, type Group, groupOf, listOf, numberIn, textIn, valueOf } from './shapes.ts';
import { fits, objectAt, placeOf, propertyAt, type Station, Stations } from './stations.ts';
import { numberOf, objectName, propertyName, type Scalar, type Value } from './values.ts';
import { vendorName } from './vendors.ts';

/** Carrier of what was put together from segments. */
export const SEGMENTS = 'bacnet-segments';
/** Carrier of what a BBMD forwards; `at` is the endpoint that it comes from. */
export const FORWARDED = 'bacnet-forwarded';

/** Of a destination: all networks. */
const EVERY_NETWORK = '65535:';

const MOST_TRANSFERS = 64;
const SERVICES = 256;

/** Things that are not there before somebody is taken to be trying. */
const MANY_OBJECTS = 8;
const MANY_PROPERTIES = 32;
const MANY_RANGES = 5;

const DEVICE = 8;
const PROGRAM_CHANGE = 90;
const UNKNOWN_OBJECT = 31;
const UNKNOWN_PROPERTY = 32;

/** Properties that change with the process: clause 12, by BACnetPropertyIdentifier. */
const processProperties: ReadonlySet<number> = new Set([
  21, // controlled-variable-value
  36, // event-state
  40, // feedback-value
  45, // high-limit
  59, // low-limit
  81, // out-of-service
  85, // present-value
  92, // program-state
  103, // reliability
  104, // relinquish-default
  108, // setpoint
  112, // system-status
  164, // tracking-value
]);

/** A request that waits for its answer. */
interface Asked {
  readonly note: OperationNote;
  readonly service: number;
  /** Of a file service or of a property that was asked for; -1 without. */
  readonly object: number;
  readonly property: number;
  /** Holds once the device has agreed. */
  readonly writes: Writes | undefined;
}

interface Writes extends Setting {
  readonly station: Station;
  readonly properties: readonly Written[];
}

interface Written {
  readonly said: Pick<Said, 'object' | 'property' | 'index'>;
  readonly value: Scalar;
  /** Of a quantity. */
  readonly number: number | undefined;
}

export class BacnetSession implements Session {
  readonly #types;
  readonly #requests;
  readonly #answers;
  readonly #unconfirmed;
  readonly #kinds: Int32Array;
  readonly #unconfirmedKinds: Int32Array;
  readonly #networkKinds: Int32Array;
  readonly #programChange: number;
  readonly #variables: number;
  readonly #waiting;
  readonly #segments;
  readonly #stations;
  readonly #objectSweep: Tried<string>;
  readonly #propertySweep: Tried<string>;
  readonly #deviceSweep: Tried<string>;
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#types = capture.counter('bacnet_apdu', (type) => pduTypes[type] ?? String(type));
    this.#requests = capture.counter('bacnet_confirmed_request');
    this.#answers = capture.counter('bacnet_confirmed_answer');
    this.#unconfirmed = capture.counter('bacnet_unconfirmed');
    const unknown = capture.operation(unknownService);
    this.#kinds = kindsOf(capture, confirmedOperations, unknown);
    this.#unconfirmedKinds = kindsOf(capture, unconfirmedOperations, unknown);
    this.#networkKinds = kindsOf(capture, networkOperations, -1);
    this.#programChange = capture.operation(programChange);
    this.#variables = capture.variables(
      (place) => `${objectName(objectAt(place))} ${propertyName(propertyAt(place))}`,
    );
    this.#waiting = capture.bounded(
      'requests',
      new Pending<Asked>(undefined, ({ writes }) => {
        if (writes) this.#wrote(capture.unanswered(writes.by, writes.time), writes, writes.properties);
      }),
    );
    this.#segments = capture.bounded('pieces', new Segments());
    this.#stations = capture.bounded('memories', new Stations());
    this.#objectSweep = new Tried(capture, objectSweep, MANY_OBJECTS, 'bacnet.tries-objects');
    this.#propertySweep = new Tried(capture, propertySweep, MANY_PROPERTIES, 'bacnet.tries-properties');
    this.#deviceSweep = new Tried(capture, deviceSweep, MANY_RANGES, 'bacnet.tries-ranges');
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const assembled = here.carrier === SEGMENTS;
    this.#context = assembled ? { assembled: 1 } : undefined;
    if (!assembled) this.#count(here, bytes, start, end);
    const npdu = readNpdu(here.reader.reset(bytes, start, end), assembled);
    const sender = here.carrier === FORWARDED ? here.carrierAt : here.source;
    const station = this.#stations.of(sender, npdu.from);
    if (npdu.from !== '' && !station.asks && !station.answers) this.#behind(here, station);
    if (!npdu.apdu) this.#network(here, npdu);
    else if (npdu.apdu.segment && !assembled) this.#segment(here, npdu, bytes, start, end);
    else this.#application(here, npdu, npdu.apdu, station, bytes);
  }

  context(): Context | undefined {
    return this.#context;
  }

  finish(): void {
    this.#waiting.finish();
  }

  /** Before anything can turn out malformed: the kind of message, and which way it goes. */
  #count(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const at = apduAt(bytes, start, end);
    if (at < 0 || at >= end) return;
    const type = bytes[at]! >> 4;
    this.#types.add(type);
    const isSegment = (bytes[at]! & 0x08) !== 0;
    switch (type) {
      case CONFIRMED_REQUEST:
        here.turn('request');
        return count(this.#requests, bytes, at + (isSegment ? 5 : 3), end);
      case UNCONFIRMED_REQUEST: {
        const service = bytes[at + 1];
        here.turn(service === I_AM || service === I_HAVE ? 'reply' : 'request');
        return count(this.#unconfirmed, bytes, at + 1, end);
      }
      case COMPLEX_ACK:
        here.turn('reply');
        return count(this.#answers, bytes, at + (isSegment ? 4 : 2), end);
      case SIMPLE_ACK:
      case ERROR:
        here.turn('reply');
        return count(this.#answers, bytes, at + 2, end);
      case SEGMENT_ACK:
      case ABORT:
        return here.turn(bytes[at]! & 0x01 ? 'reply' : 'request');
      case REJECT:
        here.turn('reply');
    }
  }

  #behind(here: Here, { endpoint, remote }: Station): void {
    const network = Number(remote.slice(0, remote.indexOf(':')));
    here.role(endpoint, 'router', 'inferred', 'bacnet.routes', { networks: [network] });
  }

  #network(here: Here, { type, networks, vendor }: Npdu): void {
    if (vendor >= 0) return;
    if (type === I_AM_ROUTER || type === I_COULD_BE_ROUTER) {
      here.turn('reply');
      here.role(here.source, 'router', 'stated', 'bacnet.is-router', {
        networks: networks.slice(0, MOST_SHOWN),
      });
      return;
    }
    const kind = this.#networkKinds[type] ?? -1;
    if (kind < 0) return;
    here.turn('request');
    if (type === ROUTER_BUSY || type === ROUTER_AVAILABLE) {
      here.role(here.source, 'router', 'stated', 'bacnet.is-router');
    }
    const note = here.operation(kind);
    if (here.wanted(note) && networks.length > 0) {
      here.describe(note, { networks: networks.slice(0, MOST_SHOWN) });
    }
  }

  #segment(here: Here, npdu: Npdu, bytes: Uint8Array, start: number, end: number): void {
    const { type, invoke, segment } = npdu.apdu!;
    const ends = `${here.source} ${npdu.from} ${here.target} ${npdu.to}`;
    const key = `${here.flow} ${type} ${invoke} ${ends}`;
    const whole = this.#segments.add(here, key, segment!, bytes, start, end);
    if (!whole) return;
    here.carryAssembled(SEGMENTS, whole, here.carrier === FORWARDED ? here.carrierAt : -1);
    this.#context = undefined;
  }

  #application(here: Here, npdu: Npdu, apdu: Apdu, station: Station, bytes: Uint8Array): void {
    const { type, invoke, service } = apdu;
    if (type === CONFIRMED_REQUEST) {
      const asked = this.#stations.of(here.target, npdu.to.startsWith(EVERY_NETWORK) ? '' : npdu.to);
      const isNotice = notices.has(service);
      if (!station.asks && !isNotice) {
        station.asks = true;
        if (station.remote === '') here.role(station.endpoint, 'hmi', 'guessed', 'bacnet.asks');
      }
      const request = this.#request(here, apdu, isNotice ? station : asked, bytes);
      this.#waiting.put(
        here.flow,
        keyOf(invoke, `${here.source} ${npdu.from}`, `${here.target} ${npdu.to}`),
        request,
      );
    } else if (type === UNCONFIRMED_REQUEST) {
      this.#unasked(here, apdu, station);
    } else if (type !== SEGMENT_ACK) {
      const [from, to] = [`${here.source} ${npdu.from}`, `${here.target} ${npdu.to}`];
      // An abort may also come from the one who asked.
      const key = apdu.byServer ? keyOf(invoke, to, from) : keyOf(invoke, from, to);
      const request = this.#waiting.take(here.flow, key);
      const matches = request && (service < 0 || request.service === service);
      if (request && !matches) {
        here.anomaly('bacnet.answer-to-other-service', 'service', 0, { asked: request.service, service });
      }
      this.#answer(here, apdu, station, matches ? request : undefined, bytes);
    }
  }

  #request(here: Here, { service, parameters }: Apdu, station: Station, bytes: Uint8Array): Asked {
    const group = groupOf(parameters);
    const said = saidBy(service, parameters);
    const isProgramChange = service === WRITE_PROPERTY && said[0]?.property === PROGRAM_CHANGE;
    const note = here.operation(isProgramChange ? this.#programChange : this.#kinds[service]!);
    let writes: Writes | undefined;
    if (service === WRITE_PROPERTY || service === WRITE_PROPERTY_MULTIPLE) {
      writes = this.#write(here, note, station, said);
    } else {
      if (notices.has(service)) for (const one of said) this.#tell(here, station, one);
      if (here.wanted(note))
        here.describe(note, { ...whoseOf(station), ...askedParams(service, group, said) });
      if (service === DEVICE_COMMUNICATION_CONTROL || service === REINITIALIZE_DEVICE) signIn(here, group);
      if (service === ATOMIC_WRITE_FILE)
        this.#carried(here, station, 'to', numberIn(group, 'object'), group, bytes);
    }
    const object = numberIn(group, 'object') ?? -1;
    return { note, service, object, property: numberIn(group, 'property') ?? -1, writes };
  }

  #write(here: Here, note: OperationNote, station: Station, said: readonly Said[]): Writes {
    if (here.wanted(note)) {
      const before = said.map(({ object, property, index }) =>
        index === undefined ? (this.#stations.before(station, object, property) ?? null) : null,
      );
      const [first] = said;
      here.describe(note, {
        ...whoseOf(station),
        ...itemsOf(said),
        ...(before.some((value) => value !== null) && { before: before.slice(0, MOST_SHOWN) }),
        ...(first?.priority !== undefined && { priority: first.priority }),
      });
    }
    const properties = said.map(({ object, property, index, value }) => ({
      said: { object, property, index },
      value: shownOf(value),
      number: quantityOf(value),
    }));
    return { ...settingOf(here), station, properties };
  }

  #wrote(here: Teller, { station }: Writes, properties: readonly Written[]): void {
    for (const { said, value, number } of properties) {
      const { object, property, index } = said;
      if (index === undefined) this.#stations.remember(station, object, property, value);
      if (number !== undefined) this.#quantity(here, station, said, number, true);
    }
  }

  #unasked(here: Here, { service, parameters }: Apdu, station: Station): void {
    const group = groupOf(parameters);
    if (service === I_AM || service === I_HAVE) return this.#identity(here, service, group, station);
    const said = saidBy(asConfirmed(service), parameters);
    for (const one of said) this.#tell(here, station, one);
    const note = here.operation(this.#unconfirmedKinds[service]!);
    if (here.wanted(note)) {
      here.describe(note, { ...whoseOf(station), ...unaskedParams(service, group, said) });
    }
    if (service === WHO_IS || service === WHO_HAS) {
      const [low, high] = [numberIn(group, 'low'), numberIn(group, 'high')];
      const isRange = low !== undefined && high !== undefined && low < high;
      if (isRange) this.#deviceSweep.add(here, station.endpoint, NOBODY, `${low}–${high}`);
    }
    if (service === WHO_AM_I && station.remote === '') {
      here.fact(station.endpoint, 'vendor', vendorName(numberIn(group, 'vendor') ?? -1));
      here.fact(station.endpoint, 'model', textIn(group, 'model'));
      here.fact(station.endpoint, 'serial', textIn(group, 'serial'));
    }
  }

  /** 16.9 and 16.10. */
  #identity(here: Here, service: number, group: Group, station: Station): void {
    const device = numberIn(group, 'device');
    if (device === undefined) return;
    const vendor = numberIn(group, 'vendor');
    const { endpoint, remote } = station;
    if (remote !== '') {
      const maker = vendor === undefined ? '' : `, ${vendorName(vendor)}`;
      here.fact(endpoint, 'module', `${remote}: ${objectName(device)}${maker}`);
      return;
    }
    here.fact(endpoint, 'station', objectName(device));
    if (vendor !== undefined) here.fact(endpoint, 'vendor', vendorName(vendor));
    const ownName = service === I_HAVE && numberIn(group, 'object') === device;
    if (ownName) here.fact(endpoint, 'name', textIn(group, 'name'));
    this.#sameNumber(here, device, endpoint);
  }

  /** Device numbers are to be unique: 12.11.1. Somebody who answers for another is told. */
  #sameNumber(here: Here, device: number, endpoint: Endpoint): void {
    const carrier = here.carrier === FORWARDED ? 'bacnet-npdu' : here.carrier;
    if (!this.#stations.claim(device, carrier, endpoint)) {
      here.anomaly('bacnet.device-number-twice', 'device', 0, { device: objectName(device) });
    }
  }

  #answer(here: Here, apdu: Apdu, station: Station, request: Asked | undefined, bytes: Uint8Array): void {
    const { type, service, reason, parameters } = apdu;
    const note = request?.note ?? -1;
    switch (type) {
      case SIMPLE_ACK:
        if (request?.writes) this.#wrote(here, request.writes, request.writes.properties);
        break;
      case COMPLEX_ACK:
        this.#acknowledged(here, service, parameters, station, request, bytes);
        break;
      case ERROR: {
        const group = groupOf(parameters);
        const code = numberIn(group, 'error code') ?? numberIn(groupOf(group['error']), 'error code');
        if (code === undefined) break;
        here.refuse(note, errorRefusal(code));
        this.#notThere(here, code, request);
        if (request?.writes) this.#wrote(here, request.writes, beforeFailure(request.writes, group));
        break;
      }
      case REJECT:
        here.refuse(note, rejectRefusal(reason));
        break;
      case ABORT:
        here.refuse(note, abortRefusal(reason));
    }
  }

  #acknowledged(
    here: Here,
    service: number,
    parameters: Content | undefined,
    station: Station,
    request: Asked | undefined,
    bytes: Uint8Array,
  ): void {
    if (!station.answers) {
      station.answers = true;
      if (station.remote === '') here.role(station.endpoint, 'controller', 'guessed', 'bacnet.answers');
    }
    const note = request?.note ?? -1;
    const group = groupOf(parameters);
    if (service === READ_PROPERTY || service === READ_PROPERTY_MULTIPLE) {
      const said = saidBy(service, parameters);
      for (const one of said) this.#tell(here, station, one);
      if (here.wanted(note)) here.describe(note, itemsOf(said));
    } else if (service === ATOMIC_READ_FILE) {
      this.#carried(here, station, 'from', request?.object, group, bytes);
    } else if (here.wanted(note)) {
      here.describe(note, acknowledgedParams(service, group, parameters));
    }
  }

  #notThere(here: Here, code: number, request: Asked | undefined): void {
    if (!request || request.object < 0) return;
    const { object, property } = request;
    if (code === UNKNOWN_OBJECT) this.#objectSweep.add(here, here.target, here.source, objectName(object));
    if (code === UNKNOWN_PROPERTY && property >= 0) {
      this.#propertySweep.add(here, here.target, here.source, propertyName(property));
    }
  }

  /** What a property is: a variable of the process, an identity of the device, something to remember. */
  #tell(here: Here, station: Station, said: Said): void {
    const { object, property, index, value } = said;
    if (value === undefined) return;
    if (index === undefined) this.#stations.remember(station, object, property, shownOf(value));
    const number = quantityOf(value);
    if (number !== undefined && processProperties.has(property)) {
      this.#quantity(here, station, said, number, false);
    }
    const only = onlyOf(value);
    if (only && object >>> 22 === DEVICE) deviceFact(here, station, property, only.value);
  }

  #quantity(
    here: Teller,
    { endpoint, remote }: Station,
    said: Written['said'],
    value: number,
    set: boolean,
  ): void {
    const { object, property, index } = said;
    if (remote === '' && index === undefined && fits(property)) {
      here.variable(endpoint, this.#variables, placeOf(object, property), value, set);
    } else {
      const name = itemName(said);
      here.variableNamed(endpoint, remote === '' ? name : `${remote} ${name}`, value, set);
    }
  }

  /** The octets of a file: 14.1 and 14.2. */
  #carried(
    here: Here,
    { endpoint, remote }: Station,
    way: 'to' | 'from',
    object: number | undefined,
    group: Group,
    bytes: Uint8Array,
  ): void {
    if (object === undefined || object < 0) return;
    const stream = groupOf(group['stream']);
    const pieces = listOf(groupOf(group['records'])['data']);
    const first = numberIn(stream, 'first');
    const transfers = here.connection(newTransfers);
    const name = remote === '' ? objectName(object) : `${remote} ${objectName(object)}`;
    const key = `${way} ${endpoint} ${name}`;
    let transfer = transfers.get(key);
    if (!transfer) {
      if (transfers.size >= MOST_TRANSFERS) return;
      transfer = here.transfer(endpoint, way, 'file', name);
      transfers.set(key, transfer);
    }
    // -1 appends, at the end that only the device knows.
    add(here, transfer, stream['data'], bytes, first !== undefined && first >= 0 ? first : undefined);
    for (const piece of pieces) add(here, transfer, piece, bytes, undefined);
    if (valueOf(group['end of file'])?.value === true) {
      transfer.end(true);
      transfers.delete(key);
    }
  }
}

const newTransfers = () => new Map<string, Transfer>();

function onlyOf(content: Content | undefined): Value | undefined {
  const items = listOf(content);
  return items.length === 1 ? valueOf(items[0]) : undefined;
}

function quantityOf(content: Content | undefined): number | undefined {
  const only = onlyOf(content);
  return only && numberOf(only);
}

/** 15.10: properties are written in order until one cannot be, and the error says which. */
function beforeFailure({ properties }: Writes, error: Group): readonly Written[] {
  const failed = groupOf(error['first failed write']);
  const [object, property] = [numberIn(failed, 'object'), numberIn(failed, 'property')];
  const index = numberIn(failed, 'index');
  const at = properties.findIndex(
    ({ said }) => said.object === object && said.property === property && said.index === index,
  );
  return properties.slice(0, Math.max(at, 0));
}

function add(
  here: Here,
  transfer: Transfer,
  content: Content | undefined,
  bytes: Uint8Array,
  offset: number | undefined,
): void {
  const octets = valueOf(content)?.octets;
  if (!octets) return;
  const start = octets.byteOffset - bytes.byteOffset;
  transfer.add(here, bytes, start, start + octets.length, offset);
}

/** Sent by the device that something happens in. */
const notices: ReadonlySet<number> = new Set([
  COV_NOTIFICATION,
  EVENT_NOTIFICATION,
  COV_NOTIFICATION_MULTIPLE,
]);

function kindsOf(
  capture: Capture,
  operations: Readonly<Record<number, Parameters<Capture['operation']>[0]>>,
  unknown: number,
): Int32Array {
  const numbers = new Int32Array(SERVICES).fill(unknown);
  for (const [code, kind] of Object.entries(operations)) numbers[Number(code)] = capture.operation(kind);
  return numbers;
}

function count(counter: { add(value: number): void }, bytes: Uint8Array, at: number, end: number): void {
  if (at < end) counter.add(bytes[at]!);
}

/** Where the APDU begins: 6.2. -1 where there is none. */
export function apduAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 3 || bytes[start] !== 1) return -1;
  const control = bytes[start + 1]!;
  if (control & NETWORK_MESSAGE) return -1;
  let at = start + 2;
  for (const given of [control & 0x20, control & 0x08]) {
    if (!given) continue;
    if (at + 3 > end || u16At(bytes, at) === 0) return -1;
    at += 3 + bytes[at + 2]!;
  }
  return control & 0x20 ? at + 1 : at;
}

/** Several stations of one bus, or behind one router, may use the same invoke id at the same time. */
function keyOf(invoke: number, asker: string, asked: string): number {
  let hash = 0;
  for (let i = 0; i < asker.length; i++) hash = Math.imul(hash, 31) + asker.charCodeAt(i);
  for (let i = 0; i < asked.length; i++) hash = Math.imul(hash, 37) + asked.charCodeAt(i);
  return (hash << 8) | (invoke & 0xff);
}

/** 16.1 and 16.4. That there is a password, and how long it is. */
function signIn(here: Here, group: Group): void {
  const length = numberIn(group, 'password');
  if (length !== undefined) here.credentials('BACnet', '', length);
}

function whoseOf({ remote }: Station): Params {
  return remote === '' ? {} : { station: remote };
}
