import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes captures of any size in constant memory: our own encoder, nobody's traffic. */
class CaptureWriter {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(4 << 20);
  #used = 0;
  #time = 1_700_000_000_000_000;
  packets = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262_144, 16);
    header.writeUInt32LE(1, 20);
    writeSync(this.#file, header);
  }

  packet(frame: Buffer, length = frame.length): void {
    if (this.#used + 16 + length > this.#buffer.length) this.#flush();
    const buffer = this.#buffer;
    const at = this.#used;
    this.#time += 37;
    buffer.writeUInt32LE(Math.floor(this.#time / 1_000_000), at);
    buffer.writeUInt32LE(this.#time % 1_000_000, at + 4);
    buffer.writeUInt32LE(length, at + 8);
    buffer.writeUInt32LE(length, at + 12);
    frame.copy(buffer, at + 16, 0, length);
    this.#used = at + 16 + length;
    this.packets++;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#buffer, 0, this.#used);
    this.#used = 0;
  }
}

/** Both directions of one TCP connection, with a frame each that is filled in and written again and again. */
class Connection {
  readonly #writer: CaptureWriter;
  readonly #frames: [Buffer, Buffer];
  readonly #sequence: [number, number] = [1, 1];

  constructor(writer: CaptureWriter, client: number, server: number, clientPort: number, port: number) {
    this.#writer = writer;
    this.#frames = [frame(client, server, clientPort, port), frame(server, client, port, clientPort)];
  }

  say(side: 0 | 1, payload: Buffer): void {
    const out = this.#frames[side];
    out.writeUInt16BE(40 + payload.length, 16);
    out.writeUInt32BE(this.#sequence[side], 38);
    out.writeUInt32BE(this.#sequence[1 - side]!, 42);
    payload.copy(out, 54);
    this.#sequence[side] = (this.#sequence[side] + payload.length) >>> 0;
    this.#writer.packet(out, 54 + payload.length);
  }
}

function frame(from: number, to: number, fromPort: number, toPort: number): Buffer {
  const out = Buffer.alloc(1514);
  out.writeUInt32BE(0x0200_0000, 0);
  out.writeUInt16BE(to & 0xffff, 4);
  out.writeUInt32BE(0x0200_0000, 6);
  out.writeUInt16BE(from & 0xffff, 10);
  out.writeUInt16BE(0x0800, 12);
  out.writeUInt16BE(0x4500, 14);
  out[22] = 64;
  out[23] = 6;
  out.writeUInt32BE(from, 26);
  out.writeUInt32BE(to, 30);
  out.writeUInt16BE(fromPort, 34);
  out.writeUInt16BE(toPort, 36);
  out[46] = 0x50;
  out[47] = 0x18;
  out.writeUInt16BE(8192, 48);
  return out;
}

const CLIENT = 0x0a00_0001;
const SERVER = 0x0a00_0100;

/** Reads of registers with their answers, among a handful of clients and many controllers. */
export function smallModbus(path: string, packets = 3_200_000): void {
  once(path, packets * 80, (writer) => {
    const connections = Array.from(
      { length: 120 },
      (_, i) => new Connection(writer, CLIENT + (i % 6), SERVER + i, 49_152 + i, 502),
    );
    const request = Buffer.from('00000000000601030000000a', 'hex');
    const reply = Buffer.concat([Buffer.from('000000000017010314', 'hex'), Buffer.alloc(20)]);
    for (let i = 0; writer.packets < packets; i++) {
      const connection = connections[(i * 7) % connections.length]!;
      request.writeUInt16BE(i & 0xffff, 0);
      request.writeUInt16BE((i * 10) % 400, 8);
      reply.writeUInt16BE(i & 0xffff, 0);
      reply.writeUInt16BE(i & 0x3ff, 9);
      connection.say(0, request);
      connection.say(1, reply);
    }
  });
}

/** What a plant's network looks like: polling and writes, files passing, web and name traffic nobody dissects. */
export function mixedPlant(path: string, bytes = 420_000_000): void {
  once(path, bytes, (writer) => {
    let written = 0;
    const say = (connection: Connection, side: 0 | 1, payload: Buffer) => {
      connection.say(side, payload);
      written += 70 + payload.length;
    };
    const modbus = Array.from(
      { length: 40 },
      (_, i) => new Connection(writer, CLIENT, SERVER + i, 50_000 + i, 502),
    );
    const files = Array.from(
      { length: 8 },
      (_, i) => new Connection(writer, CLIENT + 9, CLIENT + 20 + i, 51_000 + i, 445),
    );
    const web = Array.from(
      { length: 200 },
      (_, i) => new Connection(writer, CLIENT + 40 + i, CLIENT + 30, 52_000 + i, 443),
    );
    const block = Buffer.alloc(1400, 0x5a);
    const read = Buffer.from('00000000000601030000007d', 'hex');
    const values = Buffer.concat([Buffer.from('0000000000fd0103fa', 'hex'), Buffer.alloc(250)]);
    const write = Buffer.from('000000000009011000640001020007', 'hex');
    const written16 = Buffer.from('0000000000060110006400 01'.replace(' ', ''), 'hex');
    for (let i = 0; written < bytes; i++) {
      const controller = modbus[i % modbus.length]!;
      const [asked, answered] = i % 50 === 0 ? [write, written16] : [read, values];
      asked.writeUInt16BE(i & 0xffff, 0);
      answered.writeUInt16BE(i & 0xffff, 0);
      say(controller, 0, asked);
      say(controller, 1, answered);
      if (i % 3 === 0) for (let k = 0; k < 4; k++) say(files[i % files.length]!, 1, block);
      if (i % 5 === 0) say(web[i % web.length]!, 0, block.subarray(0, 300));
    }
  });
}

function once(path: string, atLeast: number, write: (writer: CaptureWriter) => void): void {
  if (existsSync(path) && statSync(path).size >= atLeast) return;
  mkdirSync(dirname(path), { recursive: true });
  const writer = new CaptureWriter(`${path}.part`);
  write(writer);
  writer.close();
  renameSync(`${path}.part`, path);
}
