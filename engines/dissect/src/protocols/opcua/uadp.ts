import { type ByteReader, Malformed, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';
import { builtIn, type DataValue } from './builtin.ts';
import { publishedData } from './operations.ts';
import { isBad } from './status-codes.ts';
import { numberOf, shownData } from './values.ts';

/** A NetworkMessage of PubSub as UADP: OPC 10000-14:2018 (release 1.04), 7.2.2. */
export interface NetworkMessage {
  /** A number or text; empty where it is not said. */
  readonly publisher: string;
  /** 0 where it is not said. */
  readonly group: number;
  readonly sets: readonly DataSet[];
}

interface DataSet {
  /** 0 where it is not said. */
  readonly writer: number;
  /** By their index in the data set; empty where only its configuration tells what they are. */
  readonly fields: readonly (readonly [index: number, value: DataValue])[];
}

const PORT = 4840;
const MOST_SHOWN = 32;

// 7.2.2.2.2, table 73.
const VERSION = 1;
const PUBLISHER = 0x10;
const GROUP = 0x20;
const PAYLOAD = 0x40;
const EXTENDED = 0x80;
const CLASS = 0x08;
const SECURITY = 0x10;
const TIMESTAMP = 0x20;
const PICOSECONDS = 0x40;
const CHUNK = 0x01;
const PROMOTED = 0x02;
const DATA_SETS = 0;
const messageTypes = { [DATA_SETS]: 'data sets', 1: 'discovery probe', 2: 'discovery announcement' };

// 7.2.2.2.4.
const SIGNED = 0x01;
const ENCRYPTED = 0x02;
const FOOTER = 0x04;

// 7.2.2.3.4.
const VARIANTS = 0;
const DATA_VALUES = 2;
const encodings = { [VARIANTS]: 'Variant', 1: 'raw', [DATA_VALUES]: 'DataValue' };
const KEY_FRAME = 0;
const DELTA_FRAME = 1;
const LAST_FRAME = 3;
const frames = { [KEY_FRAME]: 'key frame', [DELTA_FRAME]: 'delta frame', 2: 'event', 3: 'keep alive' };
/** Of a data set that is alone: nothing says how long it is. */
const TO_THE_END = -1;

export const uadp: Dissector<NetworkMessage> = {
  name: 'opcua-pubsub',
  title: 'OPC UA PubSub (UADP)',
  reference: 'OPC 10000-14:2018, 7.2.2',
  industrial: true,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],
  roles: { asking: { role: 'controller', certainty: 'guessed', because: 'opcua-pubsub.publishes' } },

  // One nibble is all that every message has in common.
  recognises(bytes, start, end, expected) {
    if (!expected) return isUnmistakable(bytes, start, end) ? OURS : NOT_OURS;
    const isOurs = end - start > 2 && (bytes[start]! & 0x0f) === VERSION && bytes[start]! > 0x0f;
    return isOurs ? OURS : NOT_OURS;
  },

  read: readNetworkMessage,

  begin: (capture) => new UadpSession(capture),
};

/** With all headers, in clear, and data sets whose lengths and types fit to the last octet. */
const ALL = VERSION | PUBLISHER | GROUP | PAYLOAD | EXTENDED;
const publisherSizes = [1, 2, 4, 8];
/** By the flags of a group header, from the lowest. */
const groupSizes = [2, 4, 2, 2];

function isUnmistakable(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 12 || bytes[start] !== ALL) return false;
  const extended = bytes[start + 1]!;
  const publisher = publisherSizes[extended & 0x07];
  if (publisher === undefined || (extended & ~(0x07 | TIMESTAMP | PICOSECONDS)) !== 0) return false;
  let at = start + 2 + publisher;
  const group = bytes[at++]!;
  if (group === 0 || group > 0x0f) return false;
  for (let i = 0; i < groupSizes.length; i++) if (group & (1 << i)) at += groupSizes[i]!;
  const count = at < end ? bytes[at++]! : 0;
  if (count === 0 || at + count * 2 >= end) return false;
  for (let i = 0; i < count; i++, at += 2) if (u16leAt(bytes, at) === 0) return false;
  if (extended & TIMESTAMP) at += 8;
  if (extended & PICOSECONDS) at += 2;
  if (count === 1) return isKeyFrame(bytes, at, end);
  let set = at + count * 2;
  for (let i = 0; i < count; i++, at += 2) {
    if (at + 2 > end) return false;
    const next = set + u16leAt(bytes, at);
    if (next > end || !(isKeyFrame(bytes, set, next) || isFrame(bytes, set, next))) return false;
    set = next;
  }
  return set === end;
}

/** Of any other kind; only where its length was told. */
function isFrame(bytes: Uint8Array, start: number, end: number): boolean {
  const extended = end - start >= 2 && (bytes[start]! & (0x01 | EXTENDED)) === (0x01 | EXTENDED);
  return extended && bytes[start + 1]! <= LAST_FRAME;
}

