import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { type Message, readMessage } from './message.ts';
import { refusals } from './refusals.ts';
import { OpcuaSession } from './session.ts';

/** The services. `opcuaTcp` brings whole messages, and the request id as the place. */
export const opcua: Dissector<Message> = {
  name: 'opcua',
  title: 'OPC UA',
  reference: 'OPC 10000-4:2017, OPC 10000-6:2017',
  industrial: true,
  carriers: [{ on: 'opcua' }],
  claims: ['opcua_service'],
  roles: {
    asking: { role: 'client', certainty: 'guessed', because: 'opcua.asks' },
    asked: { role: 'server', certainty: 'inferred', because: 'opcua.serves' },
  },
  refusals: refusals.list,

  // Only the secure conversation brings bytes here, and it has looked for a service.
  recognises: (_bytes, start, end) => (end > start ? OURS : NOT_OURS),

  read: readMessage,

  begin: (capture) => new OpcuaSession(capture),
};
