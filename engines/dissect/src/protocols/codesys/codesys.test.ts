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
    const small = analysed(['request', block(stop, { more: [5, 0, 0, 0] })]);
    for (const report of [unopened, whole, small]) {
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
      '1 × CmpApp Login: App',
      '1 × states of applications: App2: run',
    ]);
    const [refused] = report.operations.find(({ code }) => code === 'codesys-services.other')!.refused;
    assert.equal(refused!.text, 'no such application');
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
    const [refused] = refusedBy(login, result(0x81, 0x02, 0x82, 0x20, [0x19, 0]));
    assert.equal(refused!.text, 'no access rights');
    assert.deepEqual(refusedBy(login, result(0x81, 0x02, 0x82, 0x20, [0, 0])), []);
    // The key is there, the password is waited for.
    assert.deepEqual(refusedBy(login, result(0x81, 0x02, 0x82, 0x20, [0x0a, 0])), []);
    const upload = service(0x08, 0x05, tag(0x01, text('PlcLogic/Application.app')));
    assert.equal(refusedBy(upload, result(0x88, 0x05, 0x84, 0x08, [0xef, 0]))[0]!.params['status'], '0xef');
    // The same tag elsewhere is something else.
    assert.deepEqual(refusedBy(upload, result(0x88, 0x05, 0x85, 0x08, [2, 0])), []);
    // As xy585 published it, with a right that was wanted; and what traces answer with.
    const denied = hex`82FF03 04 20 02 19 00 83FF03 14 03 0A 446576696365 00000000 08 84 80 00 01000000`;
    assert.equal(refusedBy(stop, service(0x82, 0x11, denied))[0]!.text, 'no access rights');
    const trace = service(0x0f, 0x03, tag(0x40, u32le(7)));
    const gone = service(0x8f, 0x03, hex`FFFE03 828000 1400`);
    assert.equal(refusedBy(trace, gone)[0]!.text, 'invalid handle');
  });

  it('names groups and commands, also those without an operation of their own', () => {
    const report = analysed(
      ['request', block(service(0x11, 0x01, tag(0x10, text('reflash'))))],
      ['request', block(service(0x18, 0x05, []))],
      ['request', block(service(0x13, 0x01, []), { number: 3 })],
    );
    assert.equal(first(report, 'codesys-services.shell'), 'PlcShell Execute: reflash');
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

  it('counts no password as in clear that only the device can decrypt', () => {
    const encrypted = join(
      tag(0x22, u32le(2)),
      tag(0x25, u32le(2)),
      tag(0x81, join(tag(0x10, text('test')), tag(0x11, new Uint8Array(100)))),
    );
    const report = analysed(['request', block(service(0x01, 0x02, encrypted))]);
    assert.deepEqual(report.credentials, []);
    assert.equal(first(report, 'codesys-services.login'), 'log in as test');
  });

  it('learns which program on which computer opens a session', () => {
    // As xy585 published it.
    const client = hex`8301FC00 40848000 5051DEC0 41888000 434F444553595300
      429C8000 434F444553595320446576656C6F706D656E7420476D624800000000
      449C8000 434F44455359532056332E352053503138205061746368203200000043948000
      4445534B544F502D474E344950364D2E00000000 458C8000 332E352E31382E3230000000 46848000 03000000`;
    const { devices, operations } = analysed(['request', block(service(0x01, 0x0a, client))]);
    const facts = devices.flatMap((device) => device.facts.map(({ field, value }) => `${field} ${value}`));
    for (const fact of ['name DESKTOP-GN4IP6M', 'software CODESYS V3.5 SP18 Patch 2'])
      assert.ok(facts.includes(fact), `${fact} in ${facts.join(', ')}`);
    assert.equal(
      operations[0]!.samples[0]!.text,
      'create a session: CODESYS V3.5 SP18 Patch 2 on DESKTOP-GN4IP6M',
    );
  });

  describe('of variables', () => {
    const variable = (name: string) => tag(0x19, join(u16le(name.length + 1), Buffer.from(name)));
    const register = (...names: string[]) =>
      service(
        0x09,
        0x01,
        join(tag(0x13, u32le(0x1_0048)), tag(0x18, u32le(names.length)), ...names.map(variable)),
      );
    const registered = (handle: number) => service(0x89, 0x01, tag(0x10, u32le(handle)));
    const read = (handle: number) => service(0x09, 0x03, tag(0x10, u32le(handle)));
    const release = (handle: number) => service(0x09, 0x02, tag(0x10, u32le(handle)));
    const values = (...given: (readonly number[] | null)[]) =>
      service(0x89, 0x03, join(...given.map((value) => tag(0x1d, join(u32le(value ? 0 : 2), value ?? [])))));
    const write = (name: string, value: readonly number[]) =>
      service(0x09, 0x04, join(tag(0x13, u32le(0)), tag(0x21, Buffer.from(name)), tag(0x1e, value)));
    const written = (status: number) => service(0x89, 0x04, tag(0x20, u16le(status)));
    const talk = (...services: Uint8Array[]) =>
      analysed(
        ...services.map((bytes, i): [Direction, Uint8Array] => {
          const request = (bytes[4]! & 0x80) === 0;
          return [request ? 'request' : 'reply', block(bytes, { request, number: i + 1 })];
        }),
      );
    const seen = (report: Report) =>
      report.variables.map(({ name, last, sets }) => [name, last.value, sets] as const);
    const [LEVEL, NAME, SPEED] = ['App.PLC_PRG.level', 'App.PLC_PRG.name', 'App.PLC_PRG.speed'];

    it('tells what is read by its name, in one list or another, with what was there before a write', () => {
      const report = talk(
        register(LEVEL, NAME, SPEED),
        registered(7),
        register(SPEED),
        registered(8),
        read(7),
        values([0xd2, 0x04], [...text('running')], [0, 0, 0x20, 0x41]),
        write(LEVEL, [0x2c, 0x01]),
        written(0),
        read(8),
        values(null),
      );
      assert.deepEqual(report.anomalies, []);
      assert.deepEqual(sentences(report, /read-values|write-values|register/).toSorted(), [
        `1 × CmpIecVarAccess WriteVarList: ${LEVEL} := 300 (before: 1234)`,
        `2 × CmpIecVarAccess ReadVarList: ${LEVEL}, ${NAME}, ${SPEED} = 1234, running, 16#00002041`,
        `2 × CmpIecVarAccess RegisterVarList: ${LEVEL}, ${NAME}, ${SPEED}`,
      ]);
      // Four octets may be a REAL: they are shown, and are no number.
      assert.deepEqual(seen(report), [[LEVEL, 300, 1]]);
    });

    it('takes a value for set only when the device agreed, or said nothing that was seen', () => {
      const refused = talk(write(LEVEL, [5]), written(0x14));
      const operation = refused.operations.find(({ code }) => code === 'codesys-services.write-values')!;
      assert.equal(operation.refused[0]!.text, 'invalid handle');
      assert.deepEqual(operation.techniques, ['T0836', 'T0855']);
      assert.deepEqual(seen(refused), []);
      assert.deepEqual(seen(talk(write(LEVEL, [5]))), [[LEVEL, 5, 1]]);
    });

    it('does not know a list that was released, or registered in another connection', () => {
      const released = talk(register(LEVEL), registered(7), release(7), read(7), values([5]));
      assert.equal(sentences(released, /read-values/)[0], '1 × CmpIecVarAccess ReadVarList: list 7 = 5');
      assert.deepEqual(seen(released), []);
    });

    it('takes the number of a trace for no list', () => {
      const trace = service(0x0f, 0x04, tag(0x40, u32le(7)));
      const report = talk(register(LEVEL), registered(7), trace);
      assert.deepEqual(sentences(report, /trace/), ['1 × CmpTraceMgr Start: trace 7']);
    });

    it('remembers so many names of lists, and counts the lists it forgets', () => {
      const many = Array.from({ length: 4_000 }, (_, i) => `v${i}`);
      const lists = Array.from({ length: 17 }, (_, i) => [register(...many), registered(i)]).flat();
      const report = talk(...lists, read(0), values([1]), read(16), values([2]));
      assert.equal(report.dropped['memories'], 1);
      assert.deepEqual(seen(report), [['v0', 2, 0]]);
    });
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
