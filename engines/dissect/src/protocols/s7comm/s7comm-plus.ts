import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { PlusSession, refusals } from './plus-session.ts';
import { HEADER, type PlusMessage, PROTOCOL, readUnit } from './plus-unit.ts';

export const s7commPlus: Dissector<PlusMessage> = {
  name: 's7comm-plus',
  title: 'S7comm-plus',
  reference: 'Not published; icsnpp-s7comm, and S7comm-plus dissector and S7CommPlusDriver of Thomas Wiens',
  industrial: true,
  carriers: [{ on: 'cotp', at: [PROTOCOL] }],
  claims: ['s7commplus_version', 's7commplus_opcode_function'],
  roles: {
    asking: { role: 'client', certainty: 'guessed', because: 's7comm-plus.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 's7comm-plus.answers' },
  },
  refusals: refusals.list,

  recognises: (bytes, start, end) => (end - start >= HEADER && bytes[start] === PROTOCOL ? OURS : NOT_OURS),

  read: (reader, { context }) => readUnit(reader, context?.['fragment'] === 1),

  begin: (capture) => new PlusSession(capture),
};
