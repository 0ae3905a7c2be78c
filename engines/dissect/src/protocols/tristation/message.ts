import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import { crc16, crc16Arc } from '../../bytes/crc16.ts';
import { type ImplantCommand, readImplantCommand } from './implant.ts';
import { agreements, commands, keys, loadingStates, modules, runStates, types } from './names.ts';
import {
  ALLOCATE_FUNCTION,
  ALLOCATE_PROGRAM,
  READ_PROCESSORS,
  READ_VERSIONS,
  UPLOAD_FUNCTION,
  UPLOAD_PROGRAM,
} from './operations.ts';
import { refusalOf } from './refusals.ts';

/** A message of the communication module, and the command or reply of TriStation in it. */
export interface TriStationMessage {
  readonly type: number;
  /** False when one of both checksums is wrong. */
  readonly sound: boolean;
  readonly command?: number;
  readonly isReply?: boolean;
  readonly sequence?: number;
  readonly piece?: Piece;
  readonly wanted?: Wanted;
  readonly change?: Change;
  readonly status?: Status;
  readonly installed?: readonly string[];
  readonly serial?: string;
  readonly version?: string;
  readonly reason?: number;
  readonly implant?: ImplantCommand;
}

/** Of a program or function on its way, counted in words of four octets. */
export interface Piece {
  readonly isFunction: boolean;
  readonly id: number;
  readonly full: number;
  readonly offset: number;
  readonly count: number;
  readonly content: Uint8Array;
}

export interface Wanted {
  readonly id: number;
  readonly offset: number;
}

/** What the program will be once all is loaded. */
export interface Change {
  readonly project: string;
  readonly programs: number;
  readonly functions: number;
}

export interface Status {
  readonly key: number;
  readonly run: number;
  readonly project: string;
  readonly user?: string;
}

export const COMMAND = 5;
export const HEADER = 4;
export const CHECKSUM = 2;
export const WORD = 4;
/** Where the code of a piece begins. */
export const CODE_AT = 24;
const COMMAND_HEADER = 10;
export const AROUND_DATA = HEADER + COMMAND_HEADER + CHECKSUM;
const REJECTED = 100;
const ATTACHED = 106;
const STATUS = 108;
const CHASSIS = 119;
const VERSIONS = 151;
const PROGRAM = 162;
const FUNCTION = 163;
const PROJECT_NAME = 10;
const START_PROGRAM = 59;
const START_ALL = 0;
const START_CHANGE = 1;
const SLOTS = 16;
/** With fewer lights on, a module is not seated. */
const PRESENT = 2;
/** Where the controller tells its own number, after modules and what is in their chassis. */
const CONTROLLER_AT = 450;
const CONTROLLER = 17;

export function isSized(bytes: Uint8Array, start: number, end: number): boolean {
  const length = u16leAt(bytes, start + 2);
  return (length === 0 || length >= COMMAND_HEADER) && HEADER + length + CHECKSUM === end - start;
}

/** That of the whole message. */
export function crcAgrees(bytes: Uint8Array, start: number, end: number): boolean {
  return crc16(crc16Arc, 0, bytes, start, end - CHECKSUM) === u16leAt(bytes, end - CHECKSUM);
}

export function readTriStation(reader: ByteReader): TriStationMessage {
  const whole = reader.peekBytes(reader.remaining);
  reader.open('communication module');
  const type = reader.u8('type', types);
  reader.u8('channel');
  const length = reader.u16le('length');
  reader.close();
  const before = reader.limit(length, 'length');
  const inner = length > 0 ? readCommand(reader) : undefined;
  reader.release(before);
  const right = crc16(crc16Arc, 0, whole, 0, HEADER + length);
  const agrees = reader.u16le('checksum') === right;
  if (!agrees) reader.remark(`should be ${right}`);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'beyond');
  return { type, ...inner, sound: agrees && inner?.sound !== false };
}

type Body = Omit<TriStationMessage, 'type' | 'sound' | 'command' | 'isReply' | 'sequence'>;

