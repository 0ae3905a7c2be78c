import type { ByteReader } from '../../bytes/byte-reader.ts';
import { clusterName, commandName } from './names.ts';
import { hex2, hex4 } from './numbers.ts';

// Zigbee Cluster Library, 2.5: commands of all clusters.
export const READ = 0x00;
export const READ_ANSWER = 0x01;
export const WRITE = 0x02;
export const WRITE_UNDIVIDED = 0x03;
export const WRITE_ANSWER = 0x04;
export const WRITE_SILENTLY = 0x05;
export const CONFIGURE = 0x06;
export const REPORT = 0x0a;
export const DEFAULT_ANSWER = 0x0b;
export const DISCOVER_ATTRIBUTES = 0x0c;
const generalCommands: Record<number, string> = {
  [READ]: 'read attributes',
  [READ_ANSWER]: 'read attributes response',
  [WRITE]: 'write attributes',
  [WRITE_UNDIVIDED]: 'write attributes undivided',
  [WRITE_ANSWER]: 'write attributes response',
  [WRITE_SILENTLY]: 'write attributes no response',
  [CONFIGURE]: 'configure reporting',
  0x07: 'configure reporting response',
  0x08: 'read reporting configuration',
  0x09: 'read reporting configuration response',
  [REPORT]: 'report attributes',
  [DEFAULT_ANSWER]: 'default response',
  [DISCOVER_ATTRIBUTES]: 'discover attributes',
  0x0d: 'discover attributes response',
  0x11: 'discover commands received',
  0x13: 'discover commands generated',
  0x15: 'discover attributes extended',
};

/** 2.6.3. */
export const statuses: Record<number, string> = {
  0x00: 'success',
  0x01: 'failure',
  0x7e: 'not authorized',
  0x80: 'malformed command',
  0x81: 'unsupported cluster command',
  0x82: 'unsupported general command',
  0x83: 'unsupported manufacturer cluster command',
  0x84: 'unsupported manufacturer general command',
  0x85: 'invalid field',
  0x86: 'unsupported attribute',
  0x87: 'invalid value',
  0x88: 'read only',
  0x89: 'insufficient space',
  0x8b: 'not found',
  0x8c: 'unreportable attribute',
  0x8d: 'invalid data type',
  0x8f: 'write only',
  0x94: 'timeout',
  0xc3: 'unsupported cluster',
};

/** Of one attribute: text for what is no number, null where only the attribute is named. */
export interface Attribute {
  readonly id: number;
  readonly status: number;
  readonly value: number | string | null;
}

export interface ClusterMessage {
  readonly isGeneral: boolean;
  /** From the server of the cluster, who has the attributes, to a client. */
  readonly fromServer: boolean;
  /** -1 for those of the library. */
  readonly manufacturer: number;
  readonly sequence: number;
  readonly command: number;
  readonly attributes: readonly Attribute[];
  /** Of a default response: the command it answers, and how it went. */
  readonly answered: number;
  readonly status: number;
}

const CLUSTER_SPECIFIC = 1;

/** 2.4. */
export function readCluster(reader: ByteReader, cluster: number): ClusterMessage {
  reader.open('cluster library', 'ZCL 2.4');
  reader.remark(clusterName(cluster));
  const control = reader.u8('frame control');
  const type = reader.bits(control, 0x03, 'frame type', { 0: 'of all clusters', 1: 'of this cluster' });
  const isOfMaker = reader.bits(control, 0x04, 'manufacturer specific');
  const fromServer = reader.bits(control, 0x08, 'direction', { 0: 'to server', 1: 'to client' }) === 1;
  reader.bits(control, 0x10, 'disable default response');
  const manufacturer = isOfMaker ? reader.u16le('manufacturer', hex4) : -1;
  const sequence = reader.u8('sequence number');
  const isGeneral = type !== CLUSTER_SPECIFIC;
  const command = reader.u8('command', (code) =>
    isGeneral ? generalCommands[code] : fromServer ? undefined : commandName(cluster, code),
  );
  let [answered, status] = [-1, -1];
  const attributes: Attribute[] = [];
  if (isGeneral && command === DEFAULT_ANSWER && reader.remaining >= 2) {
    answered = reader.u8('answered command');
    status = reader.u8('status', statuses);
  } else if (isGeneral) readAttributes(reader, command, attributes);
  if (reader.remaining > 0) reader.bytes(reader.remaining, 'parameters');
  reader.close();
  return { isGeneral, fromServer, manufacturer, sequence, command, attributes, answered, status };
}

