import { Kinds } from '../../analysis/kinds.ts';
import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import { textUpToNul } from '../../analysis/untyped.ts';
import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import type {
  Capture,
  Endpoint,
  Here,
  OperationNote,
  Refusal,
  Session,
  Teller,
  Transfer,
} from '../../dissector.ts';
import {
  type AmsMessage,
  type Body,
  COMMAND_AT,
  FLAGS_AT,
  HEADER,
  readAms,
  symbolsIn,
  TCP_HEADER,
} from './ams.ts';
import {
  ADD_NOTIFICATION,
  FILE_CLOSE,
  FILE_DELETE,
  FILE_FIND,
  FILE_OPEN,
  FILE_READ,
  FILE_RENAME,
  FILE_WRITE,
  groups,
  HANDLE_BY_NAME,
  INFO_BY_NAME,
  INFO_BY_NAME_EX,
  INPUT_BYTES,
  MEMORY_BITS,
  MEMORY_BYTES,
  NOTIFICATION,
  OUTPUT_BITS,
  placeName,
  portName,
  READ,
  READ_DEVICE_INFO,
  READ_STATE,
  READ_WRITE,
  REGISTRY,
  RELEASE_HANDLE,
  RESET,
  RESPONSE,
  SHUTDOWN,
  START_PROCESS,
  states,
  SUM_READ,
  SUM_READ_WRITE,
  SUM_WRITE,
  SYMBOL_UPLOAD,
  TARGET_DESCRIPTION,
  VALUE_BY_HANDLE,
  VALUE_BY_NAME,
  WRITE,
  WRITE_CONTROL,
} from './names.ts';
import {
  notification,
  operations,
  readRegistry,
  restart,
  services,
  unknownCommand,
  writeRegistry,
} from './operations.ts';
import { missingKey, refusalOf } from './refusals.ts';
import { numberOf, shownData, type Symbol, UNKNOWN_TYPE } from './symbols.ts';

const MOST_TARGETS = 1_024;
const MOST_SYMBOLS = 8_192;
const MOST_HANDLES = 4_096;
const MOST_SHOWN = 32;
const TARGET_PORT_AT = TCP_HEADER + 6;
const BODY_AT = TCP_HEADER + HEADER;
const SYSTEM_SERVICE = 10_000;
const FILE_NOT_FOUND = 2;

/** Where a value is, and what is known of it. */
interface Place {
  readonly name: string;
  readonly type: number;
  /** A value of the process rather than of TwinCAT itself. */
  readonly process: boolean;
}

/** What is known of one AMS port of one device. */
interface Target {
  /** By group and offset. */
  readonly symbols: Map<number, Symbol>;
  readonly types: Map<string, number>;
  readonly handles: Map<number, string>;
  readonly subscriptions: Map<number, Place>;
  readonly files: Map<number, OpenFile>;
  /** What was last seen at a place, so that a write can tell what was before. */
  readonly last: Map<string, number | string>;
  state: number;
}

interface OpenFile {
  readonly name: string;
  transfer: Transfer | undefined;
}

interface Request {
  readonly note: OperationNote;
  readonly command: number;
  readonly group: number;
  readonly offset: number;
  readonly places: readonly (Place & { readonly group: number; readonly length: number })[];
  readonly text: string;
  /** What the places are to hold, until the target says that they do. */
  readonly writes: Writes | undefined;
}

interface Writes extends Setting {
  readonly target: Target;
  readonly data: readonly Uint8Array[];
}

/** Of one value: more is no number. */
const MOST_KEPT = 256;

const noPlaces: Request['places'] = [];

export class AdsSession implements Session {
  readonly #commands;
  readonly #kinds: Kinds;
  readonly #services = new Map<number, number>();
  readonly #restart: number;
  readonly #notification: number;
  readonly #readRegistry: number;
  readonly #writeRegistry: number;
  readonly #waiting: Pending<Request>;
  readonly #targets = new Map<number, Target>();

