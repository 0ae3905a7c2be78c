import { Pending } from '../../analysis/pending.ts';
import type { Assembly, Capture, Direction, Here, OperationNote, Session } from '../../dissector.ts';
import {
  CONNECTION_VERSION,
  FIRST_FRAGMENT,
  LAST_FRAGMENT as LAST_PDU,
  type Pdu,
  PRIVACY,
  readPdu,
} from './connection.ts';
import { type Datagram, DATAGRAM_HEADER, FRAGMENT, LAST_FRAGMENT, readDatagram } from './datagram.ts';
import { functionName, interfaceName, interfaceOf, placeOf } from './interfaces.ts';
import { ntlmSignIn } from './ntlm.ts';
import { meaningOf, operations, type OperationName } from './operations.ts';
import {
  ACKNOWLEDGED,
  ALTER_CONTEXT,
  BIND,
  BOUND,
  CANCEL,
  CONTEXT_ALTERED,
  FAULT,
  FRAGMENT_ACKNOWLEDGED,
  NOT_BOUND,
  PING,
  REJECT,
  REQUEST,
  RESPONSE,
  SHUTDOWN,
} from './pdu.ts';
import { bindRefusalOf, contextRefusalOf, faultOf } from './refusals.ts';

const INNER = 'dcerpc';
const MOST_CONTEXTS = 64;
const NTLM = 10;

/** A message that comes in pieces. */
interface Pieces {
  readonly assembly: Assembly;
  /** Which message: the sequence or the call. */
  of: number;
  /** The next piece. */
  next: number;
}

interface Connection {
  /** Interfaces by the number that a bind gave them. */
  readonly contexts: Map<number, string>;
  readonly pieces: Record<Direction, Pieces | undefined>;
}

interface Call {
  readonly note: OperationNote;
  readonly interface: string;
}

interface Bind {
  readonly notes: readonly OperationNote[];
  readonly contexts: readonly number[];
}

export class DcerpcSession implements Session {
  readonly #kinds: Readonly<Record<OperationName, number>>;
  readonly #calls: Pending<Call>;
  readonly #binds: Pending<Bind>;