/** A valid key frame of Variants, each a scalar. */
function isKeyFrame(bytes: Uint8Array, start: number, end: number): boolean {
  const flags = start < end ? bytes[start]! : 0;
  if ((flags & (0x01 | 0x06 | EXTENDED)) !== 0x01) return false;
  let at = start + 1;
  for (let i = 0; i < dataSetSizes.length; i++) if (flags & (0x08 << i)) at += dataSetSizes[i]!;
  if (at + 2 > end) return false;
  const count = u16leAt(bytes, at);
  at += 2;
  for (let left = count; left > 0 && at <= end; left--) at = at < end ? scalarEnd(bytes, at, end) : Infinity;
  return count > 0 && at === end;
}

/** By the flags of a data set, from the fourth. */
const dataSetSizes = [2, 2, 4, 4];
/** OPC 10000-6, 5.1.2: by the type of a scalar; those of text begin with their length. */
const scalarSizes = [0, 1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 0, 8, 16, 0, 0, 0, 0, 4];
const STRING = 12;
const BYTE_STRING = 15;

/** `Infinity` when it is none that we know, or there is not enough of it. */
function scalarEnd(bytes: Uint8Array, at: number, end: number): number {
  const type = bytes[at]!;
  if (type === STRING || type === BYTE_STRING) {
    if (at + 5 > end) return Infinity;
    return at + 5 + Math.max(0, u32leAt(bytes, at + 1) | 0);
  }
  const size = scalarSizes[type] ?? 0;
  return size > 0 ? at + 1 + size : Infinity;
}

class UadpSession implements Session {
  readonly #published: number;

