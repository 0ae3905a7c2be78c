import { type ByteReader, textAt, u16At, u16leAt } from '../../bytes/byte-reader.ts';
import { Refusals } from '../../analysis/refusals.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  type OperationNote,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { findNtlm, ntlmAt, tellNtlm } from '../ntlm/ntlm.ts';
import { RUN_PROGRAM, SIGN_IN } from './operations.ts';

const PORTS = [1433, 1434];
const HEADER = 8;

// MS-TDS, 2.2.3.1.1.
const BATCH = 1;
const RESPONSE = 4;
const LOGIN = 16;
const SSPI = 17;
const PRELOGIN = 18;
const kinds: Record<number, string> = {
  [BATCH]: 'batch',
  2: 'login before version 7',
  3: 'procedure call',
  [RESPONSE]: 'response',
  6: 'attention',
  7: 'bulk load',
  14: 'transaction',
  [LOGIN]: 'login',
  [SSPI]: 'security token',
  [PRELOGIN]: 'pre-login',
};
/** MS-TDS, 2.2.6.4: where the pairs of offset and length begin, and in which order. */
const PAIRS = 36;
const HOST = 0;
const USER = 1;
const PASSWORD = 2;
const APPLICATION = 3;
const SERVER = 4;
const DATABASE = 8;
/** MS-TDS, 2.2.7. */
const ERROR_TOKEN = 0xaa;
const LOGIN_ACKNOWLEDGED = 0xad;
const LOGIN_FAILED = 18_456;

const refusals = new Refusals('tds');
const loginFailed = refusals.named('login failed');

const xpCmdShell = 'xp_cmdshell';
const LONGEST_LOOK = 8_192;

export interface TdsMessage {
  readonly kind: number;
  readonly host: string;
  readonly user: string;
  readonly password: number;
  readonly application: string;
  readonly server: string;
  readonly database: string;
  /** A response that begins with it. */
  readonly failed: boolean;
  readonly program: string;
  readonly runsProgram: boolean;
}

const nothing = {
  host: '',
  user: '',
  password: 0,
  application: '',
  server: '',
  database: '',
  failed: false,
  program: '',
  runsProgram: false,
};

export const tds: Dissector<TdsMessage> = {
  name: 'tds',
  title: 'MS-SQL (TDS)',
  reference: 'MS-TDS',
  industrial: false,
  carriers: [{ on: 'tcp', at: PORTS }],
  claims: [],
  refusals: refusals.list,
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'tds.answers' } },

  /** Elsewhere only a pre-login tells, whose first option is the version and stands where it always does. */
  recognises(bytes, start, end, expected) {
    const length = end - start;
    const kind = bytes[start]!;
    if (!(kind in kinds) || (length > 1 && bytes[start + 1]! > 0x1f)) return NOT_OURS;
    if (length < HEADER) return PERHAPS;
    const size = u16At(bytes, start + 2);
    if (size < HEADER || bytes[start + 7] !== 0) return NOT_OURS;
    if (expected) return OURS;
    const option = start + HEADER;
    const isPrelogin = kind === PRELOGIN && size === length && length > HEADER + 11;
    return isPrelogin && bytes[option] === 0 && u16At(bytes, option + 3) === 6 ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const length = end - start;
    if (!(bytes[start]! in kinds)) return LOST;
    if (length < HEADER) return 0;
    const size = u16At(bytes, start + 2);
    return size < HEADER || bytes[start + 7] !== 0 ? LOST : size;
  },

  read: readTds,
  begin: (capture) => new TdsSession(capture),
};

function readTds(reader: ByteReader): TdsMessage {
  reader.open('header', 'MS-TDS, 2.2.3.1');
  const kind = reader.u8('type', kinds);
  reader.bits(reader.u8('status'), 0x01, 'last packet of the message');
  reader.u16('length');
  reader.u16('process');
  reader.u8('packet');
  reader.u8('window');
  reader.close();
  const message = { kind, ...nothing };
  if (kind === LOGIN) return { ...message, ...readLogin(reader) };
  const bytes = reader.peekBytes(LONGEST_LOOK);
  const said = kind === RESPONSE ? answered(bytes) : kind === BATCH ? batch(bytes) : {};
  if (reader.remaining > 0) reader.skip(reader.remaining, 'content');
  return { ...message, ...said };
}

