import * as ber from '../../bytes/ber.ts';
import { type ByteReader } from '../../bytes/byte-reader.ts';
import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  type OperationNote,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { type Ntlm, readNtlmBlob, tellNtlm } from '../ntlm/ntlm.ts';
import { BIND } from './operations.ts';

const PORTS = [389, 3268];
const LONGEST = 262_144;

// RFC 4511, 4.2 to 4.14, by tag.
const BIND_REQUEST = 0x60;
const BIND_RESPONSE = 0x61;
const SEARCH_REQUEST = 0x63;
const operations: Record<number, string> = {
  [BIND_REQUEST]: 'bind request',
  [BIND_RESPONSE]: 'bind response',
  0x42: 'unbind request',
  [SEARCH_REQUEST]: 'search request',
  0x64: 'search result',
  0x65: 'search done',
  0x66: 'modify request',
  0x67: 'modify response',
  0x68: 'add request',
  0x69: 'add response',
  0x4a: 'delete request',
  0x6b: 'delete response',
  0x6e: 'compare request',
  0x6f: 'compare response',
  0x50: 'abandon request',
  0x77: 'extended request',
  0x78: 'extended response',
};
const SIMPLE = 0x80;
/** RFC 4511, 4.5.1.7: an attribute and the value it must have. */
const EQUAL = 0xa3;
const MOST_NESTED = 8;

const refusals = new Refusals('ldap');
/** RFC 4511, 4.1.9; 14 is a step of signing in. */
const SASL_IN_PROGRESS = 14;
const refusalOf = refusals.numbered({
  1: 'operations error',
  2: 'protocol error',
  7: 'authentication method not supported',
  8: 'stronger authentication required',
  32: 'no such object',
  48: 'inappropriate authentication',
  49: 'invalid credentials',
  50: 'insufficient access rights',
  53: 'unwilling to perform',
});

export interface LdapMessage {
  readonly id: number;
  readonly operation: number;
  readonly name: string;
  /** Length of a password in clear; -1 for none. */
  readonly password: number;
  readonly ntlm: Ntlm | undefined;
  readonly result: number;
  /** What a search of Windows for its domain controller says of itself: MS-ADTS, 6.3.3. */
  readonly host: string;
  readonly domain: string;
}

export const ldap: Dissector<LdapMessage> = {
  name: 'ldap',
  title: 'LDAP',
  reference: 'RFC 4511; MS-ADTS, 6.3.3 (search for a domain controller)',
  industrial: false,
  carriers: [
    { on: 'tcp', at: PORTS },
    { on: 'udp', at: [389] },
  ],
  claims: [],
  refusals: refusals.list,
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'ldap.answers' } },

  recognises(bytes, start, end, expected) {
    if (!expected || bytes[start] !== ber.SEQUENCE) return NOT_OURS;
    if (end - start < 9) return PERHAPS;
    if (!element.begin(bytes, start, end) || !element.read(bytes, element.start, end)) return NOT_OURS;
    return element.tag === ber.INTEGER && bytes[element.end]! in operations ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== ber.SEQUENCE) return LOST;
    const length = ber.elementLength(bytes, start, end);
    return length < 0 || length > LONGEST ? LOST : length;
  },

  read: readLdap,
  begin: (capture) => new LdapSession(capture),
};

const element = new ber.Element();

function readLdap(reader: ByteReader): LdapMessage {
  const whole = ber.enter(reader, 'message', 'RFC 4511, 4.1.1');
  const id = ber.integer(reader, 'message');
  const operation = ber.peekTag(reader);
  const before = ber.enter(reader, operations[operation] ?? 'operation', 'RFC 4511, 4.2');
  const said = readOperation(reader, operation);
  ber.leave(reader, before);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'controls');
  ber.leave(reader, whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'further messages');
  const nothing = { name: '', password: -1, ntlm: undefined, result: 0, host: '', domain: '' };
  return { ...nothing, ...said, id, operation };
}

function readOperation(reader: ByteReader, operation: number): Partial<LdapMessage> {
  switch (operation) {
    case BIND_REQUEST:
      return readBind(reader);
    case BIND_RESPONSE: {
      const result = ber.integer(reader, 'result');
      if (reader.remaining > 0) ber.skip(reader, 'matched name');
      if (reader.remaining > 0) ber.skip(reader, 'message');
      return { result, ntlm: readNtlmBlob(reader, reader.remaining) };
    }
    case SEARCH_REQUEST: {
      const name = ber.text(reader, 'base', 'utf-8');
      for (const field of ['scope', 'aliases', 'most entries', 'most seconds', 'types only'])
        ber.skip(reader, field);
      const found = new Map<string, string>();
      readFilter(reader, found, 0);
      return { name, host: found.get('host') ?? '', domain: found.get('dnsdomain') ?? '' };
    }
    default:
      return {};
  }
}

// RFC 4511, 4.2.
function readBind(reader: ByteReader): Partial<LdapMessage> {
  ber.integer(reader, 'version');
  const name = ber.text(reader, 'name', 'utf-8');
  const simple = ber.peekTag(reader) === SIMPLE;
  const before = ber.enter(reader, simple ? 'password' : 'mechanism and token', 'RFC 4511, 4.2');
  const length = reader.remaining;
  if (simple) reader.secret(length, 'password');
  const ntlm = simple ? undefined : readNtlmBlob(reader, length);
  ber.leave(reader, before);
  return { name, password: simple ? length : -1, ntlm };
}

/** Filters within filters: only what must be equal is kept. */
function readFilter(reader: ByteReader, found: Map<string, string>, depth: number): void {
  const tag = ber.peekTag(reader);
  if (depth > MOST_NESTED || (tag !== EQUAL && tag !== 0xa0 && tag !== 0xa1))
    return ber.skip(reader, 'filter');
  const before = ber.enter(reader, tag === EQUAL ? 'equal' : tag === 0xa0 ? 'all of' : 'one of');
  if (tag === EQUAL) {
    const attribute = ber.text(reader, 'attribute').toLowerCase();
    const value = ber.text(reader, 'value', 'utf-8');
    if (found.size < 16) found.set(attribute, value);
  } else while (reader.remaining > 0) readFilter(reader, found, depth + 1);
  ber.leave(reader, before);
}

class LdapSession implements Session {
  readonly #bind: number;
  readonly #pending: Pending<OperationNote>;

  constructor(capture: Capture) {
    this.#bind = capture.operation(BIND);
    this.#pending = capture.bounded('requests', new Pending());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readLdap(here.reader.reset(bytes, start, end));
    const { id, operation, name, password, ntlm, result } = message;
    if (ntlm) tellNtlm(here, ntlm);
    if (operation === BIND_REQUEST) {
      here.turn('request');
      // Nobody in particular signs in without a password: RFC 4513, 5.1.
      if (password > 0) here.credentials('LDAP simple', name, password);
      const user = name || (ntlm?.user ?? '');
      if (user === '') return;
      const note = here.operation(this.#bind);
      this.#pending.put(here.flow, id, note);
      if (here.wanted(note)) here.describe(note, { user });
    } else if (operation === BIND_RESPONSE) {
      here.turn('reply');
      const note = this.#pending.take(here.flow, id);
      if (note !== undefined && result !== 0 && result !== SASL_IN_PROGRESS)
        here.refuse(note, refusalOf(result));
    } else if (operation === SEARCH_REQUEST) {
      here.turn('request');
      here.fact(here.source, 'name', message.host);
      here.fact(here.source, 'domain', message.domain, 'inferred');
    }
  }
}
