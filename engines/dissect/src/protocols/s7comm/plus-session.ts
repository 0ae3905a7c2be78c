import type { Counter } from '../../analysis/counters.ts';
import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { ByteReader, u16At } from '../../bytes/byte-reader.ts';
import type {
  Capture,
  Context,
  Direction,
  Endpoint,
  Here,
  OperationKind,
  OperationNote,
  Params,
  Session,
  Teller,
} from '../../dissector.ts';
import {
  className,
  CREATE,
  DELETE,
  GET_STREAMED,
  GET_VARIABLES,
  NOTIFICATION,
  type PlusBody,
  readNotification,
  readPlusBody,
  REQUEST,
  RESPONSE,
  SET_VARIABLE,
  SET_VARIABLES,
  statusOf,
} from './plus-message.ts';
import {
  addressName,
  classes,
  CLIENT_COMMENT,
  idName,
  isDataBlock,
  OPERATING_STATE,
  REFERENCE_LIST,
  SESSION_APPLICATION,
  SESSION_CLASS,
  SESSION_HOST,
  SESSION_RESPONSE,
  SESSION_USER,
  SESSION_VERSION,
  SUBSCRIPTION_CLASS,
  VERSION_TEXT,
} from './plus-names.ts';
import type { PlusObject } from './plus-objects.ts';
import {
  createObject,
  deleteBlock,
  downloadBlock,
  logIn,
  openSession,
  plusOperations,
  setOperatingState,
  subscribe,
} from './plus-operations.ts';
import { readReferences, type SubscribedItems, Subscriptions } from './plus-subscriptions.ts';
import { numberOf, type PlusValue, shownValue } from './plus-values.ts';
import { digestLength, HEADER, isPlain, isWhole, LEAST, opcodes } from './plus-unit.ts';

export const refusals = new Refusals('s7comm-plus');

const MOST_SHOWN = 32;
const LONGEST = 1 << 18;
const NAME = 233;

interface Asked {
  readonly note: OperationNote | undefined;
  readonly code: number;
  readonly items: readonly string[];
  readonly count: number;
  /** Holds as far as the controller agrees. */
  readonly writes: Writes | undefined;
  /** What the subscription that is to be created will tell of. */
  readonly subscribed: SubscribedItems | undefined;
}

interface Writes extends Setting {
  readonly values: readonly { readonly item: number; readonly name: string; readonly value: number }[];
}

interface Connection {
  readonly fragments: Record<Direction, Fragments | undefined>;
}

interface Fragments {
  readonly parts: Uint8Array[];
  length: number;
}

const newConnection = (): Connection => ({ fragments: { request: undefined, reply: undefined } });

