import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Datagram, readDatagramHeader } from '../dcerpc/datagram.ts';
import { REQUEST } from '../dcerpc/pdu.ts';
import { type Block, readBlocks, Types } from './blocks.ts';
import { readStatus, type Status } from './status.ts';

/** A call of the context manager, or the answer to one. */
export interface IoMessage {
  readonly call: Datagram;
  /** Of an answer. */
  readonly status?: Status;
  readonly blocks: readonly Block[];
}

// IEC 61158-6-10, 4.10.3: functions of the interfaces of a device, a controller and a supervisor.
export const CONNECT = 0;
export const RELEASE = 1;
export const READ = 2;
export const WRITE = 3;
export const CONTROL = 4;
export const READ_IMPLICIT = 5;

/** Arguments stand in an array of bytes as NDR writes them. */
export function readIoMessage(reader: ByteReader, types = new Types()): IoMessage {
  const call = readDatagramHeader(reader);
  const word = (field: string) => (call.little ? reader.u32le(field) : reader.u32(field));
  reader.open('arguments', 'IEC 61158-6-10, 4.10.3');
  const status = call.type === REQUEST ? undefined : readStatus(reader, call.little);
  if (call.type === REQUEST) word('most of arguments');
  const length = word('length of arguments');
  word('most of array');
  word('offset of array');
  word('length of array');
  reader.close();
  // A fault of the sender that does not hide what there is.
  const whole = reader.limit(Math.min(length, reader.remaining), 'length of arguments');
  const blocks = readBlocks(reader, types);
  reader.release(whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
  return status ? { call, status, blocks } : { call, blocks };
}
