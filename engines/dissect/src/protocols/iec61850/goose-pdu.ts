import { boolean, latin1, sequenceOf, type Type, unsigned } from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Data, data, readUtcTime } from '../mms/data.ts';
import { type Header, readHeader } from './header.ts';

/** IEC 61850-8-1, annex A: IECGoosePdu. */
export interface Goose extends Header {
  readonly gocbRef?: string;
  readonly timeAllowedToLive?: number;
  readonly datSet?: string;
  readonly goID?: string;
  readonly t?: string;
  readonly stNum?: number;
  readonly sqNum?: number;
  readonly simulation?: boolean;
  readonly confRev?: number;
  readonly ndsCom?: boolean;
  readonly numDatSetEntries?: number;
  readonly allData?: readonly Data[];
}

export const GOOSE_PDU = 0x61;

const time: Type<string> = (reader, field) => {
  const before = ber.enter(reader, field);
  const moment = readUtcTime(reader, field);
  reader.remark(moment);
  ber.leave(reader, before);
  return moment;
};

/** By tag: name, type, and whether it must be there. */
const fields: Readonly<Record<number, readonly [name: keyof Goose, type: Type<unknown>, needed: boolean]>> = {
  0x80: ['gocbRef', latin1, true],
  0x81: ['timeAllowedToLive', unsigned(), true],
  0x82: ['datSet', latin1, true],
  0x83: ['goID', latin1, false],
  0x84: ['t', time, true],
  0x85: ['stNum', unsigned(), true],
  0x86: ['sqNum', unsigned(), true],
  0x87: ['simulation', boolean, false],
  0x88: ['confRev', unsigned(), true],
  0x89: ['ndsCom', boolean, false],
  0x8a: ['numDatSetEntries', unsigned(), true],
  0xab: ['allData', sequenceOf(data, 'data'), true],
};

export function readGoose(reader: ByteReader): Goose {
  const header = readHeader(reader);
  const here = reader.remaining;
  const tag = ber.peekTag(reader);
  if (tag !== GOOSE_PDU) throw new Malformed('goosePdu', header.size, `cannot be ${ber.tagName(tag)}`);
  reader.open('goosePdu', 'IEC 61850-8-1, annex A');
  const before = ber.enter(reader, 'IECGoosePdu');
  const found: Record<string, unknown> = {};
  while (reader.remaining > 0) {
    const [name, type] = fields[ber.peekTag(reader)] ?? [];
    if (name && type) found[name] = type(reader, name);
    else ber.skip(reader, 'unknown field');
  }
  ber.leave(reader, before);
  reader.close();
  for (const [name, , needed] of Object.values(fields)) {
    if (needed && found[name] === undefined) throw new Malformed(name, header.size, 'is missing');
  }
  if (header.said > here) {
    throw new Malformed('length', header.size - ROOM, `says ${header.said} bytes, ${here} are here`);
  }
  // Padding of the frame, or the signature of IEC 62351-6.
  if (reader.remaining > 0) reader.skip(reader.remaining, 'after the message');
  return { ...header, ...found };
}

const ROOM = 4;
