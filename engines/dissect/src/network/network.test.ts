import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { Analysis } from '../analysis/analysis.ts';
import { readMessage } from '../analysis/read-message.ts';
import type { Report } from '../analysis/report.ts';
import { type Direction, type Dissector, LOST, NOT_OURS, OURS } from '../dissector.ts';
import { modbus } from '../protocols/modbus/modbus.ts';
import { keepsItsPromises } from '../testing/promises.ts';
import { overlap } from './overlap.ts';
import { ethernet, ipv4, join, u16, u32, udp, Wire } from '../testing/wire.ts';

const TCP_MODBUS = { on: 'tcp', at: [502] };

/** A request for one register; no two are alike. */
function request(number: number): Uint8Array {
  return join(u16(number), u16(0), u16(6), [1, 3], u16(number), u16(1));
}

function reply(number: number): Uint8Array {
  return join(u16(number), u16(0), u16(5), [1, 3, 2], u16(number * 3));
}

/** The same packets with a tag of 802.1Q each, in VLAN 0. */
function tagged(wire: Wire): Wire {
  const twin = new Wire(TCP_MODBUS);
  for (const { bytes } of wire.packets)
    twin.add(join(bytes.subarray(0, 12), u16(0x8100), u16(0), bytes.subarray(12)));
  return twin;
}

/** What a report says of messages, without where their bytes lie. */
function told({ operations, variables, dropped, anomalies, malformed }: Report): object {
  return {
    operations: operations.map(({ code, count, samples }) => [
      code,
      count,
      samples.map(({ params, at }) => [params, at.packet]),
    ]),
    variables,
    dropped,
    findings: [...anomalies, ...malformed].map(({ code, count }) => [code, count]),
  };
}

function analysed(wire: Wire, options: { mostFlows?: number } = {}): Report {
  const analysis = new Analysis({ dissectors: [modbus], strict: true, ...options });
  analysis.push(wire.pcap());
  return analysis.finish();
}

const requests = ({ counts }: Report) =>
  Object.values((counts['modbus_request'] ?? {}) as Record<string, number>).reduce((a, b) => a + b, 0);

