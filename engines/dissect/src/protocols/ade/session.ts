import { type Pending, pendingSettings, type Setting, settingOf } from '../../analysis/pending.ts';
import { LastNamed } from '../../analysis/last-named.ts';
import { type Shown, shownUntyped } from '../../analysis/untyped.ts';
import { u16leAt } from '../../bytes/byte-reader.ts';
import type {
  Assembly,
  Capture,
  Context,
  Endpoint,
  FactField,
  Here,
  OperationKind,
  OperationNote,
  Params,
  Session,
  Teller,
} from '../../dissector.ts';
import {
  ADDITIONAL_AT,
  type AdeMessage,
  asksStateFirst,
  CALL,
  CHECKSUM_AT,
  HEADER,
  isError,
  type Known,
  LOOK_UP,
  LOOKED_UP,
  NOT_FIRST,
  NOT_LAST,
  readAde,
  RETURN,
  SOCKET_TEST,
} from './message.ts';
import { attributes, DONE, marks, refused, startModes, STATE, states, usual } from './names.ts';
import type { AttributeValue } from './objects.ts';
import { lookUp, methods, readState, unknownCall } from './operations.ts';
import { failed, refusalOf, refusalOfStatus } from './refusals.ts';
import { signatures } from './signatures.ts';
import { numberIn } from './values.ts';

/** What carries messages that came in pieces, put together. */
export const PIECES_CARRIER = 'ade-remoting';

const SERVICE_AT = 8;
const METHOD_AT = 10;
const INVOCATION_AT = 12;
/** Most services whose numbers are kept of one connection, messages that come in pieces, and octets of one. */
const MOST_SERVICES = 64;
const MOST_IN_PIECES = 8;
const LONGEST_IN_PIECES = 262_144;
const MOST_VARIABLES = 8_192;
/** Attributes of one message that are told, and letters of one that is text. */
const MOST_SHOWN = 32;
const LONGEST_SHOWN = 256;

const DATA = 'IDataAccessService';
const FORCE = 'IForceService';
const READ = 5;
const WRITE = 10;
const ADD_FORCE = 1;

/** Attributes that say who the device is, where they are text. */
const identity: Readonly<Record<number, FactField>> = {
  0x0: 'vendor',
  0x1: 'product',
  0x3: 'hardware',
  0x4: 'firmware',
  0xb: 'software',
  0x400e: 'project',
};

interface Connection {
  /** What numbers mean, as the controller said. */
  readonly names: Map<number, string>;
  /** Asked for last: what a reply with another invocation is taken for. */
  asked: string;
  /** By direction, service and invocation. */
  readonly pieces: Map<number, Assembly>;
}

interface Call {
  readonly note: OperationNote;
  /** Of a look-up, the one that is looked up. */
  readonly service: string;
  readonly method: number;
  /** Its body was what its signature says. */
  readonly understood: boolean;
  readonly attributes: readonly number[];
  /** Of a variable that is read, written or forced; '' elsewhere. */
  readonly variable: string;
  /** What it is to be, once the controller agreed. */
  readonly value: Shown | undefined;
  readonly setting: Setting | undefined;
}

const newConnection = (): Connection => ({ names: new Map(), asked: '', pieces: new Map() });

export class AdeSession implements Session {
  readonly #kinds: ReadonlyMap<OperationKind, number>;
  readonly #waiting: Pending<Call>;
  /** Messages of which a piece is missing, and those for which there is no room. */
  readonly #abandoned = { dropped: 0 };
  /** What variables were when they were last seen. */
  readonly #last: LastNamed;
  #known: Known | undefined;

