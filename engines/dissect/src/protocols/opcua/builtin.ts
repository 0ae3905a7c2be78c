import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { encodings } from './encodings.ts';
import { enumerations } from './enumerations.ts';
import { type LayoutName, type Layouts, layouts } from './layouts.ts';
import { statusName } from './status-codes.ts';

/** What the built-in types become: OPC 10000-6, 5.2.2. Byte strings are views on the capture. */
export interface BuiltIn {
  Boolean: boolean;
  SByte: number;
  Byte: number;
  Int16: number;
  UInt16: number;
  Int32: number;
  UInt32: number;
  Int64: bigint;
  UInt64: bigint;
  Float: number;
  Double: number;
  String: string;
  /** Milliseconds since 1970; NaN where there is none. */
  DateTime: number;
  Guid: string;
  ByteString: Uint8Array;
  XmlElement: string;
  /** `i=2258`, `ns=2;s=Boiler.Temperature`: OPC 10000-6, 5.3.1.10. */
  NodeId: string;
  ExpandedNodeId: string;
  StatusCode: number;
  /** `2:Temperature` */
  QualifiedName: string;
  LocalizedText: string;
  ExtensionObject: ExtensionObject;
  DataValue: DataValue;
  Variant: Variant;
  DiagnosticInfo: void;
  /** How long it is. */
  Secret: number;
  SessionToken: void;
}

export interface Variant {
  /** Of `variantTypes`; 0: empty. */
  readonly type: number;
  readonly value: unknown;
}

export interface DataValue {
  readonly value: Variant;
  readonly status: number;
  /** Milliseconds since 1970, by the source or else by the server. */
  readonly time: number;
}

