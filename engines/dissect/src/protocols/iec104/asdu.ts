import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { CAUSE, causeName, NEGATIVE, TEST } from './causes.ts';
import { type Element, SEGMENT, typeName, types } from './types.ts';

/** Application service data unit: IEC 60870-5-101:2003, 7.2, with the lengths of 60870-5-104, 7.1. */
export interface Asdu {
  readonly type: number;
  readonly sequence: boolean;
  readonly count: number;
  readonly cause: number;
  readonly negative: boolean;
  readonly test: boolean;
  readonly originator: number;
  readonly station: number;
  readonly objects: readonly InformationObject[];
  /** Octets that do not belong to an object. */
  readonly surplus: number;
}

export interface InformationObject {
  readonly address: number;
  value?: number | string | boolean;
  /** Of a command: selects only, does not execute. */
  select?: boolean;
  /** Not valid, not topical, substituted, blocked or overflowed. */
  doubtful?: boolean;
  /** Local time of the station, as far as its tag tells. */
  time?: string;
  qualifier?: string;
  file?: number;
  octets?: number;
}

export const HEADER = 6;
const SEQUENCE = 0x80;
const COUNT = 0x7f;

export function readAsdu(reader: ByteReader): Asdu {
  reader.open('data unit identifier', '60870-5-101, 7.2');
  const type = reader.u8('type', typeName);
  const structure = reader.u8('variable structure');
  const sequence = reader.bits(structure, SEQUENCE, 'sequence') === 1;
  const count = reader.bits(structure, COUNT, 'count');
  const transmission = reader.u8('cause of transmission');
  const cause = reader.bits(transmission, CAUSE, 'cause', causeName);
  const negative = reader.bits(transmission, NEGATIVE, 'negative') === 1;
  const test = reader.bits(transmission, TEST, 'test') === 1;
  const originator = reader.u8('originator');
  const station = reader.u16le('common address', { 0xffff: 'all stations' });
  reader.close();
  const objects = readObjects(reader, type, sequence, count);
  const surplus = reader.remaining;
  if (surplus > 0) reader.skip(surplus, types[type]?.elements ? 'surplus' : 'data');
  const counted = { type, sequence, count, cause, negative, test, originator, station, objects };
  return { ...counted, surplus: types[type]?.elements ? surplus : 0 };
}

function readObjects(reader: ByteReader, type: number, sequence: boolean, count: number) {
  const objects: InformationObject[] = [];
  const known = types[type];
  if (type === SEGMENT) return [readSegment(reader)];
  if (!known?.elements) return objects;
  let address = 0;
  for (let i = 0; i < count; i++) {
    reader.open('information object', '60870-5-101, 7.2.5');
    address = sequence && i > 0 ? address + 1 : reader.u24le('object address');
    const object: InformationObject = { address };
    for (const element of known.elements) readElement(reader, element, object);
    reader.close();
    objects.push(object);
  }
  return objects;
}

/** 7.3.6.6. */
function readSegment(reader: ByteReader): InformationObject {
  reader.open('segment', '60870-5-101, 7.3.6');
  const address = reader.u24le('object address');
  const file = reader.u16le('file');
  reader.u8('section');
  const octets = reader.u8('length');
  if (octets > reader.remaining) {
    throw new Malformed('length', reader.offset - 1, `says ${octets} bytes, ${reader.remaining} left`);
  }
  if (octets > 0) reader.skip(octets, 'data');
  reader.close();
  return { address, file, octets };
}

const doublePoints = ['intermediate', 'off', 'on', 'indeterminate'];
const steps = ['not permitted', 'lower', 'higher', 'not permitted'];
const SELECT = 0x80;
const INVALID = 0x80;

