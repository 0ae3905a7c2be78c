import { Pending } from '../../analysis/pending.ts';
import type { Capture, Context, Here, OperationKind, OperationNote, Session } from '../../dissector.ts';
import {
  type AdeMessage,
  asksStateFirst,
  CALL,
  type Known,
  LOOK_UP,
  LOOKED_UP,
  readAde,
  RETURN,
} from './message.ts';
import { attributes, marks, startModes, states, usual } from './names.ts';
import { lookUp, methods, readState, unknownCall } from './operations.ts';

const SERVICE_AT = 8;
const METHOD_AT = 10;
const INVOCATION_AT = 12;
/** Most services whose numbers are kept of one connection. */
const MOST_SERVICES = 64;

interface Connection {
  /** What numbers mean, as the controller said. */
  readonly names: Map<number, string>;
  /** Asked for last. */
  asked: string;
}

interface Call {
  readonly note: OperationNote;
  readonly method: number;
  readonly isState: boolean;
}

const newConnection = (): Connection => ({ names: new Map(), asked: '' });

export class AdeSession implements Session {
  readonly #kinds: ReadonlyMap<OperationKind, number>;
  readonly #waiting: Pending<Call>;
  #known: Known | undefined;

  constructor(capture: Capture) {
    const all = [
      lookUp,
      readState,
      unknownCall,
      ...Object.values(methods).flatMap((one) => Object.values(one)),
    ];
    this.#kinds = new Map(Array.from(new Set(all), (kind) => [kind, capture.operation(kind)]));
    this.#waiting = capture.bounded('requests', new Pending<Call>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const connection = here.connection(newConnection);
    const service = bytes[start + SERVICE_AT]! | (bytes[start + SERVICE_AT + 1]! << 8);
    const method = bytes[start + METHOD_AT]! | (bytes[start + METHOD_AT + 1]! << 8);
    const invocation = bytes[start + INVOCATION_AT]! | (bytes[start + INVOCATION_AT + 1]! << 8);
    const key = (service << 16) | invocation;
    const isReturn = bytes[start + 2] === RETURN;
    const call = isReturn ? this.#answered(here, key, method) : undefined;
    const name = connection.names.get(service) ?? usual[service] ?? '';
    this.#known = { name, isState: call?.isState ?? false };
    const message = readAde(here.reader.reset(bytes, start, end), this.#known);
    here.turn(message.kind === LOOKED_UP || isReturn ? 'reply' : 'request');
    if (message.kind === LOOK_UP) this.#lookUp(here, connection, message);
    else if (message.kind === LOOKED_UP) learn(connection, service);
    else if (message.kind === CALL) this.#call(here, message, key);
    else if (call && message.state !== undefined) here.describe(call.note, { state: stateOf(message.state) });
  }

  context(): Context | undefined {
    return this.#known && { name: this.#known.name, state: this.#known.isState ? 1 : 0 };
  }

  #answered(here: Here, key: number, method: number): Call | undefined {
    const call = this.#waiting.take(here.flow, key);
    if (!call || call.method === method) return call;
    this.#waiting.put(here.flow, key, call);
    return undefined;
  }

  #lookUp(here: Here, connection: Connection, { name }: AdeMessage): void {
    connection.asked = name;
    const note = here.operation(this.#kinds.get(lookUp)!);
    if (name !== '' && here.wanted(note)) here.describe(note, { name });
  }

  #call(here: Here, message: AdeMessage, key: number): void {
    const { name, service, method, mode, attributes: named } = message;
    const isState = asksStateFirst(message);
    const kind = isState && method < 4 ? readState : (methods[name]?.[method] ?? unknownCall);
    const note = here.operation(this.#kinds.get(kind)!);
    // Whatever else is called with the same numbers: its return is no answer to an earlier question for the state.
    this.#waiting.put(here.flow, key, { note, method, isState });
    if (!here.wanted(note)) return;
    here.describe(note, {
      ...(kind === unknownCall && { service: name === '' ? service : name, method }),
      ...(mode > 0 && { mode: startModes[mode] ?? mode }),
      ...(kind !== readState && named.length > 0 && { items: named.map((one) => attributes[one] ?? one) }),
    });
  }
}

/** The number under which it is called from now on; 0 where there is no such service. */
function learn({ names, asked }: Connection, service: number): void {
  if (service > 0 && asked !== '' && names.size < MOST_SERVICES) names.set(service, asked);
}

function stateOf(state: number): string {
  const marked = Object.entries(marks).flatMap(([bit, mark]) => ((state & Number(bit)) !== 0 ? [mark] : []));
  return [states[state & 0xff] ?? state & 0xff, ...marked].join(', ');
}
