import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import { Refusals } from '../../analysis/refusals.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  OURS,
  type OperationNote,
  type Session,
  type Transfer,
} from '../../dissector.ts';
import { kindOfFile } from '../files/kinds.ts';
import { READ_FILE, WRITE_FILE } from './operations.ts';

const PORT = 69;

// RFC 1350, 5; RFC 2347.
const READ = 1;
const WRITE = 2;
const DATA = 3;
const ERROR = 5;
const OPTIONS = 6;
const codes: Record<number, string> = {
  [READ]: 'read',
  [WRITE]: 'write',
  [DATA]: 'data',
  4: 'acknowledgement',
  [ERROR]: 'error',
  [OPTIONS]: 'options accepted',
};
const USUAL_BLOCK = 512;
const MOST_TRANSFERS = 256;

const refusals = new Refusals('tftp');
/** RFC 1350, appendix; the last of RFC 2347. */
const errors: Record<number, string> = {
  0: 'not defined',
  1: 'file not found',
  2: 'access violation',
  3: 'disk full',
  4: 'illegal operation',
  5: 'unknown transfer',
  6: 'file already exists',
  7: 'no such user',
  8: 'option refused',
};
const refusalOf = refusals.numbered(errors);
/** By operation. */
const sections: Record<number, string> = {
  [READ]: 'RFC 1350, 5, figure 5-1',
  [WRITE]: 'RFC 1350, 5, figure 5-1',
  [DATA]: 'RFC 1350, 5, figure 5-2',
  4: 'RFC 1350, 5, figure 5-3',
  [ERROR]: 'RFC 1350, 5, figure 5-4',
  [OPTIONS]: 'RFC 2347',
};
const modes: Record<string, string> = {
  netascii: 'lines of text',
  octet: 'octets as they are',
  mail: 'to a user instead of into a file',
};

export interface TftpMessage {
  readonly code: number;
  readonly file: string;
  readonly block: number;
  readonly error: number;
  /** Where the data begin. */
  readonly at: number;
  readonly options: readonly string[];
}

export const tftp: Dissector<TftpMessage> = {
  name: 'tftp',
  title: 'TFTP',
  reference: 'RFC 1350; RFC 2347 (options)',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const code = end - start >= 4 ? u16At(bytes, start) : 0;
    return expected && code >= READ && code <= OPTIONS ? OURS : NOT_OURS;
  },

  read: readTftp,
  begin: (capture) => new TftpSession(capture),
};

function readTftp(reader: ByteReader): TftpMessage {
  const head = reader.peekBytes(2);
  const kind = head.length < 2 ? 0 : u16At(head, 0);
  reader.open(codes[kind] ?? 'message', sections[kind] ?? 'RFC 1350, 5');
  const code = reader.u16('operation', codes);
  const message = { code, file: '', block: 0, error: 0, at: 4, options: [] as string[] };
  switch (code) {
    case READ:
    case WRITE:
      message.file = readString(reader, 'file');
      reader.remark(modes[readString(reader, 'mode').toLowerCase()] ?? '');
      if (reader.remaining > 0) readOptions(reader, message.options);
      break;
    case OPTIONS:
      readOptions(reader, message.options);
      break;
    case ERROR:
      message.error = reader.u16('error', errors);
      reader.text(reader.remaining, 'message');
      break;
    default:
      message.block = reader.u16('block');
      if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  }
  reader.close();
  return message;
}

/** Names and values in turn. */
function readOptions(reader: ByteReader, options: string[]): void {
  reader.open('options', 'RFC 2347');
  while (reader.remaining > 0)
    options.push(readString(reader, options.length % 2 === 0 ? 'option' : 'value'));
  reader.close();
}

/** Ends with a NUL. */
function readString(reader: ByteReader, field: string): string {
  const rest = reader.peekBytes(reader.remaining);
  const end = rest.indexOf(0);
  return reader.text(end < 0 ? rest.length : end + 1, field);
}

/** One file on its way. */
interface Carrying {
  readonly transfer: Transfer;
  readonly note: OperationNote;
  block: number;
  size: number;
}

class TftpSession implements Session {
  readonly #read: number;
  readonly #write: number;
  /** By the port of the client; the server answers from one that it chooses for each file. */
  readonly #carrying = new Map<string, Carrying>();

  constructor(capture: Capture) {
    this.#read = capture.operation(READ_FILE);
    this.#write = capture.operation(WRITE_FILE);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readTftp(here.reader.reset(bytes, start, end));
    if (message.code === READ || message.code === WRITE) return this.#begin(here, message);
    const fromServer = `${here.target} ${here.targetPort}`;
    const carrying =
      this.#carrying.get(fromServer) ?? this.#carrying.get(`${here.source} ${here.sourcePort}`);
    if (!carrying) return;
    here.turn(this.#carrying.has(fromServer) ? 'reply' : 'request');
    if (message.code === OPTIONS) carrying.size = blockSize(message.options);
    else if (message.code === ERROR) here.refuse(carrying.note, refusalOf(message.error));
    else if (message.code === DATA) data(here, carrying, message.block, bytes, start + message.at, end);
  }

  #begin(here: Here, { code, file }: TftpMessage): void {
    here.turn('request');
    const note = here.operation(code === READ ? this.#read : this.#write);
    if (here.wanted(note)) here.describe(note, { file });
    const way = code === READ ? 'from' : 'to';
    const transfer = here.transfer(here.target, way, kindOfFile(file), file);
    const client = `${here.source} ${here.sourcePort}`;
    this.#carrying.delete(client);
    if (this.#carrying.size >= MOST_TRANSFERS) this.#carrying.delete(this.#carrying.keys().next().value!);
    this.#carrying.set(client, { transfer, note, block: 0, size: USUAL_BLOCK });
    here.expect('udp', here.source, here.sourcePort, 'tftp');
  }
}

/** Blocks are counted from 1 and begin again after 65,535; the last one is shorter than the others. */
function data(
  here: Here,
  carrying: Carrying,
  block: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  const ahead = (block - carrying.block) & 0xffff;
  if (ahead > 0x7fff || carrying.block + ahead === 0) return;
  carrying.block += ahead;
  carrying.transfer.add(here, bytes, start, end, (carrying.block - 1) * carrying.size);
  if (end - start < carrying.size) carrying.transfer.end(true);
}

function blockSize(options: readonly string[]): number {
  const at = options.findIndex((option) => option.toLowerCase() === 'blksize');
  const size = Number(options[at + 1]);
  return at >= 0 && size >= 8 && size <= 65_464 ? size : USUAL_BLOCK;
}
