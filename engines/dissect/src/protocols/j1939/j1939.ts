import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { CAN_HEADER, identifierAt, KNOWN } from '../can/can.ts';
import { isUnmistakable, type Message, readMessage } from './message.ts';
import { J1939Session } from './session.ts';

const EXTENDED = 1;

export const j1939: Dissector<Message> = {
  name: 'j1939',
  title: 'SAE J1939',
  reference: 'SAE J1939-21 (data link), -71 (applications), -73 (diagnostics), -81 (network management)',
  industrial: true,
  carriers: [{ on: 'can', at: [KNOWN + EXTENDED] }],
  claims: [],

  recognises(bytes, start, end, expected) {
    if (end - start < CAN_HEADER || !(identifierAt(bytes, start) >>> 31)) return NOT_OURS;
    return expected || isUnmistakable(bytes, start, end) ? OURS : NOT_OURS;
  },

  read: readMessage,

  begin: (capture) => new J1939Session(capture),
};