// 60870-5-101, 7.2.6, by the numbers beside.
function readElement(reader: ByteReader, element: Element, object: InformationObject): void {
  switch (element) {
    // .1
    case 'siq': {
      const octet = reader.u8('single point');
      object.value = reader.bits(octet, 0x01, 'state', { 0: 'off', 1: 'on' }) === 1;
      return readQuality(reader, octet, object);
    }
    // .2
    case 'diq': {
      const octet = reader.u8('double point');
      object.value = doublePoints[reader.bits(octet, 0x03, 'state', doublePoints)]!;
      return readQuality(reader, octet, object);
    }
    // .3
    case 'qds': {
      const octet = reader.u8('quality');
      if (reader.bits(octet, 0x01, 'overflow') === 1) object.doubtful = true;
      return readQuality(reader, octet, object);
    }
    // .4
    case 'qdp': {
      const octet = reader.u8('quality');
      reader.bits(octet, 0x08, 'elapsed time invalid');
      return readQuality(reader, octet, object);
    }
    // .5
    case 'vti': {
      const octet = reader.u8('step position');
      const value = reader.bits(octet, 0x7f, 'position');
      reader.bits(octet, 0x80, 'transient');
      object.value = (value << 25) >> 25;
      return;
    }
    // .6
    case 'nva':
      object.value = normalized(reader.i16le('value', (value) => String(normalized(value))));
      return;
    // .7
    case 'sva':
      object.value = reader.i16le('value');
      return;
    // .8
    case 'r32':
      object.value = shortest(reader.f32le('value'));
      return;
    // .9
    case 'bcr': {
      object.value = reader.i32le('counter');
      const octet = reader.u8('counter sequence');
      reader.bits(octet, 0x1f, 'sequence');
      reader.bits(octet, 0x20, 'carry');
      reader.bits(octet, 0x40, 'adjusted');
      if (reader.bits(octet, INVALID, 'invalid') === 1) object.doubtful = true;
      return;
    }
    // .10
    case 'sep': {
      const octet = reader.u8('event');
      object.value = doublePoints[reader.bits(octet, 0x03, 'state', doublePoints)]!;
      reader.bits(octet, 0x08, 'elapsed time invalid');
      return readQuality(reader, octet, object);
    }
    // .11
    case 'spe':
      object.value = flagged(reader, reader.u8('start events'), startEvents);
      return;
    // .12
    case 'oci':
      object.value = flagged(reader, reader.u8('output circuits'), outputCircuits);
      return;
    // .13
    case 'bsi':
      object.value = reader.u32le('bits', hexadecimal);
      return;
    // .40
    case 'scd':
      object.value = hexadecimal(reader.u16le('states', hexadecimal));
      reader.u16le('changed', hexadecimal);
      return;
    default:
      readCommand(reader, element, object);
  }
}

function readCommand(reader: ByteReader, element: Element, object: InformationObject): void {
  switch (element) {
    // .15
    case 'sco': {
      const octet = reader.u8('single command');
      object.value = reader.bits(octet, 0x01, 'state', { 0: 'off', 1: 'on' }) === 1;
      return readQualifierOfCommand(reader, octet, object);
    }
    // .16
    case 'dco': {
      const octet = reader.u8('double command');
      const state = reader.bits(octet, 0x03, 'state', { 1: 'off', 2: 'on' });
      object.value = state === 1 ? false : state === 2 ? true : 'not permitted';
      return readQualifierOfCommand(reader, octet, object);
    }
    // .17
    case 'rco': {
      const octet = reader.u8('step command');
      object.value = steps[reader.bits(octet, 0x03, 'step', steps)]!;
      return readQualifierOfCommand(reader, octet, object);
    }
    // .39
    case 'qos': {
      const octet = reader.u8('qualifier of set point');
      reader.bits(octet, 0x7f, 'qualifier');
      object.select = reader.bits(octet, SELECT, 'select or execute', selectOrExecute) === 1;
      return;
    }
    case 'cp56':
      object.time = readDate(reader);
      return;
    case 'cp24':
      object.time = readMinutes(reader);
      return;
    // .20
    case 'cp16':
      reader.u16le('milliseconds');
      return;
    default:
      readQualifier(reader, element, object);
  }
}