  constructor(capture: Capture) {
    this.#commands = capture.counter('ads_cmd');
    this.#kinds = new Kinds(capture, operations, unknownCommand);
    const own = new Kinds(capture, services, unknownCommand);
    for (const group of Object.keys(services)) this.#services.set(Number(group), own.of(Number(group)));
    this.#restart = capture.operation(restart);
    this.#notification = capture.operation(notification);
    this.#readRegistry = capture.operation(readRegistry);
    this.#writeRegistry = capture.operation(writeRegistry);
    this.#waiting = capture.bounded(
      'requests',
      new Pending<Request>(undefined, ({ places, writes }) => {
        if (writes) this.#wrote(capture.unanswered(writes.by, writes.time), places, writes);
      }),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const command = u16leAt(bytes, start + COMMAND_AT);
    this.#commands.add(command);
    const isReply = (u16leAt(bytes, start + FLAGS_AT) & RESPONSE) !== 0;
    here.turn(isReply || command === NOTIFICATION ? 'reply' : 'request');
    const message = readAms(here.reader.reset(bytes, start, end));
    if (isReply) this.#answered(here, message, bytes, start);
    else if (command === NOTIFICATION) this.#notified(here, message);
    else this.#asked(here, message, bytes, start);
  }

  finish(): void {
    this.#waiting.finish();
  }

  #asked(here: Here, message: AmsMessage, bytes: Uint8Array, start: number): void {
    const { command, body, invoke } = message;
    const port = u16leAt(bytes, start + TARGET_PORT_AT);
    const target = this.#targetOf(here.target, port);
    const { group = 0, offset = 0 } = body;
    const note = here.operation(this.#kindOf(port, command, body));
    const places = this.#placesOf(target, body);
    const text = describesText(command, port, group) && body.data ? textUpToNul(body.data) : '';
    if (here.wanted(note)) {
      here.describe(note, {
        service: portName(port),
        ...(places.length > 0 && { items: places.slice(0, MOST_SHOWN).map(({ name }) => name) }),
        ...this.#detailsOf(target, port, message, text),
      });
    }
    const written = writtenOf(body).map((data) => data.slice(0, MOST_KEPT));
    const writes = written.length > 0 ? { ...settingOf(here), target, data: written } : undefined;
    this.#carryFile(here, target, port, body, bytes, start);
    if (command === WRITE && group === RELEASE_HANDLE && body.data?.length === 4) {
      target.handles.delete(u32leAt(body.data, 0));
    }
    this.#waiting.put(here.flow, invoke, { note, command, group, offset, places, text, writes });
  }

