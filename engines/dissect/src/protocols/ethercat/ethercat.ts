import { u16leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import {
  DATAGRAM_HEADER,
  DATAGRAMS,
  HEADER,
  LAST_COMMAND,
  LENGTH,
  readFrame,
  WORKING_COUNTER,
} from './frame.ts';
import { refusals } from './refusals.ts';
import { EthercatSession } from './session.ts';

const ETHERTYPE = 0x88a4;

export const ethercat: Dissector<number> = {
  name: 'ethercat',
  title: 'EtherCAT',
  reference: 'ETG.1000.4 and ETG.1000.6 (IEC 61158-4-12 and 61158-6-12)',
  industrial: true,
  carriers: [
    { on: 'ethertype', at: [ETHERTYPE] },
    { on: 'udp', at: [ETHERTYPE] },
  ],
  claims: ['ethercat_cmd'],
  roles: { asking: { role: 'controller', certainty: 'inferred', because: 'ethercat.drives' } },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (!expected || end - start < HEADER) return NOT_OURS;
    const word = u16leAt(bytes, start);
    if (word >> 12 !== DATAGRAMS) return OURS;
    const least = HEADER + DATAGRAM_HEADER + WORKING_COUNTER;
    if (end - start < least || (word & LENGTH) < least - HEADER) return NOT_OURS;
    return bytes[start + HEADER]! <= LAST_COMMAND ? OURS : NOT_OURS;
  },

  read: (reader) => readFrame(reader),

  begin: (capture) => new EthercatSession(capture),
};