export interface ExtensionObject {
  /** The name of the structure, or the NodeId of an encoding that we do not know. */
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** `depth`: values within values. */
export type Read<Value = unknown> = (reader: ByteReader, field: string, depth: number) => Value;

/** 5.1.5 asks for 100 and no more than the receiver can bear. */
const DEEPEST = 100;

const TICKS = 10_000;
/** Milliseconds from 1601 to 1970. */
const FROM_1601 = 11_644_473_600_000;

export const builtIn: { readonly [Type in keyof BuiltIn]: Read<BuiltIn[Type]> } = {
  Boolean: (reader, field) => reader.u8(field, { 0: 'false', 1: 'true' }) !== 0,
  SByte: (reader, field) => reader.i8(field),
  Byte: (reader, field) => reader.u8(field),
  Int16: (reader, field) => reader.i16le(field),
  UInt16: (reader, field) => reader.u16le(field),
  Int32: (reader, field) => reader.i32le(field),
  UInt32: (reader, field) => reader.u32le(field),
  Int64: (reader, field) => reader.i64le(field),
  UInt64: (reader, field) => reader.u64le(field),
  Float: (reader, field) => reader.f32le(field),
  Double: (reader, field) => reader.f64le(field),
  String: readString,
  DateTime: readDateTime,
  Guid: readGuid,
  ByteString: readByteString,
  XmlElement: readString,
  NodeId: (reader, field) => readNodeId(reader, field, '5.2.2.9'),
  ExpandedNodeId: (reader, field) => readNodeId(reader, field, '5.2.2.10'),
  StatusCode: (reader, field) => reader.u32le(field, statusName),
  QualifiedName: readQualifiedName,
  LocalizedText: readLocalizedText,
  ExtensionObject: readExtensionObject,
  DataValue: readDataValue,
  Variant: readVariant,
  DiagnosticInfo: readDiagnosticInfo,
  Secret: readSecret,
  SessionToken: readSessionToken,
};

/** By number: 5.1.2, table 1. */
export const variantTypes: readonly (keyof BuiltIn | undefined)[] = [
  undefined,
  'Boolean',
  'SByte',
  'Byte',
  'Int16',
  'UInt16',
  'Int32',
  'UInt32',
  'Int64',
  'UInt64',
  'Float',
  'Double',
  'String',
  'DateTime',
  'Guid',
  'ByteString',
  'XmlElement',
  'NodeId',
  'ExpandedNodeId',
  'StatusCode',
  'QualifiedName',
  'LocalizedText',
  'ExtensionObject',
  'DataValue',
  'Variant',
  'DiagnosticInfo',
];

/** 5.2.5. Each element has a byte at least, so that a count never costs more than the bytes there are. */
export function readArray<Value>(
  reader: ByteReader,
  field: string,
  read: Read<Value>,
  depth: number,
): readonly Value[] {
  reader.open(field, '5.2.5');
  const count = reader.i32le('length', { [-1]: 'none' });
  const values = readElements(reader, field, count, read, depth);
  reader.close();
  return values;
}

/** The number of a NodeId in namespace 0, or -1. */
export function readWellKnown(reader: ByteReader, field: string): number {
  const id = readNodeId(reader, field, '5.2.2.9');
  return id.startsWith('i=') ? Number(id.slice(2)) : -1;
}

const NO_VALUE: Variant = { type: 0, value: null };

function readElements<Value>(
  reader: ByteReader,
  field: string,
  count: number,
  read: Read<Value>,
  depth: number,
): Value[] {
  if (count > reader.remaining) {
    throw new Malformed(field, reader.offset - 4, `says ${count} elements, ${reader.remaining} bytes left`);
  }
  const values: Value[] = [];
  for (let i = 0; i < count; i++) values.push(read(reader, field, depth));
  return values;
}

function readLength(reader: ByteReader): number {
  return Math.max(0, reader.i32le('length', { [-1]: 'none' }));
}

// 5.2.2.4.
function readString(reader: ByteReader, field: string): string {
  reader.open(field, '5.2.2.4');
  const length = readLength(reader);
  const text = length > 0 ? reader.text(length, 'text', 'utf-8') : '';
  reader.close();
  return text;
}

// 5.2.2.5: ticks of 100 ns since 1601.
function readDateTime(reader: ByteReader, field: string): number {
  const ticks = reader.i64le(field, ticksName);
  return ticks <= 0n ? NaN : Number(ticks) / TICKS - FROM_1601;
}

function ticksName(ticks: bigint): string {
  return ticks <= 0n ? 'none' : (dateText(Number(ticks) / TICKS - FROM_1601) ?? 'the end of time');
}

/** As ISO 8601 has it. */
export function dateText(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

// 5.2.2.6: the first three parts are little-endian.
function readGuid(reader: ByteReader, field: string): string {
  reader.open(field, '5.2.2.6');
  const first = reader.u32le('data 1').toString(16).padStart(8, '0');
  const second = reader.u16le('data 2').toString(16).padStart(4, '0');
  const third = reader.u16le('data 3').toString(16).padStart(4, '0');
  const rest = hexOf(reader.bytes(8, 'data 4'));
  const text = `${first}-${second}-${third}-${rest.slice(0, 4)}-${rest.slice(4)}`;
  reader.close();
  reader.remark(text);
  return text;
}

// 5.2.2.7.
function readByteString(reader: ByteReader, field: string): Uint8Array {
  reader.open(field, '5.2.2.7');
  const bytes = reader.bytes(readLength(reader), 'bytes');
  reader.close();
  return bytes;
}

function readSecret(reader: ByteReader, field: string): number {
  reader.open(field, '5.2.2.7');
  const length = readLength(reader);
  reader.secret(length, 'secret');
  reader.close();
  return length;
}

/** Whoever knows it may act for the session: OPC 10000-4, 7.31. Met with every request, it is not even put into words. */
function readSessionToken(reader: ByteReader, field: string): void {
  reader.open(field, '5.2.2.9');
  const form = reader.u8('encoding', nodeIdEncodings);
  if (form > 5) throw new Malformed('encoding', reader.offset - 1, `is ${form}, must be 0 to 5`);
  if (form > 1) reader.u16le('namespace');
  else if (form === 1) reader.u8('namespace');
  reader.secret(tokenLengths[form] ?? readLength(reader), 'identifier');
  reader.close();
}

// 5.2.2.9, tables 6 to 9.
const NAMESPACE_URI = 0x80;
const SERVER_INDEX = 0x40;
const nodeIdEncodings = { 0: 'two byte', 1: 'four byte', 2: 'numeric', 3: 'string', 4: 'GUID', 5: 'opaque' };

/** Octets of the identifier; text and opaque ones say it themselves. */
const tokenLengths: readonly (number | undefined)[] = [1, 2, 4, undefined, 16];

function readNodeId(reader: ByteReader, field: string, section: string): string {
  reader.open(field, section);
  const encoding = reader.u8('encoding');
  const form = reader.bits(encoding, 0x3f, 'form', nodeIdEncodings);
  reader.bits(encoding, NAMESPACE_URI, 'namespace URI follows');
  reader.bits(encoding, SERVER_INDEX, 'server index follows');
  let text = readIdentifier(reader, form);
  if (encoding & NAMESPACE_URI) text = `nsu=${readString(reader, 'namespace URI')};${text}`;
  if (encoding & SERVER_INDEX) text = `svr=${reader.u32le('server index')};${text}`;
  reader.close();
  reader.remark(text);
  return text;
}

function readIdentifier(reader: ByteReader, form: number): string {
  if (form === 0) return `i=${reader.u8('identifier')}`;
  if (form > 5) throw new Malformed('encoding', reader.offset - 1, `is ${form}, must be 0 to 5`);
  const namespace = form === 1 ? reader.u8('namespace') : reader.u16le('namespace');
  const prefix = namespace === 0 ? '' : `ns=${namespace};`;
  switch (form) {
    case 1:
      return `${prefix}i=${reader.u16le('identifier')}`;
    case 2:
      return `${prefix}i=${reader.u32le('identifier')}`;
    case 3:
      return `${prefix}s=${readString(reader, 'identifier')}`;
    case 4:
      return `${prefix}g=${readGuid(reader, 'identifier')}`;
    default:
      return `${prefix}b=${hexOf(readByteString(reader, 'identifier').subarray(0, 64))}`;
  }
}

// 5.2.2.12.
function readDiagnosticInfo(reader: ByteReader, field: string, depth: number): void {
  nest(reader, field, depth);
  reader.open(field, '5.2.2.12');
  const mask = reader.u8('mask');
  reader.bits(mask, 0x01, 'symbolic id');
  reader.bits(mask, 0x02, 'namespace');
  reader.bits(mask, 0x04, 'localized text');
  reader.bits(mask, 0x08, 'locale');
  reader.bits(mask, 0x10, 'additional info');
  reader.bits(mask, 0x20, 'inner status code');
  reader.bits(mask, 0x40, 'inner diagnostic info');
  if (mask & 0x01) reader.i32le('symbolicId');
  if (mask & 0x02) reader.i32le('namespaceUri');
  if (mask & 0x08) reader.i32le('locale');
  if (mask & 0x04) reader.i32le('localizedText');
  if (mask & 0x10) readString(reader, 'additionalInfo');
  if (mask & 0x20) reader.u32le('innerStatusCode', statusName);
  if (mask & 0x40) readDiagnosticInfo(reader, 'innerDiagnosticInfo', depth + 1);
  reader.close();
}

// 5.2.2.13.
function readQualifiedName(reader: ByteReader, field: string): string {
  reader.open(field, '5.2.2.13');
  const namespace = reader.u16le('namespaceIndex');
  const name = readString(reader, 'name');
  reader.close();
  return namespace === 0 ? name : `${namespace}:${name}`;
}

// 5.2.2.14.
function readLocalizedText(reader: ByteReader, field: string): string {
  reader.open(field, '5.2.2.14');
  const mask = reader.u8('mask');
  if (reader.bits(mask, 0x01, 'locale')) readString(reader, 'locale');
  const text = reader.bits(mask, 0x02, 'text') ? readString(reader, 'text') : '';
  reader.close();
  return text;
}

// 5.2.2.15.
const IN_BYTES = 1;
const IN_XML = 2;

function readExtensionObject(reader: ByteReader, field: string, depth: number): ExtensionObject {
  nest(reader, field, depth);
  reader.open(field, '5.2.2.15');
  const id = readNodeId(reader, 'typeId', '5.2.2.9');
  const encoding = reader.u8('encoding', { 0: 'no body', [IN_BYTES]: 'binary', [IN_XML]: 'XML' });
  const name = id.startsWith('i=') ? encodings[Number(id.slice(2))] : undefined;
  let body: ExtensionObject['body'];
  if (encoding === IN_BYTES || encoding === IN_XML) {
    const whole = reader.limit(readLength(reader), 'length');
    if (name !== undefined && encoding === IN_BYTES) body = readStructure(reader, name, depth + 1);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'body');
    reader.release(whole);
  }
  reader.close();
  return { type: name ?? id, body };
}

// 5.2.2.16.
const ARRAY = 0x80;
const DIMENSIONS = 0x40;
const TYPE = 0x3f;
const FIRST_RESERVED = 26;
const LAST_RESERVED = 31;

function readVariant(reader: ByteReader, field: string, depth: number): Variant {
  nest(reader, field, depth);
  reader.open(field, '5.2.2.16');
  const encoding = reader.u8('encoding');
  reader.bits(encoding, TYPE, 'type', typeName);
  reader.bits(encoding, DIMENSIONS, 'dimensions follow');
  reader.bits(encoding, ARRAY, 'array');
  const type = encoding & TYPE;
  if (type > LAST_RESERVED) throw new Malformed('encoding', reader.offset - 1, `has the type ${type}`);
  const read = (type >= FIRST_RESERVED ? readByteString : builtIn[variantTypes[type] ?? 'Secret']) as Read;
  let value: unknown = null;
  if (type !== 0) {
    value = encoding & ARRAY ? readArray(reader, 'value', read, depth + 1) : read(reader, 'value', depth + 1);
  }
  if (encoding & DIMENSIONS) readArray(reader, 'dimensions', builtIn.Int32, depth);
  reader.close();
  return { type, value };
}

function typeName(type: number): string | undefined {
  return type === 0 ? 'empty' : variantTypes[type];
}

// 5.2.2.17.
function readDataValue(reader: ByteReader, field: string, depth: number): DataValue {
  nest(reader, field, depth);
  reader.open(field, '5.2.2.17');
  const mask = reader.u8('mask');
  reader.bits(mask, 0x01, 'value');
  reader.bits(mask, 0x02, 'status');
  reader.bits(mask, 0x04, 'source timestamp');
  reader.bits(mask, 0x08, 'server timestamp');
  reader.bits(mask, 0x10, 'source picoseconds');
  reader.bits(mask, 0x20, 'server picoseconds');
  const value = mask & 0x01 ? readVariant(reader, 'value', depth + 1) : NO_VALUE;
  const status = mask & 0x02 ? reader.u32le('status', statusName) : 0;
  const source = mask & 0x04 ? readDateTime(reader, 'sourceTimestamp') : NaN;
  if (mask & 0x10) reader.u16le('sourcePicoSeconds');
  const server = mask & 0x08 ? readDateTime(reader, 'serverTimestamp') : NaN;
  if (mask & 0x20) reader.u16le('serverPicoSeconds');
  reader.close();
  return { value, status, time: Number.isNaN(source) ? server : source };
}

function nest(reader: ByteReader, field: string, depth: number): void {
  if (depth > DEEPEST) throw new Malformed(field, reader.offset, `is ${depth} values deep`);
}

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

// Structures, which values may contain as values may contain structures.

/** What a structure becomes when it is read; its fields and their types are those of the tables. */
export type Structure<Name extends LayoutName> = {
  readonly [Field in keyof Layouts[Name]]: Layouts[Name][Field] extends string
    ? ValueOf<Layouts[Name][Field]>
    : never;
};

type ValueOf<Type extends string> = Type extends `${infer Element}[]`
  ? readonly ValueOf<Element>[]
  : Type extends keyof BuiltIn
    ? BuiltIn[Type]
    : Type extends LayoutName
      ? Structure<Type>
      : number;

/** OPC 10000-6, 5.2.6: the fields, one after the other. */
export function readStructure<Name extends LayoutName>(
  reader: ByteReader,
  name: Name,
  depth: number,
): Structure<Name> {
  const structure: Record<string, unknown> = {};
  for (const { field, read } of fieldsOf(name)) structure[field] = read(reader, field, depth);
  return structure as Structure<Name>;
}

interface Field {
  readonly field: string;
  readonly read: Read;
}

const known = new Map<LayoutName, readonly Field[]>();

/** Made of the table when it is first needed: structures may contain what stands below them. */
function fieldsOf(name: LayoutName): readonly Field[] {
  let fields = known.get(name);
  if (!fields) {
    const types: readonly (readonly [string, string])[] = Object.entries(layouts[name]);
    fields = types.map(([field, type]) => ({ field, read: readerOf(type) }));
    known.set(name, fields);
  }
  return fields;
}

function readerOf(type: string): Read {
  if (type.endsWith('[]')) {
    const read = readerOf(type.slice(0, -2));
    return (reader, field, depth) => readArray(reader, field, read, depth);
  }
  if (type in builtIn) return builtIn[type as keyof BuiltIn];
  if (type in enumerations) {
    const names = enumerations[type as keyof typeof enumerations];
    return (reader, field) => reader.i32le(field, names);
  }
  return (reader, field, depth) => {
    reader.open(field, '5.2.6');
    const structure = readStructure(reader, type as LayoutName, depth);
    reader.close();
    return structure;
  };
}
