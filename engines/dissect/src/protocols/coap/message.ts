import { Refusals, type Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed, textAt } from '../../bytes/byte-reader.ts';

/** RFC 7252. */
export interface CoapMessage {
  readonly type: number;
  readonly code: number;
  readonly id: number;
  readonly token: string;
  /** `/sensors/temperature`. */
  readonly path: string;
  readonly query: readonly string[];
  readonly host: string;
  /** -1 where it is not given. */
  readonly observe: number;
  readonly format: number;
  readonly block: Block | undefined;
  readonly payload: Uint8Array;
}

/** RFC 7959: part of something larger. */
export interface Block {
  /** Of what is asked for (Block2), or of what is sent (Block1). */
  readonly isAnswer: boolean;
  readonly number: number;
  readonly more: boolean;
  readonly size: number;
}

// Section 3.
export const VERSION = 1;
export const LONGEST_TOKEN = 8;
export const PAYLOAD = 0xff;
export const CONFIRMABLE = 0;
const types: Words = { 0: 'confirmable', 1: 'non-confirmable', 2: 'acknowledgement', 3: 'reset' };

// Section 12.1.1; RFC 8132.
export const EMPTY = 0x00;
export const GET = 0x01;
export const POST = 0x02;
export const PUT = 0x03;
export const DELETE = 0x04;
export const FETCH = 0x05;
export const PATCH = 0x06;
export const IPATCH = 0x07;
const methods: Words = {
  [EMPTY]: 'empty',
  [GET]: 'GET',
  [POST]: 'POST',
  [PUT]: 'PUT',
  [DELETE]: 'DELETE',
  [FETCH]: 'FETCH',
  [PATCH]: 'PATCH',
  [IPATCH]: 'iPATCH',
};

export const FIRST_ERROR = 0x80;
/** Section 12.1.2, RFC 7959, RFC 8132, RFC 8516, RFC 8768. Beyond errors, success. */
const successes: Words = {
  0x41: '2.01 Created',
  0x42: '2.02 Deleted',
  0x43: '2.03 Valid',
  0x44: '2.04 Changed',
  0x45: '2.05 Content',
  0x5f: '2.31 Continue',
};
const errors: Words = {
  0x80: 'bad request',
  0x81: 'unauthorized',
  0x82: 'bad option',
  0x83: 'forbidden',
  0x84: 'not found',
  0x85: 'method not allowed',
  0x86: 'not acceptable',
  0x88: 'request entity incomplete',
  0x89: 'conflict',
  0x8c: 'precondition failed',
  0x8d: 'request entity too large',
  0x8f: 'unsupported content-format',
  0x96: 'unprocessable entity',
  0x9d: 'too many requests',
  0xa0: 'internal server error',
  0xa1: 'not implemented',
  0xa2: 'bad gateway',
  0xa3: 'service unavailable',
  0xa4: 'gateway timeout',
  0xa5: 'proxying not supported',
  0xa8: 'hop limit reached',
};
export const refusals = new Refusals('coap');
export const errorRefusal = refusals.numbered(errors);

export const isRequest = (code: number) => code >= GET && code <= IPATCH;
export const isAnswer = (code: number) => code >= 0x40 && code < 0xc0;

export function codeName(code: number): string {
  const name = methods[code] ?? successes[code] ?? errors[code];
  return name ?? `${code >> 5}.${String(code & 0x1f).padStart(2, '0')}`;
}

// Section 12.2 and the RFCs that add to it.
const URI_HOST = 3;
const OBSERVE = 6;
export const URI_PATH = 11;
const CONTENT_FORMAT = 12;
const URI_QUERY = 15;
const BLOCK_2 = 23;
const BLOCK_1 = 27;
export const options: Words = {
  1: 'If-Match',
  [URI_HOST]: 'Uri-Host',
  4: 'ETag',
  5: 'If-None-Match',
  [OBSERVE]: 'Observe',
  7: 'Uri-Port',
  8: 'Location-Path',
  9: 'OSCORE',
  [URI_PATH]: 'Uri-Path',
  [CONTENT_FORMAT]: 'Content-Format',
  14: 'Max-Age',
  [URI_QUERY]: 'Uri-Query',
  16: 'Hop-Limit',
  17: 'Accept',
  19: 'Q-Block1',
  20: 'Location-Query',
  [BLOCK_2]: 'Block2',
  [BLOCK_1]: 'Block1',
  28: 'Size2',
  31: 'Q-Block2',
  35: 'Proxy-Uri',
  39: 'Proxy-Scheme',
  60: 'Size1',
  252: 'Echo',
  258: 'No-Response',
  292: 'Request-Tag',
};
const textOptions = new Set([URI_HOST, 8, URI_PATH, URI_QUERY, 20, 35, 39]);
const numberOptions = new Set([OBSERVE, 7, CONTENT_FORMAT, 14, 16, 17, 28, 60, 258]);

