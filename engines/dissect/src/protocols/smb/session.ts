import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import type {
  Assembly,
  Capture,
  Direction,
  Here,
  OperationNote,
  Session,
  Transfer,
} from '../../dissector.ts';
import { kindOfFile } from '../files/kinds.ts';
import { AUTHENTICATE, tellNtlm } from '../ntlm/ntlm.ts';
import {
  CLOSE,
  CREATE,
  dialectName,
  missingOf,
  MORE_PROCESSING,
  NEGOTIATE,
  READ,
  readSmb,
  SAME_FILE,
  SMB1_CREATE,
  SMB1_NEGOTIATE,
  type SmbCommand,
  STILL_TO_COME,
  WRITE,
} from './message.ts';
import { ADMINISTER, CONNECT, OPEN, REMOTE_CONTROL, SIGN_IN, WRITE as WRITE_FILE } from './operations.ts';

const MOST_FILES = 256;
/** What it carries. */
const PIPE = 'pipe';
const LONGEST_MESSAGE = 1 << 18;
/** Of a message on a pipe, enough to tell whose it is and how long. */
const LONGEST_HEAD = 64;
const NOTHING = new Uint8Array(0);

export const refusals = new Refusals('smb');
/** MS-ERREF, 2.3.1, those that say no. */
const refusalOf = refusals.numbered({
  0xc000_0022: 'access denied',
  0xc000_0034: 'object name not found',
  0xc000_0035: 'object name collision',
  0xc000_003a: 'object path not found',
  0xc000_0043: 'sharing violation',
  0xc000_0064: 'no such user',
  0xc000_006a: 'wrong password',
  0xc000_006d: 'logon failure',
  0xc000_006e: 'account restriction',
  0xc000_006f: 'invalid logon hours',
  0xc000_0071: 'password expired',
  0xc000_0072: 'account disabled',
  0xc000_00cc: 'bad network name',
  0xc000_0193: 'account expired',
  0xc000_0224: 'password must change',
  0xc000_0234: 'account locked out',
});

/** What somebody may do to a machine through a pipe of this name. */
const CONTROLLING = new Set(['svcctl', 'atsvc', 'winreg', 'schedsvc', 'psexesvc', 'remcom_communicaton']);

interface OpenFile {
  readonly name: string;
  to?: Transfer;
  from?: Transfer;
  writes?: OperationNote;
}

interface Asked {
  /** -1 when there is nothing to refuse. */
  readonly note: OperationNote;
  readonly file: OpenFile | undefined;
  readonly offset: number;
  readonly closes: boolean;
}

export class SmbSession implements Session {
  readonly #signIn: number;
  readonly #connect: number;
  readonly #administer: number;
  readonly #open: number;
  readonly #control: number;
  readonly #write: number;
  readonly #pending: Pending<Asked>;
  /** Of the message at hand. */
  readonly #commands: SmbCommand[] = [];
  /** What the command before in this message was about. */
  #file: OpenFile | undefined;

