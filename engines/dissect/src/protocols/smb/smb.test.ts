import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TracedReader } from '../../bytes/traced-reader.ts';
import type { Direction } from '../../dissector.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import {
  anomaliesOf,
  CLIENT,
  conversation,
  credentialsOf,
  factsOf,
  operationsOf,
  SERVER,
  wide,
} from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { hex } from '../../testing/hex.ts';
import { told } from '../../testing/shared.ts';
import { join, u16, u32 } from '../../testing/wire.ts';
import { dcerpc } from '../dcerpc/dcerpc.ts';
import { authenticate, challenge } from '../ntlm/ntlm-encode.ts';
import { smb } from './smb.ts';

const le16 = (value: number) => u16(value).reverse();
const le32 = (value: number) => u32(value).reverse();
const session = (message: Uint8Array) => join([0], u32(message.length).slice(1), message);

/** MS-SMB2, 2.2.1.2. */
const smb2 = (command: number, id: number, body: Uint8Array, { reply = false, status = 0 } = {}) =>
  session(
    join(
      [0xfe, 0x53, 0x4d, 0x42],
      le16(64),
      le16(0),
      le32(status),
      le16(command),
      le16(1),
      le32(reply ? 1 : 0),
      le32(0),
      le32(id),
      new Uint8Array(36),
      body,
    ),
  );
const negotiated = smb2(0, 0, join(le16(65), le16(1), le16(0x0311), new Uint8Array(58)), { reply: true });
const signIn = (token: Uint8Array) =>
  smb2(1, 1, join(le16(25), new Uint8Array(10), le16(88), le16(token.length), new Uint8Array(8), token));
const challenged = (token: Uint8Array) =>
  smb2(1, 1, join(le16(9), le16(0), le16(72), le16(token.length), token), {
    reply: true,
    status: 0xc000_0016,
  });
const signedIn = (flags: number, status = 0) =>
  smb2(1, 1, join(le16(9), le16(flags), le16(72), le16(0)), { reply: true, status });
const tree = (share: string) =>
  smb2(3, 2, join(le16(9), le16(0), le16(72), le16(share.length * 2), wide(share)));
const create = (name: string) =>
  smb2(
    5,
    3,
    join(le16(57), new Uint8Array(42), le16(120), le16(name.length * 2), new Uint8Array(8), wide(name)),
  );
const FILE = Array.from({ length: 16 }, (_, i) => i + 1);
const created = smb2(5, 3, join(le16(89), new Uint8Array(62), FILE, new Uint8Array(8)), { reply: true });
const write = (offset: number, data: Uint8Array) =>
  smb2(
    9,
    4,
    join(le16(49), le16(112), le32(data.length), le32(offset), le32(0), FILE, new Uint8Array(16), data),
  );
const read = (id: number, offset: number) =>
  smb2(8, id, join(le16(49), new Uint8Array(6), le32(offset), le32(0), FILE, new Uint8Array(16)));
const wasRead = (id: number, data: Uint8Array) =>
  smb2(8, id, join(le16(17), [80, 0], le32(data.length), new Uint8Array(8), data), { reply: true });
const close = smb2(6, 9, join(le16(24), new Uint8Array(6), FILE));

/** MS-SMB2, 3.2.4.1.4 and 3.3.4.1.3: several in one, those behind the first related to it. */
const chained = (...messages: Uint8Array[]) => {
  const parts = messages.map((message, i) => {
    const last = i === messages.length - 1;
    const part = new Uint8Array(last ? message.length - 4 : Math.ceil((message.length - 4) / 8) * 8);
    part.set(message.subarray(4));
    part[16]! |= i > 0 ? 4 : 0;
    part.set(le32(last ? 0 : part.length), NEXT);
    return part;
  });
  return session(join(...parts));
};
/** Where a header says how far on the next one begins. */
const NEXT = 20;
const SAME = new Uint8Array(16).fill(0xff);
/** Of the file that the command before opened, or of another one. */
const askInfo = (id: number, file: ArrayLike<number> = SAME) =>
  smb2(16, id, join(le16(41), new Uint8Array(22), Array.from(file), [0]));
