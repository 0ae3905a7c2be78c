import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import { crc32, CRC32_BEGIN } from '../../bytes/crc32.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, sentences, told } from '../../testing/shared.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { codesysServices } from './codesys-services.ts';
import { codesysV3 } from './codesys-v3.ts';

const u16le = (value: number) => u16(value).reverse();
const u32le = (value: number) => u32(value).reverse();
const wide = (text: string) => Buffer.from(`${text}\0`, 'utf16le');

/** As devices in real captures look for neighbours. */
const announce = hex`
  C5       magic
  0B 40    hops and header length, priority
  01 00    address notification request, message
  10       sender of one word
  0196     its address
`;

function datagram(service: number, payload: ArrayLike<number>): Uint8Array {
  return join(hex`C5 6B 40`, [service, 0, 0x11], hex`0001 0002 0000`, payload);
}

const overTcp = (message: Uint8Array) => join(hex`000117E8`, u32le(8 + message.length), message);

function block(
  payload: ArrayLike<number>,
  {
    request = true,
    first = payload.length,
    number = 1,
    sum = sumOf(Uint8Array.from(payload)),
    more = [] as readonly number[],
  } = {},
): Uint8Array {
  const flags = (request ? 0x80 : 0) | (first > 0 ? 1 : 0);
  const head = join([0x01, flags], u16le(7), more, u32le(number), u32le(0));
  return datagram(0x40, join(head, first > 0 ? join(u32le(first), u32le(sum)) : [], payload));
}

/** Numbers of seven bits an octet, the upper bit says that another follows. */
const tag = (id: number, content: ArrayLike<number>) =>
  join(id < 0x80 ? [id] : [(id & 0x7f) | 0x80, id >> 7], [content.length], content);
const text = (words: string) => Buffer.from(`${words}\0`);

function service(group: number, command: number, tags: ArrayLike<number>, protocol = 0xcd55): Uint8Array {
  return join(
    u16le(protocol),
    u16le(16),
    u16le(group),
    u16le(command),
    u32le(1),
    u32le(tags.length),
    u32le(0),
    tags,
  );
}

const identification = datagram(
  4,
  join(
    hex`80C2 0004 01020304`,
    hex`0800 01 00`,
    u16le(0),
    ...['PFC200V3', 'WAGO 750-8215', 'WAGO'].map((name) => u16le(name.length)),
    u32le(0x1000),
    u32le(0x1006_120b),
    [0, 4, 15, 5],
    u32le(0),
    [4, 0, 5],
    new Uint8Array(9),
    wide('PFC200V3'),
    wide('WAGO 750-8215'),
    wide('WAGO'),
    Buffer.from('4711'),
  ),
);

