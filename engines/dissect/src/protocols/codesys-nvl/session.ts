import { shownOctets, untypedNumber } from '../../analysis/untyped.ts';
import { RawWords, wordName, WORDS_WITHIN } from '../../analysis/raw-words.ts';
import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Here, Params, Session } from '../../dissector.ts';
import { Counting, IN_TURN } from './counting.ts';
import { HEADER, readVariables, VARIABLES } from './message.ts';
import { ask, publish } from './operations.ts';

const LISTS = 0x1_0000;
/** Lists and their parts or variables. */
const MOST_LISTS = 2_048;
/** Of those that find no place: beyond, they are not even counted. */
const MOST_COUNTED = 4_096;

/** What packets of a list hold, as far as they tell. */
const UNKNOWN = 0;
const PACKED = 1;
const ONE_BY_ONE = 2;
/** LREAL. Longer ones may be an array, which packets of a packed list hold in pieces. */
const LONGEST_NUMBER = 8;

/** How the octets of a packet are named. */
const PART = 0;
const NUMBER = 1;
const VARIABLE = 2;

/** Who takes turns within ten seconds, there and back twice, is no spare that takes over. */
const TURN = 10_000_000;
const TURNS = 4;

const LIST_AT = 8;
const COUNTER_AT = 16;

interface Sender {
  counter: number;
}

/** Who listens for a list at one address. */
interface Receiver {
  readonly mac: Endpoint;
  readonly port: number;
  sender: Endpoint;
  time: number;
  turns: number;
}

/** A list of one sender. */
interface List {
  readonly sender: Sender;
  readonly target: Endpoint;
  /** Undefined where many listen: behind the same group address may be several networks. */
  readonly receiver: Receiver | undefined;
  readonly parts: Map<number, Part>;
  layout: number;
  /** Of the packet before. */
  part: number;
  counter: number;
  isNumber: boolean;
}

interface Part {
  readonly counting: Counting;
  readonly images: [RawWords | undefined, RawWords | undefined, RawWords | undefined];
}

export class NvlSession implements Session {
  readonly #published: number;
  readonly #asked: number;
  readonly #families: readonly number[];
  readonly #skipped;
  readonly #addressOf: (endpoint: Endpoint) => string;
  readonly #senders = new Map<Endpoint, Sender>();
  /** By who publishes and list. */
  readonly #lists = new Map<number, List>();
  /** By who listens and list. */
  readonly #receivers = new Map<number, Receiver>();
  readonly #refused = new Set<number>();
  #parts = 0;
  /** Lists and their parts, not messages: what found no place, or is too long to be told whole. */
  dropped = 0;

