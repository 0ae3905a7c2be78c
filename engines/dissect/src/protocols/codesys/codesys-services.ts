import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  type OperationNote,
  OURS,
  type Session,
  type Transfer,
} from '../../dissector.ts';
import { SERVICES_CARRIER } from './codesys-v3.ts';
import { NORMAL, SECURE } from './datagram.ts';
import { commandName, groupName, groups } from './names.ts';
import { encrypted, groupOperations, operations, otherService } from './operations.ts';

/** A request or reply of the services, in tags. */
export interface ServiceMessage {
  readonly isReply: boolean;
  readonly secure: boolean;
  readonly group: number;
  readonly command: number;
  readonly session: number;
  /** Texts among the tags. */
  readonly texts: readonly string[];
  readonly user?: string | undefined;
  readonly secret?: number | undefined;
  /** The longest tag that is no text. */
  readonly content?: Uint8Array | undefined;
  /** Of a reply that says whether it was done: 0 when it was. */
  readonly result?: number | undefined;
}

const HEADER = 16;
const RESPONSE = 0x80;
const PARENT = 0x80;
const DEEPEST = 8;
const MOST_TAGS = 512;
const MOST_SHOWN = 16;
const LONGEST_NUMBER = 5;
const SHORTEST_TEXT = 2;
const LEAST_CONTENT = 16;

const LOGIN = 0x0102;
const USER_TAG = 0x10;
const PASSWORD_TAG = 0x11;
const APP_DOWNLOAD = 0x0205;
const START_DOWNLOAD = 0x0802;
const FILE_DOWNLOAD = 0x0804;
const START_UPLOAD = 0x0805;
const FILE_UPLOAD = 0x0807;
const FILE_END = 0x0808;

/** Where replies say what came of it: the tag that holds others, and which of them. */
const results: Readonly<Record<number, readonly [holder: number, tag: number]>> = {
  [LOGIN]: [0x82, 0x20],
  [START_UPLOAD]: [0x84, 0x08],
};
const refusals = new Refusals('codesys-services');

export const codesysServices: Dissector<ServiceMessage> = {
  name: 'codesys-services',
  title: 'CODESYS V3 services',
  reference:
    'No public specification; Kaspersky ICS CERT (2019), Tenable TRA-2020-04, Microsoft ics-forensics-tools',
  industrial: true,
  carriers: [{ on: SERVICES_CARRIER }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end) {
    if (end - start < HEADER) return NOT_OURS;
    const protocol = u16leAt(bytes, start);
    return protocol === NORMAL || protocol === SECURE ? OURS : NOT_OURS;
  },

  read: readService,

  begin: (capture) => new ServicesSession(capture),
};

function readService(reader: ByteReader): ServiceMessage {
  reader.open('service');
  const protocol = reader.u16le('protocol', { [NORMAL]: 'normal', [SECURE]: 'secure' });
  const headerSize = reader.u16le('header size');
  const word = reader.u16le('group');
  const isReply = reader.bits(word, RESPONSE, 'reply') === 1;
  const group = reader.bits(word, 0x7f, 'group', groups);
  const command = reader.u16le('command', (code) => commandName(group, code));
  const session = reader.u32le('session');
  reader.u32le('content size');
  const more = headerSize - (HEADER - 4);
  if (more > 0) reader.skip(Math.min(more, reader.remaining), 'additional data');
  reader.close();
  const code = group * 256 + command;
  const where = isReply ? results[code] : undefined;
  const found: Found = {
    texts: [],
    user: undefined,
    secret: undefined,
    content: undefined,
    result: undefined,
    tags: 0,
  };
  const secure = protocol === SECURE;
  if (!secure) readTags(reader, found, code === LOGIN && !isReply, where, 0);
  if (reader.remaining > 0) reader.skip(reader.remaining, secure ? 'encrypted' : 'data');
  const { texts, user, secret, content, result } = found;
  return { isReply, secure, group, command, session, texts, user, secret, content, result };
}

interface Found {
  readonly texts: string[];
  user: string | undefined;
  secret: number | undefined;
  content: Uint8Array | undefined;
  result: number | undefined;
  tags: number;
}

/** Identifier and length are numbers of seven bits an octet; those from 0x80 on hold tags. */
function readTags(
  reader: ByteReader,
  found: Found,
  login: boolean,
  where: readonly number[] | undefined,
  depth: number,
  holder = 0,
): void {
  while (reader.remaining >= 2 && found.tags < MOST_TAGS) {
    found.tags++;
    reader.open('tag');
    const tag = readNumber(reader, 'identifier');
    const length = readNumber(reader, 'length');
    const whole = reader.limit(length, 'length');
    if (tag >= PARENT && depth < DEEPEST) readTags(reader, found, login, where, depth + 1, tag);
    else if (login && tag === PASSWORD_TAG) {
      found.secret = length;
      reader.secret(length, 'password');
    } else if (where && holder === where[0] && tag === where[1] && length === 2) {
      found.result = reader.u16('result');
    } else readLeaf(reader, found, login && tag === USER_TAG);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    reader.release(whole);
    reader.close();
  }
}

