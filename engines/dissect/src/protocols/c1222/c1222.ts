import { Element, elementLength } from '../../bytes/ber.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS, type Recognition } from '../../dissector.ts';
import { APPLICATION_0, type C1222Message, isElement, readMessage } from './message.ts';
import { refusals } from './operations.ts';
import { C1222Session } from './session.ts';

const PORT = 1153;
const EXTERNAL = 0x28;
const OCTET_ALIGNED = 0x81;
const USER_INFORMATION = 0xbe;

export const c1222: Dissector<C1222Message> = {
  name: 'c12.22',
  title: 'ANSI C12.22',
  reference: 'IEEE 1703-2012 (ANSI C12.22-2012); tables: IEEE 1377-2012 (ANSI C12.19-2008)',
  industrial: true,
  carriers: [
    { on: 'tcp', at: [PORT] },
    { on: 'udp', at: [PORT] },
  ],
  claims: ['c1222_cmd'],
  roles: {
    asking: { role: 'server', certainty: 'guessed', because: 'c12.22.asks' },
    asked: { role: 'io', certainty: 'guessed', because: 'c12.22.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (bytes[start] !== APPLICATION_0) return NOT_OURS;
    if (!expected) return recognisesStranger(bytes, start, end);
    if (!whole.begin(bytes, start, end)) return end - start < 6 ? PERHAPS : NOT_OURS;
    if (whole.start >= end) return PERHAPS;
    return isElement(bytes[whole.start]!) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== APPLICATION_0) return LOST;
    const length = elementLength(bytes, start, end);
    return length > LONGEST ? LOST : length;
  },

  read(reader, { context }) {
    const asked = context?.['asked'];
    return readMessage(reader, typeof asked === 'string' ? asked.split(',').map(Number) : []);
  },

  begin: (capture) => new C1222Session(capture),
};

const LONGEST = 131_072;
const whole = new Element();
const part = new Element();

/** Other protocols begin with an ACSE PDU too: its elements must be those of C12.22, and EPSEM in the last. */
function recognisesStranger(bytes: Uint8Array, start: number, end: number): Recognition {
  if (!whole.read(bytes, start, end)) return NOT_OURS;
  let at = whole.start;
  while (part.read(bytes, at, whole.end) && isElement(part.tag)) {
    if (part.tag === USER_INFORMATION && bytes[part.start] === EXTERNAL) {
      const inside = part.start;
      return part.read(bytes, inside, whole.end) && bytes[part.start] === OCTET_ALIGNED ? OURS : NOT_OURS;
    }
    at = part.end;
  }
  return NOT_OURS;
}
