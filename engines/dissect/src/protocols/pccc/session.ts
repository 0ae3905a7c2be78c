import { LastValues } from '../../analysis/last-values.ts';
import { type Pending, pendingSettings, type Setting, settingOf } from '../../analysis/pending.ts';
import type {
  Capture,
  Context,
  Endpoint,
  Here,
  OperationNote,
  Params,
  Session,
  Teller,
  Transfer,
} from '../../dissector.ts';
import { commandOf, type OperationName } from './commands.ts';
import { addressOf, type Item } from './data-table.ts';
import { type Asked, isReplyCommand, type Message, readMessage, valuesOf, written } from './message.ts';
import { operations } from './operations.ts';
import { refusalOf } from './refusals.ts';

interface Request extends Asked {
  readonly operation: OperationName;
  readonly note: OperationNote;
  /** What the data table holds once the processor agreed. */
  readonly items: readonly Item[];
  /** Of a file that is to be closed. */
  readonly tag: number | undefined;
  readonly setting: Setting;
}

const MOST_FILES = 64;

/** What is on its way over one connection. */
interface Programs {
  readonly to: Map<string, Transfer>;
  readonly from: Map<string, Transfer>;
  /** Open files by the tag the processor gave them. */
  readonly tags: Map<number, string>;
}

const newPrograms = (): Programs => ({ to: new Map(), from: new Map(), tags: new Map() });

const programming: ReadonlySet<OperationName> = new Set([
  'startController',
  'stopController',
  'changeMode',
  'beginDownload',
  'writeProgram',
  'endDownload',
  'beginUpload',
  'endUpload',
  'clearMemory',
  'disableForces',
  'takeEdit',
]);

export class PcccSession implements Session {
  readonly #kinds: ReadonlyMap<OperationName, number>;
  readonly #waiting: Pending<Request>;
  readonly #last: LastValues;
  /** The request of the reply at hand. */
  #replyTo: Request | undefined;

