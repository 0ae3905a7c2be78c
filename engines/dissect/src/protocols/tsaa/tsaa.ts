import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { CHECKSUM, crcAgrees, HEADER, isSized, readTsaa, type TsaaMessage } from './message.ts';
import { types } from './names.ts';
import { refusals } from './refusals.ts';
import { TsaaSession } from './session.ts';

/** What stations read and write with on Triconex safety controllers. */
export const tsaa: Dissector<TsaaMessage> = {
  name: 'tsaa',
  title: 'Triconex TSAA',
  reference: 'Invensys 9720088: Communication Guide for Tricon v9–v10, as a public client implements it',
  industrial: true,
  carriers: [{ on: 'udp', at: [1500] }],
  claims: ['tsaa_type'],
  roles: {
    asking: { role: 'client', certainty: 'inferred', because: 'tsaa.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'tsaa.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (end - start < HEADER + CHECKSUM || !(bytes[start]! in types)) return NOT_OURS;
    if (!isSized(bytes, start, end)) return NOT_OURS;
    return expected || crcAgrees(bytes, start, end) ? OURS : NOT_OURS;
  },

  read: (reader) => readTsaa(reader),

  begin: (capture) => new TsaaSession(capture),
};
