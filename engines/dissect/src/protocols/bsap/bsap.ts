import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import {
  type BsapMessage,
  frameAgrees,
  frameEnd,
  isFrame,
  isNumbered,
  isOverIp,
  readBsap,
} from './message.ts';
import { refusals } from './refusals.ts';
import { BsapSession } from './session.ts';

const LONGEST_FRAME = 1_024;
const PORTS = [1234, 1235];

/** Bristol Standard Asynchronous Protocol: over IP in its own form, or frames of the serial line as they are. */
export const bsap: Dissector<BsapMessage> = {
  name: 'bsap',
  title: 'BSAP',
  reference: 'Bristol D4052, BSAP and ACCOL II message formats, as ICSNPP and FDACore read them; captures',
  industrial: true,
  carriers: [
    { on: 'udp', at: PORTS },
    { on: 'tcp', at: PORTS },
  ],
  claims: [],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'bsap.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'bsap.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    // Over IP there is no checksum.
    if (isOverIp(bytes, start, end)) return expected || isNumbered(bytes, start, end) ? OURS : NOT_OURS;
    if (isFrame(bytes, start, end)) return expected || frameAgrees(bytes, start, end) ? OURS : NOT_OURS;
    if (!expected) return NOT_OURS;
    const until = frameEnd(bytes, start, end);
    if (until > 0) return frameAgrees(bytes, start, until) ? OURS : NOT_OURS;
    return until === 0 && end - start < LONGEST_FRAME ? PERHAPS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const until = frameEnd(bytes, start, end);
    if (until === 0) return end - start < LONGEST_FRAME ? 0 : LOST;
    return until > start ? until - start : LOST;
  },

  read(reader, { direction, context }) {
    const fields = context?.['fields'];
    return readBsap(reader, direction === 'reply', () => (typeof fields === 'number' ? fields : undefined));
  },

  begin: (capture) => new BsapSession(capture),
};
