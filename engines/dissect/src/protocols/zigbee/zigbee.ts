import { u16leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { addressing, SHORT } from './ieee802154.ts';
import { DATA, NETWORK_COMMAND, type Packet, readPacket, VERSIONS } from './packet.ts';
import { refusals } from './refusals.ts';
import { ZigbeeSession } from './session.ts';

const LEAST = 8;

/** Network layer, application support, device profile and cluster library: one message from radio to value. */
export const zigbee: Dissector<Packet> = {
  name: 'zigbee',
  title: 'Zigbee',
  reference: 'Zigbee specification 05-3474-23, chapters 2 to 4; Zigbee Cluster Library 07-5123-08',
  industrial: true,
  carriers: [{ on: 'ieee802.15.4', at: [addressing(SHORT, SHORT)] }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (!expected || end - start < LEAST) return NOT_OURS;
    const control = u16leAt(bytes, start);
    const type = control & 3;
    const version = (control >> 2) & 0xf;
    return (type === DATA || type === NETWORK_COMMAND) && version in VERSIONS ? OURS : NOT_OURS;
  },

  read: (reader) => readPacket(reader),

  begin: (capture) => new ZigbeeSession(capture),
};
