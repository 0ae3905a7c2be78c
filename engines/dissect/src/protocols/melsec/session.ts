import { Kinds } from '../../analysis/kinds.ts';
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
} from '../../dissector.ts';
import { deviceName, holdsBits } from './devices.ts';
import {
  type Asked,
  type Body,
  type Frame,
  isReplyShape,
  placeName,
  type Place,
  readFrame,
  serialAt,
  shapeAt,
  written,
} from './frame.ts';
import { isMessage1E, isReply1E, readFrame1E } from './frame-1e.ts';
import { operations, unknownCommand } from './operations.ts';
import { refusalOf, refusalOf1E } from './refusals.ts';

const MOST_SHOWN = 32;
const MONITOR_REGISTER = 0x0801;
const MONITOR = 0x0802;
const WRITES: ReadonlySet<number> = new Set([0x1401, 0x1402, 0x1406]);
const READS: ReadonlySet<number> = new Set([0x0401, 0x0403, 0x0406, MONITOR]);
const WORD_BITS = 16;
const NUMBERS = 0x1_0000_0000;

interface Request extends Asked {
  readonly note: OperationNote;
  /** That are set, by whom. */
  readonly values: readonly number[];
  readonly setting: Setting | undefined;
}

interface Connection {
  /** What was registered to be monitored. */
  monitored: readonly Place[];
}

export class MelsecSession implements Session {
  readonly #kinds: Kinds;
  readonly #family: number;
  readonly #doubles: number;
  readonly #waiting: Pending<Request>;
  readonly #last: LastValues;
  /** The request of the reply at hand. */
  #replyTo: Request | undefined;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownCommand);
    const nameOf = (index: number) => deviceName(Math.floor(index / NUMBERS), index % NUMBERS);
    this.#family = capture.variables(nameOf);
    this.#doubles = capture.variables((index) => `${nameOf(index)} (32 bits)`);
    this.#last = capture.bounded('memories', new LastValues());
    this.#waiting = pendingSettings<Request>(capture, (as, of, { places, values }) =>
      this.#saw(as, of, places, values, true),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#replyTo = undefined;
    if (isMessage1E(bytes, start, end)) return this.#message1E(here, bytes, start, end);
    const shape = end - start < 2 ? undefined : shapeAt(bytes, start);
    const isReply = shape !== undefined && isReplyShape(shape);
    here.turn(isReply ? 'reply' : 'request');
    if (!isReply) return this.#asked(here, readFrame(here.reader.reset(bytes, start, end), undefined));
    // Of 3E one waits at a time; 4E has a number for each.
    const request = this.#waiting.take(here.flow, serialAt(bytes, start, shape));
    this.#replyTo = request;
    if (!request) return void readFrame(here.reader.reset(bytes, start, end), undefined);
    this.#answered(here, request, readFrame(here.reader.reset(bytes, start, end), request));
  }

  #message1E(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const isReply = isReply1E(bytes[start]!);
    here.turn(isReply ? 'reply' : 'request');
    if (!isReply) {
      // Its answer says too little to be recognised.
      if (here.carrier === 'udp') here.expect('udp', here.source, here.sourcePort, 'melsec');
      return this.#asked(here, readFrame1E(here.reader.reset(bytes, start, end), undefined));
    }
    const request = this.#waiting.take(here.flow, 0);
    this.#replyTo = request;
    const frame = readFrame1E(here.reader.reset(bytes, start, end), request);
    if (!request) return;
    if (frame.endCode === 0) this.#answered(here, request, frame);
    else here.refuse(request.note, refusalOf1E(frame.endCode));
  }

  context(): Context | undefined {
    return this.#replyTo && { asked: written(this.#replyTo) };
  }

  finish(): void {
    this.#waiting.finish();
  }

  #asked(here: Here, { serial, command, subcommand, body }: Frame): void {
    const note = here.operation(this.#kinds.of(command));
    const connection = here.connection(newConnection);
    if (command === MONITOR_REGISTER) connection.monitored = body.places ?? [];
    const places = command === MONITOR ? connection.monitored : (body.places ?? []);
    if (here.wanted(note))
      here.describe(note, this.#paramsOf(here.target, command, subcommand, body, places));
    if (body.secret !== undefined) here.credentials('MELSEC remote password', '', body.secret);
    const setting = WRITES.has(command) ? settingOf(here) : undefined;
    this.#waiting.put(here.flow, serial, {
      note,
      command,
      subcommand,
      places,
      values: body.values ?? [],
      setting,
    });
  }

  #paramsOf(
    target: Endpoint,
    command: number,
    subcommand: number,
    body: Body,
    places: readonly Place[],
  ): Params {
    const { values, mode, address, quantity } = body;
    const before = WRITES.has(command)
      ? indicesOf(places).map((index) => this.#last.get(target, index) ?? null)
      : [];
    return {
      ...(!(command in operations) && {
        command: hexadecimal(command),
        subfunction: hexadecimal(subcommand),
      }),
      ...(places.length > 0 && { items: places.slice(0, MOST_SHOWN).map(placeName) }),
      ...(values && { values: values.slice(0, MOST_SHOWN) }),
      ...(before.some((value) => value !== null) && { before }),
      ...(mode !== undefined && { mode }),
      ...(address !== undefined && { address }),
      ...(quantity !== undefined && { quantity }),
    };
  }

  #answered(here: Here, request: Request, { endCode, body }: Frame): void {
    const { note, places, command } = request;
    if (endCode !== 0) return here.refuse(note, refusalOf(endCode));
    if (request.setting) this.#saw(here, here.source, places, request.values, true);
    const { values, model } = body;
    if (model !== undefined) {
      here.fact(here.source, 'vendor', 'Mitsubishi Electric', 'inferred');
      here.fact(here.source, 'model', model);
    }
    if (!values || !READS.has(command)) return;
    this.#saw(here, here.source, places, values, false);
    if (here.wanted(note)) here.describe(note, { values: values.slice(0, MOST_SHOWN) });
  }

  #saw(
    here: Teller,
    about: Endpoint,
    places: readonly Place[],
    values: readonly number[],
    set: boolean,
  ): void {
    let at = 0;
    for (const place of places) {
      const step = stepOf(place);
      for (let i = 0; i < place.count && at < values.length; i++) {
        const index = indexOf(place, i * step);
        const value = values[at++]!;
        this.#last.put(about, index, value);
        if (step === WORD_BITS) {
          for (let bit = 0; bit < step; bit++) {
            here.variable(about, this.#family, index + bit, (value >> bit) & 1, set);
          }
        } else {
          here.variable(about, place.unit === 'double' ? this.#doubles : this.#family, index, value, set);
        }
      }
    }
  }
}

const newConnection = (): Connection => ({ monitored: [] });

/** Bits that come by the word are sixteen devices apart. */
function stepOf({ code, unit }: Place): number {
  return holdsBits(code) && unit === 'word' ? WORD_BITS : 1;
}

function indexOf({ code, number }: Place, further: number): number {
  return code * NUMBERS + number + further;
}

function indicesOf(places: readonly Place[]): number[] {
  return places
    .flatMap((place) => {
      const count = Math.min(place.count, MOST_SHOWN);
      return Array.from({ length: count }, (_, i) => indexOf(place, i * stepOf(place)));
    })
    .slice(0, MOST_SHOWN);
}

function hexadecimal(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}
