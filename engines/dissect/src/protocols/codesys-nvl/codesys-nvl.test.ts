import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import type { Report } from '../../analysis/report.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { codesysNvl } from './codesys-nvl.ts';

/** As codesys-client writes it. */
const packet = (part: number, counter: number, data: ArrayLike<number>, list = 5, variables = 2) =>
  join(
    hex`
      002D5333    identity
      00000000    network variables
    `,
    u16(list).reverse(),
    [part, 0, variables, 0],
    u16(20 + data.length).reverse(),
    u16(counter).reverse(),
    hex`00 00     no flags, no checksum`,
    data,
  );
const first = packet(0, 1, hex`0A00 01`);
/** One variable by itself: of a list that is not packed. */
const single = (variable: number, counter: number, data: ArrayLike<number>, list = 5) =>
  packet(variable, counter, data, list, 1);
/** As arsi-apli published it, in an issue of EasyNetVars. */
const request = hex`
  002D5333 06000000    identity, request on bootup
  0A00 0200 0100       list 10, variable 2, one of them
  1400 0000 00 00      length, no counter, no flags, no checksum
`;

function analysed(at: number, ...packets: Uint8Array[]) {
  const says = packets.map((bytes) => ['request', bytes] as const);
  return told(Wire.speaking({ on: 'udp', at: [at] }, says));
}

