import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import { u16leAt } from '../../bytes/byte-reader.ts';
import type {
  Capture,
  Endpoint,
  Here,
  OperationNote,
  Param,
  Params,
  Session,
  Teller,
} from '../../dissector.ts';
import { HEADER, readApdu, STARTDT, STARTDT_CONFIRMED, STOPDT, STOPDT_CONFIRMED, TESTFR } from './apdu.ts';
import { type Asdu, type InformationObject } from './asdu.ts';
import {
  ACTIVATION,
  ACTIVATION_CONFIRMED,
  CAUSE,
  causeName,
  DEACTIVATION,
  FIRST_INTERROGATED,
  FIRST_UNKNOWN,
  LAST_COUNTED,
  LAST_UNKNOWN,
  REQUESTED,
} from './causes.ts';
import {
  operations,
  report,
  startTransfer,
  startTransferAnother,
  stopTransfer,
  testFrame,
  unknownType,
} from './operations.ts';
import { ProcessValues } from './process-values.ts';
import { Files } from './files.ts';
import { negativeConfirmation, refusalOf } from './refusals.ts';
import { Sweeps } from './sweeps.ts';
import { INITIALIZED, isCommand, isFileTransfer, isMonitoring, types } from './types.ts';

const I_FORMAT = 0;
const S_FORMAT = 1;
const U_FORMAT = 2;
const formats = ['I', 'S', 'U'];
const SEQUENCES = 0x8000;
const ALL_STATIONS = 0xffff;
const MOST_SHOWN = 32;
const MOST_COMMANDED = 4_096;
const MOST_STARTED = 4_096;
const FIRST_COMMAND = 45;
const DATED = 58;
const FIRST_SYSTEM = 100;
const LAST_SYSTEM = 107;
const COUNTERS = 101;
const INTERROGATION = 100;
const READ = 102;

interface Command {
  readonly note: OperationNote;
  readonly station: number;
  /** What an interrogation brought so far. */
  readonly values: string[];
  /** Holds once the station has confirmed it. */
  readonly writes: Writes | undefined;
}

interface Writes extends Setting {
  readonly asdu: Asdu;
  /** The same, as it was sent. */
  readonly unit: Uint8Array;
}

interface Connection {
  /** The next send sequence number, by direction; -1 unknown. */
  readonly next: [number, number];
  /** The interrogation under way, if its sample is kept. */
  interrogation: Command | undefined;
  /** Common addresses that were introduced. */
  readonly stations: Set<number>;
  files: Files | undefined;
}

export class Iec104Session implements Session {
  readonly #formats;
  readonly #types;
  readonly #typesAndCauses;
  readonly #unnumbered;
  readonly #kinds: Int32Array;
  readonly #report: number;
  readonly #start: number;
  readonly #startAnother: number;
  readonly #stop: number;
  readonly #test: number;
  readonly #sweeps: Sweeps;
  readonly #values: ProcessValues;
  readonly #commands: Pending<Command>;
  /** Values last commanded and not refused, by station and object. */
  readonly #commanded = new Map<string, Param>();
  /** Who started data transfer with whom first. */
  readonly #controlling = new Map<Endpoint, Endpoint>();

