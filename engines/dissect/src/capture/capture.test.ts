import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import fc from 'fast-check';

import { Analysis } from '../analysis/analysis.ts';
import { analyse } from '../analysis/analyse.ts';
import type { Report } from '../analysis/report.ts';
import { modbus } from '../protocols/modbus/modbus.ts';
import { hex } from '../testing/hex.ts';
import { join, u32, Wire } from '../testing/wire.ts';
import { NotACapture } from './problem.ts';

const request = hex`0001 0000 0006 11 03 006B 0003`;
const reply = hex`0001 0000 0009 11 03 06 022B 0000 0064`;

function conversation(exchanges: number): Wire {
  const wire = new Wire({ on: 'tcp', at: [502] });
  for (let i = 0; i < exchanges; i++) {
    wire.say('request', request);
    wire.say('reply', reply);
  }
  return wire;
}

function analysed(file: Uint8Array, cuts: readonly number[] = []): Report {
  const analysis = new Analysis({ dissectors: [modbus], strict: true });
  let from = 0;
  for (const cut of [...cuts, file.length]) {
    analysis.push(file.subarray(from, cut));
    from = cut;
  }
  return analysis.finish();
}

/** Who tries hundreds of files looks for nothing in them. */
const quick = { dissectors: [modbus], detections: [], strict: true };

const codes = ({ problems }: Report) => problems.map(({ code }) => code);

