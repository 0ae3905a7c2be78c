import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';

import { SourceLost } from '../analysis/analyse.ts';
import { Analysis } from '../analysis/analysis.ts';
import type { Report } from '../analysis/report.ts';
import { u16At, u32At } from '../bytes/byte-reader.ts';
import { CaptureReader } from '../capture/capture-reader.ts';
import { NotACapture } from '../capture/problem.ts';
import { text, wide } from '../testing/conversation.ts';
import { hex } from '../testing/hex.ts';
import { sharedCaptures } from '../testing/shared.ts';
import { ethernet, ipv4, join as joined, u16, udp, Wire } from '../testing/wire.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { slice } from './slice.ts';
import { type Sliced, Slicer, type SliceOptions } from './slicer.ts';
import { packetsAt } from './written.ts';

const key = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 3);

/** Operations that are told by numbers, and so by a slice, too; not those of files and keys, whose octets stay behind. */
const told =
  /^(modbus|iec104|dnp3\.(?!open-file|authentication)|bacnet|omron-fins|cip|melsec|ge-srtp|profinet-dcp|bvlc|cotp)/;

describe('a slice of a capture', () => {
  const wire = new Wire({ on: 'tcp', at: [502] });
  for (let i = 0; i < 5; i++) {
    wire.say('request', hex`0001 0000 0006 11 03 006B 0003`);
    wire.say('reply', hex`0001 0000 0009 11 03 06 022B 0000 0064`);
  }
  // Somebody else: a name of a station nobody knows a protocol for.
  wire.add(
    ethernet('request', 0x0800, ipv4('request', 17, udp([5_000, 5_001], text('secret recipe of 192.0.2.2')))),
  );

  it('holds the packets as they are, unless pseudonyms are asked for', () => {
    for (const file of containersOf(wire)) {
      const { bytes, sliced } = sliceOf(file, {});
      assert.deepEqual(packetsIn(bytes), packetsIn(file));
      assert.equal(sliced.bytes, bytes.length);
      assert.equal(sliced.cut + sliced.zeroed + sliced.replaced, 0);
    }
  });

  it('is the same however the bytes came', () => {
    const file = wire.pcapng();
    const whole = sliceOf(file, pseudonymous()).bytes;
    for (const size of [1, 7, 100]) assert.deepEqual(sliceOf(file, pseudonymous(), size).bytes, whole);
  });

  it('holds those of a host, a talk, a time', () => {
    const file = wire.pcap();
    const count = (choice: SliceOptions['choice']) => sliceOf(file, { choice }).sliced.written;
    assert.equal(count({}), 11);
    assert.equal(count({ hosts: ['192.0.2.1'] }), 11);
    assert.equal(count({ hosts: ['02:00:00:00:00:02'] }), 11);
    assert.equal(count({ hosts: ['192.0.2.9'] }), 0);
    const talk = { from: '192.0.2.2', to: '192.0.2.1', transport: 'tcp', port: 502 };
    assert.equal(count({ talks: [talk] }), 10);
    assert.equal(count({ talks: [{ ...talk, port: 102 }] }), 0);
    const { time } = wire.packets[2]!;
    assert.equal(count({ from: time, to: time + 2_000 }), 3);
    assert.equal(count({ talks: [talk], from: time, to: time }), 1);
  });

  it('may have other times', () => {
    const { bytes } = sliceOf(wire.pcap(), { shift: -86_400_000_000 });
    assert.equal(packetsIn(bytes)[0]!.time, wire.packets[0]!.time - 86_400_000_000);
  });

  it('leaves out what nobody understood, and tells how long it was', () => {
    const { bytes, sliced } = sliceOf(wire.pcap(), pseudonymous());
    const last = packetsIn(bytes).at(-1)!;
    assert.equal(last.bytes.length, 14 + 20 + 8);
    assert.equal(last.wireLength, wire.packets.at(-1)!.wireLength);
    assert.equal(sliced.cut, 1);
    assert.equal(sliced.leftOut, 26);
    assert.equal(sliced.kept['modbus'], 10);
    assert.equal(occurs(bytes, text('secret')), false);
  });

  it('puts zeros where a message holds octets that no field explains', () => {
    const coils = Wire.speaking({ on: 'tcp', at: [502] }, [
      ['request', hex`0001 0000 000B 11 0F 0000 0020 04 DEADBEEF`],
      ['reply', hex`0001 0000 0006 11 0F 0000 0020`],
    ]);
    const { bytes, sliced } = sliceOf(coils.pcap(), pseudonymous());
    assert.equal(occurs(bytes, hex`DEADBEEF`), false);
    assert.equal(occurs(bytes, hex`0F 0000 0020 04 00000000`), true);
    assert.deepEqual([sliced.zeroed, sliced.cut], [4, 0]);
    assert.deepEqual(operationsOf(analysed(bytes), told), operationsOf(analysed(coils.pcap()), told));
  });

  it('tells nothing of what was left out by a checksum', () => {
    const one = new Wire({ on: 'udp', at: [5_001] });
    const other = new Wire({ on: 'udp', at: [5_001] });
    for (const [to, words] of [
      [one, 'attack at dawn'],
      [other, 'attack at noon'],
    ] as const) {
      const datagram = udp([5_000, 5_001], text(words));
      datagram.set(u16(checksumOf(text(words))), 6);
      to.add(ethernet('request', 0x0800, ipv4('request', 17, datagram)));
    }
    assert.deepEqual(sliceOf(one.pcap(), pseudonymous()).bytes, sliceOf(other.pcap(), pseudonymous()).bytes);
  });

  it('hides names and addresses that somebody put into registers', () => {
    const registers = (content: ArrayLike<number>) =>
      joined(
        hex`0001 0000`,
        u16(7 + content.length),
        hex`11 10 0000`,
        u16(content.length / 2),
        [content.length],
        content,
      );
    const hiding = new Wire({ on: 'tcp', at: [502] });
    for (const content of [
      text('TURBINE-HOUSE 07'),
      wide('PUMPE'),
      [192, 0, 2, 2],
      [2, 2, 0, 192],
      [1, 2, 3, 4],
    ])
      hiding.say('request', registers(content));
    const { bytes, sliced } = sliceOf(hiding.pcap(), { ...pseudonymous(), names: ['Pumpe'] });
    assert.equal(sliced.kept['modbus'], 5);
    for (const gone of [text('TURBINE'), wide('PUMPE'), [192, 0, 2, 2], [2, 2, 0, 192], [2, 0, 0, 0, 0, 2]])
      assert.equal(occurs(bytes, gone), false, String(gone));
    assert.equal(occurs(bytes, [1, 2, 3, 4]), true);
    const [before, after] = [analysed(hiding.pcap()), analysed(bytes)];
    assert.deepEqual(operationsOf(after, told), operationsOf(before, told));
  });

  it('hides the address of somebody whose packets come later, or not at all', () => {
    const telling = new Wire({ on: 'tcp', at: [502] });
    telling.say('request', hex`0002 0000 000B 11 10 0000 0002 04 0A141E28`);
    telling.say('request', hex`0003 0000 000D 11 10 0000 0003 06 02AABBCCDDEE`);
    const others = ['10.20.30.40', '02:aa:bb:cc:dd:ee'];
    const { bytes, sliced } = sliceOf(telling.pcap(), { ...pseudonymous(), names: others });
    assert.equal(sliced.kept['modbus'], 2);
    for (const gone of [hex`0A141E28`, hex`02AABBCCDDEE`]) assert.equal(occurs(bytes, gone), false);
  });

  it('calls a device as its pseudonym, in whichever letters it is called', () => {
    const called = 'Насос-12 котельной';
    const name = new TextEncoder().encode(called);
    // IEEE 802.1AB, 8.5: station, port, time, name, end.
    const lldp = joined(
      hex`02 07 04 020000000001 04 02 07 31 06 02 0078`,
      [0x0a, name.length],
      name,
      hex`0000`,
    );
    const calling = new Wire({ on: 'ethertype', at: [0x88cc] });
    calling.add(ethernet('request', 0x88cc, lldp));
    const options = pseudonymous();
    const [before, after] = [calling.pcap(), sliceOf(calling.pcap(), options).bytes].map(analysed);
    assert.deepEqual(before!.devices[0]!.names, [called]);
    assert.deepEqual(after!.devices[0]!.names, [options.pseudonyms!.text(called)]);
  });

  it('tells no date where times are others', () => {
    // IEC 60870-5-104, C_CS_NA_1: 2016-02-08 23:08:10.000
    const clock = Wire.speaking({ on: 'tcp', at: [2404] }, [
      ['request', hex`68 14 00 00 00 00 67 01 06 00 01 00 00 00 00 10 27 08 17 28 02 10`],
    ]);
    assert.ok(occurs(sliceOf(clock.pcap(), pseudonymous()).bytes, hex`10 27 08 17 28 02 10`));
    const { bytes, sliced } = sliceOf(clock.pcap(), { ...pseudonymous(), shift: -86_400_000_000 });
    assert.equal(sliced.kept['iec104'], 1);
    assert.equal(occurs(bytes, hex`00 00 00 00 00 00 00`), true);
    for (const gone of [hex`10 27 08 17`, hex`17 28 02`, hex`28 02 10`])
      assert.equal(occurs(bytes, gone), false);
    // How far a packet has come is no time.
    for (const packet of packetsIn(bytes)) assert.notEqual(packet.bytes[22], 0);
  });

  it('understands a message that comes in several packets', () => {
    const message = hex`0001 0000 0013 11 10 0000 0006 0C 0001 0002 0003 0004 0005 0006`;
    const pieces = new Wire({ on: 'tcp', at: [502] });
    for (const [from, to] of [
      [0, 3],
      [3, 9],
      [9, message.length],
    ] as const)
      pieces.say('request', message.subarray(from, to));
    const { bytes, sliced } = sliceOf(pieces.pcap(), pseudonymous());
    assert.equal(sliced.cut, 0);
    const payloads = packetsIn(bytes).map((packet) => packet.bytes.subarray(54));
    assert.deepEqual(joined(...payloads), Uint8Array.from(message));
  });

  it('says what a file is that is none', async () => {
    for (const bytes of [new Uint8Array(0), text('<!doctype html><title>Sign in</title>')])
      assert.throws(() => sliceOf(bytes, {}), NotACapture);
    // 4 GB of nothing are known after the first of them.
    let read = 0;
    async function* zeros() {
      for (; read < 4_096; read++) yield new Uint8Array(1 << 20);
    }
    await assert.rejects(slice(zeros(), { choice: {}, write: () => {} }), NotACapture);
    assert.ok(read < 2);
  });

  it('keeps what was written of a source that is lost, and stops when it is told to', async () => {
    const file = wire.pcap();
    async function* lost() {
      yield file.subarray(0, 500);
      throw new SourceLost();
    }
    const kept = await slice(lost(), { choice: {}, write: () => {} });
    assert.ok(kept.written > 0 && kept.written < 11);
    assert.ok(kept.problems.some(({ code }) => code === 'source-lost'));
    const stop = new AbortController();
    async function* endless() {
      for (;;) {
        yield file;
        stop.abort(new Error('enough'));
      }
    }
    await assert.rejects(slice(endless(), { choice: {}, write: () => {}, signal: stop.signal }), /enough/);
  });

  it('is made of what is packed', async () => {
    const parts: Uint8Array[] = [];
    async function* packed() {
      yield gzipSync(wire.pcap());
    }
    await slice(packed(), { choice: {}, write: (piece) => parts.push(piece) });
    assert.equal(packetsIn(joined(...parts)).length, 11);
  });

  it('is made of a file that says it was captured at a million places', () => {
    const section = hex`0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000`;
    const place = hex`01000000 14000000 0100 0000 00000400 14000000`;
    const file = new Uint8Array(section.length + 1_000_000 * place.length);
    file.set(section);
    for (let at = section.length; at < file.length; at += place.length) file.set(place, at);
    const { sliced } = sliceOf(joined(file, wire.pcapng().subarray(28 + 32)), pseudonymous());
    assert.equal(sliced.written, 11);
    assert.ok(sliced.bytes < 10_000);
  });

  it('leaves out the decryption secrets that the file carries, under pseudonyms or not', () => {
    const marker = new TextEncoder().encode('CLIENT_RANDOM c0ffee');
    const secrets = joined(hex`0a000000 28000000 4b534c54 14000000`, marker, hex`28000000`);
    const file = joined(wire.pcapng().subarray(0, 28), secrets, wire.pcapng().subarray(28), secrets);
    assert.equal(analysed(file).secrets.length, 2);
    assert.ok(Buffer.from(file).includes(marker));
    for (const how of [{}, pseudonymous()]) {
      const { bytes, sliced } = sliceOf(file, how);
      assert.equal(sliced.written, 11);
      assert.equal(Buffer.from(bytes).includes(marker), false);
      assert.deepEqual(analysed(bytes).secrets, []);
    }
  });

  it('survives whatever is done to a capture, and is one', () => {
    const random = seeded(20_261_127);
    const below = (limit: number) => Math.floor(random() * limit);
    for (const file of [wire.pcap(), wire.pcapng(), wire.snoop()])
      for (let round = 0; round < 120; round++) {
        const damaged = Uint8Array.from(file);
        for (let hits = 1 + below(12); hits > 0; hits--) damaged[4 + below(damaged.length - 4)] = below(256);
        const end = random() < 0.3 ? below(damaged.length) : damaged.length;
        try {
          const { bytes, sliced } = sliceOf(damaged.subarray(0, end), pseudonymous());
          assert.equal(packetsIn(bytes).length, sliced.written);
        } catch (error) {
          if (!(error instanceof NotACapture)) throw error;
        }
      }
  });

  it('can be looked at page by page', async () => {
    const many = new Wire({ on: 'tcp', at: [502] });
    for (let i = 0; i < 300; i++) many.say('request', hex`0001 0000 0006 11 03 006B 0003`);
    const { bytes, sliced } = sliceOf(many.pcap(), pseudonymous());
    const read = (at: number, length: number) => bytes.subarray(at, at + length);
    const page = await packetsAt(read, sliced, 251, 100);
    assert.deepEqual([page.length, page[0]!.packet, page.at(-1)!.packet], [50, 251, 300]);
    const [first] = page;
    const to = new Pseudonyms({ key }).text('192.0.2.2');
    assert.deepEqual([first!.header, first!.to], ['TCP', `${to}:502`]);
    assert.equal(first!.frame.bytes, Buffer.from(packetsIn(bytes)[250]!.bytes).toString('hex'));
    assert.deepEqual(await packetsAt(read, sliced, 301, 10), []);
  });

  it('of real captures tells the same operations, nobody’s address and nobody’s name', (t) => {
    let compared = 0;
    for (const [name, file] of realCaptures(t)) {
      const before = analysed(file);
      const { bytes, sliced } = sliceOf(file, {
        ...pseudonymous(),
        names: [...namesOf(before), ...addressesOf(before)],
      });
      const after = analysed(bytes);
      assert.equal(sliced.written + sliced.undescribed, before.packets, name);
      assert.deepEqual(operationsOf(after, told), operationsOf(before, told), name);
      compared += Object.keys(operationsOf(before, told)).length;
      const [were, are] = [packetsIn(file), packetsIn(bytes)];
      are.forEach((packet, place) => {
        assert.equal(packet.wireLength, Math.max(were[place]!.wireLength, packet.bytes.length), name);
        assertChecksums(packet, `${name}, packet ${place + 1}`);
      });
      assertHidden(before, bytes, are, name);
    }
    if (!t.signal.aborted) t.diagnostic(`${compared} kinds of operations compared`);
  });

  it('keeps its memory, however large the capture', async (t) => {
    const block = new Wire({ on: 'udp', at: [5_001] });
    for (let i = 0; i < 1_000; i++)
      block.add(
        ethernet('request', 0x0800, ipv4('request', 17, udp([5_000, 5_001], new Uint8Array(1_400).fill(7)))),
      );
    const [head, packets] = [block.pcap().subarray(0, 24), block.pcap().subarray(24)];
    async function* endless() {
      yield head;
      for (let i = 0; i < 200; i++) yield packets;
    }
    let [most, written] = [0, 0];
    const start = process.memoryUsage().arrayBuffers;
    const sliced = await slice(endless(), {
      ...pseudonymous(),
      write: (piece) => (written += piece.length),
      onProgress: () => (most = Math.max(most, process.memoryUsage().arrayBuffers - start)),
    });
    assert.equal(sliced.read, 200_000);
    assert.equal(written, sliced.bytes);
    const told = `${Math.round(most / 1e6)} MB at most, of ${Math.round((200 * packets.length) / 1e6)} MB`;
    t.diagnostic(told);
    assert.ok(most < 200e6, told);
  });
});

