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
  Transfer,
} from '../../dissector.ts';
import { Gathering } from './gathering.ts';
import { type Point, pointName, pointsIn, type Range, rangeName } from './memory.ts';
import {
  asks,
  CONNECT,
  DOWNLOAD,
  type Message,
  READ,
  readSrtp,
  REPLY,
  SET_STATE,
  states,
  UPLOAD,
  WRITE,
} from './message.ts';
import { commandRobot, connect, operations, unknownService } from './operations.ts';
import { majorOf, minorOf } from './refusals.ts';
import { robotCommandIn } from './robot.ts';
import { services } from './services.ts';

const MOST_SHOWN = 32;

interface Request {
  readonly note: OperationNote;
  readonly service: number;
  readonly range: Range | undefined;
  readonly sets: readonly Point[];
  readonly setting: Setting | undefined;
}

interface Connection {
  transfer: Transfer | undefined;
  state: number;
  /** Of the request whose packets are coming. */
  asking: OperationNote;
  /** Its first packet says already that a robot is told something. */
  isCommand: boolean;
}

export class SrtpSession implements Session {
  readonly #kinds: Kinds;
  readonly #connect: number;
  readonly #commandRobot: number;
  readonly #family: number;
  readonly #waiting: Pending<Request>;
  readonly #last: LastValues;
  readonly #pieces: Gathering;
  /** What the reply at hand answers. */
  #replyTo: Request | undefined;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownService);
    this.#connect = capture.operation(connect);
    this.#commandRobot = capture.operation(commandRobot);
    this.#family = capture.variables(pointName);
    this.#last = capture.bounded('memories', new LastValues());
    this.#pieces = capture.bounded('pieces', new Gathering());
    this.#waiting = pendingSettings<Request>(capture, (as, of, { sets }) => this.#saw(as, of, sets, true));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start]!;
    this.#replyTo = type === REPLY ? this.#waiting.take(here.flow, sequenceAt(bytes, start)) : undefined;
    const message = readSrtp(here.reader.reset(bytes, start, end), this.#replyTo?.service);
    here.turn(asks(type) || type === CONNECT ? 'request' : 'reply');
    if (type === CONNECT) here.operation(this.#connect);
    else if (asks(type)) this.#asked(here, message, bytes);
    else if (message.state !== undefined) this.#answered(here, message, bytes);
  }

  context(): Context | undefined {
    return this.#replyTo && { service: this.#replyTo.service };
  }

  finish(): void {
    this.#waiting.finish();
  }

  #asked(here: Here, packet: Message, bytes: Uint8Array): void {
    const { service } = packet;
    const connection = here.connection(newConnection);
    if (service === DOWNLOAD || service === UPLOAD) {
      here.role(here.source, 'engineering', 'inferred', 'ge-srtp.transfers-program');
    }
    if (service === DOWNLOAD && packet.data) this.#carry(here, here.target, 'to', packet.data, bytes);
    // Counted at once: of a message that never gets whole, only what it sets is lost.
    if (this.#pieces.begins(here, packet)) this.#begun(here, connection, packet);
    const message = this.#pieces.add(here, packet);
    if (message) this.#isWhole(here, connection, message);
  }

  #begun(here: Here, connection: Connection, packet: Message): void {
    const { sequence, service, range, secret } = packet;
    const command = commandIn(packet);
    const note = here.operation(command === undefined ? this.#kinds.of(service) : this.#commandRobot);
    if (here.wanted(note)) here.describe(note, command === undefined ? paramsOf(packet) : { command });
    if (secret !== undefined) here.credentials('GE SRTP privilege', '', secret);
    this.#waiting.put(here.flow, sequence, { note, service, range, sets: [], setting: undefined });
    connection.asking = note;
    connection.isCommand = command !== undefined;
  }

  #isWhole(here: Here, { asking, isCommand }: Connection, message: Message): void {
    const { sequence, service, range, data } = message;
    if (service !== WRITE || !range || !data) return;
    const command = commandIn(message);
    // Cut within its first word, it looked like any other writing.
    const note = command !== undefined && !isCommand ? here.operation(this.#commandRobot) : asking;
    if (command !== undefined) return here.describe(note, { command });
    const sets = pointsIn(range, data);
    if (sets.length === 0) return;
    if (here.wanted(note)) here.describe(note, this.#valuesOf(here.target, sets));
    this.#waiting.put(here.flow, sequence, { note, service, range, sets, setting: settingOf(here) });
  }

  #valuesOf(target: Endpoint, sets: readonly Point[]): Params {
    const points = sets.slice(0, MOST_SHOWN);
    const before = points.map(({ index }) => this.#last.get(target, index) ?? null);
    return {
      values: points.map(({ value }) => value),
      ...(before.some((known) => known !== null) && { before }),
    };
  }

  #answered(here: Here, packet: Message, bytes: Uint8Array): void {
    const connection = here.connection(newConnection);
    this.#stateIs(here, connection, packet);
    const request = this.#replyTo;
    if (!request) return;
    const { major, minor } = packet;
    if (major !== 0) return here.refuse(request.note, minor === 0 ? majorOf(major) : minorOf(minor));
    if (request.service === UPLOAD && packet.data) this.#carry(here, here.source, 'from', packet.data, bytes);
    const message = this.#pieces.add(here, packet);
    // More packets answer the same request.
    if (!message) return this.#waiting.put(here.flow, packet.sequence, request);
    this.#agreed(here, request, message);
  }

  #agreed(here: Here, { service, range, note, sets, setting }: Request, message: Message): void {
    const { data, identity, state = 0 } = message;
    if (setting) this.#saw(here, here.source, sets, true);
    if (identity) here.fact(here.source, 'name', identity.name);
    const points = service === READ && range && data ? pointsIn(range, data) : [];
    this.#saw(here, here.source, points, false);
    if (!here.wanted(note)) return;
    if (identity) here.describe(note, { name: identity.name, type: identity.type });
    if (service === SET_STATE) here.describe(note, { state: states[state] ?? state });
    if (points.length > 0) {
      here.describe(note, { values: points.slice(0, MOST_SHOWN).map(({ value }) => value) });
    }
  }

