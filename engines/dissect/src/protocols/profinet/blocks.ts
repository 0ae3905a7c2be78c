import type { ByteReader } from '../../bytes/byte-reader.ts';
import { ipText } from '../dcp/message.ts';
import { profinetVendors } from '../dcp/vendors.ts';
import { readUuid } from '../dcerpc/uuid.ts';
import { readDiagnosis } from './diagnosis.ts';
import {
  AR_REQUEST,
  AR_RESPONSE,
  AR_SERVER,
  ANSWER,
  arTypes,
  ALARM_CR_REQUEST,
  blockName,
  CONTAINER,
  DIAGNOSIS,
  EXPECTED_SUBMODULE,
  FIRST_CONTROL,
  IM0,
  IM1,
  IM2,
  IM3,
  IM4,
  indexName,
  IOCR_REQUEST,
  IOCR_RESPONSE,
  isOfBlocks,
  LAST_CONTROL,
  MODULE_DIFFERENCES,
  MULTIPLE,
  READ_REQUEST,
  READ_RESPONSE,
  WRITE_MULTIPLE,
  WRITE_REQUEST,
  WRITE_RESPONSE,
} from './names.ts';
import { readStatus, type Status } from './status.ts';

/** IEC 61158-6-10, 5.2.1: what a message is made of. */
export interface Block {
  readonly type: number;
  readonly relation?: Relation;
  readonly iocr?: Iocr;
  readonly submodules?: readonly Submodule[];
  readonly record?: RecordHeader;
  readonly control?: Control;
  readonly differences?: readonly string[];
  readonly identification?: Identification;
  /** What I&M1 to I&M4 say, or the name of a station. */
  readonly texts?: readonly string[];
  readonly interface?: { station: string; mac: Uint8Array; ip: number };
  readonly diagnosis?: readonly string[];
  readonly blocks?: readonly Block[];
  /** Of a record that is not made of blocks. */
  readonly data?: Uint8Array;
}

/** ARBlockReq and ARBlockRes. */
export interface Relation {
  readonly kind: number;
  readonly id: string;
  readonly mac: Uint8Array;
  /** Of the one who asks. */
  readonly object?: string;
  readonly station?: string;
}

/** IOCRBlockReq and IOCRBlockRes: how cyclic data travel. */
export interface Iocr {
  /** 1 input, 2 output. */
  readonly kind: number;
  readonly reference: number;
  readonly frame: number;
  readonly length: number;
  /** Milliseconds. */
  readonly cycle: number;
  readonly objects: readonly IoObject[];
}

/** Where the data of a submodule stand. */
export interface IoObject {
  readonly slot: number;
  readonly subslot: number;
  readonly offset: number;
}

export interface Submodule {
  readonly slot: number;
  readonly subslot: number;
  readonly module: number;
  readonly submodule: number;
  /** Bytes. */
  readonly inputs: number;
  readonly outputs: number;
}

export interface RecordHeader {
  readonly sequence: number;
  readonly relation: string;
  readonly slot: number;
  readonly subslot: number;
  readonly index: number;
  readonly length: number;
  readonly status?: Status;
}

export interface Control {
  readonly relation: string;
  readonly command: number;
}

export interface Identification {
  readonly vendor: number;
  readonly order: string;
  readonly serial: string;
  readonly hardware: number;
  readonly software: string;
}

export const INPUT = 1;
export const OUTPUT = 2;
const DEEPEST = 6;
const HEADER = 6;
/** Cycles are counted in units of 31.25 µs. */
const UNIT = 0.03125;

/** Keeps the types of all blocks, also of those inside others and of those before a mistake. */
export class Types {
  readonly seen: number[] = [];

  clear(): this {
    this.seen.length = 0;
    return this;
  }
}

