import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import type { Capture, Context, Endpoint, Here } from '../../dissector.ts';
import { IDENTIFIER } from './frames.ts';
import { type Item, type Layout, type Providers, providersOf } from './providers.ts';
import type { RealTimeKinds } from './real-time-operations.ts';

// IEC 61158-6-10, 4.7.2.1 (APDU status), cited from memory.
const STATUS = 4;
const PRIMARY = 0x01;
const VALID = 0x04;
const RUN = 0x10;
const NORMAL = 0x20;
const IGNORE = 0x80;
const GOOD = 0x80;

const FRAMES = 0x1_0000;
const MOST_SEEN = 8_192;
/** A frame that is older than the last by up to this many cycles is thrown away by a consumer. */
const STALE = 4_096;
const BYTES = 4_096;

/** Somebody who sends a frame again and again. */
interface Provider {
  layout: Layout | undefined;
  version: number;
  /** The data of the last frame; empty until there was one. */
  last: Uint8Array;
  status: number;
  counter: number;
  warned: boolean;
}

/** Cyclic frames: nothing is made for one of them but when something changes. */
export class Cyclic {
  readonly #kinds: RealTimeKinds;
  readonly #bytes: number;
  readonly #agreed: Providers;
  readonly #seen = new Map<number, Provider>();
  /** Who was first to send a frame to somebody. */
  readonly #first = new Map<number, Endpoint>();
  #layout: Layout | undefined;

  constructor(capture: Capture, kinds: RealTimeKinds) {
    this.#kinds = kinds;
    this.#agreed = providersOf(capture);
    this.#bytes = capture.variables(nameOfByte, true);
  }

  /** How the frame read last is laid out. */
  get context(): Context | undefined {
    return this.#layout && { layout: written(this.#layout) };
  }

  frame(here: Here, bytes: Uint8Array, start: number, end: number, frame: number): void {
    here.turn('request');
    here.operation(this.#kinds.provide);
    const provider = this.#provider(here, frame);
    this.#layout = provider?.layout;
    if (!provider) return;
    const data = start + IDENTIFIER;
    const at = statusAt(data, end, provider.layout);
    if (at < data) return;
    this.#counted(here, provider, u16At(bytes, at), at - start);
    this.#changed(here, provider, frame, bytes[at + 2]!, at + 2 - start);
    if (provider.layout) this.#values(here, provider, provider.layout, bytes, data, start);
  }

  #provider(here: Here, frame: number): Provider | undefined {
    const key = here.sourceMac * FRAMES + frame;
    let provider = this.#seen.get(key);
    if (!provider) {
      if (this.#seen.size >= MOST_SEEN || here.sourceMac < 0) return undefined;
      provider = { layout: undefined, version: -1, last: NONE, status: -1, counter: -1, warned: false };
      this.#seen.set(key, provider);
      const target = here.targetMac * FRAMES + frame;
      const first = this.#first.get(target);
      if (first === undefined) this.#first.set(target, here.sourceMac);
      else here.anomaly('profinet-rt.second-provider', 'frame identifier', 0, { frame });
    }
    if (provider.version !== this.#agreed.version) {
      provider.version = this.#agreed.version;
      const layout = this.#agreed.layout(here.sourceMac, frame);
      if (layout !== provider.layout) provider.last = NONE;
      provider.layout = layout;
    }
    return provider;
  }

  /** Who sends frames of the past wants to be heard instead of somebody else. */
  #counted(here: Here, provider: Provider, counter: number, offset: number): void {
    const behind = (provider.counter - counter) & 0xffff;
    if (provider.counter >= 0 && behind > 0 && behind < STALE) {
      if (!provider.warned) {
        here.anomaly('profinet-rt.counter-back', 'cycle counter', offset, {
          expected: provider.counter,
          actual: counter,
        });
      }
      provider.warned = true;
      return;
    }
    provider.counter = counter;
  }

  #changed(here: Here, provider: Provider, frame: number, now: number, offset: number): void {
    const before = provider.status;
    if (now === before || now & IGNORE) return;
    provider.status = now;
    const begun = before < 0 ? ~now : before & ~now;
    if (begun & RUN) {
      if (before >= 0) {
        const note = here.operation(this.#kinds.stop);
        if (here.wanted(note)) here.describe(note, { frame });
      }
      here.anomaly('profinet-rt.stopped', 'data status', offset, { frame });
    }
    if (begun & NORMAL) here.anomaly('profinet-rt.problem', 'data status', offset, { frame });
    if (begun & VALID) here.anomaly('profinet-rt.invalid', 'data status', offset, { frame });
  }

