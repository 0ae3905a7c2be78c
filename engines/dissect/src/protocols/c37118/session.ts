import { u16At } from '../../bytes/byte-reader.ts';
import type { Capture, Context, Endpoint, Here, Params, Session } from '../../dissector.ts';
import { type Block, blockSize, type Configuration, written } from './configuration.ts';
import { agrees } from './crc.ts';
import {
  COMMAND,
  DATA,
  DATA_ERROR,
  type Frame,
  HEADER,
  LEAST,
  type Measurement,
  NOT_IN_SYNC,
  readFrame,
} from './frame.ts';
import { measurements, operations, unknownCommand } from './operations.ts';

const MOST_STREAMS = 1_024;
const MOST_SHOWN = 32;
const EXTENDED_OR_LESS = 16;
/** Grids are measured up to a hundred times a second; as values of a process, ten are plenty. */
const BETWEEN_VALUES = 100_000;

/** A stream of measurements: what its configuration says, and how its PMUs were doing. */
interface Stream {
  readonly layout: string;
  /** Octets of a data frame. */
  readonly size: number;
  /** Where in a data frame the status words are. */
  readonly statusAt: Uint32Array;
  readonly status: Uint16Array;
  readonly blocks: readonly Block[];
  /** When its values are told next: microseconds since 1970. */
  due: number;
}

export class C37118Session implements Session {
  readonly #frames;
  readonly #commands: Int32Array;
  readonly #measurements: number;
  /** By who sends it and its number: the configuration may come over TCP and the data over UDP. */
  readonly #streams = new Map<number, Stream>();
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#frames = capture.counter('c37118_frame');
    this.#commands = new Int32Array(EXTENDED_OR_LESS).fill(capture.operation(unknownCommand));
    for (const [code, kind] of Object.entries(operations)) {
      this.#commands[Number(code)] = capture.operation(kind);
    }
    this.#measurements = capture.operation(measurements);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = undefined;
    let at = start;
    // Datagrams may hold several frames.
    while (end - at >= LEAST) {
      const size = u16At(bytes, at + 2);
      const next = at + size;
      if (size < LEAST || next > end) break;
      this.#frame(here, bytes, at, next);
      at = next;
    }
    if (at < end) readFrame(here.reader.reset(bytes, at, end), undefined);
  }

  context(): Context | undefined {
    return this.#context;
  }

  #frame(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const type = (bytes[start + 1]! >> 4) & 7;
    this.#frames.add(type);
    here.turn(type === COMMAND ? 'request' : 'reply');
    if (!agrees(bytes, start, end)) {
      return here.anomaly('c37118.checksum-wrong', 'checksum', end - start - 2);
    }
    if (type === DATA) return this.#data(here, bytes, start, end);
    const frame = readFrame(here.reader.reset(bytes, start, end), undefined);
    if (type === COMMAND) this.#command(here, frame);
    else if (frame.configuration) this.#configured(here, frame, frame.configuration);
    else if (frame.text) here.fact(here.source, 'description', frame.text);
  }

  #data(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const number = u16At(bytes, start + 4);
    const stream = this.#streams.get(keyOf(here.source, number));
    const note = here.operation(this.#measurements);
    if (stream && stream.size !== end - start) {
      here.anomaly('c37118.size-differs', 'frame size', 2, { configured: stream.size, actual: end - start });
    }
    const fits = stream?.size === end - start;
    if (fits) this.#watch(here, stream, bytes, start);
    const isWanted = here.wanted(note);
    if (!fits && !isWanted) return;
    const due = fits && here.time >= stream.due;
    if (!isWanted && !due) return;
    if (isWanted && fits) this.#context = { layout: stream.layout };
    const frame = readFrame(here.reader.reset(bytes, start, end), fits ? stream.layout : undefined);
    if (due && frame.measurements) {
      stream.due = here.time + BETWEEN_VALUES;
      tellValues(here, number, frame.measurements);
    }
    if (isWanted)
      here.describe(note, { stream: number, ...(frame.measurements && paramsOf(frame.measurements)) });
  }

  /** A PMU that says its data are wrong, or its clock is, is told when it begins to. */
  #watch(here: Here, { statusAt, status, blocks }: Stream, bytes: Uint8Array, start: number): void {
    for (let i = 0; i < statusAt.length; i++) {
      const now = u16At(bytes, start + statusAt[i]!);
      const begun = now & ~status[i]!;
      status[i] = now;
      if ((begun & (DATA_ERROR | NOT_IN_SYNC)) === 0) continue;
      const pmu = blocks[i]!.station;
      if (begun & DATA_ERROR) here.anomaly('c37118.data-error', 'status', statusAt[i]!, { pmu });
      if (begun & NOT_IN_SYNC) here.anomaly('c37118.not-in-sync', 'status', statusAt[i]!, { pmu });
    }
  }

  #command(here: Here, { stream, command = 0 }: Frame): void {
    const note = here.operation(this.#commands[command < EXTENDED_OR_LESS ? command : 0]!);
    if (here.wanted(note)) here.describe(note, { stream, ...(!operations[command] && { command }) });
  }

  #configured(here: Here, { stream }: Frame, configuration: Configuration): void {
    const { blocks, rate } = configuration;
    const key = keyOf(here.source, stream);
    if (this.#streams.size < MOST_STREAMS || this.#streams.has(key)) {
      this.#streams.set(key, streamOf(configuration));
    }
    const stations = [...new Set(blocks.map(({ station }) => station).filter((name) => name !== ''))];
    const speed = rate > 0 ? `${rate} frames/s` : `a frame in ${-rate} s`;
    const shown = stations.slice(0, MOST_SHOWN);
    if (blocks.length === 1) {
      here.fact(here.source, 'station', shown[0] ?? '');
      here.fact(here.source, 'location', blocks[0]!.location ?? '');
      here.fact(here.source, 'description', `C37.118 stream ${stream}, ${speed}`);
    } else {
      here.fact(here.source, 'description', `C37.118 stream ${stream} of ${shown.join(', ')}, ${speed}`);
      here.role(here.source, 'gateway', 'inferred', 'c37118.concentrates', { stations: shown });
    }
  }
}

