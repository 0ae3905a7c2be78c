import { Kinds } from '../../analysis/kinds.ts';
import { LastValues } from '../../analysis/last-values.ts';
import { type Pending, pendingSettings, type Setting, settingOf } from '../../analysis/pending.ts';
import { u16At, u32At } from '../../bytes/byte-reader.ts';
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
import { addressAfter, addressName, sizeOf } from './areas.ts';
import {
  type Body,
  CODE_AT,
  type Frame,
  FRAME_SENT,
  HEADER,
  isTcp,
  type Place,
  readFins,
  RESPONSE,
  TCP_HEADER,
} from './frame.ts';
import { connect, operations, unknownCommand } from './operations.ts';
import { refusalOf, tcpRefusalOf } from './refusals.ts';

const MOST_SHOWN = 32;
const MEMORY_READ = 0x0101;
const MEMORY_WRITE = 0x0102;
const MEMORY_FILL = 0x0103;
const MULTIPLE_READ = 0x0104;
const MEMORY_TRANSFER = 0x0105;
const PROGRAM_READ = 0x0306;
const PROGRAM_WRITE = 0x0307;
const FILE_READ = 0x2202;
const FILE_WRITE = 0x2203;
const NO_ERRORS = 0;
const NO_AREA = -1;
const LINK = 0x1_0000;

interface Request {
  readonly note: OperationNote;
  readonly places: readonly Place[];
  readonly values: readonly number[];
  readonly file: string;
  /** Of values that are set. */
  readonly setting: Setting | undefined;
}

interface Connection {
  /** Under way, by name. */
  readonly transfers: Map<string, Transfer>;
}

export class FinsSession implements Session {
  readonly #requests;
  readonly #responses;
  readonly #kinds: Kinds;
  readonly #connect: number;
  readonly #family: number;
  readonly #waiting: Pending<Request>;
  readonly #last: LastValues;
  /** That the reply at hand was asked for. */
  #area = NO_AREA;

  constructor(capture: Capture) {
    this.#requests = capture.counter('fins_command_request', hexadecimal);
    this.#responses = capture.counter('fins_command_response', hexadecimal);
    this.#kinds = new Kinds(capture, operations, unknownCommand);
    this.#connect = capture.operation(connect);
    this.#family = capture.variables((index) =>
      addressName(Math.floor(index / 0x100_0000), (index >>> 8) & 0xffff, index & 0xff),
    );
    this.#last = capture.bounded('memories', new LastValues());
    this.#waiting = pendingSettings<Request>(capture, (as, of, { places, values }) =>
      this.#saw(as, of, places, values, true),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#area = NO_AREA;
    const frameAt = isTcp(bytes, start, end) ? start + TCP_HEADER : start;
    if (frameAt > start && (u32At(bytes, start + 8) !== FRAME_SENT || end === frameAt)) {
      return this.#linked(here, readFins(here.reader.reset(bytes, start, end), undefined));
    }
    if (end - frameAt < HEADER + 2) return void readFins(here.reader.reset(bytes, start, end), undefined);
    const isReply = (bytes[frameAt]! & RESPONSE) !== 0;
    const code = u16At(bytes, frameAt + CODE_AT);
    (isReply ? this.#responses : this.#requests).add(code);
    here.turn(isReply ? 'reply' : 'request');
    const key = keyOf(bytes, frameAt, code, isReply);
    if (!isReply) return this.#asked(here, bytes, start, end, key);
    const request = this.#waiting.take(here.flow, key);
    const area = request?.places[0]?.area;
    this.#area = area ?? NO_AREA;
    const frame = readFins(here.reader.reset(bytes, start, end), area);
    this.#answered(here, request, frame, bytes);
  }

  context(): Context | undefined {
    return this.#area === NO_AREA ? undefined : { area: this.#area };
  }

  finish(): void {
    this.#waiting.finish();
  }

  #linked(here: Here, { link }: Frame): void {
    if (!link) return;
    here.turn(link.command === 0 ? 'request' : 'reply');
    if (link.command === 0) {
      const note = here.operation(this.#connect);
      if (here.wanted(note)) here.describe(note, { source: link.client ?? 0 });
      this.#waiting.put(here.flow, LINK, { note, places: [], values: [], file: '', setting: undefined });
      return;
    }
    const request = this.#waiting.take(here.flow, LINK);
    if (link.error !== NO_ERRORS && request) here.refuse(request.note, tcpRefusalOf(link.error));
  }

  #asked(here: Here, bytes: Uint8Array, start: number, end: number, key: number): void {
    const { code, body } = readFins(here.reader.reset(bytes, start, end), undefined);
    const note = here.operation(this.#kinds.of(code));
    const { places = [], values = [], file = '', secret } = body;
    if (here.wanted(note)) here.describe(note, this.#paramsOf(here.target, code, body));
    if (body.surplus) {
      here.anomaly('omron-fins.elements-and-data-differ', 'number of elements', HEADER + 6, {
        surplus: body.surplus,
      });
    }
    if (secret !== undefined) here.credentials('FINS program protection', '', secret);
    if (code === PROGRAM_WRITE || code === PROGRAM_READ) {
      here.role(here.source, 'engineering', 'inferred', 'omron-fins.transfers-program');
    }
    if (code === PROGRAM_WRITE) this.#carry(here, here.target, 'to', programName(body), body, bytes);
    if (code === FILE_WRITE) this.#carry(here, here.target, 'to', file, body, bytes);
    const sets = code === MEMORY_WRITE ? values : code === MEMORY_FILL ? filled(places, values) : undefined;
    const setting = sets && settingOf(here);
    this.#waiting.put(here.flow, key, { note, places, values: sets ?? values, file, setting });
  }

  #paramsOf(target: Endpoint, code: number, body: Body): Params {
    const { places = [], values, program, offset, data, mode, name, file, params } = body;
    const isKnown = code in operations;
    const [from, to] = places;
    if (code === MEMORY_TRANSFER && from && to) return { items: rangeName(from), destination: rangeName(to) };
    const before = code === MEMORY_WRITE ? this.#before(target, places) : [];
    return {
      ...(!isKnown && { command: `0x${code.toString(16).padStart(4, '0')}` }),
      ...(places.length > 0 && { items: places.slice(0, MOST_SHOWN).map(rangeName) }),
      ...(values && { values: values.slice(0, MOST_SHOWN) }),
      ...(before.some((value) => value !== null) && { before }),
      ...(program !== undefined && { program }),
      ...(offset !== undefined && { offset }),
      ...(data && { octets: data.length }),
      ...(mode !== undefined && { mode }),
      ...(name !== undefined && { name }),
      ...(file !== undefined && { file }),
      ...params,
    };
  }