describe('a capture', () => {
  const wire = conversation(4);
  const files: Record<string, Uint8Array> = {
    'pcap, little-endian': wire.pcap(),
    'pcap, big-endian': wire.pcap({ little: false }),
    'pcap, nanoseconds': wire.pcap({ nano: true }),
    'pcapng, little-endian': wire.pcapng(),
    'pcapng, big-endian, nanoseconds': wire.pcapng({ little: false, resolution: 9 }),
    snoop: wire.snoop(),
  };

  for (const [name, file] of Object.entries(files)) {
    it(`is read as ${name}`, () => {
      const { packets, first, last, counts } = analysed(file);
      assert.equal(packets, 8);
      assert.deepEqual([first, last], [wire.packets[0]!.time, wire.packets.at(-1)!.time]);
      assert.deepEqual(counts['ics_frames'], { modbus: 8 });
    });

    it(`tells the same however it is cut into pieces: ${name}`, () => {
      const whole = JSON.stringify(analysed(file));
      const cuts = fc
        .array(fc.integer({ min: 0, max: file.length }), { maxLength: 20 })
        .map((list) => list.sort((a, b) => a - b));
      fc.assert(fc.property(cuts, (where) => JSON.stringify(analysed(file, where)) === whole));
      const everywhere = Array.from({ length: file.length }, (_, i) => i);
      assert.equal(JSON.stringify(analysed(file, everywhere)), whole);
    });

    it(`is read up to where it breaks off: ${name}`, () => {
      for (let length = 64; length < file.length; length++) {
        const report = analysed(file.subarray(0, length));
        assert.ok(report.packets <= 8);
        const atRecordEnd = report.problems.length === 0 || codes(report)[0] === 'empty-capture';
        if (!atRecordEnd) {
          assert.equal(codes(report)[0], 'cut-off');
          assert.equal(report.problems[0]!.offset, length);
        }
      }
    });
  }

  it('is read on behind a damaged record of snoop', () => {
    const file = wire.snoop();
    file.fill(0xff, 16 + 4, 16 + 12);
    const report = analysed(file);
    assert.deepEqual([report.packets, codes(report)], [7, ['record-length', 'resynchronised']]);
  });

  it('may join sections with other byte orders and clocks', () => {
    const two = join(wire.pcapng(), wire.pcapng({ little: false, resolution: 9 }));
    assert.equal(analysed(two).packets, 16);
  });

  it('tells what pcapng says of names, of interfaces and of who captured', () => {
    const option = (code: number, said: string) => {
      const bytes = new TextEncoder().encode(said);
      return join([code, 0, bytes.length, 0], bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
    };
    const name = new TextEncoder().encode('plc-7.example\0');
    const names = block(4, [1, 0, 4 + name.length, 0], [192, 0, 2, 2], name, new Uint8Array(2), [0, 0, 0, 0]);
    const second = block(1, [1, 0, 0, 0, 0, 0, 0, 0], option(2, 'eth7'), option(12, 'Linux'), [0, 0, 0, 0]);
    const { comments, devices } = analysed(join(wire.pcapng(), names, second));
    assert.deepEqual(comments, ['interface: eth7', 'operating system of the interface: Linux']);
    const device = devices.find(({ addresses }) => addresses.includes('192.0.2.2'))!;
    assert.deepEqual(device.names, ['plc-7.example']);
  });

  it('tells which secrets it carries, where, how long and which, and not what they say', () => {
    const [first, file] = [conversation(1), conversation(2).pcapng()];
    const start = first.pcapng().length;
    const found = analysed(
      join(file.subarray(0, start), secrets('TLSK', KEY_LOG), file.subarray(start), secrets('????', KEY_LOG)),
    );
    const sha256 = createHash('sha256').update(KEY_LOG).digest('hex');
    const bytes = KEY_LOG.length;
    const places = [start + 16, file.length + secrets('TLSK', KEY_LOG).length + 16];
    assert.equal(found.packets, 4);
    assert.deepEqual(found.secrets, [
      { kind: 'TLS key log', packet: 2, bytes, sha256, pieces: [[places[0], bytes]] },
      { kind: 'unknown', packet: 4, bytes, sha256, pieces: [[places[1], bytes]] },
    ]);
    assert.deepEqual(
      found.problems.map(({ code, params, offset }) => [code, params, offset]),
      [
        ['secrets-in-capture', { kind: 'TLS key log', packet: 2, bytes, sha256 }, places[0]],
        ['secrets-in-capture', { kind: 'unknown', packet: 4, bytes, sha256 }, places[1]],
      ],
    );
    assert.ok(!JSON.stringify(found).includes('CLIENT_RANDOM'));
  });

  it('knows the kinds of secrets of the draft, in either byte order', () => {
    const kinds = ['TLSK', 'SSHK', 'WGKL', 'ZNWK', 'ZAPS', 'UAKL'];
    const wire = conversation(1);
    const little = join(wire.pcapng(), ...kinds.map((kind) => secrets(kind, KEY_LOG)));
    const big = join(wire.pcapng({ little: false }), ...kinds.map((kind) => bigEndian(kind, KEY_LOG)));
    for (const file of [little, big])
      assert.deepEqual(
        analysed(file).secrets.map(({ kind }) => kind),
        [
          'TLS key log',
          'SSH key log',
          'WireGuard key log',
          'Zigbee network key',
          'Zigbee APS key',
          'OPC UA key log',
        ],
      );
  });

  it('tells secrets alike however it is cut, and those in which it breaks off', () => {
    const file = join(conversation(1).pcapng(), secrets('TLSK', KEY_LOG), secrets('WGKL', KEY_LOG));
    const whole = JSON.stringify(analysed(file));
    assert.equal(JSON.stringify(analysed(file, Array.from(file.keys()))), whole);
    const broken = analysed(file.subarray(0, file.length - 9));
    assert.deepEqual(
      broken.secrets.map(({ kind, sha256 }) => [kind, sha256 === null]),
      [
        ['TLS key log', false],
        ['WireGuard key log', true],
      ],
    );
    assert.equal(codes(broken).at(-1), 'cut-off');
  });

  it('is bounded in secrets: thousands, and huge ones', () => {
    const many = analysed(join(conversation(1).pcapng(), ...Array(5_000).fill(secrets('TLSK', KEY_LOG))));
    assert.deepEqual([many.secrets.length, many.dropped['secrets']], [1_024, 5_000 - 1_024]);
    assert.equal(codes(many).length, 9);
    assert.deepEqual(many.problems.at(-1)!.params, { count: 5_000 - 8 });

    const size = 64 * 1024 * 1024;
    const report = analysed(
      join(conversation(1).pcapng(), secrets('TLSK', new Uint8Array(size)), conversation(1).pcapng()),
    );
    assert.deepEqual([report.packets, codes(report)], [4, ['secrets-in-capture', 'timestamps-backwards']]);
    assert.deepEqual([report.secrets[0]!.bytes, report.secrets[0]!.sha256], [size, null]);
    const liar = secrets('TLSK', KEY_LOG);
    liar.set([0xff, 0xff, 0xff, 0xff], 12);
    assert.equal(analysed(join(conversation(1).pcapng(), liar)).secrets[0]!.bytes, KEY_LOG.length);
  });

  it('hashes 64 MiB of secrets, and tells those beyond without a hash', () => {
    const size = 16 * 1024 * 1024;
    const analysis = new Analysis({ dissectors: [modbus], strict: true });
    const large = secrets('TLSK', new Uint8Array(size));
    analysis.push(conversation(1).pcapng());
    for (let i = 0; i < 4; i++) analysis.push(large);
    analysis.push(secrets('TLSK', KEY_LOG));
    const told = analysis.finish().secrets;
    assert.deepEqual(
      told.map(({ bytes, sha256 }) => [bytes, sha256 !== null]),
      [...Array.from({ length: 4 }, () => [size, true]), [KEY_LOG.length, false]],
    );
  });

  it('is read through gzip', async () => {
    const file = wire.pcap();
    const zipped = new Response(file as Uint8Array<ArrayBuffer>).body!.pipeThrough(
      new CompressionStream('gzip'),
    );
    const report = await analyse(zipped as unknown as AsyncIterable<Uint8Array>, { strict: true });
    assert.equal(report.packets, 8);
  });

  it('is read through a gzip of several members, in pieces of any size', async () => {
    const file = conversation(500).pcap();
    const [a, b] = [gzipSync(file.subarray(0, 9_999)), gzipSync(file.subarray(9_999), { level: 0 })];
    const few = conversation(50).pcap();
    const ofFew = [gzipSync(few.subarray(0, 999)), gzipSync(few.subarray(999), { level: 0 })] as const;
    for (const [packets, one, other, size] of [
      [100, ...ofFew, 1],
      [1_000, a, b, 7],
      [1_000, a, b, a.length],
      [1_000, a, b, a.length + 5],
      [1_000, a, b, 100_000],
    ] as const) {
      const report = await analyse(pieces(join(one, gzipSync(new Uint8Array(0)), other), size), {
        strict: true,
      });
      assert.deepEqual([report.packets, report.problems], [packets, []], `${size}`);
    }
    // Wherever the boundary lies in what is given at once.
    for (let length = 16_340; length < 16_420; length += 1) {
      const whole = join(gzipSync(file.subarray(0, length), { level: 0 }), gzipSync(file.subarray(length)));
      const report = await analyse(pieces(whole, 100_000), { dissectors: [modbus], strict: true });
      assert.deepEqual([report.packets, report.problems], [1_000, []], `${length}`);
    }
    const body = join(new TextEncoder().encode('HTTP/1.1 200 OK\r\n\r\n'), gzipSync(file));
    const headerInside = gzipSync(join(file, body), { level: 0 });
    const { problems } = await analyse(pieces(headerInside, 100), { strict: true });
    assert.ok(!problems.some(({ code }) => code === 'gzip-damaged'), 'a gzip within a capture is content');
    // Even where what stands before it is just the length of what was unpacked so far.
    for (const ahead of [0, 4, 100, 1 << 20]) {
      const length = u32(file.length + 4 + ahead).reverse();
      const inside = gzipSync(join(file, length, gzipSync(few)), { level: 0 });
      const { problems: found } = await analyse(pieces(inside, 1_000), { strict: true });
      assert.ok(!found.some(({ code }) => code === 'gzip-damaged'), `${ahead}`);
    }
  });

  it('is read through every way of packing that zlib has, whatever stands behind it', async () => {
    const file = conversation(20).pcap();
    for (let level = 0; level < 10; level++) {
      for (let strategy = 0; strategy < 5; strategy++) {
        const zipped = gzipSync(file, {
          level,
          strategy,
          memLevel: 1 + (level % 9),
          windowBits: 9 + strategy,
        });
        for (const [size, rest] of [
          [1, new Uint8Array(0)],
          [50, new Uint8Array(700)],
          [100_000, gzipSync(new Uint8Array(0))],
        ] as const) {
          const report = await analyse(pieces(join(zipped, rest), size), quick);
          assert.deepEqual([report.packets, report.problems], [40, []], `${level} ${strategy} ${size}`);
        }
      }
    }
    const named = hex`1f8b 08 1e 00000000 00 03 0400 61620000 6e616d6500 7468696e6700 2b06`;
    const whole = join(named, gzipSync(file).subarray(10));
    for (const size of [1, 100]) assert.equal((await analyse(pieces(whole, size), quick)).problems.length, 0);
  });

  it('tells that a gzip is damaged at any octet, or behind its end', async () => {
    const file = conversation(10).pcap();
    const zipped = gzipSync(file);
    const told = async (bytes: Uint8Array) => {
      const report = await analyse(pieces(bytes, 64), quick);
      return { packets: report.packets, damaged: codes(report).includes('gzip-damaged') };
    };
    // Behind the time, the hint of how hard it was packed and the system, of which nothing depends.
    const whole = JSON.stringify(analysed(file));
    for (let at = 10; at < zipped.length; at++) {
      const one = zipped.with(at, zipped[at]! ^ (1 << (at % 8)));
      const report = await analyse(pieces(one, 64), quick).catch((error: unknown) => {
        assert.ok(error instanceof NotACapture, String(error));
        return undefined;
      });
      if (!report || codes(report).includes('gzip-damaged')) continue;
      // Where the same stands twice, it is the same that another distance brings.
      assert.equal(JSON.stringify(report), whole, `octet ${at}`);
    }
    for (let length = zipped.length - 8; length < zipped.length; length++)
      assert.deepEqual(await told(zipped.subarray(0, length)), { packets: 20, damaged: true }, `${length}`);
    assert.deepEqual(await told(join(zipped, [1, 2, 3])), { packets: 20, damaged: true });
  });

  it('is not called empty when nothing of it can be unpacked', async () => {
    for (const [packing, begins] of [
      ['gzip', hex`1f8b 0800 00000000 0003 ffff`],
      ['zstd', hex`28b52ffd ff ffff ffff ffff ffff ffff ffff ffff ffff`],
      // What follows is of LZ4, which has frames to be skipped too.
      ['zstd', hex`502a4d18 01000000 00 04224d18 6440a7 00000000 00000000 00000000`],
    ] as const)
      await assert.rejects(
        analyse(pieces(begins, 100), quick),
        (error) =>
          error instanceof NotACapture && error.looksLike === packing && error.message.includes('Unpack'),
      );
  });

  it('is given up when that is asked for, however much comes out of little', async () => {
    const bomb = gzipSync(join(conversation(1).pcap(), new Uint8Array(64 << 20)));
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 1);
    await assert.rejects(analyse(pieces(bomb, bomb.length), { signal: stop.signal }), /enough/);
  });

  it('is read through zstd, in pieces of any size', async () => {
    const zipped = zstdCompressSync(conversation(500).pcap());
    for (const size of [1, 7, 100_000]) {
      const report = await analyse(pieces(zipped, size), { strict: true });
      assert.deepEqual([report.packets, report.problems], [1_000, []]);
    }
    // Frames to be skipped tell those who unpack in parallel how long the next one is: RFC 8878, 3.1.2.
    const file = conversation(500).pcap();
    const skipped = (kind: number) =>
      join([0x50 + kind, 0x2a, 0x4d, 0x18], u32(40).reverse(), new Uint8Array(40));
    const [one, other] = [zstdCompressSync(file.subarray(0, 9_999)), zstdCompressSync(file.subarray(9_999))];
    const parallel = join(skipped(0), one, skipped(15), other, skipped(7));
    for (const size of [1, 7, 1_000, 100_000]) {
      const report = await analyse(pieces(parallel, size), { strict: true });
      assert.deepEqual([report.packets, report.problems], [1_000, []], `${size}`);
    }
  });

  it('is read from a source that fills the same room again and again', async () => {
    const file = conversation(500).pcap();
    const told = JSON.stringify(analysed(file));
    async function* again(bytes: Uint8Array, size: number) {
      const room = new Uint8Array(size);
      for (let at = 0; at < bytes.length; at += size) {
        const piece = bytes.subarray(at, at + size);
        room.set(piece);
        yield room.subarray(0, piece.length);
        room.fill(0xff);
      }
    }
    for (const bytes of [file, gzipSync(file, { level: 0 }), zstdCompressSync(file)])
      for (const size of [7, 1_000, 40_000]) {
        const report = await analyse(again(bytes, size), { dissectors: [modbus], strict: true });
        assert.equal(JSON.stringify(report), told, `${size}`);
      }
  });

  it('is read as far as a damaged zstd goes', async () => {
    const zipped = zstdCompressSync(conversation(20_000).pcap());
    const report = await analyse(pieces(zipped.subarray(0, zipped.length >> 1), 4_096), { strict: true });
    assert.ok(report.packets > 0 && report.packets < 40_000);
    assert.ok(codes(report).includes('gzip-damaged'));
  });

  it('is read as far as a damaged gzip goes', async () => {
    const file = conversation(2_000).pcap();
    const stream = new Response(file as Uint8Array<ArrayBuffer>).body!.pipeThrough(
      new CompressionStream('gzip'),
    );
    const zipped = new Uint8Array(await new Response(stream).arrayBuffer());
    async function* half() {
      yield zipped.subarray(0, zipped.length >> 1);
    }
    const report = await analyse(half(), { strict: true });
    assert.ok(report.packets > 0 && report.packets < 4_000);
    assert.ok(codes(report).includes('gzip-damaged'));
  });

  it('goes on at the next record that makes sense', () => {
    const broken = conversation(6);
    const file = broken.pcap();
    // The length of the third record: 24 bytes of file header, two records of 16 + 66 and 16 + 69.
    const third = 24 + 82 + 85;
    file.set(u32(0xffff_fff0).reverse(), third + 8);
    const report = analysed(file);
    assert.equal(report.packets, 11);
    assert.deepEqual(codes(report), ['record-length', 'resynchronised']);
    assert.equal(report.problems[0]!.offset, third);
    assert.equal(report.dropped['fileBytes'], 82);
    const everywhere = Array.from({ length: file.length }, (_, i) => i);
    assert.equal(JSON.stringify(analysed(file, everywhere)), JSON.stringify(report));
  });

  it('goes on at the next block that makes sense', () => {
    const file = conversation(6).pcapng();
    const lengthOfFirstPacket = 28 + 32 + 4;
    file.set(u32(0x7fff_fff0).reverse(), lengthOfFirstPacket);
    const report = analysed(file);
    assert.equal(report.packets, 11);
    assert.deepEqual(codes(report), ['block-length', 'resynchronised']);
  });

  describe('with the zeros that a recorder leaves when it crashes', () => {
    const heads = { pcap: 24, snoop: 16, pcapng: 28 + 32 };
    const told = ({ problems }: Report) =>
      problems.map(({ code, offset, params }) => [code, offset, Object.values(params)[0]]);

    for (const [name, file] of Object.entries(files)) {
      const head = heads[name.split(',')[0] as keyof typeof heads];
      const records = file.subarray(head);

      it(`has no packets in them: ${name}`, () => {
        // Not a multiple of a header, and as many as are stepped over by words.
        for (const count of [32, 45, 1_003]) {
          const report = analysed(join(file, new Uint8Array(count)));
          assert.equal(report.packets, 8);
          assert.deepEqual(told(report), [['zeros', file.length, count]]);
          assert.equal(report.first, wire.packets[0]!.time);
        }
      });

      it(`is read on behind them, however it is cut into pieces: ${name}`, () => {
        for (const count of [24, 41, 300]) {
          const more = join(file, new Uint8Array(count), records);
          const report = analysed(more);
          assert.equal(report.packets, 16);
          assert.deepEqual(told(report).slice(0, 1), [['zeros', file.length, count]]);
          assert.deepEqual(codes(report), ['zeros', 'timestamps-backwards']);
          const everywhere = Array.from({ length: more.length }, (_, i) => i);
          assert.equal(JSON.stringify(analysed(more, everywhere)), JSON.stringify(report));
        }
      });

      it(`is empty when there is nothing else: ${name}`, () => {
        const report = analysed(join(file.subarray(0, head), new Uint8Array(4_096)));
        assert.deepEqual([report.packets, report.first], [0, 0]);
        assert.deepEqual(told(report)[0], ['zeros', head, 4_096]);
        assert.ok(codes(report).includes('empty-capture'));
      });
    }

    it('tells apart what lies behind them and is no packet', () => {
      const file = wire.pcap();
      const broken = join(file, new Uint8Array(160), new Uint8Array(50).fill(0xee), file.subarray(24));
      const report = analysed(broken);
      assert.equal(report.packets, 16);
      assert.deepEqual(told(report).slice(0, 2), [
        ['zeros', file.length, 160],
        ['resynchronised', file.length + 160, 50],
      ]);
      assert.equal(report.dropped['fileBytes'], 210);
    });

    it('takes a record without bytes for a packet when it has a time', () => {
      const file = join(wire.pcap(), u32(1_700_000_009).reverse(), new Uint8Array(12));
      assert.deepEqual([analysed(file).packets, codes(analysed(file))], [9, []]);
    });

    it('steps over half a gigabyte of them at once, and begins with a clock that was never set', () => {
      const zeros = new Uint8Array(1 << 24);
      for (const [name, file] of Object.entries(files)) {
        const begun = performance.now();
        const analysis = new Analysis({ dissectors: [modbus], strict: true });
        analysis.push(file);
        for (let i = 0; i < 32; i++) analysis.push(zeros);
        analysis.push(file.subarray(heads[name.split(',')[0] as keyof typeof heads]));
        const report = analysis.finish();
        assert.deepEqual([report.packets, report.dropped['fileBytes']], [16, 32 << 24]);
        assert.ok(performance.now() - begun < 10_000, name);
      }
      const early = conversation(2);
      for (const packet of early.packets) packet.time -= 1_700_000_000_000_000;
      const report = analysed(join(early.pcap(), new Uint8Array(99), early.pcap().subarray(24)));
      assert.deepEqual([report.packets, told(report)[0]], [8, ['zeros', early.pcap().length, 99]]);
    });
  });

  it('does not take memory for what a length only claims', () => {
    const file = join(wire.pcap().subarray(0, 24), u32(1), u32(1), u32(0x00ff_ffff), u32(0x00ff_ffff));
    assert.deepEqual(codes(analysed(file)).includes('resynchronised'), true);
  });

  it('must be one', () => {
    const others: [string, Uint8Array][] = [
      ['HTML', new TextEncoder().encode('<!DOCTYPE html><html><body>Sign in</body></html>'.repeat(3))],
      ['zip', join(hex`504B0304`, new Uint8Array(200))],
      ['PDF', new TextEncoder().encode('%PDF-1.7'.padEnd(100))],
      ['JSON', new TextEncoder().encode('{"a": 1}')],
      ['unknown data', new Uint8Array(100).fill(0x80)],
    ];
    for (const [name, bytes] of others) {
      assert.throws(
        () => analysed(bytes),
        (error) => error instanceof NotACapture && error.code === 'not-a-capture' && error.looksLike === name,
      );
    }
    assert.throws(
      () => analysed(new Uint8Array(0)),
      (error) => error instanceof NotACapture && error.code === 'empty',
    );
  });

  it('may be stopped', async () => {
    const stop = new AbortController();
    async function* endless() {
      yield wire.pcap();
      stop.abort(new Error('enough'));
      yield new Uint8Array(16);
    }
    await assert.rejects(analyse(endless(), { signal: stop.signal }), /enough/);
  });
});

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A block of pcapng, little-endian. */
function block(type: number, ...content: ArrayLike<number>[]): Uint8Array {
  const body = join(...content);
  const length = u32(body.length + 12).reverse();
  return join([type, 0, 0, 0], length, body, length);
}

const KEY_LOG = new TextEncoder().encode('CLIENT_RANDOM 00 ff\n');

function secrets(kind: string, content: Uint8Array): Uint8Array {
  return block(10, new TextEncoder().encode(kind).reverse(), u32(content.length).reverse(), content);
}

function bigEndian(kind: string, content: Uint8Array): Uint8Array {
  const length = u32(content.length + 20);
  return join(u32(10), length, new TextEncoder().encode(kind), u32(content.length), content, length);
}
