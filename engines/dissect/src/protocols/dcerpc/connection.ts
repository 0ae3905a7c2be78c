import { type ByteReader, Malformed, u16At, u16leAt } from '../../bytes/byte-reader.ts';
import { interfaceName } from './interfaces.ts';
import {
  ALTER_CONTEXT,
  AUTHENTICATE,
  BIND,
  BOUND,
  CONTEXT_ALTERED,
  FAULT,
  isLittle,
  isRepresentation,
  LAST_TYPE,
  NOT_BOUND,
  readRepresentation,
  REQUEST,
  RESPONSE,
  types,
} from './pdu.ts';
import { bindRefusals, contextRefusals, faults } from './refusals.ts';
import { readUuid } from './uuid.ts';

/** C706, 12.6: a message of the connection-oriented protocol, which TCP and pipes carry. */
export interface Pdu {
  readonly type: number;
  readonly flags: number;
  readonly little: boolean;
  readonly call: number;
  /** Where the stub data are, from the beginning of the message. */
  readonly stub: readonly [start: number, end: number];
  /** Authentication, if there is any. */
  readonly verifier?: Verifier;
  readonly context?: number;
  readonly function?: number;
  readonly status?: number;
  /** Interfaces asked for in a bind. */
  readonly offers?: readonly Offer[];
  /** What became of them, in the same order: 0 accepted. */
  readonly results?: readonly (readonly [result: number, reason: number])[];
}

export interface Offer {
  readonly context: number;
  readonly interface: string;
}

export interface Verifier {
  readonly type: number;
  readonly level: number;
  readonly start: number;
  readonly end: number;
}

export const CONNECTION_VERSION = 5;
export const HEADER = 16;
export const FIRST_FRAGMENT = 0x01;
export const LAST_FRAGMENT = 0x02;
const WITH_OBJECT = 0x80;
/** [MS-RPCE], 2.2.1.1.8. */
export const PRIVACY = 6;
const VERIFIER_HEADER = 8;
const FEWEST_OF_REQUEST = 24;

/** Could this be the beginning of one? All that is there of the header has to fit. */
export function isPdu(bytes: Uint8Array, start: number, end: number, strict: boolean): boolean {
  const length = end - start;
  if (bytes[start] !== CONNECTION_VERSION || (length > 1 && bytes[start + 1]! > 1)) return false;
  if (length > 2 && (bytes[start + 2]! > LAST_TYPE || isOfDatagrams(bytes[start + 2]!))) return false;
  if (length < HEADER) return !strict;
  if (!isRepresentation(bytes[start + 4]!, bytes[start + 5]!)) return false;
  if (bytes[start + 6] !== 0 || bytes[start + 7] !== 0) return false;
  const size = sizeOf(bytes, start);
  const verifier = isLittle(bytes[start + 4]!) ? u16leAt(bytes, start + 10) : u16At(bytes, start + 10);
  if (size < HEADER + verifier || (bytes[start + 2] === REQUEST && size < FEWEST_OF_REQUEST)) return false;
  return !strict || isLittle(bytes[start + 4]!);
}

export function sizeOf(bytes: Uint8Array, start: number): number {
  return isLittle(bytes[start + 4]!) ? u16leAt(bytes, start + 8) : u16At(bytes, start + 8);
}

/** Types 4 to 10 but one occur without connections only. */
function isOfDatagrams(type: number): boolean {
  return type === 1 || (type > FAULT && type < BIND);
}

export function readPdu(reader: ByteReader): Pdu {
  reader.open('header', 'C706, 12.6.3.1');
  reader.constant8(CONNECTION_VERSION, 'version');
  reader.u8('minor version');
  const type = reader.u8('type', types);
  const flags = reader.u8('flags');
  reader.bits(flags, FIRST_FRAGMENT, 'first fragment');
  reader.bits(flags, LAST_FRAGMENT, 'last fragment');
  reader.bits(flags, 0x04, 'pending cancel');
  reader.bits(flags, 0x10, 'concurrent multiplexing');
  reader.bits(flags, 0x20, 'did not execute');
  reader.bits(flags, 0x40, 'maybe');
  reader.bits(flags, WITH_OBJECT, 'object');
  const little = readRepresentation(reader, reader.u8('data representation'));
  reader.skip(2, 'reserved');
  const numbers = new Numbers(reader, little);
  const size = numbers.half('fragment length');
  const verifierLength = numbers.half('length of authentication');
  const call = numbers.word('call');
  reader.close();
  if (size < HEADER) throw new Malformed('fragment length', 8, `is ${size}, must be ${HEADER} or more`);
  const whole = reader.limit(size - HEADER, 'fragment length');
  const ends = verifierLength === 0 ? 0 : verifierLength + VERIFIER_HEADER;
  const body = reader.limit(reader.remaining - ends, 'length of authentication');
  const content = readBody(reader, type, flags, numbers);
  const from = reader.offset;
  const until = from + reader.remaining;
  if (reader.remaining > 0) reader.skip(reader.remaining, isCalling(type) ? 'stub data' : 'rest');
  reader.release(body);
  const signed = verifierLength === 0 ? undefined : readVerifier(reader, numbers);
  reader.release(whole);
  const padding = signed?.padding ?? 0;
  const stub: [number, number] = [from, Math.max(from, until - padding)];
  return { type, flags, little, call, stub, ...content, ...(signed && { verifier: signed }) };
}