  constructor(capture: Capture) {
    this.#signIn = capture.operation(SIGN_IN);
    this.#connect = capture.operation(CONNECT);
    this.#administer = capture.operation(ADMINISTER);
    this.#open = capture.operation(OPEN);
    this.#control = capture.operation(REMOTE_CONTROL);
    this.#write = capture.operation(WRITE_FILE);
    this.#pending = capture.bounded('requests', new Pending(undefined, ended));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const talk = here.connection(newTalk);
    talk.rest[here.direction] = undefined;
    const missing = missingOf(bytes, start, end);
    if (missing > 0 && !here.cut) here.follows(missing);
    this.#commands.length = 0;
    try {
      readSmb(here.reader.reset(bytes, start, end), this.#commands);
    } finally {
      this.#file = undefined;
      for (const command of this.#commands) this.#told(here, talk, command, bytes, start, end);
    }
  }

  content(here: Here, bytes: Uint8Array, start: number, end: number, offset: number): void {
    const rest = here.connection(newTalk).rest[here.direction];
    rest?.transfer.add(here, bytes, start, Math.min(end, start + rest.length - offset), rest.offset + offset);
  }

  finish(): void {
    this.#pending.finish();
  }

  #told(here: Here, talk: Talk, command: SmbCommand, bytes: Uint8Array, start: number, end: number): void {
    here.turn(command.reply ? 'reply' : 'request');
    if (command.ntlm) tellNtlm(here, command.ntlm);
    // The system that signs in says so itself, and the one that answers too.
    here.fact(here.source, 'os', command.os);
    const isFile = command.reply
      ? this.#answered(here, command, bytes, start, end)
      : this.#asked(here, command, bytes, start, end);
    const { at, length } = command;
    if (!isFile && length > 0 && start + at + length <= end)
      this.#piped(here, talk, command, bytes, start, end);
  }

  /** True when what it carries is the content of a file. */
  #asked(here: Here, message: SmbCommand, bytes: Uint8Array, start: number, end: number): boolean {
    const { version, command, name, ntlm } = message;
    if (ntlm?.kind === AUTHENTICATE && ntlm.user !== '') {
      const user = ntlm.domain === '' ? ntlm.user : `${ntlm.domain}\\${ntlm.user}`;
      this.#wait(here, message, { note: this.#note(here, this.#signIn, { user }) });
      return false;
    }
    if (name !== '') {
      const kind = this.#kindOf(version, command, name);
      const share = kind === this.#connect || kind === this.#administer;
      const note = this.#note(here, kind, share ? { share: name } : { file: name });
      // Pipes are open like files, and are not.
      this.#file = share || PIPES.test(name) ? undefined : { name };
      this.#wait(here, message, { note, file: this.#file });
      return false;
    }
    if (version !== 2) return false;
    const { files } = here.connection(newTalk);
    const before = message.related ? this.#file : undefined;
    this.#file = message.file === SAME_FILE || message.file === '' ? before : files.get(message.file);
    const file = this.#file;
    if (command === WRITE && file) this.#written(here, file, message, bytes, start, end);
    else if (command === READ && file) this.#wait(here, message, { file, offset: message.offset });
    else if (command === CLOSE) {
      if (file) this.#wait(here, message, { file, closes: true });
      files.delete(message.file);
    }
    return file !== undefined;
  }

