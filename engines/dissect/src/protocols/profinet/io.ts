import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { DATAGRAM_HEADER, DATAGRAM_VERSION } from '../dcerpc/datagram.ts';
import { type IoMessage, readIoMessage } from './message.ts';
import { IoSession } from './io-session.ts';
import { refusals } from './status.ts';

/** The first parts of the UUIDs of device, controller, supervisor and parameter server. */
const INTERFACES = [0xdea00001, 0xdea00002, 0xdea00003, 0xdea00004];
const FEWEST = DATAGRAM_HEADER + 20;

/** The context manager: who connects to whom, for which data, and the records read and written. */
export const profinetIo: Dissector<IoMessage> = {
  name: 'profinet-io',
  title: 'PROFINET IO, context management',
  reference: 'IEC 61158-6-10, 4.10 and 5.2',
  industrial: true,
  carriers: [{ on: 'dcerpc', at: INTERFACES }],
  claims: ['pn_io_block', 'pn_io_opnum'],
  refusals: refusals.list,

  recognises: (bytes, start, end, expected) =>
    expected && bytes[start] === DATAGRAM_VERSION && end - start >= FEWEST ? OURS : NOT_OURS,

  read: (reader) => readIoMessage(reader),

  begin: (capture) => new IoSession(capture),
};
