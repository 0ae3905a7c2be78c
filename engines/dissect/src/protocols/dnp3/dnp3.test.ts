import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Direction, LOST, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import { crc } from './crc.ts';
import { dnp3 } from './dnp3.ts';
import { dnp3Link } from './link.ts';

const MASTER = 1;
const OUTSTATION = 10;
const WHOLE = 0xc0;

/** A frame of the data link, with its checksums. */
function frame(control: number, from: number, to: number, data: ArrayLike<number> = []): Uint8Array {
  const header = [0x05, 0x64, 5 + data.length, control, to & 0xff, to >> 8, from & 0xff, from >> 8];
  const parts = [sealed(Uint8Array.from(header))];
  const octets = Uint8Array.from(data);
  for (let at = 0; at < octets.length; at += 16) parts.push(sealed(octets.subarray(at, at + 16)));
  return join(...parts);
}

function sealed(bytes: Uint8Array): Uint8Array {
  const checksum = crc(bytes, 0, bytes.length);
  return join(bytes, [checksum & 0xff, checksum >> 8]);
}

/** Responses say so by their function. */
function wrap(fragment: Uint8Array, { outstation = OUTSTATION, master = MASTER, transport = WHOLE } = {}) {
  const data = join([transport], fragment);
  return (fragment[1] ?? 0) >= 129
    ? frame(0x44, outstation, master, data)
    : frame(0xc4, master, outstation, data);
}

const poll = {
  request: hex`
    C0  first, final, sequence 0
    01  read
    3C 02 06  class 1
    3C 01 06  class 0
  `,
  reply: hex`
    C0 81  response
    90 00  device restarted, needs time
    01 02 00 03 04    binary inputs 3 and 4 with flags
    81                on, online
    01                off, online
    1E 02 00 00 00    analog input 0, 16 bits with flag
    01 3412
    14 05 00 07 07    counter 7, 32 bits
    0A00 0000
    28 03 00 00 00    analog output 0, floating point with flag
    01 0000 2041
    0A 02 00 02 02    binary output 2 with flags
    81
  `,
};

const select = {
  request: hex`
    C1 03  select
    0C 01 28 0100 0200   binary output command, one with index 2
    41     close, pulse on
    01     count
    6400 0000  on time
    C800 0000  off time
    00     status
  `,
  reply: hex`
    C1 81 00 00
    0C 01 28 0100 0200 41 01 6400 0000 C800 0000 00
  `,
};
const operate = {
  request: join([0xc2, 0x04], select.request.subarray(2)),
  reply: join([0xc2], select.reply.subarray(1)),
};

const setPoint = {
  request: hex`
    C3 05  direct operate
    29 03 17 01 00   analog output command, floating point, one with index 0
    0000 4841        12.5
    00
  `,
  reply: hex`C3 81 00 00 29 03 17 01 00 0000 4841 09`,
};

const setClock = {
  request: hex`
    C4 02  write
    32 01 07 01      time and date
    8000 E1F2 8B01   1700000000000 milliseconds after 1970, or nearly
  `,
  reply: hex`C4 81 00 00`,
};

const identify = {
  request: hex`C5 01 00 FE 00 00 00`,
  reply: hex`
    C5 81 00 00
    00 FC 00 00 00   manufacturer
    01 05 5075 6D70 73          Pumps
    00 FA 00 00 00   product name and model
    01 04 5254 5537             RTU7
    00 F2 00 00 00   software version
    01 03 312E 32               1.2
  `,
};

const openFile = {
  request: hex`
    C6 19  open file
    46 03 5B 01 2200   file command, one of 34 octets
    1A00 0800          name: where and how long
    0000 0000 0000     created
    0000               permissions
    0000 0000          authentication key
    0000 0000          size
    0200               write
    0004               longest block
    0100               request
    2F63 6F6E 662E 7274  /conf.rt
  `,
  reply: hex`
    C6 81 00 00
    46 04 5B 01 0D00   file command status
    7856 3412          handle
    0000 0000          size
    0004 0100
    00                 success
  `,
};

const signIn = {
  request: hex`
    C7 1D  authenticate file
    46 02 5B 01 1600
    0C00 0400  user: where and how long
    1000 0600  password
    0000 0000  key
    726F 6F74  root
    7068 7261 7365  phrase
  `,
  reply: hex`C7 81 00 00 46 02 5B 01 0C00 0C00 0000 0C00 0000 2A00 0000`,
};

const authentication = {
  request: hex`
    C8 20  authentication request
    78 04 07 01  session key status request
    0100         user
  `,
  reply: hex`
    C8 83 00 00
    78 05 5B 01 0F00  session key status
    0100 0000  sequence
    0100       user
    01         AES-128
    02         not initialized
    04         HMAC-SHA-256
    0400       challenge length
    DEAD BEEF
  `,
};

