import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Direction, Params } from '../../dissector.ts';
import { umasOperations } from './umas-operations.ts';
import {
  readItems,
  readPlaces,
  readSymbols,
  readWrittenItems,
  type UmasItem,
  type UmasPlace,
  type UmasSymbol,
} from './umas-variables.ts';

/** Schneider's own protocol within function 90 (0x5A). No public standard; see umas-operations.ts. */
export interface UmasMessage {
  readonly kind: 'umas';
  /** Function of a request, status of a reply. */
  readonly code: number;
  readonly params?: Params;
  readonly identity?: UmasIdentity;
  /** Content of a program block: where it begins in the message, and how long it is. */
  readonly content?: { readonly at: number; readonly length: number };
  /** Variables that are asked for. */
  readonly places?: readonly UmasPlace[];
  /** Values of variables, written or answered. */
  readonly items?: readonly UmasItem[];
  /** The controller's dictionary: which records are asked for, and what was answered. */
  readonly records?: number;
  readonly symbols?: readonly UmasSymbol[];
}

/** What a request said and its answer does not repeat. */
export interface AskedUmas {
  readonly code: number;
  readonly places: readonly UmasPlace[];
}

export interface UmasIdentity {
  readonly product?: string;
  readonly firmware?: string;
  readonly hardware?: string;
  readonly project?: string;
  readonly workstation?: string;
}

const OKAY = 0xfe;
const statuses: Record<number, string> = { 0xfe: 'done', 0xfd: 'refused' };
const functionName = (code: number) => umasOperations[code]?.title;

/** @param asked the request, if this is a reply and it is known */
export function readUmas(
  reader: ByteReader,
  direction: Direction,
  asked: AskedUmas | undefined,
): UmasMessage {
  reader.open('UMAS');
  reader.u8('reservation');
  const code =
    direction === 'request' ? reader.u8('UMAS function', functionName) : reader.u8('status', statuses);
  const read =
    direction === 'request' ? requests[code] : code === OKAY ? replies[asked?.code ?? -1] : undefined;
  const understood = read?.(reader, asked?.places ?? []);
  reader.skip(reader.remaining, 'data');
  reader.close();
  return { kind: 'umas', code, ...understood };
}

type Understood = Omit<UmasMessage, 'kind' | 'code'>;
type Read = (reader: ByteReader, places: readonly UmasPlace[]) => Understood;

const requests: Record<number, Read> = {
  0x10: takeReservation,
  0x20: memoryBlock,
  0x21: writtenBlock,
  0x22: (reader) => ({ places: readPlaces(reader) }),
  0x23: (reader) => ({ items: readWrittenItems(reader) }),
  0x24: registers,
  0x26: dictionary,
  0x31: downloadedBlock,
  0x34: programBlock,
};

const replies: Record<number, Read> = {
  0x02: identification,
  0x03: project,
  0x20: memory,
  0x22: (reader, places) => ({ items: readItems(reader, places) }),
  0x24: memory,
  0x26: (reader) => ({ symbols: readSymbols(reader) }),
  0x34: uploadedBlock,
};

/** Engineering stations put their computer's name here. */
function takeReservation(reader: ByteReader): Understood {
  reader.u32('client');
  const workstation = reader.text(reader.u8('name length'), 'workstation');
  return { params: { workstation }, identity: { workstation } };
}

function memoryBlock(reader: ByteReader): Understood {
  reader.u8('range');
  const block = reader.u16le('block');
  const offset = reader.u32le('offset');
  const length = reader.u16le('length');
  return { params: { block, offset, length } };
}

function writtenBlock(reader: ByteReader): Understood {
  const { params } = memoryBlock(reader);
  return { params: { ...params, data: readHex(reader) } };
}

/** What was read of memory, of coils or of registers. */
function memory(reader: ByteReader): Understood {
  reader.u8('range');
  const length = reader.u16le('length');
  const rest = reader.limit(Math.min(length, reader.remaining), 'length');
  const data = readHex(reader);
  reader.release(rest);
  return { params: { data } };
}

const areas: Readonly<Record<number, string>> = { 2: 'coils', 3: 'registers' };

function registers(reader: ByteReader): Understood {
  reader.u16('range');
  const area = reader.u8('area', areas);
  reader.u8('unknown');
  const offset = reader.u32le('offset');
  const length = reader.u16le('length');
  return { params: { kind: areas[area] ?? area, offset, length } };
}

/** 0xdd02 are names, 0xdd03 types. */
function dictionary(reader: ByteReader): Understood {
  const records = reader.u16le('records');
  reader.u8('index');
  reader.u32le('hardware');
  const block = reader.u16le('block');
  const offset = reader.u16le('offset');
  return { records, params: { block, offset } };
}

const MOST_SHOWN = 32;

function readHex(reader: ByteReader): string {
  const bytes = reader.bytes(reader.remaining, 'data');
  const digits = Array.from(bytes.subarray(0, MOST_SHOWN), (byte) => byte.toString(16).padStart(2, '0'));
  return digits.join('') + (bytes.length > MOST_SHOWN ? '…' : '');
}

function programBlock(reader: ByteReader): Understood {
  reader.u16('transfer');
  const block = reader.u16le('block');
  return { params: { block } };
}

function downloadedBlock(reader: ByteReader): Understood {
  return { ...programBlock(reader), ...blockContent(reader) };
}

function uploadedBlock(reader: ByteReader): Understood {
  reader.u16('transfer');
  return blockContent(reader);
}

/** As a capture of Unity Pro has them: the length with its low octet first, then as much of the project archive. */
function blockContent(reader: ByteReader): Understood {
  if (reader.remaining < 2) return {};
  const length = Math.min(reader.u16le('length'), reader.remaining);
  const at = reader.offset;
  reader.skip(length, 'content');
  return { content: { at, length } };
}

function identification(reader: ByteReader): Understood {
  reader.u16('range');
  reader.u32le('identifier');
  reader.u16le('model');
  const firmware = reader.u16le('firmware version', dotted);
  reader.u16le('firmware patch');
  reader.u16le('internal version');
  const hardware = reader.u16le('hardware version');
  reader.u32le('crash code');
  const product = reader.text(reader.u8('name length'), 'product');
  return { identity: { product, firmware: dotted(firmware), hardware: String(hardware) } };
}

function project(reader: ByteReader): Understood {
  reader.skip(34, 'project versions and dates');
  reader.u32le('project version');
  return { identity: { project: reader.text(reader.u8('name length'), 'project') } };
}

/** 0x0270 is 2.70. */
function dotted(version: number): string {
  return `${version >> 8}.${(version & 0xff).toString(16).padStart(2, '0')}`;
}
