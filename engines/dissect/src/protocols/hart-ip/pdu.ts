import type { ByteReader } from '../../bytes/byte-reader.ts';
import { commandNames } from './operations.ts';
import { manufacturers, unitName, variableName } from './tables.ts';

/** HCF_SPEC-085, 10: the header of HART-IP and what follows. */
export interface HartIpMessage {
  readonly type: number;
  readonly id: number;
  readonly status: number;
  readonly sequence: number;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly number: number;
  readonly isReply: boolean;
  /** Of the device; empty in a direct PDU, which goes to the device itself. */
  readonly address: string;
  /** The first octet of the status of a reply; -1 in a request. */
  readonly response: number;
  /** The second: of the device. */
  readonly deviceStatus: number;
  readonly data: CommandData;
}

export interface CommandData {
  readonly values?: readonly { readonly name: string; readonly value: number; readonly unit: string }[];
  readonly identity?: Identity;
  readonly text?: string;
  readonly tag?: string;
  readonly descriptor?: string;
  readonly number?: number;
  readonly unit?: string;
  readonly items?: readonly string[];
}

export interface Identity {
  readonly vendor: string;
  readonly deviceType: string;
  readonly serial: string;
  readonly firmware: string;
  readonly hardware: string;
}

export const HEADER = 8;
export const REQUEST = 0;
export const RESPONSE = 1;
export const PUBLISH = 2;
export const NAK = 15;
export const types: Record<number, string> = {
  [REQUEST]: 'request',
  [RESPONSE]: 'response',
  [PUBLISH]: 'publish',
  [NAK]: 'NAK',
};

export const INITIATE = 0;
export const CLOSE = 1;
export const KEEP_ALIVE = 2;
export const TOKEN = 3;
export const DIRECT = 4;
export const AUDIT_LOG = 5;
export const ids: Record<number, string> = {
  [INITIATE]: 'session initiate',
  [CLOSE]: 'session close',
  [KEEP_ALIVE]: 'keep alive',
  [TOKEN]: 'token-passing PDU',
  [DIRECT]: 'direct PDU',
  [AUDIT_LOG]: 'read audit log',
};

const BACK = 1;
const STX = 2;
export const ACK = 6;
const frameTypes: Record<number, string> = {
  [BACK]: 'burst',
  [STX]: 'master to device',
  [ACK]: 'device to master',
};
const EXTENDED = 31;
const MOST_COMMANDS = 64;
const MOST_SLOTS = 16;
const dynamic = ['PV', 'SV', 'TV', 'QV'];
const nothing: CommandData = {};

export function readHartIp(reader: ByteReader): HartIpMessage {
  reader.open('header', 'HCF_SPEC-085 10.1');
  reader.u8('version');
  const type = reader.bits(reader.u8('message type'), 0x0f, 'type', types);
  const id = reader.u8('message id', ids);
  const status = reader.u8('status');
  const sequence = reader.u16('sequence number');
  reader.u16('byte count');
  reader.close();
  const commands = readBody(reader, id, type);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  return { type, id, status, sequence, commands };
}

function readBody(reader: ByteReader, id: number, type: number): Command[] {
  if (reader.remaining === 0 || type === NAK) return [];
  switch (id) {
    case INITIATE:
      reader.u8('host type', { 0: 'secondary', 1: 'primary' });
      if (reader.remaining >= 4) reader.u32('inactivity close time');
      return [];
    case TOKEN:
      return [readToken(reader)];
    case DIRECT:
      return readDirect(reader, type);
    default:
      return [];
  }
}

/** Token-Passing Data Link Layer Specification (HCF_SPEC-081), 5.1. */
function readToken(reader: ByteReader): Command {
  reader.open('token-passing PDU', 'HCF_SPEC-081 5.1');
  const delimiter = reader.u8('delimiter');
  const long = reader.bits(delimiter, 0x80, 'unique address');
  const expansion = reader.bits(delimiter, 0x60, 'expansion bytes');
  reader.bits(delimiter, 0x18, 'physical layer', { 0: 'asynchronous', 1: 'synchronous' });
  const frame = reader.bits(delimiter, 0x07, 'frame type', frameTypes);
  const address = readAddress(reader, long === 1);
  if (expansion > 0) reader.skip(expansion, 'expansion');
  const short = reader.u8('command', commandNames);
  const count = reader.u8('byte count');
  const whole = reader.limit(count, 'byte count');
  const isReply = frame !== STX;
  const response = isReply && reader.remaining > 0 ? readResponse(reader) : -1;
  const deviceStatus = isReply && reader.remaining > 0 ? readDeviceStatus(reader) : 0;
  const number = short === EXTENDED && reader.remaining >= 2 ? reader.u16('extended command') : short;
  const data = readData(reader, number, isReply, response);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  reader.u8('checksum');
  reader.close();
  return { number, isReply, address, response, deviceStatus, data };
}

