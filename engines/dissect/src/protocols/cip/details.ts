import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Params } from '../../dissector.ts';
import {
  deviceTypes,
  type Identity,
  readIdentity,
  readRevision,
  readShortString,
  readStatus,
} from '../enip/identity.ts';
import { vendors } from '../enip/vendors.ts';
import {
  CONNECTION_MANAGER,
  FILE,
  IDENTITY,
  PCCC,
  PROGRAM_NAME,
  TCP_IP,
  TEMPLATE,
  WALL_CLOCK,
} from './classes.ts';
import { readForwardClose, readForwardOpen, readForwardReply } from './forward-open.ts';
import type { Service } from './message.ts';
import { programClasses } from './operations.ts';
import {
  DOWNLOAD_TRANSFER,
  EXECUTE_PCCC,
  FORWARD_CLOSE,
  FORWARD_OPEN,
  GET_ALL,
  GET_LIST,
  GET_SINGLE,
  INITIATE_DOWNLOAD,
  INITIATE_UPLOAD,
  LARGE_FORWARD_OPEN,
  MODIFY_TAG,
  READ_FRAGMENT,
  READ_PROGRAM,
  READ_TAG,
  RESET,
  SET_LIST,
  SET_SINGLE,
  UPLOAD_TRANSFER,
  WRITE_FRAGMENT,
  WRITE_PROGRAM,
  WRITE_TAG,
} from './services.ts';
import { readHex, readValues, STRUCTURE, typeNames } from './values.ts';

/** What a reply does not say itself, but its request did. */
export interface Asked {
  readonly code: number;
  readonly classId: number;
  readonly instance: number;
  readonly attribute: number;
  readonly isTag: boolean;
}

/** As text, to be kept with the place of a reply. */
export function askedText({ code, classId, instance, attribute, isTag }: Asked): string {
  return [code, classId, instance, attribute, isTag ? 1 : 0].join(',');
}

export function askedOf(text: string | number | undefined): Asked[] {
  if (typeof text !== 'string') return [];
  return text.split(';').map((part) => {
    const [code = -1, classId = -1, instance = -1, attribute = -1, isTag = 0] = part.split(',').map(Number);
    return { code, classId, instance, attribute, isTag: isTag === 1 };
  });
}

const NOTHING: Params = {};

/** The data of a request: fields for the tree, parameters for what is told. */
export function readRequestData(reader: ByteReader, { code, path }: Service): Params {
  const { classId } = path;
  if (reader.remaining === 0) return NOTHING;
  if (path.isTag) {
    const params = readTagRequest(reader, code);
    if (params) return params;
  }
  if (classId === CONNECTION_MANAGER) {
    if (code === FORWARD_OPEN || code === LARGE_FORWARD_OPEN) {
      readForwardOpen(reader, code === LARGE_FORWARD_OPEN);
      return NOTHING;
    }
    if (code === FORWARD_CLOSE) return readForwardClose(reader);
  }
  if (classId === PCCC && code === EXECUTE_PCCC) return readCarriedPccc(reader);
  if (programClasses.has(path.lastClass) && (code === WRITE_PROGRAM || code === READ_PROGRAM)) {
    return readProgramRequest(reader, code);
  }
  if (classId === FILE) return readFileRequest(reader, code);
  if (classId === TEMPLATE && code === READ_TAG) {
    return { offset: reader.u32le('offset'), bytes: reader.u16le('bytes') };
  }
  switch (code) {
    case GET_LIST:
      return { attributes: readAttributeNumbers(reader) };
    case SET_LIST:
      return { count: reader.u16le('number of attributes'), values: readAttributes(reader, classId) };
    case SET_SINGLE:
      return { values: readAttribute(reader, classId, path.attribute) };
    case RESET:
      return { type: resetTypes[reader.u8('type', resetTypes)] ?? 'other' };
    default:
      return { bytes: reader.remaining, data: readHex(reader, 'data') };
  }
}

/** Learnt from captures of downloads. */
function readProgramRequest(reader: ByteReader, code: number): Params {
  if (reader.remaining < 6) return { bytes: reader.remaining, data: readHex(reader, 'data') };
  const offset = reader.u32le('offset');
  if (code === WRITE_PROGRAM) reader.u8('unknown');
  const bytes = reader.u16le('length');
  return { offset, bytes, ...(reader.remaining > 0 && { data: readHex(reader, 'data') }) };
}

/** CIP Volume 1, 5-42.5. */
function readFileRequest(reader: ByteReader, code: number): Params {
  switch (code) {
    case INITIATE_DOWNLOAD: {
      const bytes = reader.u32le('file size');
      return { bytes, ...(reader.remaining > 0 && { data: readHex(reader, 'format, revision and name') }) };
    }
    case DOWNLOAD_TRANSFER: {
      const number = reader.u8('transfer number');
      reader.u8('packet type', packetTypes);
      return { number, bytes: reader.remaining, data: readHex(reader, 'file data') };
    }
    case UPLOAD_TRANSFER:
      return { number: reader.u8('transfer number') };
    default:
      return { bytes: reader.remaining, data: readHex(reader, 'data') };
  }
}