function readLeaf(reader: ByteReader, found: Found, isUser: boolean): void {
  const length = reader.remaining;
  if (isText(reader.peekBytes(length))) {
    const text = reader.text(length, 'text');
    if (isUser) found.user = text;
    else found.texts.push(text);
    return;
  }
  const bytes = reader.bytes(length, 'value');
  if (length >= LEAST_CONTENT && length > (found.content?.length ?? 0)) found.content = bytes;
}

function readNumber(reader: ByteReader, field: string): number {
  let number = 0;
  for (let i = 0; i < LONGEST_NUMBER; i++) {
    const octet = reader.u8(field);
    number += (octet & 0x7f) * 2 ** (7 * i);
    if ((octet & 0x80) === 0) break;
  }
  return number;
}

/** Printable, and its end is marked by zeros. */
function isText(bytes: Uint8Array): boolean {
  let end = bytes.indexOf(0);
  if (end < 0) return false;
  for (let i = 0; i < end; i++) if (bytes[i]! < 0x20 || bytes[i]! > 0x7e) return false;
  const length = end;
  while (end < bytes.length) if (bytes[end++] !== 0) return false;
  return length >= SHORTEST_TEXT;
}

interface Connection {
  transfer: Transfer | undefined;
  name: string;
  application: Transfer | undefined;
}

class ServicesSession implements Session {
  readonly #kinds: Kinds;
  readonly #groups: Kinds;
  readonly #encrypted: number;
  readonly #waiting: Pending<OperationNote>;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, otherService);
    this.#groups = new Kinds(capture, groupOperations, otherService);
    this.#encrypted = capture.operation(encrypted);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readService(here.reader.reset(bytes, start, end));
    const { isReply, secure, group, command, content } = message;
    here.turn(isReply ? 'reply' : 'request');
    const code = group * 256 + command;
    if (isReply) {
      const asked = this.#waiting.take(here.flow, code);
      if (asked !== undefined && message.result) {
        here.refuse(asked, refusals.unknown(`0x${message.result.toString(16).padStart(4, '0')}`));
      }
      if (code === FILE_UPLOAD && content) this.#carry(here, 'from', content, bytes);
      return;
    }
    if (secure) return void here.operation(this.#encrypted);
    const note = here.operation(code in operations ? this.#kinds.of(code) : this.#groups.of(group));
    if (code in results) this.#waiting.put(here.flow, code, note);
    if (here.wanted(note)) {
      here.describe(note, {
        service: groupName(group),
        command: commandName(group, command),
        ...(message.texts.length > 0 && { items: message.texts.slice(0, MOST_SHOWN) }),
        ...(message.user !== undefined && { user: message.user }),
      });
    }
    if (message.secret !== undefined)
      here.credentials('CODESYS V3 login', message.user ?? '', message.secret);
    this.#follow(here, code, message, bytes);
  }

  #follow(here: Here, code: number, { texts, content }: ServiceMessage, bytes: Uint8Array): void {
    const connection = here.connection(newConnection);
    if (code === START_DOWNLOAD || code === START_UPLOAD) {
      connection.transfer = undefined;
      connection.name = texts[0] ?? 'file';
    }
    if (code === FILE_DOWNLOAD && content) this.#carry(here, 'to', content, bytes);
    if (code === FILE_END) {
      connection.transfer?.end(true);
      connection.transfer = undefined;
    }
    if (code !== APP_DOWNLOAD || !content) return;
    here.role(here.source, 'engineering', 'inferred', 'codesys-services.transfers-program');
    connection.application ??= here.transfer(here.target, 'to', 'program', texts[0] ?? 'application');
    addTo(connection.application, here, content, bytes);
  }

  #carry(here: Here, way: 'to' | 'from', content: Uint8Array, bytes: Uint8Array): void {
    const connection = here.connection(newConnection);
    const about = way === 'to' ? here.target : here.source;
    connection.transfer ??= here.transfer(about, way, kindOf(connection.name), connection.name);
    addTo(connection.transfer, here, content, bytes);
  }
}

const newConnection = (): Connection => ({ transfer: undefined, name: 'file', application: undefined });

function addTo(transfer: Transfer, here: Here, content: Uint8Array, bytes: Uint8Array): void {
  const from = content.byteOffset - bytes.byteOffset;
  transfer.add(here, bytes, from, from + content.length);
}

/** Boot applications, and what CODESYS keeps of a project. */
function kindOf(name: string): 'program' | 'file' {
  return /\.(app|crc|prj|project)$/i.test(name) ? 'program' : 'file';
}