/** HCF_SPEC-085, 10.3.5: commands one behind the other, their numbers in two octets. */
function readDirect(reader: ByteReader, type: number): Command[] {
  const commands: Command[] = [];
  const isReply = type !== REQUEST;
  const deviceStatus = readDeviceStatus(reader);
  if (reader.remaining > 0) reader.u8('extended status');
  while (reader.remaining >= 3 && commands.length < MOST_COMMANDS) {
    reader.open('command');
    const number = reader.u16('command', commandNames);
    const count = reader.u8('byte count');
    const whole = reader.limit(count, 'byte count');
    const response = isReply && reader.remaining > 0 ? readResponse(reader) : -1;
    const data = readData(reader, number, isReply, response);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    reader.release(whole);
    reader.close();
    commands.push({ number, isReply, address: '', response, deviceStatus, data });
  }
  return commands;
}

function readAddress(reader: ByteReader, long: boolean): string {
  if (!long) {
    const address = reader.u8('polling address');
    reader.bits(address, 0x80, 'primary master');
    reader.bits(address, 0x40, 'burst mode');
    return `polling address ${reader.bits(address, 0x3f, 'address')}`;
  }
  const bytes = reader.bytes(5, 'unique address');
  return [bytes[0]! & 0x3f, ...bytes.subarray(1)].map(hexOctet).join('');
}

function readResponse(reader: ByteReader): number {
  const code = reader.u8('response code');
  reader.bits(code, 0x80, 'communication error');
  return code;
}

function readDeviceStatus(reader: ByteReader): number {
  const status = reader.u8('device status');
  reader.bits(status, 0x80, 'device malfunction');
  reader.bits(status, 0x40, 'configuration changed');
  reader.bits(status, 0x20, 'cold start');
  reader.bits(status, 0x10, 'more status available');
  reader.bits(status, 0x08, 'loop current fixed');
  reader.bits(status, 0x04, 'loop current saturated');
  reader.bits(status, 0x02, 'non-primary variable out of limits');
  reader.bits(status, 0x01, 'primary variable out of limits');
  return status;
}

/** A reply that says no ends with its status. */
function readData(reader: ByteReader, number: number, isReply: boolean, response: number): CommandData {
  if (reader.remaining === 0 || (response & 0x80 && response >= 0)) return nothing;
  reader.open('data', 'HCF_SPEC-127, 151');
  const data = isReply ? readAnswer(reader, number) : readQuestion(reader, number);
  reader.close();
  return data;
}

function readAnswer(reader: ByteReader, number: number): CommandData {
  const room = reader.remaining;
  switch (number) {
    case 0:
    case 11:
    case 21:
      return room >= 12 ? { identity: readIdentity(reader) } : nothing;
    case 1:
      return room >= 5 ? { values: [readValue(reader, 'PV')] } : nothing;
    case 2:
      return room >= 8 ? { values: readLoop(reader) } : nothing;
    case 3:
      return room >= 4 ? { values: readDynamic(reader) } : nothing;
    case 9:
      return { values: readDeviceVariables(reader) };
    case 33:
      return { values: readSlots(reader) };
    case 12:
    case 17:
      return room >= 24 ? { text: readPacked(reader, 24, 'message') } : nothing;
    default:
      return readQuestion(reader, number);
  }
}