function told(wire: Wire) {
  const analysis = new Analysis({ dissectors: [codesysNvl], strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

const countsOf = ({ variables }: Report) =>
  Object.fromEntries(variables.map(({ name, count, last }) => [name, [count, last.value]]));

interface Way {
  readonly host?: number;
  readonly mac?: number;
  /** To this one, or to all of the network. */
  readonly to?: number;
  readonly toMac?: number;
  readonly port?: number;
}

const ALL = 255;

/** What hosts of one network publish, each by its last octet, a packet every millisecond. */
class Publishers extends Wire {
  constructor() {
    super({ on: 'udp', at: [1202] });
  }

  publishes(bytes: Uint8Array, { host = 1, mac = host, to = 9, toMac = to, port = 1202 }: Way = {}): this {
    const datagram = join(u16(1202), u16(port), u16(8 + bytes.length), u16(0), bytes);
    const header = join([0x45, 0], u16(20 + datagram.length), [0, 0, 0, 0, 64, 17, 0, 0]);
    const addresses = [192, 0, 2, host, 192, 0, 2, to];
    const macs = [...(to === ALL ? Array(6).fill(0xff) : [2, 0, 0, 0, 0, toMac]), 2, 0, 0, 0, 0, mac];
    this.add(join(macs, u16(0x0800), header, addresses, datagram));
    return this;
  }

  anomalies() {
    return told(this).anomalies.map(({ code, count, samples }) => [code, count, samples[0]!.params]);
  }
}

const skippedOf = (...packets: Uint8Array[]) =>
  Object.entries(analysed(1202, ...packets).counts['codesys_nvl_skipped'] ?? {});
const upTo = (count: number, make: (i: number) => Uint8Array | Uint8Array[]) =>
  Array.from({ length: count }, (_, i) => make(i)).flat();

describe('CODESYS network variables', () => {
  keepsItsPromises(codesysNvl, [
    { request: first },
    { request: packet(1, 1, hex`FFFF`) },
    { request },
    { request: single(0, 2, hex`01`) },
    { request: single(1, 3, hex`0102`) },
    { request: single(2, 4, hex`00004842`) },
  ]);

  it('tells who asks for a list when it starts, and takes him for no publisher', () => {
    const asked = (bytes: Uint8Array) => analysed(5_000, bytes);
    const { operations, devices } = asked(request);
    const [one] = operations;
    assert.deepEqual(
      [one!.code, one!.source.address, one!.target.address],
      ['codesys-nvl.ask', '192.0.2.1', '192.0.2.2'],
    );
    assert.equal(one!.samples[0]!.text, 'ask for 1 variables of list 10 (variable 2)');
    const packed = request.with(10, 0).with(12, 7);
    assert.equal(asked(packed).operations[0]!.samples[0]!.text, 'ask for 7 variables of list 10');
    const rolesOf = (report: Pick<Report, 'devices'>) =>
      report.devices.flatMap(({ roles }) => roles.map(({ because }) => because));
    assert.ok(!rolesOf({ devices }).includes('codesys-nvl.publishes'));
    assert.ok(rolesOf(analysed(1202, first)).includes('codesys-nvl.publishes'));
    // Asked and answered between the same two ports.
    const wire = new Publishers().publishes(request, { host: 1, to: 2 });
    const answered = told(wire.publishes(single(2, 1, hex`07`, 10), { host: 2, to: 1 }));
    assert.deepEqual(
      answered.operations
        .map(({ code, source, target }) => `${code} ${source.address} ${target.address}`)
        .sort(),
      ['codesys-nvl.ask 192.0.2.1 192.0.2.2', 'codesys-nvl.publish 192.0.2.2 192.0.2.1'],
    );
  });

  it('tells variables of a list that is not packed by their number: one or two octets as what they are', () => {
    const report = analysed(
      1202,
      single(0, 1, hex`01`),
      single(1, 2, hex`3412`),
      single(2, 3, hex`0000 4842`),
      single(3, 4, hex`4142 00`),
      single(0, 5, hex`00`),
      single(1, 6, hex`3412`),
      single(4, 7, new Uint8Array(100)),
    );
    const { 'list 5 variable 4 word 0': text, ...others } = countsOf(report);
    assert.deepEqual(text, [1, 0]);
    assert.deepEqual(
      Object.fromEntries(Object.entries(others).filter(([name]) => !name.includes('variable 4'))),
      {
        'list 5 variable 0': [2, 0],
        'list 5 variable 1': [1, 0x1234],
        'list 5 variable 2 word 0': [1, 0],
        'list 5 variable 2 word 1': [1, 0x4248],
        'list 5 variable 3 word 0': [1, 0x4241],
        'list 5 variable 3 byte 2': [1, 0],
      },
    );
  });

  it('shows the value of a variable by itself: wider ones as octets, which may be REAL', () => {
    const textOf = (bytes: Uint8Array) => analysed(1202, bytes).operations[0]!.samples[0]!.text;
    assert.equal(textOf(single(1, 1, hex`3412`)), 'publish 1 variables of list 5 (value 4660)');
    assert.equal(textOf(single(1, 1, hex`00004842`)), 'publish 1 variables of list 5 (value 16#00004842)');
    for (const none of [single(1, 1, new Uint8Array(9)), single(1, 1, hex``), first]) {
      assert.ok(!textOf(none).includes('value'));
    }
  });

  it('tells the only variable of a packed list the same: that is what it is', () => {
    const report = analysed(1202, single(0, 1, hex`0100`), single(0, 2, hex`0200`));
    assert.deepEqual(countsOf(report), { 'list 5 variable 0': [2, 2] });
  });

  it('takes nothing for a variable that may be a part of a packed list', () => {
    const numbered = (...packets: Uint8Array[]) =>
      Object.keys(countsOf(analysed(1202, ...packets))).filter((name) => name.includes('variable'));
    const [piece, last] = [new Uint8Array(236), hex`01`];
    // An array in pieces, and a number behind it; the capture begins anywhere.
    const array = [single(0, 1, piece), single(1, 1, piece), single(2, 1, last)];
    const again = [single(0, 2, piece), single(1, 2, piece), single(2, 2, last)];
    for (let begin = 0; begin < 3; begin++) {
      assert.deepEqual(numbered(...array.slice(begin), ...again), [], `from ${begin}`);
    }
    // The first does not fit beside the second.
    const uneven = [single(1, 1, last), packet(0, 2, hex`0102`), single(1, 2, last), single(1, 3, last)];
    assert.deepEqual(numbered(...uneven), []);
    // One that comes twice by way of two mirrored ports.
    assert.deepEqual(numbered(single(2, 1, last), single(2, 1, last)), []);
    assert.deepEqual(numbered(single(2, 1, last), single(2, 2, last)), ['list 5 variable 2']);
  });

  it('counts what was skipped, whatever the counter counts', () => {
    const list = (counter: number) => packet(0, counter, hex`0102`);
    assert.deepEqual(skippedOf(...upTo(20, (i) => list(i)), list(23), list(24), list(24), list(23)), [
      ['list 5', 3],
    ]);
    // Packets: three parts of one list, of which one was lost. Around the end of the counter.
    const parts = upTo(10, (i) =>
      [0, 1, 2].map((part) => packet(part, (65_520 + i * 3 + part) % 65_536, hex`01`)),
    );
    assert.deepEqual(skippedOf(...parts), []);
    assert.deepEqual(skippedOf(...parts.filter((_, i) => i !== 28), packet(1, 15, hex`01`)), [['list 5', 1]]);
    // Packets of all lists of a sender, one of which comes now and then.
    const rare = upTo(40, (i) => (i % 10 === 9 ? packet(0, i, hex`01`, 6) : list(i)));
    assert.deepEqual(skippedOf(...rare), []);
    // As each likes.
    assert.deepEqual(skippedOf(...upTo(40, (i) => list((i * i) % 251))), []);
  });

  it('takes two counters of one sender in turn for odd, and no restart, nothing late and no second address', () => {
    const list = (counter: number) => packet(0, counter, hex`0102`);
    const one = (i: number) => list(30_000 + i);
    const other = (i: number) => list(500 + i);
    const said = (...packets: Uint8Array[]) => {
      const wire = new Publishers();
      for (const bytes of packets) wire.publishes(bytes);
      return wire.anomalies();
    };
    const both = upTo(10, (i) => [one(i), other(i)]);
    assert.deepEqual(said(...both), [['codesys-nvl.counters-in-turn', 1, { list: 5 }]]);
    assert.deepEqual(said(...both.slice(0, 5)), []);
    const restarts = upTo(6, (run) => upTo(300 + run, (i) => list(i)));
    assert.deepEqual(said(...restarts), []);
    const late = upTo(60, (i) => [one(4 * i), one(4 * i + 2), one(4 * i + 1), one(4 * i + 3)]);
    assert.deepEqual(said(...late), []);
    // Another machine of the same address, and a list that goes to two.
    for (const way of [{ mac: 7 }, { to: 8 }]) {
      const wire = new Publishers();
      for (let i = 0; i < 10; i++) wire.publishes(one(i)).publishes(other(i), way);
      assert.deepEqual(wire.anomalies(), []);
    }
  });

  it('takes two publishers of one list to one listener for odd, and neither a spare that takes over nor groups', () => {
    const turns = (way: (i: number) => Way, wait = 0) => {
      const wire = new Publishers();
      for (let i = 0; i < 10; i++) {
        wire.publishes(packet(0, 100 + i, hex`0102`), way(i));
        wire.time += wait;
      }
      return wire.anomalies();
    };
    const inTurn = (i: number) => ({ host: 1 + (i % 2) });
    assert.deepEqual(turns(inTurn), [
      ['codesys-nvl.second-publisher', 1, { list: 5, publisher: '192.0.2.2' }],
    ]);
    assert.deepEqual(
      turns((i) => ({ host: i < 5 ? 1 : 2 })),
      [],
    );
    assert.deepEqual(turns(inTurn, 11_000_000), []);
    assert.deepEqual(
      turns((i) => ({ ...inTurn(i), to: ALL })),
      [],
    );
    // One of them to another behind the same router, or to another program of the listener.
    const others = [{ to: 8, toMac: 9 }, { port: 1_203 }];
    for (const way of others)
      assert.deepEqual(
        turns((i) => (i > 1 && i % 2 ? { host: 2, ...way } : inTurn(i))),
        [],
      );
    // Two networks with the same addresses, as lines built alike have them.
    assert.deepEqual(
      turns((i) => ({ ...inTurn(i), toMac: 20 + (i % 2) })),
      [],
    );
  });

  it('shows single variables as numbers, and octets behind the length', () => {
    const fields = (bytes: Uint8Array) => {
      const reader = new TracedReader(bytes);
      codesysNvl.read(reader, { direction: 'request' });
      return reader
        .finish()
        .slice(1)
        .map(({ field, value, length }) => [field, value, length]);
    };
    assert.deepEqual(fields(single(0, 1, hex`07`)), [['variable', 7, 1]]);
    assert.deepEqual(fields(single(0, 1, hex`3412`)), [['variable', 0x1234, 2]]);
    assert.deepEqual(
      fields(single(0, 1, hex`00004842`)).map(([field]) => field),
      ['variable'],
    );
    assert.deepEqual(
      fields(first).map(([field]) => field),
      ['variables'],
    );
    assert.deepEqual(fields(request), []);
    assert.deepEqual(
      fields(join(request, [1, 2])).map(([field, , length]) => [field, length]),
      [['beyond', 2]],
    );
  });

  it('tells lists word by word, when they change', () => {
    const { variables, operations } = analysed(
      1202,
      first,
      packet(1, 1, hex`FFFF`),
      packet(0, 2, hex`0A00 02`),
      packet(1, 2, hex`FFFF`),
    );
    assert.deepEqual(
      Object.fromEntries(variables.map(({ name, count, last }) => [name, [count, last.value]])),
      {
        'list 5 word 0': [1, 10],
        'list 5 byte 2': [2, 2],
        'list 5 part 1 word 0': [1, 0xffff],
      },
    );
    const [published] = operations;
    assert.deepEqual([published!.code, published!.count], ['codesys-nvl.publish', 4]);
    assert.equal(published!.samples[0]!.text, 'publish 2 variables of list 5');
  });

  it('tells nothing again that did not change, however long what comes between', () => {
    const [shorter, empty] = [packet(0, 2, hex`0A00`), packet(0, 3, hex``)];
    const longer = packet(0, 4, hex`0A00 0100 0200`);
    const { variables } = analysed(1202, first, empty, shorter, first, empty, longer, empty, first, longer);
    assert.deepEqual(
      Object.fromEntries(variables.map(({ name, count, last }) => [name, [count, last.value]])),
      {
        'list 5 word 0': [1, 10],
        'list 5 byte 2': [1, 1],
        'list 5 word 1': [1, 1],
        'list 5 word 2': [1, 2],
      },
    );
  });

  it('tells the first 4,096 octets of a list, and counts once each list that is longer', () => {
    const octets = new Uint8Array(4_099).fill(7);
    const whole = analysed(1202, packet(0, 1, octets.subarray(0, 4_096)));
    const { variables, dropped } = analysed(1202, packet(0, 1, octets), packet(0, 2, octets));
    assert.deepEqual([variables.length, whole.variables.length], [2_048, 2_048]);
    assert.deepEqual([dropped['memories'], whole.dropped['memories']], [1, 0]);
    assert.deepEqual(analysed(1202, packet(0, 1, octets), packet(1, 1, octets)).dropped['memories'], 2);
  });

  it('tells 2,048 lists, and counts once each list that finds no place', () => {
    const all = Array.from({ length: 2_050 }, (_, list) => packet(0, 1, [list & 0xff, 1], list));
    const { variables, dropped, operations } = analysed(1202, ...all, all[2_049]!, all[0]!);
    assert.equal(operations[0]!.count, 2_052);
    assert.deepEqual([variables.length, dropped['memories']], [2_048, 2]);
    assert.ok(!variables.some(({ name }) => name === 'list 2048 word 0'));
    const more = Array.from({ length: 2_048 + 4_097 }, (_, list) => packet(0, 1, hex``, list));
    assert.equal(analysed(1202, ...more).dropped['memories'], 4_096);
  });

  it('is recognised on any port by identity, type and length', () => {
    assert.equal(analysed(5_000, first).operations[0]!.count, 1);
    const recognised = (bytes: Uint8Array) => codesysNvl.recognises(bytes, 0, bytes.length, false);
    assert.equal(recognised(first), OURS);
    assert.equal(recognised(request), OURS);
    assert.equal(recognised(request.with(4, 7)), NOT_OURS);
    for (const at of [1, 4, 14]) assert.equal(recognised(first.with(at, 0x7f)), NOT_OURS, `octet ${at}`);
  });
});