  #values(
    here: Here,
    provider: Provider,
    layout: Layout,
    bytes: Uint8Array,
    data: number,
    start: number,
  ): void {
    const fresh = provider.last.length === 0;
    if (fresh) provider.last = new Uint8Array(layout.length);
    const { last } = provider;
    for (const item of layout.items) {
      for (let i = 0; i < item.length; i++) {
        const offset = item.offset + i;
        const value = bytes[data + offset]!;
        if (value === last[offset] && !fresh) continue;
        last[offset] = value;
        here.variable(layout.device, this.#bytes, indexOfByte(item, layout.output, i), value, layout.output);
      }
      const offset = item.offset + item.length;
      if (offset >= layout.length) continue;
      const status = bytes[data + offset]!;
      if (!fresh && last[offset]! & GOOD && !(status & GOOD)) {
        const { slot, subslot } = item;
        here.anomaly('profinet-rt.data-bad', 'provider status', data + offset - start, { slot, subslot });
      }
      last[offset] = status;
    }
  }
}

const NONE = new Uint8Array(0);

/** Padding of the frame may follow where it is known how long the data are. */
function statusAt(data: number, end: number, layout: Layout | undefined): number {
  const told = layout ? data + layout.length : -1;
  return told > 0 && told + STATUS <= end ? told : end - STATUS;
}

function indexOfByte({ slot, subslot }: Item, output: boolean, byte: number): number {
  return ((slot * 0x1_0000 + subslot) * 2 + Number(output)) * BYTES + byte;
}

/** `slot 2.1 QB 0`: as bytes of outputs are called; inputs are IB. */
function nameOfByte(index: number): string {
  const [place, byte] = [Math.floor(index / BYTES), index % BYTES];
  const [slots, output] = [Math.floor(place / 2), place % 2];
  return `slot ${Math.floor(slots / 0x1_0000)}.${slots % 0x1_0000} ${output ? 'QB' : 'IB'} ${byte}`;
}

/** For whoever reads the frame again: its length, and `slot.subslot@offset+length` of each submodule. */
function written({ length, items }: Layout): string {
  return [length, ...items.map((one) => `${one.slot}.${one.subslot}@${one.offset}+${one.length}`)].join(' ');
}

/** The reader stands behind the frame identifier. `layout`: as `written` puts it. */
export function readCyclic(reader: ByteReader, layout: string | undefined): void {
  const [length, ...items] = layout?.split(' ') ?? [];
  const known = Number(length);
  const size = known + STATUS <= reader.remaining ? known : reader.remaining - STATUS;
  reader.open('data', 'IEC 61158-6-10, 4.7.2');
  const whole = reader.limit(size, 'data');
  let at = 0;
  for (const item of items) {
    const [, place = '', from, count] = /^([\d.]+)@(\d+)\+(\d+)$/.exec(item) ?? [];
    const [offset, bytes] = [Number(from), Number(count)];
    if (!(offset >= at) || offset + bytes > size) continue;
    if (offset > at) reader.skip(offset - at, 'consumer status');
    at = offset + bytes;
    if (bytes > 0) reader.bytes(bytes, `slot ${place}`);
    if (at < size) {
      reader.u8(`slot ${place}, provider status`, (value) => (value & GOOD ? 'good' : 'bad'));
      at++;
    }
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, items.length > 0 ? 'consumer status' : 'data');
  reader.release(whole);
  reader.close();
  readStatus(reader);
}

function readStatus(reader: ByteReader): void {
  reader.open('status', 'IEC 61158-6-10, 4.7.2.1');
  reader.u16('cycle counter', (count) => `${(count * 31.25) / 1_000} ms`);
  const status = reader.u8('data status');
  reader.bits(status, PRIMARY, 'state', { 0: 'backup', 1: 'primary' });
  reader.bits(status, 0x02, 'redundancy');
  reader.bits(status, VALID, 'data', { 0: 'invalid', 1: 'valid' });
  reader.bits(status, RUN, 'provider', { 0: 'stop', 1: 'run' });
  reader.bits(status, NORMAL, 'station', { 0: 'problem', 1: 'normal' });
  reader.bits(status, IGNORE, 'ignore');
  reader.u8('transfer status', { 0: 'good' });
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding');
}