const pseudonymous = (): Omit<SliceOptions, 'write'> => ({ choice: {}, pseudonyms: new Pseudonyms({ key }) });

const containersOf = (wire: Wire) => [
  wire.pcap(),
  wire.pcap({ little: false }),
  wire.pcap({ nano: true }),
  wire.pcapng(),
  wire.pcapng({ little: false, resolution: 9 }),
  wire.snoop(),
];

function sliceOf(
  file: Uint8Array,
  options: Partial<Omit<SliceOptions, 'write'>>,
  size = 1 << 16,
): { bytes: Uint8Array; sliced: Sliced } {
  const parts: Uint8Array[] = [];
  const slicer = new Slicer({ choice: {}, ...options, write: (piece) => parts.push(piece) });
  for (let at = 0; at < file.length; at += size) slicer.push(file.subarray(at, at + size));
  const sliced = slicer.finish();
  return { bytes: Buffer.concat(parts), sliced };
}

interface Packet {
  readonly bytes: Uint8Array;
  readonly time: number;
  readonly wireLength: number;
  readonly linkType: number;
}

function packetsIn(file: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  const reader = new CaptureReader({
    time: 0,
    packet(bytes, start, end, _base, wireLength, linkType) {
      const { time } = this;
      if (linkType >= 0)
        packets.push({ bytes: Uint8Array.from(bytes.subarray(start, end)), time, wireLength, linkType });
    },
  });
  reader.push(file);
  reader.finish();
  return packets;
}

