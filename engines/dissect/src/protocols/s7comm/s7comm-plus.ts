import { u16At } from '../../bytes/byte-reader.ts';
import { type Capture, type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';
import { plusOperations } from './plus-operations.ts';

const PROTOCOL = 0x72;
const HEADER = 4;

const opcodes: Record<number, string> = {
  0x31: 'request',
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
  claims: [],
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
    if (length >= 6 && reader.remaining >= 6) {
      reader.open('data');
      opcode = reader.u8('opcode', opcodes);
      reader.u16('reserved');
      code = reader.u16('function', functions);
      reader.skip(Math.min(length - 5, reader.remaining), 'contents');
      reader.close();
    }
    if (reader.remaining > 0) reader.skip(reader.remaining, 'trailer');
    return { version, opcode, code };
  },

  begin: (capture) => new PlusSession(capture),
};

class PlusSession implements Session {
  readonly #kinds: ReadonlyMap<number, number>;

  constructor(capture: Capture) {
    this.#kinds = new Map(
      Object.entries(plusOperations).map(([code, kind]) => [Number(code), capture.operation(kind)]),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < HEADER + 5 || bytes[start + HEADER] !== 0x31) return;
    const kind = this.#kinds.get(u16At(bytes, start + HEADER + 3));
    if (kind !== undefined) here.operation(kind);
  }
}
