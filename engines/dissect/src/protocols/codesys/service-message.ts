import type { ByteReader } from '../../bytes/byte-reader.ts';
import { NORMAL, SECURE } from './datagram.ts';
import { applicationStates, commandName, groups } from './names.ts';

/** A request or reply of the services, in tags. */
export interface ServiceMessage {
  readonly isReply: boolean;
  readonly secure: boolean;
  /** The group × 256, and the command. */
  readonly code: number;
  readonly session: number;
  /** Texts among the tags that have no meaning of their own here. */
  readonly texts: readonly string[];
  /** The longest tag that is no text. */
  readonly content: Uint8Array | undefined;
  /** Of a reply that says whether it was done: 0 when it was. */
  readonly result: number | undefined;
  readonly user: string | undefined;
  /** How long the password is that is sent in a way that everybody can undo. */
  readonly secret: number | undefined;
  /** Variables by their names; a reply gives their values in the same order. */
  readonly names: readonly string[];
  /** Undefined where the device has none. */
  readonly values: readonly (Uint8Array | undefined)[];
  /** Of a list of variables, or of a trace. */
  readonly handle: number | undefined;
  readonly applications: readonly Application[];
  readonly client: Client;
}

export interface Application {
  readonly name: string;
  readonly state: number;
}

/** What the program says of itself that opens a session. */
export interface Client {
  /** With its version. */
  software?: string;
  workstation?: string;
}

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
interface Found extends Omit<Writable<ServiceMessage>, 'isReply' | 'secure' | 'code' | 'session'> {
  readonly texts: string[];
  readonly names: string[];
  readonly values: (Uint8Array | undefined)[];
  readonly applications: Application[];
  hiding: number;
  tags: number;
}

/** Reads what is in one tag that holds no others; what it leaves is skipped. */
type ReadTag = (reader: ByteReader, found: Found) => void;
type Tags = Readonly<Record<number, ReadTag>>;

export const HEADER = 16;
const RESPONSE = 0x80;
/** Of an identifier: others are within. */
const HOLDS = 0x80;
const DEEPEST = 8;
const MOST_TAGS = 4_096;
const LONGEST_NUMBER = 5;
const LONGEST_NAME = 512;
const SHORTEST_TEXT = 2;
const LEAST_CONTENT = 16;
const GOOD = 0;
/** A password that only the device can decrypt. */
const ASYMMETRIC = 2;

export const VARIABLES = 0x09;
const TRACES = 0x0f;
export const LOGIN = 0x0102;
const CREATE_SESSION = 0x010a;
const APPLICATION_STATES = 0x0225;
export const START_UPLOAD = 0x0805;

/** Where replies say what came of it: the tag that holds others, and which of them. */
const results: Readonly<Record<number, readonly [holder: number, tag: number]>> = {
  [LOGIN]: [0x82, 0x20],
  0x0201: [0x81, 0x10],
  [START_UPLOAD]: [0x84, 0x08],
};
/** In the replies to whatever may be forbidden: whether it was, and what the right is wanted for. */
const ACCESS = 0xff82;
const ACCESS_RESULT = 0x20;
const RESULT = 0xff7f;

const loginTags: Tags = {
  0x10: (reader, found) => (found.user = reader.text(reader.remaining, 'user')),
  0x11: (reader, found) => {
    if (found.hiding !== ASYMMETRIC) found.secret = reader.remaining;
    reader.secret(reader.remaining, 'password');
  },
  0x22: (reader, found) => {
    if (reader.remaining < 4) return;
    found.hiding = reader.u32le('encryption', { 1: 'exclusive or', 2: 'asymmetric' });
  },
  0x23: (reader) => void reader.bytes(reader.remaining, 'challenge'),
  0x25: (reader) => void (reader.remaining >= 4 && reader.u32le('step')),
};

const clientTags: Tags = {
  0x41: (reader, { client }) => addSoftware(client, reader.text(reader.remaining, 'program')),
  0x42: (reader) => void reader.text(reader.remaining, 'vendor'),
  0x43: (reader, { client }) => {
    const name = reader.text(reader.remaining, 'workstation');
    // With an empty domain.
    client.workstation = name.endsWith('.') ? name.slice(0, -1) : name;
  },
  0x44: (reader, { client }) => addSoftware(client, reader.text(reader.remaining, 'version')),
};

const variableTags: Tags = {
  0x10: readHandle,
  0x13: (reader) => void (reader.remaining >= 4 && reader.u32le('flags')),
  0x18: (reader) => void (reader.remaining >= 4 && reader.u32le('number of variables')),
  0x19: (reader, found) => {
    // With the NUL that is not sent.
    const length = reader.remaining >= 2 ? reader.u16le('length of the name') - 1 : 0;
    found.names.push(readName(reader, Math.min(Math.max(0, length), reader.remaining)));
  },
  0x1d: (reader, { values }) => {
    if (reader.remaining < 4) return void values.push(undefined);
    const quality = reader.u32le('quality', { [GOOD]: 'good' });
    const value = reader.bytes(reader.remaining, 'value');
    values.push(quality === GOOD ? value : undefined);
  },
  0x1e: (reader, { values }) => void values.push(reader.bytes(reader.remaining, 'value')),
  0x21: (reader, found) => void found.names.push(readName(reader, reader.remaining)),
};

