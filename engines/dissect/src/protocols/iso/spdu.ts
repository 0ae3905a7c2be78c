import * as ber from '../../bytes/ber.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { AARQ, ABRT, type Apdu, apdus, readApdu } from './acse.ts';
import { type Pdv, readPdvValue } from './pdv.ts';

/** What session, presentation and ACSE say in one piece. */
export interface Spdu {
  readonly kind: number;
  /** Session refuse: why. */
  readonly refused?: number;
  /** Presentation: why the provider rejected or aborted. */
  readonly rejected?: number;
  /** Proposed contexts and their abstract syntaxes. */
  readonly contexts: readonly { readonly id: number; readonly syntax: string }[];
  readonly apdu?: Apdu;
  readonly data: readonly Pdv[];
}

// ISO 8327-1, section 8.3.
export const DATA = 1;
const PLEASE_TOKENS = 2;
export const FINISH = 9;
export const DISCONNECT = 10;
export const REFUSE = 12;
export const CONNECT = 13;
export const ACCEPT = 14;
export const ABORT = 25;
const TYPED_DATA = 33;
export const spdus: Readonly<Record<number, string>> = {
  [DATA]: 'give tokens, data transfer',
  [PLEASE_TOKENS]: 'please tokens',
  5: 'expedited data',
  8: 'not finished',
  [FINISH]: 'finish',
  [DISCONNECT]: 'disconnect',
  [REFUSE]: 'refuse',
  [CONNECT]: 'connect',
  [ACCEPT]: 'accept',
  15: 'connect data overflow',
  16: 'overflow accept',
  [ABORT]: 'abort',
  26: 'abort accept',
  [TYPED_DATA]: 'typed data',
};

// ISO 8327-1, section 8.3 and annex A.
const CONNECTION_IDENTIFIER = 1;
const CONNECT_ITEM = 5;
const REASON = 50;
const USER_DATA = 193;
const EXTENDED_USER_DATA = 194;
const parameters: Readonly<Record<number, string>> = {
  [CONNECTION_IDENTIFIER]: 'connection identifier',
  [CONNECT_ITEM]: 'connect/accept item',
  9: 'called user reference',
  10: 'calling user reference',
  11: 'common reference',
  12: 'additional reference',
  17: 'transport disconnect',
  19: 'protocol options',
  20: 'session user requirements',
  21: 'maximum size of data units',
  22: 'version number',
  23: 'initial serial number',
  25: 'enclosure item',
  26: 'token setting item',
  33: 'reflect parameter values',
  [REASON]: 'reason',
  51: 'calling session selector',
  52: 'called session selector',
  55: 'second maximum size of data units',
  56: 'second initial serial number',
  [USER_DATA]: 'user data',
  [EXTENDED_USER_DATA]: 'extended user data',
};

export const refuseReasons: Readonly<Record<number, string>> = {
  0: 'rejected by the called user',
  1: 'temporary congestion of the called user',
  2: 'rejected by the called user',
  129: 'session selector unknown',
  130: 'no user attached to the session access point',
  131: 'congestion of the session entity',
  132: 'session versions not supported',
};

/** ISO 8823-1, 8.2: why the provider says no. */
export const rejectReasons: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'temporary congestion',
  2: 'local limit exceeded',
  3: 'called presentation address unknown',
  4: 'presentation version not supported',
  5: 'default context not supported',
  6: 'user data not readable',
  7: 'no presentation access point available',
};

const abortReasons: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'unrecognized data unit',
  2: 'unexpected data unit',
  3: 'unexpected session primitive',
  4: 'unrecognized parameter',
  5: 'unexpected parameter',
  6: 'invalid parameter value',
};

/** Collected while reading. */
interface Found {
  kind: number;
  refused?: number;
  rejected?: number;
  contexts: { id: number; syntax: string }[];
  apdu?: Apdu;
  data: Pdv[];
}