describe('a stream', () => {
  const stream = join(...Array.from({ length: 20 }, (_, i) => request(i)));

  it('gives the same messages in whatever order its segments come, twice or overlapping', () => {
    const segment = fc.tuple(fc.integer({ min: 0, max: stream.length - 1 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (extra, shuffle) => {
        const all = [];
        for (let at = 0; at < stream.length; at += 17) all.push([at, 17] as const);
        const wire = new Wire(TCP_MODBUS);
        wire.segment('request', 1_000, stream.subarray(0, 1));
        for (const [at, length] of [...all, ...extra].sort(() => (shuffle.next().value % 3) - 1)) {
          wire.segment('request', 1_000 + at, stream.subarray(at, at + length));
        }
        assert.equal(requests(analysed(wire)), 20);
      }),
    );
  });

  it('tells the same by the way that most packets go as by the way of all others', () => {
    // Mostly the next message and nothing else, mostly once, mostly unharmed.
    const odd = (least: number, most: number, weight = 5) =>
      fc.oneof(
        { arbitrary: fc.constant(0), weight },
        { arbitrary: fc.integer({ min: least, max: most }), weight: 1 },
      );
    const piece = fc.record({
      asks: fc.boolean(),
      jump: odd(-3, 3, 1),
      more: odd(1, 2),
      before: odd(1, 10),
      behind: odd(1, 10),
      flip: odd(1, 255),
    });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 80 }), (pieces) => {
        const wire = new Wire(TCP_MODBUS);
        const numbers = Array.from({ length: 700 }, (_, i) => i);
        const sides = {
          request: { all: join(...numbers.map(request)), size: 12, begin: 1_000, next: 0 },
          reply: { all: join(...numbers.map(reply)), size: 11, begin: 500, next: 0 },
        };
        const placeOf = ({ begin, next, size }: (typeof sides)['reply']) => begin + next * size;
        const say = (direction: Direction, from: number, bytes: Uint8Array) => {
          const other = sides[direction === 'request' ? 'reply' : 'request'];
          wire.segment(direction, sides[direction].begin + from, bytes, placeOf(other));
        };
        // So many that the way is worth remembering.
        for (let i = 0; i < 260; i++) {
          for (const direction of ['request', 'reply'] as const) {
            const { size, all } = sides[direction];
            say(direction, i * size, all.subarray(i * size, (i + 1) * size));
            sides[direction].next++;
          }
        }
        for (const { asks, jump, more, before, behind, flip } of pieces) {
          const direction = asks ? 'request' : 'reply';
          const side = sides[direction];
          const first = side.next + jump;
          side.next = first + 1 + more;
          const at = first * side.size + before;
          const bytes = side.all.slice(at, side.next * side.size + behind);
          say(direction, at, bytes);
          if (flip > 0) say(direction, at, bytes.with(-1, bytes.at(-1)! ^ flip));
        }
        assert.deepEqual(told(analysed(wire)), told(analysed(tagged(wire))));
      }),
      { numRuns: 60 },
    );
  });

  it('finds each of thousands of connections again by the short way, with what was counted of it', () => {
    const wire = new Wire(TCP_MODBUS);
    // Those of a round have been counted when those of the next one need room.
    for (const [round, connections] of [400, 400, 900, 900, 2_500, 2_500].entries()) {
      for (let i = 0; i < connections; i++) {
        const header = join(
          u16(1_024 + i),
          u16(502),
          u32(1 + round * 12),
          u32(0),
          [0x50, 0x18],
          u16(0),
          u32(0),
        );
        wire.add(ethernet('request', 0x0800, ipv4('request', 6, join(header, request(i)))));
      }
    }
    const conversations = ({ conversations: all }: Report) =>
      all.map(({ packets, bytes, messages, first, last }) => [packets, bytes, messages, first, last]);
    const [short, long] = [analysed(wire), analysed(tagged(wire))];
    assert.deepEqual(told(short), told(long));
    assert.deepEqual(conversations(short), conversations(long));
    assert.equal(requests(short), 7_600);
  });

  it('counts beyond what one word holds', () => {
    const wire = new Wire({ on: 'tcp', at: [9_999] });
    const large = new Uint8Array(65_000);
    wire.say('request', large);
    const file = wire.pcap();
    const packets = 34_000;
    const analysis = new Analysis({ strict: true });
    analysis.push(file);
    const again = file.subarray(24);
    for (let i = 1; i < packets; i++) analysis.push(again);
    const { conversations, devices } = analysis.finish();
    assert.ok(packets * large.length > 2 ** 31);
    assert.deepEqual(
      conversations.map(({ packets: count, bytes }) => [count, bytes]),
      [[packets, packets * large.length]],
    );
    assert.ok(devices.every(({ bytes }) => bytes === packets * again.subarray(16).length));
  });

  it('goes the long way for a frame that looks like nothing at all', () => {
    const wire = new Wire(TCP_MODBUS);
    for (let i = 0; i < 600; i++) wire.segment('request', 1_000 + i * 12, request(i));
    const nothing = new Uint8Array(66);
    nothing.set([0x08, 0x00, 0x45, 0, 0, 52], 12);
    nothing.set([64, 6], 22);
    nothing[46] = 0x50;
    wire.add(nothing);
    assert.equal(analysed(wire).counts['packets'], 601);
  });

  it('keeps nothing of the bytes it was given, whatever their class', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, request(0));
    wire.segment('request', 1_024, request(2));
    wire.segment('request', 1_012, request(1));
    const capture = wire.pcap();
    const analysis = new Analysis({ dissectors: [modbus], strict: true });
    // The segment that waits lies whole in the first piece, and what it waits for in the second.
    const piece = Buffer.from(capture.subarray(0, -82));
    analysis.push(piece);
    piece.fill(0xff);
    analysis.push(capture.subarray(-82));
    assert.deepEqual(analysis.finish().operations, analysed(wire).operations);
  });

  it('is read over the wrap of its sequence numbers', () => {
    const wire = new Wire(TCP_MODBUS);
    for (let i = 0; i < 20; i++) wire.segment('request', (0xffff_ffb0 + i * 12) >>> 0, request(i));
    assert.equal(requests(analysed(wire)), 20);
  });

  it('goes on after a gap that the other side has acknowledged, and says what is missing', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, request(0));
    wire.segment('request', 1_036, request(3));
    wire.segment('reply', 1, new Uint8Array(0), 1_048, 0x10);
    wire.segment('request', 1_048, request(4));
    const report = analysed(wire);
    assert.equal(requests(report), 3);
    assert.equal(report.dropped['gaps'], 1);
    assert.equal(report.dropped['streamBytes'], 24);
  });

  it('goes on after a gap also where headers come in segments of their own', () => {
    const wire = new Wire(TCP_MODBUS);
    for (let i = 0, at = 1_000; i < 6; i++, at += 12) {
      wire.segment('request', at, request(i).subarray(0, 7));
      if (i !== 2) wire.segment('request', at + 7, request(i).subarray(7));
      wire.segment('reply', 1, new Uint8Array(0), at + 12, 0x10);
    }
    assert.equal(requests(analysed(wire)), 5);
  });

  it('begins where its SYN says, whichever segment comes first', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 999, new Uint8Array(0), 0, 0x02);
    for (const i of [1, 0, 2]) wire.segment('request', 1_000 + i * 12, request(i));
    const report = analysed(wire);
    assert.equal(requests(report), 3);
    assert.deepEqual([report.dropped['gaps'], report.dropped['retransmissions']], [0, 0]);
  });

  it('tells packets and times of when a message was on the wire, not of when its turn came', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, request(0));
    wire.segment('request', 1_024, request(2));
    wire.segment('request', 1_012, request(1));
    const { samples } = analysed(wire).operations[0]!;
    assert.deepEqual(
      samples.map(({ params, at }) => [params['address'], at.packet]),
      [
        [0, 1],
        [1, 3],
        [2, 2],
      ],
    );
  });

  it('starts in the middle of a message', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, join(stream.subarray(5, 12)));
    wire.segment('request', 1_007, stream.subarray(12, 60));
    assert.ok(requests(analysed(wire)) >= 4);
  });

  it('is recognised on any port by messages whose header comes in a segment of its own', () => {
    const wire = new Wire({ on: 'tcp', at: [23_456] });
    for (let i = 0, at = 1_000; i < 5; i++, at += 12) {
      wire.segment('request', at, request(i).subarray(0, 7));
      wire.segment('request', at + 7, request(i).subarray(7));
    }
    assert.equal(requests(analysed(wire)), 5);
    const behind = new Wire({ on: 'tcp', at: [23_456] });
    behind.segment('request', 1_000, Uint8Array.of(9, 9, 9));
    behind.segment('request', 1_003, request(1));
    assert.equal(requests(analysed(behind)), 1, 'nor does a rest of something hide the beginning');
  });

  it('points at all its pieces', async () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, request(7).subarray(0, 5));
    wire.segment('request', 1_005, request(7).subarray(5));
    const { at } = analysed(wire).operations[0]!.samples[0]!;
    assert.equal(at.pieces.length, 2);
    const file = wire.pcap();
    const tree = await readMessage((offset, length) => file.subarray(offset, offset + length), at, [modbus]);
    assert.equal(tree.messages[0]!.bytes, Buffer.from(request(7)).toString('hex'));
    assert.deepEqual(
      tree.frame.fields.map(({ field }) => field),
      ['Ethernet', 'IPv4', 'TCP', 'unread'],
    );
  });

  it('knows the place of each message when pieces of several wait together', async () => {
    const wire = new Wire(TCP_MODBUS);
    const three = join(request(1), request(2), request(3));
    for (const [from, to] of [
      [0, 5],
      [5, 19],
      [19, 30],
      [30, 36],
    ] as const) {
      wire.segment('request', 1_000 + from, three.subarray(from, to));
    }
    const file = wire.pcap();
    const { samples } = analysed(wire).operations[0]!;
    assert.equal(samples.length, 3);
    for (const { at, params } of samples) {
      const tree = await readMessage((offset, length) => file.subarray(offset, offset + length), at, [
        modbus,
      ]);
      const expected = Buffer.from(request(params['address'] as number)).toString('hex');
      assert.equal(tree.messages[0]!.bytes, expected);
    }
  });

  it('is a new one when the same ports begin again', () => {
    const wire = new Wire(TCP_MODBUS);
    for (const start of [1_000, 5_000]) {
      wire.segment('request', start, new Uint8Array(0), 0, 0x02);
      wire.segment('request', start + 1, request(1));
    }
    const report = analysed(wire);
    assert.equal(report.counts['tcp_streams'], 2);
    assert.equal(requests(report), 2);
  });

  it('remembers nothing of the one that had its ports before', () => {
    const heard: unknown[] = [];
    let states = 0;
    const listener: Dissector = {
      ...modbus,
      begin: () => ({ message: (here) => heard.push([here.flow, here.connection(() => ++states)]) }),
    };
    const wire = new Wire(TCP_MODBUS);
    for (const start of [1_000, 5_000]) {
      wire.segment('request', start, new Uint8Array(0), 0, 0x02);
      wire.segment('request', start, new Uint8Array(0), 0, 0x02);
      wire.segment('request', start + 1, join(request(1), request(2), request(3).subarray(0, 5)));
    }
    const analysis = new Analysis({ dissectors: [listener], strict: true });
    analysis.push(wire.pcap());
    const { dropped, counts } = analysis.finish();
    assert.equal(dropped['gaps'], 0);
    assert.equal(counts['tcp_streams'], 2);
    assert.deepEqual(heard, [
      [0, 1],
      [0, 1],
      [1, 2],
      [1, 2],
    ]);
  });

  it('is looked at again when the one that had its ports before was nobody’s', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, new Uint8Array(0), 0, 0x02);
    for (let i = 0; i < 60; i++) wire.segment('request', 1_001 + i * 12, new Uint8Array(12).fill(0xff));
    wire.segment('request', 1_001 + 60 * 12, request(1));
    assert.equal(requests(analysed(wire)), 0);
    wire.segment('request', 5_000, new Uint8Array(0), 0, 0x02);
    wire.segment('request', 5_001, new Uint8Array(12).fill(0xff));
    wire.segment('request', 5_013, request(2));
    const report = analysed(wire);
    assert.equal(requests(report), 1);
    assert.equal(report.dropped['gaps'], 0);
  });

  it('may be begun by the side that was asked in the one before', () => {
    const wire = new Wire({ on: 'tcp', at: [12_345] });
    wire.segment('request', 1_000, new Uint8Array(0), 0, 0x02);
    wire.segment('reply', 9_000, new Uint8Array(0), 1_001, 0x12);
    wire.segment('request', 1_001, request(1));
    wire.segment('reply', 20_000, new Uint8Array(0), 0, 0x02);
    wire.segment('reply', 20_000, new Uint8Array(0), 0, 0x02);
    wire.segment('reply', 20_001, request(2));
    const { operations, counts } = analysed(wire);
    assert.equal(counts['tcp_streams'], 2);
    assert.deepEqual(
      operations.map(({ source }) => source.address),
      ['192.0.2.1', '192.0.2.2'],
    );
  });

  it('may begin inside the very first packet', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, request(1), 0, 0x02);
    wire.segment('request', 1_013, request(2));
    const report = analysed(wire);
    assert.equal(requests(report), 2);
    assert.equal(report.dropped['gaps'], 0);
    assert.equal(report.dropped['streamBytes'], 0);
  });

  it('reads the beginning of messages that a short snap length has cut', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.say('request', request(1));
    const whole = wire.packets.pop()!.bytes;
    wire.add(whole.subarray(0, whole.length - 3), whole.length);
    const report = analysed(wire);
    assert.equal(requests(report), 1);
    assert.deepEqual(report.malformed, []);
  });
});

