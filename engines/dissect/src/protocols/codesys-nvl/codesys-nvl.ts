import { u16leAt, u32At, u32leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { HEADER, IDENTITY, type NetworkVariables, readVariables, REQUEST, VARIABLES } from './message.ts';
import { NvlSession } from './session.ts';

export const codesysNvl: Dissector<NetworkVariables> = {
  name: 'codesys-nvl',
  title: 'CODESYS network variables',
  reference:
    'No public specification; codesys-client of Jussi Isotalo, EasyNetVars of Rossmann Engineering, netvar of Alexander89',
  industrial: true,
  carriers: [{ on: 'udp', at: [1202] }],
  claims: [],

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (length < HEADER) return expected && bytes[start] === 0 ? PERHAPS : NOT_OURS;
    if (u32At(bytes, start) !== IDENTITY) return NOT_OURS;
    const type = u32leAt(bytes, start + 4);
    const known = type === VARIABLES || type === REQUEST;
    return known && (expected || u16leAt(bytes, start + 14) === length) ? OURS : NOT_OURS;
  },

  read: readVariables,

  begin: (capture) => new NvlSession(capture),
};
