import { Refusals } from '../../analysis/refusals.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { abortCodes } from '../canopen/abort-codes.ts';
import { type Frame, readFrame } from './frame.ts';
import { ASND, LAST_TYPE } from './names.ts';
import { PowerlinkSession } from './session.ts';

const ETHERTYPE = 0x88ab;
/** 6.3.2.2: objects may be asked for over UDP too. */
const PORT = 3819;
const HEADER = 3;

const refusals = new Refusals('powerlink');
const abortOf = refusals.numbered(abortCodes);

export const powerlink: Dissector<Frame> = {
  name: 'powerlink',
  title: 'Ethernet POWERLINK',
  reference: 'EPSG DS 301 V1.3.0 (IEC 61158-4-13 and 61158-6-13)',
  industrial: true,
  carriers: [
    { on: 'ethertype', at: [ETHERTYPE] },
    { on: 'udp', at: [PORT] },
  ],
  claims: ['epl_mtyp'],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (!expected || end - start <= HEADER) return NOT_OURS;
    const type = bytes[start]! & 0x7f;
    if (type === 0 || type > LAST_TYPE) return NOT_OURS;
    return type !== ASND || bytes[start + HEADER]! > 0 ? OURS : NOT_OURS;
  },

  read: (reader) => readFrame(reader),

  begin: (capture) => new PowerlinkSession(capture, abortOf),
};
