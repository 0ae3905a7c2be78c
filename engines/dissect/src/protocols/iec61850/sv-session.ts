import * as ber from '../../bytes/ber.ts';
import { u16At, u32At } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Here, Session } from '../../dissector.ts';
import { appIdAt, beginOfPdu, endOfPdu, isCut, isSimulated } from './header.ts';
import { publishSamples, publishSamplesOfAnother } from './operations.ts';
import { type Publication, Publications } from './publications.ts';
import { CHANNELS, LE_SIZE, readSamples, partsOf } from './sv-pdu.ts';

const MOST_SHOWN = 32;
const UNKNOWN = -1;
const COUNTS = 0x1_0000;
/**
 * Samples a second, after which counting begins anew: 80 and 256 a period at 50 and 60 Hz (9-2LE), 4,800 and 14,400 a
 * second and the rates of IEC 61869-9.
 */
const RATES = [4_000, 4_800, 5_760, 12_800, 14_400, 15_360, COUNTS];
const INVALID = 0x03;

// Tags of SavPdu and of ASDU.
const SEQUENCE_OF_ASDU = 0xa2;
const SV_ID = 0x80;
const COUNT = 0x82;
const REVISION = 0x83;
const SYNCHRONIZATION = 0x85;
const SAMPLE = 0x87;

/** What one station samples under one name. */
interface Stream extends Publication {
  /** The sample last seen. */
  count: number;
  /** Samples until counting begins anew, once that was seen. */
  rate: number;
  revision: number;
  synchronization: number;
  simulated: boolean;
  repeats: boolean;
  /** The message that told of it last, by number, the sample it began with, and whether the one before began with the same. */
  message: number;
  from: number;
  isRepeated: boolean;
  /** Channels that were told to be invalid. */
  invalid: number;
}

/** Thousands of messages a second: nothing is made for one. */
export class SvSession implements Session {
  readonly #ids;
  readonly #publish: number;
  readonly #publishOfAnother: number;
  readonly #values: number;
  readonly #streams = new Publications((here, publication) => this.#begun(here, publication));
  readonly #addressOf: (endpoint: Endpoint) => string;
  #message = 0;
  readonly #outer = new ber.Element();
  readonly #asdu = new ber.Element();
  readonly #field = new ber.Element();

  constructor(capture: Capture) {
    this.#ids = capture.counter('sv_id', (index) => this.#streams.list[index]!.name);
    this.#publish = capture.operation(publishSamples);
    this.#publishOfAnother = capture.operation(publishSamplesOfAnother);
    this.#values = capture.variables(
      (index) =>
        `${this.#streams.list[Math.floor(index / CHANNELS.length)]?.name ?? '?'} ${CHANNELS[index % CHANNELS.length]}`,
    );
    this.#addressOf = (endpoint) => capture.addressOf(endpoint);
    capture.bounded('memories', this.#streams);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.turn('request');
    this.#message++;
    const isWhole = this.#scan(here, bytes, start, end);
    if (!isWhole || isCut(bytes, start, end)) readSamples(here.reader.reset(bytes, start, end));
  }

  /** False where the message is not as it should be, so that it is read again to say why. */
  #scan(here: Here, bytes: Uint8Array, start: number, end: number): boolean {
    const [outer, asdu] = [this.#outer, this.#asdu];
    const stop = endOfPdu(bytes, start, end);
    if (!outer.begin(bytes, beginOfPdu(bytes, start, end), stop)) return false;
    const last = Math.min(outer.end, stop);
    let at = outer.start;
    do {
      if (!outer.begin(bytes, at, last)) return false;
      at = outer.end;
    } while (outer.tag !== SEQUENCE_OF_ASDU);
    const [from, to] = [outer.start, Math.min(outer.end, last)];
    let first: Stream | undefined;
    for (at = from; at < to; at = asdu.end) {
      if (!asdu.read(bytes, at, to)) return false;
      const stream = this.#sampled(here, bytes, start, asdu.start, asdu.end);
      if (!stream) return false;
      first ??= stream;
    }
    if (first) this.#tell(here, first, bytes, start, end);
    return outer.end <= last && first !== undefined;
  }

