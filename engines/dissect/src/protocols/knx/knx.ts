import { u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { type Frame, HEADER, readFrame, refusals, services, VERSION } from './frame.ts';
import { KnxSession } from './session.ts';

const PORT = 3671;
const LONGEST = 4_096;

export const knx: Dissector<Frame> = {
  name: 'knx',
  title: 'KNXnet/IP',
  reference: 'ISO 22510:2019; KNX Standard 03_08 (KNXnet/IP), 03_06_03 (cEMI), 03_03_07 (application layer)',
  industrial: true,
  carriers: [
    { on: 'udp', at: [PORT] },
    { on: 'tcp', at: [PORT] },
  ],
  claims: [],
  roles: {
    asking: { role: 'client', certainty: 'guessed', because: 'knx.asks' },
    asked: { role: 'gateway', certainty: 'inferred', because: 'knx.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (bytes[start] !== HEADER || (length > 1 && bytes[start + 1] !== VERSION)) return NOT_OURS;
    if (length < HEADER) return expected ? PERHAPS : NOT_OURS;
    const said = u16At(bytes, start + 4);
    if (services[u16At(bytes, start + 2)] === undefined || said < HEADER || said > LONGEST) return NOT_OURS;
    return expected || said === length ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== HEADER || (end - start > 1 && bytes[start + 1] !== VERSION)) return LOST;
    if (end - start < HEADER) return 0;
    const said = u16At(bytes, start + 4);
    const known = services[u16At(bytes, start + 2)] !== undefined;
    return known && said >= HEADER && said <= LONGEST ? said : LOST;
  },

  read: (reader) => readFrame(reader),

  begin: (capture) => new KnxSession(capture),
};
