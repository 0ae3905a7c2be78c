import { type ByteReader, Malformed, u16At } from '../../bytes/byte-reader.ts';

/** What stands before GOOSE and sampled values: IEC 61850-8-1, annex C, on Ethernet; IEC 61850-90-5, 8, routed. */
export interface Header {
  readonly appId: number;
  /** The publisher says that it is none of the plant's. */
  readonly simulated: boolean;
  /** Octets of the protocol data unit, as far as the header tells. */
  readonly said: number;
  /** Octets of the header. */
  readonly size: number;
}

export const ETHERNET_HEADER = 8;
export const ROUTED_HEADER = 6;
/** The first octet of an APPID is less: 0x0000 to 0x3FFF are for GOOSE, 0x4000 to 0x7FFF for sampled values. */
export const ROUTED_GOOSE = 0x81;
export const ROUTED_SV = 0x82;
const SIMULATED = 0x8000;

/** The same without making anything: the place where the protocol data unit begins, or -1. */
export function beginOfPdu(bytes: Uint8Array, start: number, end: number): number {
  const begin = start + (bytes[start]! >= ROUTED_GOOSE ? ROUTED_HEADER : ETHERNET_HEADER);
  return begin < end ? begin : -1;
}

/** Where the header says that it ends; beyond it is padding, or a signature. */
export function endOfPdu(bytes: Uint8Array, start: number, end: number): number {
  const said =
    bytes[start]! >= ROUTED_GOOSE ? ROUTED_HEADER + u16At(bytes, start + 4) : u16At(bytes, start + 2);
  return Math.min(end, start + said);
}

export function isCut(bytes: Uint8Array, start: number, end: number): boolean {
  const routed = bytes[start]! >= ROUTED_GOOSE;
  return start + (routed ? ROUTED_HEADER + u16At(bytes, start + 4) : u16At(bytes, start + 2)) > end;
}

export function appIdAt(bytes: Uint8Array, start: number): number {
  return u16At(bytes, bytes[start]! >= ROUTED_GOOSE ? start + 2 : start);
}

export function isSimulated(bytes: Uint8Array, start: number): boolean {
  return bytes[start]! >= ROUTED_GOOSE ? bytes[start + 1] !== 0 : (bytes[start + 4]! & 0x80) !== 0;
}

export function readHeader(reader: ByteReader): Header {
  const header = reader.peek() >= ROUTED_GOOSE ? readRouted(reader) : readEthernet(reader);
  reader.close();
  return header;
}

function readEthernet(reader: ByteReader): Header {
  reader.open('header', 'IEC 61850-8-1, annex C');
  const appId = reader.u16('APPID', hexadecimal);
  const length = reader.u16('length');
  const reserved = reader.u16('reserved 1');
  const simulated = reader.bits(reserved, SIMULATED, 'simulated') === 1;
  reader.u16('reserved 2');
  if (length < ETHERNET_HEADER) throw new Malformed('length', 2, `is ${length}, must be 8 or more`);
  return { appId, simulated, said: length - ETHERNET_HEADER, size: ETHERNET_HEADER };
}

function readRouted(reader: ByteReader): Header {
  reader.open('header', 'IEC 61850-90-5, 8');
  reader.u8('payload type', { [ROUTED_GOOSE]: 'GOOSE', [ROUTED_SV]: 'sampled values' });
  const simulated = reader.u8('simulation') !== 0;
  const appId = reader.u16('APPID', hexadecimal);
  const said = reader.u16('length');
  return { appId, simulated, said, size: ROUTED_HEADER };
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