const samples = [poll, select, operate, setPoint, setClock, identify, openFile, signIn, authentication];

function analysed(...exchanges: { request?: Uint8Array; reply?: Uint8Array }[]) {
  const parts = exchanges.flatMap(({ request, reply }): [Direction, Uint8Array][] => [
    ...(request ? [['request', wrap(request)] as [Direction, Uint8Array]] : []),
    ...(reply ? [['reply', wrap(reply)] as [Direction, Uint8Array]] : []),
  ]);
  return spoken(parts);
}

function spoken(parts: readonly (readonly [Direction, Uint8Array])[], port = 20_000) {
  const analysis = new Analysis({ dissectors: [dnp3Link, dnp3], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [port] }, parts).pcap());
  return analysis.finish();
}

const read = (fragment: Uint8Array) => dnp3.read(new ByteReader(fragment), { direction: 'request' });

describe('DNP3 data link', () => {
  keepsItsPromises(dnp3Link, [
    { request: frame(0xc9, MASTER, OUTSTATION), reply: frame(0x0b, OUTSTATION, MASTER) },
    { request: wrap(poll.request), reply: wrap(poll.reply) },
  ]);

  it('knows the checksum', () => {
    const reset = hex`0564 05 C0 0100 0004 E921`;
    assert.deepEqual([...frame(0xc0, 0x0400, 0x0001)], [...reset]);
    assert.deepEqual(dnp3Link.read(new ByteReader(reset), { direction: 'request' }), [
      { control: 0xc0, destination: 1, source: 1024, checked: true, transport: undefined, length: 0 },
    ]);
  });

  it('is found on any port by the checksum of its header', () => {
    const bytes = wrap(poll.request);
    assert.equal(dnp3Link.recognises(bytes, 0, bytes.length, false), OURS);
    bytes[4]! ^= 1;
    assert.notEqual(dnp3Link.recognises(bytes, 0, bytes.length, false), OURS);
    const report = spoken([['request', wrap(poll.request)]], 12_345);
    assert.deepEqual(report.counts['ics_frames'], { dnp3: 1 });
  });

  it('puts fragments together from segments, and only when none is missing', () => {
    const half = poll.reply.length >> 1;
    const first = frame(0x44, OUTSTATION, MASTER, join([0x40 | 5], poll.reply.subarray(0, half)));
    const last = (sequence: number) =>
      frame(0x44, OUTSTATION, MASTER, join([0x80 | sequence], poll.reply.subarray(half)));
    const whole = spoken([
      ['reply', first],
      ['reply', last(6)],
    ]);
    assert.deepEqual({ ...(whole.counts['dnp3_response'] as object) }, { 129: 1 });
    const torn = spoken([
      ['reply', first],
      ['reply', last(7)],
    ]);
    assert.equal(torn.counts['dnp3_response'], undefined);
  });

  it('tells of a wrong checksum and believes nothing behind it', () => {
    const bytes = wrap(poll.request);
    bytes[12]! ^= 0x80;
    const { anomalies, counts } = spoken([['request', bytes]]);
    assert.equal(anomalies[0]!.code, 'dnp3.checksum-wrong');
    assert.equal(counts['dnp3_request'], undefined);
    assert.deepEqual({ ...(counts['dnp3_link'] as object) }, { '1->10': 1 });
  });

  it('says what is wrong with a frame that is too short to be one', () => {
    const [finding] = spoken([['request', hex`0564 02 C4 0A00 0100 97FE`]]).malformed;
    assert.equal(finding!.field, 'length');
    assert.equal(dnp3Link.messageLength!(hex`0565 05`, 0, 3), LOST);
  });

  it('notices who looks for outstations', () => {
    const asks = Array.from({ length: 16 }, (_, i) => ['request', frame(0xc9, 1, 100 + i)] as const);
    const { operations, devices } = spoken(asks);
    const sweep = operations.find(({ code }) => code === 'dnp3.address-sweep')!;
    assert.equal((sweep.samples[0]!.params['tried'] as number[]).length, 16);
    assert.equal(devices.find(({ addresses }) => addresses[0] === '192.0.2.1')!.roles[0]!.role, 'scanner');
    const isNoticed = (frames: Parameters<typeof spoken>[0]) =>
      spoken(frames).operations.some(({ code }) => code === 'dnp3.address-sweep');
    assert.ok(!isNoticed(asks.slice(1)));
    const there = ['reply', frame(0x0b, 100, 1)] as const;
    assert.ok(!isNoticed([asks[0]!, there, ...asks.slice(1)]), 'one of them is there');
  });
});