export function readSpdu(reader: ByteReader): Spdu {
  const found: Found = { kind: 0, contexts: [], data: [] };
  reader.open('session', 'ISO 8327-1, 8.3');
  found.kind = reader.u8('type', spdus);
  if (!(found.kind in spdus)) throw new Malformed('type', 0, `is ${found.kind}, which no data unit has`);
  const length = readLength(reader);
  if (found.kind === DATA || found.kind === PLEASE_TOKENS) {
    // 6.3.7: tokens come first and data in the same piece.
    reader.skip(length, 'tokens');
    if (reader.remaining > 0) {
      reader.u8('type', { [DATA]: 'data transfer', [TYPED_DATA]: 'typed data' });
      const items = readLength(reader);
      reader.skip(items, 'enclosure');
    }
    reader.close();
    if (reader.remaining > 0) readPresentation(reader, found);
  } else {
    const whole = reader.limit(length, 'length');
    readParameters(reader, found, 0);
    reader.release(whole);
    reader.close();
    if (reader.remaining > 0) readPresentation(reader, found);
  }
  return found;
}

/** 8.2.2: one octet, or three. */
function readLength(reader: ByteReader): number {
  const short = reader.u8('length');
  return short === 0xff ? reader.u16('length continued') : short;
}

function readParameters(reader: ByteReader, found: Found, depth: number): void {
  while (reader.remaining > 0) {
    const code = reader.u8('parameter', parameters);
    const length = readLength(reader);
    const whole = reader.limit(length, 'parameter length');
    if ((code === CONNECT_ITEM || code === CONNECTION_IDENTIFIER) && depth === 0) {
      readParameters(reader, found, 1);
    } else if ((code === USER_DATA || code === EXTENDED_USER_DATA) && length > 0) {
      readPresentation(reader, found);
    } else if (code === REASON && length > 0) {
      found.refused = reader.u8('reason', refuseReasons);
      if (reader.remaining > 0) readPresentation(reader, found);
    } else if (length > 0) reader.skip(length, parameters[code] ?? 'value');
    if (reader.remaining > 0) reader.skip(reader.remaining, 'not read');
    reader.release(whole);
  }
}

// ISO 8823-1, section 8.2.
export const FULLY_ENCODED = 0x61;
const SIMPLY_ENCODED = 0x40;
const NORMAL_MODE = 0xa2;
const ABORT_NORMAL_MODE = 0xa0;
const X410_MODE = [0xa1, 0xa3];
const CONTEXTS = 0xa4;
const CONTEXT_RESULTS = 0xa5;
const PROVIDER_REASON = 0x8a;
const ABORT_REASON = 0x80;

function readPresentation(reader: ByteReader, found: Found): void {
  const tag = ber.peekTag(reader);
  reader.open('presentation', 'ISO 8823-1, 8.2');
  if (tag === FULLY_ENCODED) readUserData(reader, found);
  else if (tag === SIMPLY_ENCODED) ber.skip(reader, 'simply encoded data');
  else if (tag === ber.SET) readModes(reader, found);
  else if (tag === ber.SEQUENCE) readNormalMode(reader, found);
  else if (tag === ABORT_NORMAL_MODE) readNormalMode(reader, found);
  else reader.skip(reader.remaining, 'user data');
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'not read');
}

function readModes(reader: ByteReader, found: Found): void {
  const before = ber.enter(reader, 'connect');
  while (reader.remaining > 0) {
    const tag = ber.peekTag(reader);
    if (tag === 0xa0) readModeSelector(reader);
    else if (tag === NORMAL_MODE) readNormalMode(reader, found);
    else ber.skip(reader, X410_MODE.includes(tag) ? 'X.410 mode' : 'unknown component');
  }
  ber.leave(reader, before);
}

function readModeSelector(reader: ByteReader): void {
  const before = ber.enter(reader, 'mode selector');
  if (reader.remaining > 0) ber.integer(reader, 'mode', { 0: 'X.410', 1: 'normal' });
  ber.leave(reader, before);
}

const normalMode: Readonly<Record<number, string>> = {
  0x80: 'protocol version',
  0x81: 'calling presentation selector',
  0x82: 'called presentation selector',
  0x83: 'responding presentation selector',
  0xa6: 'default context',
  0xa7: 'default context result',
  0x88: 'presentation requirements',
  0x89: 'user session requirements',
  0x90: 'provider reason',
};