function isCalling(type: number): boolean {
  return type === REQUEST || type === RESPONSE;
}

class Numbers {
  readonly reader: ByteReader;
  readonly little: boolean;

  constructor(reader: ByteReader, little: boolean) {
    this.reader = reader;
    this.little = little;
  }

  half(field: string, meaning?: Readonly<Record<number, string>>): number {
    return this.little ? this.reader.u16le(field, meaning) : this.reader.u16(field, meaning);
  }

  word(field: string, meaning?: Readonly<Record<number, string>>): number {
    return this.little ? this.reader.u32le(field, meaning) : this.reader.u32(field, meaning);
  }
}

function readBody(reader: ByteReader, type: number, flags: number, numbers: Numbers): Partial<Pdu> {
  switch (type) {
    case REQUEST: {
      numbers.word('allocation hint');
      const context = numbers.half('context');
      const number = numbers.half('function');
      if (flags & WITH_OBJECT) readUuid(reader, 'object', numbers.little);
      return { context, function: number };
    }
    case RESPONSE:
    case FAULT: {
      numbers.word('allocation hint');
      const context = numbers.half('context');
      reader.u8('cancels');
      reader.u8('reserved');
      return type === RESPONSE ? { context } : { context, status: numbers.word('status', faults) };
    }
    case BIND:
    case ALTER_CONTEXT:
      return { offers: readOffers(reader, numbers) };
    case BOUND:
    case CONTEXT_ALTERED:
      return { results: readResults(reader, numbers) };
    case NOT_BOUND:
      return { status: numbers.half('reason', bindRefusals) };
    case AUTHENTICATE:
      reader.skip(4, 'padding');
      return {};
    default:
      return {};
  }
}

// C706, 12.6.4.3.
function readOffers(reader: ByteReader, numbers: Numbers): Offer[] {
  numbers.half('longest fragment sent');
  numbers.half('longest fragment received');
  numbers.word('association group');
  const count = reader.u8('number of contexts');
  reader.skip(3, 'reserved');
  const offers: Offer[] = [];
  for (let i = 0; i < count; i++) {
    reader.open('context', 'C706, 12.6.3.1');
    const context = numbers.half('context');
    const syntaxes = reader.u8('number of transfer syntaxes');
    reader.u8('reserved');
    const asked = readSyntax(reader, numbers, 'interface');
    for (let j = 0; j < syntaxes; j++) readSyntax(reader, numbers, 'transfer syntax');
    reader.close();
    offers.push({ context, interface: asked });
  }
  return offers;
}

function readSyntax(reader: ByteReader, numbers: Numbers, field: string): string {
  const uuid = readUuid(reader, field, numbers.little, (text) => syntaxes[text] ?? known(text));
  numbers.half('version');
  numbers.half('minor version');
  return uuid;
}

const syntaxes: Readonly<Record<string, string>> = {
  '8a885d04-1ceb-11c9-9fe8-08002b104860': 'NDR',
  '71710533-beba-4937-8319-b5dbef9ccc36': 'NDR64',
  '6cb71c2c-9812-4540-0300-000000000000': 'bind time features',
};

function known(uuid: string): string | undefined {
  const name = interfaceName(uuid);
  return name === uuid ? undefined : name;
}

// C706, 12.6.4.4.
function readResults(reader: ByteReader, numbers: Numbers): (readonly [number, number])[] {
  numbers.half('longest fragment sent');
  numbers.half('longest fragment received');
  numbers.word('association group');
  reader.text(numbers.half('length of secondary address'), 'secondary address');
  const unaligned = reader.offset % 4;
  if (unaligned > 0) reader.skip(4 - unaligned, 'padding');
  const count = reader.u8('number of results');
  reader.skip(3, 'reserved');
  const results: (readonly [number, number])[] = [];
  for (let i = 0; i < count; i++) {
    reader.open('result', 'C706, 12.6.3.1');
    const result = numbers.half('result', { 0: 'accepted', 1: 'user rejection', 2: 'provider rejection' });
    const reason = numbers.half('reason', result === 2 ? contextRefusals : undefined);
    readSyntax(reader, numbers, 'transfer syntax');
    reader.close();
    results.push([result, reason]);
  }
  return results;
}

// [MS-RPCE], 2.2.2.11.
function readVerifier(reader: ByteReader, numbers: Numbers): Verifier & { padding: number } {
  reader.open('authentication', '[MS-RPCE], 2.2.2.11');
  const type = reader.u8('type', {
    9: 'SPNEGO',
    10: 'NTLM',
    14: 'TLS',
    16: 'Kerberos',
    68: 'Netlogon',
  });
  const level = reader.u8('level', {
    1: 'none',
    2: 'connect',
    3: 'call',
    4: 'packet',
    5: 'integrity',
    [PRIVACY]: 'privacy',
  });
  const padding = reader.u8('padding');
  reader.u8('reserved');
  numbers.word('context');
  const start = reader.offset;
  const end = start + reader.remaining;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'verifier');
  reader.close();
  return { type, level, padding, start, end };
}
