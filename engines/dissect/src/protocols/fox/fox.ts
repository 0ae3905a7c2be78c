import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { beginsLikeFox, type FoxFrame, frameEnd, HEAD, readFox } from './frame.ts';
import { FoxSession, refusals } from './session.ts';

/** What stations of Tridium's Niagara framework and their tools speak. Over TLS (4911) it is TLS. */
export const niagaraFox: Dissector<FoxFrame> = {
  name: 'niagara-fox',
  title: 'Niagara Fox',
  reference: 'No public specification; nmap fox-info, published analyses of fox-rt.jar, captures',
  industrial: true,
  carriers: [{ on: 'tcp', at: [1911, 4911] }],
  claims: [],
  roles: {
    asking: { role: 'client', certainty: 'guessed', because: 'niagara-fox.asks' },
    asked: { role: 'controller', certainty: 'guessed', because: 'niagara-fox.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end) {
    if (!beginsLikeFox(bytes, start, end)) return NOT_OURS;
    return end - start < HEAD ? PERHAPS : OURS;
  },

  messageLength(bytes, start, end) {
    const until = frameEnd(bytes, start, end);
    return until < 0 ? LOST : until === 0 ? 0 : until - start;
  },

  read: (reader) => readFox(reader),

  begin: (capture) => new FoxSession(capture),
};
