import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import {
  CONNECTED_ADDRESS,
  CONNECTED_DATA,
  itemNames,
  readSocket,
  SEQUENCED_ADDRESS,
  SOCKET_ORIGINATOR,
  SOCKET_TARGET,
  UNCONNECTED_DATA,
  UNCONNECTED_OVER_UDP,
} from '../enip/cpf.ts';
import { classNames, CONNECTION_MANAGER } from './classes.ts';
import { Path, readPath, Words } from './path.ts';
import { MULTIPLE_SERVICES, REPLY, serviceName, UNCONNECTED_SEND } from './services.ts';
import { connectionStatus, generalStatus } from './status.ts';

/** A request or a reply. These are kept and filled again: copy what is to outlive the next message. */
export class Service {
  /** Without the bit that marks a reply. */
  code = 0;
  reply = false;
  status = 0;
  /** First word of extended status; -1 without. */
  extended = -1;
  readonly path = new Path();
  /** Where an Unconnected Send takes it, for what it carries: port -1 when it goes nowhere further. */
  readonly route = new Path();
  /** Data of the service, in bytes from the beginning of the message. */
  start = 0;
  end = 0;
  /** Carries others: a Multiple Service Packet, an Unconnected Send. */
  wraps = false;
  /** Which one carries it; -1 for the outermost. */
  inside = -1;
}

/** What a Common Packet brought: the same one every time, filled again. */
export class Packet {
  /** -1 when the message is not connected. */
  connection = -1;
  /** Of class 2 and 3 connections, 16 bits; -1 without. */
  sequence = -1;
  /** Data of an I/O connection, in bytes from the beginning of the message; -1 without. */
  ioStart = -1;
  ioEnd = -1;
  /** Came with a sequenced address: class 0 or 1. */
  io = false;
  /** Transaction of an unconnected message over UDP; -1 without. */
  transaction = -1;
  /** IPv4 addresses of the socket items: where a Forward Open wants its I/O sent. */
  originatorSocket = 0;
  targetSocket = 0;
  /** Requests and replies in the order of their bytes, carriers before what they carry. */
  readonly services: Service[] = [];
  count = 0;

  clear(): void {
    this.connection = this.sequence = this.ioStart = this.ioEnd = this.transaction = -1;
    this.count = this.originatorSocket = this.targetSocket = 0;
    this.io = false;
  }

  add(inside: number, offset: number): Service {
    if (this.count >= MOST_SERVICES) throw new Malformed('services', offset, `more than ${MOST_SERVICES}`);
    const service = (this.services[this.count++] ??= new Service());
    service.inside = inside;
    service.wraps = false;
    service.status = 0;
    service.extended = -1;
    service.path.clear();
    service.route.clear();
    return service;
  }
}

/** Far more than fit into any device's buffer. */
const MOST_SERVICES = 2048;
const DEEPEST = 4;

/** What stands in front of the data of an I/O message: Volume 1, 3-6. */
export interface IoLayout {
  readonly sequence: boolean;
  readonly header: boolean;
}

const runs = { 0: 'idle', 1: 'run' };

/** Reads the data of a service in detail, from where the reader stands to its end. */
export type Details = (reader: ByteReader, service: Service, packet: Packet) => void;

/**
 * Reads a Common Packet: CIP Volume 2, 2-6. Services are found and framed; what their data says is left to `details`,
 * so that counting them does not need it.
 */
export function readPacket(
  reader: ByteReader,
  packet: Packet,
  isImplicit: (connection: number) => boolean,
  details?: Details,
  io?: IoLayout,
): void {
  packet.clear();
  for (let left = reader.u16le('item count'); left > 0; left--) {
    reader.open('item', 'CIP Volume 2, 2-6.3');
    const type = reader.u16le('type', itemNames);
    const length = reader.u16le('length');
    // A capture made with a short snap length ends inside the item: read what is there.
    const rest = reader.limit(Math.min(length, reader.remaining), 'length');
    const missing = length - reader.remaining;
    readItem(reader, type, packet, isImplicit, details, io);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    reader.release(rest);
    reader.close();
    if (missing > 0) throw new Malformed('length', reader.offset, `${missing} bytes are missing`);
  }
}

function readItem(
  reader: ByteReader,
  type: number,
  packet: Packet,
  isImplicit: (connection: number) => boolean,
  details: Details | undefined,
  io: IoLayout | undefined,
): void {
  switch (type) {
    case CONNECTED_ADDRESS:
      packet.connection = reader.u32le('connection');
      break;
    case SEQUENCED_ADDRESS:
      packet.io = true;
      packet.connection = reader.u32le('connection');
      reader.u32le('encapsulation sequence');
      break;
    case CONNECTED_DATA:
      if (!packet.io) packet.sequence = reader.u16le('sequence count');
      if (packet.io || isImplicit(packet.connection)) {
        packet.ioStart = reader.offset;
        if (io?.sequence && reader.remaining >= 2) reader.u16le('sequence count');
        if (io?.header && reader.remaining >= 4) reader.u32le('run/idle', runs);
        reader.skip(reader.remaining, 'data');
        packet.ioEnd = reader.offset;
      } else if (reader.remaining >= 2) {
        readService(reader, packet, -1, 0, details);
      }
      break;
    case UNCONNECTED_DATA:
      if (reader.remaining >= 2) readService(reader, packet, -1, 0, details);
      break;
    case UNCONNECTED_OVER_UDP:
      reader.u16le('message type');
      packet.transaction = reader.u32le('transaction');
      reader.u32le('status');
      if (reader.remaining >= 2) readService(reader, packet, -1, 0, details);
      break;
    case SOCKET_ORIGINATOR:
      packet.originatorSocket = readSocket(reader);
      break;
    case SOCKET_TARGET:
      packet.targetSocket = readSocket(reader);
      break;
    default:
      break;
  }
}

