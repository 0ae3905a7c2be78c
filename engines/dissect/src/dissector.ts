import type { ByteReader } from './bytes/byte-reader.ts';
import type { Counter, TextCounter } from './analysis/counters.ts';

/**
 * A protocol we understand: a folder under `protocols/`, one of these, and a line in the registry.
 *
 * This half is knowledge and holds no state. What a protocol remembers while a capture is analysed lives in
 * the `Session` that `begin` makes. README.md beside `src/` tells the whole in the order one writes it.
 */
export interface Dissector<Message = unknown> {
  /** Short and stable: it is stored with every observation, and it is the key under `counts.ics_frames`. */
  readonly name: string;
  /** As people write it: `Modbus/TCP`. */
  readonly title: string;
  /** Where the protocol is defined, so that anyone can check us. */
  readonly reference: string;
  /** Spoken by the plant rather than by the office. Only these are counted in `counts.ics_frames`. */
  readonly industrial: boolean;
  /**
   * An envelope: a packet in which it carried somebody counts for who was inside, not for itself. So the reference
   * counts DCE/RPC.
   */
  readonly yields?: boolean;
  /** What carries it. */
  readonly carriers: readonly Carrier[];
  /** Keys of `counts` that this dissector answers for. The truth command only compares what is claimed. */
  readonly claims: readonly string[];
  /** What speaking this protocol says about a device; the analysis weighs it against everything else. */
  readonly roles?: { readonly asking?: RoleHint; readonly asked?: RoleHint };
  /** All reasons it can tell for a device's saying no; made with `Refusals`. */
  readonly refusals?: readonly Refusal[];

  /**
   * Could a stream, datagram or frame that begins like this be ours? Never throws, never allocates.
   * `expected` says that it was found where the protocol usually lives: be strict without it, for everything
   * that nobody claims is tried here.
   */
  recognises(bytes: Uint8Array, start: number, end: number, expected: boolean): Recognition;

  /**
   * Streams only: the length of the message at `start`; 0 until enough of it has arrived; `LOST` when this
   * cannot be the beginning of a message. Then the core looks for the next place that `recognises` and
   * `messageLength` both believe, and counts what lay between. Never throws, never allocates.
   */
  messageLength?(bytes: Uint8Array, start: number, end: number): number;

  /**
   * Reads one message, all of it and nothing else. Throws Malformed. This is the knowledge: the analysis and
   * the field tree both come from it. A session may have a faster way for what it meets a million times.
   */
  read(reader: ByteReader, situation: Situation): Message;

  /** Called once for each capture that holds a message of it, before the first; in others, never. */
  begin(capture: Capture): Session;
}

/** What a dissector remembers of one capture. */
export interface Session {
  /**
   * One whole message in `bytes` from `start` to `end`. The bytes are the core's: copy what is to be kept.
   * A Malformed thrown here is recorded with its place, and the analysis goes on.
   */
  message(here: Here, bytes: Uint8Array, start: number, end: number): void;
  /**
   * What `here.follows` announced, as it arrives; `offset` counts from where it began. Not a message: tell about it in
   * `message`, and hand it to a `Transfer` here.
   */
  content?(here: Here, bytes: Uint8Array, start: number, end: number, offset: number): void;
  /** Bytes of this stream and direction are missing; whatever was half-read will not be completed. */
  gap?(here: Here): void;
  /** What a later reader of this very message must know that its bytes do not say. Asked right after `message`. */
  context?(): Context | undefined;
  /** The capture is over. Counters and facts may still be told. */
  finish?(): void;
}

/**
 * Where a protocol is found. `at` are the usual places; without it, content alone decides.
 *  - `tcp`, `udp`: port numbers
 *  - `ethertype`: EtherTypes
 *  - `llc`: DSAP; `snap`: OUI × 65536 + protocol
 *  - `link`: link types of captures whose frames are neither Ethernet nor IP, by the numbers of the tcpdump project
 *  - any other: the name another dissector passes to `here.carry`, such as `cotp`
 */
export interface Carrier {
  readonly on: string;
  readonly at?: readonly number[];
}

