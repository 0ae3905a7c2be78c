import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { CONNECTION_VERSION, HEADER, isPdu, type Pdu, readPdu, sizeOf } from './connection.ts';
import { type Datagram, DATAGRAM_VERSION, isDatagram, readDatagram } from './datagram.ts';
import { refusals } from './refusals.ts';
import { DcerpcSession } from './session.ts';

const ENDPOINT_MAPPER = 135;
/** PROFINET's own name for the port of its endpoint mapper is the context manager's. */
const PROFINET = 34_964;

/** DCE/RPC on pipes comes as whole messages from whoever reads pipes. */
const PIPE = 'pipe';

/**
 * Hands on, under `dcerpc` and the first part of the interface's UUID, whole messages with their headers: the function and
 * the byte order stand there. Fragments are put together behind the header of the first.
 */
export const dcerpc: Dissector<Datagram | Pdu> = {
  name: 'dcerpc',
  title: 'DCE/RPC',
  reference: 'The Open Group C706 (DCE 1.1: Remote Procedure Call), chapter 12; [MS-RPCE]',
  industrial: true,
  yields: true,
  carriers: [
    { on: 'tcp', at: [ENDPOINT_MAPPER] },
    { on: 'udp', at: [PROFINET, ENDPOINT_MAPPER] },
    { on: PIPE },
  ],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (bytes[start] === DATAGRAM_VERSION) {
      return isDatagram(bytes, start, end, !expected) ? OURS : NOT_OURS;
    }
    if (!isPdu(bytes, start, end, false)) return NOT_OURS;
    if (end - start < HEADER) return PERHAPS;
    return isPdu(bytes, start, end, !expected) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (!isPdu(bytes, start, end, false)) return LOST;
    return end - start < HEADER ? 0 : sizeOf(bytes, start);
  },

  read: (reader) => (reader.peek() === CONNECTION_VERSION ? readPdu(reader) : readDatagram(reader)),

  begin: (capture) => new DcerpcSession(capture),
};