export class PlusSession implements Session {
  readonly #versions: Counter;
  readonly #functions: Counter;
  readonly #kinds = new Map<OperationKind, number>();
  readonly #waiting: Pending<Asked>;
  readonly #subscriptions: Subscriptions;
  readonly #reader = new ByteReader();
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#versions = capture.counter('s7commplus_version', (version) => `0x${hex(version, 2)}`);
    this.#functions = capture.counter(
      's7commplus_opcode_function',
      (value) => `${opcodes[value >> 16] ?? hex(value >> 16, 2)}:0x${hex(value & 0xffff, 4)}`,
    );
    const further = [downloadBlock, deleteBlock, openSession, subscribe, setOperatingState, logIn];
    for (const kind of [...Object.values(plusOperations), ...further]) {
      this.#kinds.set(kind, capture.operation(kind));
    }
    this.#subscriptions = capture.bounded('memories', new Subscriptions());
    this.#waiting = capture.bounded(
      'requests',
      new Pending<Asked>(undefined, ({ writes }) => {
        if (writes) wrote(capture.unanswered(writes.by, writes.time), writes);
      }),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = undefined;
    const version = bytes[start + 1]!;
    this.#versions.add(version);
    const data = start + HEADER + digestLength(bytes, start);
    // The keys of this count are those of versions 1 and 2, of every fragment.
    if ((version === 1 || version === 2) && end - data >= LEAST) {
      this.#functions.add((bytes[data]! << 16) | u16At(bytes, data + 3));
    }
    if (!isPlain(version)) return;
    const { fragments } = here.connection(newConnection);
    const before = fragments[here.direction];
    const until = Math.min(end, start + HEADER + u16At(bytes, start + 2));
    if (before) this.#context = { fragment: 1 };
    if (isWhole(bytes, start, end)) {
      fragments[here.direction] = undefined;
      if (!before) this.#whole(here, bytes, data, until);
      else if (data <= until) {
        const whole = joined([...before.parts, bytes.subarray(data, until)]);
        this.#whole(here, whole, 0, whole.length);
      }
    } else if (data < until) {
      fragments[here.direction] = added(before, bytes.slice(data, until));
    }
  }

  context(): Context | undefined {
    return this.#context;
  }

  gap(here: Here): void {
    here.connection(newConnection).fragments[here.direction] = undefined;
  }

  finish(): void {
    this.#waiting.finish();
  }

  #whole(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < LEAST) return;
    const opcode = bytes[start]!;
    if (opcode === NOTIFICATION) {
      this.#notified(here, readNotification(this.#reader.reset(bytes, start + 1, end)));
      return;
    }
    const code = u16At(bytes, start + 3);
    if (opcode !== REQUEST && opcode !== RESPONSE) return;
    const body = readPlusBody(this.#reader.reset(bytes, start + LEAST, end), opcode, code);
    if (opcode === REQUEST) this.#asked(here, code, body);
    else this.#answered(here, code, body);
  }

  #asked(here: Here, code: number, body: PlusBody): void {
    const kind = kindOf(code, body);
    const note = kind && here.operation(this.#kinds.get(kind)!);
    if (note !== undefined && here.wanted(note)) here.describe(note, paramsOf(body));
    if (body.created?.classId === SESSION_CLASS) tellClient(here, body.created);
    const { items = [], attributes = [] } = body;
    const count = Math.max(items.length, attributes.length);
    const isWrite = code === SET_VARIABLES || code === SET_VARIABLE;
    const writes = isWrite ? this.#writes(here, body) : undefined;
    const subscribed = kind === subscribe ? subscribedBy(body.created!) : undefined;
    if (code === DELETE) this.#subscriptions.delete(here.target, body.object!);
    this.#waiting.put(here.flow, body.sequence!, { note, code, items, count, writes, subscribed });
  }

  #notified(here: Here, { object = 0, values }: PlusBody): void {
    for (const [item, value] of values ?? []) {
      tellValue(here, here.source, this.#subscriptions.nameOf(here.source, object, item), value);
    }
  }

  #writes(
    here: Here,
    { items, attributes, values = new Map<number, PlusValue>() }: PlusBody,
  ): Writes | undefined {
    const numbers: Writes['values'][number][] = [];
    for (const [item, value] of values) {
      const name = items?.[item - 1];
      if (name !== undefined) {
        for (const [of, number] of numbersOf(name, value)) numbers.push({ item, name: of, value: number });
      }
      if (attributes?.[item - 1] === SESSION_RESPONSE) {
        here.credentials('S7comm-plus challenge', '', value.length ?? 0);
      }
    }
    return numbers.length > 0 ? { ...settingOf(here), values: numbers } : undefined;
  }

  #answered(here: Here, code: number, body: PlusBody): void {
    const { sequence, result, values, created, failed, objects } = body;
    const asked = this.#waiting.take(here.flow, sequence!);
    if (code === CREATE && created) tellServer(here, created);
    if (!asked || asked.code !== code) return;
    const { note, items, count, writes, subscribed } = asked;
    const status = statusOf(result ?? 0);
    const [first = 0] = failed?.values() ?? [];
    const refused = status < 0 ? status : statusOf(first);
    if (refused < 0 && note !== undefined) here.refuse(note, refusals.unknown(String(refused)));
    if (writes && status >= 0) wrote(here, writes, failed);
    // The first object is the subscription; refused ones exist too, and tell nothing.
    if (subscribed && objects?.[0] !== undefined)
      this.#subscriptions.add(here.source, objects[0], subscribed);
    if ((code !== GET_VARIABLES && code !== GET_STREAMED) || !values) return;
    for (const [item, value] of values) {
      const name = items[item - 1];
      if (name !== undefined) tellValue(here, here.source, name, value);
    }
    if (note !== undefined && here.wanted(note)) here.describe(note, { values: shownOf(values, count) });
  }
}

function kindOf(code: number, { object, created, attributes }: PlusBody): OperationKind | undefined {
  const kind = plusOperations[code];
  if (code === DELETE && isDataBlock(object!)) return deleteBlock;
  if (attributes?.includes(SESSION_RESPONSE)) return logIn;
  if (attributes?.includes(OPERATING_STATE)) return setOperatingState;
  if (kind !== createObject || !created) return kind;
  if (created.classId === SESSION_CLASS) return openSession;
  if (created.classId === SUBSCRIPTION_CLASS) return subscribe;
  return blocksOf(created).length > 0 ? downloadBlock : kind;
}