describe('a dissector', () => {
  it('hears of missing bytes as of the side they are missing from, with its own memory of the connection', () => {
    const heard: unknown[] = [];
    const listener: Dissector = {
      ...modbus,
      begin: () => ({
        message: (here) => here.connection(() => ({ mine: true })),
        gap: (here) =>
          heard.push([here.direction, here.targetPort, here.connection(() => ({ mine: false }))]),
      }),
    };
    const first: Dissector = { ...modbus, name: 'first', carriers: [] };
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, request(0));
    wire.segment('request', 1_024, request(2));
    wire.segment('reply', 1, new Uint8Array(0), 1_036, 0x10);
    const analysis = new Analysis({ dissectors: [first, listener], strict: true });
    analysis.push(wire.pcap());
    analysis.finish();
    assert.deepEqual(heard, [['request', 502, { mine: true }]]);
  });
});

describe('fragments that overlap', () => {
  keepsItsPromises(overlap, [{ request: request(1) }, { request: request(2), reply: reply(2) }]);
});

describe('fragments', () => {
  const whole = udp([49_152, 502], request(1));

  it('are put together in any order', () => {
    const wire = new Wire({ on: 'udp', at: [502] });
    const parts = [
      [0, 8, 0x2000],
      [8, whole.length, 0],
    ] as const;
    for (const [from, to, more] of parts.toReversed()) {
      wire.add(
        ethernet(
          'request',
          0x0800,
          ipv4('request', 17, whole.subarray(from, to), { id: 9, fragment: more | (from / 8) }),
        ),
      );
    }
    const report = analysed(wire);
    assert.equal(requests(report), 1);
    assert.equal(report.operations[0]!.samples[0]!.at.pieces.length, 1);
  });

  it('that contradict one another are told', () => {
    const part = (from: number, to: number, more: number, change = 0) => {
      const bytes = whole.slice(from, to);
      bytes[0]! ^= change;
      return ethernet('request', 0x0800, ipv4('request', 17, bytes, { id: 9, fragment: more | (from / 8) }));
    };
    const codes = (...parts: Uint8Array[]) => {
      const wire = new Wire({ on: 'udp', at: [502] });
      for (const one of parts) wire.add(one);
      const analysis = new Analysis({ dissectors: [modbus, overlap], strict: true });
      analysis.push(wire.pcap());
      return analysis.finish().anomalies.map(({ code }) => code);
    };
    assert.deepEqual(codes(part(0, 8, 0x2000), part(8, whole.length, 0)), []);
    assert.deepEqual(codes(part(0, 8, 0x2000), part(0, 8, 0x2000), part(8, whole.length, 0)), []);
    assert.deepEqual(codes(part(0, 8, 0x2000), part(0, 8, 0x2000, 1)), ['ip.fragments-overlap']);
    assert.deepEqual(codes(part(0, 16, 0x2000), part(8, whole.length, 0)), ['ip.fragments-overlap']);
  });

  it('without an end are let go', () => {
    const wire = new Wire({ on: 'udp', at: [502] });
    for (let id = 0; id < 3_000; id++) {
      wire.add(
        ethernet('request', 0x0800, ipv4('request', 17, whole.subarray(0, 8), { id, fragment: 0x2000 })),
      );
    }
    assert.ok(analysed(wire).dropped['fragments']! >= 3_000 - 1_024);
  });
});