function readCommand(reader: ByteReader): Omit<TriStationMessage, 'type'> {
  const whole = reader.peekBytes(reader.remaining);
  reader.open('command');
  const isReply = reader.u8('direction', { 0: 'to the controller', 1: 'from the controller' }) === 1;
  reader.u8('connection');
  const command = reader.u8('command', commands);
  const sequence = reader.u8('sequence number');
  reader.u16le('unknown');
  const sum = reader.u16le('sum');
  const right = sumOf(whole);
  if (sum !== right) reader.remark(`should be ${right}`);
  reader.u16le('length');
  reader.close();
  reader.open('data');
  const body = sum === right ? readBody(reader, command, isReply) : {};
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return { sound: sum === right, command, isReply, sequence, ...body };
}

/** All octets but the sum itself, and once more the length. */
function sumOf(bytes: Uint8Array): number {
  let sum = bytes.length;
  for (let at = 0; at < bytes.length; at++) if (at !== 6 && at !== 7) sum += bytes[at]!;
  return sum & 0xffff;
}

function readBody(reader: ByteReader, command: number, isReply: boolean): Body {
  const left = reader.remaining;
  if (!isReply) {
    switch (command) {
      case ALLOCATE_PROGRAM:
      case ALLOCATE_FUNCTION:
        return left >= 10 ? { piece: readPiece(reader, command === ALLOCATE_FUNCTION) } : {};
      case UPLOAD_PROGRAM:
      case UPLOAD_FUNCTION:
        return left >= 8 ? { wanted: readWanted(reader) } : {};
      case START_CHANGE:
      case START_ALL:
        return left >= 42 ? { change: readChange(reader) } : {};
      case READ_PROCESSORS: {
        const implant = readImplantCommand(reader);
        return implant ? { implant } : {};
      }
      case READ_VERSIONS:
        // The malware asks with 1; what else there might be is not known.
        if (left >= 2) reader.u16le('argument');
        return {};
      case START_PROGRAM:
        return left >= 26 ? { change: readStart(reader) } : {};
      default:
        return {};
    }
  }
  switch (command) {
    case REJECTED:
      return left >= 1 ? { reason: reader.u8('reason', (code) => refusalOf(code).text) } : {};
    case ATTACHED:
      return left >= 5 ? { version: readVersion(reader) } : {};
    case STATUS:
      return left >= 76 ? { status: readStatus(reader) } : {};
    case CHASSIS:
      return left >= 166 + SLOTS * 32 ? readChassis(reader) : {};
    case VERSIONS:
      return left >= 147 ? readVersions(reader) : {};
    case PROGRAM:
    case FUNCTION:
      return left >= 10 ? { piece: readPiece(reader, command === FUNCTION) } : {};
    default:
      return {};
  }
}

function readPiece(reader: ByteReader, isFunction: boolean): Piece {
  const id = reader.u16le(isFunction ? 'function' : 'program');
  reader.u16le('next');
  const full = reader.u16le('words in all');
  const offset = reader.u16le('first word');
  const count = reader.u16le('words here');
  const content = reader.bytes(Math.min(reader.remaining, count * WORD), 'code');
  return { isFunction, id, full, offset, count, content };
}

function readWanted(reader: ByteReader): Wanted {
  const id = reader.u16le('number');
  reader.u32le('unknown');
  return { id, offset: reader.u16le('first word') };
}

function readChange(reader: ByteReader): Change {
  reader.text(PROJECT_NAME, 'project now');
  readProjectVersion(reader, 'version now');
  readProjectVersion(reader, 'new version');
  const project = reader.text(PROJECT_NAME, 'new project');
  reader.u16le('unknown');
  const functions = reader.u16le('functions');
  return { project, functions, programs: reader.u16le('programs') };
}

function readStart(reader: ByteReader): Change {
  reader.skip(6, 'unknown');
  reader.u32le('time', secondsSince1970);
  const project = reader.text(PROJECT_NAME, 'project');
  const functions = reader.u16le('functions');
  return { project, functions, programs: reader.u16le('programs') };
}

function readProjectVersion(reader: ByteReader, group: string): string {
  reader.open(group);
  const minor = reader.u16le('minor');
  const major = reader.u16le('major');
  reader.u32le('time', secondsSince1970);
  reader.close();
  return `${major}.${minor}`;
}

const secondsSince1970 = (value: number) => new Date(value * 1000).toISOString();

