import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  type OperationNote,
  OURS,
  type Recognition,
  type Session,
  type Transfer,
} from '../../dissector.ts';
import {
  type CoapMessage,
  EMPTY,
  errorRefusal,
  FIRST_ERROR,
  GET,
  isAnswer,
  isRequest,
  LONGEST_TOKEN,
  options,
  PAYLOAD,
  PUT,
  readCoap,
  refusals,
  shown,
  URI_PATH,
  VERSION,
} from './message.ts';
import { discover, observe, operations } from './operations.ts';

const PORT = 5683;
const DISCOVERY = '/.well-known/core';
const MOST_TRANSFERS = 64;

export const coap: Dissector<CoapMessage> = {
  name: 'coap',
  title: 'CoAP',
  reference: 'RFC 7252, RFC 7641 (Observe), RFC 7959 (blocks)',
  industrial: true,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],
  roles: {
    asking: { role: 'client', certainty: 'guessed', because: 'coap.asks' },
    asked: { role: 'io', certainty: 'guessed', because: 'coap.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (end - start < 4 || bytes[start]! >> 6 !== VERSION) return NOT_OURS;
    const [tokenLength, code] = [bytes[start]! & 0x0f, bytes[start + 1]!];
    if (tokenLength > LONGEST_TOKEN || !(code === EMPTY || isRequest(code) || isAnswer(code)))
      return NOT_OURS;
    if (expected) return OURS;
    return isRequest(code) ? namesPath(bytes, start + 4 + tokenLength, end) : NOT_OURS;
  },

  read: (reader) => readCoap(reader),

  begin: (capture) => new CoapSession(capture),
};

/** On another port: a request in which every option is known, and one of them is a path. */
function namesPath(bytes: Uint8Array, start: number, end: number): Recognition {
  let at = start;
  let option = 0;
  let hasPath = false;
  while (at < end && bytes[at] !== PAYLOAD) {
    const [delta, length] = [bytes[at]! >> 4, bytes[at]! & 0x0f];
    // Longer ones are rare in requests, and a stranger has to be plain.
    if (delta > 12 || length > 12) return NOT_OURS;
    option += delta;
    if (options[option] === undefined) return NOT_OURS;
    for (let i = at + 1; i <= at + length && option === URI_PATH; i++) {
      if (i >= end || bytes[i]! < 0x20 || bytes[i]! > 0x7e) return NOT_OURS;
      hasPath = true;
    }
    at += 1 + length;
  }
  return hasPath && at <= end && at + 1 !== end ? OURS : NOT_OURS;
}

interface Asked {
  readonly note: OperationNote;
  readonly path: string;
  /** Answers keep coming. */
  readonly observes: boolean;
  /** Holds once the server has agreed. */
  readonly write: Write | undefined;
}

interface Write extends Setting {
  readonly value: number;
}

class CoapSession implements Session {
  readonly #kinds: ReadonlyMap<number, number>;
  readonly #observe: number;
  readonly #discover: number;
  readonly #waiting;

  constructor(capture: Capture) {
    const numbers = new Map<string, number>();
    const numbered = Object.entries(operations).map(([method, kind]): [number, number] => {
      const number = numbers.get(kind.code) ?? capture.operation(kind);
      numbers.set(kind.code, number);
      return [Number(method), number];
    });
    this.#kinds = new Map(numbered);
    this.#observe = capture.operation(observe);
    this.#discover = capture.operation(discover);
    this.#waiting = capture.bounded(
      'requests',
      new Pending<Asked>(undefined, ({ path, write }) => {
        if (write) capture.unanswered(write.by, write.time).variableNamed(write.of, path, write.value, true);
      }),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const code = bytes[start + 1] ?? EMPTY;
    if (isRequest(code)) here.turn('request');
    else if (isAnswer(code)) here.turn('reply');
    const message = readCoap(here.reader.reset(bytes, start, end));
    if (isRequest(code)) this.#request(here, message, bytes);
    else if (isAnswer(code)) this.#answer(here, message, bytes);
  }

  finish(): void {
    this.#waiting.finish();
  }

  #request(here: Here, message: CoapMessage, bytes: Uint8Array): void {
    const { code, path, query, payload, block } = message;
    const observes = code === GET && message.observe === 0;
    const isDiscovery = code === GET && path === DISCOVERY;
    const kind = isDiscovery ? this.#discover : observes ? this.#observe : this.#kinds.get(code)!;
    const note = here.operation(kind);
    if (here.wanted(note)) {
      const whole = query.length > 0 ? `${path}?${query.join('&')}` : path;
      here.describe(note, { path: whole, ...(code !== GET && { value: shown(message) }) });
    }
    const value = code === PUT ? numberIn(message) : undefined;
    const write = value === undefined ? undefined : { ...settingOf(here), value };
    if (block && !block.isAnswer && payload.length > 0) carried(here, 'to', path, message, bytes);
    this.#waiting.put(here.flow, keyOf(message), { note, path, observes, write });
  }

  #answer(here: Here, message: CoapMessage, bytes: Uint8Array): void {
    const key = keyOf(message);
    const asked = this.#waiting.take(here.flow, key);
    if (!asked) return;
    const { note, path, observes, write } = asked;
    if (observes && message.code < FIRST_ERROR) this.#waiting.put(here.flow, key, asked);
    if (message.code >= FIRST_ERROR) return here.refuse(note, errorRefusal(message.code));
    if (write) here.variableNamed(here.source, path, write.value, true);
    if (message.payload.length === 0) return;
    if (here.wanted(note)) here.describe(note, { value: shown(message) });
    if (message.block?.isAnswer && (message.block.more || message.block.number > 0)) {
      carried(here, 'from', path, message, bytes);
      return;
    }
    const value = numberIn(message);
    if (value !== undefined) here.variableNamed(here.source, path, value);
  }
}

/** Answers carry the token of their request; without one, its message id. */
function keyOf({ token, id }: CoapMessage): number {
  if (token === '') return id;
  let hash = 0x0001_0000;
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash, 31) + token.charCodeAt(i);
  return hash;
}

/** Content that is a number and nothing else. */
function numberIn(message: CoapMessage): number | undefined {
  if (message.payload.length === 0 || message.payload.length > 32) return undefined;
  const text = shown(message);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const newTransfers = () => new Map<string, Transfer>();

/** RFC 7959: what comes block by block is a file. */
function carried(
  here: Here,
  way: 'to' | 'from',
  path: string,
  message: CoapMessage,
  bytes: Uint8Array,
): void {
  const { block, payload } = message;
  const transfers = here.connection(newTransfers);
  const key = `${way} ${path}`;
  let transfer = transfers.get(key);
  if (!transfer) {
    if (transfers.size >= MOST_TRANSFERS) return;
    transfer = here.transfer(way === 'to' ? here.target : here.source, way, 'file', path);
    transfers.set(key, transfer);
  }
  const start = payload.byteOffset - bytes.byteOffset;
  transfer.add(here, bytes, start, start + payload.length, block!.number * block!.size);
  if (block!.more) return;
  transfer.end(true);
  transfers.delete(key);
}