describe('bounds', () => {
  it('hold against very many connections', () => {
    const wire = new Wire(TCP_MODBUS);
    for (let i = 0; i < 3_000; i++) {
      const header = join(u16(1_024 + i), u16(502), u32(1), u32(0), [0x50, 0x18], u16(0), u32(0));
      wire.add(ethernet('request', 0x0800, ipv4('request', 6, join(header, request(i)))));
    }
    const report = analysed(wire, { mostFlows: 256 });
    assert.equal(requests(report), 3_000);
    assert.ok(report.dropped['flows']! > 2_000);
    assert.equal(
      report.conversations.reduce((sum, { packets }) => sum + packets, 0),
      3_000,
    );
  });

  it('hold against a million senders of one packet each, of whom nobody is taken for another', () => {
    const count = 1_000_000;
    const analysis = new Analysis({ dissectors: [modbus], strict: true });
    const before = held();
    let most = 0;
    for (const piece of crowd(count)) {
      analysis.push(piece);
      most = Math.max(most, held() - before);
    }
    // Nobody finishes what another began either, nor is anybody's second packet a continuation of his first.
    const wire = new Wire(TCP_MODBUS);
    const header = join(u16(6_000), u16(502), u32(1), u32(0), [0x50, 0x18], u16(0), u32(0));
    const datagram = udp([49_152, 502], request(1));
    const parts = [
      ipv4('request', 6, join(header, request(1).subarray(0, 7))),
      ipv4('request', 6, join(header, request(1).subarray(7))),
      ipv4('request', 6, join(header, request(1))),
      // Two that gave their fragments the same number.
      ipv4('request', 17, datagram.subarray(0, 8), { id: 9, fragment: 0x2000 }),
      ipv4('request', 17, datagram.subarray(8), { id: 9, fragment: 1 }),
    ];
    for (const [number, packet] of parts.entries()) {
      packet.set([198, 51, 100, number], 12);
      wire.add(ethernet('request', 0x0800, packet));
    }
    for (const number of [7, 8, 7, 8]) {
      const packet = ipv4('request', 6, join(header, request(number)));
      packet.set([198, 51, 100, number], 12);
      wire.add(ethernet('request', 0x0800, packet));
    }
    analysis.push(wire.pcap().subarray(24));
    const more = wire.packets.length;
    const report = analysis.finish();
    const { packets, dropped, anomalies, detections } = report;
    assert.equal(packets, count + more);
    // Those that found room: all but that place which the others share, the two stations and the one that is asked.
    assert.equal(dropped['addresses'], count + more - (131_072 - 4));
    assert.deepEqual([dropped['retransmissions'], dropped['gaps'], dropped['streams']], [0, 0, 1]);
    assert.deepEqual([anomalies, detections], [[], []]);
    assert.equal(requests(report), count + 5);
    assert.ok(most < 400 * 1024 * 1024, `${most} bytes`);
  });

  it('hold against segments that wait for ever', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.segment('request', 1_000, request(0));
    for (let i = 2; i < 2_000; i++) wire.segment('request', 1_000 + i * 12, request(i));
    let heard = 0;
    const listener: Dissector = { ...modbus, begin: () => ({ message: () => heard++ }) };
    const analysis = new Analysis({ dissectors: [listener], strict: true });
    analysis.push(wire.pcap());
    assert.ok(heard > 2_000 - 300, `${heard} messages before the end of the capture`);
    assert.equal(analysis.finish().dropped['streamBytes'], 12);
    assert.equal(heard, 1_999);
  });
});

