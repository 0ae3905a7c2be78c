import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Params } from '../../dissector.ts';
import { vendors } from '../enip/vendors.ts';
import { Path, readPath, Words } from './path.ts';
import { readSafetyReply, type Safety, type SafetyReply } from './safety.ts';
import { FORWARD_CLOSE } from './services.ts';

/** What a Forward Open asks for. CIP Volume 1, 3-5.5.2. */
export interface ForwardOpen {
  /** Connection ids; the target names its own in the reply, the originator its own here. */
  toTarget: number;
  toOriginator: number;
  readonly serial: number;
  readonly vendor: number;
  readonly originator: number;
  /** Requested packet intervals, in microseconds. */
  readonly intervalToTarget: number;
  readonly intervalToOriginator: number;
  readonly sizeToTarget: number;
  readonly sizeToOriginator: number;
  readonly typeToTarget: string;
  readonly typeToOriginator: string;
  /** 0 and 1 carry I/O, 2 and 3 carry messages. */
  readonly transport: number;
  readonly trigger: string;
  /** In words: `backplane slot 0, Message Router (0x02), instance 1`. */
  readonly path: string;
  readonly classes: readonly number[];
  /** Connection points of the path, and the tag that it names. */
  readonly points: readonly number[];
  readonly tag: string;
  readonly instance: number;
  readonly port: number;
  readonly link: number;
  readonly safety: Safety | undefined;
}

export const NULL_CONNECTION = 'null';
export const MULTICAST = 'multicast';
const connectionTypes = [NULL_CONNECTION, MULTICAST, 'point to point', 'reserved'];
const triggers = ['cyclic', 'change of state', 'application', 'reserved'];
const priorities = ['low', 'high', 'scheduled', 'urgent'];

const path = new Path();

export function readForwardOpen(reader: ByteReader, large: boolean): ForwardOpen {
  reader.open('forward open', 'CIP Volume 1, 3-5.5.2');
  readTimeout(reader);
  const toTarget = reader.u32le('connection to target');
  const toOriginator = reader.u32le('connection to originator');
  const { serial, vendor, originator } = readTriad(reader);
  reader.u8('timeout multiplier');
  reader.skip(3, 'reserved');
  const intervalToTarget = reader.u32le('packet interval to target, µs');
  const target = readParameters(reader, large, 'parameters to target');
  const intervalToOriginator = reader.u32le('packet interval to originator, µs');
  const back = readParameters(reader, large, 'parameters to originator');
  const transport = reader.u8('transport class and trigger');
  reader.bits(transport, 0x80, 'server');
  const trigger = triggers[reader.bits(transport, 0x70, 'trigger') & 3]!;
  const transportClass = reader.bits(transport, 0x0f, 'class');
  const length = reader.u8('connection path size, words') * 2;
  const words = new Words();
  reader.open('connection path', 'CIP Volume 1, C-1.4');
  readPath(reader, length, path, words);
  reader.close();
  reader.remark(words.toString());
  reader.close();
  return {
    toTarget,
    toOriginator,
    serial,
    vendor,
    originator,
    intervalToTarget,
    intervalToOriginator,
    sizeToTarget: target.size,
    sizeToOriginator: back.size,
    typeToTarget: target.type,
    typeToOriginator: back.type,
    transport: transportClass,
    trigger,
    path: words.toString(),
    classes: [...path.classes.subarray(0, path.classCount)],
    points: [...path.points.subarray(0, path.pointCount)],
    tag: words.tag,
    instance: path.instance,
    port: path.port,
    link: path.link,
    safety: path.safety,
  };
}

/** CIP Volume 1, 3-5.5.3. */
export function readForwardClose(reader: ByteReader): Params {
  reader.open('forward close', 'CIP Volume 1, 3-5.5.3');
  readTimeout(reader);
  const triad = readTriad(reader);
  const length = reader.u8('connection path size, words') * 2;
  reader.u8('reserved');
  const words = new Words();
  reader.open('connection path', 'CIP Volume 1, C-1.4');
  readPath(reader, length, path, words);
  reader.close();
  reader.close();
  return { path: words.toString(), serial: triad.serial };
}

export interface ForwardReply {
  readonly toTarget: number;
  readonly toOriginator: number;
  readonly safety: SafetyReply | undefined;
}

/**
 * Opened, closed or refused: they begin differently. Undefined unless a connection was opened.
 * @param isSafety whether a safety connection was asked for
 */
export function readForwardReply(
  reader: ByteReader,
  code: number,
  status: number,
  isSafety = false,
): ForwardReply | undefined {
  if (status !== 0) {
    readTriad(reader);
    if (reader.remaining > 0) reader.u8('remaining path size, words');
    return undefined;
  }
  if (code === FORWARD_CLOSE) {
    readTriad(reader);
    return undefined;
  }
  const toTarget = reader.u32le('connection to target');
  const toOriginator = reader.u32le('connection to originator');
  readTriad(reader);
  reader.u32le('actual packet interval to target, µs');
  reader.u32le('actual packet interval to originator, µs');
  const words = reader.u8('application reply size, words');
  reader.u8('reserved');
  const before = reader.limit(Math.min(words * 2, reader.remaining), 'application reply');
  const safety = isSafety ? readSafetyReply(reader) : undefined;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'application reply');
  reader.release(before);
  return { toTarget, toOriginator, safety };
}

function readTimeout(reader: ByteReader): void {
  const tick = reader.u8('priority and time tick');
  reader.bits(tick, 0x10, 'priority');
  reader.bits(tick, 0x0f, 'tick time');
  reader.u8('time-out ticks');
}

/** These three together name a connection in the whole plant. */
function readTriad(reader: ByteReader) {
  return {
    serial: reader.u16le('connection serial number'),
    vendor: reader.u16le('originator vendor', vendors),
    originator: reader.u32le('originator serial number'),
  };
}

// Table 3-5.13: 16 bits, and the same fields further apart in the 32 bits of a Large Forward Open.
function readParameters(reader: ByteReader, large: boolean, field: string): { size: number; type: string } {
  const raw = large ? reader.u32le(field) : reader.u16le(field);
  const high = large ? raw >>> 16 : raw;
  const size = large ? raw & 0xffff : raw & 0x01ff;
  reader.bits(high, 0x8000, 'redundant owner');
  const type = reader.bits(high, 0x6000, 'connection type', (value) => connectionTypes[value]);
  reader.bits(high, 0x0c00, 'priority', (value) => priorities[value]);
  reader.bits(high, 0x0200, 'variable size');
  reader.bits(raw, large ? 0xffff : 0x01ff, 'size');
  return { size, type: connectionTypes[type]! };
}