describe('DNP3', () => {
  keepsItsPromises(dnp3, samples, { dissectors: [dnp3Link], wrap });

  it('reads points with their values and flags', () => {
    const { headers, indications } = read(poll.reply);
    assert.equal(indications, 0x0090);
    const values = headers.flatMap(({ group, points }) =>
      points.map(({ index, value }) => [group, index, value]),
    );
    assert.deepEqual(values, [
      [1, 3, true],
      [1, 4, false],
      [30, 0, 0x1234],
      [20, 7, 10],
      [40, 0, 10],
      [10, 2, true],
    ]);
  });

  it('tells what was asked for and what came back', () => {
    const [operation] = analysed(poll).operations;
    assert.equal(operation!.samples[0]!.text, 'read class 1, class 0 of outstation 10');
    assert.deepEqual(operation!.samples[0]!.params['values'], [
      'BI 3 = on',
      'BI 4 = off',
      'AI 0 = 4660',
      'CTR 7 = 10',
      'AO 0 = 10',
      'BO 2 = on',
    ]);
  });

  it('joins an operate with its select, and with what the output was before', () => {
    const { operations, anomalies } = analysed(poll, select, operate);
    const told = operations.find(({ code }) => code === 'dnp3.operate')!;
    assert.equal(
      told.samples[0]!.text,
      'operate BO 2 close pulse-on 100/200 ms (was on) at outstation 10 (selected 2 ms before)',
    );
    assert.deepEqual(told.samples[0]!.params['status'], ['success']);
    assert.ok(told.dangerous);
    assert.ok(!anomalies.some(({ code }) => code.startsWith('dnp3.operate')));
  });

  it('notices an operate that nobody selected, or that is not what was selected', () => {
    const codes = (...exchanges: Parameters<typeof analysed>) =>
      analysed(...exchanges).anomalies.map(({ code }) => code);
    assert.deepEqual(codes(poll, operate), ['dnp3.operate-without-select']);
    assert.deepEqual(codes(operate), []);
    const other = operate.request.with(7, 3);
    assert.deepEqual(codes(poll, select, { request: other }), ['dnp3.operate-differs-from-select']);
  });

  it('tells the value a set point replaces, and why it was refused', () => {
    const told = analysed(poll, setPoint).operations.find(({ code }) => code === 'dnp3.direct-operate')!;
    assert.equal(
      told.samples[0]!.text,
      'operate AO 0 := 12.5 (was 10) at outstation 10, without selecting it first',
    );
    assert.deepEqual(told.refused, [
      { code: 'dnp3.not-authorized', text: 'not authorized', params: {}, count: 1 },
    ]);
  });

  it('takes for a value what an outstation did, point by point, or did not answer', () => {
    const sets = (...exchanges: Parameters<typeof analysed>) =>
      analysed(...exchanges).variables.map(({ name, sets: count }) => `${name} ${count}`);
    assert.deepEqual(sets(setPoint), [], 'not authorized');
    assert.deepEqual(sets(select), [], 'selected only');
    assert.deepEqual(sets(select, operate), ['BO 2 1']);
    assert.deepEqual(sets({ request: setPoint.request }), ['AO 0 1']);
    assert.deepEqual(sets({ request: setPoint.request, reply: hex`C3 81 00 04` }), [], 'parameter error');
    assert.deepEqual(
      sets({
        request: hex`C3 05 29 02 17 02 00 0100 00 01 0200 00`,
        reply: hex`C3 81 00 00 29 02 17 02 00 0100 04 01 0200 00`,
      }),
      ['AO 1 1'],
      'the first is not supported',
    );
  });

  it('tells commands to everybody', () => {
    const bytes = wrap(setPoint.request, { outstation: 0xffff });
    const [operation] = spoken([['request', bytes]]).operations;
    assert.equal(operation!.code, 'dnp3.broadcast-operate');
    assert.deepEqual(operation!.techniques, ['T0855', 'T0806']);
  });

  for (const [code, name] of [
    [6, 'direct-operate-no-reply'],
    [9, 'freeze-and-clear'],
    [10, 'freeze-and-clear-no-reply'],
    [13, 'cold-restart'],
    [14, 'warm-restart'],
    [15, 'initialize-data'],
    [16, 'initialize-application'],
    [17, 'start-application'],
    [18, 'stop-application'],
    [19, 'save-configuration'],
    [20, 'enable-unsolicited'],
    [21, 'disable-unsolicited'],
    [22, 'assign-class'],
    [27, 'delete-file'],
    [30, 'abort-file'],
    [31, 'activate-configuration'],
  ] as const) {
    it(`tells function ${code} as ${name}`, () => {
      const { operations, malformed } = analysed({ request: Uint8Array.of(0xc0, code) });
      assert.deepEqual([operations.map((one) => one.code), malformed], [[`dnp3.${name}`], []]);
    });
  }

  it('tells to what a clock was set', () => {
    const [operation] = analysed(setClock).operations;
    assert.equal(operation!.code, 'dnp3.write-time');
    assert.match(operation!.samples[0]!.text, /^set the clock of outstation 10 to 2023-11-/);
  });

  it('learns what a device says it is', () => {
    const { devices } = analysed(identify);
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const stated = Object.fromEntries(facts.map(({ field, value }) => [field, value]));
    assert.equal(stated['vendor'], 'Pumps');
    assert.equal(stated['product'], 'RTU7');
    assert.equal(stated['firmware'], '1.2');
  });

  it('knows a file by the handle it was given', () => {
    const write = {
      request: hex`C9 02 46 05 5B 01 0C00 7856 3412 0000 0080 6162 6364`,
      reply: hex`C9 81 00 00`,
    };
    const { operations } = analysed(openFile, write);
    assert.deepEqual(
      operations.map(({ code, samples: [sample] }) => [code, sample!.params['file']]),
      [
        ['dnp3.open-file-for-writing', '/conf.rt'],
        ['dnp3.write-file', '/conf.rt'],
      ],
    );
    assert.equal(operations[1]!.samples[0]!.params['octets'], 4);
  });

  it('tells that somebody signed in, and never with what', () => {
    const report = analysed(signIn);
    assert.ok(report.anomalies.some(({ code }) => code === 'dnp3.password-in-clear'));
    assert.ok(report.devices.some(({ facts }) => facts.some(({ value }) => value === 'root')));
    assert.deepEqual(
      report.credentials.map(({ scheme, user, secret }) => [scheme, user, secret]),
      [['DNP3 file', 'root', 6]],
    );
    assert.ok(!JSON.stringify(report).includes('phrase'));
    const traced = new TracedReader(signIn.request);
    dnp3.read(traced, { direction: 'request' });
    const tree = JSON.stringify(traced.finish());
    assert.ok(tree.includes('password') && !tree.includes('phrase') && !tree.includes('706872617365'));
  });

  it('follows authentication without looking at keys', () => {
    const [operation] = analysed(authentication).operations;
    const { params } = operation!.samples[0]!;
    assert.equal(params['answer'], 'session key status');
    assert.equal(params['keyStatus'], 'not initialized');
    assert.equal(params['algorithm'], 'HMAC-SHA-256, 16 octets');
  });

  it('dates events by the common time of occurrence', () => {
    const report = analysed({
      reply: hex`
        E1 82 00 00          unsolicited response
        33 01 07 01 0000 0000 0000
        02 03 28 0100 0500 81 E803
      `,
    });
    assert.equal(report.operations[0]!.code, 'dnp3.unsolicited');
    assert.equal(report.operations[0]!.source.address, '192.0.2.2');
    const dated = analysed({
      reply: hex`E1 82 00 00 33 01 07 01 0000 0000 0001 02 03 28 0100 0500 81 E803`,
    });
    assert.deepEqual(dated.operations[0]!.samples[0]!.params['values'], [
      'BI 5 = on at 2004-11-03T19:53:48.776Z',
    ]);
  });

  it('notices a report to a master that never asked, where another does', () => {
    const report = wrap(hex`F1 82 00 00`, { master: 7 });
    const codes = spoken([
      ['request', wrap(poll.request)],
      ['reply', report],
    ]).operations.map(({ code }) => code);
    assert.deepEqual(codes, ['dnp3.unsolicited-unexpected', 'dnp3.read']);
  });

  it('notices troubles when they begin, and a restart', () => {
    const calm = hex`C0 81 00 00`;
    const ill = hex`C0 81 C0 28`;
    const codes = analysed({ reply: calm }, { reply: ill }, { reply: ill }).anomalies.map(
      ({ code, count }) => `${count} × ${code}`,
    );
    assert.deepEqual(codes.sort(), [
      '1 × dnp3.configuration-corrupt',
      '1 × dnp3.device-restarted',
      '1 × dnp3.device-trouble',
      '1 × dnp3.events-lost',
    ]);
  });

  it('knows a gateway by the outstations behind it', () => {
    const { devices } = spoken([
      ['reply', wrap(poll.reply)],
      ['reply', wrap(poll.reply, { outstation: 11 })],
    ]);
    const roles = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!.roles;
    assert.ok(roles.some(({ role }) => role === 'gateway'));
  });

  it('names the field that a lying count runs into', () => {
    const lying = hex`C0 81 00 00 1E 02 01 0000 FFFF 01 0000`;
    assert.throws(() => read(lying), new Malformed('count', 11, '65536 objects of 3 bytes, 3 left'));
  });

  it('says where it does not know how to go on', () => {
    const { anomalies } = analysed({ reply: hex`C0 81 00 00 63 01 07 01 DEAD` });
    assert.equal(anomalies[0]!.code, 'dnp3.object-unknown');
    assert.deepEqual(anomalies[0]!.samples[0]!.params, { group: 0x63, variation: 1, unread: 2 });
  });
});