describe('what waits in connections that nobody reads', () => {
  it('makes room when they are given up', () => {
    const analysis = new Analysis({ dissectors: [modbus], strict: true });
    analysis.push(new Wire(TCP_MODBUS).pcap());
    const nothing = new Uint8Array(60_000);
    for (let i = 0; i < 1_000; i++) {
      const wire = new Wire({ on: 'tcp', at: [20_000 + i] });
      wire.segment('request', 1_000, nothing.subarray(0, 30));
      wire.segment('request', 100_000, nothing);
      for (let j = 1; j < 30; j++) wire.segment('request', 1_000 + j * 30, nothing.subarray(0, 30));
      analysis.push(wire.pcap().subarray(24));
    }
    const wire = new Wire(TCP_MODBUS);
    for (const i of [0, 2, 1, 3]) wire.segment('request', 1_000 + i * 12, request(i));
    analysis.push(wire.pcap().subarray(24));
    assert.equal(analysis.finish().dropped['gaps'], 0);
  });
});

describe('who is who', () => {
  it('does not take a router for the stations behind it', () => {
    const wire = new Wire(TCP_MODBUS);
    for (let host = 1; host <= 6; host++) {
      const packet = ipv4('request', 17, udp([1, 2], [0]));
      packet.set([10, 0, host, 1], 12);
      wire.add(ethernet('request', 0x0800, packet));
    }
    const { devices } = analysed(wire);
    const senders = devices.filter(({ addresses }) => addresses[0]?.startsWith('10.0.'));
    assert.equal(senders.length, 6);
    assert.ok(senders.every(({ macs }) => macs.length === 0));
  });
});