  constructor(capture: Capture) {
    this.#published = capture.operation(publishedData);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.turn('request');
    const { publisher, group, sets } = readNetworkMessage(here.reader.reset(bytes, start, end));
    const note = here.operation(this.#published);
    const told: string[] | undefined = here.wanted(note) ? [] : undefined;
    for (const { writer, fields } of sets) {
      for (const [index, value] of fields) {
        const name = `publisher ${publisher} group ${group} writer ${writer} field ${index}`;
        const number = numberOf(value.value);
        if (!isBad(value.status) && !Number.isNaN(number)) here.variableNamed(here.source, name, number);
        if (told && told.length < MOST_SHOWN)
          told.push(`writer ${writer} field ${index} = ${shownData(value)}`);
      }
    }
    if (told) here.describe(note, { publisher, group, ...(told.length > 0 && { values: told }) });
  }
}

function readNetworkMessage(reader: ByteReader): NetworkMessage {
  reader.open('network message header', '7.2.2.2');
  const flags = reader.u8('UADP flags');
  const version = reader.bits(flags, 0x0f, 'version');
  if (version !== VERSION) throw new Malformed('UADP flags', 0, `has the version ${version}`);
  reader.bits(flags, PUBLISHER, 'publisher id');
  reader.bits(flags, GROUP, 'group header');
  reader.bits(flags, PAYLOAD, 'payload header');
  reader.bits(flags, EXTENDED, 'extended flags');
  const extended = flags & EXTENDED ? readExtended(reader) : 0;
  const more = extended & EXTENDED ? readMore(reader) : 0;
  const publisher = flags & PUBLISHER ? readPublisher(reader, extended & 0x07) : '';
  if (extended & CLASS) builtIn.Guid(reader, 'dataSetClassId', 0);
  reader.close();
  const group = flags & GROUP ? readGroup(reader) : 0;
  const said = { publisher, group };
  const writers = flags & PAYLOAD ? readWriters(reader, more) : [0];
  if (extended & TIMESTAMP) builtIn.DateTime(reader, 'timestamp', 0);
  if (extended & PICOSECONDS) reader.u16le('picoSeconds');
  if (more & PROMOTED) reader.skip(reader.u16le('promoted fields length'), 'promoted fields');
  const protection = extended & SECURITY ? readSecurity(reader) : 0;
  const kind = (more >> 2) & 0x07;
  const clear = (protection & ENCRYPTED) === 0 && (more & CHUNK) === 0 && kind === DATA_SETS;
  const sets = clear ? readDataSets(reader, writers) : [];
  if (reader.remaining > 0) reader.skip(reader.remaining, clear ? 'signature' : 'payload');
  return { ...said, sets };
}

function readExtended(reader: ByteReader): number {
  const flags = reader.u8('extended flags 1');
  reader.bits(flags, 0x07, 'publisher id type', {
    0: 'Byte',
    1: 'UInt16',
    2: 'UInt32',
    3: 'UInt64',
    4: 'String',
  });
  reader.bits(flags, CLASS, 'data set class id');
  reader.bits(flags, SECURITY, 'security');
  reader.bits(flags, TIMESTAMP, 'timestamp');
  reader.bits(flags, PICOSECONDS, 'picoseconds');
  return flags;
}

function readMore(reader: ByteReader): number {
  const flags = reader.u8('extended flags 2');
  reader.bits(flags, CHUNK, 'chunk');
  reader.bits(flags, PROMOTED, 'promoted fields');
  reader.bits(flags, 0x1c, 'message type', messageTypes);
  return flags;
}

function readPublisher(reader: ByteReader, type: number): string {
  switch (type) {
    case 0:
      return String(reader.u8('publisherId'));
    case 1:
      return String(reader.u16le('publisherId'));
    case 2:
      return String(reader.u32le('publisherId'));
    case 3:
      return String(reader.u64le('publisherId'));
    case 4:
      return builtIn.String(reader, 'publisherId', 0);
    default:
      throw new Malformed('extended flags 1', 1, `has the publisher id type ${type}`);
  }
}

// 7.2.2.2.3.
function readGroup(reader: ByteReader): number {
  reader.open('group header', '7.2.2.2.3');
  const flags = reader.u8('group flags');
  const id = reader.bits(flags, 0x01, 'writer group id') ? reader.u16le('writerGroupId') : 0;
  if (flags & 0x02) reader.u32le('groupVersion');
  if (flags & 0x04) reader.u16le('networkMessageNumber');
  if (flags & 0x08) reader.u16le('sequenceNumber');
  reader.close();
  return id;
}

/** 7.2.2.3.2; of a chunk, one writer and no count. */
function readWriters(reader: ByteReader, more: number): number[] {
  reader.open('payload header', '7.2.2.3.2');
  const count = more & CHUNK ? 1 : (more >> 2) & 0x07 ? 0 : reader.u8('count');
  const writers = Array.from({ length: count }, () => reader.u16le('dataSetWriterId'));
  reader.close();
  return writers;
}

function readSecurity(reader: ByteReader): number {
  reader.open('security header', '7.2.2.2.4');
  const flags = reader.u8('security flags');
  reader.bits(flags, SIGNED, 'signed');
  reader.bits(flags, ENCRYPTED, 'encrypted');
  reader.bits(flags, FOOTER, 'footer');
  reader.u32le('securityTokenId');
  reader.skip(reader.u8('nonce length'), 'nonce');
  if (flags & FOOTER) reader.u16le('securityFooterSize');
  reader.close();
  return flags;
}

// 7.2.2.3.3.
function readDataSets(reader: ByteReader, writers: readonly number[]): DataSet[] {
  const sizes = writers.length > 1 ? writers.map(() => reader.u16le('size')) : [TO_THE_END];
  return writers.map((writer, i) => {
    const size = sizes[i]!;
    const whole = reader.limit(size === TO_THE_END ? reader.remaining : size, 'size');
    const fields = readFields(reader);
    if (size !== TO_THE_END) {
      if (reader.remaining > 0) reader.skip(reader.remaining, 'rest of the data set');
      reader.release(whole);
    }
    return { writer, fields };
  });
}

// 7.2.2.3.4.
function readFields(reader: ByteReader): DataSet['fields'] {
  reader.open('data set message', '7.2.2.3.4');
  const flags = reader.u8('data set flags 1');
  reader.bits(flags, 0x01, 'valid');
  const encoding = reader.bits(flags, 0x06, 'field encoding', encodings);
  const more = flags & EXTENDED ? reader.u8('data set flags 2') : 0;
  const frame = flags & EXTENDED ? reader.bits(more, 0x0f, 'type', frames) : KEY_FRAME;
  if (flags & 0x08) reader.u16le('sequenceNumber');
  if (more & 0x10) builtIn.DateTime(reader, 'timestamp', 0);
  if (more & 0x20) reader.u16le('picoSeconds');
  if (flags & 0x10) reader.u16le('status');
  if (flags & 0x20) reader.u32le('configurationVersion major');
  if (flags & 0x40) reader.u32le('configurationVersion minor');
  const plain = encoding === VARIANTS || encoding === DATA_VALUES;
  const fields: [number, DataValue][] = [];
  if (plain && (frame === KEY_FRAME || frame === DELTA_FRAME)) {
    const count = reader.u16le('field count');
    for (let i = 0; i < count; i++) {
      const index = frame === DELTA_FRAME ? reader.u16le('field index') : i;
      fields.push([index, encoding === VARIANTS ? readBare(reader) : builtIn.DataValue(reader, 'value', 0)]);
    }
  }
  reader.close();
  return fields;
}

function readBare(reader: ByteReader): DataValue {
  return { value: builtIn.Variant(reader, 'value', 0), status: 0, time: NaN };
}