  constructor(capture: Capture) {
    this.#kinds = new Map(
      Object.entries(operations).map(([name, kind]) => [name as OperationName, capture.operation(kind)]),
    );
    this.#waiting = pendingSettings<Request>(capture, (as, of, { items }) => this.#saw(as, of, items, true));
    this.#last = capture.bounded('memories', new LastValues());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#replyTo = undefined;
    const reader = here.reader.reset(bytes, start, end);
    // `carrierAt` tells apart those who share a connection.
    const key =
      end - start < 4
        ? 0
        : here.carrierAt ^ Math.imul(bytes[start + 2]! | (bytes[start + 3]! << 8), 0x9e37_79b1);
    const isReply = start < end && isReplyCommand(bytes[start]!);
    here.turn(isReply ? 'reply' : 'request');
    if (!isReply) return this.#asked(here, key, readMessage(reader), bytes, start);
    const request = this.#waiting.take(here.flow, key);
    this.#replyTo = request;
    const message = readMessage(reader, request);
    if (request) this.#answered(here, request, message, bytes, start);
  }

  context(): Context | undefined {
    return this.#replyTo && { asked: written(this.#replyTo) };
  }

  finish(): void {
    this.#waiting.finish();
  }

  #asked(here: Here, key: number, message: Message, bytes: Uint8Array, start: number): void {
    const { operation, body } = message;
    const note = here.operation(this.#kinds.get(operation)!);
    const programs = here.connection(newPrograms);
    const asked = named(message.asked, body.tag, programs);
    const items = body.items ?? [];
    if (here.wanted(note)) here.describe(note, this.#paramsOf(here.target, message, asked));
    if (programming.has(operation)) here.role(here.source, 'engineering', 'inferred', 'pccc.programs');
    if (operation === 'writeProgram' && asked.file !== undefined && body.start !== undefined) {
      const transfer = transferOf(programs.to, asked.file, () =>
        here.transfer(here.target, 'to', 'program', asked.file!),
      );
      transfer?.add(here, bytes, start + body.start, start + body.end!, asked.offset);
    }
    this.#waiting.put(here.flow, key, {
      ...asked,
      operation,
      note,
      items,
      tag: body.tag,
      setting: settingOf(here),
    });
  }

  #paramsOf(target: Endpoint, { body }: Message, { code, place, file }: Asked): Params {
    const { items = [], mode, params } = body;
    const address = place && addressOf(place);
    const before = items.map((item) => this.#before(target, item));
    return {
      command: commandOf(code).name,
      ...(address !== undefined && { address }),
      ...(file !== undefined && { file }),
      ...params,
      ...(mode !== undefined && { mode }),
      ...(items.length > 0 && { values: valuesOf(items) }),
      ...(before.some((value) => value !== null) && { before: before.slice(0, MOST_SHOWN) }),
    };
  }

  #before(target: Endpoint, { index, bit }: Item): number | null {
    const word = index < 0 ? undefined : this.#last.get(target, index);
    if (word === undefined) return null;
    return bit < 0 ? word : (word >> bit) & 1;
  }

  #answered(here: Here, request: Request, message: Message, bytes: Uint8Array, start: number): void {
    const { status, extended, body } = message;
    const { note, operation, items, file } = request;
    if (status !== 0) return here.refuse(note, refusalOf(status, extended));
    const programs = here.connection(newPrograms);
    if (body.processor) {
      here.fact(here.source, 'vendor', 'Rockwell Automation/Allen-Bradley', 'inferred');
      here.fact(here.source, 'product', body.processor);
    }
    if (
      operation === 'openFile' &&
      file !== undefined &&
      body.tag !== undefined &&
      programs.tags.size < MOST_FILES
    ) {
      programs.tags.set(body.tag, file);
    } else if (operation === 'closeFile' && request.tag !== undefined) {
      programs.tags.delete(request.tag);
      if (file !== undefined) for (const way of [programs.to, programs.from]) endOf(way, file);
    } else if (operation === 'readProgram' && file !== undefined && body.start !== undefined) {
      const transfer = transferOf(programs.from, file, () =>
        here.transfer(here.source, 'from', 'program', file),
      );
      transfer?.add(here, bytes, start + body.start, start + body.end!, request.offset);
    } else if (operation === 'endDownload') endAll(programs.to);
    else if (operation === 'endUpload') endAll(programs.from);
    this.#saw(here, here.source, items, true);
    const read = body.items ?? [];
    this.#saw(here, here.source, read, false);
    if (!here.wanted(note)) return;
    if (read.length > 0) here.describe(note, { values: valuesOf(read) });
    else if (body.params && operation !== 'readProgram') here.describe(note, body.params);
  }

  #saw(here: Teller, about: Endpoint, items: readonly Item[], set: boolean): void {
    for (const { name, value, index, bit } of items) {
      if (typeof value !== 'number') continue;
      here.variableNamed(about, name, value, set);
      const word = bit < 0 ? value : ((this.#last.get(about, index) ?? 0) & ~(1 << bit)) | (value << bit);
      this.#last.put(about, index, word);
    }
  }
}

const MOST_SHOWN = 32;

/** Of a file that was opened before only its tag is told. */
function named(asked: Asked, tag: number | undefined, { tags }: Programs): Asked {
  const file = tag === undefined ? undefined : tags.get(tag);
  return file === undefined ? asked : { ...asked, file };
}

function transferOf(
  transfers: Map<string, Transfer>,
  file: string,
  begin: () => Transfer,
): Transfer | undefined {
  const known = transfers.get(file);
  if (known || transfers.size >= MOST_FILES) return known;
  const transfer = begin();
  transfers.set(file, transfer);
  return transfer;
}

function endOf(transfers: Map<string, Transfer>, file: string): void {
  transfers.get(file)?.end(true);
  transfers.delete(file);
}

function endAll(transfers: Map<string, Transfer>): void {
  for (const file of transfers.keys()) endOf(transfers, file);
}