const stop = service(0x02, 0x11, tag(0x01, text('Application')));
const login = service(
  0x01,
  0x02,
  join(tag(0x22, u32le(1)), tag(0x81, join(tag(0x10, text('admin')), tag(0x11, Buffer.from('S3cr\x01t99'))))),
);
const sumOf = (bytes: Uint8Array) => ~crc32(CRC32_BEGIN, bytes, 0, bytes.length) >>> 0;
const isSecret = (shown: string) => shown.includes('S3cr') || shown.includes('53336372');

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking(
    { on: 'tcp', at: [11_740] },
    parts.map(([way, bytes]) => [way, overTcp(bytes)]),
  );
  const analysis = new Analysis({ dissectors: [codesysV3, codesysServices], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const first = ({ operations }: Report, code: string) =>
  operations.find((operation) => operation.code === code)!.samples[0]!.text;

describe('CODESYS V3', () => {
  keepsItsPromises(codesysV3, [
    { request: announce, reply: datagram(2, hex`00000000`) },
    { request: datagram(3, hex`02C2 0004 01020304`), reply: identification },
    { request: datagram(0x40, join(hex`C3 00 0101`, u32le(0), u32le(1), u32le(0x1f_4000), u32le(5))) },
  ]);
});

describe('CODESYS V3 over TCP', () => {
  keepsItsPromises({ ...codesysV3, carriers: [{ on: 'tcp', at: [11_740] }] }, [
    { request: overTcp(block(stop)), reply: overTcp(block(service(0x82, 0x11, []), { request: false })) },
    {
      request: overTcp(datagram(0x40, join(hex`C3 00 0101`, u32le(0), u32le(1), u32le(0x1f_4000), u32le(5)))),
      reply: overTcp(
        datagram(0x40, join(hex`83 00 0101`, u32le(0), u32le(1), u16le(0), u16le(7), u32le(0), u32le(4))),
      ),
    },
  ]);
});

describe('CODESYS V3 services', () => {
  const carried = { ...codesysV3, carriers: [{ on: 'tcp', at: [11_740] }] };
  keepsItsPromises(
    codesysServices,
    [
      { request: stop, reply: service(0x82, 0x11, tag(0x82, tag(0x20, [0, 0]))) },
      { request: login, reply: service(0x81, 0x02, tag(0x20, [0, 0])) },
    ],
    {
      dissectors: [carried],
      wrap: (message) => overTcp(block(message, { request: ((message[4] ?? 0) & 0x80) === 0 })),
    },
  );

  it('tells who stops an application, and which', () => {
    const report = analysed(['request', block(stop)]);
    assert.equal(first(report, 'codesys-services.stop'), 'stop Application');
    const operation = report.operations.find(({ code }) => code === 'codesys-services.stop')!;
    assert.deepEqual(operation.techniques, ['T0858']);
  });

  for (const [group, command, code] of [
    [0x01, 0x04, 'reset-origin'],
    [0x02, 0x04, 'delete-application'],
    [0x02, 0x05, 'download'],
    [0x02, 0x06, 'online-change'],
    [0x02, 0x10, 'start'],
    [0x02, 0x12, 'reset'],
    [0x02, 0x35, 'read-application'],
    [0x0c, 0x01, 'manage-users'],
    [0x11, 0x01, 'shell'],
    [0x12, 0x01, 'breakpoint'],
    [0x13, 0x01, 'force'],
  ] as const) {
    it(`tells command ${command} of group ${group} as ${code}`, () => {
      const { operations } = analysed(['request', block(service(group, command, []))]);
      assert.ok(operations.some((one) => one.code === `codesys-services.${code}` && one.dangerous));
    });
  }

  it('puts messages together that come in several blocks', () => {
    const report = analysed(
      ['request', block(stop.subarray(0, 20), { first: stop.length, sum: sumOf(stop) })],
      ['request', block(stop.subarray(20), { first: 0, number: 2 })],
    );
    assert.deepEqual(report.anomalies, []);
    assert.equal(first(report, 'codesys-services.stop'), 'stop Application');
  });

  it('tells what a checksum does not agree with, in one block or in several', () => {
    assert.equal(sumOf(Buffer.from('123456789')), 0xcbf4_3926);
    const wrong = sumOf(stop) ^ 1;
    for (const parts of [
      [block(stop, { sum: wrong })],
      [
        block(stop.subarray(0, 20), { first: stop.length, sum: wrong }),
        block(stop.subarray(20), { first: 0, number: 2 }),
      ],
    ]) {
      const { anomalies } = analysed(...parts.map((part) => ['request', part] as [Direction, Uint8Array]));
      assert.deepEqual(
        anomalies.map(({ code, count }) => [code, count]),
        [['codesys-v3.checksum-wrong', 1]],
      );
    }
  });

  it('reads channels with long numbers, as runtimes from 3.5.18 on open them', () => {
    const more = [0xe1, 0x19, 0xaf, 0x02];
    const opening = join(hex`C3 00 0201`, u32le(0), u32le(1), u32le(0x1f_4000), u32le(4));
    const opened = join(
      hex`83 00 0201`,
      u32le(0),
      u32le(1),
      u16le(0),
      u16le(7),
      u32le(0),
      u32le(4),
      Uint8Array.from(more),
    );
    const parts = [
      block(stop.subarray(0, 20), { first: stop.length, sum: sumOf(stop), more }),
      block(stop.subarray(20), { first: 0, number: 2, more }),
    ] as const;
    const unopened = analysed(['request', parts[0]], ['request', parts[1]]);
    const whole = analysed(
      ['request', datagram(0x40, opening)],
      ['reply', datagram(0x40, opened)],
      ['request', parts[0]],
      ['reply', datagram(0x40, join([2, 0], u16le(7), Uint8Array.from(more), u32le(1)))],
      ['request', parts[1]],
      ['reply', datagram(0x40, join([3, 0], u16le(7), Uint8Array.from(more)))],
    );
    for (const report of [unopened, whole]) {
      assert.deepEqual([report.anomalies, report.dropped['pieces']], [[], 0]);
      assert.equal(first(report, 'codesys-services.stop'), 'stop Application');
    }
  });

  it('reads what a Control Win 3.5.18.20 and its programmers said to each other', async () => {
    // As xy585 published it: an application is asked for that is not there, then the states of all.
    const [asks, denies, states, told] = [
      hex`C573404000110081038100000181 5C07E119AF02 08000000 08000000 1C000000 955CF83C
          55CD1000 0200 0100 BEAFB8A5 08000000 00000000 01848000 41707000`,
      hex`C573404000110381008100000101 5C07E119AF02 09000000 08000000 1C000000 A7C34F01
          55CD1000 8200 0100 BEAFB8A5 08000000 00000000 81018400 10020105`,
      hex`C573404000110081038100000181 5C07E119AF02 09000000 09000000 20000000 C7EDBEED
          55CD1000 0200 2500 BEAFB8A5 0C000000 00000000 01888000 00000000 FFFFFF7F`,
      hex`C573404000110381008100000101 5C07E119AF02 0A000000 09000000 24000000 6E2F5EFB
          55CD1000 8200 2500 BEAFB8A5 10000000 00000000 81018C00 0406 01417070320001020000`,
    ];
    const wire = Wire.speaking({ on: 'udp', at: [1740] }, [
      ['request', asks!],
      ['reply', denies!],
      ['request', states!],
      ['reply', told!],
    ]);
    const analysis = new Analysis({ dissectors: [codesysV3, codesysServices], strict: true });
    analysis.push(wire.pcap());
    const report = analysis.finish();
    // Their checksums agree.
    assert.deepEqual(report.anomalies, []);
    assert.deepEqual(sentences(report, /^codesys-services/), [
      'CmpApp Login: App',
      'CmpApp ReadAppStateList: ?',
    ]);
  });

  it('skips blocks that are sent again, and gives up messages of which one is missing', () => {
    const parts = [
      block(stop.subarray(0, 16), { first: stop.length, sum: sumOf(stop), number: 0xffff_ffff }),
      block(stop.subarray(16, 24), { first: 0, number: 0 }),
      block(stop.subarray(24), { first: 0, number: 1 }),
    ] as const;
    const over = (...blocks: Uint8Array[]) => {
      const says = blocks.map((bytes): [Direction, Uint8Array] => ['request', bytes]);
      const analysis = new Analysis({ dissectors: [codesysV3, codesysServices], strict: true });
      analysis.push(Wire.speaking({ on: 'udp', at: [1740] }, says).pcap());
      const { operations, anomalies, detections, dropped } = analysis.finish();
      assert.deepEqual([anomalies, detections.filter(({ id }) => id === 'messages-injected')], [[], []]);
      const stops = operations.find(({ code }) => code === 'codesys-services.stop')?.count ?? 0;
      return [stops, dropped['pieces']];
    };
    const [begin, middle, end] = parts;
    assert.deepEqual(over(begin, middle, end), [1, 0]);
    assert.deepEqual(over(begin, begin, middle, middle, begin, end, end, middle), [1, 0]);
    assert.deepEqual(over(begin, end, middle), [0, 1]);
    // All of a message, in several blocks or in one, and when it is another one: of the next number, or of another channel.
    assert.deepEqual(over(begin, middle, end, begin, middle, end), [1, 0]);
    const alone = (number: number) => block(stop, { number });
    assert.deepEqual(over(alone(7), alone(7), alone(8), alone(8)), [2, 0]);
    const opening = datagram(0x40, join([0xc3, 0], u16le(1), u32le(0), u32le(1)));
    assert.deepEqual(over(alone(7), opening, alone(7)), [2, 0]);
    // The same number and another message: it begins anew.
    const other = block(stop.subarray(0, 16), { first: stop.length, sum: 0, number: 0xffff_ffff });
    assert.deepEqual(over(other, middle, begin, middle, end), [1, 1]);
    // Of so many channels at a time, and of so many octets.
    const channels = Array.from({ length: 33 }, (_, channel) => begin.with(14, channel));
    assert.deepEqual(over(...channels), [0, 1]);
    const long = (first: number) => block(stop, { first, sum: 0 });
    assert.deepEqual(
      [over(long(262_144)), over(long(262_145))],
      [
        [0, 0],
        [0, 1],
      ],
    );
  });

  it('tells why a login or a file was refused', () => {
    const refusedBy = (request: Uint8Array, reply: Uint8Array) =>
      analysed(['request', block(request)], ['reply', block(reply, { request: false })]).operations[0]!
        .refused;
    const result = (group: number, command: number, holder: number, which: number, status: number[]) =>
      service(group, command, tag(holder, tag(which, status)));
    const [refused] = refusedBy(login, result(0x81, 0x02, 0x82, 0x20, [0, 0x19]));
    assert.deepEqual(refused!.params, { status: '0x0019' });
    assert.deepEqual(refusedBy(login, result(0x81, 0x02, 0x82, 0x20, [0, 0])), []);
    const upload = service(0x08, 0x05, tag(0x01, text('PlcLogic/Application.app')));
    assert.equal(refusedBy(upload, result(0x88, 0x05, 0x84, 0x08, [0, 2]))[0]!.params['status'], '0x0002');
    // The same tag elsewhere is something else.
    assert.deepEqual(refusedBy(upload, result(0x88, 0x05, 0x85, 0x08, [0, 2])), []);
  });

  it('names groups and commands, also those without an operation of their own', () => {
    const report = analysed(
      ['request', block(service(0x11, 0x01, tag(0x10, text('reflash'))))],
      ['request', block(service(0x18, 0x05, []))],
      ['request', block(service(0x13, 0x01, []), { number: 3 })],
    );
    assert.equal(first(report, 'codesys-services.shell'), 'PlcShell command 0x01: reflash');
    assert.equal(first(report, 'codesys-services.other'), 'CmpAlarmManager command 0x05: ?');
    assert.ok(report.operations.some(({ code }) => code === 'codesys-services.force'));
  });

  it('tells who logs in, and never the password', async () => {
    const report = analysed(['request', block(login)]);
    assert.deepEqual(
      report.credentials.map(({ scheme, user, secret }) => [scheme, user, secret]),
      [['CODESYS V3 login', 'admin', 8]],
    );
    const { at } = report.operations.find(({ code }) => code === 'codesys-services.login')!.samples[0]!;
    const read = (from: number, count: number) => report.file.subarray(from, from + count);
    const tree = await readMessage(read, at, [codesysV3, codesysServices]);
    const fields = JSON.stringify(tree.messages.at(-1)!.fields);
    assert.ok(
      fields.includes('"password"') && !isSecret(fields) && !isSecret(JSON.stringify(report.operations)),
    );
  });

  it('shows where in the capture a file is that was written', () => {
    const report = analysed(
      ['request', block(service(0x08, 0x02, tag(0x01, text('PlcLogic/Application.app'))))],
      [
        'request',
        block(
          service(
            0x08,
            0x04,
            tag(0x07, Buffer.from('\x01\x02machine code\xff\xfe'.padEnd(24, 'x'), 'latin1')),
          ),
        ),
      ],
      ['request', block(service(0x08, 0x08, []))],
    );
    const [transfer] = report.transfers;
    assert.deepEqual(
      [transfer!.name, transfer!.kind, transfer!.complete],
      ['PlcLogic/Application.app', 'program', true],
    );
    const [at, length] = transfer!.pieces[0]!;
    assert.ok(Buffer.from(report.file.subarray(at, at + length)).includes('machine code'));
  });

  it('says no more of what is encrypted than that it is', () => {
    const { operations } = analysed(['request', block(service(0, 0, Buffer.from('xxxxxxxx'), 0x7557))]);
    assert.deepEqual(
      operations.map(({ code }) => code),
      ['codesys-services.encrypted'],
    );
  });
});

describe('CODESYS V3', () => {
  it('learns what a device says of itself', () => {
    const wire = Wire.speaking({ on: 'udp', at: [1740] }, [['reply', identification]]);
    const analysis = new Analysis({ dissectors: [codesysV3], strict: true });
    analysis.push(wire.pcap());
    const device = analysis.finish().devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const facts = device.facts.map(({ field, value }) => `${field} ${value}`);
    for (const fact of [
      'name PFC200V3',
      'product WAGO 750-8215',
      'vendor WAGO',
      'firmware 5.15.4.0',
      'serial 4711',
    ]) {
      assert.ok(facts.includes(fact), fact);
    }
  });

  it('is recognised on any port by its block driver, and without one only where it is expected', () => {
    const bytes = overTcp(block(stop));
    assert.equal(codesysV3.recognises(bytes, 0, bytes.length, false), OURS);
    assert.equal(codesysV3.recognises(announce, 0, announce.length, true), OURS);
    assert.equal(codesysV3.recognises(announce, 0, announce.length, false), NOT_OURS);
  });

  it('finds in a real capture who looks for neighbours', (t) => {
    const file = 'EmreEkin+ICS-Pcaps/DNP3/DNP3Value.pcap';
    const report = told(t, file);
    if (!report) return;
    assertSound(report, /^codesys-v3$/, file);
    assert.ok(
      sentences(report, /^codesys-v3\.announce$/).every((sentence) =>
        sentence.includes('look for neighbours, as '),
      ),
    );
  });
});
