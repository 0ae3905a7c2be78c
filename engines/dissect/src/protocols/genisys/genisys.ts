import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { type GenisysMessage, isChecked, messageEnd, readGenisys } from './message.ts';
import { GenisysSession } from './session.ts';

/** What control offices speak with the interlockings and field stations of railways. */
export const genisys: Dissector<GenisysMessage> = {
  name: 'genisys',
  title: 'Genisys',
  reference: 'Union Switch & Signal Genisys, as the analyser of ICSNPP reads it; captures',
  industrial: true,
  carriers: [
    { on: 'tcp', at: [10_001] },
    { on: 'udp', at: [10_001] },
  ],
  claims: [],
  roles: {
    asking: { role: 'hmi', certainty: 'inferred', because: 'genisys.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'genisys.answers' },
  },

  recognises(bytes, start, end, expected) {
    const until = messageEnd(bytes, start, end);
    if (until < 0) return NOT_OURS;
    if (until === 0) return expected ? PERHAPS : NOT_OURS;
    return expected || isChecked(bytes, start, until) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const until = messageEnd(bytes, start, end);
    return until < 0 ? LOST : until === 0 ? 0 : until - start;
  },

  read: (reader) => readGenisys(reader),

  begin: (capture) => new GenisysSession(capture),
};