export type Recognition = 0 | 1 | 2;
export const NOT_OURS = 0;
/** So far so good, but more bytes are needed to tell. */
export const PERHAPS = 1;
export const OURS = 2;

/** What `messageLength` says when the bytes are no beginning of a message. */
export const LOST = -1;

export type Direction = 'request' | 'reply';

export type Context = Readonly<Record<string, number | string>>;

/** What is known about a message besides its bytes. */
export interface Situation {
  readonly direction: Direction;
  readonly context?: Context | undefined;
}

/** What an operation does to the device it is addressed to. */
export type Access =
  | 'read'
  | 'write'
  | 'control'
  | 'program'
  | 'identify'
  | 'configure'
  | 'authenticate'
  | 'other';

/** One kind of operation a protocol knows. Keep them in `operations.ts` of the protocol's folder: it is data. */
export interface OperationKind {
  /** `modbus.write-registers`: stable, translated by whoever shows it. */
  readonly code: string;
  /** `Write registers` */
  readonly title: string;
  /** One sample in English, with parameters in braces: `write {quantity} registers from {address}: {values}` */
  readonly text?: string;
  readonly access: Access;
  /** Changes the process, the program or the availability of a device. */
  readonly dangerous?: boolean;
  /** ATT&CK for ICS techniques this may be part of. */
  readonly techniques?: readonly string[];
}

/** Why a device said no. */
export interface Refusal {
  /** `modbus.illegal-data-address`: stable, translated by whoever shows it, with `params`. */
  readonly code: string;
  /** The same in plain English. */
  readonly text: string;
  readonly params: Params;
}

export type Param = number | string | boolean | null | readonly (number | string | boolean | null)[];
export type Params = Readonly<Record<string, Param>>;

export type Certainty = 'stated' | 'inferred' | 'guessed';

export type FactField =
  | 'vendor'
  | 'product'
  | 'model'
  | 'orderNumber'
  | 'firmware'
  | 'hardware'
  | 'serial'
  | 'name'
  | 'station'
  | 'project'
  | 'module'
  | 'deviceType'
  | 'location'
  | 'description'
  | 'os'
  /** A program it runs, with its version as the program tells it. */
  | 'software'
  /** What it signed with, or by what its way of speaking is known elsewhere: JA4. */
  | 'certificate'
  | 'fingerprint'
  /** Windows domain or workgroup, DNS domain, realm. */
  | 'domain'
  | 'user';

export type Role =
  | 'controller'
  | 'hmi'
  | 'engineering'
  | 'historian'
  | 'switch'
  | 'router'
  | 'io'
  | 'gateway'
  | 'server'
  | 'scanner'
  | 'client'
  | 'unknown';

export interface RoleHint {
  readonly role: Role;
  readonly certainty: Certainty;
  /** Code of the reason: `modbus.answers-requests`. */
  readonly because: string;
}

/** Somebody who sends or receives: an address, as a small number. See `Capture.ipv4` and its neighbours. */
export type Endpoint = number;
export const NOBODY: Endpoint = -1;

/** Stations with neither an Ethernet nor an IP address, by what they are on. */
export type StationKind = 'arcnet' | 'mstp' | 'wpan' | 'eui64' | 'can' | 'canopen' | 'j1939';

/** A counted operation; see `Here.operation`. */
export type OperationNote = number;

export type Held = 'requests' | 'pieces' | 'memories';

