import { integer, latin1, octets, sequence, type Type, unsigned } from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { hexOf, readUtcTime } from '../mms/data.ts';
import { type Header, readHeader } from './header.ts';

/** IEC 61850-9-2, 8.5: SavPdu. */
export interface Samples extends Header {
  readonly noASDU: number;
  readonly asdus: readonly Asdu[];
}

export interface Asdu {
  readonly svID?: string;
  readonly datSet?: string;
  readonly smpCnt?: number;
  readonly confRev?: number;
  readonly smpSynch?: number;
  readonly smpRate?: number;
  readonly sample?: readonly string[];
}

export const SV_PDU = 0x60;

/** UCA's guideline for IEC 61850-9-2LE, table 11: four currents and four voltages, each with its quality. */
export const CHANNELS = ['Ia', 'Ib', 'Ic', 'In', 'Ua', 'Ub', 'Uc', 'Un'];
export const LE_SIZE = CHANNELS.length * 8;
const CURRENTS = 4;
/** Of an ampere, and of a volt. */
export const partsOf = (channel: number): number => (channel < CURRENTS ? 1_000 : 100);

export const synchronizations: Readonly<Record<number, string>> = {
  0: 'not synchronized',
  1: 'local clock',
  2: 'global clock',
};
const validities = { 0: 'good', 1: 'invalid', 2: 'reserved', 3: 'questionable' };

const refreshTime: Type<string> = (reader, field) => {
  const before = ber.enter(reader, field);
  const moment = readUtcTime(reader, field);
  reader.remark(moment);
  ber.leave(reader, before);
  return moment;
};

/** By the light edition where the length is its own; any other data set is known to those who configured it alone. */
const sample: Type<string[]> = (reader, field) => {
  const before = ber.enter(reader, field);
  const values: string[] = [];
  if (reader.remaining === LE_SIZE) CHANNELS.forEach((name, i) => values.push(readChannel(reader, name, i)));
  else if (reader.remaining > 0) values.push(hexOf(reader.bytes(reader.remaining, field)));
  ber.leave(reader, before);
  return values;
};

function readChannel(reader: ByteReader, name: string, channel: number): string {
  const unit = channel < CURRENTS ? 'A' : 'V';
  const value = reader.i32(name) / partsOf(channel);
  reader.remark(`${value} ${unit}`);
  const quality = reader.u32(`quality of ${name}`);
  reader.bits(quality, 0x0003, 'validity', validities);
  reader.bits(quality, 0x0004, 'overflow');
  reader.bits(quality, 0x0008, 'out of range');
  reader.bits(quality, 0x0010, 'bad reference');
  reader.bits(quality, 0x0020, 'oscillatory');
  reader.bits(quality, 0x0040, 'failure');
  reader.bits(quality, 0x0080, 'old data');
  reader.bits(quality, 0x0100, 'inconsistent');
  reader.bits(quality, 0x0200, 'inaccurate');
  reader.bits(quality, 0x0400, 'substituted');
  reader.bits(quality, 0x0800, 'test');
  reader.bits(quality, 0x1000, 'operator blocked');
  reader.bits(quality, 0x2000, 'derived');
  return `${name} = ${value} ${unit}`;
}

const asdu = sequence(
  [0x80, 'svID', latin1],
  [0x81, 'datSet', latin1],
  [0x82, 'smpCnt', unsigned()],
  [0x83, 'confRev', unsigned()],
  [0x84, 'refrTm', refreshTime],
  [0x85, 'smpSynch', integer(synchronizations)],
  [0x86, 'smpRate', unsigned()],
  [0x87, 'sample', sample],
  [0x88, 'smpMod', integer({ 0: 'samples a period', 1: 'samples a second', 2: 'seconds a sample' })],
  [0x89, 'gmIdentity', octets],
);

export function readSamples(reader: ByteReader): Samples {
  const header = readHeader(reader);
  const here = reader.remaining;
  const tag = ber.peekTag(reader);
  if (tag !== SV_PDU) throw new Malformed('savPdu', header.size, `cannot be ${ber.tagName(tag)}`);
  reader.open('savPdu', 'IEC 61850-9-2, 8.5');
  const before = ber.enter(reader, 'SavPdu');
  let noASDU = -1;
  const asdus: Asdu[] = [];
  while (reader.remaining > 0) {
    const field = ber.peekTag(reader);
    if (field === 0x80) noASDU = ber.unsigned(reader, 'noASDU');
    else if (field === 0xa2) readSequence(reader, asdus);
    else ber.skip(reader, field === 0x81 || field === 0xa1 ? 'security' : 'unknown field');
  }
  ber.leave(reader, before);
  reader.close();
  if (noASDU < 0) throw new Malformed('noASDU', header.size, 'is missing');
  if (header.said > here) throw new Malformed('length', 2, `says ${header.said} bytes, ${here} are here`);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'after the message');
  return { ...header, noASDU, asdus };
}

function readSequence(reader: ByteReader, asdus: Asdu[]): void {
  const before = ber.enter(reader, 'seqASDU');
  while (reader.remaining > 0) asdus.push(asdu(reader, 'ASDU'));
  ber.leave(reader, before);
}
