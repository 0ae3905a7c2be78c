import type { ByteReader } from '../../bytes/byte-reader.ts';
import { attributes, marks, PREFIX, startModes, STATE, states, usual } from './names.ts';

export const VERSION = 1;
export const LOOK_UP = 0;
export const LOOKED_UP = 1;
export const CALL = 2;
export const RETURN = 3;

export const kinds: Readonly<Record<number, string>> = {
  [LOOK_UP]: 'look up a service',
  [LOOKED_UP]: 'service looked up',
  [CALL]: 'call',
  [RETURN]: 'return',
};

export const HEADER = 16;
export const LENGTH_AT = 6;

/** What all names of services are shorter than. */
export const LONGEST_NAME = 128;
/** Most attributes that are read of one call. */
const MOST = 256;

export interface AdeMessage {
  readonly kind: number;
  /** By its number, and in a question for one by its name: '' where that is too long for one. */
  readonly service: number;
  readonly name: string;
  readonly method: number;
  /** How the program is to start; 0 elsewhere. */
  readonly mode: number;
  /** Which are asked for or set. */
  readonly attributes: readonly number[];
  /** In the reply to a question for it first of all. */
  readonly state: number | undefined;
}

/** What is known of a call besides its octets. */
export interface Known {
  /** Which service has the number it carries. */
  readonly name: string;
  /** Whether it answers a question for the state first of all. */
  readonly isState: boolean;
}

/** Little-endian, as all that was published is. */
export function readAde(reader: ByteReader, known?: Known): AdeMessage {
  reader.open('header');
  reader.u16le('version');
  const kind = reader.u16le('kind', kinds);
  reader.u16le('reserved');
  const length = reader.u16le('length');
  const service = reader.u16le('service', usual);
  const method = reader.u16le('method');
  reader.u16le('invocation');
  reader.u16le('reserved');
  reader.close();
  const rest = reader.limit(length, 'length');
  const name = kind === LOOK_UP ? readName(reader) : (known?.name ?? usual[service] ?? '');
  const isCall = kind === CALL;
  const isStart = isCall && name === 'IProConOSControlService' && method === 6 && reader.remaining >= 2;
  const mode = isStart ? reader.u16le('mode', startModes) : 0;
  const named = isCall && name === 'IDeviceInfoService' ? readAttributes(reader, method) : [];
  const state = kind === RETURN && known?.isState ? readState(reader) : undefined;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(rest);
  return { kind, service, name, method, mode, attributes: named, state };
}

function readName(reader: ByteReader): string {
  const isTooLong = reader.remaining > LONGEST_NAME;
  const name = reader.text(reader.remaining, 'name');
  if (isTooLong) return '';
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

function readAttributes(reader: ByteReader, method: number): number[] {
  const isOne = method === 1 || method === 4;
  const isList = method === 3 || method === 5;
  if ((!isOne && !isList) || reader.remaining < (isOne ? 2 : 4)) return [];
  const count = isOne ? 1 : Math.min(reader.u32le('number of attributes'), MOST);
  const named: number[] = [];
  while (named.length < count && reader.remaining >= 2) named.push(reader.u16le('attribute', attributes));
  return named;
}

/** How many values, the type of the first, itself. */
function readState(reader: ByteReader): number | undefined {
  if (reader.remaining < 12) return undefined;
  reader.u32le('number of values');
  reader.u32le('type');
  const state = reader.u32le('state', (value) => states[value & 0xff]);
  reader.bits(state, 0xff, 'running state', states);
  for (const [bit, mark] of Object.entries(marks)) reader.bits(state, Number(bit), mark);
  return state;
}

export const asksStateFirst = ({ kind, name, attributes: [first] }: AdeMessage) =>
  kind === CALL && name === 'IDeviceInfoService' && first === STATE;