  #sampled(here: Here, bytes: Uint8Array, message: number, start: number, end: number): Stream | undefined {
    const field = this.#field;
    let stream: Stream | undefined;
    let at = start;
    while (at < end && field.read(bytes, at, end)) {
      const { start: from, end: to } = field;
      if (field.tag === SV_ID) {
        stream = this.#streams.of(here, appIdAt(bytes, message), bytes, from, to);
        if (!stream) return undefined;
        this.#ids.add(stream.index);
      } else if (stream) {
        switch (field.tag) {
          case COUNT:
            this.#follow(
              here,
              stream,
              to - from === 2 ? u16At(bytes, from) : ber.unsignedAt(bytes, from, to),
            );
            break;
          case REVISION:
            this.#revise(here, stream, ber.unsignedAt(bytes, from, to));
            break;
          case SYNCHRONIZATION:
            this.#synchronize(here, stream, ber.unsignedAt(bytes, from, to));
            break;
          case SAMPLE:
            if (to - from === LE_SIZE) this.#measure(here, stream, bytes, from);
        }
      }
      at = to;
    }
    return at === end ? stream : undefined;
  }

  #begun(here: Here, publication: Publication): Stream {
    const { name, original } = publication;
    here.fact(here.source, 'description', `samples ${name}`);
    if (original !== undefined) {
      const params = { stream: name, publisher: this.#addressOf(original) };
      here.anomaly('sv.second-publisher', 'svID', 0, params);
    }
    return {
      ...publication,
      count: UNKNOWN,
      rate: UNKNOWN,
      revision: UNKNOWN,
      synchronization: UNKNOWN,
      simulated: false,
      repeats: false,
      message: 0,
      from: UNKNOWN,
      isRepeated: false,
      invalid: 0,
    };
  }

  /** IEC 61850-9-2, 8.5.2: counted up with every sample, and from 0 again with every second. */
  #follow(here: Here, stream: Stream, count: number): void {
    if (stream.message !== this.#message) {
      stream.message = this.#message;
      stream.isRepeated = count === stream.from;
      stream.from = count;
      if (stream.isRepeated) this.#repeated(here, stream, count);
    }
    // Several samples of one message come again together.
    if (stream.isRepeated) return;
    const last = stream.count;
    stream.count = count;
    if (count === last + 1 || last === UNKNOWN) return;
    const { name } = stream;
    if (count === last) return this.#repeated(here, stream, count);
    if (count === 0 && stream.rate === UNKNOWN && isRate(last + 1)) stream.rate = last + 1;
    const rate = stream.rate === UNKNOWN ? rateAbove(last) : stream.rate;
    const missing = (count - last - 1 + rate) % rate;
    if (missing === 0) return;
    const params = { stream: name, expected: (last + 1) % rate, actual: count };
    if (missing > rate / 2) here.anomaly('sv.out-of-order', 'smpCnt', 0, params);
    else here.anomaly('sv.samples-missing', 'smpCnt', 0, params);
  }

  /** Redundant networks bring everything twice. */
  #repeated(here: Here, stream: Stream, count: number): void {
    if (!stream.repeats) here.anomaly('sv.repeated', 'smpCnt', 0, { stream: stream.name, count });
    stream.repeats = true;
  }

  #revise(here: Here, stream: Stream, revision: number): void {
    const before = stream.revision;
    stream.revision = revision;
    if (before === UNKNOWN || before === revision) return;
    here.anomaly('sv.configuration-changed', 'confRev', 0, { stream: stream.name, before, after: revision });
  }

  #synchronize(here: Here, stream: Stream, synchronization: number): void {
    const before = stream.synchronization;
    stream.synchronization = synchronization;
    if (before === synchronization || synchronization !== 0) return;
    here.anomaly('sv.not-synchronized', 'smpSynch', 0, { stream: stream.name });
  }

  #measure(here: Here, stream: Stream, bytes: Uint8Array, start: number): void {
    let invalid = 0;
    for (let channel = 0; channel < CHANNELS.length; channel++) {
      const at = start + channel * 8;
      const value = (u32At(bytes, at) | 0) / partsOf(channel);
      here.variable(here.source, this.#values, stream.index * CHANNELS.length + channel, value);
      if ((bytes[at + 7]! & INVALID) === 1) invalid |= 1 << channel;
    }
    const begun = invalid & ~stream.invalid;
    stream.invalid = invalid;
    if (begun === 0) return;
    const channels = CHANNELS.filter((_, channel) => begun & (1 << channel));
    here.anomaly('sv.invalid', 'quality', 0, { stream: stream.name, channels });
  }

  #tell(here: Here, stream: Stream, bytes: Uint8Array, start: number, end: number): void {
    const simulated = isSimulated(bytes, start);
    if (simulated && !stream.simulated) here.anomaly('sv.simulated', 'simulated', 4, { stream: stream.name });
    stream.simulated = simulated;
    const isOfAnother = stream.original !== undefined;
    const note = here.operation(isOfAnother ? this.#publishOfAnother : this.#publish);
    if (!here.wanted(note)) return;
    const { asdus } = readSamples(here.reader.reset(bytes, start, end));
    const [asdu] = asdus;
    here.describe(note, {
      stream: stream.name,
      values: (asdu?.sample ?? []).slice(0, MOST_SHOWN),
      count: asdu?.smpCnt ?? 0,
      ...(isOfAnother && { publisher: this.#addressOf(stream.original) }),
    });
  }
}

function isRate(count: number): boolean {
  return RATES.includes(count);
}

function rateAbove(count: number): number {
  for (const rate of RATES) if (rate > count) return rate;
  return COUNTS;
}
