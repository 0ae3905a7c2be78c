import { u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { agrees } from './crc.ts';
import { CONFIGURATION_3, type Frame, LEAST, readFrame, SYNC } from './frame.ts';
import { C37118Session } from './session.ts';

const PORTS = [4712, 4713];
const MOST_VERSION = 3;

export const c37118: Dissector<Frame> = {
  name: 'c37.118',
  title: 'IEEE C37.118 synchrophasors',
  reference: 'IEEE C37.118.2-2011',
  industrial: true,
  carriers: [
    { on: 'tcp', at: PORTS },
    { on: 'udp', at: PORTS },
  ],
  claims: ['c37118_frame'],
  roles: {
    asking: { role: 'server', certainty: 'guessed', because: 'c37118.collects' },
    asked: { role: 'io', certainty: 'inferred', because: 'c37118.measures' },
  },

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (bytes[start] !== SYNC || (length > 1 && !isKind(bytes[start + 1]!))) return NOT_OURS;
    if (length < 4) return PERHAPS;
    const size = u16At(bytes, start + 2);
    if (size < LEAST) return NOT_OURS;
    if (expected) return OURS;
    return size <= length && agrees(bytes, start, start + size) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const length = end - start;
    if (bytes[start] !== SYNC || (length > 1 && !isKind(bytes[start + 1]!))) return LOST;
    if (length < 4) return 0;
    const size = u16At(bytes, start + 2);
    return size < LEAST ? LOST : size;
  },

  read(reader, { context }) {
    const layout = context?.['layout'];
    return readFrame(reader, typeof layout === 'string' ? layout : undefined);
  },

  begin: (capture) => new C37118Session(capture),
};

function isKind(octet: number): boolean {
  const version = octet & 0x0f;
  return octet >> 4 <= CONFIGURATION_3 && version >= 1 && version <= MOST_VERSION;
}
