import type { ByteReader } from '../../bytes/byte-reader.ts';
import { addressName, classes, idName } from './plus-names.ts';
import { isObject, isSecret, type PlusObject, readObject, readSecret } from './plus-objects.ts';
import { type PlusValue, readValue, vlq, vlq64 } from './plus-values.ts';

/** What a request, an answer or a notification says, as far as it can be read. */
export interface PlusBody {
  readonly sequence?: number;
  readonly session?: number;
  readonly object?: number;
  /** Variables or attributes, as text; undefined within for numbers of attributes. */
  readonly items?: readonly string[];
  readonly attributes?: readonly number[];
  /** By item, from 1. */
  readonly values?: ReadonlyMap<number, PlusValue>;
  readonly created?: PlusObject;
  /** Identifiers that the controller gave to what was created. */
  readonly objects?: readonly number[];
  readonly result?: number;
  /** Items that the controller refused to write, and why. */
  readonly failed?: ReadonlyMap<number, number>;
}

export const REQUEST = 0x31;
export const RESPONSE = 0x32;
export const NOTIFICATION = 0x33;
export const EXPLORE = 0x04bb;
export const CREATE = 0x04ca;
export const DELETE = 0x04d4;
export const SET_VARIABLE = 0x04f2;
export const SET_VARIABLES = 0x0542;
export const GET_VARIABLES = 0x054c;
export const GET_STREAMED = 0x0586;
const MOST_ITEMS = 4_096;

/** Behind operation code, reserved octets and function; of a notification, behind its operation code. */
export function readPlusBody(reader: ByteReader, opcode: number, code: number): PlusBody {
  if (opcode === NOTIFICATION) return readNotification(reader);
  if (opcode !== REQUEST && opcode !== RESPONSE) return {};
  reader.u16('reserved');
  const sequence = reader.u16('sequence number');
  if (opcode === REQUEST) {
    const session = reader.u32('session');
    reader.u8('transport flags');
    return { sequence, session, ...readRequest(reader, code) };
  }
  reader.u8('transport flags');
  return { sequence, ...readResponse(reader, code) };
}

function readRequest(reader: ByteReader, code: number): PlusBody {
  switch (code) {
    case CREATE: {
      const object = reader.u32('in object', idName);
      if (!readValue(reader)) return { object };
      reader.skip(4, 'unknown');
      // An integrity identifier may stand between.
      if (!isObject(reader) && reader.remaining > 0) vlq(reader, 'integrity identifier');
      return isObject(reader) ? { object, created: readObject(reader) } : { object };
    }
    case DELETE:
    case EXPLORE:
      return { object: reader.u32('object', idName) };
    case SET_VARIABLE: {
      const object = reader.u32('object', idName);
      if (vlq(reader, 'number of attributes') !== 1) return { object };
      const attribute = vlq(reader, 'attribute', idName);
      const value = readAttribute(reader, attribute);
      return { object, attributes: [attribute], values: new Map(value ? [[1, value]] : []) };
    }
    case GET_STREAMED: {
      const object = reader.u32('object', idName);
      const attributes = readValue(reader)?.elements;
      return { object, ...(attributes && { attributes }) };
    }
    case GET_VARIABLES:
      return readAddresses(reader);
    case SET_VARIABLES: {
      const addresses = readAddresses(reader);
      return { ...addresses, values: readValues(reader, addresses.attributes) };
    }
    default:
      return {};
  }
}

function readAttribute(reader: ByteReader, attribute: number): PlusValue | undefined {
  return isSecret(attribute) ? readSecret(reader) : readValue(reader);
}

/** Of an object, its attributes; of none, variables by area and local identifiers. */
function readAddresses(reader: ByteReader): PlusBody {
  const object = reader.u32('object', idName);
  const count = vlq(reader, 'number of items');
  const fields = vlq(reader, 'number of fields');
  if (object !== 0) {
    const attributes: number[] = [];
    for (let i = 0; i < Math.min(fields, MOST_ITEMS); i++) attributes.push(vlq(reader, 'attribute', idName));
    return { object, attributes };
  }
  const items: string[] = [];
  for (let i = 0; i < Math.min(count, MOST_ITEMS); i++) items.push(readAddress(reader));
  return { object, items };
}

function readAddress(reader: ByteReader): string {
  reader.open('address');
  vlq(reader, 'checksum of the symbol');
  const area = vlq(reader, 'area', (id) => addressName(id, []));
  const length = vlq(reader, 'number of identifiers');
  vlq(reader, 'part of the area', idName);
  const locals: number[] = [];
  for (let i = 1; i < Math.min(length, 64); i++) locals.push(vlq(reader, 'local identifier'));
  reader.close();
  return addressName(area, locals);
}