  #kindOf(port: number, command: number, { group = 0, state }: Body): number {
    if (command === WRITE_CONTROL && (state === RESET || state === SHUTDOWN)) return this.#restart;
    const moves = command === READ || command === WRITE || command === READ_WRITE;
    if (!moves) return this.#kinds.of(command);
    if (group === REGISTRY && port === SYSTEM_SERVICE) {
      return command === READ_WRITE || command === READ ? this.#readRegistry : this.#writeRegistry;
    }
    const isService = group > 1_000 || port === SYSTEM_SERVICE;
    const service = isService ? this.#services.get(group) : undefined;
    if (service !== undefined) return service;
    return this.#kinds.of(command === READ_WRITE && group === VALUE_BY_NAME ? READ : command);
  }

  #detailsOf(target: Target, port: number, message: AmsMessage, text: string) {
    const { command, body } = message;
    const { group = 0, offset = 0, data } = body;
    if (command === WRITE_CONTROL) {
      return {
        state: states[body.state!] ?? body.state!,
        ...(target.state >= 0 && { before: states[target.state] ?? target.state }),
      };
    }
    if (!(command in operations)) return { command };
    if (port === SYSTEM_SERVICE) {
      if (group === REGISTRY) return { name: text };
      if (group === START_PROCESS) return { command: text };
      if (group === FILE_OPEN) return { file: text, mode: modeName(offset) };
      if (group === FILE_DELETE || group === FILE_RENAME || group === FILE_FIND) return { file: text };
      if (group === FILE_READ || group === FILE_WRITE || group === FILE_CLOSE) {
        const file = target.files.get(offset)?.name ?? `handle ${offset}`;
        return { file, length: group === FILE_WRITE ? (data?.length ?? 0) : (body.length ?? 0) };
      }
    }
    const written = writtenOf(body);
    if (written.length === 0) return {};
    const places = this.#placesOf(target, body);
    const before = places.map(({ name }) => target.last.get(name) ?? null);
    return {
      values: written
        .slice(0, MOST_SHOWN)
        .map((value, i) => shownData(value, places[i]?.type ?? UNKNOWN_TYPE)),
      ...(before.some((value) => value !== null) && { before: before.slice(0, MOST_SHOWN) }),
    };
  }

  /** Content that goes to a file of the target. */
  #carryFile(here: Here, target: Target, port: number, body: Body, bytes: Uint8Array, start: number): void {
    if (port !== SYSTEM_SERVICE) return;
    const file = target.files.get(body.offset ?? -1);
    if (!file) return;
    if (body.group === FILE_WRITE && body.data) {
      file.transfer ??= here.transfer(here.target, 'to', kindOfFile(file.name), file.name);
      const from = start + BODY_AT + 16;
      file.transfer.add(here, bytes, from, from + body.data.length);
    } else if (body.group === FILE_CLOSE) {
      file.transfer?.end(true);
      target.files.delete(body.offset!);
    }
  }

  #answered(here: Here, message: AmsMessage, bytes: Uint8Array, start: number): void {
    const { command, body, error, sourcePort, invoke } = message;
    const target = this.#targetOf(here.source, sourcePort);
    const request = this.#waiting.take(here.flow, invoke);
    const failure = error || body.result || 0;
    if (request && failure !== 0) return here.refuse(request.note, reasonOf(request, sourcePort, failure));
    if (failure !== 0) return;
    if (command === READ_DEVICE_INFO) this.#introduce(here, body, sourcePort);
    if (command === READ_STATE && body.state !== undefined) {
      target.state = body.state;
      if (request && here.wanted(request.note)) {
        here.describe(request.note, { state: states[body.state] ?? body.state });
      }
    }
    if (!request || request.command !== command) return;
    if (request.writes) this.#wrote(here, request.places, request.writes);
    if (command === ADD_NOTIFICATION && body.handle !== undefined && request.places[0]) {
      remember(target.subscriptions, body.handle, request.places[0], MOST_HANDLES);
    }
    if (body.data) this.#brought(here, target, sourcePort, request, body.data, bytes, start);
  }

  #wrote(here: Teller, places: Request['places'], { of, target, data }: Writes): void {
    data.forEach((one, i) => this.#saw(here, of, target, places[i], one, true));
  }

  #introduce(here: Here, { name = '', version = '' }: Body, port: number): void {
    here.fact(here.source, 'vendor', 'Beckhoff Automation', 'inferred');
    if (name !== '') here.fact(here.source, 'module', `${name} ${version}, ${portName(port)}`);
  }

  /** What a read brought. */
  #brought(
    here: Here,
    target: Target,
    port: number,
    request: Request,
    data: Uint8Array,
    bytes: Uint8Array,
    start: number,
  ): void {
    const { group, offset, places, text, note } = request;
    if (port === SYSTEM_SERVICE) {
      if (group === FILE_OPEN && data.length === 4) {
        remember(target.files, u32leAt(data, 0), { name: text, transfer: undefined }, MOST_HANDLES);
        return;
      }
      if (group === FILE_READ) {
        const file = target.files.get(offset);
        if (!file) return;
        file.transfer ??= here.transfer(here.source, 'from', kindOfFile(file.name), file.name);
        const from = start + BODY_AT + 8;
        return file.transfer.add(here, bytes, from, from + data.length);
      }
      if (group === TARGET_DESCRIPTION) return describeTarget(here, textUpToNul(data));
      if (group in groups) return;
    }
    switch (group) {
      case HANDLE_BY_NAME:
        return knowHandle(target, data, text);
      case INFO_BY_NAME_EX:
      case SYMBOL_UPLOAD:
        for (const symbol of symbolsIn(here.reader.reset(data), MOST_SYMBOLS)) learn(target, symbol);
        return;
      case INFO_BY_NAME:
      case SUM_WRITE:
        return;
      case SUM_READ:
      case SUM_READ_WRITE: {
        const values = partsOf(data, places, group);
        values.forEach((value, i) => {
          const place = places[i]!;
          if (value === undefined) return;
          if (place.group === HANDLE_BY_NAME) knowHandle(target, value, place.name);
          else this.#saw(here, here.source, target, place, value, false);
        });
        if (here.wanted(note)) {
          here.describe(note, {
            values: values
              .slice(0, MOST_SHOWN)
              .map((one, i) => (one ? shownData(one, places[i]!.type) : null)),
          });
        }
        return;
      }
      default:
        this.#saw(here, here.source, target, places[0], data, false);
        if (here.wanted(note)) {
          here.describe(note, { values: [shownData(data, places[0]?.type ?? UNKNOWN_TYPE)] });
        }
    }
  }

  #notified(here: Here, { body, sourcePort }: AmsMessage): void {
    const target = this.#targetOf(here.source, sourcePort);
    here.turn('request');
    const note = here.operation(this.#notification);
    here.turn('reply');
    const { samples = [] } = body;
    const places = samples.map(({ handle }) => target.subscriptions.get(handle));
    samples.forEach(({ data }, i) => this.#saw(here, here.source, target, places[i], data, false));
    if (!here.wanted(note)) return;
    here.describe(note, {
      service: portName(sourcePort),
      items: samples.slice(0, MOST_SHOWN).map(({ handle }, i) => places[i]?.name ?? `handle ${handle}`),
      values: samples
        .slice(0, MOST_SHOWN)
        .map(({ data }, i) => shownData(data, places[i]?.type ?? UNKNOWN_TYPE)),
    });
  }

  #saw(
    here: Teller,
    about: Endpoint,
    target: Target,
    place: Place | undefined,
    data: Uint8Array,
    set: boolean,
  ): void {
    if (!place) return;
    const value = place.process ? numberOf(data, place.type) : undefined;
    if (value !== undefined) here.variableNamed(about, place.name, value, set);
    remember(target.last, place.name, shownData(data, place.type), MOST_HANDLES);
  }

  #placesOf(target: Target, body: Body): Request['places'] {
    const { group, offset = 0, length = 0, parts, data, handle } = body;
    if (parts)
      return parts.map((part) => ({ ...part, ...placeAt(target, part.group, part.offset, part.data) }));
    if (handle !== undefined) {
      const place = target.subscriptions.get(handle);
      return place ? [{ ...place, group: 0, length: 0 }] : noPlaces;
    }
    if (group === undefined) return noPlaces;
    return [{ ...placeAt(target, group, offset, data), group, length }];
  }

  #targetOf(endpoint: Endpoint, port: number): Target {
    const key = endpoint * 0x1_0000 + port;
    const known = this.#targets.get(key);
    if (known) return known;
    const target = newTarget();
    if (this.#targets.size < MOST_TARGETS) this.#targets.set(key, target);
    return target;
  }
}