function readVersion(reader: ByteReader): string {
  reader.skip(3, 'unknown');
  const major = reader.u8('major version');
  return `${major}.${reader.u8('minor version')}`;
}

/**
 * Where the user stands at the end was seen in a capture only. Tricotools has the fault status here; the malware takes it
 * two octets further on.
 */
function readStatus(reader: ByteReader): Status {
  reader.u16le('unknown');
  reader.u8('load in progress');
  reader.u8('modification in progress');
  reader.u8('state of loading', loadingStates);
  reader.u8('single scan');
  reader.u8('program is valid');
  const key = reader.u8('key switch', keys);
  const run = reader.u8('run state', runStates);
  reader.u8('unknown');
  reader.u32le('unknown');
  for (const name of ['my', 'us', 'ds', 'heap from', 'heap to']) reader.u32le(name);
  reader.skip(6, 'unknown');
  reader.u32le('fault status');
  reader.skip(6, 'unknown');
  for (const name of ['scan time wanted', 'scan time', 'surplus of scan time']) reader.u16le(name);
  reader.u16le('unknown');
  const version = readProjectVersion(reader, 'version of the project');
  const name = reader.text(PROJECT_NAME, 'project');
  const project = name === '' ? '' : `${name} ${version}`;
  if (reader.remaining < 106) return { key, run, project };
  reader.skip(88, 'unknown');
  return { key, run, project, user: reader.text(Math.min(18, reader.remaining), 'user') };
}

function readChassis(reader: ByteReader): Body {
  reader.u16le('node');
  reader.u8('unknown');
  const run = reader.u8('run state', runStates);
  const key = reader.u8('key switch', keys);
  reader.u8('unknown');
  const version = readProjectVersion(reader, 'version of the project');
  reader.u32le('scan time wanted');
  reader.u32le('scan time');
  reader.u16le('surplus of scan time');
  reader.u32le('unknown');
  reader.u32le('poll time');
  const name = reader.text(PROJECT_NAME, 'project');
  reader.u32le('calendar', secondsSince1970);
  reader.u32le('unknown');
  reader.u32le('memory');
  reader.u32le('memory free');
  reader.skip(8, 'unknown');
  reader.skip(100, 'main processors');
  const installed: string[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    reader.open(`slot ${slot}`);
    const lights = reader.u8('lights');
    reader.bits(lights, 0x01, 'pass');
    const isFaulty = lights > PRESENT && reader.bits(lights, 0x02, 'fault') === 1;
    reader.bits(lights, 0x04, 'active');
    reader.u8('other lights');
    const type = reader.u8('module', modules);
    const agreement = reader.u8('agrees with the project', agreements);
    reader.skip(28, 'unused');
    reader.close();
    if (type === 0) continue;
    const remarks = [isFaulty && 'fault', agreement > 1 && agreements[agreement]].filter(Boolean);
    installed.push([`${slot}: ${moduleName(type)}`, ...remarks].join(', '));
  }
  return { status: { key, run, project: name === '' ? '' : `${name} ${version}` }, installed };
}

function readVersions(reader: ByteReader): Body {
  const all = reader.remaining;
  reader.u8('chassis');
  const present = reader.u8('modules are present') === 255;
  const installed: string[] = [];
  for (let slot = 0; present && slot < SLOTS; slot++) {
    reader.open(`slot ${slot}`);
    const type = reader.u16le('module', modules);
    const versions = [1, 2, 3].map((number) => reader.u16le(`firmware ${number}`));
    reader.close();
    if (type !== 0) installed.push(`${slot}: ${moduleName(type)} ${versions.join('.')}`);
  }
  if (!present) return {};
  const chassis = readProduct(reader, 'chassis');
  if (all - CONTROLLER_AT < CONTROLLER) return { installed, serial: chassis };
  reader.skip(CONTROLLER_AT - (all - reader.remaining), 'unknown');
  return { installed, serial: readProduct(reader, 'controller') };
}

function readProduct(reader: ByteReader, group: string): string {
  reader.open(group);
  reader.text(6, 'assembly');
  reader.text(3, 'revision');
  const serial = reader.text(Math.min(8, reader.remaining), 'serial number');
  reader.close();
  return serial;
}

function moduleName(type: number): string {
  return modules[type] ?? `type ${type}`;
}