/** Replies to writing repeat what was asked for. */
function readQuestion(reader: ByteReader, number: number): CommandData {
  const room = reader.remaining;
  switch (number) {
    case 6:
      return { number: reader.u8('polling address') };
    case 13:
    case 18: {
      if (room < 21) return nothing;
      const tag = readPacked(reader, 6, 'tag');
      const descriptor = readPacked(reader, 12, 'descriptor');
      reader.u8('day');
      reader.u8('month');
      reader.u8('year since 1900');
      return { tag, descriptor };
    }
    case 17:
      return room >= 24 ? { text: readPacked(reader, 24, 'message') } : nothing;
    case 16:
    case 19:
      return room >= 3 ? { number: reader.u24('final assembly number') } : nothing;
    case 20:
    case 22:
      return room >= 32 ? { tag: reader.text(32, 'long tag') } : nothing;
    case 34:
      return room >= 4 ? { number: float(reader, 'damping') } : nothing;
    case 35: {
      if (room < 9) return nothing;
      const unit = unitName(reader.u8('unit', unitName));
      const upper = { name: 'upper', value: float(reader, 'upper range value'), unit };
      return { values: [upper, { name: 'lower', value: float(reader, 'lower range value'), unit }] };
    }
    case 40:
    case 45:
    case 46:
      return room >= 4 ? { number: float(reader, 'loop current') } : nothing;
    case 44:
      return { unit: unitName(reader.u8('unit', unitName)) };
    case 47:
      return { number: reader.u8('transfer function', { 0: 'linear', 1: 'square root' }) };
    case 52:
      return { items: [variableName(reader.u8('device variable', variableName))] };
    case 53:
      if (room < 2) return nothing;
      return {
        items: [variableName(reader.u8('device variable', variableName))],
        unit: unitName(reader.u8('unit', unitName)),
      };
    case 55:
      if (room < 5) return nothing;
      return {
        items: [variableName(reader.u8('device variable', variableName))],
        number: float(reader, 'damping'),
      };
    case 79: {
      if (room < 7) return nothing;
      const name = variableName(reader.u8('device variable', variableName));
      reader.u8('command', { 0: 'normal', 1: 'fixed value' });
      const unit = unitName(reader.u8('unit', unitName));
      return { items: [name], unit, number: float(reader, 'value') };
    }
    default:
      return nothing;
  }
}

/** Command 0: identity of revision 5 to 7. */
function readIdentity(reader: ByteReader): Identity {
  reader.u8('254');
  const type = reader.u16('expanded device type');
  reader.u8('preambles');
  const universal = reader.u8('universal command revision');
  const device = reader.u8('device revision');
  const software = reader.u8('software revision');
  const hardware = reader.bits(reader.u8('hardware revision and signalling'), 0xf8, 'hardware revision');
  reader.u8('flags');
  const serial = reader.u24('device id');
  let manufacturer = type >> 8;
  if (reader.remaining >= 10) {
    reader.u8('response preambles');
    reader.u8('device variables');
    reader.u16('configuration change counter');
    reader.u8('extended status');
    manufacturer = reader.u16('manufacturer', manufacturers);
    reader.u16('private label', manufacturers);
    reader.u8('device profile');
  }
  return {
    vendor: manufacturers[manufacturer] ?? '',
    deviceType: `HART 0x${type.toString(16).padStart(4, '0')}, revision ${device} (HART ${universal})`,
    serial: String(serial),
    firmware: String(software),
    hardware: String(hardware),
  };
}

function readValue(reader: ByteReader, name: string) {
  const unit = unitName(reader.u8('unit', unitName));
  return { name, unit, value: float(reader, name) };
}

function readLoop(reader: ByteReader) {
  const current = float(reader, 'loop current');
  return [
    { name: 'loop current', value: current, unit: 'mA' },
    { name: 'percent of range', value: float(reader, 'percent of range'), unit: '%' },
  ];
}

function readDynamic(reader: ByteReader) {
  const values = [{ name: 'loop current', value: float(reader, 'loop current'), unit: 'mA' }];
  for (const name of dynamic) if (reader.remaining >= 5) values.push(readValue(reader, name));
  return values;
}

function readDeviceVariables(reader: ByteReader) {
  reader.u8('extended device status');
  const values = [];
  while (reader.remaining >= 8 && values.length < MOST_SLOTS) {
    reader.open('slot');
    const name = variableName(reader.u8('device variable', variableName));
    reader.u8('classification');
    values.push(readValue(reader, name));
    reader.u8('status');
    reader.close();
  }
  return values;
}

function readSlots(reader: ByteReader) {
  const values = [];
  while (reader.remaining >= 6 && values.length < MOST_SLOTS) {
    const name = variableName(reader.u8('device variable', variableName));
    values.push(readValue(reader, name));
  }
  return values;
}

function float(reader: ByteReader, field: string): number {
  const value = reader.f32(field);
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : value;
}

/** HCF_SPEC-127, 5.1.1: four letters in three octets. */
function readPacked(reader: ByteReader, length: number, field: string): string {
  const bytes = reader.bytes(length, field);
  let text = '';
  for (let i = 0; i + 2 < length; i += 3) {
    const three = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    for (let shift = 18; shift >= 0; shift -= 6) {
      const six = (three >> shift) & 0x3f;
      text += String.fromCharCode(six < 0x20 ? six | 0x40 : six);
    }
  }
  text = text.trim();
  // As many `@` as there are letters: never written.
  text = /^@*$/.test(text) ? '' : text;
  reader.remark(text);
  return text;
}

function hexOctet(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