const readIt = (id: number) => smb2(8, id, join(le16(49), new Uint8Array(14), SAME, new Uint8Array(17)));
const writeIt = (id: number, data: Uint8Array) =>
  smb2(
    9,
    id,
    join(le16(49), le16(112), le32(data.length), new Uint8Array(8), SAME, new Uint8Array(16), data),
  );
const closeIt = (id: number) => smb2(6, id, join(le16(24), new Uint8Array(6), SAME));
const answered = (command: number, id: number, status = 0) =>
  smb2(command, id, join(le16(9), new Uint8Array(62)), { reply: true, status });

/** MS-CIFS, 2.2.3.1: Unicode. */
const smb1 = (command: number, words: Uint8Array, bytes: Uint8Array, { reply = false, status = 0 } = {}) =>
  session(
    join(
      [0xff, 0x53, 0x4d, 0x42, command],
      le32(status),
      [reply ? 0x80 : 0],
      le16(0x8000),
      new Uint8Array(20),
      [words.length / 2],
      words,
      le16(bytes.length),
      bytes,
    ),
  );
const negotiated1 = smb1(0x72, new Uint8Array(34), new Uint8Array(0), { reply: true });
const signIn1 = (guest: boolean) =>
  guest
    ? smb1(0x73, join([0xff, 0, 0, 0], le16(1)), join([0], wide('Windows 5.1\0')), { reply: true })
    : smb1(
        0x73,
        join(new Uint8Array(14), le16(24), le16(24), new Uint8Array(8)),
        join(new Uint8Array(48), [0], wide('operator\0PLANT\0Windows 2002 2600\0')),
      );

/** MS-SMB2, 2.2.31: a question on a pipe and its answer. */
const transceive = (data: Uint8Array, reply = false) =>
  smb2(
    11,
    20,
    reply
      ? join(
          le16(49),
          le16(0),
          le32(0x0011_c017),
          FILE,
          le32(112),
          le32(0),
          le32(112),
          le32(data.length),
          le32(0),
          le32(0),
          data,
        )
      : join(
          le16(57),
          le16(0),
          le32(0x0011_c017),
          FILE,
          le32(120),
          le32(data.length),
          new Uint8Array(24),
          data,
        ),
    { reply },
  );
/** MS-CIFS, 2.2.4.43, 2.2.4.42 and 2.2.5.6; the data behind an octet of padding. */
const write1 = (data: Uint8Array) =>
  smb1(0x2f, join(new Uint8Array(20), le16(data.length), le16(64), new Uint8Array(4)), join([0], data));
const read1 = (data: Uint8Array) =>
  smb1(0x2e, join(new Uint8Array(10), le16(data.length), le16(60), new Uint8Array(10)), join([0], data), {
    reply: true,
  });
const transact1 = (data: Uint8Array) =>
  smb1(
    0x25,
    join(new Uint8Array(22), le16(data.length), le16(72), [2, 0], le16(0x26), le16(0x4000)),
    join([0, 0, 0, 0, 0], data),
  );

/** Of svcctl, and a call to it: C706, 12.6.4. */
const bind = hex`
  05 00 0B 03 10000000 4800 0000 01000000 D016 D016 00000000 01 000000 0000 01 00
  81BB7A36 4498 F135 AD32 98F038001003 0200 0000 045D888A EB1C C911 9FE8 08002B104860 0200 0000
`;
const bound = hex`
  05 00 0C 03 10000000 3C00 0000 01000000 D016 D016 A3FC0B00 0400 31333500 0000
  01 000000 0000 0000 045D888A EB1C C911 9FE8 08002B104860 0200 0000
`;
const call = hex`05 00 00 03 10000000 2000 0000 02000000 08000000 0000 0C00 4142434445464748`;
const onPipes = (...parts: [Direction, Uint8Array][]) =>
  operationsOf(conversation([smb, dcerpc], parts, { on: 'tcp', at: [445] })).filter((one) =>
    one.includes('dcerpc'),
  );