/** The registry answers with codes of Windows. */
function reasonOf({ group }: Request, port: number, failure: number): Refusal {
  const isMissing = group === REGISTRY && port === SYSTEM_SERVICE && failure === FILE_NOT_FOUND;
  return isMissing ? missingKey : refusalOf(failure);
}

function newTarget(): Target {
  return {
    symbols: new Map(),
    types: new Map(),
    handles: new Map(),
    subscriptions: new Map(),
    files: new Map(),
    last: new Map(),
    state: -1,
  };
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  if (map.size < most || map.has(key)) map.set(key, value);
}

function learn(target: Target, symbol: Symbol): void {
  if (symbol.name === '') return;
  remember(target.symbols, keyOf(symbol.group, symbol.offset), symbol, MOST_SYMBOLS);
  remember(target.types, symbol.name, symbol.type, MOST_SYMBOLS);
}

function placeAt(target: Target, group: number, offset: number, data: Uint8Array | undefined): Place {
  if (group === VALUE_BY_HANDLE || group === RELEASE_HANDLE) {
    const name = target.handles.get(offset);
    if (name === undefined) return { name: `handle ${offset}`, type: UNKNOWN_TYPE, process: false };
    return symbolNamed(target, name);
  }
  if (namesSomething(group) && data) return symbolNamed(target, textUpToNul(data));
  const symbol = target.symbols.get(keyOf(group, offset));
  if (symbol) return { name: symbol.name, type: symbol.type, process: true };
  return { name: placeName(group, offset), type: UNKNOWN_TYPE, process: holdsProcess(group) };
}