  #stateIs(here: Here, connection: Connection, { major, state = 0 }: Message): void {
    if (state === connection.state || major !== 0) return;
    if (connection.state >= 0) {
      here.anomaly('ge-srtp.state-changed', 'PLC status', 54, {
        before: states[connection.state] ?? connection.state,
        state: states[state] ?? state,
      });
    }
    connection.state = state;
  }

  #saw(here: Teller, about: Endpoint, points: readonly Point[], set: boolean): void {
    for (const { index, value } of points) {
      here.variable(about, this.#family, index, value, set);
      this.#last.put(about, index, value);
    }
  }

  #carry(here: Here, about: Endpoint, way: 'to' | 'from', data: Uint8Array, bytes: Uint8Array): void {
    const connection = here.connection(newConnection);
    connection.transfer ??= here.transfer(about, way, 'program', 'control program');
    const from = data.byteOffset - bytes.byteOffset;
    connection.transfer.add(here, bytes, from, from + data.length);
  }
}

const newConnection = (): Connection => ({
  transfer: undefined,
  state: -1,
  asking: -1,
  isCommand: false,
});

function commandIn({ service, range, data }: Message): string | undefined {
  return service === WRITE && range && data ? robotCommandIn(range, data) : undefined;
}

function paramsOf({ service, range, value }: Message): Params {
  const name = services[service] ?? `0x${service.toString(16).padStart(2, '0')}`;
  const kind = operations[service];
  return {
    ...(!kind && { service: name }),
    // Of services that share a kind, which one it was.
    ...(kind?.text?.includes('{what}') && { what: name }),
    ...(range && { items: [rangeName(range)] }),
    ...(value !== undefined && { value }),
  };
}

function sequenceAt(bytes: Uint8Array, start: number): number {
  return bytes[start + 2]! | (bytes[start + 3]! << 8);
}
