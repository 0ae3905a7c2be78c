import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { refusals } from './errors.ts';
import { HEADER, PROTOCOL, readS7, type S7Message } from './message.ts';
import { messageTypes } from './names.ts';
import { S7Session } from './session.ts';

export const s7comm: Dissector<S7Message> = {
  name: 's7comm',
  title: 'S7comm',
  reference: 'Not published; as in Wireshark, Snap7 and the STEP 7 manuals',
  industrial: true,
  carriers: [{ on: 'cotp', at: [PROTOCOL] }],
  claims: ['s7comm_rosctr', 's7comm_function', 's7comm_userdata', 's7comm_pi_service'],
  roles: {
    asking: { role: 'client', certainty: 'guessed', because: 's7comm.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 's7comm.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end) {
    return end - start >= HEADER && bytes[start] === PROTOCOL && bytes[start + 1]! in messageTypes
      ? OURS
      : NOT_OURS;
  },

  read: readS7,

  begin: (capture) => new S7Session(capture),
};
