import type { Counter } from '../../analysis/counters.ts';
import { u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Context,
  type Dissector,
  type Here,
  NOT_OURS,
  OURS,
  type Session,
} from '../../dissector.ts';
import { DATA, readAlarm } from './alarms.ts';
import { Types } from './blocks.ts';
import { Cyclic, readCyclic } from './cyclic.ts';
import { frameName, IDENTIFIER, isAlarm, isCyclic, isTime, RSI_FRAME } from './frames.ts';
import { hex } from './names.ts';
import { type Providers, providersOf } from './providers.ts';
import { readTime } from './ptcp.ts';
import { realTimeKinds, type RealTimeKinds } from './real-time-operations.ts';
import { abortReason } from './status.ts';

/** Carried by `profinet`, at the frame identifier; what is carried begins behind it. */
const INNER = 'profinet';
const PORT = 0x8892;
/** Cyclic data and alarms belong to PROFINET IO; the reference counts them there too. */
const IO = 'profinet-io';
const TIME = 'profinet-ptcp';
/** PROFINET CBA, long gone, began its data so; the reference takes what begins so for it, and does not count it as IO. */
const CBA = 0x11;

/** Real-time frames: cyclic data, alarms, precision time; others are named by their identifier and handed on. */
export const profinetRt: Dissector<number> = {
  name: 'profinet-rt',
  title: 'PROFINET real-time',
  reference: 'IEC 61158-6-10, 4.6 and 4.7',
  industrial: true,
  carriers: [
    { on: 'ethertype', at: [PORT] },
    { on: 'udp', at: [PORT] },
  ],
  claims: ['pn_rt_frame_id', 'ics_frames.profinet-ptcp', 'conversations.profinet-ptcp'],

  recognises: (_bytes, start, end, expected) => (expected && end - start >= IDENTIFIER ? OURS : NOT_OURS),

  read(reader, { context }) {
    const frame = reader.u16('frame identifier', frameName);
    if (reader.remaining === 0) return frame;
    if (isCyclic(frame) && reader.remaining >= 4) {
      const layout = context?.['layout'];
      readCyclic(reader, typeof layout === 'string' ? layout : undefined);
    } else if (isAlarm(frame) && frame !== RSI_FRAME) readAlarm(reader);
    else if (isTime(frame)) readTime(reader, frame);
    else reader.skip(reader.remaining, 'data');
    return frame;
  },

  begin: (capture) => new RealTimeSession(capture),
};

class RealTimeSession implements Session {
  readonly #identifiers: Counter;
  readonly #blocks: Counter;
  readonly #kinds: RealTimeKinds;
  readonly #cyclic: Cyclic;
  readonly #types = new Types();
  readonly #providers: Providers;
  #isCyclic = false;

  constructor(capture: Capture) {
    this.#identifiers = capture.counter('pn_rt_frame_id', (frame) => hex(frame));
    this.#blocks = capture.counter('pn_io_block', (type) => hex(type));
    this.#kinds = realTimeKinds(capture);
    this.#cyclic = new Cyclic(capture, this.#kinds);
    this.#providers = providersOf(capture);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const frame = u16At(bytes, start);
    this.#identifiers.add(frame);
    this.#isCyclic = isCyclic(frame);
    if (this.#isCyclic) {
      if (bytes[start + IDENTIFIER] !== CBA) here.also(IO);
      this.#cyclic.frame(here, bytes, start, end, frame);
    } else if (isAlarm(frame)) {
      here.also(IO);
      if (frame !== RSI_FRAME) this.#alarm(here, bytes, start, end);
    } else if (isTime(frame)) {
      here.also(TIME);
      profinetRt.read(here.reader.reset(bytes, start, end), here);
    } else if (end - start > IDENTIFIER) here.carry(INNER, bytes, start + IDENTIFIER, end, frame);
  }

  context(): Context | undefined {
    return this.#isCyclic ? this.#cyclic.context : undefined;
  }

  #alarm(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const reader = here.reader.reset(bytes, start, end);
    reader.u16('frame identifier');
    const { kind, notification, status } = readAlarm(reader, this.#types.clear());
    for (const type of this.#types.seen) this.#blocks.add(type);
    if (status) {
      here.turn('request');
      this.#providers.aborted(here.sourceMac, here.targetMac);
      const note = here.operation(this.#kinds.abort);
      if (here.wanted(note)) here.describe(note, { why: abortReason(status) });
    }
    if (kind !== DATA || !notification) return;
    here.turn('request');
    const note = here.operation(this.#kinds.alarm);
    if (!here.wanted(note)) return;
    const { alarm, slot, subslot, faults } = notification;
    here.describe(note, { alarm, slot, subslot, faults });
  }
}
