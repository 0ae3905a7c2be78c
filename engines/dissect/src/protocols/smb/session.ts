import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import type { Capture, Here, OperationNote, Session, Transfer } from '../../dissector.ts';
import { kindOfFile } from '../files/kinds.ts';
import { AUTHENTICATE, tellNtlm } from '../ntlm/ntlm.ts';
import {
  CLOSE,
  CREATE,
  dialectName,
  MORE_PROCESSING,
  NEGOTIATE,
  READ,
  readSmb,
  SMB1_CREATE,
  SMB1_NEGOTIATE,
  type SmbMessage,
  WRITE,
} from './message.ts';
import { ADMINISTER, CONNECT, OPEN, REMOTE_CONTROL, SIGN_IN, WRITE as WRITE_FILE } from './operations.ts';

const MOST_FILES = 256;

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
  readonly note: OperationNote;
  readonly name: string;
  readonly file: OpenFile | undefined;
  readonly offset: number;
}

export class SmbSession implements Session {
  readonly #signIn: number;
  readonly #connect: number;
  readonly #administer: number;
  readonly #open: number;
  readonly #control: number;
  readonly #write: number;
  readonly #pending: Pending<Asked>;

  constructor(capture: Capture) {
    this.#signIn = capture.operation(SIGN_IN);
    this.#connect = capture.operation(CONNECT);
    this.#administer = capture.operation(ADMINISTER);
    this.#open = capture.operation(OPEN);
    this.#control = capture.operation(REMOTE_CONTROL);
    this.#write = capture.operation(WRITE_FILE);
    this.#pending = capture.bounded('requests', new Pending());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readSmb(here.reader.reset(bytes, start, end));
    const talk = here.connection(newTalk);
    talk.rest[here.direction] = undefined;
    if (message.missing > 0 && !here.cut) here.follows(message.missing);
    if (message.version === 0) return;
    here.turn(message.reply ? 'reply' : 'request');
    if (message.ntlm) tellNtlm(here, message.ntlm);
    // The system that signs in says so itself, and the one that answers too.
    here.fact(here.source, 'os', message.os);
    if (message.reply) this.#answered(here, message, bytes, start, end);
    else this.#asked(here, message, bytes, start, end);
  }

  content(here: Here, bytes: Uint8Array, start: number, end: number, offset: number): void {
    const rest = here.connection(newTalk).rest[here.direction];
    rest?.transfer.add(here, bytes, start, end, rest.offset + offset);
  }

  #asked(here: Here, message: SmbMessage, bytes: Uint8Array, start: number, end: number): void {
    const { version, command, name, ntlm, id } = message;
    if (ntlm?.kind === AUTHENTICATE && ntlm.user !== '') {
      const user = ntlm.domain === '' ? ntlm.user : `${ntlm.domain}\\${ntlm.user}`;
      return this.#wait(here, message, this.#note(here, this.#signIn, { user }));
    }
    if (name !== '') {
      const kind = this.#kindOf(version, command, name);
      const share = kind === this.#connect || kind === this.#administer;
      return this.#wait(here, message, this.#note(here, kind, share ? { share: name } : { file: name }));
    }
    if (version !== 2) return;
    const { files } = here.connection(newTalk);
    if (command === WRITE) this.#written(here, files, message, bytes, start, end);
    else if (command === READ) {
      const file = files.get(message.file);
      if (file) this.#pending.put(here.flow, id, { note: -1, name: '', file, offset: message.offset });
    } else if (command === CLOSE) {
      const file = files.get(message.file);
      file?.to?.end(true);
      file?.from?.end(true);
      files.delete(message.file);
    }
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
  #wait(here: Here, { version, id, command, name }: SmbMessage, note: OperationNote): void {
    this.#pending.put(here.flow, version === 2 ? id : command, { note, name, file: undefined, offset: 0 });
  }

  #written(
    here: Here,
    files: Files,
    message: SmbMessage,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const file = files.get(message.file);
    if (!file) return;
    if (file.writes === undefined) file.writes = this.#note(here, this.#write, { file: file.name });
    file.to ??= here.transfer(here.target, 'to', kindOfFile(file.name), file.name);
    carry(here, file.to, message, bytes, start, end, message.offset);
  }

  #answered(here: Here, message: SmbMessage, bytes: Uint8Array, start: number, end: number): void {
    const { version, command, status, id, guest, dialect } = message;
    if (guest) here.anomaly('smb.guest', 'session flags', 0);
    if (version === 2 && command === NEGOTIATE && dialect > 0 && dialect !== WILDCARD) {
      here.fact(here.source, 'software', dialectName(dialect));
    }
    if (version === 1 && command === SMB1_NEGOTIATE) here.anomaly('smb.version-1', 'protocol', 4);
    const asked = this.#pending.take(here.flow, version === 2 ? id : command);
    if (!asked || status === MORE_PROCESSING) return;
    if (status !== 0) {
      if (asked.note >= 0 && status >= 0xc000_0000) here.refuse(asked.note, refusalOf(status));
      return;
    }
    if (version !== 2) return;
    if (command === CREATE && message.file !== '')
      remember(here.connection(newTalk).files, message.file, asked.name);
    if (command === READ && asked.file) {
      const { file, offset } = asked;
      file.from ??= here.transfer(here.source, 'from', kindOfFile(file.name), file.name);
      carry(here, file.from, message, bytes, start, end, offset);
    }
  }
}

/** SMB 2.???: which one is to be agreed in another step. */
const WILDCARD = 0x02ff;

type Files = Map<string, OpenFile>;

interface Talk {
  readonly files: Files;
  /** Where what follows a message belongs. */
  readonly rest: { request: Rest | undefined; reply: Rest | undefined };
}

interface Rest {
  readonly transfer: Transfer;
  readonly offset: number;
}

const newTalk = (): Talk => ({ files: new Map(), rest: { request: undefined, reply: undefined } });

/** The data of a message, or what has come of them. */
function carry(
  here: Here,
  transfer: Transfer,
  { at, length, missing }: SmbMessage,
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
): void {
  const from = Math.min(end, start + at);
  const to = Math.min(end, from + length);
  transfer.add(here, bytes, from, to, offset);
  if (missing > 0) here.connection(newTalk).rest[here.direction] = { transfer, offset: offset + to - from };
}

/** Pipes are open like files, and are not. */
function remember(files: Files, file: string, name: string): void {
  if (name === '' || PIPES.test(name)) return;
  if (files.size >= MOST_FILES) files.delete(files.keys().next().value!);
  files.set(file, { name });
}

const PIPES = /^\\?(srvsvc|wkssvc|lsarpc|samr|netlogon|svcctl|atsvc|winreg|spoolss|browser|epmapper)$/i;