const packetTypes: Readonly<Record<number, string>> = {
  0: 'first',
  1: 'middle',
  2: 'last',
  3: 'abort',
  4: 'first and last',
};

/** The data of a reply; the identity is set when it tells one. */
export function readReplyData(reader: ByteReader, service: Service, asked: Asked | undefined): Params {
  if (reader.remaining === 0) return NOTHING;
  const { code, status } = service;
  if (!asked || asked.code !== code) return { data: readHex(reader, 'data') };
  if (asked.classId === CONNECTION_MANAGER && isConnectionService(code)) {
    readForwardReply(reader, code, status);
    return NOTHING;
  }
  if (asked.classId === PCCC && code === EXECUTE_PCCC) return readCarriedPccc(reader);
  if (status !== 0 && status !== PARTIAL) return { data: readHex(reader, 'data') };
  if (asked.isTag && (code === READ_TAG || code === READ_FRAGMENT)) {
    return readTyped(reader);
  }
  if (asked.classId === IDENTITY) {
    const identity = readIdentityReply(reader, asked);
    if (identity) return NOTHING;
  }
  if (asked.classId === PROGRAM_NAME) {
    const name = readProgramName(reader, asked);
    return name === undefined ? NOTHING : { values: name };
  }
  if (asked.classId === FILE && code === UPLOAD_TRANSFER && reader.remaining >= 2) {
    const number = reader.u8('transfer number');
    reader.u8('packet type', packetTypes);
    return { number, data: readHex(reader, 'file data') };
  }
  if (asked.classId === FILE && code === INITIATE_UPLOAD && reader.remaining >= 5) {
    const bytes = reader.u32le('file size');
    reader.u8('transfer size');
    return { bytes };
  }
  if (code === GET_SINGLE) return { values: readAttribute(reader, asked.classId, asked.attribute) };
  return { data: readHex(reader, 'data') };
}

const PARTIAL = 0x06;

/** 1756-PM020: who asks, its length included in itself. The command is a message of its own. */
function readCarriedPccc(reader: ByteReader): Params {
  reader.open('requestor', '1756-PM020');
  const length = reader.u8('length');
  const rest = reader.limit(Math.max(0, length - 1), 'length');
  if (reader.remaining >= 6) {
    reader.u16le('vendor');
    reader.u32le('serial number');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'other');
  reader.release(rest);
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'PCCC');
  return NOTHING;
}

/** CIP Volume 1, table 5A-2.10. */
const resetTypes: Readonly<Record<number, string>> = {
  0: 'power cycle',
  1: 'factory defaults',
  2: 'factory defaults but communication',
};

function isConnectionService(code: number): boolean {
  return code === FORWARD_OPEN || code === LARGE_FORWARD_OPEN || code === FORWARD_CLOSE;
}

/** What the Identity Object answers; undefined when the request asked for something else of it. */
export function readIdentityReply(
  reader: ByteReader,
  { code, instance, attribute }: Asked,
): Identity | undefined {
  if (instance !== 1) return undefined;
  reader.open('identity', 'CIP Volume 1, 5A-2');
  let identity: Identity | undefined;
  if (code === GET_ALL) identity = readIdentity(reader);
  else if (code === GET_SINGLE) identity = readIdentityAttribute(reader, attribute);
  else if (code === GET_LIST) identity = readIdentityList(reader);
  reader.close();
  return identity;
}

/** Attributes one after the other, up to the first whose size nobody tells. */
function readIdentityList(reader: ByteReader): Identity {
  let identity: Identity = {};
  for (let left = reader.u16le('number of attributes'); left > 0 && reader.remaining >= 4; left--) {
    const attribute = reader.u16le('attribute');
    if (reader.u16le('status') !== 0) continue;
    const more = readIdentityAttribute(reader, attribute);
    if (!more) break;
    identity = { ...identity, ...more };
  }
  return identity;
}

function readIdentityAttribute(reader: ByteReader, attribute: number): Identity | undefined {
  switch (attribute) {
    case 1:
      return { vendor: reader.u16le('vendor', vendors) };
    case 2:
      return { deviceType: reader.u16le('device type', deviceTypes) };
    case 3:
      return { productCode: reader.u16le('product code') };
    case 4:
      return { revision: readRevision(reader) };
    case 5:
      return { status: readStatus(reader) };
    case 6:
      return { serial: reader.u32le('serial number') };
    case 7:
      return { name: readShortString(reader, 'product name') };
    default:
      return undefined;
  }
}

