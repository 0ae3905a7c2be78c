import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import {
  type DcpMessage,
  GET_SET_FRAME,
  HELLO_FRAME,
  IDENTIFY_ANSWER_FRAME,
  IDENTIFY_FRAME,
  readDcp,
  refusals,
} from './message.ts';
import { DcpSession } from './session.ts';

export const dcp: Dissector<DcpMessage> = {
  name: 'profinet-dcp',
  title: 'PROFINET DCP',
  reference: 'IEC 61158-6-10, 4.3',
  industrial: true,
  carriers: [{ on: 'profinet', at: [HELLO_FRAME, GET_SET_FRAME, IDENTIFY_FRAME, IDENTIFY_ANSWER_FRAME] }],
  claims: ['pn_dcp'],
  refusals: refusals.list,

  recognises: (_bytes, start, end, expected) => (expected && end - start >= 2 ? OURS : NOT_OURS),

  read: readDcp,

  begin: (capture) => new DcpSession(capture),
};
