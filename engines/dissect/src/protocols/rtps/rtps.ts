import { u32At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  OURS,
  type OperationKind,
  type Session,
} from '../../dissector.ts';
import {
  HEADER,
  isDiscovery,
  MAGIC,
  type Parameters,
  PARTICIPANT_WRITER,
  PING,
  PUBLICATIONS_WRITER,
  readRtps,
  type RtpsMessage,
  vendors,
} from './message.ts';
import { data, participant, publishes, subscribes } from './operations.ts';

/** Of domain 0; other domains and participants count up from there: 9.6.1. */
const PORT = 7400;
const DATA = 0x15;

export const rtps: Dissector<RtpsMessage> = {
  name: 'rtps',
  title: 'DDS (RTPS)',
  reference: 'OMG DDSI-RTPS 2.5',
  industrial: true,
  carriers: [{ on: 'udp', at: [PORT, 7401, 7410, 7411, 7412, 7413] }],
  claims: [],

  recognises(bytes, start, end) {
    const length = end - start;
    if (length < PING || u32At(bytes, start) !== MAGIC) return NOT_OURS;
    return bytes[start + 4] === 2 || bytes[start + 4] === 1 ? OURS : NOT_OURS;
  },

  read: (reader) => readRtps(reader),

  begin: (capture) => new RtpsSession(capture),
};

/** What implementations tell of the computer in the properties of a participant. */
const HOST = /hostname/i;
const USER = /username/i;

class RtpsSession implements Session {
  readonly #participant: number;
  readonly #publishes: number;
  readonly #subscribes: number;
  readonly #data: number;

  constructor(capture: Capture) {
    const operation = (kind: OperationKind) => capture.operation(kind);
    this.#participant = operation(participant);
    this.#publishes = operation(publishes);
    this.#subscribes = operation(subscribes);
    this.#data = operation(data);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.turn('request');
    const { vendor, submessages } = readRtps(here.reader.reset(bytes, start, end));
    if (end - start < HEADER) return;
    here.fact(here.source, 'product', vendors[vendor] ?? '', 'inferred');
    for (const { id, writer, parameters } of submessages) {
      if (id !== DATA) continue;
      if (!isDiscovery(writer)) here.operation(this.#data);
      else if (parameters && writer === PARTICIPANT_WRITER) this.#discovered(here, parameters);
      else if (parameters) {
        const note = here.operation(writer === PUBLICATIONS_WRITER ? this.#publishes : this.#subscribes);
        const { topic, type } = parameters;
        if (here.wanted(note)) here.describe(note, { topic, type });
      }
    }
  }

  #discovered(here: Here, { name, properties }: Parameters): void {
    const note = here.operation(this.#participant);
    if (here.wanted(note)) here.describe(note, { name });
    for (const [key, value] of properties) {
      if (HOST.test(key)) here.fact(here.source, 'name', value);
      if (USER.test(key)) here.fact(here.source, 'user', value);
    }
  }
}
