import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import {
  type Capture,
  type Context,
  type Direction,
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
  /** Of a request, or of the one that this answers; -1 where that was not seen. */
  readonly command: number;
  /** One octet, the same in the answer. */
  readonly sequence: number;
  /** In the reply to a question for it; 0 elsewhere. */
  readonly state: number;
  readonly checked: boolean;
  readonly identity?: Identity | undefined;
}

interface Identity {
  readonly runtime: string;
  readonly type: string;
  readonly project: string;
  readonly bootProject: string;
  /** Whether the source of the project is on the controller, as it words it: `Exist`, `None`. */
  readonly sourceCode: string;
}

const PORT = 20_547;
const MAGIC = 0xcc;
const KIND = 1;
const HEADER = 8;
const CHECKSUM = 2;
const FLAGS_AT = 4;
const SEQUENCE_AT = 5;
const LENGTH_AT = 6;
const LONGEST = 8_192;
const IDENTIFY = 0x0b;
const READ_STATE = 0x0f;
const UNKNOWN = -1;
/** Among the flags of all requests that were published, and of no reply. */
const ASKS = 0x40;
/** How long all identities are that were published, and what they begin with: “V4.1”. */
const IDENTITY_LENGTH = 0x92;
const VERSION_MARK = 0x56;
/** How much of the payload is told in its parts. */
const IDENTITY_PARTS = 112 - HEADER;

const states: Readonly<Record<number, string>> = { 0x02: 'running', 0x04: 'stopped' };
const commandName = (code: number) => operations[code]?.title;

export const proconos: Dissector<ProConOsMessage> = {
  name: 'proconos',
  title: 'ProConOS',
  reference:
    'No public specification; Redpoint proconos-info, zgrab2, and published tools for ILC controllers',
  industrial: true,
  carriers: [{ on: 'tcp', at: [PORT] }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'proconos.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'proconos.answers' },
  },

  recognises(bytes, start, end, expected) {
    if (!mayBe(bytes, start, end)) return NOT_OURS;
    if (!expected) return isChecked(bytes, start, end) ? OURS : NOT_OURS;
    if (end - start < HEADER) return PERHAPS;
    return isLength(u16leAt(bytes, start + LENGTH_AT)) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (!mayBe(bytes, start, end)) return LOST;
    if (end - start < HEADER) return 0;
    const length = u16leAt(bytes, start + LENGTH_AT);
    return isLength(length) ? HEADER + length + CHECKSUM : LOST;
  },

  read: (reader, { direction, context }) =>
    readProConOs(reader, direction, Number(context?.['asked'] ?? UNKNOWN)),

  begin: (capture) => new ProConOsSession(capture),
};

function mayBe(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === MAGIC && (end - start < 2 || bytes[start + 1] === KIND);
}

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

/** @param asked the command that a reply answers */
function readProConOs(reader: ByteReader, direction: Direction, asked: number): ProConOsMessage {
  const content = reader.peekBytes(Math.max(0, reader.remaining - CHECKSUM));
  const isReply = direction === 'reply';
  reader.open('header');
  reader.constant8(MAGIC, 'magic');
  reader.u8('kind');
  const before = isReply ? readAnswer(reader) : readCommand(reader);
  const flags = reader.u8('flags');
  reader.bits(flags, 0x80, 'first of a connection');
  reader.bits(flags, ASKS, 'request');
  const sequence = reader.u8('sequence number');
  const length = reader.u16le('length');
  reader.close();
  const whole = reader.limit(length, 'length');
  const answers = asked === UNKNOWN && isIdentity(reader) ? IDENTIFY : asked;
  const command = isReply ? answers : before;
  const told = isReply && command === IDENTIFY && length >= IDENTITY_PARTS;
  const identity = told ? readIdentity(reader) : undefined;
  const state = isReply && command === READ_STATE && length > 0 ? reader.u8('state', states) : 0;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(whole);
  const right = crc16(crc16Ccitt, 0, content, 0, content.length);
  const checked = reader.u16le('checksum') === right;
  if (!checked) reader.remark(`should be ${right}`);
  return { command, sequence, state, checked, identity };
}

function readCommand(reader: ByteReader): number {
  reader.u8('reserved');
  return reader.u8('command', commandName);
}

/** What stands where requests have their command was never explained. */
function readAnswer(reader: ByteReader): number {
  reader.u16('answer');
  return UNKNOWN;
}

/** That of nobody knows whose question: replies do not say what they answer. */
function isIdentity(reader: ByteReader): boolean {
  return reader.remaining === IDENTITY_LENGTH && reader.peek() === VERSION_MARK;
}

function readIdentity(reader: ByteReader): Identity {
  reader.text(4, 'version');
  const runtime = reader.text(32, 'runtime');
  const type = reader.text(32, 'controller type');
  const project = readName(reader, 12, 'project');
  const bootProject = readName(reader, 12, 'boot project');
  const sourceCode = readName(reader, 12, 'source on the controller');
  return { runtime, type, project, bootProject, sourceCode };
}

/** Published scripts differ by one octet in where the project begins: where it is NUL, both are right. */
function readName(reader: ByteReader, length: number, field: string): string {
  if (reader.peek() !== 0) return reader.text(length, field);
  reader.skip(1, 'padding');
  return reader.text(length - 1, field);
}

interface Request {
  readonly note: OperationNote;
  readonly command: number;
}

class ProConOsSession implements Session {
  readonly #kinds: Kinds;
  readonly #asked: Pending<Request>;
  /** The command that the reply at hand answers. */
  #answers = UNKNOWN;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownCommand);
    this.#asked = capture.bounded('requests', new Pending<Request>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    // Of the usual port it is known who asks; elsewhere, one side alone may have been captured.
    if (here.sourcePort !== PORT && here.targetPort !== PORT) {
      here.turn((bytes[start + FLAGS_AT]! & ASKS) !== 0 ? 'request' : 'reply');
    }
    const isReply = here.direction === 'reply';
    const request = isReply ? this.#asked.take(here.flow, bytes[start + SEQUENCE_AT]!) : undefined;
    this.#answers = request?.command ?? UNKNOWN;
    const message = readProConOs(here.reader.reset(bytes, start, end), here.direction, this.#answers);
    if (!message.checked) here.anomaly('proconos.checksum-wrong', 'checksum', end - start - CHECKSUM);
    if (isReply) this.#answered(here, message, request);
    else this.#asks(here, message);
  }

  context(): Context | undefined {
    return this.#answers === UNKNOWN ? undefined : { asked: this.#answers };
  }

  #asks(here: Here, { command, sequence }: ProConOsMessage): void {
    const note = here.operation(this.#kinds.of(command));
    this.#asked.put(here.flow, sequence, { note, command });
    if (command in operations || !here.wanted(note)) return;
    here.describe(note, { command: `0x${command.toString(16).padStart(2, '0')}` });
  }

  #answered(here: Here, message: ProConOsMessage, request: Request | undefined): void {
    const { command, state, identity } = message;
    if (identity) {
      here.fact(here.source, 'firmware', identity.runtime);
      here.fact(here.source, 'model', identity.type);
      here.fact(here.source, 'project', identity.project);
    }
    if (!request || !here.wanted(request.note)) return;
    if (command === READ_STATE) here.describe(request.note, { state: states[state] ?? state });
    if (identity) here.describe(request.note, shown(identity));
  }
}

/** What no field of a device is made for. */
function shown({ bootProject, sourceCode }: Identity) {
  return { ...(bootProject !== '' && { bootProject }), ...(sourceCode !== '' && { sourceCode }) };
}