  constructor(capture: Capture) {
    const all = [
      lookUp,
      readState,
      unknownCall,
      ...Object.values(methods).flatMap((one) => Object.values(one)),
    ];
    this.#kinds = new Map(Array.from(new Set(all), (kind) => [kind, capture.operation(kind)]));
    this.#waiting = pendingSettings<Call>(capture, (as, of, { variable, value }) =>
      this.#saw(as, of, variable, value, true),
    );
    capture.bounded('pieces', this.#abandoned);
    this.#last = capture.bounded('memories', new LastNamed(MOST_VARIABLES));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const connection = here.connection(newConnection);
    const kind = u16leAt(bytes, start + 2);
    const service = u16leAt(bytes, start + SERVICE_AT);
    const method = u16leAt(bytes, start + METHOD_AT);
    const invocation = u16leAt(bytes, start + INVOCATION_AT);
    const answers = kind === LOOKED_UP || kind === RETURN || isError(kind);
    if (answers) here.turn('reply');
    else if (kind !== SOCKET_TEST) here.turn('request');
    const key = (service << 16) | invocation;
    const isPiece = here.carrier !== PIECES_CARRIER && bytes[start + 1] !== 0;
    const call = answers && !isPiece ? this.#answered(here, kind, key, invocation, method) : undefined;
    this.#known = {
      name: connection.names.get(service) ?? usual[service] ?? '',
      answers: call?.understood ?? false,
      attributes: call?.attributes ?? [],
    };
    const message = readAde(here.reader.reset(bytes, start, end), this.#known);
    if (!message.checked) here.anomaly('ade-remoting.checksum-wrong', 'checksum', CHECKSUM_AT);
    if (isPiece) return this.#collect(here, connection.pieces, answers, key, bytes, start, end);
    if (kind === LOOK_UP) this.#lookUp(here, connection, message, invocation);
    else if (kind === LOOKED_UP) learn(connection, service, call?.service ?? connection.asked);
    else if (kind === CALL) this.#call(here, message, key);
    else if (call && isError(kind)) refuse(here, call, message);
    else if (call) this.#returned(here, call, message);
  }

  context(): Context | undefined {
    const { name, answers, attributes: asked } = this.#known!;
    return { name, answers: answers ? 1 : 0, attributes: asked.join(',') };
  }

  gap(here: Here): void {
    const { pieces } = here.connection(newConnection);
    this.#abandoned.dropped += pieces.size;
    pieces.clear();
  }

  finish(): void {
    this.#waiting.finish();
  }

  /** Of another method, it answers another call with the same number; an error may answer the looking up of a service. */
  #answered(here: Here, kind: number, key: number, invocation: number, method: number): Call | undefined {
    if (kind === LOOKED_UP) return this.#waiting.take(here.flow, invocation);
    const call = this.#waiting.take(here.flow, key);
    if (!call || call.method === method) return call;
    this.#waiting.put(here.flow, key, call);
    return undefined;
  }

  #collect(
    here: Here,
    pieces: Map<number, Assembly>,
    answers: boolean,
    key: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const flags = bytes[start + 1]!;
    const whose = (key >>> 0) * 2 + (answers ? 1 : 0);
    let whole = pieces.get(whose);
    if ((flags & NOT_FIRST) === 0) {
      if (whole || pieces.size >= MOST_IN_PIECES)
        this.#abandon(pieces, whole ? whose : pieces.keys().next().value!);
      pieces.set(whose, (whole = here.assembly(LONGEST_IN_PIECES)));
    }
    // Of one whose beginning was not seen, nothing can be said.
    if (!whole) return;
    const from = (flags & NOT_FIRST) === 0 ? start : start + HEADER + u16leAt(bytes, start + ADDITIONAL_AT);
    if (from < end && !whole.add(here, bytes, from, end)) return this.#abandon(pieces, whose);
    if ((flags & NOT_LAST) !== 0) return;
    pieces.delete(whose);
    here.carryAssembled(PIECES_CARRIER, whole);
  }

  #abandon(pieces: Map<number, Assembly>, whose: number): void {
    pieces.delete(whose);
    this.#abandoned.dropped++;
  }

  #lookUp(here: Here, connection: Connection, { name }: AdeMessage, invocation: number): void {
    connection.asked = name;
    const note = here.operation(this.#kinds.get(lookUp)!);
    this.#waiting.put(here.flow, invocation, { ...plain, note, service: name, method: 0 });
    if (name !== '' && here.wanted(note)) here.describe(note, { name });
  }

  #call(here: Here, message: AdeMessage, key: number): void {
    const { name, method, attributes: named, values } = message;
    const isState = asksStateFirst(message);
    const signature = signatures[name]?.[method];
    const understood = values !== undefined || !signature;
    const known = understood || name !== DATA ? methods[name]?.[method] : undefined;
    const kind = isState && method < 4 ? readState : (known ?? unknownCall);
    const note = here.operation(this.#kinds.get(kind)!);
    const variable = String(values?.['variable'] ?? '');
    const value = settingIn(name, method, message);
    const setting = value === undefined ? undefined : settingOf(here);
    const before = value === undefined ? undefined : this.#last.get(here.target, variable);
    const call = { note, service: name, method, understood, attributes: named, variable, value, setting };
    // Whatever else is called with the same numbers: its return is no answer to an earlier call.
    this.#waiting.put(here.flow, key, call);
    if (here.wanted(note))
      here.describe(note, {
        ...paramsOf(kind, call, message),
        ...(before !== undefined && { before: [before] }),
      });
  }

  #returned(here: Here, call: Call, { objects, values }: AdeMessage): void {
    const { note, service, method, variable, attributes: named } = call;
    if (objects.length > 0) return tellAttributes(here, call, objects);
    const status = values?.['status'];
    if (typeof status === 'number' && status in refused) return here.refuse(note, refusalOfStatus(status));
    const agreed = service !== DATA || status === DONE;
    if (call.value !== undefined && agreed) this.#saw(here, here.source, variable, call.value, true);
    const brought = values?.['value'];
    if (service === DATA && method === READ && brought instanceof Uint8Array) {
      const value = shownUntyped(brought);
      this.#saw(here, here.source, variable, value, false);
      if (here.wanted(note)) here.describe(note, { values: [value] });
    }
    const group = service === DATA ? values?.['group'] : undefined;
    const quantity = service === FORCE ? values?.['number of variables'] : undefined;
    if (!here.wanted(note) || named.length > 0) return;
    if (typeof group === 'number') here.describe(note, { group });
    if (typeof quantity === 'number') here.describe(note, { quantity });
  }

  #saw(here: Teller, of: Endpoint, variable: string, value: Shown | undefined, set: boolean): void {
    if (variable === '' || value === undefined) return;
    const number = typeof value === 'number' ? value : numberIn(value);
    if (number !== undefined) here.variableNamed(of, variable, number, set);
    this.#last.put(of, variable, value);
  }
}