/** What a session is given for the whole capture. */
export interface Capture {
  /**
   * Counts by whole numbers under `counts[key]`. `nameOf` turns them into keys once, at the end.
   * Made for the hot path: numbers below 65,536 are an array access.
   */
  counter(key: string, nameOf?: (value: number) => string): Counter;
  /** Counts by text. Bounded; keep it off the hot path. */
  textCounter(key: string): TextCounter;
  /** Whatever else is counted under `counts[key]`: a row for each thing of a kind, asked for once at the end. */
  rows(key: string, rows: () => readonly Row[]): void;
  /** Makes an operation known; the number goes to `here.operation`. */
  operation(kind: OperationKind): number;
  /**
   * Makes a family of process variables known, such as the registers of all units of a server; the number goes to
   * `here.variable`. `nameOf` names one of them once, at the end, as an engineer writes it: `40001`, `CA 1 IOA 4005`.
   * @param cyclic an image of inputs and outputs that is sent again and again, so that outputs which change are no act
   */
  variables(nameOf: (index: number) => string, cyclic?: boolean): number;
  /** The last value of this variable was seen so many times more, the last time then. See `Here.variableNumber`. */
  repeatedVariable(number: number, times: number, time: number): void;
  /**
   * A device may refuse what somebody sets: whoever waits for its answer, and sees none, tells here what was set `by`
   * them at that earlier `time`.
   */
  unanswered(by: Endpoint, time: number): Teller;
  /**
   * What a session holds in bounds: how much gave way is reported under `dropped[key]`. `requests` that wait for a
   * reply, `pieces` of messages that wait for the rest, `memories` of what was said before.
   */
  bounded<Bounded extends { readonly dropped: number }>(key: Held, holder: Bounded): Bounded;
  /** The endpoint with this address, made known if it is new. */
  ipv4(address: number): Endpoint;
  ipv6(bytes: Uint8Array, start: number): Endpoint;
  mac(bytes: Uint8Array, start: number): Endpoint;
  /**
   * `low` is the station address: of ARCNET, of MS/TP, a short address of IEEE 802.15.4 (`high` is its PAN), the lower
   * half of an extended one (`eui64`), a CAN identifier (bit 31 for those of 29 bits; `high` is the virtual network of
   * CAN XL), and who is behind it: a node of CANopen, an address of J1939.
   */
  station(kind: StationKind, low: number, high?: number): Endpoint;
  /** The PAN of a short address of IEEE 802.15.4; undefined for other addresses. */
  panOf(station: Endpoint): number | undefined;
  /** The address as people write it. Makes a string: not for the hot path. */
  addressOf(endpoint: Endpoint): string;
}

export type Row = Readonly<Record<string, number | string>>;

/** To whom quantities of the process are told. */
export interface Teller {
  /** In microseconds since 1970. */
  readonly time: number;
  /**
   * A quantity of the process that `about` holds, as it was read or as it is being `set`. Made for the hot path: nothing
   * is made for a value. `family` comes from `capture.variables`, `index` is any whole number below 2^53.
   */
  variable(about: Endpoint, family: number, index: number, value: number, set?: boolean): void;
  /**
   * For who meets the same quantities a million times and keeps their numbers: -1 when there is no room for one. Whoever
   * remembers the values too tells only those that changed, and at the end how often the others came.
   */
  variableNumber(about: Endpoint, family: number, index: number): number;
  numberedVariable(number: number, value: number, set?: boolean): void;
  /** The same for what has a name instead of a number: tags, nodes, items. */
  variableNamed(about: Endpoint, name: string, value: number, set?: boolean): void;
}

/**
 * The message at hand: where it was found, and to whom to tell what it says. There is one for the whole
 * capture and it changes with each message: read from it, never keep it.
 */
export interface Here extends Situation, Teller {
  /** Number of the packet that completed the message, from 1. */
  readonly packet: number;
  /** Of that packet. */
  readonly time: number;
  /** From the side that asks, or from the side that answers? By well-known port, then by who began. */
  readonly direction: Direction;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly sourceMac: Endpoint;
  readonly targetMac: Endpoint;
  /** 0 where there are no ports. */
  readonly sourcePort: number;
  readonly targetPort: number;
  /** What carries this message: `tcp`, `udp`, `ethertype`, `cotp`, … */
  readonly carrier: string;
  /** The EtherType, port, … by which it was carried. */
  readonly carrierAt: number;
  /** Number of the connection, the same in both directions and never given again. Stations on one Ethernet have one too. */
  readonly flow: number;
  /**
   * The capture holds only the beginning of this message (it was made with a short snap length). Read what is
   * there and count early: a Malformed thrown at the end of such a message is not held against it.
   */
  readonly cut: boolean;
  /**
   * One reader for all, set to the message at hand with `reader.reset(bytes, start, end)`. Whoever is handed an inner
   * message uses it too: read everything before `carry`.
   */
  readonly reader: ByteReader;

  /** What this dissector remembers of this connection (both directions), made when first asked for. */
  connection<State>(make: () => State): State;

