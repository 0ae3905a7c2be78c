import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { askedOf, type Message, readMessage } from './message.ts';
import { refusals } from './refusals.ts';
import { PcccSession } from './session.ts';

/** What hands PCCC on: the PCCC object of CIP, a connection to DH+, CSPv4. */
export const PCCC_CARRIER = 'pccc';

const HEADER = 4;
/** Reply and command; the others are of DF1 networks, and are not used here. */
const USED = 0x4f;

export const pccc: Dissector<Message> = {
  name: 'pccc',
  title: 'PCCC',
  reference: 'Rockwell Automation 1770-6.5.16: DF1 Protocol and Command Set, chapters 6 to 8 and 13',
  industrial: true,
  carriers: [{ on: PCCC_CARRIER }],
  claims: [],
  roles: {
    asking: { role: 'client', certainty: 'inferred', because: 'pccc.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'pccc.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end) {
    return end - start >= HEADER && (bytes[start]! & ~USED) === 0 ? OURS : NOT_OURS;
  },

  read(reader, { context }) {
    return readMessage(reader, askedOf(context?.['asked']));
  },

  begin(capture) {
    return new PcccSession(capture);
  },
};