function analysed(file: Uint8Array): Report {
  const analysis = new Analysis({ strict: true });
  analysis.push(file);
  return analysis.finish();
}

function operationsOf({ operations }: Report, wanted: RegExp): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code, count } of operations) if (wanted.test(code)) counts[code] = (counts[code] ?? 0) + count;
  return counts;
}

const names = new Set(['name', 'station', 'location', 'description', 'project', 'domain', 'user']);
const namesOf = ({ devices }: Report) =>
  devices.flatMap((device) => [
    ...device.names,
    ...device.facts.filter(({ field }) => names.has(field)).map(({ value }) => value),
  ]);

const addressesOf = ({ devices, conversations }: Report) => [
  ...devices.flatMap(({ addresses, macs }) => [...addresses, ...macs]),
  ...conversations.flatMap(({ from, to }) => [from.address, to.address]),
];

function* realCaptures(t: TestContext): Generator<readonly [string, Uint8Array]> {
  if (!existsSync(sharedCaptures)) return t.skip('the shared captures are not here');
  const files = globSync('**/*.{pcap,pcapng,cap}', { cwd: sharedCaptures })
    .sort()
    .filter((file) => statSync(join(sharedCaptures, file)).size < 300_000);
  for (const file of files.filter((_, place) => place % 12 === 5)) {
    try {
      analysed(readFileSync(join(sharedCaptures, file)));
    } catch {
      continue;
    }
    yield [file, readFileSync(join(sharedCaptures, file))];
  }
}