/** CIP Volume 1, 2-4: one request or reply, to the end of what the reader is limited to. */
function readService(
  reader: ByteReader,
  packet: Packet,
  inside: number,
  depth: number,
  details: Details | undefined,
): void {
  if (depth > DEEPEST)
    throw new Malformed('service', reader.offset, 'services within services within services');
  const index = packet.count;
  const service = packet.add(inside, reader.offset);
  const first = reader.peek();
  service.reply = (first & REPLY) !== 0;
  service.code = first & ~REPLY;
  service.start = service.end = reader.offset;
  if (service.reply) {
    reader.open('reply', 'CIP Volume 1, 2-4.2');
    reader.u8('service', serviceName);
    reader.u8('reserved');
    readStatus(reader, service);
  } else {
    reader.open('request', 'CIP Volume 1, 2-4.1');
    reader.u8('service', serviceName);
    const length = reader.u8('path size, words') * 2;
    reader.open('path', 'CIP Volume 1, C-1.4');
    const words = details ? new Words() : undefined;
    readPath(reader, length, service.path, words);
    reader.close();
    if (words) reader.remark(words.toString());
  }
  service.start = reader.offset;
  service.end = reader.offset + reader.remaining;
  if (isMultiple(service)) {
    service.wraps = true;
    readMultiple(reader, packet, index, depth, details);
  } else if (isUnconnectedSend(service)) {
    service.wraps = true;
    readUnconnectedSend(reader, packet, index, depth, details);
  } else {
    details?.(reader, service, packet);
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.close();
}

// CIP Volume 1, 2-4.2: status, and as many words more as it says.
function readStatus(reader: ByteReader, service: Service): void {
  service.status = reader.u8('general status', generalStatus);
  const words = reader.u8('extended status size, words');
  for (let word = 0; word < words; word++) {
    const extended = reader.u16le('extended status', connectionStatus);
    if (word === 0) service.extended = extended;
  }
}

const EMBEDDED_ERROR = 0x1e;

function isMultiple({ code, reply, status }: Service): boolean {
  return code === MULTIPLE_SERVICES && (!reply || status === 0 || status === EMBEDDED_ERROR);
}

function isUnconnectedSend({ code, reply, path }: Service): boolean {
  return code === UNCONNECTED_SEND && !reply && path.classId === CONNECTION_MANAGER;
}

// CIP Volume 1, A-4.10: offsets are counted from the number of services.
function readMultiple(
  reader: ByteReader,
  packet: Packet,
  index: number,
  depth: number,
  details: Details | undefined,
): void {
  const origin = reader.offset;
  const end = origin + reader.remaining;
  const count = reader.u16le('number of services');
  const offsets = (offsetsOf[depth] ??= new Uint16Array(MOST_SERVICES));
  if (count > MOST_SERVICES) throw new Malformed('number of services', origin, `is ${count}`);
  for (let i = 0; i < count; i++) offsets[i] = reader.u16le('offset');
  for (let i = 0; i < count; i++) {
    const start = origin + offsets[i]!;
    const stop = i + 1 < count ? origin + offsets[i + 1]! : end;
    if (start < reader.offset || stop <= start) {
      throw new Malformed('offset', origin + 2 + i * 2, `${offsets[i]} is not after the service before`);
    }
    if (start > reader.offset) reader.skip(start - reader.offset, 'gap');
    const rest = reader.limit(Math.min(stop - start, reader.remaining), 'offset');
    readService(reader, packet, index, depth + 1, details);
    reader.release(rest);
  }
}

/** One for each depth, for a service within can be a Multiple Service Packet too. */
const offsetsOf: Uint16Array[] = [];

// CIP Volume 1, 3-5.5.4.
function readUnconnectedSend(
  reader: ByteReader,
  packet: Packet,
  index: number,
  depth: number,
  details: Details | undefined,
): void {
  reader.u8('priority and time tick');
  reader.u8('time-out ticks');
  const size = reader.u16le('message size');
  const rest = reader.limit(Math.min(size, reader.remaining), 'message size');
  const first = packet.count;
  if (reader.remaining >= 2) readService(reader, packet, index, depth + 1, details);
  reader.release(rest);
  if (size % 2 === 1) reader.skip(1, 'pad');
  const length = reader.u8('route path size, words') * 2;
  reader.u8('reserved');
  const route = packet.services[index]!.route;
  reader.open('route', 'CIP Volume 1, 3-5.5.4');
  const words = details ? new Words() : undefined;
  readPath(reader, length, route, words);
  reader.close();
  if (words) reader.remark(words.toString());
  for (let i = first; i < packet.count; i++) {
    const inner = packet.services[i]!.route;
    if (inner.port !== -1) continue;
    inner.port = route.port;
    inner.link = route.link;
  }
}

export function classText(classId: number): string {
  return classNames[classId] ?? `class 0x${classId.toString(16).padStart(2, '0')}`;
}
