import { Kinds } from '../../analysis/kinds.ts';
import { type ByteReader, u32leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { LOGIN, operations, otherService } from './operations.ts';

/** The frame of CoDeSys 2.3 runtimes, and what they say of themselves. */
export interface CodesysV2Message {
  readonly service: number;
  readonly identity?: { os: string; version: string; product: string } | undefined;
}

const MAGIC = 0xbb;
const HEADER = 6;
const LONGEST = 65_536;
/** Where the parts of the identity stand, from the beginning of the message. */
const OS_AT = 64;
const VERSION_AT = 96;
const PRODUCT_AT = 128;

export const codesysV2: Dissector<CodesysV2Message> = {
  name: 'codesys-v2',
  title: 'CODESYS V2',
  reference: 'No public specification; Redpoint codesys-v2-discover',
  industrial: true,
  carriers: [{ on: 'tcp', at: [1200, 1201, 2455] }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'codesys-v2.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'codesys-v2.answers' },
  },

  recognises(bytes, start, end, expected) {
    if (bytes[start] !== MAGIC || (end - start > 1 && bytes[start + 1] !== MAGIC)) return NOT_OURS;
    if (end - start <= HEADER) return expected ? PERHAPS : NOT_OURS;
    const length = u32leAt(bytes, start + 2);
    if (length === 0 || length > LONGEST) return NOT_OURS;
    return expected || HEADER + length === end - start ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== MAGIC || (end - start > 1 && bytes[start + 1] !== MAGIC)) return LOST;
    if (end - start < HEADER) return 0;
    const length = u32leAt(bytes, start + 2);
    return length > 0 && length <= LONGEST ? HEADER + length : LOST;
  },

  read: (reader, { direction }) => readV2(reader, direction === 'reply'),

  begin: (capture) => new CodesysV2Session(capture),
};

function readV2(reader: ByteReader, isReply: boolean): CodesysV2Message {
  reader.open('header');
  reader.constant16(MAGIC * 0x101, 'magic');
  const length = reader.u32le('length');
  reader.close();
  const whole = reader.limit(length, 'length');
  const service = reader.u8('service', (code) => operations[code]?.title);
  const identity = isReply && HEADER + length > PRODUCT_AT ? readIdentity(reader) : undefined;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  return { service, identity };
}

/** Only of a reply that has text in all three places. */
function readIdentity(reader: ByteReader): CodesysV2Message['identity'] {
  reader.skip(OS_AT - reader.offset, 'parameters');
  const os = reader.text(VERSION_AT - OS_AT, 'operating system');
  const version = reader.text(PRODUCT_AT - VERSION_AT, 'version of the operating system');
  const product = reader.text(Math.min(64, reader.remaining), 'product');
  return [os, product].every(isName) ? { os, version, product } : undefined;
}

function isName(text: string): boolean {
  return /^[\x20-\x7e]{2,}$/.test(text);
}

class CodesysV2Session implements Session {
  readonly #kinds: Kinds;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, otherService);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const isReply = here.direction === 'reply';
    const { service, identity } = readV2(here.reader.reset(bytes, start, end), isReply);
    if (identity) {
      here.fact(here.source, 'os', `${identity.os} ${identity.version}`.trim());
      here.fact(here.source, 'product', identity.product);
    }
    if (isReply) return;
    const note = here.operation(this.#kinds.of(service));
    if (service !== LOGIN && here.wanted(note)) {
      here.describe(note, { service: `0x${service.toString(16).padStart(2, '0')}` });
    }
  }
}
