import {
  bits,
  choice,
  explicit,
  integer,
  latin1,
  mapped,
  objectIdentifier,
  octets,
  sequence,
  sequenceOf,
  type Type,
  type ValueOf,
} from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Pdv, readPdvValue } from './pdv.ts';

/** One of the units by which applications associate: ISO 8650-1, section 9. */
export interface Apdu {
  readonly kind: number;
  /** Of the one who calls and the one who is called: title and qualifier, as far as they were given. */
  readonly calling?: string;
  readonly called?: string;
  readonly responding?: string;
  /** How many octets the secret has. */
  readonly password?: number;
  readonly mechanism?: string;
  /** 0: accepted. */
  readonly result?: number;
  readonly diagnostic?: { readonly provider: boolean; readonly reason: number };
  /** What the applications say to each other. */
  readonly data: readonly Pdv[];
}

export const AARQ = 0x60;
export const AARE = 0x61;
export const RLRQ = 0x62;
export const RLRE = 0x63;
export const ABRT = 0x64;
export const apdus: Readonly<Record<number, string>> = {
  [AARQ]: 'associate request',
  [AARE]: 'associate response',
  [RLRQ]: 'release request',
  [RLRE]: 'release response',
  [ABRT]: 'abort',
};

export const accepted = 0;
// ISO 8650-1, Associate-source-diagnostic.
export const userDiagnostics: Readonly<Record<number, string>> = {
  1: 'no reason given',
  2: 'application context name not supported',
  3: 'calling AP title not recognized',
  4: 'calling AP invocation identifier not recognized',
  5: 'calling AE qualifier not recognized',
  6: 'calling AE invocation identifier not recognized',
  7: 'called AP title not recognized',
  8: 'called AP invocation identifier not recognized',
  9: 'called AE qualifier not recognized',
  10: 'called AE invocation identifier not recognized',
  11: 'authentication mechanism name not recognized',
  12: 'authentication mechanism name required',
  13: 'authentication failure',
  14: 'authentication required',
};
export const providerDiagnostics: Readonly<Record<number, string>> = {
  1: 'no reason given',
  2: 'no common ACSE version',
};

/** ISO 8650-1, annex B: the calling-authentication-value is a password. */
export const mechanisms: Readonly<Record<string, string>> = { '2.2.3.1': 'password' };

// ISO 8650-1, 9. A title is a name of the directory, an object identifier, or a name of the application's own.
const title = explicit(
  mapped(
    choice({
      [ber.OBJECT_IDENTIFIER]: objectIdentifier,
      [ber.SEQUENCE]: mapped(octets, () => 'directory name'),
      0x13: latin1,
      [ber.VISIBLE_STRING]: latin1,
      0x19: latin1,
      [ber.OCTET_STRING]: mapped(octets, (bytes) => hexOf(bytes)),
    }),
    (name) => name,
  ),
);
const qualifier = explicit(
  mapped(
    choice({
      [ber.INTEGER]: integer(),
      [ber.SEQUENCE]: mapped(octets, () => 'directory name'),
      [ber.SET]: mapped(octets, () => 'directory name'),
      [ber.VISIBLE_STRING]: latin1,
    }),
    String,
  ),
);

/** Nobody is shown a secret: only how long it is. */
const secret: Type<number> = (reader, field) => {
  const before = ber.enter(reader, field);
  const length = reader.remaining;
  reader.release(reader.limit(length, field));
  reader.remark(`${length} octets, not shown`);
  ber.leave(reader, before);
  return length;
};
const authenticationValue = explicit(choice({ 0x80: secret, 0x81: secret, 0xa2: secret, 0xa3: secret }));

const external: Type<Pdv> = (reader, field) => {
  const before = ber.enter(reader, field);
  if (ber.peekTag(reader) === ber.OBJECT_IDENTIFIER) ber.objectIdentifier(reader, 'direct reference');
  const context = ber.peekTag(reader) === ber.INTEGER ? ber.integer(reader, 'indirect reference') : 0;
  if (ber.peekTag(reader) === 0x07) ber.text(reader, 'description');
  const value = readPdvValue(reader, context);
  ber.leave(reader, before);
  return value;
};
const userInformation = sequenceOf(external, 'association data');

