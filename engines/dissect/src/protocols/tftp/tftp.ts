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
/** RFC 1350, 5, appendix. */
const refusalOf = refusals.numbered({
  0: 'not defined',
  1: 'file not found',
  2: 'access violation',
  3: 'disk full',
  4: 'illegal operation',
  5: 'unknown transfer',
  6: 'file already exists',
  7: 'no such user',
  8: 'option refused',
});

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
  reference: 'RFC 1350; RFC 2347',
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
  const code = reader.u16('operation', codes);
  const message = { code, file: '', block: 0, error: 0, at: 4, options: [] as string[] };
  switch (code) {
    case READ:
    case WRITE:
      message.file = readString(reader, 'file');
      readString(reader, 'mode');
      while (reader.remaining > 0) message.options.push(readString(reader, 'option'));
      break;
    case OPTIONS:
      while (reader.remaining > 0) message.options.push(readString(reader, 'option'));
      break;
    case ERROR:
      message.error = reader.u16('error');
      reader.text(reader.remaining, 'message');
      break;
    default:
      message.block = reader.u16('block');
      if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  }
  return message;
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