function symbolNamed(target: Target, name: string): Place {
  return { name, type: target.types.get(name) ?? UNKNOWN_TYPE, process: true };
}

function knowHandle(target: Target, data: Uint8Array, name: string): void {
  if (data.length === 4) remember(target.handles, u32leAt(data, 0), name, MOST_HANDLES);
}

/** Groups of PLCs are small; others share a key only if somebody wants them to. */
function keyOf(group: number, offset: number): number {
  return (group & 0x1f_ffff) * 0x1_0000_0000 + offset;
}

function writtenOf({ group, data, parts }: Body): readonly Uint8Array[] {
  if (parts) return parts.flatMap((part) => (part.data ? [part.data] : []));
  return data && group !== undefined && !namesSomething(group) ? [data] : [];
}

/** What is written to these groups is a name, and what is read is the answer. */
function namesSomething(group: number): boolean {
  return [HANDLE_BY_NAME, VALUE_BY_NAME, INFO_BY_NAME, INFO_BY_NAME_EX, RELEASE_HANDLE].includes(group);
}

function describesText(command: number, port: number, group: number): boolean {
  if (command !== READ_WRITE && command !== WRITE) return false;
  if (namesSomething(group)) return group !== RELEASE_HANDLE;
  if (port !== SYSTEM_SERVICE) return false;
  return [FILE_OPEN, FILE_DELETE, FILE_RENAME, FILE_FIND, REGISTRY, START_PROCESS].includes(group);
}

/** Memory, inputs and outputs of a PLC, also without a symbol. */
function holdsProcess(group: number): boolean {
  return group === MEMORY_BYTES || group === MEMORY_BITS || (group >= INPUT_BYTES && group <= OUTPUT_BITS);
}

/** Results come first, then all data. */
function partsOf(data: Uint8Array, places: Request['places'], group: number): (Uint8Array | undefined)[] {
  const each = group === SUM_READ_WRITE ? 8 : 4;
  let at = places.length * each;
  return places.map(({ length }, i) => {
    if (at > data.length) return undefined;
    const size = group === SUM_READ_WRITE ? u32leAt(data, i * each + 4) : length;
    const value = data.subarray(at, at + size);
    at += size;
    return value.length === size && u32leAt(data, i * each) === 0 ? value : undefined;
  });
}

/** FOPEN_… of the system service. */
function modeName(mode: number): string {
  const flags = ['read', 'write', 'append', 'plus', 'binary', 'text'];
  const said = flags.filter((_, bit) => mode & (1 << bit));
  return said.length > 0 ? said.join(', ') : String(mode);
}

function kindOfFile(name: string): 'program' | 'file' {
  return /\.(app|autostart|wbp|prg|tsm|tpy|occ|oce|crc)$/i.test(name) ? 'program' : 'file';
}

/** The XML that TwinCAT's own engineering asks for. */
function describeTarget(here: Here, xml: string): void {
  const value = (tag: string) => new RegExp(`<${tag}>([^<]{1,64})</${tag}>`).exec(xml)?.[1]?.trim() ?? '';
  const version = ['Version', 'Revision', 'Build']
    .map((part) => value(part))
    .filter((part) => part !== '' && !part.includes('<'));
  if (!xml.includes('<TcTargetDesc>')) return;
  here.fact(here.source, 'vendor', 'Beckhoff Automation', 'inferred');
  here.fact(here.source, 'model', value('TargetType'));
  here.fact(here.source, 'firmware', version.length > 0 ? `TwinCAT ${version.join('.')}` : '');
  here.fact(here.source, 'serial', value('SerialNo'));
  here.fact(here.source, 'hardware', value('CPUVersion'));
  here.fact(here.source, 'os', [value('OsName'), value('OsVersion')].filter((part) => part !== '').join(' '));
}
