import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { u32leAt } from '../../bytes/byte-reader.ts';
import { crc32, CRC32_BEGIN } from '../../bytes/crc32.ts';
import {
  type Assembly,
  type Capture,
  type Context,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  type OperationNote,
  OURS,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import {
  ADDRESS_REPLY,
  ADDRESS_REQUEST,
  ACKNOWLEDGE,
  BLOCK,
  BLOCK_HEADER,
  CHANNEL,
  CLOSE,
  type ChannelPacket,
  type Datagram,
  HEADER,
  headerEnd,
  isBlockDriver,
  KEEP_ALIVE,
  MAGIC,
  NAME_REPLY,
  NAME_REQUEST,
  OPEN,
  OPENED,
  readDatagram,
  services,
} from './datagram.ts';
import { announce, askNames, openChannel } from './operations.ts';

/** What is carried in channels. */
export const SERVICES_CARRIER = 'codesys-v3';
const LONGEST = 131_072;
const LONGEST_MESSAGE = 262_144;
const MOST_CHANNELS = 32;
const LEAST_WORDS = 3;
const CHANNEL_KEY = 1;

const refusals = new Refusals('codesys-v3');
const refusalOf = refusals.numbered({});

export const codesysV3: Dissector<Datagram> = {
  name: 'codesys-v3',
  title: 'CODESYS V3',
  reference:
    'No public specification; Kaspersky ICS CERT (2019), Tenable TRA-2020-04, Microsoft ics-forensics-tools',
  industrial: true,
  carriers: [
    { on: 'udp', at: [1740, 1741, 1742, 1743] },
    { on: 'tcp', at: [11_740, 11_741, 11_742, 11_743, 1217] },
  ],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'codesys-v3.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'codesys-v3.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (bytes[start] === MAGIC) return expected && isDatagram(bytes, start, end) ? OURS : NOT_OURS;
    if (bytes[start] !== 0) return NOT_OURS;
    if (length < BLOCK_HEADER + HEADER) return expected ? PERHAPS : NOT_OURS;
    const known = isBlockDriver(bytes, start, end) && isDatagram(bytes, start + BLOCK_HEADER, end);
    return known ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== 0) return LOST;
    if (end - start < BLOCK_HEADER) return 0;
    const length = u32leAt(bytes, start + 4);
    const known = isBlockDriver(bytes, start, end) && length >= BLOCK_HEADER + HEADER && length <= LONGEST;
    return known ? length : LOST;
  },

  read: (reader, { context }) =>
    readDatagram(reader, () => (context?.['long'] === undefined ? undefined : context['long'] === 1)),

  begin: (capture) => new CodesysSession(capture),
};

function isDatagram(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= HEADER &&
    bytes[start] === MAGIC &&
    (bytes[start + 1]! & 7) >= LEAST_WORDS &&
    services[bytes[start + 3]!] !== undefined &&
    headerEnd(bytes, start) <= end - start + 3
  );
}

interface Series {
  readonly assembly: Assembly;
  /** Octets the message has in all. */
  readonly whole: number;
  /** What the first block says of all, and what the blocks so far have left of it. */
  readonly checksum: number;
  rest: number;
  /** Numbers of the first block and of the last one that was taken. */
  readonly first: number;
  last: number;
}

/** A message that was read whole, as its first block has it: it may be sent again. */
type Done = Pick<Series, 'first' | 'checksum'>;

interface Connection {
  /** By direction and channel. */
  readonly series: Map<number, Series>;
  /** The last one of each. */
  readonly done: Map<number, Done>;
  /** Its channels have longer numbers; undefined until one is seen. */
  long: boolean | undefined;
}

/** Whether a block's channel has a long number is said by what came before it. */
const LONG: Context = { long: 1 };
const SHORT: Context = { long: 0 };

