import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  type OperationNote,
  OURS,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { operations, unknownCommand } from './operations.ts';

/**
 * ProConOS (KW-Software): a header, a payload whose length it tells, and a checksum over both. Nobody published how that
 * is made; as CRC-16 of ITU-T V.41, begun with 0 and low byte first, it comes out right for every message that was.
 */
export interface ProConOsMessage {
  readonly command: number;
  readonly sequence: number;
  /** In the reply to a question for it; 0 elsewhere. */
  readonly state: number;
  readonly checked: boolean;
  readonly identity?: { runtime: string; type: string; project: string } | undefined;
}

const MAGIC = 0xcc;
const HEADER = 8;
const CHECKSUM = 2;
const LENGTH_AT = 6;
const LONGEST = 8_192;
const IDENTIFY = 0x0b;
const READ_STATE = 0x0f;
/** Where the parts of the identity stand in a reply, from its beginning. */
const RUNTIME_AT = 12;
const TYPE_AT = 44;
const PROJECT_AT = 77;

const states: Readonly<Record<number, string>> = { 0x02: 'running', 0x04: 'stopped' };

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
    if (bytes[start] !== MAGIC) return NOT_OURS;
    if (!expected) return isChecked(bytes, start, end) ? OURS : NOT_OURS;
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

/** A message from end to end, with nothing behind it. */
function isChecked(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER + CHECKSUM) return false;
  const length = HEADER + u16leAt(bytes, start + LENGTH_AT);
  if (start + length + CHECKSUM !== end) return false;
  return crc16(crc16Ccitt, 0, bytes, start, start + length) === u16leAt(bytes, start + length);
}

function readProConOs(reader: ByteReader, isReply: boolean): ProConOsMessage {
  const content = reader.peekBytes(Math.max(0, reader.remaining - CHECKSUM));
  reader.open('header');
  reader.constant8(MAGIC, 'magic');
  reader.u8('kind');
  reader.u8('reserved');
  const command = reader.u8('command', (code) => operations[code]?.title);
  const sequence = reader.u16('sequence number');
  const length = reader.u16le('length');
  reader.close();
  const whole = reader.limit(length, 'length');
  const told = isReply && command === IDENTIFY && length > PROJECT_AT - HEADER;
  const identity = told ? readIdentity(reader) : undefined;
  const state = isReply && command === READ_STATE && length > 0 ? reader.u8('state', states) : 0;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  const right = crc16(crc16Ccitt, 0, content, 0, content.length);
  const checked = reader.u16le('checksum') === right;
  if (!checked) reader.remark(`should be ${right}`);
  return { command, sequence, state, checked, identity };
}

function readIdentity(reader: ByteReader): ProConOsMessage['identity'] {
  reader.skip(RUNTIME_AT - HEADER, 'parameters');
  const runtime = reader.text(TYPE_AT - RUNTIME_AT, 'runtime');
  const type = reader.text(PROJECT_AT - TYPE_AT, 'controller type');
  return { runtime, type, project: reader.text(Math.min(32, reader.remaining), 'project') };
}

class ProConOsSession implements Session {
  readonly #kinds: Kinds;
  readonly #asked: Pending<OperationNote>;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownCommand);
    this.#asked = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const isReply = here.direction === 'reply';
    const message = readProConOs(here.reader.reset(bytes, start, end), isReply);
    if (!message.checked) here.anomaly('proconos.checksum-wrong', 'checksum', end - start - CHECKSUM);
    if (isReply) this.#answered(here, message);
    else this.#asks(here, message);
  }

  #asks(here: Here, { command, sequence }: ProConOsMessage): void {
    const note = here.operation(this.#kinds.of(command));
    if (!here.wanted(note)) return;
    if (!(command in operations)) {
      here.describe(note, { command: `0x${command.toString(16).padStart(2, '0')}` });
    }
    if (command === READ_STATE) this.#asked.put(here.flow, sequence, note);
  }

  #answered(here: Here, { command, sequence, state, identity }: ProConOsMessage): void {
    if (identity) {
      here.fact(here.source, 'firmware', identity.runtime);
      here.fact(here.source, 'model', identity.type);
      here.fact(here.source, 'project', identity.project);
    }
    const note = this.#asked.take(here.flow, sequence);
    if (note !== undefined && command === READ_STATE) here.describe(note, { state: states[state] ?? state });
  }
}
