import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { CAN_HEADER, identifierAt, KNOWN } from '../can/can.ts';
import { type Frame, isUnmistakable, readFrame } from './frame.ts';
import { refusals } from './refusals.ts';
import { CanopenSession } from './session.ts';

export const canopen: Dissector<Frame> = {
  name: 'canopen',
  title: 'CANopen',
  reference: 'CiA 301 V4.2.0: CANopen application layer and communication profile (EN 50325-4)',
  industrial: true,
  carriers: [{ on: 'can', at: [KNOWN] }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (end - start < CAN_HEADER || identifierAt(bytes, start) >>> 31) return NOT_OURS;
    return expected || isUnmistakable(bytes, start, end) ? OURS : NOT_OURS;
  },

  read: readFrame,

  begin: (capture) => new CanopenSession(capture),
};