/** Neither as bytes, in either order, nor as text; what is kept for everybody, and what another became, aside. */
function assertHidden(before: Report, file: Uint8Array, packets: readonly Packet[], name: string): void {
  const pseudonyms = new Pseudonyms({ key });
  const all = addressesOf(before);
  const made = new Set(all.map((address) => pseudonyms.text(address)));
  const payloads = packets.map(({ bytes, linkType }) => (linkType === 1 ? bytes.subarray(34) : bytes));
  for (const address of new Set(all)) {
    if (made.has(address) || !/[.:]/.test(address) || pseudonyms.address(address) === undefined) continue;
    assert.equal(occurs(file, text(address)), false, `${name}: ${address} as text`);
    assert.equal(occurs(file, wide(address)), false, `${name}: ${address} as wide text`);
    const octets = address.includes('.')
      ? address.split('.').map(Number)
      : address.split(':').length === 6
        ? address.split(':').map((two) => Number.parseInt(two, 16))
        : [];
    // Mostly zeros: so is every header of a block.
    if (octets.filter((octet) => octet !== 0).length < 3) continue;
    for (const order of [octets, octets.toReversed()]) {
      // Turned round, it may be that of a group, which stays.
      if (order.length === 6 && order[0]! & 1) continue;
      for (const payload of octets.length === 6 ? [file] : payloads)
        assert.equal(occurs(payload, order), false, `${name}: ${address} as ${order.join(' ')}`);
    }
  }
  for (const called of new Set(namesOf(before)))
    if (called.length >= 6 && /[a-z]{3}/i.test(called) && pseudonyms.words(called) !== called) {
      assert.equal(occurs(file, text(called)), false, `${name}: ${called}`);
      assert.equal(occurs(file, wide(called)), false, `${name}: ${called}, wide`);
    }
}

