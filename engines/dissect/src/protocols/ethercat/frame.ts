import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { isMailbox, readMailbox } from './mailbox.ts';
import {
  AL_CONTROL,
  AL_STATUS,
  AL_STATUS_CODE,
  registerName,
  STATE_ERROR,
  stateName,
  statusCodes,
} from './registers.ts';

// ETG.1000.4, 5.3 (frame) and 5.4 (datagrams).
export const HEADER = 2;
export const DATAGRAM_HEADER = 10;
export const WORKING_COUNTER = 2;
export const LENGTH = 0x07ff;
export const MORE = 0x8000;
export const DATAGRAMS = 1;
export const NETWORK_VARIABLES = 4;
export const MAILBOX = 5;

export const APRD = 1;
export const APWR = 2;
export const APRW = 3;
export const FPRD = 4;
export const FPWR = 5;
export const FPRW = 6;
export const BRD = 7;
export const BWR = 8;
export const BRW = 9;
export const LRD = 10;
export const LRW = 12;
export const LAST_COMMAND = 14;
const commands: Readonly<Record<number, string>> = {
  0: 'NOP, no operation',
  [APRD]: 'APRD, read by position',
  [APWR]: 'APWR, write by position',
  [APRW]: 'APRW, read and write by position',
  [FPRD]: 'FPRD, read by address',
  [FPWR]: 'FPWR, write by address',
  [FPRW]: 'FPRW, read and write by address',
  [BRD]: 'BRD, read from all',
  [BWR]: 'BWR, write to all',
  [BRW]: 'BRW, read from and write to all',
  [LRD]: 'LRD, read process image',
  11: 'LWR, write process image',
  [LRW]: 'LRW, read and write process image',
  13: 'ARMW, read one and write the others, by position',
  [LAST_COMMAND]: 'FRMW, read one and write the others, by address',
};

export function isLogical(command: number): boolean {
  return command >= LRD && command <= LRW;
}

/** Datagrams read, for tests and trees; the session counts them on the bytes themselves. */
export function readFrame(reader: ByteReader): number {
  const word = reader.u16le('header');
  const length = reader.bits(word, LENGTH, 'length');
  const type = reader.bits(word, 0xf000, 'type', {
    [DATAGRAMS]: 'datagrams',
    [NETWORK_VARIABLES]: 'network variables',
    [MAILBOX]: 'mailbox',
  });
  const whole = reader.limit(Math.min(length, reader.remaining), 'length');
  let count = 0;
  if (type === DATAGRAMS) for (count = 1; readDatagram(reader); count++);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  reader.release(whole);
  if (length > reader.offset - HEADER) {
    throw new Malformed('length', 0, `says ${length} bytes, ${reader.offset - HEADER} are here`);
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  return count;
}

function readDatagram(reader: ByteReader): boolean {
  reader.open('datagram', 'ETG.1000.4, 5.4');
  const command = reader.u8('command', commands);
  reader.u8('index');
  let register = -1;
  if (isLogical(command)) reader.u32le('logical address');
  else {
    reader.u16le(command === APRD || command === APWR || command === APRW ? 'position' : 'station address');
    register = reader.u16le('memory', registerName);
  }
  const word = reader.u16le('length and flags');
  const length = reader.bits(word, LENGTH, 'length');
  reader.bits(word, 0x4000, 'went in a circle');
  const more = reader.bits(word, MORE, 'more follow');
  reader.u16le('event');
  const whole = reader.limit(length, 'length');
  readData(reader, register);
  reader.release(whole);
  reader.u16le('working counter');
  reader.close();
  return more === 1;
}

function readData(reader: ByteReader, register: number): void {
  if ((register === AL_CONTROL || register === AL_STATUS) && reader.remaining >= 2) {
    const word = reader.u16le('state', stateName);
    reader.bits(word, STATE_ERROR, register === AL_CONTROL ? 'error acknowledged' : 'error');
  } else if (register === AL_STATUS_CODE && reader.remaining >= 2) reader.u16le('status code', statusCodes);
  else if (register >= 0) {
    const data = reader.peekBytes(reader.remaining);
    if (isMailbox(register, data, 0, data.length)) readMailbox(reader);
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
}
