import type { Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed, u32At } from '../../bytes/byte-reader.ts';

/** AMQP 1.0 (ISO/IEC 19464): a frame and what it performs. */
export interface Performative {
  /** -1 for an empty frame, which keeps the connection alive. */
  readonly code: number;
  readonly isSasl: boolean;
  /** The fields of its list that are text or numbers, by their place. */
  readonly fields: ReadonlyMap<number, string | number>;
  readonly user: string;
  readonly secret: number;
  /** Where a link sends to or receives from. */
  readonly address: string;
}

const HEADER = 8;
const MOST_SIZE = 131_072;
const SASL = 1;

// 2.7 and 5.3.3.
export const OPEN = 0x10;
export const ATTACH = 0x12;
export const TRANSFER = 0x14;
export const CLOSE = 0x18;
export const SASL_INIT = 0x41;
export const SASL_OUTCOME = 0x44;
const performatives: Words = {
  [OPEN]: 'open',
  0x11: 'begin',
  [ATTACH]: 'attach',
  0x13: 'flow',
  [TRANSFER]: 'transfer',
  0x15: 'disposition',
  0x16: 'detach',
  0x17: 'end',
  [CLOSE]: 'close',
  0x40: 'SASL mechanisms',
  [SASL_INIT]: 'SASL init',
  0x42: 'SASL challenge',
  0x43: 'SASL response',
  [SASL_OUTCOME]: 'SASL outcome',
};
/** Of terminus: 3.5.3 and 3.5.4. */
const SOURCE = 0x28;
const TARGET = 0x29;

export function length10(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 6) return 0;
  const size = u32At(bytes, start);
  const offset = bytes[start + 4]!;
  return size >= HEADER && size <= MOST_SIZE && offset >= 2 && bytes[start + 5]! <= SASL ? size : -1;
}

export function readPerformative(reader: ByteReader): Performative {
  reader.open('frame', '2.3');
  const size = reader.u32('size');
  if (size < HEADER) throw new Malformed('size', 0, `is ${size}, must be ${HEADER} or more`);
  const before = reader.limit(size - 4, 'size');
  const offset = reader.u8('data offset, in words');
  const type = reader.u8('type', { 0: 'AMQP', [SASL]: 'SASL' });
  reader.u16('channel');
  const extended = offset * 4 - HEADER;
  if (extended > 0) reader.skip(extended, 'extended header');
  reader.close();
  const found = new Performing(reader);
  if (reader.remaining > 0) found.perform();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'payload');
  reader.release(before);
  const { code, fields, user, secret, address } = found;
  return { code, isSasl: type === SASL, fields, user, secret, address };
}

const DEEPEST = 8;
const DESCRIBED = 0x00;

/** 1.6: types by the octet before them. */
const fixed: Readonly<Record<number, number>> = {
  0x40: 0,
  0x41: 0,
  0x42: 0,
  0x43: 0,
  0x44: 0,
  0x45: 0,
  0x50: 1,
  0x51: 1,
  0x52: 1,
  0x53: 1,
  0x54: 1,
  0x55: 1,
  0x56: 1,
  0x60: 2,
  0x61: 2,
  0x70: 4,
  0x71: 4,
  0x72: 4,
  0x73: 4,
  0x74: 4,
  0x80: 8,
  0x81: 8,
  0x82: 8,
  0x83: 8,
  0x84: 8,
  0x94: 16,
  0x98: 16,
};

