import { ByteReader, Malformed } from '../bytes/byte-reader.ts';
import {
  type Assembly,
  type Capture,
  type Certainty,
  type Direction,
  type Dissector,
  type Endpoint,
  type FactField,
  type Here,
  NOBODY,
  OURS,
  type OperationKind,
  type OperationNote,
  type Params,
  type Role,
  type Session,
} from '../dissector.ts';
import { Endpoints } from '../network/endpoints.ts';
import type { Flow } from '../network/flows.ts';
import { Gathered, type Origin } from '../network/gathered.ts';
import { Counter, TextCounter } from './counters.ts';

/** Where messages meet dissectors: the one `Here` of an analysis, and all that is told to it. */
export class Stage implements Here, Capture {
  readonly dissectors: readonly Dissector[];
  readonly sessions: Session[];
  readonly endpoints = new Endpoints();
  readonly counters = new Map<string, Counter | TextCounter>();
  readonly frames: Float64Array;
  readonly #lastFrame: Float64Array;

  packet = 0;
  time = 0;
  direction: Direction = 'request';
  source: Endpoint = NOBODY;
  target: Endpoint = NOBODY;
  sourceMac: Endpoint = NOBODY;
  targetMac: Endpoint = NOBODY;
  sourcePort = 0;
  targetPort = 0;
  carrier = '';
  carrierAt = 0;
  flow = -1;
  context: undefined;
  readonly reader = new ByteReader();

  flowAtHand: Flow | undefined;
  malformed = 0;
  #dissector = 0;
  #origin: Origin = 0;

  constructor(dissectors: readonly Dissector[]) {
    this.dissectors = dissectors;
    this.sessions = dissectors.map((dissector) => dissector.begin(this));
    this.frames = new Float64Array(dissectors.length);
    this.#lastFrame = new Float64Array(dissectors.length);
  }

  /** Gives one message to a dissector. */
  deliver(
    dissector: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    carrier: string,
    carrierAt: number,
  ): void {
    const [outer, outerOrigin, outerCarrier, outerAt] = [
      this.#dissector,
      this.#origin,
      this.carrier,
      this.carrierAt,
    ];
    this.#dissector = dissector;
    this.#origin = origin;
    this.carrier = carrier;
    this.carrierAt = carrierAt;
    if (this.#lastFrame[dissector] !== this.packet) {
      this.#lastFrame[dissector] = this.packet;
      this.frames[dissector]!++;
    }
    try {
      this.sessions[dissector]!.message(this, bytes, start, end);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.malformed++;
    }
    this.#dissector = outer;
    this.#origin = outerOrigin;
    this.carrier = outerCarrier;
    this.carrierAt = outerAt;
  }

  /** Who wants what this carrier brought; -1 if nobody. */
  whose(carrier: string, at: number, bytes: Uint8Array, start: number, end: number, also = -1): number {
    for (const expected of [true, false]) {
      for (let index = 0; index < this.dissectors.length; index++) {
        const dissector = this.dissectors[index]!;
        for (const { on, at: places } of dissector.carriers) {
          if (on !== carrier) continue;
          const usual = places === undefined || places.includes(at) || places.includes(also);
          if (usual !== expected) continue;
          if (dissector.recognises(bytes, start, end, usual) === OURS) return index;
        }
      }
    }
    return -1;
  }

  counter(key: string, nameOf?: (value: number) => string): Counter {
    return this.#count(key, () => new Counter(nameOf)) as Counter;
  }

  textCounter(key: string): TextCounter {
    return this.#count(key, () => new TextCounter()) as TextCounter;
  }

  operation(_kind: OperationKind): number;
  operation(_kind: number): OperationNote;
  operation(_kind: OperationKind | number): number {
    return 0;
  }

  ipv4(address: number): Endpoint {
    return this.endpoints.ipv4(address);
  }

  ipv6(bytes: Uint8Array, start: number): Endpoint {
    return this.endpoints.ipv6(bytes, start);
  }

  mac(bytes: Uint8Array, start: number): Endpoint {
    return this.endpoints.mac(bytes, start);
  }

  connection<State>(make: () => State): State {
    const flow = this.flowAtHand;
    if (!flow) return make();
    const states = (flow.states ??= []);
    return (states[this.#dissector] ??= make()) as State;
  }

  carry(carrier: string, bytes: Uint8Array, start: number, end: number, at = -1): boolean {
    return this.#carry(carrier, bytes, start, end, this.#origin, at);
  }

  carryAssembled(carrier: string, assembly: Assembly, at = -1): boolean {
    const gathered = (assembly as Pieces).gathered;
    return this.#carry(carrier, gathered.bytes, 0, gathered.length, gathered, at);
  }

  assembly(limit = 1 << 20): Assembly {
    return new Pieces(limit);
  }

  append(gathered: Gathered, bytes: Uint8Array, start: number, end: number): boolean {
    return gathered.append(bytes, start, end, this.#origin);
  }

  also(_protocol: string): void {}

  wanted(_note: OperationNote): boolean {
    return false;
  }

  describe(_note: OperationNote, _params: Params): void {}
  refuse(_note: OperationNote, _reason: string): void {}
  fact(_about: Endpoint, _field: FactField, _value: string, _certainty: Certainty = 'stated'): void {}
  same(_one: Endpoint, _other: Endpoint): void {}
  role(_about: Endpoint, _role: Role, _certainty: Certainty, _because: string, _params?: Params): void {}
  anomaly(_code: string, _field: string, _offset: number, _params?: Params): void {}

  #carry(
    carrier: string,
    bytes: Uint8Array,
    start: number,
    end: number,
    origin: Origin,
    at: number,
  ): boolean {
    const inner = this.whose(carrier, at, bytes, start, end);
    if (inner < 0) return false;
    this.deliver(inner, bytes, start, end, origin, carrier, at);
    return true;
  }

  #count(key: string, make: () => Counter | TextCounter): Counter | TextCounter {
    const before = this.counters.get(key);
    if (before) return before;
    const made = make();
    this.counters.set(key, made);
    return made;
  }
}

class Pieces implements Assembly {
  readonly gathered: Gathered;

  constructor(limit: number) {
    this.gathered = new Gathered(limit);
  }

  get length(): number {
    return this.gathered.length;
  }

  add(here: Here, bytes: Uint8Array, start: number, end: number): boolean {
    if ((here as Stage).append(this.gathered, bytes, start, end)) return true;
    this.clear();
    return false;
  }

  clear(): void {
    this.gathered.clear();
  }
}
