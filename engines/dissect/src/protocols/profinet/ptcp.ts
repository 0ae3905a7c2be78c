import type { ByteReader } from '../../bytes/byte-reader.ts';
import { readUuid } from '../dcerpc/uuid.ts';

const END = 0;
const elements: Readonly<Record<number, string>> = {
  [END]: 'end',
  1: 'subdomain',
  2: 'time',
  3: 'time extension',
  4: 'master',
  5: 'port parameters',
  6: 'delay parameters',
  7: 'port time',
  0x7f: 'of an organisation',
};

const ANNOUNCE = 0xff00;

/** IEC 61158-6-10, 4.6 (PTCP), cited from memory. The reader stands behind the frame identifier. */
export function readTime(reader: ByteReader, frame: number): void {
  reader.open('header', 'IEC 61158-6-10, 4.6.3');
  reader.skip(8, 'reserved');
  if ((frame & 0xfffe) === ANNOUNCE) reader.skip(4, 'reserved');
  else reader.u32('delay, in 10 ns');
  reader.u16('sequence');
  reader.u8('delay, in 1 ns');
  reader.u8('padding');
  if ((frame & 0xfffe) !== ANNOUNCE) reader.u32('delay of the line, in 1 ns');
  reader.close();
  for (;;) {
    const head = reader.u16('element');
    const type = reader.bits(head, 0xfe00, 'type', elements);
    const whole = reader.limit(reader.bits(head, 0x01ff, 'length'), 'length');
    if (type !== END) readElement(reader, type);
    reader.release(whole);
    if (type === END) break;
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
}

function readElement(reader: ByteReader, type: number): void {
  reader.open(elements[type] ?? 'element', 'IEC 61158-6-10, 4.6.3');
  if (type === 1 && reader.remaining >= 22) {
    reader.bytes(6, 'MAC address of the master');
    readUuid(reader, 'subdomain', false);
  } else if (type === 2 && reader.remaining >= 10) {
    reader.u16('epoch');
    reader.u32('seconds');
    reader.u32('nanoseconds');
  } else if (type === 4 && reader.remaining >= 6) {
    reader.u8('priority 1');
    reader.u8('priority 2');
    reader.u8('clock class');
    reader.u8('clock accuracy');
    reader.u16('clock variance');
  } else if (type === 6 && reader.remaining >= 6) {
    reader.bytes(6, 'MAC address of the port');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  reader.close();
}
