import { Kinds } from '../../analysis/kinds.ts';
import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
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
import { operations, unknownCommand } from './operations.ts';

/** ProConOS (KW-Software): a header, a payload whose length it tells, and a checksum nobody published. */
export interface ProConOsMessage {
  readonly command: number;
  readonly identity?: { runtime: string; type: string; project: string } | undefined;
}

const MAGIC = 0xcc;
const HEADER = 8;
const CHECKSUM = 2;
const LENGTH_AT = 6;
const LONGEST = 8_192;
const IDENTIFY = 0x0b;
/** Where the parts of the identity stand in a reply, from its beginning. */
const RUNTIME_AT = 12;
const TYPE_AT = 44;
const PROJECT_AT = 77;

export const proconos: Dissector<ProConOsMessage> = {
  name: 'proconos',
  title: 'ProConOS',
  reference: 'No public specification; Redpoint proconos-info, and published tools for ILC controllers',
  industrial: true,
  carriers: [{ on: 'tcp', at: [20_547] }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'proconos.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'proconos.answers' },
  },

  recognises(bytes, start, end, expected) {
    if (!expected || bytes[start] !== MAGIC) return NOT_OURS;
    if (end - start < HEADER) return PERHAPS;
    return isLength(u16leAt(bytes, start + LENGTH_AT)) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== MAGIC) return LOST;
    if (end - start < HEADER) return 0;
    const length = u16leAt(bytes, start + LENGTH_AT);
    return isLength(length) ? HEADER + length + CHECKSUM : LOST;
  },

  read: (reader, { direction }) => readProConOs(reader, direction === 'reply'),

  begin: (capture) => new ProConOsSession(capture),
};

function isLength(length: number): boolean {
  return length <= LONGEST;
}

function readProConOs(reader: ByteReader, isReply: boolean): ProConOsMessage {
  reader.open('header');
  reader.constant8(MAGIC, 'magic');
  reader.u8('kind');
  reader.u8('reserved');
  const command = reader.u8('command', (code) => operations[code]?.title);
  reader.u16('sequence number');
  const length = reader.u16le('length');
  reader.close();
  const whole = reader.limit(length, 'length');
  const told = isReply && command === IDENTIFY && length > PROJECT_AT - HEADER;
  const identity = told ? readIdentity(reader) : undefined;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  reader.u16('checksum');
  return { command, identity };
}

function readIdentity(reader: ByteReader): ProConOsMessage['identity'] {
  reader.skip(RUNTIME_AT - HEADER, 'parameters');
  const runtime = reader.text(TYPE_AT - RUNTIME_AT, 'runtime');
  const type = reader.text(PROJECT_AT - TYPE_AT, 'controller type');
  return { runtime, type, project: reader.text(Math.min(32, reader.remaining), 'project') };
}

class ProConOsSession implements Session {
  readonly #kinds: Kinds;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownCommand);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const isReply = here.direction === 'reply';
    const { command, identity } = readProConOs(here.reader.reset(bytes, start, end), isReply);
    if (identity) {
      here.fact(here.source, 'firmware', identity.runtime);
      here.fact(here.source, 'model', identity.type);
      here.fact(here.source, 'project', identity.project);
    }
    if (isReply) return;
    const note = here.operation(this.#kinds.of(command));
    if (here.wanted(note) && !(command in operations)) {
      here.describe(note, { command: `0x${command.toString(16).padStart(2, '0')}` });
    }
  }
}
