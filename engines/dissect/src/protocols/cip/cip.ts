import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { isIoMessage, looksLikePacket } from '../enip/cpf.ts';
import { ENCAPSULATED } from '../enip/enip.ts';
import { askedOf, readReplyData, readRequestData } from './details.ts';
import { Packet, readPacket } from './message.ts';
import { CipSession } from './session.ts';
import { refusals } from './status.ts';

const IO_PORT = 2222;

export const cip: Dissector<Packet> = {
  name: 'cip',
  title: 'CIP',
  reference: 'The CIP Networks Library, Volume 1: Common Industrial Protocol; Volume 2, 2-6 and 3-2',
  industrial: true,
  carriers: [{ on: ENCAPSULATED }, { on: 'udp', at: [IO_PORT] }],
  claims: ['cip_service', 'cip_request_service_class', 'cip_status'],
  roles: {
    asking: { role: 'client', certainty: 'inferred', because: 'cip.asks' },
    asked: { role: 'controller', certainty: 'guessed', because: 'cip.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const ours = expected ? looksLikePacket(bytes, start, end) : isIoMessage(bytes, start, end);
    return ours ? OURS : NOT_OURS;
  },

  read(reader, { context }) {
    const packet = new Packet();
    const asked = askedOf(context?.['asked']);
    const implicit = context?.['implicit'] === 1;
    const sequence = context?.['sequence'] === 1;
    const header = context?.['header'] === 1;
    let replies = 0;
    readPacket(
      reader,
      packet,
      () => implicit,
      (data, service) => {
        if (service.reply) readReplyData(data, service, asked[replies++]);
        else readRequestData(data, service);
      },
      { sequence, header },
    );
    return packet;
  },

  begin(capture) {
    return new CipSession(capture);
  },
};