/** Item numbers with values; a number of nought ends them, or the list of a request ends by its count. */
function readValues(reader: ByteReader, attributes: readonly number[] = []): Map<number, PlusValue> {
  const values = new Map<number, PlusValue>();
  while (values.size < MOST_ITEMS && reader.remaining > 0) {
    reader.open('item');
    const item = vlq(reader, 'item');
    const value = item === 0 ? undefined : readAttribute(reader, attributes[item - 1] ?? 0);
    reader.close();
    if (!value) break;
    values.set(item, value);
  }
  return values;
}

function readResponse(reader: ByteReader, code: number): PlusBody {
  const result = vlq64(reader, 'return value');
  switch (code) {
    case GET_VARIABLES:
      return { result, values: readValues(reader) };
    case SET_VARIABLES:
      return { result, failed: readFailed(reader) };
    case CREATE: {
      const count = reader.u8('number of objects');
      const objects = Array.from({ length: count }, () => vlq(reader, 'object'));
      return { result, objects, ...(isObject(reader) && { created: readObject(reader) }) };
    }
    case GET_STREAMED: {
      if (statusOf(result) < 0) return { result };
      reader.u8('unknown');
      const value = readValue(reader);
      return { result, ...(value && { values: new Map([[1, value]]) }) };
    }
    default:
      return { result };
  }
}

/** As S7CommPlusDriver and the dissector before it have them; nothing is known of those of another form. */
export function readNotification(reader: ByteReader): PlusBody {
  const object = reader.u32('subscription');
  if (reader.u16('form') !== KNOWN_FORM) return { object };
  reader.skip(4, 'unknown');
  reader.u8('credit');
  if (object > LAST_OF_S7_1200) {
    vlq(reader, 'sequence number');
    // The first octet of a time of our days is nought, the count of changes is not.
    if (reader.peek() === 0) reader.u64('time stamp, µs');
    reader.u8('changes of the subscription');
  } else {
    reader.u8('sequence number');
    const next = reader.peek();
    if (next > 0 && next <= MOST_CHANGES) reader.u8('changes of the subscription');
  }
  const values = new Map<number, PlusValue>();
  const failed = new Map<number, number>();
  for (let left = MOST_ITEMS; left > 0 && reader.remaining > 0; left--) {
    if (!readNotified(reader, values, failed)) break;
  }
  return { object, values, failed };
}

const KNOWN_FORM = 0x0400;
/** S7-1200 count their objects from 0x10000000, S7-1500 from 0x70000000: that tells them apart. */
const LAST_OF_S7_1200 = 0x7000_0000;
/** Of an S7-1200: what is greater is the result of the first item. */
const MOST_CHANGES = 0x0f;
const END_OF_ITEMS = 0x00;
const VALUE = 0x92;
const VALUE_SHORT = 0x9b;
const UNKNOWN_ITEM = 0x9c;
const NO_ADDRESS: readonly number[] = [0x03, 0x13];
const itemResults: Readonly<Record<number, string>> = {
  [END_OF_ITEMS]: 'end',
  0x03: 'wrong address',
  0x13: 'wrong address',
  [VALUE]: 'value',
  [VALUE_SHORT]: 'value',
};

/** False when there is no further item, or nobody published what follows: alarms, tables of program states. */
function readNotified(
  reader: ByteReader,
  values: Map<number, PlusValue>,
  failed: Map<number, number>,
): boolean {
  reader.open('item');
  const said = reader.u8('result', itemResults);
  let goesOn = true;
  if (said === VALUE || said === VALUE_SHORT) {
    const item = said === VALUE ? reader.u32('item') : vlq(reader, 'item');
    const value = readValue(reader);
    if (value) values.set(item, value);
    else goesOn = false;
  } else if (NO_ADDRESS.includes(said)) {
    failed.set(reader.u32('item'), said);
  } else if (said === UNKNOWN_ITEM) {
    reader.u32('unknown');
  } else {
    goesOn = false;
  }
  reader.close();
  return goesOn;
}

/** Item numbers, each with why it failed; a number of nought ends them. */
function readFailed(reader: ByteReader): Map<number, number> {
  const failed = new Map<number, number>();
  while (failed.size < MOST_ITEMS && reader.remaining > 0) {
    const item = vlq(reader, 'item that failed');
    if (item === 0) break;
    failed.set(item, vlq64(reader, 'return value'));
  }
  return failed;
}

/** The lower 16 bits are a number with a sign: below nought something went wrong. */
export function statusOf(result: number): number {
  return ((result % 0x1_0000) << 16) >> 16;
}

export function className(id: number): string {
  return classes[id] ?? idName(id) ?? `class ${id}`;
}