  /**
   * It is these two who talk here, and in all that this message carries: for protocols that bring addresses of their
   * own, such as those of a field bus or a radio network. Call before telling anything. Ends with the message.
   */
  between(source: Endpoint, target: Endpoint): void;

  /** The message itself tells which way it goes; remembered for the connection. Call before telling anything. */
  turn(direction: Direction): void;

  /**
   * Streams only: the next `length` bytes of this direction are content of any kind. They come to `content` of the
   * session piece by piece, so that no body is collected, however long; `Infinity` for what ends with the connection.
   */
  follows(length: number): void;
  /**
   * The message at hand agreed that another conversation will be held at this port of `about`; it belongs to the
   * dissector of that name, wherever else its bytes would go.
   */
  expect(carrier: 'tcp' | 'udp', about: Endpoint, port: number, dissector: string): void;

  /**
   * Hands an inner message to whoever recognises it on this carrier; true if somebody did.
   * `bytes` may be those of the message at hand or an `Assembly` of several.
   */
  carry(carrier: string, bytes: Uint8Array, start: number, end: number, at?: number): boolean;
  carryAssembled(carrier: string, assembly: Assembly, at?: number): boolean;
  /**
   * For carriers on which messages have no borders, such as pipes: how long the message that begins here is by whoever
   * recognises it, 0 while too little of it is there to tell, `LOST` when nobody does.
   */
  lengthOn(carrier: string, bytes: Uint8Array, start: number, end: number): number;
  /** An empty assembly, for inner messages that come in several pieces. Keep it in `connection`. */
  assembly(limit?: number): Assembly;

  /** Also counts this packet for another protocol name, once: `ads` beside `ams`. */
  also(protocol: string): void;

  /**
   * Counts an operation, from the side that asks to the side that is asked whichever of them spoke.
   * When `wanted(note)`, describe it: only some of many alike are kept, so parameters are made only then.
   */
  operation(kind: number): OperationNote;
  wanted(note: OperationNote): boolean;
  /** Adds parameters to a wanted note; also later, when the reply is there (`before`, values read, …). */
  describe(note: OperationNote, params: Params): void;
  /** The device said no. */
  refuse(note: OperationNote, reason: Refusal): void;

  /**
   * A file or block on its way to (`to`) or from (`from`) `about`. Content is not kept: the places of its bytes in the
   * capture are. Keep it in `connection`.
   */
  transfer(about: Endpoint, way: 'to' | 'from', kind: TransferKind, name: string): Transfer;
  /**
   * The source of the message at hand signs in at its target in a way that everybody on the wire can use: with a
   * password in clear, a community, a token, a hash that can be guessed. `secret` is how long it was; the secret itself
   * is nobody's business.
   */
  credentials(scheme: string, user: string, secret: number): void;
  /** Something `about` said of itself (`stated`), or that follows from the traffic. Empty values are ignored. */
  fact(about: Endpoint, field: FactField, value: string, certainty?: Certainty): void;
  /** Two addresses of one device, by its own word: the IP address in a DCP block, the chassis of an LLDP frame. */
  same(one: Endpoint, other: Endpoint): void;
  role(about: Endpoint, role: Role, certainty: Certainty, because: string, params?: Params): void;
  /** Well-formed but not right. `offset` counts from the beginning of the message. */
  anomaly(code: string, field: string, offset: number, params?: Params): void;
}

export type TransferKind = 'program' | 'firmware' | 'configuration' | 'file';

/** What is being carried over, told piece by piece. */
export interface Transfer {
  /**
   * Content in the message at hand (`bytes` as they were given to the session, or to whoever it was carried to).
   * @param offset in the content, where the protocol tells; otherwise it follows what came before
   */
  add(here: Here, bytes: Uint8Array, start: number, end: number, offset?: number): void;
  /** Nothing more comes. `complete`: as far as both sides said. */
  end(complete: boolean): void;
}

/** Pieces of one inner message, collected over several outer ones, remembering where each came from. */
export interface Assembly {
  readonly length: number;
  /** Copies. False when the limit is reached; the assembly is then empty again. */
  add(here: Here, bytes: Uint8Array, start: number, end: number): boolean;
  clear(): void;
}
