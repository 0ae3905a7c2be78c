import { u16leAt } from '../../bytes/byte-reader.ts';
import { crc16, crc16Arc } from '../../bytes/crc16.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { CHECKSUM, ERROR, HEADER, LENGTH_AT, OPCODE_AT, readRoc, type RocMessage } from './message.ts';
import { operations } from './operations.ts';
import { refusals } from './refusals.ts';
import { RocSession } from './session.ts';

export const rocPlus: Dissector<RocMessage> = {
  name: 'roc-plus',
  title: 'Emerson ROC Plus',
  reference: 'Emerson D301180X012: ROC Plus Protocol Specifications Manual',
  industrial: true,
  carriers: [
    { on: 'tcp', at: [4000] },
    { on: 'udp', at: [4000] },
  ],
  claims: [],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'roc-plus.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'roc-plus.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (end - start < HEADER) return expected ? PERHAPS : NOT_OURS;
    if (!isOpcode(bytes[start + OPCODE_AT]!)) return NOT_OURS;
    const size = HEADER + bytes[start + LENGTH_AT]! + CHECKSUM;
    if (size > end - start) return expected ? PERHAPS : NOT_OURS;
    const right =
      crc16(crc16Arc, 0, bytes, start, start + size - CHECKSUM) === u16leAt(bytes, start + size - CHECKSUM);
    return right && (expected || size === end - start) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (end - start < HEADER) return 0;
    return isOpcode(bytes[start + OPCODE_AT]!) ? HEADER + bytes[start + LENGTH_AT]! + CHECKSUM : LOST;
  },

  read: (reader, { direction, context }) =>
    readRoc(reader, direction === 'reply', Number(context?.['points'] ?? 0)),

  begin: (capture) => new RocSession(capture),
};

function isOpcode(opcode: number): boolean {
  return opcode === ERROR || opcode in operations;
}
