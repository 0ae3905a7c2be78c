import { type ByteReader, u16leAt } from '../../bytes/byte-reader.ts';

// EtherNet/IP (CIP Volume 2), table 2-6.3: what the items of the Common Packet Format are.
export const NULL_ADDRESS = 0x0000;
export const CIP_IDENTITY = 0x000c;
export const CIP_SECURITY = 0x0086;
export const ENIP_CAPABILITY = 0x0087;
export const ENIP_USAGE = 0x0088;
export const CONNECTED_ADDRESS = 0x00a1;
export const CONNECTED_DATA = 0x00b1;
export const UNCONNECTED_DATA = 0x00b2;
export const SERVICES = 0x0100;
export const SOCKET_ORIGINATOR = 0x8000;
export const SOCKET_TARGET = 0x8001;
export const SEQUENCED_ADDRESS = 0x8002;
export const UNCONNECTED_OVER_UDP = 0x8003;

export const itemNames: Readonly<Record<number, string>> = {
  [NULL_ADDRESS]: 'null address',
  [CIP_IDENTITY]: 'CIP identity',
  [CIP_SECURITY]: 'CIP security information',
  [ENIP_CAPABILITY]: 'EtherNet/IP capability',
  [ENIP_USAGE]: 'EtherNet/IP usage',
  [CONNECTED_ADDRESS]: 'connected address',
  [CONNECTED_DATA]: 'connected data',
  [UNCONNECTED_DATA]: 'unconnected data',
  [SERVICES]: 'list services',
  [SOCKET_ORIGINATOR]: 'socket address, originator to target',
  [SOCKET_TARGET]: 'socket address, target to originator',
  [SEQUENCED_ADDRESS]: 'sequenced address',
  [UNCONNECTED_OVER_UDP]: 'unconnected message over UDP',
};

const MOST_ITEMS = 16;
const SEQUENCED_LENGTH = 8;

/** Could these bytes be a Common Packet Format? What a short capture cut off is given the benefit of the doubt. */
export function looksLikePacket(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 6) return false;
  const count = u16leAt(bytes, start);
  return count > 0 && count <= MOST_ITEMS && isItem(u16leAt(bytes, start + 2));
}

/** Asked for every message: a table of numbers is slower than this. */
function isItem(type: number): boolean {
  switch (type) {
    case NULL_ADDRESS:
    case CIP_IDENTITY:
    case CIP_SECURITY:
    case ENIP_CAPABILITY:
    case ENIP_USAGE:
    case CONNECTED_ADDRESS:
    case CONNECTED_DATA:
    case UNCONNECTED_DATA:
    case SERVICES:
    case SOCKET_ORIGINATOR:
    case SOCKET_TARGET:
    case SEQUENCED_ADDRESS:
    case UNCONNECTED_OVER_UDP:
      return true;
    default:
      return false;
  }
}

/** Strict: exactly an I/O message, as class 0 and 1 connections send it over UDP (section 3-2.2). */
export function isIoMessage(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= 18 &&
    u16leAt(bytes, start) === 2 &&
    u16leAt(bytes, start + 2) === SEQUENCED_ADDRESS &&
    u16leAt(bytes, start + 4) === SEQUENCED_LENGTH &&
    u16leAt(bytes, start + 14) === CONNECTED_DATA &&
    u16leAt(bytes, start + 16) === end - start - 18
  );
}

/** Table 2-6.10, a sockaddr_in: the one structure of the protocol that is big-endian. Returns the IPv4 address. */
export function readSocket(reader: ByteReader): number {
  reader.u16('address family');
  reader.u16('port');
  const address = reader.u32('address', ipv4);
  reader.skip(8, 'zero');
  return address;
}

function ipv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}
