import * as ber from '../../bytes/ber.ts';
import { type ByteReader, u32At } from '../../bytes/byte-reader.ts';
import { type Dissector, type Here, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';

const PORT = 88;

// RFC 4120, 5.4 to 5.9, by tag.
const AS_REQUEST = 0x6a;
const AS_REPLY = 0x6b;
const TGS_REQUEST = 0x6c;
const TGS_REPLY = 0x6d;
const ERROR = 0x7e;
const kinds: Record<number, string> = {
  [AS_REQUEST]: 'AS request',
  [AS_REPLY]: 'AS reply',
  [TGS_REQUEST]: 'TGS request',
  [TGS_REPLY]: 'TGS reply',
  0x6e: 'AP request',
  0x6f: 'AP reply',
  [ERROR]: 'error',
};
/** Of a request, the field that holds its body. */
const BODY = 0xa4;
const MOST_FIELDS = 16;
const LONGEST = 65_536;

export interface KerberosMessage {
  readonly kind: number;
  readonly realm: string;
  readonly client: string;
  readonly service: string;
}

export const kerberos: Dissector<KerberosMessage> = {
  name: 'kerberos',
  title: 'Kerberos',
  reference: 'RFC 4120',
  industrial: false,
  carriers: [
    { on: 'tcp', at: [PORT] },
    { on: 'udp', at: [PORT] },
  ],
  claims: [],
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'kerberos.answers' } },

  recognises(bytes, start, end, expected) {
    if (!expected) return NOT_OURS;
    if (end - start < 8) return PERHAPS;
    const at = start + prefix(bytes, start, end);
    return bytes[at]! in kinds && element.begin(bytes, at, end) && element.end - at <= LONGEST
      ? OURS
      : NOT_OURS;
  },

  /** RFC 4120, 7.2.2: over TCP each message stands behind its length. */
  messageLength(bytes, start, end) {
    if (end - start < 4) return 0;
    const length = u32At(bytes, start);
    return length === 0 || length > LONGEST ? LOST : 4 + length;
  },

  read: readKerberos,
  begin: () => ({
    message(here, bytes, start, end) {
      told(here, readKerberos(here.reader.reset(bytes, start, end)));
    },
  }),
};

const element = new ber.Element();

function prefix(bytes: Uint8Array, start: number, end: number): number {
  return bytes[start] === 0 && end - start > 4 ? 4 : 0;
}

function readKerberos(reader: ByteReader): KerberosMessage {
  if (reader.peek() === 0) reader.u32('length');
  const kind = ber.peekTag(reader);
  const fields = { realm: '', client: '', service: '' };
  const whole = ber.enter(reader, kinds[kind] ?? 'message', 'RFC 4120, 5.4');
  const sequence = ber.enter(reader, 'fields');
  if (kind === AS_REQUEST || kind === TGS_REQUEST) readRequest(reader, fields);
  else if (kind === AS_REPLY || kind === TGS_REPLY) readNames(reader, fields, 0xa3, 0xa4, -1);
  else if (kind === ERROR) readNames(reader, fields, 0xa9, 0xa8, 0xaa);
  ber.leave(reader, sequence);
  ber.leave(reader, whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'behind the message');
  return { kind, ...fields };
}

interface Names {
  realm: string;
  client: string;
  service: string;
}

// RFC 4120, 5.4.1.
function readRequest(reader: ByteReader, fields: Names): void {
  for (let i = 0; i < MOST_FIELDS && reader.remaining > 0; i++) {
    if (ber.peekTag(reader) !== BODY) {
      ber.skip(reader, 'field');
      continue;
    }
    const body = ber.enter(reader, 'body', 'RFC 4120, 5.4.1');
    const sequence = ber.enter(reader, 'fields');
    readNames(reader, fields, 0xa2, 0xa1, 0xa3);
    ber.leave(reader, sequence);
    ber.leave(reader, body);
  }
}

/** @param realm @param client @param service tags of fields */
function readNames(reader: ByteReader, fields: Names, realm: number, client: number, service: number): void {
  for (let i = 0; i < MOST_FIELDS && reader.remaining > 0; i++) {
    const tag = ber.peekTag(reader);
    if (tag !== realm && tag !== client && tag !== service) {
      ber.skip(reader, 'field');
      continue;
    }
    const before = ber.enter(reader, tag === realm ? 'realm' : tag === client ? 'client' : 'service');
    if (tag === realm) fields.realm = ber.text(reader, 'realm', 'utf-8');
    else if (tag === client) fields.client = readPrincipal(reader);
    else fields.service = readPrincipal(reader);
    ber.leave(reader, before);
  }
}

/** RFC 4120, 5.2.2: `krbtgt/EXAMPLE`, `cifs/server`. */
function readPrincipal(reader: ByteReader): string {
  const parts: string[] = [];
  const whole = ber.enter(reader, 'name', 'RFC 4120, 5.2.2');
  ber.skip(reader, 'type');
  const outer = ber.enter(reader, 'components');
  const list = ber.enter(reader, 'list');
  while (reader.remaining > 0 && parts.length < 8) parts.push(ber.text(reader, 'component', 'utf-8'));
  ber.leave(reader, list);
  ber.leave(reader, outer);
  ber.leave(reader, whole);
  return parts.join('/');
}

function told(here: Here, { kind, realm, client }: KerberosMessage): void {
  const asks = kind === AS_REQUEST || kind === TGS_REQUEST;
  here.turn(asks ? 'request' : 'reply');
  const about = asks ? here.source : here.target;
  here.fact(about, 'domain', realm, 'inferred');
  // Machines sign in too; their names end with a dollar sign.
  if (client.endsWith('$')) here.fact(about, 'name', client.slice(0, -1));
  else if (client.startsWith('host/')) here.fact(about, 'name', client.slice('host/'.length));
  else here.fact(about, 'user', client);
}
