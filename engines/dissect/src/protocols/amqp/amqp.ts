import { u32At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  type OperationNote,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import * as v10 from './amqp10.ts';
import {
  AMQP,
  beginsMethod,
  CHANNEL_CLOSE,
  closeRefusal,
  CONNECTION_CLOSE,
  CONNECTION_CLOSE_0_9,
  type Frame,
  frameLength,
  HEADER,
  isAnswer,
  PROTOCOL_HEADER,
  PUBLISH,
  QUEUE_BIND,
  readFrame,
  refusals,
  START,
  START_OK,
} from './frame.ts';
import { attach, open, operations, publish, signIn } from './operations.ts';

const PORT = 5672;

export const amqp: Dissector<Frame | v10.Performative> = {
  name: 'amqp',
  title: 'AMQP',
  reference: 'AMQP 0-9-1; AMQP 1.0 (ISO/IEC 19464)',
  industrial: true,
  carriers: [{ on: 'tcp', at: [PORT] }],
  claims: [],
  roles: {
    asking: { role: 'client', certainty: 'inferred', because: 'amqp.asks' },
    asked: { role: 'server', certainty: 'inferred', because: 'amqp.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (length >= PROTOCOL_HEADER && u32At(bytes, start) === AMQP) return OURS;
    if (length < HEADER + 4) return expected && lengthOf(bytes, start, end) !== LOST ? PERHAPS : NOT_OURS;
    if (expected) return lengthOf(bytes, start, end) === LOST ? NOT_OURS : OURS;
    return beginsMethod(bytes, start) && frameLength(bytes, start, end) > 0 ? OURS : NOT_OURS;
  },

  messageLength: (bytes, start, end) => lengthOf(bytes, start, end),

  read: (reader) => (isVersion10(reader.peekBytes(1)) ? v10.readPerformative(reader) : readFrame(reader)),

  begin: (capture) => new AmqpSession(capture),
};

/** Frames of 1.0 begin with a length below 2^24; those before with a type that is never 0. */
const isVersion10 = (bytes: Uint8Array) => bytes[0] === 0;

function lengthOf(bytes: Uint8Array, start: number, end: number): number {
  return bytes[start] === 0 ? v10.length10(bytes, start, end) : frameLength(bytes, start, end);
}

interface Connection {
  /** By channel: a channel does one thing after the other. */
  readonly last: Map<number, OperationNote>;
}
const newConnection = (): Connection => ({ last: new Map() });
const MOST_CHANNELS = 256;

class AmqpSession implements Session {
  readonly #kinds: ReadonlyMap<number, number>;
  readonly #attach: number;
  readonly #open: number;
  readonly #publish: number;
  readonly #signIn: number;

  constructor(capture: Capture) {
    const numbers = new Map<string, number>();
    const numbered = (kind: typeof open) => {
      const number = numbers.get(kind.code) ?? capture.operation(kind);
      numbers.set(kind.code, number);
      return number;
    };
    this.#kinds = new Map(Object.entries(operations).map(([id, kind]) => [Number(id), numbered(kind)]));
    this.#attach = numbered(attach);
    this.#open = numbered(open);
    this.#publish = numbered(publish);
    this.#signIn = numbered(signIn);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const reader = here.reader.reset(bytes, start, end);
    if (bytes[start] === 0) this.#performative(here, v10.readPerformative(reader));
    else this.#frame(here, readFrame(reader));
  }

  #frame(here: Here, { channel, method, fields, properties, secret }: Frame): void {
    if (method < 0) return;
    if (isAnswer(method)) here.turn('reply');
    if (method === START || method === START_OK) identity(here, properties);
    const { last } = here.connection(newConnection);
    if (method === CONNECTION_CLOSE || method === CONNECTION_CLOSE_0_9 || method === CHANNEL_CLOSE) {
      const code = Number(fields['code']);
      // A connection that is closed in peace says 200, or 100 in drafts of 0-9; errors begin at 300.
      if (code >= 300) here.refuse(last.get(channel) ?? -1, closeRefusal(code));
      return;
    }
    const kind = this.#kinds.get(method);
    if (kind === undefined) return;
    const note = here.operation(kind);
    if (last.size < MOST_CHANNELS || last.has(channel)) last.set(channel, note);
    if (method === START_OK) {
      const { mechanism = '', user = '' } = fields as { mechanism?: string; user?: string };
      if (here.wanted(note)) here.describe(note, { mode: mechanism, ...(user !== '' && { user }) });
      const isReadable = mechanism === 'PLAIN' || mechanism === 'AMQPLAIN';
      if (isReadable && secret > 0) here.credentials(`AMQP ${mechanism}`, user, secret);
      return;
    }
    if (!here.wanted(note)) return;
    const { exchange, key, ...others } = fields;
    const isRouted = method === PUBLISH || method === QUEUE_BIND;
    here.describe(note, isRouted ? { ...others, path: `${exchange || '(default)'} ${key}`.trim() } : others);
  }

  #performative(here: Here, { code, fields, user, secret, address }: v10.Performative): void {
    switch (code) {
      case v10.SASL_INIT: {
        here.turn('request');
        const note = here.operation(this.#signIn);
        const mode = String(fields.get(0) ?? '');
        if (here.wanted(note)) here.describe(note, { mode, ...(user !== '' && { user }) });
        if (mode === 'PLAIN' && secret > 0) here.credentials('AMQP PLAIN', user, secret);
        return;
      }
      case v10.OPEN: {
        here.fact(here.source, 'name', String(fields.get(0) ?? ''), 'inferred');
        if (here.direction !== 'request') return;
        const note = here.operation(this.#open);
        const host = fields.get(1);
        if (here.wanted(note) && host !== undefined) here.describe(note, { path: host });
        return;
      }
      case v10.ATTACH: {
        if (here.direction !== 'request') return;
        const note = here.operation(this.#attach);
        if (here.wanted(note)) here.describe(note, { path: address || String(fields.get(0) ?? '') });
        return;
      }
      case v10.TRANSFER:
        here.operation(this.#publish);
    }
  }
}

/** 1.4.2.1 and 1.4.2.2: both sides say what they are. */
function identity(here: Here, properties: ReadonlyMap<string, string>): void {
  here.fact(here.source, 'product', properties.get('product') ?? '');
  here.fact(here.source, 'firmware', properties.get('version') ?? '');
  here.fact(here.source, 'os', properties.get('platform') ?? '');
}