  #before(target: Endpoint, [place]: readonly Place[]): (number | null)[] {
    if (!place) return [];
    const count = Math.min(place.count, MOST_SHOWN);
    return Array.from({ length: count }, (_, i) => this.#last.get(target, indexOf(place, i)) ?? null);
  }

  #answered(here: Here, request: Request | undefined, frame: Frame, bytes: Uint8Array): void {
    const { code, endCode, body } = frame;
    if (endCode !== 0) {
      if (request) here.refuse(request.note, refusalOf(endCode));
      return;
    }
    this.#introduce(here, body);
    if (code === PROGRAM_READ) this.#carry(here, here.source, 'from', programName(body), body, bytes);
    if (!request) return;
    const { note, places, file, setting } = request;
    if (setting) this.#saw(here, here.source, places, request.values, true);
    const { values, mode, params, name } = body;
    if (code === FILE_READ) this.#carry(here, here.source, 'from', file, body, bytes);
    if (values && (code === MEMORY_READ || code === MULTIPLE_READ)) {
      this.#saw(here, here.source, places, values, false);
    }
    if (!here.wanted(note)) return;
    if (values) here.describe(note, { values: values.slice(0, MOST_SHOWN) });
    if (mode !== undefined) here.describe(note, { mode });
    if (params?.['time'] !== undefined) here.describe(note, params);
    if (name !== undefined) here.describe(note, { name });
  }

  #introduce(here: Here, { model, version, name, units = [], errors }: Body): void {
    if (model !== undefined) {
      here.fact(here.source, 'vendor', 'OMRON', 'inferred');
      here.fact(here.source, 'model', model);
      here.fact(here.source, 'firmware', version ?? '');
    }
    if (name !== undefined) here.fact(here.source, 'name', name);
    for (const unit of units.slice(0, MOST_SHOWN)) here.fact(here.source, 'module', unit);
    if (errors && errors.fatal !== NO_ERRORS) {
      here.anomaly('omron-fins.fatal-error', 'fatal errors', HEADER + 6, {
        errors: `0x${errors.fatal.toString(16).padStart(4, '0')}`,
        ...(errors.message !== '' && { message: errors.message }),
      });
    }
  }

  #saw(
    here: Teller,
    about: Endpoint,
    places: readonly Place[],
    values: readonly number[],
    set: boolean,
  ): void {
    const [first] = places;
    if (!first) return;
    values.forEach((value, i) => {
      const index = places.length > 1 ? indexOf(places[i] ?? first, 0) : indexOf(first, i);
      here.variable(about, this.#family, index, value, set);
      this.#last.put(about, index, value);
    });
  }

  #carry(here: Here, about: Endpoint, way: 'to' | 'from', name: string, body: Body, bytes: Uint8Array): void {
    const { data, offset, last = false } = body;
    if (!data || data.length === 0) return;
    const { transfers } = here.connection(newConnection);
    const key = `${way} ${name}`;
    let transfer = transfers.get(key);
    if (!transfer) {
      transfer = here.transfer(about, way, body.program === undefined ? 'file' : 'program', name);
      if (transfers.size < MOST_SHOWN) transfers.set(key, transfer);
    }
    const from = data.byteOffset - bytes.byteOffset;
    transfer.add(here, bytes, from, from + data.length, offset);
    if (!last) return;
    transfer.end(true);
    transfers.delete(key);
  }
}

const newConnection = (): Connection => ({ transfers: new Map() });

/** Node that asks, service id and command: what a response repeats. */
function keyOf(bytes: Uint8Array, frameAt: number, code: number, isReply: boolean): number {
  const node = bytes[frameAt + (isReply ? 4 : 7)]!;
  return ((node << 24) | (bytes[frameAt + 9]! << 16) | code) >>> 0;
}

function indexOf({ area, word, bit }: Place, steps: number): number {
  const [at, atBit] = addressAfter(area, word, bit, steps);
  return area * 0x100_0000 + at * 0x100 + atBit;
}

/** `D100`, or `D100 to D109`. */
function rangeName({ area, word, bit, count }: Place): string {
  const first = addressName(area, word, bit);
  if (count <= 1 || sizeOf(area) === 0) return first;
  return `${first} to ${addressName(area, ...addressAfter(area, word, bit, count - 1))}`;
}

function filled([place]: readonly Place[], [value = 0]: readonly number[]): number[] {
  return Array.from({ length: Math.min(place?.count ?? 0, MOST_SHOWN) }, () => value);
}

function programName({ program = 0 }: Body): string {
  return `program ${program}`;
}

/** As the reference counts name them. */
function hexadecimal(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}
