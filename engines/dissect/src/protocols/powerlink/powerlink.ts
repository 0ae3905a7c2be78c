import { Refusals } from '../../analysis/refusals.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { abortCodes } from '../canopen/abort-codes.ts';
import { type Frame, readFrame } from './frame.ts';
import { ASND, BROADCAST, LAST_TYPE, MANAGING, PREQ, PRES, SOA, SOC } from './names.ts';
import { PowerlinkSession } from './session.ts';

const ETHERTYPE = 0x88ab;
/** 6.3.2.2: objects may be asked for over UDP too. */
const PORT = 3819;
const HEADER = 3;
const LAST_SERVICE = 6;
const FIRST_OF_MAKERS = 0xa0;

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
    return isBelievable(bytes[start]! & 0x7f, bytes, start) ? OURS : NOT_OURS;
  },

  read: (reader) => readFrame(reader),

  begin: (capture) => new PowerlinkSession(capture, abortOf),
};

/** 4.5 and 4.6.1.1: who may send what to whom. Ports say little, for any client may have this one. */
function isBelievable(type: number, bytes: Uint8Array, start: number): boolean {
  const [target, source, service] = [bytes[start + 1]!, bytes[start + 2]!, bytes[start + 3]!];
  switch (type) {
    case SOC:
    case SOA:
      return target === BROADCAST && source === MANAGING;
    case PREQ:
      return source === MANAGING;
    case PRES:
      return target === BROADCAST;
    case ASND:
      return (service > 0 && service <= LAST_SERVICE) || service >= FIRST_OF_MAKERS;
    default:
      return type > ASND && type <= LAST_TYPE;
  }
}
