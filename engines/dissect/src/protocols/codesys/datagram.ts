import { type ByteReader, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';

/** Block driver, datagram, channel and name service, as independent researchers read them. */
export interface Datagram {
  readonly service: number;
  readonly sender: string;
  readonly channel?: ChannelPacket;
  readonly node?: Node;
}

export interface ChannelPacket {
  readonly type: number;
  readonly fromClient: boolean;
  readonly id: number;
  /** Of the block: the next has the next number, one that is sent again its own. */
  readonly number: number;
  /** Of all blocks of the message, in the first of them. */
  readonly whole: number;
  /** CRC-32 of all of it, in the first block; 0 when it is not said. */
  readonly checksum: number;
  readonly reason: number;
  readonly payload: Uint8Array;
  /** Four more octets of its number follow the channel in all packets; undefined where that is not known. */
  readonly long: boolean | undefined;
}

/** What a device says of itself when the name service asks. */
export interface Node {
  readonly name: string;
  readonly device: string;
  readonly vendor: string;
  readonly version: string;
  readonly serial: string;
}

export const BLOCK_DRIVER = 0xe817_0100;
export const BLOCK_HEADER = 8;
export const MAGIC = 0xc5;
export const HEADER = 6;

export const ADDRESS_REQUEST = 1;
export const ADDRESS_REPLY = 2;
export const NAME_REQUEST = 3;
export const NAME_REPLY = 4;
export const CHANNEL = 0x40;
export const services: Record<number, string> = {
  [ADDRESS_REQUEST]: 'address notification request',
  [ADDRESS_REPLY]: 'address notification reply',
  [NAME_REQUEST]: 'name service request',
  [NAME_REPLY]: 'name service reply',
  [CHANNEL]: 'channel manager',
};

export const BLOCK = 0x01;
export const ACKNOWLEDGE = 0x02;
export const KEEP_ALIVE = 0x03;
export const OPENED = 0x83;
export const OPEN = 0xc3;
export const CLOSE = 0xc4;
const channelTypes: Record<number, string> = {
  [BLOCK]: 'block',
  [ACKNOWLEDGE]: 'acknowledge',
  [KEEP_ALIVE]: 'keep alive',
  [OPENED]: 'channel opened',
  0xc2: 'get information',
  [OPEN]: 'open channel',
  [CLOSE]: 'close channel',
};

const FIRST = 0x01;
const REQUEST = 0x80;
/** From this version on a channel has six octets instead of two. */
const LONG_CHANNELS = 0x0102;
/** Services, in clear and encrypted. */
export const NORMAL = 0xcd55;
export const SECURE = 0x7557;
/** Where they begin behind the flags of a first block. */
const SHORT_DATA = 18;
const LONG_DATA = 22;
/** Blocks are numbered from 1; the octets that make a channel longer are random. */
const FEW_BLOCKS = 0x10_0000;
const IDENTIFICATION = 0xc280;
const nameTypes: Record<number, string> = {
  0xc201: 'resolve name',
  0xc202: 'resolve address',
  [IDENTIFICATION]: 'identification',
};
const nothing = new Uint8Array(0);

export function isBlockDriver(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 4 && u32leAt(bytes, start) === BLOCK_DRIVER;
}

/** Where the addresses end, rounded up to four octets. */
export function headerEnd(bytes: Uint8Array, start: number): number {
  const words = (bytes[start + 1]! & 7) + (bytes[start + 5]! & 15) + (bytes[start + 5]! >> 4);
  return (words * 2 + 3) & ~3;
}

/** @param long whether channels of this connection are, as far as it is known; without it, the packet must tell */
export function readDatagram(reader: ByteReader, long?: () => boolean | undefined): Datagram {
  const head = reader.peekBytes(4);
  if (head.length === 4 && u32leAt(head, 0) === BLOCK_DRIVER) {
    reader.open('block driver');
    reader.u32le('magic');
    reader.u32le('length');
    reader.close();
  }
  const begin = reader.offset;
  reader.open('datagram');
  reader.constant8(MAGIC, 'magic');
  const hops = reader.u8('hops and header length');
  reader.bits(hops, 0xf8, 'hops left');
  const words = reader.bits(hops, 0x07, 'header length');
  const parameters = reader.u8('packet parameters');
  reader.bits(parameters, 0xc0, 'priority', { 0: 'low', 1: 'normal', 2: 'high', 3: 'emergency' });
  const service = reader.u8('service', services);
  reader.u8('message id');
  const lengths = reader.u8('address lengths');
  const sending = reader.bits(lengths, 0xf0, 'sender');
  const receiving = reader.bits(lengths, 0x0f, 'receiver');
  const more = words * 2 - HEADER;
  if (more > 0) reader.skip(more, 'rest of the header');
  reader.bytes(receiving * 2, 'receiver address');
  const sender = hexOf(reader.bytes(sending * 2, 'sender address'));
  const padding = (4 - ((reader.offset - begin) & 3)) & 3;
  if (padding > 0) reader.skip(Math.min(padding, reader.remaining), 'padding');
  reader.close();
  if (service === CHANNEL && reader.remaining >= 4)
    return { service, sender, channel: readChannel(reader, long) };
  if (service === NAME_REPLY && reader.remaining >= 8) return { service, sender, ...readName(reader) };
  if (service === NAME_REQUEST && reader.remaining >= 8) readName(reader);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  return { service, sender };
}

function readChannel(reader: ByteReader, known?: () => boolean | undefined): ChannelPacket {
  reader.open('channel');
  const type = reader.u8('type', channelTypes);
  const flags = reader.u8('flags');
  const base = {
    type,
    fromClient: type === OPEN,
    id: 0,
    number: 0,
    whole: 0,
    checksum: 0,
    reason: 0,
    payload: nothing,
    long: undefined,
  };
  const channel = readKind(reader, type, flags, base, known);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return channel;
}

function readKind(
  reader: ByteReader,
  type: number,
  flags: number,
  base: ChannelPacket,
  known?: () => boolean | undefined,
): ChannelPacket {
  switch (type) {
    case BLOCK: {
      const fromClient = reader.bits(flags, REQUEST, 'from client') === 1;
      const first = reader.bits(flags, FIRST, 'first block') === 1;
      const long = isLong(reader.peekBytes(LONG_DATA + 2), first, known?.());
      const id = readChannelId(reader, long);
      const number = reader.u32le('block');
      reader.u32le('acknowledged');
      const whole = first ? reader.u32le('remaining data size') : 0;
      const checksum = first ? reader.u32le('checksum') : 0;
      const payload = reader.bytes(reader.remaining, 'data');
      return { ...base, fromClient, id, number, whole, checksum, payload, long };
    }
    case ACKNOWLEDGE:
    case KEEP_ALIVE: {
      const most = type === ACKNOWLEDGE ? 10 : 6;
      const id = readChannelId(reader, reader.remaining >= most);
      if (type === ACKNOWLEDGE && reader.remaining >= 4) reader.u32le('block');
      return { ...base, fromClient: (flags & REQUEST) !== 0, id };
    }
    case OPEN:
    case OPENED:
    case CLOSE: {
      const long = reader.u16le('version') >= LONG_CHANNELS;
      reader.u32le('checksum');
      if (type === CLOSE) return { ...base, fromClient: true, id: reader.u16le('channel'), long };
      reader.u32le('message id');
      if (type === OPEN) return { ...base, long };
      const reason = reader.u16le('reason');
      return { ...base, reason, id: reader.u16le('channel'), long };
    }
    default:
      return base;
  }
}

function readChannelId(reader: ByteReader, long: boolean): number {
  const id = reader.u16le('channel');
  if (long) reader.u32le('channel, further');
  return id;
}

/** @param head what follows the flags of a block */
function isLong(head: Uint8Array, first: boolean, known: boolean | undefined): boolean {
  if (first && isService(head, LONG_DATA)) return true;
  if (first && isService(head, SHORT_DATA)) return false;
  if (known !== undefined || head.length < 14) return known ?? false;
  return u32leAt(head, 2) >= FEW_BLOCKS && u32leAt(head, 6) < FEW_BLOCKS && u32leAt(head, 10) < FEW_BLOCKS;
}

function isService(bytes: Uint8Array, at: number): boolean {
  const protocol = bytes.length >= at + 2 ? u16leAt(bytes, at) : 0;
  return protocol === NORMAL || protocol === SECURE;
}

/** Names are counted in letters of UTF-16 and end with another that is zero. */
function readName(reader: ByteReader): { node?: Node } {
  reader.open('name service');
  const type = reader.u16le('type', nameTypes);
  reader.u16le('version');
  reader.u32le('request id');
  const found = type === IDENTIFICATION && reader.remaining >= 40 ? { node: readNode(reader) } : {};
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
  return found;
}

function readNode(reader: ByteReader): Node {
  reader.u16le('channels');
  reader.u8('byte order');
  reader.u8('address difference');
  const parent = reader.u16le('parent address size');
  const nameLength = reader.u16le('node name length');
  const deviceLength = reader.u16le('device name length');
  const vendorLength = reader.u16le('vendor name length');
  reader.u32le('target type');
  reader.u32le('target id');
  const version = [...reader.bytes(4, 'target version')].reverse().join('.');
  reader.u32le('flags');
  const serialLength = reader.u8('serial number length');
  reader.u8('OEM data length');
  reader.u8('block driver type');
  reader.skip(9, 'reserved');
  reader.skip(Math.min(parent * 2, reader.remaining), 'parent address');
  const name = readText(reader, nameLength, 'node name');
  const device = readText(reader, deviceLength, 'device name');
  const vendor = readText(reader, vendorLength, 'vendor name');
  const serial = reader.text(Math.min(serialLength, reader.remaining), 'serial number');
  return { name, device, vendor, version, serial };
}

function readText(reader: ByteReader, letters: number, field: string): string {
  return reader.text(Math.min(letters * 2 + 2, reader.remaining), field, 'utf-16le');
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
