import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { melsoftRefusals } from '../melsec/refusals.ts';
import {
  COMMAND_HEADER,
  COMMAND_REPLY,
  COMMAND_REQUEST,
  FOUND,
  type Frame,
  HEADER,
  lengthAt,
  readMelsoft,
  REPLY,
  REQUEST,
  SEARCH,
  STATUS,
} from './frame.ts';
import { MelsoftSession } from './session.ts';

/** FX5 listens to broadcasts on 5560; iQ-R to 5007 of TCP and 5006 of UDP, Q and L to 5002 and 5001, both to 5562. */
const UDP_PORTS = [5560, 5562, 5001, 5006];
const TCP_PORTS = [5007, 5002, 5562];
const SEARCH_LENGTH = 4;
const LONGEST_FOUND = 64;

export const melsoft: Dissector<Frame> = {
  name: 'melsoft',
  title: 'MELSOFT (GX Works)',
  reference:
    'No public specification; Nozomi Networks, blackhat23-melsoft, and captures of GX Works3 with an FX5U',
  industrial: true,
  carriers: [
    { on: 'udp', at: UDP_PORTS },
    { on: 'tcp', at: TCP_PORTS },
  ],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'inferred', because: 'melsoft.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'melsoft.answers' },
  },
  refusals: melsoftRefusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    const first = bytes[start]!;
    if (first === SEARCH || first === FOUND) return expected && isSearch(bytes, start, end) ? OURS : NOT_OURS;
    if (first !== REQUEST && first !== REPLY) return NOT_OURS;
    if (length > 1 && !isSecond(first, bytes[start + 1]!)) return NOT_OURS;
    if (length <= HEADER) return expected ? PERHAPS : NOT_OURS;
    if (!isHeader(bytes, start)) return NOT_OURS;
    return expected || length === HEADER + lengthAt(bytes, start) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const first = bytes[start]!;
    if (first !== REQUEST && first !== REPLY) return LOST;
    if (end - start <= HEADER) return 0;
    return isHeader(bytes, start) ? HEADER + lengthAt(bytes, start) : LOST;
  },

  read: readMelsoft,

  begin: (capture) => new MelsoftSession(capture),
};

function isSecond(first: number, second: number): boolean {
  return second === 1 || (first === REPLY && second === 0);
}

/** The type of the command header says the same as the identification, and there is room for a command. */
function isHeader(bytes: Uint8Array, start: number): boolean {
  const isReply = bytes[start] === REPLY;
  const least = COMMAND_HEADER + (isReply ? STATUS : 0) + 4;
  return (
    isSecond(bytes[start]!, bytes[start + 1]!) &&
    bytes[start + HEADER] === (isReply ? COMMAND_REPLY : COMMAND_REQUEST) &&
    lengthAt(bytes, start) >= least
  );
}

function isSearch(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < SEARCH_LENGTH || bytes[start + 1] !== 0 || bytes[start + 2] !== 0) return false;
  return bytes[start] === SEARCH ? length === SEARCH_LENGTH : length <= LONGEST_FOUND;
}
