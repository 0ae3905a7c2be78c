import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { blockKinds, blockTypes, languages } from './names.ts';

/** The name under which a block travels: `_0B00001P` is SDB1, to the passive part of the memory. */
export interface BlockFile {
  /** `DB10` */
  readonly block: string;
  readonly memory: string;
}

const memories: Record<string, string> = { P: 'passive', A: 'active', B: 'both' };

export function readBlockFile(reader: ByteReader): BlockFile {
  const length = reader.u8('file name length');
  const name = reader.text(length, 'file name');
  const file = blockFile(name);
  reader.remark(file.block);
  return file;
}

/** `_0B00001P`, with or without the mark in front. */
export function blockFile(name: string): BlockFile {
  const parts = /^[_$]?0?([0-9A-F])([0-9]{1,5})([PAB]?)$/.exec(name);
  if (!parts) return { block: name, memory: '' };
  return {
    block: `${blockTypes[parts[1]!] ?? `type ${parts[1]} `}${Number(parts[2])}`,
    memory: memories[parts[3]!] ?? '',
  };
}

/** Decimal digits in text, as lengths of blocks are written. */
export function readDigits(reader: ByteReader, length: number, field: string): number {
  const at = reader.offset;
  const digits = reader.text(length, field);
  if (!/^[0-9]+$/.test(digits)) throw new Malformed(field, at, `is "${digits}", must be digits`);
  return Number(digits);
}

export interface BlockInformation {
  readonly block: string;
  readonly language: string;
  readonly loadMemory: number;
  readonly protected: boolean;
  readonly changed: string;
  readonly author: string;
  readonly family: string;
  readonly name: string;
  readonly version: string;
  readonly checksum: string;
}

const KNOW_HOW_PROTECTED = 3;

/** The head of a block as the CPU tells it: 78 bytes. */
export function readBlockInformation(reader: ByteReader): BlockInformation {
  reader.skip(1, 'constant');
  reader.skip(1, 'kind');
  reader.u16('length');
  reader.skip(2, 'unknown');
  reader.text(2, 'mark');
  reader.skip(1, 'unknown');
  reader.u8('flags');
  const language = reader.u8('language', languages);
  const kind = reader.u8('type', blockKinds);
  const number = reader.u16('number');
  const loadMemory = reader.u32('length in load memory');
  const security = reader.u32('protection', { 0: 'none', [KNOW_HOW_PROTECTED]: 'know-how protected' });
  const changed = readStamp(reader, 'code changed');
  readStamp(reader, 'interface changed');
  reader.u16('length of SSB');
  reader.u16('length of ADD');
  reader.u16('length of local data');
  reader.u16('length of code');
  const author = reader.text(8, 'author');
  const family = reader.text(8, 'family');
  const name = reader.text(8, 'name');
  const version = reader.u8('version', (value) => `${value >> 4}.${value & 0xf}`);
  reader.skip(1, 'unknown');
  const checksum = reader.u16('checksum');
  reader.skip(Math.min(8, reader.remaining), 'reserved');
  return {
    block: `${blockKinds[kind] ?? `type ${kind} `}${number}`,
    language: languages[language] ?? '',
    loadMemory,
    protected: security === KNOW_HOW_PROTECTED,
    changed,
    author,
    family,
    name,
    version: `${version >> 4}.${version & 0xf}`,
    checksum: checksum.toString(16).padStart(4, '0'),
  };
}

/** Milliseconds of the day and days since 1984. */
function readStamp(reader: ByteReader, field: string): string {
  reader.open(field);
  const milliseconds = reader.u32('milliseconds of the day');
  const days = reader.u16('days since 1984');
  reader.close();
  const stamp = new Date(Date.UTC(1984, 0, 1 + days) + (milliseconds % 86_400_000));
  const text = stamp.toISOString().slice(0, 19).replace('T', ' ');
  reader.remark(text);
  return text;
}