class Performing {
  code = -1;
  readonly fields = new Map<number, string | number>();
  user = '';
  secret = 0;
  address = '';
  readonly #reader: ByteReader;
  #mechanism = '';

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  perform(): void {
    const reader = this.#reader;
    reader.open('performative', '2.7');
    this.code = this.#descriptor(performatives);
    this.#list((place) => {
      if (this.code === SASL_INIT && place === 1) return this.#response();
      const value = this.#value(0);
      if (this.code === SASL_INIT && place === 0) this.#mechanism = String(value ?? '');
      if (value !== undefined) this.fields.set(place, value);
    });
    reader.close();
  }

  #descriptor(meaning?: Words): number {
    const reader = this.#reader;
    reader.constant8(DESCRIBED, 'described');
    const kind = reader.u8('descriptor type');
    if (kind === 0x53) return reader.u8('descriptor', meaning);
    if (kind === 0x44) return 0;
    if (kind === 0x80) return Number(reader.u64('descriptor') & 0xffn);
    throw new Malformed('descriptor', reader.offset - 1, 'is not a number');
  }

  /** 1.6.22 to 1.6.24. */
  #list(read: (place: number) => void): void {
    const reader = this.#reader;
    const kind = reader.u8('list');
    if (kind === 0x45) return;
    const wide = kind === 0xd0;
    if (!wide && kind !== 0xc0) throw new Malformed('list', reader.offset - 1, `type 0x${kind.toString(16)}`);
    const size = wide ? reader.u32('size') : reader.u8('size');
    const before = reader.limit(size, 'size');
    const count = wide ? reader.u32('count') : reader.u8('count');
    for (let place = 0; place < count && reader.remaining > 0; place++) read(place);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    reader.release(before);
  }

  #value(depth: number): string | number | undefined {
    const reader = this.#reader;
    if (depth > DEEPEST) throw new Malformed('value', reader.offset, 'nested too deeply');
    if (reader.peek() === DESCRIBED) return this.#terminus(depth);
    const kind = reader.u8('type');
    if (kind === 0x52 || kind === 0x50 || kind === 0x53) return reader.u8('value');
    if (kind === 0x60) return reader.u16('value');
    if (kind === 0x70) return reader.u32('value');
    if (kind === 0x41) return 1;
    if (kind === 0x42) return 0;
    const width = fixed[kind];
    if (width !== undefined) {
      if (width > 0) reader.skip(width, 'value');
      return undefined;
    }
    // The high half tells how wide the size is: 0xA and 0xC one octet, 0xB and 0xD four.
    const group = kind >> 4;
    if (group < 0x0a) throw new Malformed('type', reader.offset - 1, `0x${kind.toString(16)} is not known`);
    const size = (group & 1) === 0 ? reader.u8('size') : reader.u32('size');
    const isText = kind === 0xa1 || kind === 0xa3 || kind === 0xb1 || kind === 0xb3;
    if (isText) return reader.text(size, 'value', 'utf-8');
    reader.skip(size, 'value');
    return undefined;
  }

  /** Described values; of a source or a target, its address. */
  #terminus(depth: number): undefined {
    const reader = this.#reader;
    reader.open('described', '1.2');
    const descriptor = this.#descriptor();
    const isTerminus = descriptor === SOURCE || descriptor === TARGET;
    const kind = reader.peek();
    if (kind === 0x45 || kind === 0xc0 || kind === 0xd0) {
      this.#list((place) => {
        const value = this.#value(depth + 1);
        if (isTerminus && place === 0 && typeof value === 'string') this.address = value;
      });
    } else this.#value(depth + 1);
    reader.close();
    return undefined;
  }

  /** 5.3.3.2: of SASL PLAIN the user, and how long the password is. */
  #response(): void {
    const reader = this.#reader;
    const kind = reader.u8('type');
    if (kind === 0x40) return;
    if (kind !== 0xa0 && kind !== 0xb0) throw new Malformed('response', reader.offset - 1, 'is not binary');
    const size = kind === 0xa0 ? reader.u8('size') : reader.u32('size');
    const octets = reader.peekBytes(size);
    this.secret = size;
    if (this.#mechanism === 'PLAIN' && size <= reader.remaining) {
      const first = octets.indexOf(0);
      const second = octets.indexOf(0, first + 1);
      if (first >= 0 && second > first) {
        reader.text(first + 1, 'identity to act as', 'utf-8');
        this.user = reader.text(second - first, 'user', 'utf-8');
        this.secret = size - second - 1;
      }
    }
    reader.secret(this.secret, 'password');
  }
}
