import { unsignedAt } from '../../bytes/ber.ts';
import { u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { message, operations, poll, update } from './operations.ts';
import {
  type CnPacket,
  DATA,
  HEADER,
  hexadecimal,
  messageCodes,
  readPacket,
  SET_MODE,
  VERSION,
} from './packet.ts';

const PORTS = [1628, 1629];
const LONGEST = 2_048;
const SELECTORS = 0x4000;
const MOST_SHOWN = 32;

export const lontalk: Dissector<CnPacket> = {
  name: 'lontalk',
  title: 'LonTalk over IP',
  reference: 'EN 14908-4 (EIA-852); EN 14908-1 (ISO/IEC 14908-1)',
  industrial: true,
  carriers: [
    { on: 'udp', at: PORTS },
    { on: 'tcp', at: PORTS },
  ],
  claims: [],
  roles: {
    asking: { role: 'gateway', certainty: 'guessed', because: 'lontalk.speaks' },
    asked: { role: 'gateway', certainty: 'guessed', because: 'lontalk.speaks' },
  },

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (length < 4) return expected ? PERHAPS : NOT_OURS;
    const said = u16At(bytes, start);
    if (bytes[start + 2] !== VERSION || said < HEADER || said > LONGEST) return NOT_OURS;
    if (expected) return OURS;
    // Elsewhere only data, with nothing out of the ordinary.
    if (said !== length || bytes[start + 3] !== DATA || length < HEADER + 6) return NOT_OURS;
    const plain = bytes[start + 4] === 0 && bytes[start + 5] === 0 && u16At(bytes, start + 6) === 0;
    return plain && bytes[start + HEADER + 1]! >> 6 === 0 ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (end - start < 4) return 0;
    const said = u16At(bytes, start);
    return bytes[start + 2] === VERSION && said >= HEADER && said <= LONGEST ? said : LOST;
  },

  read: (reader) => readPacket(reader),

  begin: (capture) => new LonTalkSession(capture),
};

class LonTalkSession implements Session {
  readonly #kinds: ReadonlyMap<number, number>;
  readonly #update: number;
  readonly #poll: number;
  readonly #message: number;
  readonly #variables: number;

  constructor(capture: Capture) {
    this.#kinds = new Map(
      Object.entries(operations).map(([code, kind]) => [Number(code), capture.operation(kind)]),
    );
    this.#update = capture.operation(update);
    this.#poll = capture.operation(poll);
    this.#message = capture.operation(message);
    this.#variables = capture.variables(variableName);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { frame } = readPacket(here.reader.reset(bytes, start, end));
    if (!frame || frame.isAcknowledgement) return;
    // Peers: whoever speaks asks.
    here.turn('request');
    const { source, destination: device, code, variable, data, sourceNode } = frame;
    if (variable >= 0) {
      const number = data.length > 0 && data.length <= 2 ? unsignedAt(data, 0, data.length) : undefined;
      const index = sourceNode * SELECTORS + variable;
      if (number !== undefined) here.variable(here.source, this.#variables, index, number);
      const note = here.operation(frame.isPoll ? this.#poll : this.#update);
      if (!here.wanted(note)) return;
      const name = `NV ${variable}`;
      const value = number ?? hexadecimal(data.subarray(0, MOST_SHOWN));
      here.describe(note, { source, device, name, ...(!frame.isPoll && { value }) });
      return;
    }
    if (code < 0 || frame.isAnswer) return;
    const note = here.operation(this.#kinds.get(code) ?? this.#message);
    if (here.wanted(note)) {
      const mode = code === SET_MODE && data.length > 0 ? { mode: modes[data[0]!] ?? data[0]! } : {};
      const shown = data.length > 0 ? { data: hexadecimal(data.subarray(0, MOST_SHOWN)) } : {};
      here.describe(note, { source, device, service: messageCodes[code] ?? code, ...shown, ...mode });
    }
    if (frame.secret > 0) here.credentials('LonTalk', device, frame.secret);
  }
}

/** `1/42 NV 269`: what a node says under a selector. */
function variableName(index: number): string {
  const node = Math.floor(index / SELECTORS);
  return `${node >> 7}/${node & 0x7f} NV ${index % SELECTORS}`;
}

const modes: Readonly<Record<number, string>> = { 0: 'offline', 1: 'online', 2: 'reset', 3: 'change state' };