function blocksOf({ classId, inner }: PlusObject): string[] {
  return [classId, ...inner].flatMap((id) => classes[id] ?? []);
}

function paramsOf(body: PlusBody): Params {
  const { object, items, attributes, values, created } = body;
  const names = namesOf(body);
  const isBlock = object !== undefined && !created && isDataBlock(object);
  const state = attributes?.indexOf(OPERATING_STATE) ?? -1;
  return {
    ...(created
      ? {
          object: className(created.classId),
          name: textOf(created, NAME),
          software: textOf(created, SESSION_APPLICATION) || textOf(created, SESSION_HOST),
          blocks: blocksOf(created).slice(0, MOST_SHOWN),
        }
      : object !== undefined && !items && { object: objectName(object) }),
    ...(isBlock && { blocks: [addressName(object, [])] }),
    ...(names && { items: names.slice(0, MOST_SHOWN) }),
    ...(names && values && { values: shownOf(values, names.length) }),
    ...(state >= 0 && values?.has(state + 1) && { state: shownValue(values.get(state + 1)!) }),
  };
}

function namesOf({ items, attributes, object }: PlusBody): readonly string[] | undefined {
  return items ?? attributes?.map((id) => `${idName(id) ?? `attribute ${id}`} of ${objectName(object!)}`);
}

function objectName(object: number): string {
  return idName(object) ?? (isDataBlock(object) ? addressName(object, []) : `0x${object.toString(16)}`);
}

function shownOf(
  values: ReadonlyMap<number, PlusValue>,
  count: number,
): (string | number | boolean | null)[] {
  return Array.from({ length: Math.min(count, MOST_SHOWN) }, (_, i) => {
    const value = values.get(i + 1);
    return value ? shownValue(value) : null;
  });
}

/** @param failed without it nothing is known of what the controller said */
function wrote(here: Teller, { of, values }: Writes, failed?: ReadonlyMap<number, number>): void {
  for (const { item, name, value } of values) {
    if (!failed?.has(item)) here.variableNamed(of, name, value, true);
  }
}

/** Of a range of many: beyond, it is a copy of memory rather than values. */
const MOST_ELEMENTS = 64;

/** A number by its name, those of an array by their places in it. */
function numbersOf(name: string, value: PlusValue): readonly (readonly [name: string, value: number])[] {
  const { elements = [] } = value;
  const number = numberOf(value);
  if (number !== undefined) return [[name, number]];
  if (elements.length > MOST_ELEMENTS) return [];
  return elements.map((element, i) => [`${name}[${i}]`, element]);
}

function tellValue(here: Here, about: Endpoint, name: string, value: PlusValue): void {
  for (const [of, number] of numbersOf(name, value)) here.variableNamed(about, of, number);
}

function subscribedBy({ attributes }: PlusObject): SubscribedItems | undefined {
  return readReferences(attributes.get(REFERENCE_LIST)?.elements ?? []);
}

/** `VORTEX_2103249_1`: the name of the computer, then numbers. */
const host = /^([A-Za-z][A-Za-z0-9-]+)(?:_\d+)+$/;

function tellClient(here: Here, session: PlusObject): void {
  here.fact(here.source, 'software', textOf(session, SESSION_APPLICATION));
  here.fact(here.source, 'user', textOf(session, SESSION_USER));
  here.fact(here.source, 'name', host.exec(textOf(session, SESSION_HOST))?.[1] ?? '', 'inferred');
}

/** `1;6ES7 511-1AK00-0AB0;V1.0`. */
function tellServer(here: Here, session: PlusObject): void {
  const version = session.attributes.get(SESSION_VERSION)?.members?.find(([id]) => id === VERSION_TEXT)?.[1];
  const [, orderNumber = '', firmware = ''] = String(version?.scalar ?? '').split(';');
  if (orderNumber === '') return;
  here.fact(here.source, 'vendor', 'Siemens', 'inferred');
  here.fact(here.source, 'orderNumber', orderNumber.trim());
  here.fact(here.source, 'firmware', firmware);
  here.fact(here.source, 'software', textOf(session, CLIENT_COMMENT));
}

function textOf({ attributes }: PlusObject, id: number): string {
  const scalar = attributes.get(id)?.scalar;
  return typeof scalar === 'string' ? scalar : '';
}

function added(before: Fragments | undefined, part: Uint8Array): Fragments | undefined {
  const fragments = before ?? { parts: [], length: 0 };
  if (fragments.length + part.length > LONGEST) return undefined;
  fragments.parts.push(part);
  fragments.length += part.length;
  return fragments;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
