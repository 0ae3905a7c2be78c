import { tlv } from '../../testing/ber.ts';
import { join, u16 } from '../../testing/wire.ts';

/** Messages of ISO 9506-2, for tests. */
export const request = (id: number, service: Uint8Array) => tlv(0xa0, [2, 1, id], service);
export const response = (id: number, service: Uint8Array) => tlv(0xa1, [2, 1, id], service);
export const error = (id: number, kind: number, code: number) =>
  tlv(0xa2, [0x80, 1, id], tlv(0xa2, tlv(0xa0, [0x80 + kind, 1, code])));
export const report = (access: Uint8Array, ...results: Uint8Array[]) =>
  tlv(0xa3, tlv(0xa0, access, tlv(0xa0, ...results)));

export function name(item: string): Uint8Array {
  const [domain, rest] = item.split('/');
  return rest === undefined ? tlv(0x80, item) : tlv(0xa1, tlv(0x1a, domain!), tlv(0x1a, rest));
}
export const variables = (...items: string[]) =>
  tlv(0xa0, ...items.map((item) => tlv(0x30, tlv(0xa0, name(item)))));
export const read = (...items: string[]) => tlv(0xa4, tlv(0xa1, variables(...items)));
export const readList = (list: string) => tlv(0xa4, tlv(0xa1, tlv(0xa1, name(list))));
export const results = (...values: Uint8Array[]) => tlv(0xa4, tlv(0xa1, ...values));
export const write = (item: string, value: Uint8Array) => tlv(0xa5, variables(item), tlv(0xa0, value));
export const written = tlv(0xa5, tlv(0x81));
export const notWritten = (code: number) => tlv(0xa5, [0x80, 1, code]);
export const listAttributes = (list: string) => tlv(0xac, name(list));
export const listOf = (...items: string[]) =>
  tlv(0xac, [0x80, 1, 0], tlv(0xa1, ...items.map((item) => tlv(0x30, tlv(0xa0, name(item))))));
/** ISO 9506-2, 14.6: those that are named, and nothing else. */
export const deleteLists = (...lists: string[]) => tlv(0xad, [0x80, 1, 0], tlv(0xa1, ...lists.map(name)));
export const listsDeleted = (matched: number, deleted: number) =>
  tlv(0xad, [0x80, 1, matched], [0x81, 1, deleted]);

export const truth = (value: boolean) => tlv(0x83, [value ? 0xff : 0]);
export const integer = (value: number) => tlv(0x85, [value]);
export const unsigned = (value: number) => tlv(0x86, [value]);
export const text = (value: string) => tlv(0x8a, value);
export const structure = (...parts: Uint8Array[]) => tlv(0xa2, ...parts);
export const utcTime = tlv(0x91, [0x5d, 0xfc, 0xc3, 0x8c, 0x80, 0, 0, 0x0a]);
export function bits(value: string): Uint8Array {
  const unused = (8 - (value.length % 8)) % 8;
  const bytes = (value.padEnd(value.length + unused, '0').match(/.{8}/g) ?? []).map((octet) =>
    parseInt(octet, 2),
  );
  return tlv(0x84, [unused], bytes);
}
/** IEC 61850-8-1, 20: ctlVal, origin, ctlNum, T, Test, Check. */
export const command = (value: Uint8Array, { category = 2, by = 'SCADA 1', number = 7, test = false } = {}) =>
  structure(
    value,
    structure(integer(category), tlv(0x89, by)),
    unsigned(number),
    utcTime,
    truth(test),
    bits('11'),
  );

/** In session and presentation as data, on COTP. */
export function carried(message: ArrayLike<number>): Uint8Array {
  const value = tlv(0xa0, message);
  const data = join([1, 0, 1, 0], tlv(0x61, tlv(0x30, [2, 1, 3], value)));
  return join([3, 0], u16(7 + data.length), [2, 0xf0, 0x80], data);
}
