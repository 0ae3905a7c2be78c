import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Situation } from '../../dissector.ts';
import { refusalOf } from './errors.ts';
import { type Body, readJob } from './jobs.ts';
import { ACK, ACK_DATA, JOB, messageTypes, USERDATA } from './names.ts';
import { readUserdata, type Userdata } from './userdata.ts';

export const PROTOCOL = 0x32;
export const HEADER = 10;
const HEADER_WITH_ERROR = 12;

export interface S7Message {
  readonly type: number;
  readonly reference: number;
  /** Of the whole job: error class × 256 + error code; 0 when all went well. */
  readonly error: number;
  readonly code: number;
  readonly body: Body;
  readonly userdata: Userdata | undefined;
}

export function readS7(reader: ByteReader, situation: Situation): S7Message {
  reader.open('header');
  reader.constant8(PROTOCOL, 'protocol');
  const type = reader.u8('message type', messageTypes);
  reader.u16('redundancy');
  const reference = reader.u16('reference');
  const parameters = reader.u16('parameter length');
  const data = reader.u16('data length');
  const error = type === ACK || type === ACK_DATA ? readError(reader) : 0;
  reader.close();
  const head = { type, reference, error };
  if (type === USERDATA) {
    const continues = situation.context?.['continues'] === 1;
    const userdata = readUserdata(reader, parameters, data, continues);
    return { ...head, code: 0, body: { kind: 'none' }, userdata };
  }
  const { code, body } = readJob(reader, parameters, data, type === JOB, addressesIn(situation));
  return { ...head, code, body, userdata: undefined };
}

function readError(reader: ByteReader): number {
  return reader.u16('error', (code) => (code === 0 ? 'none' : refusalOf(code).text));
}

/** An answer does not repeat what was asked for. */
function addressesIn({ context }: Situation): string[] | undefined {
  const items = context?.['items'];
  return typeof items === 'string' ? items.split('; ') : undefined;
}

/** Where the parameters begin. */
export function headerLength(type: number): number {
  return type === ACK || type === ACK_DATA ? HEADER_WITH_ERROR : HEADER;
}
