import type { ByteReader } from '../../bytes/byte-reader.ts';

/**
 * What the malware of 2017 leaves in the main processors is spoken to with the command that asks for their state: a
 * command of its own, all processors, and no more than belongs to it. TsBase and TsHi of the malware, as published.
 */
export interface ImplantCommand {
  readonly kind: 'read' | 'write' | 'execute';
  readonly address: number;
  readonly bytes: number;
}

const kinds: Readonly<Record<number, ImplantCommand['kind']>> = {
  0x17: 'read',
  0x41: 'write',
  0xf9: 'execute',
};
/** What an honest controller answers with when it is asked for its system variables. */
export const IMPLANT_ANSWER = 150;
const ALL_PROCESSORS = 255;
const HEAD = 2;
const LONGEST = 1_024;

/** Undefined, and nothing read, where it is the honest question. */
export function readImplantCommand(reader: ByteReader): ImplantCommand | undefined {
  const kind = kinds[reader.peek()];
  if (!kind || reader.peek(1) !== ALL_PROCESSORS) return undefined;
  if (kind === 'execute') {
    if (reader.remaining !== HEAD + 4) return undefined;
    readHead(reader);
    return { kind, address: reader.u32le('address'), bytes: 0 };
  }
  const size = reader.peek(2) | (reader.peek(3) << 8);
  const isWhole = reader.peek(4) === 0 && reader.peek(5) === 0 && size > 0 && size <= LONGEST;
  if (!isWhole || reader.remaining !== HEAD + 8 + (kind === 'write' ? size : 0)) return undefined;
  readHead(reader);
  const bytes = reader.u32le('size');
  return { kind, bytes, address: reader.u32le('address') };
}

function readHead(reader: ByteReader): void {
  reader.u8('command of the implant', kinds);
  reader.u8('main processor', { [ALL_PROCESSORS]: 'all' });
}
