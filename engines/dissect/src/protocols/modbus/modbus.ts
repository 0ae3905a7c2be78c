import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  LOST,
  NOT_OURS,
  OURS,
  PERHAPS,
  type Session,
  type Situation,
} from '../../dissector.ts';

const HEADER = 7;

export const modbus: Dissector = {
  name: 'modbus',
  title: 'Modbus/TCP',
  reference: 'MODBUS Application Protocol V1.1b3; MODBUS Messaging on TCP/IP V1.0b',
  industrial: true,
  carriers: [{ on: 'tcp', at: [502] }],
  claims: [],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'modbus.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'modbus.answers' },
  },

  recognises(bytes, start, end, expected) {
    if (end - start <= HEADER) return expected ? PERHAPS : NOT_OURS;
    return u16At(bytes, start + 2) === 0 ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (end - start < 6) return 0;
    const length = u16At(bytes, start + 4);
    return u16At(bytes, start + 2) === 0 && length >= 2 && length <= 254 ? 6 + length : LOST;
  },

  read(reader: ByteReader, _situation: Situation) {
    reader.u16('transaction');
    reader.constant16(0, 'protocol');
    reader.u16('length');
    return { unit: reader.u8('unit'), code: reader.u8('function') };
  },

  begin(capture: Capture): Session {
    const requests = capture.counter('modbus_request');
    const responses = capture.counter('modbus_response');
    return {
      message(here, bytes, start, end) {
        const { code } = modbus.read(here.reader.reset(bytes, start, end), here) as { code: number };
        (here.direction === 'request' ? requests : responses).add(code);
      },
    };
  },
};