const request = sequence(
  [0x80, 'protocol version', bits],
  [0xa1, 'application context name', explicit(objectIdentifier)],
  [0xa2, 'called AP title', title],
  [0xa3, 'called AE qualifier', qualifier],
  [0xa4, 'called AP invocation', explicit(integer())],
  [0xa5, 'called AE invocation', explicit(integer())],
  [0xa6, 'calling AP title', title],
  [0xa7, 'calling AE qualifier', qualifier],
  [0xa8, 'calling AP invocation', explicit(integer())],
  [0xa9, 'calling AE invocation', explicit(integer())],
  [0x8a, 'requirements', bits],
  [0x8b, 'mechanism name', named],
  [0xac, 'authentication value', authenticationValue],
  [0x9d, 'implementation', latin1],
  [0xbe, 'user information', userInformation],
);

const results: Record<number, string> = { 0: 'accepted', 1: 'rejected', 2: 'rejected for now' };
const diagnostic = explicit(
  choice({
    0xa1: mapped(explicit(integer(userDiagnostics)), (reason) => ({ provider: false, reason })),
    0xa2: mapped(explicit(integer(providerDiagnostics)), (reason) => ({ provider: true, reason })),
  }),
);

const response = sequence(
  [0x80, 'protocol version', bits],
  [0xa1, 'application context name', explicit(objectIdentifier)],
  [0xa2, 'result', explicit(integer(results))],
  [0xa3, 'diagnostic', diagnostic],
  [0xa4, 'responding AP title', title],
  [0xa5, 'responding AE qualifier', qualifier],
  [0xa6, 'responding AP invocation', explicit(integer())],
  [0xa7, 'responding AE invocation', explicit(integer())],
  [0x88, 'requirements', bits],
  [0x89, 'mechanism name', named],
  [0xaa, 'authentication value', authenticationValue],
  [0x9d, 'implementation', latin1],
  [0xbe, 'user information', userInformation],
);

const reasons: Record<number, string> = { 0: 'normal', 1: 'urgent', 2: 'not finished', 30: 'user defined' };
const release = sequence([0x80, 'reason', integer(reasons)], [0xbe, 'user information', userInformation]);
const abort = sequence(
  [0x80, 'abort source', integer({ 0: 'service user', 1: 'service provider' })],
  [0x81, 'abort diagnostic', integer()],
  [0xbe, 'user information', userInformation],
);

export function readApdu(reader: ByteReader): Apdu {
  const kind = ber.peekTag(reader);
  const name = apdus[kind] ?? '';
  switch (kind) {
    case AARQ:
      return requestOf(request(reader, name));
    case AARE:
      return responseOf(response(reader, name));
    case RLRQ:
    case RLRE:
      return { kind, data: release(reader, name)['user information'] ?? [] };
    case ABRT:
      return { kind, data: abort(reader, name)['user information'] ?? [] };
    default:
      throw new Malformed('ACSE', reader.offset, `cannot be ${ber.tagName(kind)}`);
  }
}

function requestOf(apdu: ValueOf<typeof request>): Apdu {
  const password = apdu['authentication value'];
  const mechanism = apdu['mechanism name'];
  return {
    kind: AARQ,
    calling: nameOf(apdu['calling AP title'], apdu['calling AE qualifier']),
    called: nameOf(apdu['called AP title'], apdu['called AE qualifier']),
    ...(password !== undefined && { password }),
    ...(mechanism !== undefined && { mechanism }),
    data: apdu['user information'] ?? [],
  };
}

function responseOf(apdu: ValueOf<typeof response>): Apdu {
  const { result, diagnostic: why } = apdu;
  return {
    kind: AARE,
    responding: nameOf(apdu['responding AP title'], apdu['responding AE qualifier']),
    ...(result !== undefined && { result }),
    ...(why !== undefined && { diagnostic: why }),
    data: apdu['user information'] ?? [],
  };
}

/** `1.1.1.999 (12)`. */
function nameOf(apTitle = '', aeQualifier = ''): string {
  if (aeQualifier === '') return apTitle;
  return apTitle === '' ? `(${aeQualifier})` : `${apTitle} (${aeQualifier})`;
}

function named(reader: ByteReader, field: string): string {
  return ber.objectIdentifier(reader, field, mechanisms);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
