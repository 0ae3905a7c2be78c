import { join, u16, u32 } from '../../testing/wire.ts';

/** Writes calls of the context manager, for tests. */

export const RELATION = Array.from({ length: 16 }, (_, i) => 0xa0 + i);
export const CONTROLLER_MAC = [0x02, 0, 0, 0, 0, 0x01];
export const DEVICE_MAC = [0x02, 0, 0, 0, 0, 0x02];

const INTERFACE = [0x6c, 0x97, 0x11, 0xd1, 0x82, 0x71, 0x00, 0xa0, 0x24, 0x42, 0xdf, 0x7d];
/** Instance 1, device 0x0101, vendor 0x002A. */
export const OBJECT = [0xde, 0xa0, 0, 0, 0x6c, 0x97, 0x11, 0xd1, 0x82, 0x71, 0, 1, 1, 1, 0, 0x2a];

export function block(type: number, ...body: ArrayLike<number>[]): Uint8Array {
  const content = join(...body);
  return join(u16(type), u16(content.length + 2), [1, 0], content);
}

/** Big-endian, as controllers send it. */
export function request(operation: number, sequence: number, ...blocks: Uint8Array[]): Uint8Array {
  const content = join(...blocks);
  const sizes = [4096, content.length, 4096, 0, content.length].map((size) => u32(size));
  return datagram(0, operation, sequence, join(...sizes, content));
}

export function reply(
  operation: number,
  sequence: number,
  status: readonly number[],
  ...blocks: Uint8Array[]
): Uint8Array {
  const content = join(...blocks);
  const sizes = [content.length, 4096, 0, content.length].map((size) => u32(size));
  return datagram(2, operation, sequence, join(status, ...sizes, content));
}

function datagram(type: number, operation: number, sequence: number, body: Uint8Array): Uint8Array {
  const activity = Array.from({ length: 16 }, (_, i) => i + 1);
  return join(
    [4, type, 0x20, 0, 0, 0, 0, 0],
    OBJECT,
    [0xde, 0xa0, 0, 1],
    INTERFACE,
    activity,
    u32(0),
    u32(1),
    u32(sequence),
    u16(operation),
    [0xff, 0xff, 0xff, 0xff],
    u16(body.length),
    u16(0),
    [0, 0],
    body,
  );
}

/** `kind` 1 is a controller, 6 a supervisor. */
export function relation(kind = 1, station = 'plc'): Uint8Array {
  const name = Array.from(station, (letter) => letter.charCodeAt(0));
  return block(
    0x0101,
    u16(kind),
    RELATION,
    u16(1),
    CONTROLLER_MAC,
    OBJECT,
    u32(0x11),
    u16(600),
    u16(0x8892),
    u16(name.length),
    name,
  );
}

export const accepted = block(0x8101, u16(1), RELATION, u16(1), DEVICE_MAC, u16(0x8892));

/** One submodule in slot 1 with `length` bytes, and its provider status behind them. */
export function iocr(kind: number, frame: number, length: number): Uint8Array {
  return block(
    0x0102,
    u16(kind),
    u16(kind),
    u16(0x8892),
    u32(2),
    u16(40),
    u16(frame),
    u16(32),
    u16(4),
    u16(1),
    u16(0),
    u32(0xffff_ffff),
    u16(3),
    u16(3),
    u16(0xc000),
    new Uint8Array(6),
    u16(1),
    u32(0),
    ...(length > 0 ? [u16(1), u16(1), u16(1), u16(0)] : [u16(0)]),
    u16(0),
  );
}

export function agreed(kind: number, frame: number): Uint8Array {
  return block(0x8102, u16(kind), u16(kind), u16(frame));
}

/** In slot 1: inputs and outputs. */
export function submodule(inputs: number, outputs: number): Uint8Array {
  return block(
    0x0104,
    u16(1),
    u32(0),
    u16(1),
    u32(0x32),
    u16(0),
    u16(1),
    u16(1),
    u32(1),
    u16(3),
    u16(1),
    u16(inputs),
    [1, 1],
    u16(2),
    u16(outputs),
    [1, 1],
  );
}

export function record(
  type: number,
  index: number,
  { slot = 0, length = 0, sequence = 0, status = [0, 0, 0, 0] as readonly number[] } = {},
): Uint8Array {
  const answer = type === 0x8008 ? join(u16(0), u16(0), status, new Uint8Array(16)) : new Uint8Array(24);
  return block(
    type,
    u16(sequence),
    RELATION,
    u32(0),
    u16(slot),
    u16(1),
    u16(0),
    u16(index),
    u32(length),
    answer,
  );
}

export function control(type: number, command: number): Uint8Array {
  return block(type, u16(0), RELATION, u16(1), u16(0), u16(command), u16(0));
}