function readQualifier(reader: ByteReader, element: Element, object: InformationObject): void {
  switch (element) {
    // .21
    case 'coi': {
      const octet = reader.u8('cause of initialization');
      object.qualifier = named(initializations, reader.bits(octet, 0x7f, 'cause', initializations));
      reader.bits(octet, 0x80, 'after change of parameters');
      return;
    }
    // .22
    case 'qoi':
      object.qualifier = interrogated(reader.u8('qualifier of interrogation', interrogated));
      return;
    // .23
    case 'qcc': {
      const octet = reader.u8('qualifier of counter interrogation');
      const request = reader.bits(octet, 0x3f, 'request', counterRequests);
      const freeze = reader.bits(octet, 0xc0, 'freeze', freezes);
      object.qualifier = `${named(counterRequests, request)}, ${freezes[freeze]!}`;
      return;
    }
    // .24
    case 'qpm': {
      const octet = reader.u8('qualifier of parameter');
      object.qualifier = named(parameterKinds, reader.bits(octet, 0x3f, 'kind', parameterKinds));
      reader.bits(octet, 0x40, 'local change');
      reader.bits(octet, 0x80, 'not in operation');
      return;
    }
    // .25
    case 'qpa':
      object.qualifier = named(
        parameterActivations,
        reader.u8('qualifier of activation', parameterActivations),
      );
      return;
    // .27
    case 'qrp':
      object.qualifier = named(resets, reader.u8('qualifier of reset', resets));
      return;
    // .14
    case 'fbp':
      reader.u16le('test pattern', hexadecimal);
      return;
    case 'tsc':
      reader.u16le('test counter');
      return;
    default:
      readFile(reader, element, object);
  }
}

// .28 to .38
function readFile(reader: ByteReader, element: Element, object: InformationObject): void {
  switch (element) {
    case 'nof':
      object.file = reader.u16le('file');
      return;
    case 'nos':
      reader.u8('section');
      return;
    case 'lof':
      object.octets = reader.u24le('length');
      return;
    case 'sof': {
      const octet = reader.u8('status of file');
      reader.bits(octet, 0x1f, 'status');
      reader.bits(octet, 0x20, 'last of directory');
      reader.bits(octet, 0x40, 'subdirectory');
      reader.bits(octet, 0x80, 'in transfer');
      return;
    }
    case 'frq':
    case 'srq': {
      const octet = reader.u8('readiness');
      object.qualifier = reader.bits(octet, 0x80, 'not ready') === 1 ? 'not ready' : 'ready';
      return;
    }
    case 'scq': {
      const octet = reader.u8('qualifier of call');
      object.qualifier = named(calls, reader.bits(octet, 0x0f, 'call', calls));
      reader.bits(octet, 0xf0, 'error', fileErrors);
      return;
    }
    case 'lsq':
      object.qualifier = named(lastOnes, reader.u8('qualifier of the last', lastOnes));
      return;
    case 'afq': {
      const octet = reader.u8('qualifier of acknowledgement');
      object.qualifier = named(acknowledgements, reader.bits(octet, 0x0f, 'acknowledges', acknowledgements));
      reader.bits(octet, 0xf0, 'error', fileErrors);
      return;
    }
    default:
      reader.u8('checksum');
  }
}

function readQuality(reader: ByteReader, octet: number, object: InformationObject): void {
  reader.bits(octet, 0x10, 'blocked');
  const substituted = reader.bits(octet, 0x20, 'substituted');
  const notTopical = reader.bits(octet, 0x40, 'not topical');
  const invalid = reader.bits(octet, INVALID, 'invalid');
  if (substituted + notTopical + invalid > 0 || octet & 0x10) object.doubtful = true;
}

// .26
function readQualifierOfCommand(reader: ByteReader, octet: number, object: InformationObject): void {
  reader.bits(octet, 0x7c, 'qualifier', { 0: 'none', 1: 'short pulse', 2: 'long pulse', 3: 'persistent' });
  object.select = reader.bits(octet, SELECT, 'select or execute', selectOrExecute) === 1;
}