  #kindOf(version: number, command: number, name: string): number {
    if (command === (version === 2 ? CREATE : SMB1_CREATE)) {
      return CONTROLLING.has(name.replace(/^\\/, '').toLowerCase()) ? this.#control : this.#open;
    }
    return /\\(admin|[a-z])\$$/i.test(name) ? this.#administer : this.#connect;
  }

  #note(here: Here, kind: number, params: Record<string, string>): OperationNote {
    const note = here.operation(kind);
    if (here.wanted(note)) here.describe(note, params);
    return note;
  }

  /** SMB1 answers in turn as far as this matters: by its command. */
  #wait(here: Here, { version, id, command }: SmbCommand, asked: Partial<Asked>): void {
    this.#pending.put(here.flow, version === 2 ? id : command, { ...nothingAsked, ...asked });
  }

  #written(
    here: Here,
    file: OpenFile,
    message: SmbCommand,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (file.writes === undefined) {
      file.writes = this.#note(here, this.#write, { file: file.name });
      this.#wait(here, message, { note: file.writes });
    }
    file.to ??= here.transfer(here.target, 'to', kindOfFile(file.name), file.name);
    carry(here, file.to, message, bytes, start, end, message.offset);
  }

  #answered(here: Here, message: SmbCommand, bytes: Uint8Array, start: number, end: number): boolean {
    const { version, command, status, id, guest, dialect } = message;
    if (guest) here.anomaly('smb.guest', 'session flags', 0);
    if (version === 2 && command === NEGOTIATE && dialect > 0 && dialect !== WILDCARD) {
      here.fact(here.source, 'software', dialectName(dialect));
    }
    if (version === 1 && command === SMB1_NEGOTIATE) here.anomaly('smb.version-1', 'protocol', 4);
    if (status === STILL_TO_COME) return false;
    const asked = this.#pending.take(here.flow, version === 2 ? id : command);
    if (!asked || status === MORE_PROCESSING) return false;
    const { note, file, offset } = asked;
    if (asked.closes) closed(asked.file, status === 0);
    if (status !== 0) {
      if (note >= 0 && status >= 0xc000_0000) here.refuse(note, refusalOf(status));
      return false;
    }
    if (version !== 2 || !file) return false;
    if (command === CREATE && message.file !== '') {
      remember(here.connection(newTalk).files, message.file, file);
    }
    if (command !== READ) return false;
    file.from ??= here.transfer(here.source, 'from', kindOfFile(file.name), file.name);
    carry(here, file.from, message, bytes, start, end, offset);
    return true;
  }

  /** A pipe is a stream: a message may come in several pieces, and a piece may hold several. */
  #piped(
    here: Here,
    { streams }: Talk,
    { at, length }: SmbCommand,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const to = Math.min(end, start + at + length);
    let from = Math.min(end, start + at);
    while (from < to) {
      const stream = streams[here.direction] ?? { assembly: here.assembly(LONGEST_MESSAGE), head: NOTHING };
      streams[here.direction] = undefined;
      const before = stream.assembly.length;
      const head = joined(stream.head, bytes.subarray(from, Math.min(to, from + LONGEST_HEAD)));
      const whole = here.lengthOn(PIPE, head, 0, head.length);
      if (whole < 0 || whole > LONGEST_MESSAGE) return;
      const next = whole > 0 ? Math.min(to, from + Math.max(0, whole - before)) : to;
      if (before === 0 && whole === next - from) here.carry(PIPE, bytes, from, next);
      else if (!stream.assembly.add(here, bytes, from, next)) return;
      else if (stream.assembly.length === whole) here.carryAssembled(PIPE, stream.assembly);
      else streams[here.direction] = { assembly: stream.assembly, head: head.slice(0, LONGEST_HEAD) };
      if (next === from) return;
      from = next;
    }
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** SMB 2.???: which one is to be agreed in another step. */
const WILDCARD = 0x02ff;

type Files = Map<string, OpenFile>;

interface Talk {
  readonly files: Files;
  /** Where what follows a message belongs. */
  readonly rest: { request: Rest | undefined; reply: Rest | undefined };
  /** Messages on pipes of which more is to come. */
  readonly streams: Record<Direction, Stream | undefined>;
}

interface Stream {
  readonly assembly: Assembly;
  /** Its first octets, which say how long it is. */
  readonly head: Uint8Array;
}

interface Rest {
  readonly transfer: Transfer;
  readonly offset: number;
  readonly length: number;
}

const newTalk = (): Talk => ({
  files: new Map(),
  rest: { request: undefined, reply: undefined },
  streams: { request: undefined, reply: undefined },
});

const nothingAsked: Asked = { note: -1, file: undefined, offset: 0, closes: false };

/** Whether or not the answer was seen: nobody goes on with what he closed. */
function ended({ closes, file }: Asked): void {
  if (closes) closed(file, true);
}

function closed(file: OpenFile | undefined, complete: boolean): void {
  file?.to?.end(complete);
  file?.from?.end(complete);
}

/** The data of a command, or what has come of them. */
function carry(
  here: Here,
  transfer: Transfer,
  { at, length }: SmbCommand,
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
): void {
  const from = Math.min(end, start + at);
  const to = Math.min(end, from + length);
  transfer.add(here, bytes, from, to, offset);
  const left = length - (to - from);
  if (left > 0) {
    const rest = { transfer, offset: offset + to - from, length: left };
    here.connection(newTalk).rest[here.direction] = rest;
  }
}

function remember(files: Files, id: string, file: OpenFile): void {
  if (files.size >= MOST_FILES) files.delete(files.keys().next().value!);
  files.set(id, file);
}

const PIPES = /^\\?(srvsvc|wkssvc|lsarpc|samr|netlogon|svcctl|atsvc|winreg|spoolss|browser|epmapper)$/i;
