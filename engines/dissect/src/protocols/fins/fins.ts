import { u16At, u32At } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { CODE_AT, type Frame, HEADER, isTcp, readFins, RESPONSE, TCP_HEADER } from './frame.ts';
import { operations } from './operations.ts';
import { endCodeOf, refusalOf, refusals } from './refusals.ts';
import { FinsSession } from './session.ts';

const PORTS = [9600];
/** Counted behind magic and length. */
const TCP_UNCOUNTED = 8;
const TCP_SHORTEST = 8;
/** W342, 5-1-1: the longest command of all networks is 2,012 octets; Ethernet units of NJ take 4,096. */
const LONGEST = 8_192;
const TCP_LAST_COMMAND = 6;
const UNUSED = 0x3e;
/** 7 as CS and CJ send it from version 2 on; older ones 2. */
const MOST_GATEWAYS = 7;
const UNKNOWN_END = refusalOf(0xffff).code;

export const fins: Dissector<Frame> = {
  name: 'omron-fins',
  title: 'OMRON FINS',
  reference: 'OMRON W342 (commands), W421 (UDP and TCP), W227 (CV)',
  industrial: true,
  carriers: [
    { on: 'udp', at: PORTS },
    { on: 'tcp', at: PORTS },
  ],
  claims: ['fins_command_request', 'fins_command_response'],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'omron-fins.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'omron-fins.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (bytes[start] === 0x46) {
      if (length < TCP_HEADER) return expected ? PERHAPS : NOT_OURS;
      return isTcp(bytes, start, end) && isLink(bytes, start) ? OURS : NOT_OURS;
    }
    if (length < HEADER + 2 || !isHeader(bytes, start)) return NOT_OURS;
    return expected || isUnmistakable(bytes, start, end) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== 0x46) return LOST;
    if (end - start < TCP_HEADER) return 0;
    if (!isTcp(bytes, start, end) || !isLink(bytes, start)) return LOST;
    return TCP_UNCOUNTED + u32At(bytes, start + 4);
  },

  read(reader, { context }) {
    const asked = context?.['area'];
    return readFins(reader, typeof asked === 'number' ? asked : undefined);
  },

  begin: (capture) => new FinsSession(capture),
};

function isLink(bytes: Uint8Array, start: number): boolean {
  const length = u32At(bytes, start + 4);
  return length >= TCP_SHORTEST && length <= LONGEST && u32At(bytes, start + 8) <= TCP_LAST_COMMAND;
}

function isHeader(bytes: Uint8Array, start: number): boolean {
  return (bytes[start]! & UNUSED) === 0 && bytes[start + 1] === 0 && bytes[start + 2]! <= MOST_GATEWAYS;
}

/** On a port where nobody expects it: through a gateway, a command there is, an end code there is. */
function isUnmistakable(bytes: Uint8Array, start: number, end: number): boolean {
  const control = bytes[start]!;
  if ((control & 0x80) === 0 || bytes[start + 2]! < 2 || !(u16At(bytes, start + CODE_AT) in operations))
    return false;
  if ((control & RESPONSE) === 0) return true;
  if (end - start < HEADER + 4) return false;
  const endCode = endCodeOf(u16At(bytes, start + HEADER + 2));
  return endCode === 0 || refusalOf(endCode).code !== UNKNOWN_END;
}