const plain = {
  understood: true,
  attributes: [],
  variable: '',
  value: undefined,
  setting: undefined,
} as const;

/** What a variable is to be. */
function settingIn(service: string, method: number, { values }: AdeMessage): Shown | undefined {
  const value = values?.['value'];
  if (service === FORCE && method === ADD_FORCE && value instanceof Uint8Array) return shownUntyped(value);
  return service === DATA && method === WRITE && typeof value === 'string' ? value : undefined;
}

function paramsOf(
  kind: OperationKind,
  { variable, value, attributes: named }: Call,
  message: AdeMessage,
): Params {
  const { name, service, method, mode, objects, values } = message;
  const group = values?.['group'];
  const quantity = values?.['number of variables'];
  const inMethod = values?.['handle of the method'];
  const address = values?.['address'];
  return {
    ...(kind === unknownCall && { service: name === '' ? service : name, method }),
    ...(typeof inMethod === 'number' && { method: hexadecimal(inMethod) }),
    ...(typeof address === 'number' && { address: hexadecimal(address) }),
    ...(mode > 0 && { mode: startModes[mode] ?? mode }),
    ...(kind !== readState &&
      named.length > 0 && { items: named.slice(0, MOST_SHOWN).map((one) => attributes[one] ?? one) }),
    ...(objects.length > 0 && { values: shownObjects(objects, named) }),
    ...(variable !== '' && { items: [variable] }),
    ...(value !== undefined && { values: [value] }),
    ...(typeof group === 'number' && { group }),
    ...(typeof quantity === 'number' && { quantity }),
  };
}

function tellAttributes(
  here: Here,
  { note, attributes: named }: Call,
  objects: readonly AttributeValue[],
): void {
  named.forEach((attribute, i) => {
    const field = identity[attribute];
    const value = objects[i];
    if (field && typeof value === 'string') here.fact(here.source, field, value);
  });
  if (!here.wanted(note)) return;
  const shown = shownObjects(objects, named);
  here.describe(note, named[0] === STATE ? { state: shown[0]! } : { values: shown });
}

function shownObjects(objects: readonly AttributeValue[], named: readonly number[]): AttributeValue[] {
  return objects.slice(0, MOST_SHOWN).map((value, i) => {
    if (typeof value === 'string') return value.slice(0, LONGEST_SHOWN);
    return named[i] === STATE && typeof value === 'number' ? stateOf(value) : value;
  });
}

function refuse(here: Here, { note }: Call, { error }: AdeMessage): void {
  here.refuse(note, error === undefined ? failed : refusalOf(error));
}

/** The number under which it is called from now on; 0 where there is no such service. */
function learn({ names }: Connection, service: number, name: string): void {
  if (service > 0 && name !== '' && names.size < MOST_SERVICES) names.set(service, name);
}

function hexadecimal(number: number): string {
  return `0x${number.toString(16)}`;
}

function stateOf(state: number): string {
  const marked = Object.entries(marks).flatMap(([bit, mark]) => ((state & Number(bit)) !== 0 ? [mark] : []));
  return [states[state & 0xff] ?? state & 0xff, ...marked].join(', ');
}