function occurs(bytes: Uint8Array, wanted: ArrayLike<number>): boolean {
  return Buffer.from(bytes).includes(Buffer.from(Uint8Array.from(wanted)));
}

/** RFC 1071, read by somebody else than who wrote them: with everything that was sent, the sum is 0. */
function assertChecksums({ bytes, wireLength, linkType }: Packet, where: string): void {
  if (linkType !== 1 || u16At(bytes, 12) !== 0x0800 || bytes.length < 34) return;
  const header = (bytes[14]! & 15) * 4;
  assert.equal(checksumOf(bytes.subarray(14, 14 + header)), 0, `${where}: IPv4`);
  const total = u16At(bytes, 16);
  const protocol = bytes[23]!;
  const isWhole = (u32At(bytes, 18) & 0x3fff) === 0 && 14 + total <= wireLength;
  if (!isWhole || ![6, 17].includes(protocol) || total < header + 8) return;
  const segment = new Uint8Array(total - header);
  segment.set(bytes.subarray(14 + header, Math.min(bytes.length, 14 + total)));
  if (protocol === 17 && u16At(segment, 6) === 0) return;
  const pseudo = joined(bytes.subarray(26, 34), [0, protocol], u16(segment.length), segment);
  assert.equal(checksumOf(pseudo), 0, `${where}: ${protocol}`);
}

function checksumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** A generator of numbers that is the same every time (a linear congruence of 48 bits would do; so do 32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 0x1_0000_0000;
}
