import { u16At } from '../../bytes/byte-reader.ts';
import type { Counter } from '../../analysis/counters.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';

/** Carried by `profinet`, at the frame identifier; what is carried begins behind it. */
const INNER = 'profinet';

/** Real-time frames: named by their identifier and handed on. */
export const profinetRt: Dissector<number> = {
  name: 'profinet-rt',
  title: 'PROFINET real-time',
  reference: 'IEC 61158-6-10, 4.7 (frame identifiers)',
  industrial: true,
  carriers: [
    { on: 'ethertype', at: [0x8892] },
    { on: 'udp', at: [0x8892] },
  ],
  claims: ['pn_rt_frame_id', 'ics_frames.profinet-ptcp', 'conversations.profinet-ptcp'],

  recognises: (_bytes, start, end, expected) => (expected && end - start >= 2 ? OURS : NOT_OURS),

  read(reader) {
    const identifier = reader.u16('frame identifier', frameName);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    return identifier;
  },

  begin: (capture) => new RealTimeSession(capture),
};

class RealTimeSession implements Session {
  readonly #identifiers: Counter;

  constructor(capture: Capture) {
    this.#identifiers = capture.counter('pn_rt_frame_id', (id) => `0x${id.toString(16).padStart(4, '0')}`);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const identifier = u16At(bytes, start);
    this.#identifiers.add(identifier);
    if (isTime(identifier)) here.also('profinet-ptcp');
    else if (end - start > 2) here.carry(INNER, bytes, start + 2, end, identifier);
  }
}

function isTime(id: number): boolean {
  return (
    id <= 0x00ff || id === 0xff00 || id === 0xff01 || (id & 0xfffe) === 0xff20 || (id & 0xfffc) === 0xff40
  );
}

function frameName(id: number): string {
  if (isTime(id)) return 'PTCP, precision time';
  if (id < 0x0100) return 'reserved';
  if (id < 0x8000) return 'RT class 3';
  if (id < 0xc000) return 'RT class 2 or 1, unicast';
  if (id < 0xfc00) return 'RT class 1';
  if (id === 0xfc01) return 'alarm, high priority';
  if (id === 0xfe01) return 'alarm, low priority';
  return dcpFrames[id] ?? 'reserved';
}

const dcpFrames: Record<number, string> = {
  0xfefc: 'DCP hello',
  0xfefd: 'DCP get or set',
  0xfefe: 'DCP identify request',
  0xfeff: 'DCP identify response',
};
