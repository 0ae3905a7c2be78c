import type { Counter } from '../../analysis/counters.ts';
import { u16At } from '../../bytes/byte-reader.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';
import { plusOperations } from './plus-operations.ts';

const PROTOCOL = 0x72;
const HEADER = 4;
const DIGEST = 32;
const REQUEST = 0x31;

const opcodes: Record<number, string> = {
  [REQUEST]: 'request',
  0x32: 'response',
  0x33: 'notification',
  0x02: 'response2',
};

const functions: Record<number, string> = {
  0x04bb: 'explore',
  0x04ca: 'create object',
  0x04d4: 'delete object',
  0x04f2: 'set variable',
  0x0524: 'get link',
  0x0542: 'set several variables',
  0x054c: 'get several variables',
  0x0556: 'begin sequence',
  0x0560: 'end sequence',
  0x056b: 'invoke',
  0x0586: 'get variables, streamed',
};

/** Named and counted; the objects inside are not read yet. */
export interface PlusMessage {
  readonly version: number;
  readonly opcode: number;
  readonly code: number;
}

export const s7commPlus: Dissector<PlusMessage> = {
  name: 's7comm-plus',
  title: 'S7comm-plus',
  reference: 'Not published; header as in the icsnpp-s7comm and s7comm_plus projects',
  industrial: true,
  carriers: [{ on: 'cotp', at: [PROTOCOL] }],
  claims: ['s7commplus_version', 's7commplus_opcode_function'],
  roles: {
    asking: { role: 'client', certainty: 'guessed', because: 's7comm-plus.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 's7comm-plus.answers' },
  },

  recognises: (bytes, start, end) => (end - start >= HEADER && bytes[start] === PROTOCOL ? OURS : NOT_OURS),

  read(reader) {
    reader.open('header');
    reader.constant8(PROTOCOL, 'protocol');
    const version = reader.u8('version');
    const length = reader.u16('length');
    reader.close();
    let [opcode, code] = [0, 0];
    if (version === 3 && reader.peek() === DIGEST && reader.remaining > DIGEST) {
      reader.skip(1, 'length of the digest');
      reader.skip(DIGEST, 'digest');
    }
    if (length >= 6 && reader.remaining >= 6) {
      reader.open('data');
      opcode = reader.u8('opcode', opcodes);
      reader.u16('reserved');
      code = reader.u16('function', functions);
      reader.skip(Math.max(0, Math.min(HEADER + length - reader.offset, reader.remaining)), 'contents');
      reader.close();
    }
    if (reader.remaining > 0) reader.skip(reader.remaining, 'trailer');
    return { version, opcode, code };
  },

  begin: (capture) => new PlusSession(capture),
};

class PlusSession implements Session {
  readonly #versions: Counter;
  readonly #functions: Counter;
  readonly #kinds: ReadonlyMap<number, number>;

  constructor(capture: Capture) {
    this.#versions = capture.counter('s7commplus_version', (version) => `0x${hex(version, 2)}`);
    this.#functions = capture.counter(
      's7commplus_opcode_function',
      (value) => `${opcodes[value >> 16] ?? hex(value >> 16, 2)}:0x${hex(value & 0xffff, 4)}`,
    );
    this.#kinds = new Map(
      Object.entries(plusOperations).map(([code, kind]) => [Number(code), capture.operation(kind)]),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const version = bytes[start + 1]!;
    this.#versions.add(version);
    const data = start + HEADER + (version === 3 ? digestLength(bytes, start + HEADER) : 0);
    if (end - data < 5) return;
    const opcode = bytes[data]!;
    const code = u16At(bytes, data + 3);
    // The keys of this count are those of versions 1 and 2.
    if (version === 1 || version === 2) this.#functions.add((opcode << 16) | code);
    const kind = opcode === REQUEST ? this.#kinds.get(code) : undefined;
    if (kind !== undefined) here.operation(kind);
  }
}

/** Version 3 guards its data with a digest in front. */
function digestLength(bytes: Uint8Array, at: number): number {
  return bytes[at] === DIGEST ? DIGEST + 1 : 0;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
