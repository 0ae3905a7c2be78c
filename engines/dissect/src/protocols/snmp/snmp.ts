import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { Element, INTEGER, OCTET_STRING, SEQUENCE } from '../../bytes/ber.ts';
import {
  type Capture,
  type Dissector,
  type FactField,
  type Here,
  NOT_OURS,
  OURS,
  type OperationNote,
  type Session,
} from '../../dissector.ts';
import { described } from '../lldp/descriptions.ts';
import { enterpriseOf } from './enterprises.ts';
import {
  type Binding,
  GET_BULK,
  GET_NEXT,
  GET_REQUEST,
  readSnmp,
  REPORT,
  RESPONSE,
  SET_REQUEST,
  type SnmpMessage,
  VERSION_3,
} from './message.ts';
import { GET, SET, WALK } from './operations.ts';

const PORTS = [161, 162];
const MOST_SHOWN = 16;

const refusals = new Refusals('snmp');
/** RFC 3416, 3. */
const refusalOf = refusals.numbered({
  1: 'too big',
  2: 'no such name',
  3: 'bad value',
  4: 'read only',
  5: 'general error',
  6: 'no access',
  7: 'wrong type',
  8: 'wrong length',
  9: 'wrong encoding',
  10: 'wrong value',
  11: 'no creation',
  12: 'inconsistent value',
  13: 'resource unavailable',
  14: 'commit failed',
  15: 'undo failed',
  16: 'authorization error',
  17: 'not writable',
  18: 'inconsistent name',
});

export const snmp: Dissector<SnmpMessage> = {
  name: 'snmp',
  title: 'SNMP',
  reference: 'RFC 1157; RFC 3416; RFC 3412 and RFC 3414 (version 3)',
  industrial: false,
  carriers: [{ on: 'udp', at: PORTS }],
  claims: [],
  refusals: refusals.list,

  /** A sequence as long as the datagram, that begins with a version and then a community or the header of version 3. */
  recognises(bytes, start, end) {
    if (bytes[start] !== SEQUENCE || !element.read(bytes, start, end) || element.end !== end) return NOT_OURS;
    if (!element.read(bytes, element.start, end) || element.tag !== INTEGER) return NOT_OURS;
    if (element.end - element.start !== 1) return NOT_OURS;
    const version = bytes[element.start]!;
    const next = bytes[element.end];
    if (version === VERSION_3) return next === SEQUENCE ? OURS : NOT_OURS;
    if (version > 1 || next !== OCTET_STRING || !element.read(bytes, element.end, end)) return NOT_OURS;
    const pdu = bytes[element.end]!;
    return pdu >= GET_REQUEST && pdu <= REPORT ? OURS : NOT_OURS;
  },

  read: readSnmp,
  begin: (capture) => new SnmpSession(capture),
};

const element = new Element();

class SnmpSession implements Session {
  readonly #kinds: Readonly<Record<number, number>>;
  readonly #pending: Pending<OperationNote>;

  constructor(capture: Capture) {
    const walk = capture.operation(WALK);
    this.#kinds = {
      [GET_REQUEST]: capture.operation(GET),
      [GET_NEXT]: walk,
      [GET_BULK]: walk,
      [SET_REQUEST]: capture.operation(SET),
    };
    this.#pending = capture.bounded('requests', new Pending());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readSnmp(here.reader.reset(bytes, start, end));
    const { pdu, user, enterprise } = message;
    if (pdu === RESPONSE || pdu === REPORT) return this.#answered(here, message);
    const kind = this.#kinds[pdu];
    if (kind !== undefined) here.turn('request');
    if (message.community > 0) here.credentials('SNMP community', '', message.community);
    else if (kind !== undefined) here.fact(here.source, 'user', user);
    // The engine of a request is that of whoever answers, who is not always the one who made it up.
    if (kind === undefined) return here.fact(here.source, 'vendor', enterpriseOf(enterprise), 'inferred');
    // Who begins with version 3 first asks for nothing, to learn the engine.
    if (message.bindings.length === 0) return;
    const note = here.operation(kind);
    this.#pending.put(here.flow, message.request, note);
    if (here.wanted(note)) here.describe(note, paramsOf(message));
  }

  #answered(here: Here, message: SnmpMessage): void {
    here.turn('reply');
    const note = this.#pending.take(here.flow, message.request);
    here.fact(here.source, 'vendor', enterpriseOf(message.enterprise), 'inferred');
    if (message.isDefault) here.anomaly('snmp.default-community', 'community', 0);
    if (message.error !== 0) {
      if (note !== undefined) here.refuse(note, refusalOf(message.error));
      return;
    }
    for (const binding of message.bindings) told(here, binding);
    if (note !== undefined && here.wanted(note) && message.pdu === RESPONSE) {
      here.describe(note, { values: message.bindings.slice(0, MOST_SHOWN).map(({ value }) => value) });
    }
  }
}

function paramsOf({ pdu, bindings }: SnmpMessage) {
  const shown = bindings.slice(0, MOST_SHOWN);
  const objects = shown.map(({ object }) => object);
  return pdu === SET_REQUEST ? { objects, values: shown.map(({ value }) => value) } : { objects };
}

/** RFC 3418, 2, and of the chassis RFC 6933, 3. */
const objects: Readonly<Record<string, FactField>> = {
  '1.3.6.1.2.1.1.1.0': 'description',
  '1.3.6.1.2.1.1.5.0': 'name',
  '1.3.6.1.2.1.1.6.0': 'location',
  '1.3.6.1.2.1.47.1.1.1.1.8.1': 'hardware',
  '1.3.6.1.2.1.47.1.1.1.1.10.1': 'firmware',
  '1.3.6.1.2.1.47.1.1.1.1.11.1': 'serial',
  '1.3.6.1.2.1.47.1.1.1.1.12.1': 'vendor',
  '1.3.6.1.2.1.47.1.1.1.1.13.1': 'model',
};
const SYSTEM_OBJECT = '1.3.6.1.2.1.1.2.0';
const ENTERPRISES = '1.3.6.1.4.1.';

function told(here: Here, { object, value }: Binding): void {
  if (typeof value !== 'string') return;
  if (object === SYSTEM_OBJECT && value.startsWith(ENTERPRISES)) {
    const [number] = value.slice(ENTERPRISES.length).split('.');
    return here.fact(here.source, 'vendor', enterpriseOf(Number(number)), 'inferred');
  }
  const field = objects[object];
  if (!field) return;
  here.fact(here.source, field, value);
  if (field !== 'description') return;
  const { facts, role } = described(value.replaceAll(/\s+/g, ' '));
  for (const fact of facts) here.fact(here.source, fact.field, fact.value, 'inferred');
  if (role) here.role(here.source, role, 'inferred', 'snmp.description', { description: value.slice(0, 80) });
}