const formats: Words = {
  0: 'text/plain',
  40: 'application/link-format',
  41: 'application/xml',
  42: 'application/octet-stream',
  47: 'application/exi',
  50: 'application/json',
  60: 'application/cbor',
  110: 'application/senml+json',
  112: 'application/senml+cbor',
};
/** Content that is text; without a format it is looked at. */
export const isText = (format: number) => format === 0 || format === 40 || format === 50 || format === 110;

export function readCoap(reader: ByteReader): CoapMessage {
  reader.open('header', '3');
  const first = reader.u8('version, type, token length');
  const version = reader.bits(first, 0xc0, 'version');
  if (version !== VERSION) throw new Malformed('version', 0, `is ${version}, must be ${VERSION}`);
  const type = reader.bits(first, 0x30, 'type', types);
  const tokenLength = reader.bits(first, 0x0f, 'token length');
  if (tokenLength > LONGEST_TOKEN) throw new Malformed('token length', 0, `${tokenLength} is more than 8`);
  const code = reader.u8('code', codeName);
  const id = reader.u16('message id');
  const token = tokenLength > 0 ? hexadecimal(reader.bytes(tokenLength, 'token')) : '';
  reader.close();
  const read = readOptions(reader);
  const payload = reader.remaining > 0 ? readPayload(reader) : reader.peekBytes(0);
  return { type, code, id, token, ...read, payload };
}

function readPayload(reader: ByteReader): Uint8Array {
  reader.constant8(PAYLOAD, 'payload marker');
  if (reader.remaining === 0) throw new Malformed('payload', reader.offset, 'a marker and nothing behind it');
  return reader.bytes(reader.remaining, 'payload');
}

/** 3.1. */
function readOptions(reader: ByteReader) {
  const [path, query]: [string[], string[]] = [[], []];
  let [host, observe, format] = ['', -1, -1];
  let block: Block | undefined;
  let option = 0;
  while (reader.remaining > 0 && reader.peek() !== PAYLOAD) {
    reader.open('option', '3.1');
    const first = reader.u8('delta and length');
    option += readExtended(reader, reader.bits(first, 0xf0, 'delta'), 'delta');
    const length = readExtended(reader, reader.bits(first, 0x0f, 'length'), 'length');
    reader.remark(options[option] ?? `option ${option}`);
    if (textOptions.has(option)) {
      const text = reader.text(length, options[option]!, 'utf-8');
      if (option === URI_PATH) path.push(text);
      else if (option === URI_QUERY) query.push(text);
      else if (option === URI_HOST) host = text;
    } else if (numberOptions.has(option)) {
      const value = readNumber(reader, length, option);
      if (option === OBSERVE) observe = value;
      else if (option === CONTENT_FORMAT) format = value;
    } else if (option === BLOCK_1 || option === BLOCK_2) {
      block = readBlock(reader, length, option === BLOCK_2);
    } else {
      reader.bytes(length, options[option] ?? 'value');
    }
    reader.close();
  }
  return { path: `/${path.join('/')}`, query, host, observe, format, block };
}

function readExtended(reader: ByteReader, nibble: number, field: string): number {
  if (nibble < 13) return nibble;
  if (nibble === 13) return 13 + reader.u8(`${field}, extended`);
  if (nibble === 14) return 269 + reader.u16(`${field}, extended`);
  throw new Malformed(field, reader.offset - 1, '15 is reserved');
}

function readNumber(reader: ByteReader, length: number, option: number): number {
  if (length === 0) return 0;
  if (length > 4) throw new Malformed('length', reader.offset, `a number of ${length} bytes`);
  return reader.uint(length, options[option]!, option === CONTENT_FORMAT ? formats : undefined);
}

/** RFC 7959, 2.2. */
function readBlock(reader: ByteReader, length: number, isAnswerBlock: boolean): Block {
  if (length > 3) throw new Malformed('length', reader.offset, `a block of ${length} bytes`);
  const value = length === 0 ? 0 : reader.uint(length, 'block');
  const exponent = value & 7;
  return {
    isAnswer: isAnswerBlock,
    number: value >>> 4,
    more: (value & 8) !== 0,
    size: 1 << (Math.min(exponent, 6) + 4),
  };
}

export function shown({ payload, format }: CoapMessage): string {
  const part = payload.subarray(0, MOST_SHOWN);
  const text = isText(format) || (format < 0 && part.every((octet) => octet >= 0x20 && octet < 0x7f));
  return text ? textAt(part, 0, part.length, 'utf-8') : hexadecimal(part);
}

const MOST_SHOWN = 64;

function hexadecimal(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return digits;
}
