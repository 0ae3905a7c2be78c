import { Kinds } from '../../analysis/kinds.ts';
import { LastValues } from '../../analysis/last-values.ts';
import { Memory } from '../../analysis/memory.ts';
import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import type { Capture, Context, Endpoint, Here, OperationNote, Session, Teller } from '../../dissector.ts';
import type { DatabaseReply, DatabaseRequest, Element } from './database.ts';
import { type BsapMessage, type Part, readBsap } from './message.ts';
import { databaseOperations, extensionOperations, functionOperations, otherFunction } from './operations.ts';
import { refusalOf } from './refusals.ts';

const MOST_SHOWN = 32;
const MOST_NAMES = 16_384;
const CHECKSUM = 2;

interface Asked {
  readonly note: OperationNote;
  readonly request: DatabaseRequest | undefined;
  /** Of a write: it holds as far as the device agrees. */
  readonly setting: Setting | undefined;
}

export class BsapSession implements Session {
  readonly #database: Kinds;
  readonly #extensions: Kinds;
  readonly #functions: Kinds;
  readonly #waiting: Pending<Asked>;
  /** By device and address: what answers to questions by name told. */
  readonly #names: Memory<string>;
  readonly #last: LastValues;
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#database = new Kinds(capture, databaseOperations, otherFunction);
    this.#extensions = new Kinds(capture, extensionOperations, otherFunction);
    this.#functions = new Kinds(capture, functionOperations, otherFunction);
    this.#waiting = capture.bounded(
      'requests',
      new Pending<Asked>(undefined, ({ request, setting }) => {
        if (setting) this.#wrote(capture.unanswered(setting.by, setting.time), setting.of, request!);
      }),
    );
    this.#names = capture.bounded('memories', new Memory<string>(MOST_NAMES));
    this.#last = capture.bounded('memories', new LastValues());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = undefined;
    const answered: (Asked | undefined)[] = [];
    const isReply = here.direction === 'reply';
    const message = readBsap(here.reader.reset(bytes, start, end), isReply, (sequence) => {
      const asked = this.#waiting.take(here.flow, sequence);
      answered.push(asked);
      return asked?.request?.fields;
    });
    if (!message.checked) return here.anomaly('bsap.checksum-wrong', 'checksum', end - start - CHECKSUM);
    if (message.isReply !== undefined) here.turn(message.isReply ? 'reply' : 'request');
    this.#context = contextOf(message.parts, answered);
    for (const part of message.parts) {
      if (part.reply) this.#answered(here, part.reply, answered.shift());
      else if (part.application !== undefined) this.#asked(here, part, message);
    }
  }

  context(): Context | undefined {
    return this.#context;
  }

  finish(): void {
    this.#waiting.finish();
  }

  #asked(here: Here, { sequence, application, extension, request }: Part, { address }: BsapMessage): void {
    const note = here.operation(
      request
        ? this.#database.of(request.function)
        : extension !== undefined
          ? this.#extensions.of(extension)
          : this.#functions.of(application!),
    );
    const { signals, values } = request ?? {};
    if (here.wanted(note)) {
      const before = values && signals!.map((signal) => this.#lastOf(here.target, signal) ?? null);
      here.describe(note, {
        ...(signals && { items: signals.slice(0, MOST_SHOWN).map((one) => this.#nameOf(here.target, one)) }),
        ...(values && { values: values.slice(0, MOST_SHOWN).map(rounded) }),
        ...(before?.some((value) => value !== null) && { before: before.slice(0, MOST_SHOWN).map(rounded) }),
        ...(!request && !(application! in functionOperations) && { function: application! }),
        ...(address !== undefined && { station: address }),
      });
    }
    this.#waiting.put(here.flow, sequence, { note, request, setting: values && settingOf(here) });
  }

  /** @param answers one for each signal; without them nothing is known of what the device said */
  #wrote(
    here: Teller,
    about: Endpoint,
    { signals = [], values = [] }: DatabaseRequest,
    answers: readonly Element[] = [],
  ): void {
    for (const [i, value] of values.entries()) {
      if (value !== null && !answers[i]?.refused) this.#saw(here, about, signals[i]!, value, true);
    }
  }

  #answered(here: Here, { error, elementError, elements }: DatabaseReply, asked: Asked | undefined): void {
    here.fact(here.source, 'vendor', 'Emerson (Bristol)', 'guessed');
    if (!asked) return;
    const { note, request, setting } = asked;
    if (error !== 0) here.refuse(note, refusalOf(error, elementError));
    const isWhole = error === 0 || elements.length > 0;
    if (setting && isWhole) this.#wrote(here, here.source, request!, elements);
    elements.forEach(({ value, address }, i) => {
      const signal = request?.signals?.[i];
      if (signal === undefined) return;
      if (typeof signal === 'string' && address !== undefined) {
        this.#names.set(`${here.source} ${address}`, signal);
      }
      if (typeof value === 'number') this.#saw(here, here.source, address ?? signal, value, false, signal);
    });
    if (!request?.values && elements.length > 0 && here.wanted(note)) {
      here.describe(note, {
        values: elements.slice(0, MOST_SHOWN).map(({ value }) => rounded(value ?? null)),
      });
    }
  }

  #saw(
    here: Teller,
    about: Endpoint,
    signal: string | number,
    value: number,
    set: boolean,
    named: string | number = signal,
  ): void {
    here.variableNamed(about, this.#nameOf(about, named), value, set);
    if (typeof signal === 'number') this.#last.put(about, signal, value);
  }

  #lastOf(about: Endpoint, signal: string | number): number | undefined {
    return typeof signal === 'number' ? this.#last.get(about, signal) : undefined;
  }

  #nameOf(about: Endpoint, signal: string | number): string {
    return typeof signal === 'string'
      ? signal
      : (this.#names.get(`${about} ${signal}`) ?? `address ${signal}`);
  }
}

/** Of the first answer that needs it: several in one datagram were asked for alike. */
function contextOf(parts: readonly Part[], answered: readonly (Asked | undefined)[]): Context | undefined {
  if (!parts.some(({ reply }) => reply)) return undefined;
  const fields = answered.find((asked) => asked?.request?.fields !== undefined)?.request?.fields;
  return fields === undefined ? undefined : { fields };
}

function rounded<Value>(value: Value): Value | number {
  return typeof value === 'number' ? Number(value.toPrecision(7)) : value;
}
