import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Asdu, readAsdu } from './asdu.ts';

/** Application protocol control information: IEC 60870-5-104:2006, clause 5. */
export interface Apdu {
  readonly format: 'I' | 'S' | 'U';
  readonly send?: number;
  readonly receive?: number;
  /** Of U format: see unnumbered. */
  readonly code?: number;
  readonly asdu?: Asdu;
}

export const START = 0x68;
export const HEADER = 6;

export const STARTDT = 0x01;
export const STARTDT_CONFIRMED = 0x02;
export const STOPDT = 0x04;
export const STOPDT_CONFIRMED = 0x08;
export const TESTFR = 0x10;
export const TESTFR_CONFIRMED = 0x20;
export const unnumbered: Record<number, string> = {
  [STARTDT]: 'start data transfer',
  [STARTDT_CONFIRMED]: 'start data transfer, confirmed',
  [STOPDT]: 'stop data transfer',
  [STOPDT_CONFIRMED]: 'stop data transfer, confirmed',
  [TESTFR]: 'test frame',
  [TESTFR_CONFIRMED]: 'test frame, confirmed',
};

export function readApdu(reader: ByteReader): Apdu {
  reader.open('control information', '60870-5-104, 5');
  reader.constant8(START, 'start');
  const length = reader.u8('length');
  const whole = reader.limit(length, 'length');
  const control = reader.u16le('control');
  let apdu: Apdu;
  if ((control & 1) === 0) {
    const send = reader.bits(control, 0xfffe, 'send sequence');
    const receive = reader.bits(reader.u16le('receive'), 0xfffe, 'receive sequence');
    reader.close();
    apdu = { format: 'I', send, receive, asdu: readAsdu(reader) };
  } else if ((control & 3) === 1) {
    apdu = { format: 'S', receive: reader.bits(reader.u16le('receive'), 0xfffe, 'receive sequence') };
    reader.close();
  } else {
    apdu = { format: 'U', code: reader.bits(control, 0xfc, 'function', unnumbered) };
    reader.u16le('not used');
    reader.close();
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'surplus');
  reader.release(whole);
  return apdu;
}