  constructor(capture: Capture) {
    this.#published = capture.operation(publish);
    this.#asked = capture.operation(ask);
    this.#families = [nameOfWord, nameOfVariable, nameOfPiece].map((name) => capture.variables(name, true));
    this.#skipped = capture.counter('codesys_nvl_skipped', (list) => `list ${list}`);
    this.#addressOf = (endpoint) => capture.addressOf(endpoint);
    capture.bounded('memories', this);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.turn('request');
    const length = end - start < HEADER ? 0 : u16leAt(bytes, start + 14);
    const isPublished = length >= HEADER && length <= end - start && u32leAt(bytes, start + 4) === VARIABLES;
    if (!isPublished) return this.#other(here, bytes, start, end);
    const list = u16leAt(bytes, start + LIST_AT);
    const part = u16leAt(bytes, start + 10);
    const variables = u16leAt(bytes, start + 12);
    const note = here.operation(this.#published);
    if (here.wanted(note)) {
      const value = variables === 1 && valueOf(bytes.subarray(start + HEADER, start + length));
      here.describe(note, { list, variables, ...(part > 0 && { part }), ...value });
    }
    const published = this.#list(here, list, part);
    if (!published) return;
    const counter = u16leAt(bytes, start + COUNTER_AT);
    const way = wayOf(published, part, counter, variables, length - HEADER);
    const sent = published.parts.get(part)!;
    this.#shared(here, published, list);
    this.#counted(here, published, sent, list, counter);
    const image = (sent.images[way] ??= new RawWords(this));
    const base = (list * LISTS + part) * WORDS_WITHIN;
    image.tell(here, here.source, this.#families[way]!, base, bytes, start + HEADER, start + length, false);
  }

  /** Questions, and what is malformed. */
  #other(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { list, part, variables } = readVariables(here.reader.reset(bytes, start, end));
    const note = here.operation(this.#asked);
    if (here.wanted(note)) here.describe(note, { list, variables, ...(part > 0 && { index: part }) });
  }

  /** With room for the part; undefined without. */
  #list(here: Here, list: number, part: number): List | undefined {
    // Endpoints are below 2^18: exact below 2^53.
    const key = here.source * LISTS + list;
    let published = this.#lists.get(key);
    if (published?.parts.has(part)) return published;
    if (this.#parts >= MOST_LISTS) return this.#refuse(key * LISTS + part);
    if (!published) this.#lists.set(key, (published = this.#begun(here, list)));
    published.parts.set(part, { counting: new Counting(), images: [undefined, undefined, undefined] });
    this.#parts++;
    return published;
  }

  #begun(here: Here, list: number): List {
    const { source, target } = here;
    here.role(source, 'controller', 'inferred', 'codesys-nvl.publishes');
    let sender = this.#senders.get(source);
    if (!sender) this.#senders.set(source, (sender = { counter: 0 }));
    const layout = { layout: UNKNOWN, part: 0, counter: 0, isNumber: false };
    return { sender, target, receiver: this.#receiver(here, list), parts: new Map(), ...layout };
  }

  #receiver(here: Here, list: number): Receiver | undefined {
    const { source, target, targetMac: mac, targetPort: port, time } = here;
    if (mac < 0 || isGroup(this.#addressOf(mac))) return undefined;
    const key = target * LISTS + list;
    let receiver = this.#receivers.get(key);
    if (!receiver) this.#receivers.set(key, (receiver = { mac, port, sender: source, time, turns: 0 }));
    return receiver;
  }

  /** A list has one publisher: who listens takes what comes from any. */
  #shared(here: Here, { receiver, target }: List, list: number): void {
    const { source, time } = here;
    if (!receiver || receiver.sender === source || target !== here.target) return;
    if (receiver.mac !== here.targetMac || receiver.port !== here.targetPort) return;
    receiver.turns = time - receiver.time <= TURN ? receiver.turns + 1 : 1;
    receiver.time = time;
    if (receiver.turns === TURNS) {
      const publisher = this.#addressOf(receiver.sender);
      here.anomaly('codesys-nvl.second-publisher', 'list', LIST_AT, { list, publisher });
    }
    receiver.sender = source;
  }

  #counted(here: Here, { sender }: List, { counting }: Part, list: number, counter: number): void {
    const isNext = ((counter - sender.counter) & 0xffff) === 1;
    sender.counter = counter;
    const skipped = counting.next(here, counter, isNext);
    if (skipped === IN_TURN) here.anomaly('codesys-nvl.counters-in-turn', 'counter', COUNTER_AT, { list });
    else if (skipped > 0) this.#skipped.add(list, skipped);
  }

  #refuse(key: number): undefined {
    if (this.#refused.has(key) || this.#refused.size >= MOST_COUNTED) return;
    this.#refused.add(key);
    this.dropped++;
  }
}

/**
 * Whether a list is packed stands in no packet. One that holds a single number is its only variable, or one of a list
 * that is not packed, when it is the first or the one before was such: two would have been packed into one.
 */
function wayOf(list: List, part: number, counter: number, variables: number, size: number): number {
  const isNumber = variables === 1 && size > 0 && size <= LONGEST_NUMBER;
  const isFurther = part > list.part || (part === list.part && counter !== list.counter);
  if (variables !== 1) list.layout = PACKED;
  else if (list.layout === UNKNOWN && isNumber && list.isNumber && isFurther) list.layout = ONE_BY_ONE;
  list.isNumber = isNumber;
  list.part = part;
  list.counter = counter;
  const isVariable = list.layout === ONE_BY_ONE || (list.layout === UNKNOWN && isNumber && part === 0);
  return !isVariable ? PART : size <= 2 ? NUMBER : VARIABLE;
}

function valueOf(data: Uint8Array): Params {
  const isNumber = data.length > 0 && data.length <= LONGEST_NUMBER;
  return isNumber ? { value: untypedNumber(data) ?? shownOctets(data) } : {};
}

/** `01:00:5e:…`, and that of all. */
function isGroup(mac: string): boolean {
  return (Number.parseInt(mac, 16) & 1) === 1;
}

/** `list 5 word 0`, `list 5 part 1 byte 4`. */
function nameOfWord(index: number): string {
  const part = Math.floor(index / WORDS_WITHIN) % LISTS;
  return `${nameOfList(index)}${part > 0 ? ` part ${part}` : ''} ${wordName(index % WORDS_WITHIN)}`;
}

/** `list 5 variable 3`, of one or two octets. */
function nameOfVariable(index: number): string {
  return `${nameOfList(index)} variable ${Math.floor(index / WORDS_WITHIN) % LISTS}`;
}

/** `list 5 variable 3 word 1`, of longer ones: which type they are is not said. */
function nameOfPiece(index: number): string {
  return `${nameOfVariable(index)} ${wordName(index % WORDS_WITHIN)}`;
}

function nameOfList(index: number): string {
  return `list ${Math.floor(index / WORDS_WITHIN / LISTS)}`;
}