// MS-TDS, 2.2.6.4.
function readLogin(reader: ByteReader): Partial<TdsMessage> {
  const bytes = reader.peekBytes(reader.remaining);
  const range = (index: number): [number, number] => {
    const at = PAIRS + index * 4;
    if (at + 4 > bytes.length) return [0, 0];
    const from = u16leAt(bytes, at);
    const to = from + u16leAt(bytes, at + 2) * 2;
    return to <= bytes.length ? [from, to] : [0, 0];
  };
  const text = (index: number) => textAt(bytes, ...range(index), 'utf-16le');
  const [from, to] = range(PASSWORD);
  reader.open('login', 'MS-TDS, 2.2.6.4');
  reader.skip(Math.min(reader.remaining, PAIRS), 'versions and options');
  const pairs = Math.min(reader.remaining, 58);
  if (pairs > 0) reader.skip(pairs, 'places of the texts');
  const gone = PAIRS + pairs;
  if (from >= gone && to > from) {
    if (from > gone) reader.skip(from - gone, 'texts');
    reader.secret(to - from, 'password');
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'texts');
  reader.close();
  return {
    host: text(HOST),
    user: text(USER),
    password: (to - from) / 2,
    application: text(APPLICATION),
    server: text(SERVER),
    database: text(DATABASE),
  };
}

/** MS-TDS, 2.2.7.10 and 2.2.7.14; an answer to a login begins with one of them, or with changes of the environment. */
function answered(bytes: Uint8Array): Partial<TdsMessage> {
  let at = 0;
  for (let tokens = 0; tokens < 16 && bytes.length - at >= 3; tokens++) {
    const token = bytes[at]!;
    // Those whose length stands behind them.
    if (token !== ERROR_TOKEN && token !== LOGIN_ACKNOWLEDGED && token !== 0xab && token !== 0xe3) break;
    const next = at + 3 + u16leAt(bytes, at + 1);
    if (token === ERROR_TOKEN) return { failed: u16leAt(bytes, at + 3) === LOGIN_FAILED };
    if (token === LOGIN_ACKNOWLEDGED && next <= bytes.length)
      return { program: acknowledged(bytes, at + 8, next) };
    at = next;
  }
  return {};
}

/** A length in letters, the name, and four bytes of version. */
function acknowledged(bytes: Uint8Array, at: number, end: number): string {
  const stop = at + 1 + (bytes[at] ?? 0) * 2;
  if (stop + 4 > end) return '';
  const version = `${bytes[stop]}.${bytes[stop + 1]}.${u16At(bytes, stop + 2)}`;
  return `${textAt(bytes, at + 1, stop, 'utf-16le')} ${version}`;
}

function batch(bytes: Uint8Array): Partial<TdsMessage> {
  const even = bytes.subarray(0, bytes.length & ~1);
  return { runsProgram: utf16.decode(even).toLowerCase().includes(xpCmdShell) };
}

const utf16 = new TextDecoder('utf-16le');

class TdsSession implements Session {
  readonly #signIn: number;
  readonly #runProgram: number;

  constructor(capture: Capture) {
    this.#signIn = capture.operation(SIGN_IN);
    this.#runProgram = capture.operation(RUN_PROGRAM);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const kind = bytes[start]!;
    if (kind === SSPI || kind === LOGIN) tokenIn(here, bytes, start, end);
    if (kind !== LOGIN && kind !== RESPONSE && kind !== BATCH) return;
    const message = readTds(here.reader.reset(bytes, start, end));
    const talk = here.connection(() => ({ note: -1 as OperationNote }));
    if (kind === LOGIN) talk.note = this.#signedIn(here, message);
    else if (message.failed && talk.note >= 0) here.refuse(talk.note, loginFailed);
    else if (message.program !== '') here.fact(here.source, 'software', message.program);
    if (message.runsProgram) here.operation(this.#runProgram);
  }

  #signedIn(here: Here, { host, user, password, application, server, database }: TdsMessage): OperationNote {
    here.turn('request');
    here.fact(here.source, 'name', host);
    here.fact(here.source, 'software', application);
    if (/^[a-z][\w-]*$/i.test(server)) here.fact(here.target, 'name', server, 'inferred');
    if (user !== '') here.credentials('TDS', user, password);
    const note = here.operation(this.#signIn);
    if (here.wanted(note)) here.describe(note, { user, database, application });
    return note;
  }
}

function tokenIn(here: Here, bytes: Uint8Array, start: number, end: number): void {
  const at = findNtlm(bytes, start, end);
  const ntlm = at < 0 ? undefined : ntlmAt(bytes, at, end);
  if (ntlm) tellNtlm(here, ntlm);
}
