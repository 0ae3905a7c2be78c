import { Kinds } from '../../analysis/kinds.ts';
import { LastValues } from '../../analysis/last-values.ts';
import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import type {
  Capture,
  Endpoint,
  Here,
  OperationNote,
  Params,
  Session,
  Teller,
  Transfer,
} from '../../dissector.ts';
import { type Point, pointName, pointsIn, type Range, rangeName } from './memory.ts';
import {
  CONNECT,
  DOWNLOAD,
  type Message,
  READ,
  readSrtp,
  REQUEST,
  states,
  UPLOAD,
  WRITE,
} from './message.ts';
import { connect, operations, unknownService } from './operations.ts';
import { majorOf, minorOf } from './refusals.ts';

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
}

export class SrtpSession implements Session {
  readonly #kinds: Kinds;
  readonly #connect: number;
  readonly #family: number;
  readonly #waiting: Pending<Request>;
  readonly #last: LastValues;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownService);
    this.#connect = capture.operation(connect);
    this.#family = capture.variables(pointName);
    this.#last = capture.bounded('memories', new LastValues());
    this.#waiting = capture.bounded(
      'requests',
      new Pending<Request>(undefined, ({ setting, sets }) => {
        if (setting) this.#saw(capture.unanswered(setting.by, setting.time), setting.of, sets, true);
      }),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readSrtp(here.reader.reset(bytes, start, end));
    const asks = message.type === REQUEST || message.type === CONNECT;
    here.turn(asks ? 'request' : 'reply');
    if (message.type === CONNECT) here.operation(this.#connect);
    else if (asks) this.#asked(here, message, bytes);
    else if (message.state !== undefined) this.#answered(here, message, bytes);
  }

  finish(): void {
    this.#waiting.finish();
  }

  #asked(here: Here, message: Message, bytes: Uint8Array): void {
    const { service, sequence, range, data, secret } = message;
    const note = here.operation(this.#kinds.of(service));
    if (here.wanted(note)) here.describe(note, this.#paramsOf(here.target, message));
    if (secret !== undefined) here.credentials('GE SRTP privilege', '', secret);
    if (service === DOWNLOAD || service === UPLOAD) {
      here.role(here.source, 'engineering', 'inferred', 'ge-srtp.transfers-program');
    }
    if (service === DOWNLOAD && data) this.#carry(here, here.target, 'to', data, bytes);
    const sets = service === WRITE && range && data ? pointsIn(range, data) : [];
    const setting = sets.length > 0 ? settingOf(here) : undefined;
    this.#waiting.put(here.flow, sequence, { note, service, range, sets, setting });
  }

  #paramsOf(target: Endpoint, { service, range, data, value }: Message): Params {
    const points = service === WRITE && range && data ? pointsIn(range, data).slice(0, MOST_SHOWN) : [];
    const before = points.map(({ index }) => this.#last.get(target, index) ?? null);
    return {
      ...(!(service in operations) && { service: `0x${service.toString(16).padStart(2, '0')}` }),
      ...(range && { items: [rangeName(range)] }),
      ...(points.length > 0 && { values: points.map((point) => point.value) }),
      ...(before.some((known) => known !== null) && { before }),
      ...(value !== undefined && { value }),
    };
  }

  #answered(here: Here, message: Message, bytes: Uint8Array): void {
    const { sequence, major, minor, data, state = 0 } = message;
    const connection = here.connection(newConnection);
    if (state !== connection.state && major === 0) {
      if (connection.state >= 0) {
        here.anomaly('ge-srtp.state-changed', 'PLC status', 54, {
          before: states[connection.state] ?? connection.state,
          state: states[state] ?? state,
        });
      }
      connection.state = state;
    }
    const request = this.#waiting.take(here.flow, sequence);
    if (!request) return;
    if (major !== 0) return here.refuse(request.note, minor === 0 ? majorOf(major) : minorOf(minor));
    const { service, range, note, sets, setting } = request;
    if (setting) this.#saw(here, here.source, sets, true);
    if (service === UPLOAD && data) this.#carry(here, here.source, 'from', data, bytes);
    if (service !== READ || !range || !data) return;
    this.#saw(here, here.source, pointsIn(range, data), false);
    if (here.wanted(note)) {
      here.describe(note, {
        values: pointsIn(range, data)
          .slice(0, MOST_SHOWN)
          .map(({ value }) => value),
      });
    }
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

const newConnection = (): Connection => ({ transfer: undefined, state: -1 });