/** .18: `2016-02-08 23:08:10.000`. */
function readDate(reader: ByteReader): string {
  reader.open('date and time', '60870-5-101, 7.2.6.18');
  const { seconds, minute } = readMinute(reader);
  const hours = reader.u8('hour');
  const hour = reader.bits(hours, 0x1f, 'hour');
  reader.bits(hours, 0x80, 'summer time');
  const days = reader.u8('day');
  const day = reader.bits(days, 0x1f, 'day of month');
  reader.bits(days, 0xe0, 'day of week');
  const month = reader.bits(reader.u8('month'), 0x0f, 'month');
  const year = reader.bits(reader.u8('year'), 0x7f, 'year');
  reader.close();
  return `20${two(year)}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${seconds}`;
}

/** .19: `08:10.000`, of an hour that the controlling station must know. */
function readMinutes(reader: ByteReader): string {
  reader.open('time', '60870-5-101, 7.2.6.19');
  const { seconds, minute } = readMinute(reader);
  reader.close();
  return `${two(minute)}:${seconds}`;
}

function readMinute(reader: ByteReader): { seconds: string; minute: number } {
  const milliseconds = reader.u16le('milliseconds');
  const minutes = reader.u8('minute');
  const minute = reader.bits(minutes, 0x3f, 'minute');
  reader.bits(minutes, 0x40, 'substituted');
  reader.bits(minutes, 0x80, 'invalid');
  const rest = String(milliseconds % 1_000).padStart(3, '0');
  return { seconds: `${two(Math.floor(milliseconds / 1_000))}.${rest}`, minute };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function flagged(reader: ByteReader, octet: number, names: readonly string[]): string {
  return names.filter((name, bit) => reader.bits(octet, 1 << bit, name) === 1).join(', ');
}

/** From -1 to nearly 1. */
function normalized(value: number): number {
  return Number((value / 32_768).toFixed(5));
}

function shortest(value: number): number {
  return Number.isFinite(value) && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16)}`;
}

function named(names: Readonly<Record<number, string>>, value: number): string {
  return names[value] ?? String(value);
}

function interrogated(qualifier: number): string {
  if (qualifier === 20) return 'station';
  return qualifier > 20 && qualifier <= 36 ? `group ${qualifier - 20}` : String(qualifier);
}

const selectOrExecute = { 0: 'execute', 1: 'select' };
const startEvents = [
  'general start',
  'start of phase L1',
  'start of phase L2',
  'start of phase L3',
  'start of earth current',
  'start in reverse direction',
];
const outputCircuits = [
  'general command',
  'command to phase L1',
  'command to phase L2',
  'command to phase L3',
];
const initializations: Record<number, string> = {
  0: 'local power on',
  1: 'local manual reset',
  2: 'remote reset',
};
const counterRequests: Record<number, string> = {
  0: 'none',
  1: 'group 1',
  2: 'group 2',
  3: 'group 3',
  4: 'group 4',
  5: 'all counters',
};
const freezes = ['read', 'freeze without reset', 'freeze with reset', 'reset'];
const parameterKinds: Record<number, string> = {
  0: 'not used',
  1: 'threshold',
  2: 'smoothing factor',
  3: 'low limit',
  4: 'high limit',
};
const parameterActivations: Record<number, string> = {
  1: 'parameters loaded before',
  2: 'parameter of the addressed object',
  3: 'cyclic transmission of the addressed object',
};
const resets: Record<number, string> = {
  0: 'not used',
  1: 'general reset of process',
  2: 'reset of pending events with time',
};
const calls: Record<number, string> = {
  0: 'default',
  1: 'select file',
  2: 'request file',
  3: 'deactivate file',
  4: 'delete file',
  5: 'select section',
  6: 'request section',
  7: 'deactivate section',
};
const lastOnes: Record<number, string> = {
  1: 'file transfer without deactivation',
  2: 'file transfer with deactivation',
  3: 'section transfer without deactivation',
  4: 'section transfer with deactivation',
};
const acknowledgements: Record<number, string> = {
  1: 'file',
  2: 'not file',
  3: 'section',
  4: 'not section',
};
const fileErrors: Record<number, string> = {
  1: 'memory not available',
  2: 'checksum failed',
  3: 'unexpected service',
  4: 'unexpected file',
  5: 'unexpected section',
};
