import { join } from '../../testing/wire.ts';

/** Writes OPC UA for tests: OPC 10000-6, 5.2 and 6.7. Bodies of services are put together parameter by parameter. */

export type Bytes = ArrayLike<number>;

export const u16 = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff];
export const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
export const yes = [1];
export const no = [0];
/** A String, ByteString or array that is not there. */
export const none = u32(0xffff_ffff);

export function f64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

export function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return join(u32(bytes.length), bytes);
}

export const byteString = (bytes: Bytes): Uint8Array => join(u32(bytes.length), bytes);
export const array = (...elements: Bytes[]): Uint8Array => join(u32(elements.length), ...elements);
export const qualified = (namespace: number, name: string): Uint8Array => join(u16(namespace), text(name));
export const localized = (value: string): Uint8Array => join([2], text(value));

/** 5.2.2.9: a number is of namespace 0. */
export function node(id: number | string, namespace = 2): Uint8Array {
  if (typeof id === 'string') return join([3], u16(namespace), text(id));
  return id < 256 ? Uint8Array.from([0, id]) : join([1, 0], u16(id));
}

/** 5.2.2.15. */
export const structure = (id: number, body: Bytes): Uint8Array => join(node(id), [1], byteString(body));
export const noStructure = Uint8Array.from([0, 0, 0]);

// 5.2.2.16.
export const double = (value: number): Uint8Array => join([11], f64(value));
export const boolean = (value: boolean): Uint8Array => Uint8Array.from([1, Number(value)]);
export const string = (value: string): Uint8Array => join([12], text(value));
export const inVariant = (object: Bytes): Uint8Array => join([22], object);

/** 5.2.2.17. */
export const value = (variant: Bytes): Uint8Array => join([1], variant);
export const badValue = (status: number, variant: Bytes): Uint8Array => join([3], variant, u32(status));

/** OPC 10000-4, 7.28. */
const requestHeader = join([0, 0], new Uint8Array(8), u32(1), u32(0), none, u32(0), noStructure);
/** 7.29. */
const responseHeader = (status: number): Uint8Array =>
  join(new Uint8Array(8), u32(1), u32(status), [0], none, noStructure);

export const request = (id: number, ...body: Bytes[]): Uint8Array => join(node(id), requestHeader, ...body);
export const response = (id: number, ...body: Bytes[]): Uint8Array =>
  join(node(id), responseHeader(0), ...body);
export const fault = (status: number): Uint8Array => join(node(397), responseHeader(status));

/** What follows the results of nearly every response. */
export const noDiagnostics = none;

/** 7.1.2.2. */
export function message(type: string, ...body: Bytes[]): Uint8Array {
  const content = join(...body);
  return join(new TextEncoder().encode(type), u32(8 + content.length), content);
}

/** 6.7.2: a chunk of a message. */
export function chunk(
  body: Bytes,
  { sequence = 1, id = 1, type = 'MSGF' }: { sequence?: number; id?: number; type?: string } = {},
): Uint8Array {
  return message(type, u32(7), u32(1), u32(sequence), u32(id), body);
}

export const POLICIES = 'http://opcfoundation.org/UA/SecurityPolicy#';

export function open(policy: string, body: Bytes, certificate: Bytes = [], sequence = 1): Uint8Array {
  const security = join(text(`${POLICIES}${policy}`), byteString(certificate), none);
  return message('OPNF', u32(7), security, policy === 'None' ? join(u32(sequence), u32(1)) : [], body);
}

export const hello = (url: string): Uint8Array =>
  message('HELF', u32(0), u32(65_536), u32(65_536), u32(0), u32(0), text(url));
export const acknowledge = message('ACKF', u32(0), u32(65_536), u32(65_536), u32(0), u32(0));
export const error = (status: number, reason: string): Uint8Array =>
  message('ERRF', u32(status), text(reason));

// Parts of services.

/** OPC 10000-4, 7.24. */
export const readValueId = (id: Bytes, attribute = 13): Uint8Array =>
  join(id, u32(attribute), none, qualified(0, ''));

/** 5.10.2. */
export const read = (...items: Bytes[]): Uint8Array => request(631, f64(0), u32(2), array(...items));
export const values = (...results: Bytes[]): Uint8Array => response(634, array(...results), noDiagnostics);

/** 5.10.4. */
export const write = (id: Bytes, data: Bytes): Uint8Array =>
  request(673, array(join(id, u32(13), none, data)));
export const statuses = (id: number, ...codes: number[]): Uint8Array =>
  response(id, array(...codes.map(u32)), noDiagnostics);

/** 5.6.3. */
export const activate = (token: Bytes): Uint8Array => request(467, none, none, none, none, token, none, none);
export const activated = response(470, none, none, none);
export const userName = (user: string, password: string, algorithm = ''): Uint8Array =>
  structure(324, join(text('policy'), text(user), text(password), text(algorithm)));
