import { u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { GOOSE_PDU, type Goose, readGoose } from './goose-pdu.ts';
import { GooseSession } from './goose-session.ts';
import { beginOfPdu, ETHERNET_HEADER, ROUTED_GOOSE } from './header.ts';
import { ROUTED } from './routed.ts';

const ETHERTYPE = 0x88b8;

export const goose: Dissector<Goose> = {
  name: 'goose',
  title: 'GOOSE',
  reference: 'IEC 61850-8-1:2011, 18 and annexes A, C',
  industrial: true,
  carriers: [
    { on: 'ethertype', at: [ETHERTYPE] },
    { on: ROUTED, at: [ROUTED_GOOSE] },
  ],
  claims: ['goose'],
  roles: { asking: { role: 'controller', certainty: 'inferred', because: 'goose.publishes' } },

  recognises(bytes, start, end, expected) {
    const begin = beginOfPdu(bytes, start, end);
    if (begin < 0 || bytes[begin] !== GOOSE_PDU) return NOT_OURS;
    // An EtherType is given to one protocol alone: elsewhere it is not looked for.
    if (!expected) return NOT_OURS;
    return bytes[start]! >= ROUTED_GOOSE || u16At(bytes, start + 2) >= ETHERNET_HEADER ? OURS : NOT_OURS;
  },

  read: readGoose,

  begin: (capture) => new GooseSession(capture),
};
