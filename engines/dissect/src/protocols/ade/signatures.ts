import { type ByteReader, u32leAt } from '../../bytes/byte-reader.ts';
import { statuses } from './names.ts';

/**
 * How a value stands in a body, as headers of KW-Software have it: numbers at multiples of their width, text up to a NUL,
 * octets behind a length of 32 bits. A name is text that is not empty, a status one of those that are known.
 */
type Kind = 'u16' | 'u32' | 'status' | 'text' | 'name' | 'octets';

export type Signature = readonly (readonly [field: string, kind: Kind])[];

/** Of one method. */
export interface Method {
  readonly asks: Signature;
  readonly returns: Signature;
}

export type Values = Readonly<Record<string, number | string | Uint8Array>>;

interface Place {
  /** Of the length, where there is one. */
  readonly lengthAt?: number;
  readonly at: number;
  readonly end: number;
}

const LONGEST_TEXT = 255;

const status: Signature = [['status', 'status']];
const group: Signature = [['group', 'u16']];
const list: Signature = [
  ['length of texts', 'u32'],
  ['number of texts', 'u16'],
  ['number of variables', 'u16'],
  ['length of the list', 'u32'],
  ['variables', 'octets'],
];
const breakpoint: Signature = [
  ['handle of the method', 'u32'],
  ['address', 'u32'],
];
const values: Signature = [...status, ['values', 'octets']];

/** By service, then by the number of the method. */
export const signatures: Readonly<Record<string, Readonly<Record<number, Method>>>> = {
  // Of this service only the names of methods were published; that they are numbered by the alphabet, as those of the
  // others are, is an assumption.
  IDataAccessService: {
    1: { asks: [...group, ['variables', 'octets']], returns: [] },
    2: { asks: [['variables', 'octets']], returns: values },
    3: {
      asks: [
        ['variables', 'octets'],
        ['values', 'octets'],
      ],
      returns: values,
    },
    4: { asks: group, returns: [] },
    5: { asks: [['variable', 'name']], returns: [...status, ['value', 'octets']] },
    6: { asks: group, returns: values },
    7: { asks: list, returns: group },
    8: { asks: list, returns: values },
    9: { asks: [...list, ['values', 'octets']], returns: values },
    10: {
      asks: [
        ['variable', 'name'],
        ['value', 'text'],
      ],
      returns: status,
    },
  },
  IDebugService: {
    2: { asks: breakpoint, returns: [] },
    3: { asks: breakpoint, returns: [] },
  },
  IForceService: {
    1: {
      asks: [
        ['variable', 'name'],
        ['value', 'octets'],
      ],
      returns: [],
    },
    3: {
      asks: [],
      returns: [
        ['number of variables', 'u16'],
        ['list', 'octets'],
      ],
    },
    4: { asks: [], returns: [['nothing is forced', 'u16']] },
    5: { asks: [['variable', 'name']], returns: [] },
  },
};

/**
 * The whole of a body, where it is what the signature says to its last octet; otherwise nothing is read of it. A status
 * may stand alone.
 * @param grew came in pieces: the length of an array counts those of the first only
 */
export function readValues(reader: ByteReader, signature: Signature, grew = false): Values | undefined {
  const body = reader.peekBytes(reader.remaining);
  const kinds = signature.map(([, kind]) => kind);
  const places =
    fit(body, kinds, 0, grew) ?? (kinds[0] === 'status' ? fit(body, ['status'], 0, false) : undefined);
  if (!places) return undefined;
  const read: Record<string, number | string | Uint8Array> = {};
  let reached = 0;
  const reach = (at: number) => {
    if (at > reached) reader.skip(at - reached, 'padding');
  };
  places.forEach(({ lengthAt, at, end }, i) => {
    const [field, kind] = signature[i]!;
    if (lengthAt !== undefined) {
      reach(lengthAt);
      reader.u32le(`length of ${field}`);
      reached = lengthAt + 4;
    }
    reach(at);
    read[field] = readOne(reader, field, kind, end - at);
    reached = end;
  });
  return read;
}

function readOne(
  reader: ByteReader,
  field: string,
  kind: Kind,
  length: number,
): number | string | Uint8Array {
  switch (kind) {
    case 'u16':
      return reader.u16le(field);
    case 'u32':
      return reader.u32le(field);
    case 'status':
      return reader.u32le(field, statuses);
    case 'octets':
      return reader.bytes(length, field);
    default:
      return reader.text(length, field);
  }
}

/** How octets are padded was told in two ways: the first is taken with which everything fits. */
function fit(
  body: Uint8Array,
  [kind, ...others]: readonly Kind[],
  from: number,
  grew: boolean,
): readonly Place[] | undefined {
  if (kind === undefined) return from === body.length ? [] : undefined;
  for (const place of placesOf(body, kind, from, grew)) {
    const rest = fit(body, others, place.end, grew);
    if (rest) return [place, ...rest];
  }
  return undefined;
}

function placesOf(body: Uint8Array, kind: Kind, from: number, grew: boolean): readonly Place[] {
  switch (kind) {
    case 'u16':
      return within(body, [{ at: aligned(from, 2), end: aligned(from, 2) + 2 }]);
    case 'u32':
      return within(body, [{ at: aligned(from, 4), end: aligned(from, 4) + 4 }]);
    case 'status':
      return within(body, [{ at: aligned(from, 4), end: aligned(from, 4) + 4 }]).filter(
        ({ at }) => u32leAt(body, at) in statuses,
      );
    case 'octets':
      return octetsAt(body, from, grew);
    default:
      return textsAt(body, from, kind === 'name' ? 1 : 0);
  }
}

/** Behind their length, at a multiple of eight or not; or the length is there so that they are. */
function octetsAt(body: Uint8Array, from: number, grew: boolean): readonly Place[] {
  const lengthAt = aligned(from, 4);
  const behind = lengthAt + 4;
  const apart = aligned(behind, 8);
  if (behind > body.length) return [];
  const one = (length: number, at: number, before: number) => ({
    lengthAt: before,
    at,
    end: grew && at + length < body.length ? body.length : at + length,
  });
  const places = [one(u32leAt(body, lengthAt), behind, lengthAt)];
  if (apart > behind && apart <= body.length) {
    places.push(
      one(u32leAt(body, lengthAt), apart, lengthAt),
      one(u32leAt(body, apart - 4), apart, apart - 4),
    );
  }
  return within(body, places);
}

function textsAt(body: Uint8Array, from: number, least: number): readonly Place[] {
  return [...new Set([from, aligned(from, 2)])].flatMap((at) => {
    const nul = body.indexOf(0, at);
    if (nul < at + least || nul - at > LONGEST_TEXT) return [];
    for (let i = at; i < nul; i++) if (body[i]! < 0x20) return [];
    return [{ at, end: nul + 1 }];
  });
}

function within(body: Uint8Array, places: readonly Place[]): readonly Place[] {
  return places.filter(({ end }) => end <= body.length);
}

function aligned(at: number, width: number): number {
  return Math.ceil(at / width) * width;
}