  constructor(capture: Capture) {
    this.#commands = capture.bounded(
      'requests',
      new Pending<Command>(undefined, ({ writes }) => {
        if (writes) this.#wrote(capture.unanswered(writes.by, writes.time), writes);
      }),
    );
    this.#formats = capture.counter('iec104_apci', (format) => formats[format]!);
    this.#types = capture.counter('iec104_typeid');
    this.#typesAndCauses = capture.counter('iec104_typeid_cot', (both) => `${both >> 8}/${both & 0xff}`);
    this.#unnumbered = capture.counter('iec104_u');
    const unknown = capture.operation(unknownType);
    this.#kinds = new Int32Array(256).fill(unknown);
    const numbers = new Map(
      [...new Set(Object.values(operations))].map((kind) => [kind, capture.operation(kind)]),
    );
    for (const [type, kind] of Object.entries(operations)) this.#kinds[Number(type)] = numbers.get(kind)!;
    this.#report = capture.operation(report);
    this.#start = capture.operation(startTransfer);
    this.#startAnother = capture.operation(startTransferAnother);
    this.#stop = capture.operation(stopTransfer);
    this.#test = capture.operation(testFrame);
    this.#sweeps = new Sweeps(capture);
    this.#values = new ProcessValues(capture);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < HEADER) return void readApdu(here.reader.reset(bytes, start, end));
    const first = bytes[start + 2]!;
    if (first & 1) {
      const format = first & 2 ? U_FORMAT : S_FORMAT;
      this.#formats.add(format);
      if (format === U_FORMAT) this.#control(here, first >> 2);
      return;
    }
    this.#formats.add(I_FORMAT);
    if (end - start < HEADER + 6) return void readApdu(here.reader.reset(bytes, start, end));
    const type = bytes[start + HEADER]!;
    const cause = bytes[start + HEADER + 2]! & CAUSE;
    this.#types.add(type);
    this.#typesAndCauses.add(type * 256 + cause);
    if (isMonitoring(type) && cause !== ACTIVATION) here.turn('reply');
    else if (isCommand(type)) here.turn(isAsked(cause) ? 'request' : 'reply');
    const connection = here.connection(newConnection);
    this.#follow(here, connection, u16leAt(bytes, start + 2) >> 1);
    if (isMonitoring(type)) this.#monitored(here, connection, bytes, start, end, type, cause);
    else if (isCommand(type)) this.#commandOrReply(here, connection, bytes, start, end, cause);
    else {
      if (isFileTransfer(type)) (connection.files ??= new Files()).message(here, type, bytes, start, end);
      this.#other(here, bytes, start, end, type);
    }
  }

  gap(here: Here): void {
    const { next, files } = here.connection(newConnection);
    next[0] = next[1] = -1;
    files?.lost();
  }

  finish(): void {
    this.#commands.finish();
  }

  // IEC 60870-5-104, 5.3 and 5.2.
  #control(here: Here, code: number): void {
    this.#unnumbered.add(code);
    if (code === STARTDT || code === STOPDT) here.turn('request');
    if (code === STARTDT_CONFIRMED || code === STOPDT_CONFIRMED) here.turn('reply');
    if (code === STOPDT) here.operation(this.#stop);
    if (code === TESTFR) here.operation(this.#test);
    if (code !== STARTDT) return;
    const before = this.#controlling.get(here.target);
    here.operation(before === undefined || before === here.source ? this.#start : this.#startAnother);
    if (before === undefined && this.#controlling.size < MOST_STARTED) {
      this.#controlling.set(here.target, here.source);
    }
  }

  /** 5.1: each side counts what it sends. TCP loses nothing, so a jump was put there. */
  #follow(here: Here, { next }: Connection, send: number): void {
    const side = Number(here.sourcePort > here.targetPort);
    const expected = next[side]!;
    next[side] = (send + 1) % SEQUENCES;
    if (expected >= 0 && expected !== send) {
      here.anomaly('iec104.sequence-broken', 'send sequence', 2, { expected, actual: send });
    }
  }

  /** 7.3.1 and 7.3.3 of 60870-5-101: what a station tells of itself is its own doing, unless it was asked. */
  #monitored(
    here: Here,
    connection: Connection,
    bytes: Uint8Array,
    start: number,
    end: number,
    type: number,
    cause: number,
  ): void {
    const station = u16leAt(bytes, start + HEADER + 4);
    this.#introduce(here, connection, station);
    this.#values.tell(here, here.source, bytes, start + HEADER, end, false);
    const asked = cause === REQUESTED || (cause >= FIRST_INTERROGATED && cause <= LAST_COUNTED);
    if (asked) {
      const command = this.#askedBy(here, connection, cause, objectAt(bytes, start));
      if (command && types[type]) this.#brought(here, command, bytes, start, end);
      return;
    }
    here.turn('request');
    const note = here.operation(this.#report);
    here.turn('reply');
    if (!here.wanted(note) && type !== INITIALIZED) return;
    const { asdu } = readApdu(here.reader.reset(bytes, start, end));
    if (!asdu) return;
    this.#noteSurplus(here, asdu);
    const values = valuesOf(asdu);
    here.describe(note, {
      station,
      cause: causeName(cause) ?? cause,
      ...(values.length > 0 && { values }),
    });
    if (type === INITIALIZED) {
      const why = asdu.objects[0]?.qualifier ?? '';
      here.anomaly('iec104.station-restarted', 'cause of initialization', HEADER + 9, { station, why });
    }
  }

  #askedBy(here: Here, { interrogation }: Connection, cause: number, object: number): Command | undefined {
    const read = cause === REQUESTED ? this.#commands.take(here.flow, keyOf(READ, object)) : undefined;
    return read ?? interrogation;
  }

  #brought(here: Here, { note, values }: Command, bytes: Uint8Array, start: number, end: number): void {
    if (!here.wanted(note) || values.length >= MOST_SHOWN) return;
    const { asdu } = readApdu(here.reader.reset(bytes, start, end));
    if (!asdu) return;
    values.push(...valuesOf(asdu).slice(0, MOST_SHOWN - values.length));
    here.describe(note, { values });
  }

  #commandOrReply(
    here: Here,
    connection: Connection,
    bytes: Uint8Array,
    start: number,
    end: number,
    cause: number,
  ): void {
    const { asdu } = readApdu(here.reader.reset(bytes, start, end));
    if (!asdu) return;
    this.#noteSurplus(here, asdu);
    const key = keyOf(asdu.type, asdu.objects[0]?.address ?? 0);
    if (isAsked(cause)) {
      const note = here.operation(this.#kinds[asdu.type]!);
      if (here.wanted(note)) here.describe(note, this.#paramsOf(asdu));
      // 60870-5-101, 7.2.3: what is a test does not control the process.
      const sets = cause === ACTIVATION && !asdu.test && asdu.objects.some(isExecuted);
      const writes = sets ? { ...settingOf(here), asdu, unit: bytes.slice(start + HEADER, end) } : undefined;
      const command = { note, station: asdu.station, values: [], writes };
      this.#commands.put(here.flow, key, command);
      if (asdu.type === INTERROGATION || asdu.type === COUNTERS) connection.interrogation = command;
      if (asdu.type < FIRST_SYSTEM || asdu.type > LAST_SYSTEM) this.#sweeps.commanded(here, asdu);
      if (asdu.station !== ALL_STATIONS) this.#introduce(here, connection, asdu.station);
      return;
    }
    const command = this.#commands.take(here.flow, key);
    const unknown = cause >= FIRST_UNKNOWN && cause <= LAST_UNKNOWN;
    if (unknown) this.#sweeps.refused(here, asdu);
    if (!command || (command.station !== asdu.station && command.station !== ALL_STATIONS)) return;
    if (unknown) return here.refuse(command.note, refusalOf(cause));
    if (asdu.negative) return here.refuse(command.note, negativeConfirmation);
    if (command.writes) this.#wrote(here, command.writes);
    // A termination will come too.
    if (cause === ACTIVATION_CONFIRMED) this.#commands.put(here.flow, key, { ...command, writes: undefined });
    else connection.interrogation = undefined;
  }

  #wrote(here: Teller, { of, asdu, unit }: Writes): void {
    this.#values.tell(here, of, unit, 0, unit.length, true);
    for (const { address, value } of asdu.objects.filter(isExecuted)) {
      const key = commandedKey(asdu.type, asdu.station, address);
      const room = this.#commanded.size < MOST_COMMANDED || this.#commanded.has(key);
      if (room) this.#commanded.set(key, value!);
    }
  }

  #paramsOf(asdu: Asdu): Params {
    const { type, station, objects, cause } = asdu;
    const [object] = objects;
    const before = objects.map(
      ({ address }) => this.#commanded.get(commandedKey(type, station, address)) ?? null,
    );
    const commands = objects.flatMap(({ address, value }) =>
      value === undefined ? [] : [`IOA ${address} := ${shown(value)}`],
    );
    return {
      station,
      points: objects.slice(0, MOST_SHOWN).map(({ address }) => address),
      phase: cause === DEACTIVATION ? 'cancel' : object?.select ? 'select' : 'execute',
      ...(commands.length > 0 && { commands: commands.slice(0, MOST_SHOWN) }),
      ...(before.some((value) => value !== null) && {
        before: before as (number | string | boolean | null)[],
      }),
      ...(object?.qualifier !== undefined && { qualifier: object.qualifier }),
      ...(object?.time !== undefined && { time: object.time }),
      ...(asdu.originator !== 0 && { originator: asdu.originator }),
      ...(asdu.test && { test: true }),
      ...(!types[type] && { type }),
    };
  }

  /** Files, authentication, and what nobody defined. */
  #other(here: Here, bytes: Uint8Array, start: number, end: number, type: number): void {
    const note = here.operation(this.#kinds[type]!);
    if (!here.wanted(note)) return;
    const { asdu } = readApdu(here.reader.reset(bytes, start, end));
    if (!asdu) return;
    const object: InformationObject | undefined = asdu.objects[0];
    here.describe(note, {
      station: asdu.station,
      type,
      service: types[type]?.title ?? `type ${type}`,
      ...(isFileTransfer(type) && object?.file !== undefined && { file: object.file }),
      ...(object?.octets !== undefined && { octets: object.octets }),
      ...(object?.qualifier !== undefined && { qualifier: object.qualifier }),
    });
  }

  #introduce(here: Here, { stations }: Connection, station: number): void {
    if (stations.has(station) || stations.size >= MOST_SHOWN) return;
    stations.add(station);
    const controlled = here.direction === 'reply' ? here.source : here.target;
    here.fact(
      controlled,
      'description',
      `IEC 104 station ${station}`,
      here.direction === 'reply' ? 'stated' : 'inferred',
    );
  }

  #noteSurplus(here: Here, { surplus, type, count }: Asdu): void {
    if (surplus > 0) here.anomaly('iec104.surplus-bytes', 'objects', HEADER + 6, { surplus, type, count });
  }
}

