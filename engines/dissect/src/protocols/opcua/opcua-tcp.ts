import { u32leAt } from '../../bytes/byte-reader.ts';
import {
  type Assembly,
  type Capture,
  type Context,
  type Direction,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  type OperationNote,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { readCertificate } from './certificate.ts';
import { beginsChunk, type Chunk, HEADER, NONE, readChunk, signatureOf, sizeAt } from './chunk.ts';
import { isRequest, serviceAt } from './message.ts';
import { hello, openChannel, reverseHello } from './operations.ts';
import { refusalOf } from './refusals.ts';
import { statusName } from './status-codes.ts';

/** Carries `opcua`, at the request id. */
const INNER = 'opcua';
const LONGEST_MESSAGE = 1 << 20;
/** Of one side of one connection; chunks of different messages may alternate. */
const MOST_UNFINISHED = 8;

// OPC 10000-6, 6.7.2.2: where the sequence header and what is carried begin in a chunk of MSG and CLO.
const SEQUENCE_AT = 16;
const BODY_AT = 24;
const F = 0x46;
const C = 0x43;
/** 6.7.2.4: numbers start again, at less than 1,024, only behind this one. */
const LAST_SEQUENCE = 4_294_966_271;
const FIRST_SEQUENCES = 1_024;

const names = ['HEL', 'ACK', 'ERR', 'RHE', 'OPN', 'MSG', 'CLO'];
const [HEL, ACK, ERR, RHE, OPN, MSG, CLO] = [0, 1, 2, 3, 4, 5, 6] as const;
/** With a reverse hello the server connects, and yet it is the one who will be asked. */
const directions: Readonly<Record<number, Direction>> = {
  [HEL]: 'request',
  [ACK]: 'reply',
  [ERR]: 'reply',
  [RHE]: 'reply',
  [CLO]: 'request',
};

/**
 * The connection protocol and the secure conversation: OPC 10000-6, 7.1 and 6.7. It counts as `opcua` all of it, and hands
 * whole messages of services on where they can be read.
 */
export const opcuaTcp: Dissector<Chunk> = {
  name: 'opcua-tcp',
  title: 'OPC UA secure conversation',
  reference: 'OPC 10000-6:2017, 6.7 and 7.1',
  industrial: false,
  carriers: [{ on: 'tcp', at: [4840] }],
  claims: ['opcua_message'],

  recognises(bytes, start, end) {
    const begins = beginsChunk(bytes, start, end);
    return begins === undefined ? PERHAPS : begins ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const begins = beginsChunk(bytes, start, end);
    return begins === undefined ? 0 : begins ? sizeAt(bytes, start) : LOST;
  },

  read: (reader, { context }) =>
    readChunk(reader, context?.['sealed'] === 1, Number(context?.['signature'] ?? 0)),

  begin: (capture) => new OpcuaTcpSession(capture),
};

interface Side {
  /** The sequence number that comes next; -1 unknown. */
  next: number;
  /** Pieces by request id. */
  readonly unfinished: Map<number, Assembly>;
}

interface Connection {
  readonly sides: readonly [Side, Side];
  /** Of the security policy; undefined when the channel was opened before the capture. */
  policy: string | undefined;
  /** What an ERR answers. */
  asked: OperationNote | undefined;
}

class OpcuaTcpSession implements Session {
  readonly #messages;
  readonly #hello: number;
  readonly #reverseHello: number;
  readonly #openChannel: number;
  readonly #abandoned = { dropped: 0 };
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#messages = capture.counter('opcua_message', (type) => names[type]!);
    this.#hello = capture.operation(hello);
    this.#reverseHello = capture.operation(reverseHello);
    this.#openChannel = capture.operation(openChannel);
    capture.bounded('pieces', this.#abandoned);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = undefined;
    const type = typeAt(bytes, start);
    const service = type === MSG || type === CLO ? serviceAt(bytes, start + BODY_AT, end) : -1;
    if (service >= 0) here.turn(isRequest(service) ? 'request' : 'reply');
    else if (directions[type]) here.turn(directions[type]);
    here.also(INNER);
    this.#messages.add(type);
    if ((type === MSG || type === CLO) && end - start >= BODY_AT)
      this.#secured(here, bytes, start, end, service);
    else this.#connection(here, readChunk(here.reader.reset(bytes, start, end), false, 0), bytes, start);
  }

  context(): Context | undefined {
    return this.#context;
  }

  gap(here: Here): void {
    const side = sideOf(here, here.connection(newConnection));
    side.next = -1;
    side.unfinished.clear();
  }

  #connection(here: Here, chunk: Chunk, bytes: Uint8Array, start: number): void {
    const connection = here.connection(newConnection);
    switch (typeAt(bytes, start)) {
      case HEL: {
        connection.asked = here.operation(this.#hello);
        here.describe(connection.asked, { url: chunk.url ?? '' });
        return;
      }
      case RHE: {
        const note = here.operation(this.#reverseHello);
        here.describe(note, { url: chunk.url ?? '', server: chunk.serverUri ?? '' });
        return;
      }
      case ACK:
        connection.asked = undefined;
        return;
      case ERR: {
        const { error = 0, reason = '' } = chunk;
        if (connection.asked !== undefined) here.refuse(connection.asked, refusalOf(error));
        return here.anomaly('opcua.connection-error', 'error', HEADER, { status: statusName(error), reason });
      }
      case OPN:
        return this.#open(here, connection, chunk, bytes, start);
    }
  }

  // 6.7.4.
  #open(here: Here, connection: Connection, chunk: Chunk, bytes: Uint8Array, start: number): void {
    const { policy = '', certificate, sequence, request, bodyAt, bodyEnd } = chunk;
    connection.policy = policy;
    const from = certificate && certificate.length > 0 ? readCertificate(certificate) : undefined;
    if (from) {
      here.fact(here.source, 'name', from.commonName);
      if (from.applicationUri !== '') {
        here.fact(here.source, 'description', `OPC UA application ${from.applicationUri}`);
      }
    }
    if (sequence !== undefined && request !== undefined && bodyAt !== undefined && bodyEnd !== undefined) {
      const service = serviceAt(bytes, start + bodyAt, start + bodyEnd);
      if (service >= 0) here.turn(isRequest(service) ? 'request' : 'reply');
      this.#follow(here, sideOf(here, connection), sequence);
      here.carry(INNER, bytes, start + bodyAt, start + bodyEnd, request);
      return;
    }
    // What it says is encrypted, and so is the answer; both show who they are.
    if (here.direction === 'reply') return;
    connection.asked = here.operation(this.#openChannel);
    const { commonName = '', applicationUri = '' } = from ?? {};
    here.describe(connection.asked, { policy, application: applicationUri || commonName });
  }

  /** MSG and CLO: the hot path. */
  #secured(here: Here, bytes: Uint8Array, start: number, end: number, service: number): void {
    const connection = here.connection(newConnection);
    const side = sideOf(here, connection);
    const request = u32leAt(bytes, start + SEQUENCE_AT + 4);
    const body = start + BODY_AT;
    const begun = side.unfinished.size > 0 ? side.unfinished.get(request) : undefined;
    // A message in clear shows its service, whatever the policy says: only signed, or opened before the capture.
    if (service < 0 && !begun && connection.policy !== NONE) {
      this.#context = { sealed: 1 };
      return;
    }
    this.#follow(here, side, u32leAt(bytes, start + SEQUENCE_AT));
    const signature = signatureOf(connection.policy ?? NONE);
    if (signature > 0) this.#context = { signature };
    const stop = Math.max(body, end - signature);
    const final = bytes[start + 3];
    if (final === F && !begun) {
      // A last piece whose first ones are missing is not a message.
      if (service >= 0) here.carry(INNER, bytes, body, stop, request);
    } else if (final === F || final === C) {
      this.#piece(here, side, begun, bytes, body, stop, request, service, final === F);
    } else {
      side.unfinished.delete(request);
      const { error = 0, reason = '' } = readChunk(here.reader.reset(bytes, start, end), false, signature);
      here.anomaly('opcua.message-aborted', 'error', BODY_AT, { status: statusName(error), reason });
    }
  }

  // 6.7.3.
  #piece(
    here: Here,
    side: Side,
    begun: Assembly | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
    request: number,
    service: number,
    last: boolean,
  ): void {
    if (!begun && service < 0) return;
    const assembly = begun ?? here.assembly(LONGEST_MESSAGE);
    if (!begun) {
      if (side.unfinished.size >= MOST_UNFINISHED) {
        const [oldest] = side.unfinished.keys();
        side.unfinished.delete(oldest!);
        this.#abandoned.dropped++;
      }
      side.unfinished.set(request, assembly);
    }
    const fits = assembly.add(here, bytes, start, end);
    if (!fits) this.#abandoned.dropped++;
    if (!fits || last) side.unfinished.delete(request);
    if (fits && last) here.carryAssembled(INNER, assembly, request);
  }

  // 6.7.2.4.
  #follow(here: Here, side: Side, sequence: number): void {
    const expected = side.next;
    side.next = sequence + 1;
    if (expected < 0 || sequence === expected) return;
    if (expected > LAST_SEQUENCE && sequence < FIRST_SEQUENCES) return;
    here.anomaly('opcua.sequence-broken', 'sequenceNumber', SEQUENCE_AT, { expected, actual: sequence });
  }
}

const newSide = (): Side => ({ next: -1, unfinished: new Map() });
const newConnection = (): Connection => ({
  sides: [newSide(), newSide()],
  policy: undefined,
  asked: undefined,
});

function sideOf({ sourcePort, targetPort }: Here, { sides }: Connection): Side {
  return sides[sourcePort > targetPort ? 1 : 0];
}

function typeAt(bytes: Uint8Array, start: number): number {
  switch ((bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!) {
    case 0x48_45_4c:
      return HEL;
    case 0x41_43_4b:
      return ACK;
    case 0x45_52_52:
      return ERR;
    case 0x52_48_45:
      return RHE;
    case 0x4f_50_4e:
      return OPN;
    case 0x4d_53_47:
      return MSG;
    default:
      return CLO;
  }
}