/** `C`, a digit, and so many bytes of content; `E`: somebody else goes on at port 7777. */
const talker: Dissector = {
  ...modbus,
  name: 'talker',
  carriers: [{ on: 'tcp', at: [502] }],
  recognises: (bytes, start) => (bytes[start] === 0x43 || bytes[start] === 0x45 ? OURS : NOT_OURS),
  messageLength: (bytes, start) => (bytes[start] === 0x43 || bytes[start] === 0x45 ? 2 : LOST),
  begin: () => ({
    message(here, bytes, start) {
      if (bytes[start] === 0x43) here.follows(bytes[start + 1]! - 0x30);
      else here.expect('tcp', here.target, 7_777, 'talker');
      heard.push(String.fromCharCode(bytes[start]!));
    },
    content: (_here, bytes, start, end, offset) => {
      heard.push(`${offset}:${Buffer.from(bytes.subarray(start, end)).toString('latin1')}`);
    },
  }),
};
let heard: string[] = [];

function hear(wire: Wire): string[] {
  heard = [];
  const analysis = new Analysis({ dissectors: [talker], strict: true });
  analysis.push(wire.pcap());
  analysis.finish();
  return heard;
}

describe('content of a stream', () => {
  const text = (letters: string) => Buffer.from(letters, 'latin1');

  it('comes as it arrives, and messages go on behind it', () => {
    const wire = new Wire(TCP_MODBUS);
    for (const part of ['C9ab', 'C4', 'xxxxxC2zz', 'E.']) wire.say('request', text(part));
    assert.deepEqual(hear(wire), ['C', '0:ab', '2:C4', '4:xxxxx', 'C', '0:zz', 'E']);
  });

  it('may lack bytes without hiding the next message', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.say('request', text('C9ab'));
    wire.skip('request', 5);
    wire.say('request', text('yyE.'));
    assert.deepEqual(hear(wire), ['C', '0:ab', '7:yy', 'E']);
  });
});

