import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type BlockFile, blockFile, readBlockFile, readDigits } from './blocks.ts';
import { type Item, readItems } from './items.ts';
import * as s7 from './names.ts';
import { readValues, type Value } from './values.ts';

/** What a job or its acknowledgement says. */
export type Body =
  | { kind: 'none' }
  | { kind: 'setup'; calling: number; called: number; length: number }
  | { kind: 'items'; items: Item[]; values: Value[] }
  | { kind: 'values'; values: Value[] }
  | { kind: 'written'; codes: number[] }
  | { kind: 'block'; file?: BlockFile; length?: number; more?: boolean; bytes?: number; contentAt?: number }
  | { kind: 'service'; service: string; blocks: string[]; argument: string };

export interface Job {
  readonly code: number;
  readonly body: Body;
}

const NONE: Body = { kind: 'none' };

/**
 * Parameters and data of a job, or of the acknowledgement to one. The reader stands at the parameters.
 * @param addresses of the items that were asked for, when known, so that the field tree can name the values
 */
export function readJob(
  reader: ByteReader,
  parameters: number,
  data: number,
  asks: boolean,
  addresses?: readonly string[],
): Job {
  if (parameters === 0) {
    if (data > 0) reader.skip(data, 'data');
    return { code: -1, body: NONE };
  }
  reader.open('parameters');
  const whole = reader.limit(parameters, 'parameter length');
  const code = reader.u8('function', s7.functions);
  const body = asks ? readAsked(reader, code) : readAnswered(reader, code);
  reader.release(whole);
  reader.close();
  if (data === 0) return { code, body };
  const rest = reader.limit(data, 'data length');
  const completed = readData(reader, code, body, addresses);
  reader.release(rest);
  return { code, body: completed };
}

function readAsked(reader: ByteReader, code: number): Body {
  switch (code) {
    case s7.SETUP:
      return readSetup(reader);
    case s7.READ:
    case s7.WRITE: {
      const count = reader.u8('items');
      return { kind: 'items', items: readItems(reader, count, code === s7.WRITE), values: [] };
    }
    case s7.REQUEST_DOWNLOAD:
      return readRequestDownload(reader);
    case s7.DOWNLOAD_BLOCK:
    case s7.DOWNLOAD_ENDED:
    case s7.START_UPLOAD:
      readTransfer(reader);
      return { kind: 'block', file: readBlockFile(reader) };
    case s7.UPLOAD:
    case s7.END_UPLOAD:
      readTransfer(reader);
      return { kind: 'block' };
    case s7.SERVICE:
      return readService(reader);
    case s7.STOP:
      reader.skip(5, 'unknown');
      return { kind: 'service', service: readName(reader), blocks: [], argument: '' };
    default:
      return NONE;
  }
}

function readAnswered(reader: ByteReader, code: number): Body {
  switch (code) {
    case s7.SETUP:
      return readSetup(reader);
    case s7.READ:
    case s7.WRITE:
      return reader.remaining > 0 ? { kind: 'written', codes: [reader.u8('items')] } : NONE;
    case s7.DOWNLOAD_BLOCK:
    case s7.UPLOAD:
      return reader.remaining > 0 ? { kind: 'block', more: (reader.u8('status') & 1) === 1 } : NONE;
    case s7.START_UPLOAD: {
      if (reader.remaining < 8) return NONE;
      readTransfer(reader);
      const length = reader.u8('length of the length');
      return { kind: 'block', length: readDigits(reader, length, 'block length') };
    }
    default:
      return NONE;
  }
}

function readData(reader: ByteReader, code: number, body: Body, addresses?: readonly string[]): Body {
  if (body.kind === 'items') {
    const named = body.items.map((item) => item.address);
    return { ...body, values: readValues(reader, body.items.length, named) };
  }
  if (body.kind === 'written') {
    const count = body.codes[0]!;
    if (code === s7.READ) return { kind: 'values', values: readValues(reader, count, addresses) };
    const codes: number[] = [];
    for (let i = 0; i < count; i++) {
      codes.push(reader.u8('return code', s7.returnCodes));
      if (addresses?.[i] !== undefined) reader.remark(addresses[i]!);
    }
    return { kind: 'written', codes };
  }
  if (body.kind === 'block') {
    const length = reader.u16('length');
    reader.u16('unknown');
    const bytes = Math.min(length, reader.remaining);
    const contentAt = reader.offset;
    reader.skip(bytes, 'block');
    return { ...body, bytes, contentAt };
  }
  return body;
}

function readSetup(reader: ByteReader): Body {
  reader.u8('reserved');
  const calling = reader.u16('most jobs, calling');
  const called = reader.u16('most jobs, called');
  return { kind: 'setup', calling, called, length: reader.u16('longest message') };
}

function readTransfer(reader: ByteReader): void {
  const status = reader.u8('status');
  reader.bits(status, 0x01, 'more follows');
  reader.bits(status, 0x02, 'error');
  reader.u16('error code');
  reader.u32('transfer');
}

function readRequestDownload(reader: ByteReader): Body {
  readTransfer(reader);
  const file = readBlockFile(reader);
  if (reader.remaining === 0) return { kind: 'block', file };
  const before = reader.limit(reader.u8('length of the lengths'), 'length of the lengths');
  reader.skip(1, 'unknown');
  const length = readDigits(reader, 6, 'length in load memory');
  readDigits(reader, 6, 'length of code');
  reader.release(before);
  return { kind: 'block', file, length };
}

/** Services whose argument is a list of blocks. */
const onBlocks = new Set(['_INSE', '_INS2', '_DELE']);

function readService(reader: ByteReader): Body {
  reader.skip(7, 'unknown');
  const length = reader.u16('argument length');
  // The name that says how to read the argument stands behind it.
  const service = nameBehind(reader, length);
  const whole = reader.limit(length, 'argument length');
  const blocks: string[] = [];
  let argument = '';
  if (onBlocks.has(service) && length >= 2) {
    const count = reader.u8('blocks');
    reader.skip(1, 'unknown');
    for (let i = 0; i < count && reader.remaining >= 8; i++) {
      const { block } = blockFile(reader.text(8, 'block'));
      reader.remark(block);
      blocks.push(block);
    }
  } else if (length > 0) argument = reader.text(length, 'argument');
  reader.release(whole);
  return { kind: 'service', service: readName(reader), blocks, argument };
}

function nameBehind(reader: ByteReader, ahead: number): string {
  const length = reader.peek(ahead);
  let name = '';
  for (let i = 0; i < Math.min(length, 16); i++) name += String.fromCharCode(reader.peek(ahead + 1 + i));
  return name;
}

function readName(reader: ByteReader): string {
  return reader.text(reader.u8('service length'), 'service');
}