const talk = (...parts: [Direction, Uint8Array][]) => conversation([smb], parts);
const operator = authenticate('operator', 'PLANT', 'HMI7');

describe('SMB', () => {
  keepsItsPromises(smb, [
    { request: signIn(operator), reply: signedIn(0) },
    { request: tree('\\\\HISTORIAN\\C$'), reply: negotiated },
    {
      request: chained(create('a.s7p'), askInfo(4), closeIt(5)),
      reply: chained(created, answered(16, 4), answered(6, 5)),
    },
    { request: signIn1(false), reply: negotiated1 },
  ]);

  it('tells who signs in, from where and as whom', () => {
    const report = talk(
      ['reply', challenged(challenge('HISTORIAN', 'PLANT'))],
      ['request', signIn(operator)],
    );
    assert.deepEqual(operationsOf(report), ['1 × smb.sign-in: sign in as PLANT\\operator']);
    assert.deepEqual(credentialsOf(report), ['NTLM PLANT\\operator 24']);
    assert.deepEqual(factsOf(report, CLIENT), [
      'os Windows 7 or Server 2008 R2 (build 7601)',
      'name HMI7',
      'user operator',
      'domain PLANT',
    ]);
    assert.deepEqual(factsOf(report, SERVER), [
      'os Windows 7 or Server 2008 R2 (build 7601)',
      'name HISTORIAN',
      'domain PLANT',
    ]);
  });

  it('tells why somebody was not let in, or that he is a guest', () => {
    const refused = talk(['request', signIn(operator)], ['reply', signedIn(0, 0xc000_006d)]);
    assert.equal(refused.operations[0]!.refused[0]!.code, 'smb.logon-failure');
    assert.deepEqual(anomaliesOf(talk(['request', signIn(operator)], ['reply', signedIn(1)])), [
      ['smb.guest', {}],
    ]);
  });

  it('tells shares for administration and services for remote control from others', () => {
    const report = talk(
      ['request', tree('\\\\HISTORIAN\\recipes')],
      ['request', tree('\\\\HISTORIAN\\ADMIN$')],
      ['request', tree('\\\\HISTORIAN\\C$')],
      ['request', create('svcctl')],
      ['request', create('notes.txt')],
    );
    assert.deepEqual(operationsOf(report), [
      '1 × smb.remote-control: open the service svcctl',
      '2 × smb.connect-administration: connect to \\\\HISTORIAN\\ADMIN$',
      '1 × smb.connect: connect to \\\\HISTORIAN\\recipes',
      '1 × smb.open: open notes.txt',
    ]);
  });

  it('follows files that are written and read', () => {
    const data = new Uint8Array(1_000).fill(7);
    const report = talk(
      ['request', create('line3.s7p')],
      ['reply', created],
      ['request', write(0, data)],
      ['request', write(1_000, data)],
      ['request', read(7, 0)],
      ['reply', wasRead(7, data)],
      ['request', close],
    );
    assert.ok(operationsOf(report).includes('1 × smb.write: write to line3.s7p'));
    assert.deepEqual(
      report.transfers.map(({ name, kind, way, bytes, complete }) => [name, kind, way, bytes, complete]),
      [
        ['line3.s7p', 'program', 'to', 2_000, true],
        ['line3.s7p', 'program', 'from', 1_000, true],
      ],
    );
  });

  it('hands on what is told on pipes, by reading and writing or by question and answer', () => {
    const told = ['1 × dcerpc.change-service: create, change or delete a service: RCreateServiceW of svcctl'];
    const calls = (...parts: [Direction, Uint8Array][]) =>
      onPipes(...parts).filter((one) => !one.includes('bind'));
    assert.deepEqual(
      calls(['request', write(0, bind)], ['reply', wasRead(4, bound)], ['request', write(0, call)]),
      told,
    );
    assert.deepEqual(
      calls(['request', transceive(bind)], ['reply', transceive(bound, true)], ['request', transceive(call)]),
      told,
    );
    assert.deepEqual(
      calls(['request', write1(bind)], ['reply', read1(bound)], ['request', transact1(call)]),
      told,
    );
  });

  it('puts messages on pipes together, whatever pieces they are written in', () => {
    const both = join(bind, call);
    for (const at of [1, 5, 15, 30, 71, 72, 73, 90]) {
      const told = onPipes(['request', write1(both.subarray(0, at))], ['request', write1(both.subarray(at))]);
      assert.equal(told.length, 2, `cut at ${at}`);
    }
    assert.deepEqual(onPipes(['request', write1(new Uint8Array(50))]), []);
  });

  it('follows what is too long to be one message', () => {
    const long = wasRead(7, new Uint8Array(80_000).fill(0xfd));
    const report = talk(
      ['request', create('image.upd')],
      ['reply', created],
      ['request', write(0, new Uint8Array(60_000).fill(0xff))],
      ['request', write(60_000, new Uint8Array(400_000).fill(0xfe)).subarray(0, 50_000)],
      ...Array.from({ length: 7 }, (_, i): [Direction, Uint8Array] => [
        'request',
        write(60_000, new Uint8Array(400_000).fill(0xfe)).subarray(50_000 * (i + 1), 50_000 * (i + 2)),
      ]),
      ['request', write(60_000, new Uint8Array(400_000).fill(0xfe)).subarray(400_000)],
      ['request', read(7, 0)],
      ['reply', long.subarray(0, 40_000)],
      ['reply', long.subarray(40_000)],
      ['request', close],
    );
    assert.deepEqual(
      report.transfers.map(({ way, name, bytes, complete }) => [way, name, bytes, complete]),
      [
        ['to', 'image.upd', 460_000, true],
        ['from', 'image.upd', 80_000, true],
      ],
    );
    assert.equal(report.dropped['streamBytes'] ?? 0, 0);
  });

  it('reads all commands chained in one message', () => {
    const data = new Uint8Array(1_001).fill(7);
    const report = talk(
      ['request', chained(create('line3.s7p'), askInfo(4), readIt(5), closeIt(6))],
      // Each is answered under its own number, together or not, and one of them in two steps.
      ['reply', chained(created, answered(16, 4))],
      ['reply', smb2(8, 5, join(le16(9), new Uint8Array(6)), { reply: true, status: 0x103 })],
      ['reply', chained(wasRead(5, data), answered(6, 6))],
      ['request', chained(create('line4.s7p'), writeIt(4, data), closeIt(5))],
      ['reply', chained(created, answered(9, 4), answered(6, 5))],
      ['request', chained(create('..\\passwd'), writeIt(4, data), closeIt(5))],
      [
        'reply',
        chained(answered(5, 3, 0xc000_0022), answered(9, 4, 0xc000_0022), answered(6, 5, 0xc000_0022)),
      ],
    );
    assert.deepEqual(report.malformed, []);
    assert.deepEqual(operationsOf(report), [
      '2 × smb.write: write to line4.s7p',
      '3 × smb.open: open line3.s7p',
    ]);
    assert.deepEqual(
      report.operations.map(({ refused }) => refused.map(({ code, count }) => [code, count])),
      [[['smb.access-denied', 1]], [['smb.access-denied', 1]]],
    );
    assert.deepEqual(
      report.transfers.map(({ name, way, bytes, complete }) => [name, way, bytes, complete]),
      [
        ['line3.s7p', 'from', 1_001, true],
        ['line4.s7p', 'to', 1_001, true],
        ['..\\passwd', 'to', 1_001, false],
      ],
    );
  });

  it('takes the file of the command before only from where the chain says so', () => {
    const lone = talk(['request', create('a.s7p')], ['request', writeIt(4, new Uint8Array(9))]);
    assert.deepEqual(operationsOf(lone), ['1 × smb.open: open a.s7p']);
    const other = talk(
      ['request', create('a.s7p')],
      ['reply', created],
      ['request', chained(create('b.s7p'), askInfo(4, FILE), writeIt(5, new Uint8Array(9)))],
    );
    assert.equal(operationsOf(other)[0], '1 × smb.write: write to a.s7p');
  });

  it('follows a chain that is too long to be one message, and its content no further than that goes', () => {
    const long = chained(create('image.upd'), writeIt(4, new Uint8Array(100_001).fill(0xfe)), closeIt(5));
    for (const at of [10, 90, 160, 250, 20_000]) {
      const cuts = [0, at, 50_000, 90_000, long.length];
      const parts = cuts
        .slice(1)
        .map((to, i): [Direction, Uint8Array] => ['request', long.subarray(cuts[i]!, to)]);
      const report = talk(...parts);
      assert.deepEqual(
        report.transfers.map(({ name, bytes }) => [name, bytes]),
        [['image.upd', 100_001]],
        `cut at ${at}`,
      );
      assert.deepEqual(report.malformed, []);
    }
  });

  it('says where a chain leads nowhere, and keeps what stands in front of it', () => {
    const second = 4 + 64 + 56 + 10 + 6;
    for (const next of [8, 63, 68, 100_000, 0xffff_fff8]) {
      const chain = chained(create('a.s7p'), askInfo(4), closeIt(5));
      chain.set(le32(next), second + NEXT);
      const report = talk(['request', chain]);
      assert.deepEqual(operationsOf(report), ['1 × smb.open: open a.s7p']);
      assert.deepEqual(
        report.malformed.map(({ field, samples }) => [field, samples[0]!.offset]),
        [['next command', second + NEXT]],
        `${next}`,
      );
    }
  });

  it('shows each command of a chain', () => {
    const reader = new TracedReader(chained(create('a.s7p'), closeIt(4)));
    smb.read(reader, { direction: 'request' });
    const fields = reader.finish();
    assert.deepEqual(
      fields.map(({ field, section }) => [field, section]),
      [
        ['session service', 'RFC 1002, 4.3.1'],
        ['SMB2 header', 'MS-SMB2, 2.2.1'],
        ['create', 'MS-SMB2, 2.2'],
        ['SMB2 header', 'MS-SMB2, 2.2.1'],
        ['close', 'MS-SMB2, 2.2'],
      ],
    );
    assert.equal(fields.at(-1)!.children!.at(-1)!.remark, 'the file of the command before');
  });

  it('reads version 1, and notices that it is used', () => {
    const report = talk(['reply', negotiated1], ['request', signIn1(false)], ['reply', signIn1(true)]);
    assert.deepEqual(
      anomaliesOf(report).map(([code]) => code),
      ['smb.version-1', 'smb.guest'],
    );
    assert.deepEqual(credentialsOf(report), ['NTLM PLANT\\operator 48']);
    assert.deepEqual(factsOf(report, CLIENT), ['user operator', 'os Windows 2002 2600', 'domain PLANT']);
    assert.deepEqual(factsOf(report, SERVER), ['os Windows 5.1']);
  });

  it('is known on any port by its mark', () => {
    assert.equal(smb.recognises(negotiated, 0, negotiated.length, false), OURS);
    const modbus = Uint8Array.of(0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1);
    assert.equal(smb.recognises(modbus, 0, modbus.length, true), NOT_OURS);
  });

  it('reads the break-in of a real capture', (t) => {
    const report = told(t, 'antoine-lemay+Modbus_dataset/exploit_ms08_netapi_modbus_6RTU_with_operate.pcap');
    if (!report) return;
    assert.ok(operationsOf(report).includes('5 × smb.open: open \\SRVSVC'));
    assert.ok(report.anomalies.some(({ code }) => code === 'smb.version-1'));
  });
});
