import { u16leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import {
  DATAGRAM_HEADER,
  DATAGRAMS,
  HEADER,
  LAST_COMMAND,
  LENGTH,
  MAILBOX,
  NETWORK_VARIABLES,
  readFrame,
  WORKING_COUNTER,
} from './frame.ts';
import { refusals } from './refusals.ts';
import { EthercatSession } from './session.ts';

const ETHERTYPE = 0x88a4;
const RESERVED = 0x0800;
/** A datagram without data. */
const LEAST = DATAGRAM_HEADER + WORKING_COUNTER;

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
    const length = word & LENGTH;
    if (word & RESERVED) return NOT_OURS;
    if (word >> 12 !== DATAGRAMS)
      return isOther(word >> 12) && length <= end - start - HEADER ? OURS : NOT_OURS;
    if (end - start < HEADER + LEAST || length < LEAST) return NOT_OURS;
    const first = start + HEADER;
    const fits = (u16leAt(bytes, first + 6) & LENGTH) + LEAST <= length;
    return fits && bytes[first]! <= LAST_COMMAND ? OURS : NOT_OURS;
  },

  read: (reader) => readFrame(reader),

  begin: (capture) => new EthercatSession(capture),
};

function isOther(type: number): boolean {
  return type === NETWORK_VARIABLES || type === MAILBOX;
}
