import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Direction, Params } from '../../dissector.ts';
import { umasOperations } from './umas-operations.ts';

/** Schneider's own protocol within function 90 (0x5A). No public standard; see umas-operations.ts. */
export interface UmasMessage {
  readonly kind: 'umas';
  /** Function of a request, status of a reply. */
  readonly code: number;
  readonly params?: Params;
  readonly identity?: UmasIdentity;
  /** Content of a program block: where it begins in the message, and how long it is. */
  readonly content?: { readonly at: number; readonly length: number };
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

/** @param asked the function of the request, if this is a reply and it is known */
export function readUmas(reader: ByteReader, direction: Direction, asked: number | undefined): UmasMessage {
  reader.open('UMAS');
  reader.u8('reservation');
  const code =
    direction === 'request' ? reader.u8('UMAS function', functionName) : reader.u8('status', statuses);
  const read = direction === 'request' ? requests[code] : code === OKAY ? replies[asked ?? -1] : undefined;
  const understood = read?.(reader);
  reader.skip(reader.remaining, 'data');
  reader.close();
  return { kind: 'umas', code, ...understood };
}

type Understood = Pick<UmasMessage, 'params' | 'identity' | 'content'>;

const requests: Record<number, (reader: ByteReader) => Understood> = {
  0x10: takeReservation,
  0x20: memoryBlock,
  0x21: memoryBlock,
  0x31: downloadedBlock,
  0x34: programBlock,
};

const replies: Record<number, (reader: ByteReader) => Understood> = {
  0x02: identification,
  0x03: project,
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