function readAttributes(reader: ByteReader, command: number, attributes: Attribute[]): void {
  switch (command) {
    case READ:
      while (reader.remaining >= 2) {
        attributes.push({ id: reader.u16le('attribute', hex4), status: 0, value: null });
      }
      return;
    case READ_ANSWER:
    case REPORT:
    case WRITE:
    case WRITE_UNDIVIDED:
    case WRITE_SILENTLY:
      while (reader.remaining >= 3) {
        reader.open('attribute');
        const id = reader.u16le('attribute', hex4);
        const status = command === READ_ANSWER ? reader.u8('status', statuses) : 0;
        const value = status === 0 ? readValue(reader) : null;
        reader.close();
        if (value === undefined) return;
        attributes.push({ id, status, value });
      }
      return;
    case WRITE_ANSWER:
      // A single octet: all went well.
      if (reader.remaining === 1) reader.u8('status', statuses);
      while (reader.remaining >= 3) {
        const status = reader.u8('status', statuses);
        attributes.push({ id: reader.u16le('attribute', hex4), status, value: null });
      }
  }
}

const BOOLEAN = 0x10;
const SHORT_OCTETS = 0x41;
const SHORT_TEXT = 0x42;
const LONG_OCTETS = 0x43;
const LONG_TEXT = 0x44;

/** Octets of what is no number: 2.6.2. */
const otherSizes: Record<number, number> = {
  0x00: 0,
  0xe0: 4,
  0xe1: 4,
  0xe8: 2,
  0xe9: 2,
  0xea: 4,
  0xf0: 8,
  0xf1: 16,
  0xff: 0,
};

/** 2.6.2; undefined when it cannot be told where the value ends (structures and collections). */
function readValue(reader: ByteReader): number | string | null | undefined {
  const type = reader.u8('data type', typeName);
  // Of 1 to 8 octets each: data, bit maps, unsigned and signed numbers.
  if (type >= 0x08 && type <= 0x2f && type !== BOOLEAN) {
    const isNumber = (type & 0xf8) === 0x08 || (type & 0xf8) === 0x18 || type >= 0x20;
    return isNumber ? readNumber(reader, (type & 7) + 1, type >= 0x28) : undefined;
  }
  switch (type) {
    case BOOLEAN:
    case 0x30:
      return reader.u8('value');
    case 0x31:
    case 0xe8:
    case 0xe9:
      return reader.u16le('value');
    case 0x39:
      return reader.f32le('value');
    case 0x3a:
      return reader.f64le('value');
    case 0xe2:
      return reader.u32le('value');
    case SHORT_TEXT: {
      const length = reader.u8('length');
      return length === 0xff ? null : reader.text(length, 'value', 'utf-8');
    }
    case LONG_TEXT: {
      const length = reader.u16le('length');
      return length === 0xffff ? null : reader.text(length, 'value', 'utf-8');
    }
    case SHORT_OCTETS: {
      const length = reader.u8('length');
      return length === 0xff ? null : hexadecimal(reader.bytes(length, 'value'));
    }
    case LONG_OCTETS: {
      const length = reader.u16le('length');
      return length === 0xffff ? null : hexadecimal(reader.bytes(length, 'value'));
    }
  }
  if (type === 0x38) {
    reader.bytes(2, 'value');
    return null;
  }
  const size = otherSizes[type];
  if (size === undefined) return undefined;
  // A key is nobody's business.
  if (type === 0xf1) reader.skip(size, 'key');
  else reader.bytes(size, 'value');
  return null;
}

function readNumber(reader: ByteReader, octets: number, isSigned: boolean): number {
  const bytes = reader.bytes(octets, 'value');
  let value = 0;
  for (let i = octets - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
  const shown = isSigned && bytes[octets - 1]! & 0x80 ? value - 256 ** octets : value;
  reader.remark(String(shown));
  return shown;
}

function typeName(type: number): string | undefined {
  const bits = ((type & 7) + 1) * 8;
  if (type >= 0x08 && type <= 0x0f) return `data, ${bits} bits`;
  if (type >= 0x18 && type <= 0x1f) return `bit map, ${bits} bits`;
  if (type >= 0x20 && type <= 0x27) return `unsigned, ${bits} bits`;
  if (type >= 0x28 && type <= 0x2f) return `signed, ${bits} bits`;
  return otherTypes[type];
}

const otherTypes: Record<number, string> = {
  0x00: 'no data',
  [BOOLEAN]: 'boolean',
  0x30: 'enumeration, 8 bits',
  0x31: 'enumeration, 16 bits',
  0x38: 'half precision',
  0x39: 'single precision',
  0x3a: 'double precision',
  [SHORT_OCTETS]: 'octets',
  [SHORT_TEXT]: 'text',
  [LONG_OCTETS]: 'long octets',
  [LONG_TEXT]: 'long text',
  0x48: 'array',
  0x4c: 'structure',
  0x50: 'set',
  0x51: 'bag',
  0xe0: 'time of day',
  0xe1: 'date',
  0xe2: 'UTC time',
  0xe8: 'cluster',
  0xe9: 'attribute',
  0xea: 'BACnet object',
  0xf0: 'extended address',
  0xf1: 'key',
  0xff: 'unknown',
};

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => hex2(byte).slice(2)).join('');
}