export function readBlocks(reader: ByteReader, types: Types, depth = 0): Block[] {
  const blocks: Block[] = [];
  while (reader.remaining >= HEADER && isBlock(reader)) {
    const block = readBlock(reader, types, depth);
    const { record } = block;
    if (!record || !bringsData(block.type)) blocks.push(block);
    else blocks.push(readRecord(reader, types, block, record, depth));
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  return blocks;
}

/** There is padding between blocks, and behind the last. */
function isBlock(reader: ByteReader): boolean {
  return (reader.peek() | reader.peek(1)) !== 0;
}

function bringsData(type: number): boolean {
  return type === WRITE_REQUEST || type === READ_RESPONSE;
}

function readRecord(
  reader: ByteReader,
  types: Types,
  block: Block,
  record: RecordHeader,
  depth: number,
): Block {
  const length = Math.min(record.length, reader.remaining);
  if (length === 0) return block;
  const begin = reader.offset;
  const whole = reader.limit(length, 'record data length');
  reader.open(indexName(record.index));
  const content = readContent(reader, types, record.index, depth);
  reader.close();
  reader.release(whole);
  const unaligned = (reader.offset - begin) % 4;
  if (unaligned > 0 && reader.remaining >= 4 - unaligned) reader.skip(4 - unaligned, 'padding');
  return { ...block, ...content };
}

function readContent(reader: ByteReader, types: Types, index: number, depth: number): Partial<Block> {
  const ofBlocks = index === WRITE_MULTIPLE || (isOfBlocks(index) && reader.remaining >= HEADER);
  if (ofBlocks && depth < DEEPEST) return { blocks: readBlocks(reader, types, depth + 1) };
  return { data: reader.bytes(reader.remaining, 'data') };
}

function readBlock(reader: ByteReader, types: Types, depth: number): Block {
  const type = (reader.peek() << 8) | reader.peek(1);
  const begin = reader.offset;
  reader.open(blockName(type), 'IEC 61158-6-10, 5.2.1');
  reader.u16('type', blockName);
  types.seen.push(type);
  const whole = reader.limit(reader.u16('length'), 'length');
  reader.u8('version');
  const minor = reader.u8('minor version');
  const body = { type, ...readBody(reader, types, type, minor, begin, depth) };
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  reader.release(whole);
  reader.close();
  return body;
}

function readBody(
  reader: ByteReader,
  types: Types,
  type: number,
  minor: number,
  begin: number,
  depth: number,
): Partial<Block> {
  const inside = (): Partial<Block> =>
    depth < DEEPEST ? { blocks: readBlocks(reader, types, depth + 1) } : {};
  if ((type & ~ANSWER) >= FIRST_CONTROL && (type & ~ANSWER) <= LAST_CONTROL) return readControl(reader);
  switch (type) {
    case AR_REQUEST:
    case AR_RESPONSE:
      return { relation: readRelation(reader, type === AR_REQUEST) };
    case IOCR_REQUEST:
    case IOCR_RESPONSE:
      return { iocr: readIocr(reader, type === IOCR_REQUEST) };
    case ALARM_CR_REQUEST:
      return readAlarmCr(reader);
    case EXPECTED_SUBMODULE:
      return { submodules: readSubmodules(reader) };
    case MODULE_DIFFERENCES:
      return { differences: readDifferences(reader) };
    case AR_SERVER:
      return { texts: [reader.text(reader.u16('length of name'), 'station')] };
    case WRITE_REQUEST:
    case READ_REQUEST:
    case WRITE_RESPONSE:
    case READ_RESPONSE:
      return { record: readRecordHeader(reader, type) };
    case IM0:
      return { identification: readIdentification(reader) };
    case IM1:
      return { texts: [reader.text(32, 'function'), reader.text(22, 'location')] };
    case IM2:
      return { texts: [reader.text(16, 'date of installation')] };
    case IM3:
      return { texts: [reader.text(54, 'descriptor')] };
    case IM4:
      reader.skip(Math.min(54, reader.remaining), 'signature');
      return {};
    case 0x0030:
    case 0x0031:
    case 0x0032:
      return readFilter(reader);
    case 0x0012:
    case 0x0013:
      return readIdentifiers(reader, minor);
    case DIAGNOSIS:
      return { diagnosis: readDiagnosisBlock(reader, minor) };
    case MULTIPLE:
      reader.skip(2, 'padding');
      readPlace(reader);
      return inside();
    case CONTAINER:
      return readContainer(reader, inside);
    case 0x0240:
      return { interface: readInterface(reader, begin) };
    case 0x020f:
      return readPort(reader, begin);
    case 0x0200:
    case 0x0202:
    case 0x0205:
      reader.skip(2, 'padding');
      reader.u16('slot');
      reader.u16('subslot');
      return inside();
    case 0x010b:
    case 0x0608:
    case 0x0609:
      reader.skip(2, 'padding');
      return inside();
    case 0x022a:
      reader.u16('number of subframes');
      return inside();
    case 0x0211:
    case 0x0212:
    case 0x0213:
      if (minor === 0) return readMrp(reader, type);
      reader.u8('padding');
      reader.u8('number of instances');
      return inside();
    case 0x0231:
    case 0x0232:
    case 0x0233:
      return readMrp(reader, type);
    case 0x0601:
      reader.skip(2, 'padding');
      reader.u32('fast start-up', { 0: 'off', 1: 'on' });
      readUuid(reader, 'parameters', false);
      return {};
    default:
      return {};
  }
}

function readPlace(reader: ByteReader): { slot: number; subslot: number } {
  reader.u32('API');
  return { slot: reader.u16('slot'), subslot: reader.u16('subslot') };
}

// 5.2.3.1 and 5.2.4.2: who connects.
function readRelation(reader: ByteReader, asks: boolean): Relation {
  const kind = reader.u16('kind', arTypes);
  const id = readUuid(reader, 'relation', false);
  reader.u16('session key');
  const mac = Uint8Array.from(reader.bytes(6, asks ? 'MAC address of the initiator' : 'MAC address'));
  if (!asks) {
    reader.u16('UDP port of RT');
    return { kind, id, mac };
  }
  const object = readUuid(reader, 'object of the initiator', false);
  const properties = reader.u32('properties');
  reader.bits(properties, 0x07, 'state', { 0: 'backup', 1: 'primary' });
  reader.bits(properties, 0x08, 'supervisor may take over');
  reader.bits(properties, 0x10, 'parameterization server', { 0: 'external', 1: 'the initiator' });
  reader.bits(properties, 0x0100, 'device access');
  reader.bits(properties, 0x4000_0000, 'start-up mode', { 0: 'legacy', 1: 'advanced' });
  reader.u16('activity timeout');
  reader.u16('UDP port of RT');
  const station = reader.text(reader.u16('length of name'), 'station');
  return { kind, id, mac, object, station };
}

// 5.2.3.2 and 5.2.4.3.
function readIocr(reader: ByteReader, asks: boolean): Iocr {
  const kind = reader.u16('kind', {
    1: 'input',
    2: 'output',
    3: 'multicast provider',
    4: 'multicast consumer',
  });
  const reference = reader.u16('reference');
  if (!asks) {
    return { kind, reference, frame: reader.u16('frame identifier'), length: 0, cycle: 0, objects: [] };
  }
  reader.u16('EtherType');
  const properties = reader.u32('properties');
  reader.bits(properties, 0x0f, 'RT class');
  const length = reader.u16('length of data');
  const frame = reader.u16('frame identifier');
  const clock = reader.u16('send clock factor');
  const ratio = reader.u16('reduction ratio');
  reader.u16('phase');
  reader.u16('sequence');
  reader.u32('send offset');
  reader.u16('watchdog factor');
  reader.u16('data hold factor');
  reader.u16('tag header');
  reader.bytes(6, 'multicast address');
  const objects: IoObject[] = [];
  const apis = reader.u16('number of APIs');
  for (let i = 0; i < apis; i++) {
    reader.open('API');
    reader.u32('API');
    readObjects(reader, 'data', objects);
    readObjects(reader, 'consumer status', []);
    reader.close();
  }
  return { kind, reference, frame, length, cycle: clock * ratio * UNIT, objects };
}

function readObjects(reader: ByteReader, what: string, objects: IoObject[]): void {
  const count = reader.u16(`number of objects, ${what}`);
  for (let i = 0; i < count; i++) {
    reader.open(what);
    const [slot, subslot, offset] = [reader.u16('slot'), reader.u16('subslot'), reader.u16('offset')];
    reader.close();
    objects.push({ slot, subslot, offset });
  }
}

// 5.2.3.3.
function readAlarmCr(reader: ByteReader): Partial<Block> {
  reader.u16('kind');
  reader.u16('EtherType');
  reader.u32('properties');
  reader.u16('timeout, in 100 ms');
  reader.u16('retries');
  reader.u16('local reference');
  reader.u16('longest alarm data');
  reader.u16('tag header, high');
  reader.u16('tag header, low');
  return {};
}

const BOTH = 3;

// 5.2.3.4: what the controller believes to be in the slots.
function readSubmodules(reader: ByteReader): Submodule[] {
  const submodules: Submodule[] = [];
  const apis = reader.u16('number of APIs');
  for (let i = 0; i < apis; i++) {
    reader.open('module');
    reader.u32('API');
    const slot = reader.u16('slot');
    const module = reader.u32('module');
    reader.u16('properties of the module');
    const count = reader.u16('number of submodules');
    for (let j = 0; j < count; j++) submodules.push(readSubmodule(reader, slot, module));
    reader.close();
  }
  return submodules;
}

function readSubmodule(reader: ByteReader, slot: number, module: number): Submodule {
  reader.open('submodule');
  const subslot = reader.u16('subslot');
  const submodule = reader.u32('submodule');
  const properties = reader.u16('properties');
  const kind = reader.bits(properties, 0x03, 'data', { 0: 'none', 1: 'input', 2: 'output', [BOTH]: 'both' });
  let [inputs, outputs] = [0, 0];
  for (let i = 0; i < (kind === BOTH ? 2 : 1); i++) {
    const way = reader.u16('description', { 1: 'input', 2: 'output' }) & BOTH;
    const length = reader.u16('length of data');
    reader.u8('length of consumer status');
    reader.u8('length of provider status');
    if (way === INPUT) inputs = length;
    else outputs = length;
  }
  reader.close();
  return { slot, subslot, module, submodule, inputs, outputs };
}

const moduleStates: Readonly<Record<number, string>> = {
  0: 'no module',
  1: 'wrong module',
  2: 'proper module',
  3: 'substitute',
};
const identStates: Readonly<Record<number, string>> = {
  1: 'substitute',
  2: 'wrong',
  3: 'no submodule',
};
const DETAILED = 0x8000;
const RIGHT = 'right';

// 5.2.4.5: what is there instead.
function readDifferences(reader: ByteReader): string[] {
  const differences: string[] = [];
  const apis = reader.u16('number of APIs');
  for (let i = 0; i < apis; i++) {
    reader.u32('API');
    const modules = reader.u16('number of modules');
    for (let j = 0; j < modules; j++) {
      reader.open('module');
      const slot = reader.u16('slot');
      reader.u32('module');
      const state = reader.u16('state', moduleStates);
      if (state < 2) differences.push(`slot ${slot}: ${moduleStates[state]!}`);
      const count = reader.u16('number of submodules');
      for (let k = 0; k < count; k++) {
        reader.open('submodule');
        const subslot = reader.u16('subslot');
        reader.u32('submodule');
        const word = reader.u16('state');
        const means = submoduleState(word);
        reader.remark(means);
        reader.close();
        if (means !== RIGHT) differences.push(`slot ${slot}.${subslot}: ${means}`);
      }
      reader.close();
    }
  }
  return differences;
}

const simpleStates: Readonly<Record<number, string>> = {
  0: 'no submodule',
  1: 'wrong',
  2: 'locked by another controller',
  4: 'application not ready yet',
  7: 'substitute',
};

function submoduleState(word: number): string {
  if (!(word & DETAILED)) return simpleStates[word] ?? RIGHT;
  const ident = (word >> 11) & 0xf;
  const owner = (word >> 7) & 0xf;
  const parts = [
    ident === 0 ? undefined : (identStates[ident] ?? 'wrong'),
    owners[owner],
    word & 0x40 ? 'diagnosis' : undefined,
    word & 0x20 ? 'maintenance demanded' : undefined,
    word & 0x10 ? 'maintenance required' : undefined,
  ].filter((part) => part !== undefined);
  return parts.join(', ') || RIGHT;
}

const owners: Readonly<Record<number, string>> = {
  1: 'application not ready yet',
  2: 'locked',
  3: 'owned by a controller',
  4: 'owned by a supervisor',
};

function readControl(reader: ByteReader): Partial<Block> {
  reader.u16('reserved');
  const relation = readUuid(reader, 'relation', false);
  reader.u16('session key');
  reader.u16('alarm sequence number');
  const command = reader.u16('command');
  reader.bits(command, 0x01, 'end of parameters');
  reader.bits(command, 0x02, 'application ready');
  reader.bits(command, 0x04, 'release');
  reader.bits(command, 0x08, 'done');
  reader.bits(command, 0x10, 'ready for companion');
  reader.bits(command, 0x20, 'ready for RT class 3');
  reader.bits(command, 0x40, 'begin of parameters');
  reader.u16('properties');
  return { control: { relation, command } };
}

// 5.2.3.8 and 5.2.3.9.
function readRecordHeader(reader: ByteReader, type: number): RecordHeader {
  const sequence = reader.u16('sequence');
  const relation = readUuid(reader, 'relation', false);
  const { slot, subslot } = readPlace(reader);
  reader.skip(2, 'padding');
  const index = reader.u16('index', indexName);
  const length = reader.u32('length of record data');
  const header = { sequence, relation, slot, subslot, index, length };
  if (type === READ_REQUEST && reader.remaining >= 16) readUuid(reader, 'target relation', false);
  if (!(type & ANSWER)) return header;
  reader.u16('additional value 1');
  reader.u16('additional value 2');
  return type === WRITE_RESPONSE && reader.remaining >= 4
    ? { ...header, status: readStatus(reader) }
    : header;
}

// IEC 61158-6-10, 5.2.5.1, and PROFINET Guideline Identification & Maintenance.
function readIdentification(reader: ByteReader): Identification {
  const vendor = reader.u16('vendor', (id) => profinetVendors[id]?.name);
  const order = reader.text(20, 'order number');
  const serial = reader.text(16, 'serial number');
  const hardware = reader.u16('hardware revision');
  const prefix = reader.text(1, 'software revision prefix');
  const [major, minor, patch] = [reader.u8('major'), reader.u8('minor'), reader.u8('patch')];
  reader.u16('revision counter');
  reader.u16('profile');
  reader.u16('specific type of the profile');
  reader.u8('I&M version');
  reader.u8('I&M minor version');
  const supported = reader.u16('supported');
  for (let i = 1; i <= 5; i++) reader.bits(supported, 1 << i, `I&M${i}`);
  return { vendor, order, serial, hardware, software: `${prefix}${major}.${minor}.${patch}` };
}

function readFilter(reader: ByteReader): Partial<Block> {
  const apis = reader.u16('number of APIs');
  for (let i = 0; i < apis; i++) {
    reader.u32('API');
    readSlots(reader, reader.u16('number of modules'));
  }
  return {};
}

function readIdentifiers(reader: ByteReader, minor: number): Partial<Block> {
  const apis = minor === 0 ? 1 : reader.u16('number of APIs');
  for (let i = 0; i < apis; i++) {
    if (minor > 0) reader.u32('API');
    readSlots(reader, reader.u16('number of slots'));
  }
  return {};
}

function readSlots(reader: ByteReader, count: number): void {
  for (let i = 0; i < count; i++) {
    reader.open('module');
    reader.u16('slot');
    reader.u32('module');
    const submodules = reader.u16('number of submodules');
    for (let j = 0; j < submodules; j++) {
      reader.u16('subslot');
      reader.u32('submodule');
    }
    reader.close();
  }
}

function readDiagnosisBlock(reader: ByteReader, minor: number): string[] {
  if (minor > 0) reader.u32('API');
  const slot = reader.u16('slot');
  const subslot = reader.u16('subslot');
  return readDiagnosis(reader).map((fault) => `slot ${slot}.${subslot} ${fault}`);
}

function readContainer(reader: ByteReader, inside: () => Partial<Block>): Partial<Block> {
  reader.skip(2, 'padding');
  readPlace(reader);
  reader.skip(2, 'padding');
  const index = reader.u16('index', indexName);
  if (index >= 0x8000) return inside();
  return { data: reader.bytes(reader.remaining, 'data') };
}

/** Counted from the beginning of the block. */
function align(reader: ByteReader, begin: number): void {
  const unaligned = (reader.offset - begin) % 4;
  if (unaligned > 0) reader.skip(4 - unaligned, 'padding');
}

function readInterface(reader: ByteReader, begin: number) {
  const station = reader.text(reader.u8('length of name'), 'station');
  align(reader, begin);
  const mac = Uint8Array.from(reader.bytes(6, 'MAC address'));
  align(reader, begin);
  const ip = reader.u32('IP address', ipText);
  reader.u32('mask', ipText);
  reader.u32('gateway', ipText);
  return { station, mac, ip };
}

function readPort(reader: ByteReader, begin: number): Partial<Block> {
  reader.skip(2, 'padding');
  reader.u16('slot');
  reader.u16('subslot');
  reader.text(reader.u8('length of name'), 'port');
  const peers = reader.u8('number of peers');
  align(reader, begin);
  for (let i = 0; i < peers; i++) {
    reader.open('peer');
    reader.text(reader.u8('length of port'), 'port');
    reader.text(reader.u8('length of name'), 'station');
    align(reader, begin);
    reader.u32('line delay');
    reader.bytes(6, 'MAC address');
    align(reader, begin);
    reader.close();
  }
  reader.u16('MAU type');
  align(reader, begin);
  reader.u32('domain boundary');
  reader.u32('multicast boundary');
  reader.u8('state of the port');
  reader.u8('link', { 1: 'up', 2: 'down', 3: 'testing' });
  align(reader, begin);
  reader.u32('media', { 1: 'copper', 2: 'fibre', 3: 'radio' });
  return {};
}

const mrpRoles: Readonly<Record<number, string>> = {
  0: 'off',
  1: 'client',
  2: 'manager',
  3: 'manager, automatic',
};
const MRP_ADJUST = new Set([0x0211, 0x0231]);
const MRP_CHECK = new Set([0x0213, 0x0233]);

function readMrp(reader: ByteReader, type: number): Partial<Block> {
  reader.skip(2, 'padding');
  readUuid(reader, 'ring', false);
  if (MRP_CHECK.has(type)) {
    const check = reader.u32('check');
    reader.bits(check, 0x01, 'manager');
    reader.bits(check, 0x02, 'ring');
    return {};
  }
  reader.u16('role', mrpRoles);
  if (!MRP_ADJUST.has(type)) reader.u16('version');
  else reader.skip(2, 'padding');
  reader.text(reader.u8('length of name'), 'name of the ring');
  return {};
}