describe('a conversation that another one agreed on', () => {
  it('is found wherever it is held, once', () => {
    const wire = new Wire(TCP_MODBUS);
    wire.say('request', Buffer.from('E.'));
    const header = (port: number) =>
      join(u16(1_024), u16(port), u32(1), u32(0), [0x50, 0x18], u16(0), u32(0), Buffer.from('C1x'));
    wire.add(ethernet('request', 0x0800, ipv4('request', 6, header(7_777))));
    assert.deepEqual(hear(wire), ['E', 'C', '0:x']);
  });
});

/** A capture in pieces: each packet asks for one register, and comes from another address. */
function* crowd(count: number): Generator<Uint8Array> {
  const wire = new Wire(TCP_MODBUS);
  wire.segment('request', 1_000, request(0));
  const first = wire.pcap();
  const record = first.subarray(24);
  yield first.subarray(0, 24);
  const lot = 10_000;
  for (let from = 0; from < count; from += lot) {
    const bytes = new Uint8Array(lot * record.length);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < lot; i++) {
      const at = i * record.length;
      bytes.set(record, at);
      view.setUint32(at + 16 + 26, 0x0a00_0001 + from + i);
      // All begin at the same number: whoever takes them for one another sees other bytes than before.
      view.setUint16(at + 16 + 54, from + i);
    }
    yield bytes;
  }
}

function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