  constructor(capture: Capture) {
    this.#kinds = Object.fromEntries(
      Object.entries(operations).map(([name, kind]) => [name, capture.operation(kind)]),
    ) as Record<OperationName, number>;
    this.#calls = capture.bounded('requests', new Pending<Call>());
    this.#binds = capture.bounded('requests', new Pending<Bind>(1_024));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.reader.reset(bytes, start, end);
    if (bytes[start] === CONNECTION_VERSION) this.#pdu(here, bytes, start, readPdu(here.reader));
    else this.#datagram(here, bytes, start, readDatagram(here.reader));
  }

  gap(here: Here): void {
    here.connection(newConnection).pieces[here.direction] = undefined;
  }

  #datagram(here: Here, bytes: Uint8Array, start: number, datagram: Datagram): void {
    const { type, sequence, status } = datagram;
    // A fragment may be acknowledged by either side.
    if (type !== FRAGMENT_ACKNOWLEDGED) here.turn(isAsked(type) ? 'request' : 'reply');
    if (type === REQUEST || type === RESPONSE) {
      if (this.#handOn(here, bytes, start, datagram)) return;
      if (type === REQUEST && datagram.fragment === 0) {
        this.#called(here, sequence, datagram.interface, datagram.function);
      }
    }
    if ((type === FAULT || type === REJECT) && status !== undefined) {
      const call = this.#calls.take(here.flow, sequence);
      if (call) here.refuse(call.note, faultOf(status));
    }
  }

  /** True if it went to somebody inside, or will when it is whole. */
  #handOn(here: Here, bytes: Uint8Array, start: number, datagram: Datagram): boolean {
    const { flags, sequence, fragment, length } = datagram;
    const place = placeOf(datagram.interface);
    const body = start + DATAGRAM_HEADER;
    if (!(flags & FRAGMENT)) return here.carry(INNER, bytes, start, body + length, place);
    if (!interfaceOf(datagram.interface)) return false;
    const { pieces } = here.connection(newConnection);
    const begun = (pieces[here.direction] ??= { assembly: here.assembly(), of: -1, next: 0 });
    if (fragment === 0) {
      begun.assembly.clear();
      begun.of = sequence;
      begun.next = 0;
    }
    // Sent again, or one before it is missing.
    if (begun.of !== sequence || begun.next !== fragment) return true;
    begun.next++;
    if (!begun.assembly.add(here, bytes, fragment === 0 ? start : body, body + length)) begun.of = -1;
    else if (flags & LAST_FRAGMENT) {
      here.carryAssembled(INNER, begun.assembly, place);
      begun.assembly.clear();
      begun.of = -1;
    }
    return true;
  }

  #pdu(here: Here, bytes: Uint8Array, start: number, pdu: Pdu): void {
    const { type, verifier } = pdu;
    here.turn(isAsking(type) ? 'request' : 'reply');
    const connection = here.connection(newConnection);
    if (verifier) this.#signedIn(here, bytes, start, verifier);
    switch (type) {
      case BIND:
      case ALTER_CONTEXT:
        return this.#bind(here, connection, pdu);
      case BOUND:
      case CONTEXT_ALTERED:
        return this.#bound(here, connection, pdu);
      case NOT_BOUND: {
        const bind = this.#binds.take(here.flow, pdu.call);
        for (const note of bind?.notes ?? []) here.refuse(note, bindRefusalOf(pdu.status ?? 0));
        return;
      }
      case REQUEST:
        return this.#request(here, bytes, start, connection, pdu);
      case RESPONSE:
        return this.#response(here, bytes, start, connection, pdu);
      case FAULT: {
        const call = this.#calls.take(here.flow, pdu.call);
        if (call && pdu.status !== undefined) here.refuse(call.note, faultOf(pdu.status));
      }
    }
  }

  #bind(here: Here, { contexts }: Connection, { call, offers = [] }: Pdu): void {
    const notes = offers.map(({ context, interface: asked }) => {
      if (contexts.size < MOST_CONTEXTS || contexts.has(context)) contexts.set(context, asked);
      const note = here.operation(this.#kinds.bind);
      if (here.wanted(note)) here.describe(note, { interface: interfaceName(asked) });
      return note;
    });
    this.#binds.put(here.flow, call, { notes, contexts: offers.map(({ context }) => context) });
  }

  #bound(here: Here, connection: Connection, { call, results = [] }: Pdu): void {
    const bind = this.#binds.take(here.flow, call);
    results.forEach(([result, reason], i) => {
      const note = bind?.notes[i];
      if (result === 0 || note === undefined) return;
      // Offers of another transfer syntax for the same interface are refused as a matter of course.
      const taken = bind!.contexts.some(
        (context, j) =>
          results[j]?.[0] === 0 &&
          connection.contexts.get(context) === connection.contexts.get(bind!.contexts[i]!),
      );
      if (!taken) here.refuse(note, contextRefusalOf(reason));
    });
  }

  #request(here: Here, bytes: Uint8Array, start: number, connection: Connection, pdu: Pdu): void {
    const { context = 0, call, flags } = pdu;
    const called = connection.contexts.get(context) ?? `context ${context}`;
    if (flags & FIRST_FRAGMENT) this.#called(here, call, called, pdu.function ?? 0);
    this.#whole(here, bytes, start, connection, pdu, called);
  }

  #response(here: Here, bytes: Uint8Array, start: number, connection: Connection, pdu: Pdu): void {
    const called = connection.contexts.get(pdu.context ?? 0);
    if (pdu.flags & LAST_PDU) this.#calls.take(here.flow, pdu.call);
    if (called !== undefined) this.#whole(here, bytes, start, connection, pdu, called);
  }

  /** Hands a message on, when the last of its pieces is there. */
  #whole(
    here: Here,
    bytes: Uint8Array,
    start: number,
    { pieces }: Connection,
    { flags, call, stub: [from, until], verifier }: Pdu,
    called: string,
  ): void {
    if (!interfaceOf(called) || verifier?.level === PRIVACY) return;
    const place = placeOf(called);
    const [first, last] = [(flags & FIRST_FRAGMENT) !== 0, (flags & LAST_PDU) !== 0];
    if (first && last) return void here.carry(INNER, bytes, start, start + until, place);
    const begun = (pieces[here.direction] ??= { assembly: here.assembly(), of: -1, next: 0 });
    if (first) {
      begun.assembly.clear();
      begun.of = call;
    }
    if (begun.of !== call) return;
    if (!begun.assembly.add(here, bytes, start + (first ? 0 : from), start + until)) begun.of = -1;
    else if (last) {
      here.carryAssembled(INNER, begun.assembly, place);
      begun.assembly.clear();
      begun.of = -1;
    }
  }

  #called(here: Here, key: number, called: string, number: number): void {
    const name = interfaceName(called);
    const note = here.operation(this.#kinds[meaningOf(name, number)]);
    if (here.wanted(note)) {
      here.describe(note, { interface: name, function: functionName(called, number) });
    }
    this.#calls.put(here.flow, key, { note, interface: called });
  }

  #signedIn(here: Here, bytes: Uint8Array, start: number, verifier: NonNullable<Pdu['verifier']>): void {
    if (verifier.type !== NTLM) return;
    const who = ntlmSignIn(bytes, start + verifier.start, start + verifier.end);
    if (!who) return;
    here.credentials('NTLM', who.user, who.answer);
    here.fact(here.source, 'user', who.user);
    here.fact(here.source, 'name', who.workstation);
  }
}

const newConnection = (): Connection => ({
  contexts: new Map(),
  pieces: { request: undefined, reply: undefined },
});

/** Of datagrams: from the one who calls. */
function isAsked(type: number): boolean {
  return type === REQUEST || type === PING || type === ACKNOWLEDGED || type === CANCEL;
}

/** Of connections: from the one who calls. */
function isAsking(type: number): boolean {
  return (
    type === REQUEST ||
    type === BIND ||
    type === ALTER_CONTEXT ||
    (type > CONTEXT_ALTERED && type !== SHUTDOWN)
  );
}