function readNormalMode(reader: ByteReader, found: Found): void {
  const before = ber.enter(reader, 'normal mode');
  while (reader.remaining > 0) {
    const tag = ber.peekTag(reader);
    if (tag === FULLY_ENCODED) readUserData(reader, found);
    else if (tag === CONTEXTS) readContexts(reader, found);
    else if (tag === CONTEXT_RESULTS) readContextResults(reader);
    else if (tag === PROVIDER_REASON && found.kind === REFUSE) {
      found.rejected = ber.integer(reader, 'provider reason', rejectReasons);
    } else if (tag === ABORT_REASON && found.kind === ABORT) {
      ber.integer(reader, 'provider reason', abortReasons);
    } else ber.skip(reader, normalMode[tag] ?? 'component');
  }
  ber.leave(reader, before);
}

const MOST_CONTEXTS = 32;

function readContexts(reader: ByteReader, found: Found): void {
  const list = ber.enter(reader, 'contexts');
  while (reader.remaining > 0) {
    const before = ber.enter(reader, 'context');
    const id = ber.integer(reader, 'context identifier');
    const syntax = ber.objectIdentifier(reader, 'abstract syntax', abstractSyntaxes);
    while (reader.remaining > 0) readTransferSyntaxes(reader);
    if (found.contexts.length < MOST_CONTEXTS) found.contexts.push({ id, syntax });
    ber.leave(reader, before);
  }
  ber.leave(reader, list);
}

function readTransferSyntaxes(reader: ByteReader): void {
  if (ber.peekTag(reader) !== ber.SEQUENCE) return ber.skip(reader, 'transfer syntax');
  const before = ber.enter(reader, 'transfer syntaxes');
  while (reader.remaining > 0) ber.objectIdentifier(reader, 'transfer syntax', transferSyntaxes);
  ber.leave(reader, before);
}

export const abstractSyntaxes: Readonly<Record<string, string>> = {
  '2.2.1.0.1': 'ACSE',
  '1.0.9506.2.1': 'MMS',
  '1.0.9506.1.1': 'MMS',
};
const transferSyntaxes: Readonly<Record<string, string>> = { '2.1.1': 'basic encoding' };
const contextResults = { 0: 'acceptance', 1: 'user rejection', 2: 'provider rejection' };

function readContextResults(reader: ByteReader): void {
  const list = ber.enter(reader, 'context results');
  while (reader.remaining > 0) {
    const before = ber.enter(reader, 'context result');
    while (reader.remaining > 0) {
      const tag = ber.peekTag(reader);
      if (tag === 0x80) ber.integer(reader, 'result', contextResults);
      else if (tag === 0x81) ber.objectIdentifier(reader, 'transfer syntax', transferSyntaxes);
      else ber.skip(reader, 'provider reason');
    }
    ber.leave(reader, before);
  }
  ber.leave(reader, list);
}

// 8.4.2.
function readUserData(reader: ByteReader, found: Found): void {
  const list = ber.enter(reader, 'fully encoded data');
  while (reader.remaining > 0) {
    const before = ber.enter(reader, 'PDV list');
    if (ber.peekTag(reader) === ber.OBJECT_IDENTIFIER) {
      ber.objectIdentifier(reader, 'transfer syntax', transferSyntaxes);
    }
    const context = ber.integer(reader, 'context identifier');
    if (isApdu(reader)) readAssociation(reader, found);
    else found.data.push(readPdvValue(reader, context));
    ber.leave(reader, before);
  }
  ber.leave(reader, list);
}

function readAssociation(reader: ByteReader, found: Found): void {
  const before = ber.enter(reader, 'presentation data value');
  reader.open('ACSE', 'ISO 8650-1, 9');
  const apdu = readApdu(reader);
  reader.close();
  ber.leave(reader, before);
  found.apdu = apdu;
  found.data.push(...apdu.data);
}

/** ACSE is the only one of them whose units have tags of the class APPLICATION: nobody need have seen its context. */
function isApdu(reader: ByteReader): boolean {
  if (ber.peekTag(reader) !== 0xa0) return false;
  const length = reader.peek(1);
  const first = reader.peek(length < 0x80 ? 2 : 2 + (length & 0x7f));
  return first >= AARQ && first <= ABRT && first in apdus;
}