class CodesysSession implements Session {
  readonly #announce: number;
  readonly #askNames: number;
  readonly #open: number;
  readonly #waiting: Pending<OperationNote>;
  /** Messages of which a block is missing, and those for which there is no room. */
  readonly #abandoned = { dropped: 0 };
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#announce = capture.operation(announce);
    this.#askNames = capture.operation(askNames);
    this.#open = capture.operation(openChannel);
    capture.bounded('pieces', this.#abandoned);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = undefined;
    const datagram = readDatagram(
      here.reader.reset(bytes, start, end),
      () => here.connection(newConnection).long,
    );
    switch (datagram.service) {
      case ADDRESS_REQUEST: {
        here.turn('request');
        const note = here.operation(this.#announce);
        if (here.wanted(note)) here.describe(note, { source: datagram.sender });
        return;
      }
      case NAME_REQUEST:
        here.turn('request');
        here.operation(this.#askNames);
        return;
      case ADDRESS_REPLY:
      case NAME_REPLY:
        here.turn('reply');
        return introduce(here, datagram);
      case CHANNEL:
        if (datagram.channel) this.#channel(here, datagram.channel, bytes, start);
    }
  }

  context(): Context | undefined {
    return this.#context;
  }

  gap(here: Here): void {
    const { series, done } = here.connection(newConnection);
    series.clear();
    done.clear();
  }

  #channel(here: Here, channel: ChannelPacket, bytes: Uint8Array, start: number): void {
    const { type, fromClient, long } = channel;
    if (long !== undefined) {
      here.connection(newConnection).long = long;
      this.#context = long ? LONG : SHORT;
    }
    if (type !== ACKNOWLEDGE && type !== KEEP_ALIVE) here.turn(fromClient ? 'request' : 'reply');
    // Blocks of another channel of the same number are numbered anew.
    if (type === OPEN || type === OPENED || type === CLOSE) here.connection(newConnection).done.clear();
    if (type === OPEN) this.#waiting.put(here.flow, CHANNEL_KEY, here.operation(this.#open));
    if (type === OPENED) {
      const note = this.#waiting.take(here.flow, CHANNEL_KEY);
      if (note !== undefined && channel.reason !== 0) here.refuse(note, refusalOf(channel.reason));
    }
    if (type === BLOCK) this.#block(here, channel, bytes, start);
  }

  /** Messages longer than a block come in several; the first says how long the whole is. */
  #block(here: Here, channel: ChannelPacket, bytes: Uint8Array, start: number): void {
    const { fromClient, id, number, whole, checksum, payload } = channel;
    const from = payload.byteOffset - bytes.byteOffset;
    const end = from + payload.length;
    const { series, done } = here.connection(newConnection);
    const key = id * 2 + Number(fromClient);
    const last = done.get(key);
    if (last && whole > 0 && number === last.first && checksum === last.checksum) return;
    if (whole > 0 && whole <= payload.length) {
      remember(done, key, { first: number, checksum });
      check(here, checksum, crc32(CRC32_BEGIN, bytes, from, from + whole), from - start);
      here.carry(SERVICES_CARRIER, bytes, from, from + whole);
      return;
    }
    const before = series.get(key);
    const isAgain = before && whole > 0 && number === before.first && checksum === before.checksum;
    if (whole > 0 && !isAgain) {
      if (before) this.#abandon(series, key);
      if (whole > LONGEST_MESSAGE || series.size >= MOST_CHANNELS) return this.#abandon(series, key);
      const assembly = here.assembly(LONGEST_MESSAGE);
      series.set(key, { assembly, whole, checksum, rest: CRC32_BEGIN, first: number, last: number - 1 });
    }
    const begun = series.get(key);
    if (!begun) return;
    // Round at 2^32. What was not acknowledged in time is sent again.
    const ahead = (number - begun.last) | 0;
    if (ahead <= 0) return;
    if (ahead > 1) return this.#abandon(series, key);
    begun.last = number;
    const { assembly } = begun;
    const left = begun.whole - assembly.length;
    begun.rest = crc32(begun.rest, bytes, from, Math.min(end, from + left));
    if (!assembly.add(here, bytes, from, end)) this.#abandon(series, key);
    else if (assembly.length >= begun.whole) {
      series.delete(key);
      remember(done, key, begun);
      check(here, begun.checksum, begun.rest, from - start);
      here.carryAssembled(SERVICES_CARRIER, assembly);
    }
  }

  #abandon(series: Map<number, Series>, key: number): void {
    series.delete(key);
    this.#abandoned.dropped++;
  }
}

const newConnection = (): Connection => ({ series: new Map(), done: new Map(), long: undefined });

/** Of so many channels, those that were heard of last. */
function remember(done: Map<number, Done>, key: number, { first, checksum }: Done): void {
  done.delete(key);
  if (done.size >= MOST_CHANNELS) done.delete(done.keys().next().value!);
  done.set(key, { first, checksum });
}

/** @param offset of what it guards, in the message that ends it */
function check(here: Here, said: number, rest: number, offset: number): void {
  if (said !== 0 && said !== ~rest >>> 0) here.anomaly('codesys-v3.checksum-wrong', 'checksum', offset);
}

function introduce(here: Here, { node }: Datagram): void {
  if (!node) return;
  here.fact(here.source, 'name', node.name);
  here.fact(here.source, 'product', node.device);
  here.fact(here.source, 'vendor', node.vendor);
  here.fact(here.source, 'firmware', node.version);
  here.fact(here.source, 'serial', node.serial);
}
