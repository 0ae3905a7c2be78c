import { u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { beginOfPdu, ETHERNET_HEADER, ROUTED_GOOSE, ROUTED_SV } from './header.ts';
import { ROUTED } from './routed.ts';
import { readSamples, type Samples, SV_PDU } from './sv-pdu.ts';
import { SvSession } from './sv-session.ts';

const ETHERTYPE = 0x88ba;

export const sv: Dissector<Samples> = {
  name: 'sv',
  title: 'Sampled values',
  reference: 'IEC 61850-9-2:2011, 8; UCA implementation guideline 9-2LE',
  industrial: true,
  carriers: [
    { on: 'ethertype', at: [ETHERTYPE] },
    { on: ROUTED, at: [ROUTED_SV] },
  ],
  claims: ['sv_id'],
  roles: { asking: { role: 'io', certainty: 'inferred', because: 'sv.samples' } },

  // An EtherType is given to one protocol alone: elsewhere it is not looked for.
  recognises(bytes, start, end, expected) {
    const begin = beginOfPdu(bytes, start, end);
    if (!expected || begin < 0 || bytes[begin] !== SV_PDU) return NOT_OURS;
    return bytes[start]! >= ROUTED_GOOSE || u16At(bytes, start + 2) >= ETHERNET_HEADER ? OURS : NOT_OURS;
  },

  read: readSamples,

  begin: (capture) => new SvSession(capture),
};