const traceTags: Tags = {
  0x10: (reader, { texts }) => void texts.push(reader.text(reader.remaining, 'trace')),
  0x20: (reader, { names }) => void names.push(reader.text(reader.remaining, 'variable')),
  0x40: readHandle,
};

const stateTags: Tags = {
  0x04: (reader, { applications }) => {
    if (reader.remaining < 2) return;
    const state = reader.u8('state', applicationStates);
    applications.push({ state, name: reader.text(reader.remaining, 'application') });
  },
};

const noTags: Tags = {};

export function readService(reader: ByteReader): ServiceMessage {
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
  const found: Found = {
    texts: [],
    user: undefined,
    secret: undefined,
    content: undefined,
    result: undefined,
    names: [],
    values: [],
    handle: undefined,
    applications: [],
    client: {},
    hiding: 0,
    tags: 0,
  };
  const secure = protocol === SECURE;
  if (!secure) readTags(reader, found, tagsOf(code, isReply), isReply ? code : undefined, 0, 0);
  if (reader.remaining > 0) reader.skip(reader.remaining, secure ? 'encrypted' : 'data');
  return { ...found, isReply, secure, code, session };
}

function tagsOf(code: number, isReply: boolean): Tags {
  if (code >> 8 === VARIABLES) return variableTags;
  if (code >> 8 === TRACES) return traceTags;
  if (code === APPLICATION_STATES && isReply) return stateTags;
  if (code === LOGIN && !isReply) return loginTags;
  return code === CREATE_SESSION && !isReply ? clientTags : noTags;
}

/**
 * Identifier and length are numbers of seven bits an octet.
 *
 * @param replyTo what this is the reply to
 */
function readTags(
  reader: ByteReader,
  found: Found,
  tags: Tags,
  replyTo: number | undefined,
  depth: number,
  holder: number,
): void {
  while (reader.remaining >= 2 && found.tags < MOST_TAGS) {
    found.tags++;
    reader.open('tag');
    const tag = reader.varint('identifier', LONGEST_NUMBER);
    const length = reader.varint('length', LONGEST_NUMBER);
    const whole = reader.limit(length, 'length');
    if (isResult(replyTo, holder, tag, length)) found.result ||= reader.u16le('result');
    else if ((tag & HOLDS) !== 0 && depth < DEEPEST) readTags(reader, found, tags, replyTo, depth + 1, tag);
    else (tags[tag] ?? readLeaf)(reader, found);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    reader.release(whole);
    reader.close();
  }
}

function isResult(replyTo: number | undefined, holder: number, tag: number, length: number): boolean {
  if (replyTo === undefined || length !== 2) return false;
  if (tag === RESULT || (holder === ACCESS && tag === ACCESS_RESULT)) return true;
  if (replyTo >> 8 === VARIABLES) return tag === ACCESS_RESULT;
  const place = results[replyTo];
  return holder === place?.[0] && tag === place[1];
}

/** The version says the program’s name again. */
function addSoftware(client: Client, text: string): void {
  const { software = '' } = client;
  client.software = text.startsWith(software) ? text : `${software} ${text}`;
}

function readHandle(reader: ByteReader, found: Found): void {
  if (reader.remaining >= 4) found.handle = reader.u32le('handle');
}

/** What follows a name, and belongs to its path, nobody published. */
function readName(reader: ByteReader, most: number): string {
  const name = reader.peekBytes(Math.min(most, LONGEST_NAME));
  const length = name.findIndex((octet) => !isPrintable(octet));
  return reader.text(length < 0 ? name.length : length, 'name');
}

function readLeaf(reader: ByteReader, found: Found): void {
  const length = reader.remaining;
  if (isText(reader.peekBytes(length))) {
    found.texts.push(reader.text(length, 'text'));
    return;
  }
  const bytes = reader.bytes(length, 'value');
  if (length >= LEAST_CONTENT && length > (found.content?.length ?? 0)) found.content = bytes;
}

/** Printable, and its end is marked by zeros. */
function isText(bytes: Uint8Array): boolean {
  let end = bytes.indexOf(0);
  if (end < 0) return false;
  for (let i = 0; i < end; i++) if (!isPrintable(bytes[i]!)) return false;
  const length = end;
  while (end < bytes.length) if (bytes[end++] !== 0) return false;
  return length >= SHORTEST_TEXT;
}

function isPrintable(octet: number): boolean {
  return octet >= 0x20 && octet <= 0x7e;
}
