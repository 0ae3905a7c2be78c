import { RawWords, wordName, WORDS_WITHIN } from '../../analysis/raw-words.ts';
import { type ByteReader, u16leAt, u32At, u32leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  OURS,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { publish } from './operations.ts';

/** One packet of a network variable list: a header of 20 octets, and the variables one behind the other. */
export interface NetworkVariables {
  readonly list: number;
  /** A list that does not fit into one packet comes in parts, from 0. */
  readonly part: number;
  readonly variables: number;
  readonly length: number;
}

/** `-S3` behind a nought. */
const IDENTITY = 0x002d_5333;
const HEADER = 20;
const VARIABLES = 0;
const types = { [VARIABLES]: 'network variables' };
const ACKNOWLEDGE = 0x01;
const CHECKSUM = 0x02;
const INVALID = 0x04;
const LISTS = 0x1_0000;
const MOST_LISTS = 2_048;
/** Of those that find no place: beyond, they are not even counted. */
const MOST_COUNTED = 4_096;

export const codesysNvl: Dissector<NetworkVariables> = {
  name: 'codesys-nvl',
  title: 'CODESYS network variables',
  reference: 'No public specification; codesys-client of Jussi Isotalo',
  industrial: true,
  carriers: [{ on: 'udp', at: [1202] }],
  claims: [],
  roles: { asking: { role: 'controller', certainty: 'inferred', because: 'codesys-nvl.publishes' } },

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (length < HEADER) return expected && bytes[start] === 0 ? PERHAPS : NOT_OURS;
    const known = u32At(bytes, start) === IDENTITY && u32leAt(bytes, start + 4) === VARIABLES;
    return known && (expected || u16leAt(bytes, start + 14) === length) ? OURS : NOT_OURS;
  },

  read: readVariables,

  begin: (capture) => new NvlSession(capture),
};

function readVariables(reader: ByteReader): NetworkVariables {
  reader.open('header');
  reader.u32('identity');
  reader.u32le('type', types);
  const list = reader.u16le('list');
  const part = reader.u16le('part');
  const variables = reader.u16le('variables');
  const length = reader.u16le('length');
  reader.u16le('counter');
  const flags = reader.u8('flags');
  reader.bits(flags, ACKNOWLEDGE, 'acknowledgement wanted');
  reader.bits(flags, CHECKSUM, 'checksum');
  reader.bits(flags, INVALID, 'invalid checksum');
  reader.u8('checksum');
  reader.close();
  const whole = reader.limit(length - HEADER, 'length');
  if (reader.remaining > 0) reader.bytes(reader.remaining, 'variables');
  reader.release(whole);
  return { list, part, variables, length };
}

class NvlSession implements Session {
  readonly #published: number;
  readonly #words: number;
  /** By who publishes, list and part. */
  readonly #images = new Map<number, RawWords>();
  readonly #refused = new Set<number>();
  /** Lists and their parts, not messages: what found no place, or is too long to be told whole. */
  dropped = 0;

  constructor(capture: Capture) {
    this.#published = capture.operation(publish);
    this.#words = capture.variables(nameOf, true);
    capture.bounded('memories', this);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { list, part, variables, length } = readVariables(here.reader.reset(bytes, start, end));
    here.turn('request');
    const note = here.operation(this.#published);
    if (here.wanted(note)) here.describe(note, { list, variables, ...(part > 0 && { part }) });
    const image = this.#image(here.source, list, part);
    const base = (list * LISTS + part) * WORDS_WITHIN;
    image?.tell(here, here.source, this.#words, base, bytes, start + HEADER, start + length, false);
  }

  #image(source: number, list: number, part: number): RawWords | undefined {
    // Endpoints are below 2^18: exact below 2^53.
    const key = (source * LISTS + list) * LISTS + part;
    let image = this.#images.get(key);
    if (image) return image;
    if (this.#images.size >= MOST_LISTS) return this.#refuse(key);
    this.#images.set(key, (image = new RawWords(this)));
    return image;
  }

  #refuse(key: number): undefined {
    if (this.#refused.has(key) || this.#refused.size >= MOST_COUNTED) return;
    this.#refused.add(key);
    this.dropped++;
  }
}

/** `list 5 word 0`, `list 5 part 1 byte 4`. */
function nameOf(index: number): string {
  const [place, within] = [Math.floor(index / WORDS_WITHIN), index % WORDS_WITHIN];
  const [list, part] = [Math.floor(place / LISTS), place % LISTS];
  return `list ${list}${part > 0 ? ` part ${part}` : ''} ${wordName(within)}`;
}