function keyOf(source: Endpoint, stream: number): number {
  return source * 0x1_0000 + stream;
}

function streamOf(configuration: Configuration): Stream {
  const { blocks } = configuration;
  const statusAt = new Uint32Array(blocks.length);
  let at = HEADER;
  blocks.forEach((block, i) => {
    statusAt[i] = at;
    at += blockSize(block);
  });
  const status = new Uint16Array(blocks.length);
  return { layout: written(configuration), size: at + 2, statusAt, status, blocks, due: 0 };
}

/** `7 PMU frequency`, `7 PMU VA`: stream, station, channel. Of a phasor its magnitude. */
function tellValues(here: Here, stream: number, blocks: readonly Measurement[]): void {
  for (const { station, frequency, change, phasors, analogs } of blocks) {
    const named = station === '' ? String(stream) : `${stream} ${station}`;
    here.variableNamed(here.source, `${named} frequency`, frequency);
    here.variableNamed(here.source, `${named} change of frequency`, change);
    for (const { name, magnitude } of phasors) here.variableNamed(here.source, `${named} ${name}`, magnitude);
    for (const { name, value } of analogs) here.variableNamed(here.source, `${named} ${name}`, value);
  }
}

function paramsOf(blocks: readonly Measurement[]): Params {
  const values = blocks.flatMap(({ station, phasors, analogs }) => [
    ...phasors.map(
      ({ name, magnitude, angle, unit }) => `${station} ${name} = ${magnitude} ${unit} ∠ ${angle}°`,
    ),
    ...analogs.map(({ name, value }) => `${station} ${name} = ${value}`),
  ]);
  return {
    frequencies: blocks.slice(0, MOST_SHOWN).map(({ frequency }) => frequency),
    values: values.slice(0, MOST_SHOWN),
    digitals: blocks.flatMap(({ digitals }) => digitals).slice(0, MOST_SHOWN),
  };
}