/** Name and description of the project in a Logix controller: strings with 16 bits of length. */
export function readProgramName(reader: ByteReader, { code, attribute }: Asked): string | undefined {
  if (code === GET_LIST) {
    if (reader.remaining < 6) return undefined;
    reader.u16le('number of attributes');
    if (reader.u16le('attribute') !== 1 || reader.u16le('status') !== 0) return undefined;
  } else if (code !== GET_ALL && (code !== GET_SINGLE || attribute !== 1)) {
    return undefined;
  }
  return readString(reader, 'name of project');
}

/** CIP Volume 2, 5-4.3.2.6. */
export function readHostName(reader: ByteReader, { code, attribute }: Asked): string | undefined {
  return code === GET_SINGLE && attribute === HOST_NAME ? readString(reader, 'host name') : undefined;
}

/** STRING: 16 bits of length, then the characters. Undefined where it would not fit: then it is something else. */
function readString(reader: ByteReader, field: string): string | undefined {
  if (reader.remaining < 2 || (reader.peek() | (reader.peek(1) << 8)) > reader.remaining - 2)
    return undefined;
  return reader.text(reader.u16le('length'), field);
}

const MOST_SHOWN = 32;

function readAttributeNumbers(reader: ByteReader): number[] {
  const numbers: number[] = [];
  for (let left = reader.u16le('number of attributes'); left > 0 && reader.remaining >= 2; left--) {
    const attribute = reader.u16le('attribute');
    if (numbers.length < MOST_SHOWN) numbers.push(attribute);
  }
  return numbers;
}

const CLOCK = 6;

/** Values in a list have no length: only those are told apart whose class is known. */
function readAttributes(reader: ByteReader, classId: number): string {
  const first = reader.remaining >= 10 ? reader.peek() | (reader.peek(1) << 8) : -1;
  if (classId !== WALL_CLOCK || first !== CLOCK) return readHex(reader, 'attributes');
  reader.u16le('attribute');
  // Microseconds since 1970 (1756-PM020, "Wall Clock Time").
  return clockText(reader.u64le('time', clockText));
}

function clockText(microseconds: bigint): string {
  const milliseconds = Number(microseconds / 1000n);
  return milliseconds < 8.64e15 ? new Date(milliseconds).toISOString() : String(microseconds);
}

const INTERFACE_CONFIGURATION = 5;
const HOST_NAME = 6;

/** Values of the attributes that matter most; the others as hexadecimal. */
function readAttribute(reader: ByteReader, classId: number, attribute: number): string {
  if (classId === TCP_IP && attribute === INTERFACE_CONFIGURATION && reader.remaining >= 20) {
    // CIP Volume 2, 5-4.3.2.5: addresses are UDINTs, and so little-endian.
    const address = reader.u32le('IP address', ipv4);
    const mask = reader.u32le('network mask', ipv4);
    const gateway = reader.u32le('gateway', ipv4);
    reader.u32le('name server', ipv4);
    reader.u32le('name server 2', ipv4);
    readString(reader, 'domain name');
    return `${ipv4(address)}/${ipv4(mask)} via ${ipv4(gateway)}`;
  }
  if (classId === TCP_IP && attribute === HOST_NAME) {
    const name = readString(reader, 'host name');
    if (name !== undefined) return name;
  }
  return readHex(reader, 'value');
}

function ipv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

// 1756-PM020, "CIP services and user-created tags".
function readTagRequest(reader: ByteReader, code: number): Params | undefined {
  switch (code) {
    case READ_TAG:
      return { elements: reader.u16le('elements') };
    case READ_FRAGMENT:
      return { elements: reader.u16le('elements'), offset: reader.u32le('offset') };
    case WRITE_TAG:
    case WRITE_FRAGMENT: {
      const type = readType(reader);
      const elements = reader.u16le('elements');
      const offset = code === WRITE_FRAGMENT ? { offset: reader.u32le('offset') } : {};
      return { type: typeText(type), elements, ...offset, values: readValues(reader, type) };
    }
    case MODIFY_TAG: {
      const size = reader.u16le('size of masks');
      const or = readMask(reader, size, 'OR mask');
      return { or, and: readMask(reader, size, 'AND mask') };
    }
    default:
      return undefined;
  }
}

function readTyped(reader: ByteReader): Params {
  const type = readType(reader);
  return { type: typeText(type), values: readValues(reader, type) };
}

function readType(reader: ByteReader): number {
  const type = reader.u16le('type', typeNames);
  if (type === STRUCTURE) reader.u16le('structure handle');
  return type;
}

function typeText(type: number): string {
  return typeNames[type] ?? `0x${type.toString(16).padStart(2, '0')}`;
}

function readMask(reader: ByteReader, size: number, field: string): string {
  const rest = reader.limit(Math.min(size, reader.remaining), 'size of masks');
  const mask = readHex(reader, field);
  reader.release(rest);
  return mask;
}
