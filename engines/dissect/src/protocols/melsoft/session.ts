import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import {
  type Capture,
  type Endpoint,
  type Here,
  NOBODY,
  type OperationNote,
  type Session,
  type Transfer,
} from '../../dissector.ts';
import { melsoftRefusalOf } from '../melsec/refusals.ts';
import { FILE_CLOSE, FILE_OPEN, FILE_READ, FILE_WRITE, type Frame, readMelsoft } from './frame.ts';
import { operations, search, unknownCommand } from './operations.ts';

const MOST_FILES = 256;

interface Request {
  readonly note: OperationNote;
  readonly command: number;
  readonly file: string;
  readonly handle: number;
  readonly offset: number;
}

interface OpenFile {
  readonly name: string;
  readonly device: Endpoint;
  transfer: Transfer | undefined;
}

export class MelsoftSession implements Session {
  readonly #kinds: Kinds;
  readonly #search: number;
  readonly #waiting: Pending<Request>;
  /**
   * Over UDP both sides broadcast, each exchange from another port: neither addresses nor connections tell what belongs
   * together, only handles do.
   */
  readonly #files = new Map<number, OpenFile>();

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownCommand);
    this.#search = capture.operation(search);
    this.#waiting = capture.bounded('requests', new Pending<Request>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const frame = readMelsoft(here.reader.reset(bytes, start, end));
    here.turn(frame.isReply ? 'reply' : 'request');
    if (frame.isReply) this.#answered(here, frame, bytes);
    else this.#asked(here, frame, bytes);
  }

  #asked(here: Here, { command, reference, body }: Frame, bytes: Uint8Array): void {
    if (command < 0) return void here.operation(this.#search);
    const note = here.operation(this.#kinds.of(command));
    const { handle = -1, offset = 0, length, content, file = '' } = body;
    const open = this.#files.get(handle);
    const name = file || (open?.name ?? '');
    if (here.wanted(note)) {
      here.describe(note, {
        ...(!(command in operations) && { command: `0x${command.toString(16).padStart(4, '0')}` }),
        ...(name !== '' && { file: name }),
        ...(handle >= 0 && { offset }),
        ...(length !== undefined && { octets: length }),
      });
    }
    if (command === FILE_WRITE && open && content) this.#carry(here, open, 'to', content, offset, bytes);
    if (command === FILE_CLOSE && open) {
      open.transfer?.end(true);
      this.#files.delete(handle);
    }
    this.#waiting.put(here.sourcePort, reference, { note, command, file, handle, offset });
  }

  #answered(here: Here, { command, reference, status, body }: Frame, bytes: Uint8Array): void {
    if (command < 0) return;
    const request = this.#waiting.take(here.targetPort, reference);
    if (body.model !== undefined) {
      here.fact(here.source, 'vendor', 'Mitsubishi Electric', 'inferred');
      here.fact(here.source, 'model', body.model);
    }
    if (request?.command !== command) return;
    if (status !== 0) return here.refuse(request.note, melsoftRefusalOf(status));
    if (command === FILE_OPEN && body.handle !== undefined) {
      const room = this.#files.size < MOST_FILES || this.#files.has(body.handle);
      const file = { name: request.file, device: here.source, transfer: undefined };
      if (room) this.#files.set(body.handle, file);
    }
    const open = this.#files.get(request.handle);
    if (command === FILE_READ && open && body.content) {
      this.#carry(here, open, 'from', body.content, request.offset, bytes);
    }
  }

  #carry(
    here: Here,
    file: OpenFile,
    way: 'to' | 'from',
    content: Uint8Array,
    offset: number,
    bytes: Uint8Array,
  ): void {
    const about = file.device === NOBODY ? here.target : file.device;
    file.transfer ??= here.transfer(about, way, kindOf(file.name), file.name);
    const from = content.byteOffset - bytes.byteOffset;
    file.transfer.add(here, bytes, from, from + content.length, offset);
  }
}

/** As GX Works names what it keeps in a CPU. */
function kindOf(name: string): 'program' | 'configuration' | 'file' {
  if (/\.(PRG|PFB|CAB|QPG|QPA)$/i.test(name)) return 'program';
  return /\.(PRM|QPR|SYU)$/i.test(name) ? 'configuration' : 'file';
}
