import type { ByteReader } from '../../bytes/byte-reader.ts';
import { CAN_HEADER, identifierAt } from '../can/can.ts';
import {
  ADDRESS_CLAIMED,
  groupName,
  groupNames,
  industries,
  quantities,
  REQUEST,
  TRANSPORT,
} from './groups.ts';

/** To everybody; as a source, one that has no address. */
export const GLOBAL = 255;
const PEER_TO_PEER = 240;

/** SAE J1939-21, 5.2: a frame of 29 bits. */
export interface Message {
  readonly priority: number;
  /** Parameter group. */
  readonly group: number;
  readonly source: number;
  readonly target: number;
  readonly name?: Name | undefined;
  /** Where data begins in the frame. */
  readonly start: number;
}

/** SAE J1939-81, 4.1.1. */
export interface Name {
  readonly identity: number;
  readonly manufacturer: number;
  readonly function: number;
  readonly industry: number;
}

export function groupOf(identifier: number): number {
  const format = (identifier >>> 16) & 0xff;
  const page = (identifier >>> 8) & 0x3_0000;
  return format < PEER_TO_PEER ? page | (format << 8) : page | ((identifier >>> 8) & 0xffff);
}

/** Claims, requests and the transport protocol have an unmistakable form. */
export function isUnmistakable(bytes: Uint8Array, start: number, end: number): boolean {
  const identifier = identifierAt(bytes, start);
  const length = end - start - CAN_HEADER;
  const at = start + CAN_HEADER;
  switch (groupOf(identifier)) {
    case ADDRESS_CLAIMED:
      return length === 8 && ((identifier >>> 8) & 0xff) === GLOBAL;
    case REQUEST:
      return length === 3 && groupAt(bytes, at) in groupNames;
    case TRANSPORT:
      return length === 8 && controls.has(bytes[at]!) && groupAt(bytes, at + 5) in groupNames;
    default:
      return false;
  }
}

/** SAE J1939-21, 5.10.3: request, clear, acknowledged, announced, aborted. */
const controls: ReadonlySet<number> = new Set([16, 17, 19, 32, 255]);

export function groupAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}

export function readMessage(reader: ByteReader): Message {
  const head = reader.peekBytes(CAN_HEADER);
  const identifier = head.length < CAN_HEADER ? 0 : identifierAt(head, 0) & 0x1fff_ffff;
  const group = groupOf(identifier);
  const specific = (identifier >>> 8) & 0xff;
  const isToOne = ((identifier >>> 16) & 0xff) < PEER_TO_PEER;
  reader.open('CAN', 'SocketCAN');
  reader.u32('identifier and flags');
  reader.remark(`${groupName(group)}, from ${identifier & 0xff}`);
  reader.u8('length');
  reader.skip(3, 'flags');
  reader.close();
  const start = reader.offset;
  reader.open(groupName(group), 'SAE J1939-21, 5.2');
  const name = group === ADDRESS_CLAIMED && reader.remaining >= 8 ? readName(reader) : undefined;
  if (group === REQUEST && reader.remaining >= 3) reader.u24le('group', groupName);
  const known = quantities.get(group) ?? [];
  for (const { name: field, at, octets } of known) {
    const before = start + at - reader.offset;
    if (before < 0 || before + octets > reader.remaining) break;
    if (before > 0) reader.skip(before, 'other');
    if (octets === 1) reader.u8(field);
    else if (octets === 2) reader.u16le(field);
    else reader.u32le(field);
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return {
    priority: (identifier >>> 26) & 7,
    group,
    source: identifier & 0xff,
    target: isToOne ? specific : GLOBAL,
    name,
    start,
  };
}

function readName(reader: ByteReader): Name {
  const first = reader.u32le('identity number and manufacturer');
  const identity = reader.bits(first, 0x001f_ffff, 'identity number');
  const manufacturer = reader.bits(first, 0xffe0_0000, 'manufacturer');
  reader.u8('instances');
  const role = reader.u8('function');
  reader.u8('vehicle system');
  const last = reader.u8('industry and arbitration');
  const industry = reader.bits(last, 0x70, 'industry', industries);
  return { identity, manufacturer, function: role, industry };
}