const newConnection = (): Connection => ({
  next: [-1, -1],
  interrogation: undefined,
  stations: new Set(),
  files: undefined,
});

function isAsked(cause: number): boolean {
  return cause === ACTIVATION || cause === DEACTIVATION || cause === REQUESTED;
}

function isExecuted({ value, select }: InformationObject): boolean {
  return value !== undefined && !select;
}

/** With or without a time tag, it is the same command. */
function commandedKey(type: number, station: number, address: number): string {
  return `${type >= DATED && type < FIRST_SYSTEM ? type - DATED + FIRST_COMMAND : type} ${station} ${address}`;
}

function objectAt(bytes: Uint8Array, start: number): number {
  const at = start + HEADER + 6;
  return (bytes[at + 2]! << 16) | u16leAt(bytes, at);
}

function keyOf(type: number, address: number): number {
  return (type * 0x100_0000 + address) >>> 0;
}

/** `IOA 4711 = 12.5`. */
function valuesOf({ objects }: Asdu): string[] {
  return objects.slice(0, MOST_SHOWN).flatMap(({ address, value, doubtful, time }) => {
    if (value === undefined) return [];
    const when = time === undefined ? '' : ` at ${time}`;
    return [`IOA ${address} = ${shown(value)}${doubtful ? ' (doubtful)' : ''}${when}`];
  });
}

function shown(value: number | string | boolean): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}
