import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Context, type Direction, LOST, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences } from '../../testing/shared.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { codesysV2 } from './codesys-v2.ts';
import { services } from './names.ts';
import { commands, operations } from './operations.ts';

const ascii = (words: string) => Buffer.from(words, 'latin1');
const u16le = (value: number) => u16(value).reverse();
const u32le = (value: number) => u32(value).reverse();

type Frame = (payload: ArrayLike<number>) => Uint8Array;
const little: Frame = (payload) => join(hex`BBBB`, u32le(payload.length), payload);
const big: Frame = (payload) => join(hex`BBBB`, u32(payload.length), payload);
const routed: Frame = (payload) =>
  join(
    hex`CCCC 0100`,
    u32le(payload.length),
    new Uint8Array(8),
    hex`01000000 23`,
    u16le(payload.length),
    [0],
    payload,
  );

/** As Redpoint and Basecamp ask. */
const ask = hex`
  BBBB        magic
  01000000    length
  01          login
`;
/** As zmap's codesys2 does. */
const askAll = little(join([1], u32le(4), u32le(6), u32le(0)));
/** What a runtime on Windows said to it, as zmap publishes it. */
const windows = hex`
  BBBB CE000000  magic, length
  E803           result
  0100000000000000B00D0000000002007E13000000000200F401000000000000FA000000000000000000000000000000C806000001000100
  57696E646F7773000000000000000000000000000000000000000000  operating system
  00000000
  4E542F323030302F5850205B72756E74696D6520706F72742076332028322E00  version
  33532D536D61727420536F66747761726520536F6C7574696F6E7300  vendor
  00000000F4FF000000000000010000000000FFFF000000000000C80000000300000100100000001000000010000000002000003030000100
`;
/** And one of ABB, in the other byte order. */
const abb = hex`
  BBBB 000000CE  magic, length
  03E8           result
  000000010000000000020CB0000013880000137E00001388000001F400000800000000FA000000000000000000000000000006D400030001
  534D5800000000000000000000000000000000000000000000000000  operating system
  00000000
  736D7850504320332E352E320000000000000000000000000000000000000000  version
  41424200000000000000000000000000000000000000000000000000  vendor
  0000000000000400000000000008000000000000139400000000000000C80003000100008000000080000001000000040000000240000000
`;
/** As Basecamp's codesys-transfer and a variant of codesys-shell begin. */
const debug = hex`BBBB 02000000 5110`;
const checkTarget = hex`BBBB 00000009 42 7D49B618 00005D28`;
const keepAlive = hex`6666 0100 00000000 0000000000000000 01000000 06 0000 00`;

const shell = (command: string) => join(hex`92 0000 0000`, ascii(`${command}\0`));
const output = (number: number, text: string, last = false) =>
  join(hex`00 0000`, [last ? 4 : 0, 0], u16le(number), ascii(text));
const more = (number: number) => join(hex`92 0100`, u16le(number), [0]);

const readFile = (name: string) => join(hex`31 00`, u16le(name.length + 1), ascii(`${name}\0`));
const part = (content: string, last = false) =>
  join([0, 0, last ? 0 : 1, 0], u16le(content.length), ascii(content));
const writeFile = (name: string, content: string) =>
  join(hex`2F 01 00`, u16(name.length + content.length + 2), [0], ascii(name), hex`00 CD`, ascii(content));
const writeOn = (content: string, last = false) =>
  join([0x30, last ? 0 : 1], u16le(content.length), ascii(content));

const SECRET = 'S3cr3t99';
const isSecret = (shown: string) => shown.includes(SECRET) || shown.includes(ascii(SECRET).toString('hex'));
const withPassword = join([1], u32le(4), u32le(6), u32le(SECRET.length), ascii(SECRET));
const refusal = (result: number) => join(u16le(result), new Uint8Array(8));

function analysed(...parts: (readonly [Direction, Uint8Array])[]): Report & { file: Uint8Array } {
  const wire = Wire.speaking({ on: 'tcp', at: [2455] }, parts);
  const analysis = new Analysis({ dissectors: [codesysV2], strict: true });
  analysis.push(wire.pcap());
  const report = analysis.finish();
  assert.deepEqual(report.malformed, []);
  return { ...report, file: wire.pcap() };
}

const codes = ({ operations }: Report) => operations.map(({ code }) => code.replace('codesys-v2.', ''));
const all = /^codesys-v2\./;

function fieldsOf(bytes: Uint8Array, direction: Direction, context?: Context): string {
  const reader = new TracedReader(bytes);
  codesysV2.read(reader, { direction, context });
  return JSON.stringify(reader.finish());
}

describe('CODESYS V2, little-endian', () => {
  keepsItsPromises(codesysV2, [
    { request: ask, reply: windows },
    { request: debug, reply: little([0, 0]) },
    { request: little(shell('setpwd new')), reply: little(output(1, 'done', true)) },
    { request: little(writeFile('a.prg', 'code')), reply: little([0, 0]) },
    { request: little(writeOn('more', true)), reply: little([0, 0]) },
    { request: little(readFile('a.prg')), reply: little(part('code', true)) },
  ]);
});

describe('CODESYS V2, big-endian', () => {
  keepsItsPromises(codesysV2, [
    { request: big(join([1], u32(4), u32(6), u32(3), ascii('abc'))), reply: abb },
    { request: checkTarget, reply: big([0, 0]) },
  ]);
});

describe('CODESYS V2, routed', () => {
  keepsItsPromises(codesysV2, [
    { request: routed(shell('getprgstat')), reply: routed(output(1, 'running', true)) },
    { request: keepAlive, reply: keepAlive },
    { request: routed(readFile('a.chk')), reply: routed(part('sum', true)) },
  ]);
});

describe('CODESYS V2', () => {
  for (const [request, reply, facts] of [
    [ask, windows, ['os Windows NT/2000/XP [runtime port v3 (2.', 'vendor 3S-Smart Software Solutions']],
    [askAll, windows, ['os Windows NT/2000/XP [runtime port v3 (2.', 'vendor 3S-Smart Software Solutions']],
    [big([1]), abb, ['os SMX smxPPC 3.5.2', 'vendor ABB']],
  ] as const) {
    it(`learns operating system and vendor: ${facts[1]}`, () => {
      const whole = analysed(['request', request], ['reply', reply]);
      const alone = analysed(['reply', reply]);
      for (const { devices } of [whole, alone]) {
        const { facts: told } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
        assert.deepEqual(told.map(({ field, value }) => `${field} ${value}`).sort(), facts);
      }
      assert.deepEqual(codes(whole), ['identify']);
      assert.deepEqual(whole.operations[0]!.refused, []);
    });
  }

  it('takes no reply to something else for an identity', () => {
    const text = little(output(1, 'all of the output of a command '.repeat(7), true));
    for (const parts of [
      [['request', debug] as const, ['reply', windows] as const],
      [['request', ask] as const, ['reply', text] as const],
      [['reply', text] as const],
    ]) {
      assert.deepEqual(
        analysed(...parts).devices.flatMap(({ facts }) => facts),
        [],
      );
    }
  });

  it('is recognised on any port by a length that fits, in either order, and routed by all that is fixed', () => {
    const strange = (bytes: Uint8Array) => codesysV2.recognises(bytes, 0, bytes.length, false);
    for (const ours of [ask, windows, abb, checkTarget, keepAlive, routed(shell('?'))]) {
      assert.equal(strange(ours), OURS);
      assert.equal(strange(ours.subarray(0, -1)), NOT_OURS);
      assert.equal(strange(join(ours, [0])), NOT_OURS);
    }
    assert.equal(strange(ask.with(2, 2)), NOT_OURS);
    const header = routed(shell('?'));
    for (let at = 0; at < 24; at++) {
      assert.equal(strange(header.with(at, header[at]! ^ 0x10)), NOT_OURS, `octet ${at}`);
      assert.equal(strange(keepAlive.with(at, keepAlive[at]! ^ 0x10)), NOT_OURS, `octet ${at}`);
    }
    // A service has its number at least, and what reads both ways is no length.
    for (const bytes of [little([]), hex`BBBB 01000001 01`, hex`BBBB 01010101 01`, routed([])]) {
      assert.equal(codesysV2.messageLength!(bytes, 0, bytes.length), LOST);
      assert.equal(codesysV2.recognises(bytes, 0, bytes.length, true), NOT_OURS);
    }
  });

  it('tells each service by its name and what it does, in either order and routed', () => {
    for (const frame of [little, big, routed]) {
      for (const [number, name] of Object.entries(services)) {
        const service = Number(number);
        const report = analysed(['request', frame([service])]);
        if (service === 0x01 || service === 0x92 || (service >= 0x2f && service <= 0x32)) continue;
        assert.deepEqual(sentences(report, all), [`1 × ${name}`]);
        assert.equal(report.operations[0]!.code, operations[service]?.code ?? 'codesys-v2.other');
      }
    }
    assert.deepEqual(sentences(analysed(['request', little([0x77])]), all), ['1 × service 0x77']);
  });

  for (const [service, code, ...techniques] of [
    [0x03, 'start', 'T0858'],
    [0x04, 'stop', 'T0858'],
    [0x06, 'write-values', 'T0836', 'T0855'],
    [0x13, 'reset', 'T0858', 'T0816'],
    [0x20, 'force', 'T0835'],
    [0x22, 'online-change', 'T0843', 'T0889'],
    [0x36, 'delete-file', 'T0809'],
    [0x39, 'boot-project', 'T0843', 'T0889'],
    [0x80, 'download', 'T0843'],
    [0x82, 'read-application', 'T0845'],
    [0x91, 'set-password', 'T0892'],
  ] as const) {
    it(`tells service ${service} as dangerous: ${code}`, () => {
      const [operation] = analysed(['request', little([service])]).operations;
      assert.equal(operation!.code, `codesys-v2.${code}`);
      assert.equal(operation!.dangerous, true);
      assert.deepEqual(operation!.techniques, techniques);
    });
  }

  it('joins replies to requests in their order, past what keeps the connection alive', () => {
    const { operations } = analysed(
      ['request', debug],
      ['request', keepAlive],
      ['request', little(withPassword)],
      ['reply', keepAlive],
      ['reply', little([0xea, 0x03])],
      ['reply', little(refusal(1001))],
    );
    const refused = operations.flatMap(({ code, refused: reasons }) =>
      reasons.map(({ params }) => [code, params]),
    );
    assert.deepEqual(refused, [['codesys-v2.login', { status: '1001' }]]);
  });

  it('takes a login for refused by any number but the one of every published reply, and zero', () => {
    for (const [frame, result, times] of [
      [little, u16le(1000), 0],
      [little, u16le(0), 0],
      [little, u16le(1002), 1],
      [big, u16(1000), 0],
      [big, u16(1002), 1],
    ] as const) {
      const { operations } = analysed(['request', frame([1])], ['reply', frame(result)]);
      assert.equal(operations[0]!.refused.length, times);
    }
  });

  it('tells that a password was sent and how long it was, and never which', async () => {
    const report = analysed(['request', routed(withPassword)]);
    assert.deepEqual(
      report.credentials.map(({ scheme, secret }) => [scheme, secret]),
      [['CODESYS V2 login', SECRET.length]],
    );
    assert.deepEqual(sentences(report, all), ['1 × log in with a password']);
    await assertNowhere(report);
  });

  it('tells no password where length and octets disagree, and shows none of them', async () => {
    for (const length of [0, SECRET.length - 1, SECRET.length + 1]) {
      const login = join([1], u32le(4), u32le(6), u32le(length), ascii(SECRET));
      const report = analysed(['request', little(login)]);
      assert.deepEqual([report.credentials, codes(report)], [[], ['identify']]);
      await assertNowhere(report);
    }
    // Of which the capture holds only the beginning.
    const cut = little(withPassword);
    assert.ok(!fieldsOf(cut.subarray(0, -2), 'request').includes(ascii(SECRET.slice(0, 4)).toString('hex')));
  });

  it('tells commands of the shell as what they do', () => {
    for (const [word, { code, dangerous = false }] of commands) {
      const report = analysed(['request', big(shell(word))]);
      assert.equal(report.operations[0]!.code, code, word);
      assert.equal(report.operations[0]!.dangerous ?? false, dangerous, word);
    }
    const report = analysed(
      ['request', routed(shell('STOPPRG'))],
      ['request', routed(shell('filedelete DEFAULT.PRG'))],
      ['request', routed(shell('reflect this'))],
      ['request', routed(shell('constructor'))],
    );
    assert.deepEqual(sentences(report, all).sort(), [
      '1 × BrowserCommand: STOPPRG',
      '1 × BrowserCommand: filedelete DEFAULT.PRG',
      '2 × BrowserCommand: reflect this',
    ]);
    assert.deepEqual(codes(report).sort(), ['delete-file', 'shell', 'stop']);
  });

  it('shows what the shell answers, and tells who asks for more as no command', async () => {
    const report = analysed(
      ['request', routed(shell('pinf'))],
      ['reply', routed(output(1, 'Project: pumps\n'))],
      ['request', keepAlive],
      ['request', routed(more(1))],
      ['reply', routed(output(2, 'Author: nobody\0', true))],
    );
    assert.deepEqual(codes(report), ['read-information', 'next-output']);
    assert.deepEqual(carried(report), [['from', 'file', 'pinf.txt', 'Project: pumps\nAuthor: nobody', true]]);
    const { at } = report.transfers[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [
      codesysV2,
    ]);
    const shown = JSON.stringify(tree.messages.at(-1)!.fields);
    assert.match(shown, /"output".*"Project: pumps"/);
    assert.match(shown, /"block","offset":29,"length":2,"value":1/);
  });

  it('tells that a password was set in the shell, and shows it nowhere', async () => {
    const commandLine = `setpwd ${SECRET}`;
    for (const frame of [little, big, routed]) {
      const report = analysed(
        ['request', frame(shell(commandLine))],
        ['reply', frame(output(1, `password is ${SECRET} now`))],
        ['request', frame(more(1))],
        ['reply', frame(output(2, SECRET, true))],
        ['request', frame(shell(`delpwd ${SECRET}`))],
        ['request', frame(shell(`chpasswd=${SECRET}`))],
        ['request', frame(shell(`  SetPwd  ${SECRET}`))],
        ['request', frame(join([0x91], ascii(SECRET)))],
      );
      assert.deepEqual(
        report.credentials.map(({ scheme, secret, count }) => [scheme, secret, count]),
        [['CODESYS V2 new password', SECRET.length, 2]],
      );
      assert.deepEqual(report.transfers, []);
      await assertNowhere(report);
      for (const text of [`password is ${SECRET} now`, SECRET]) {
        const reply = frame(output(1, text));
        assert.ok(!isSecret(fieldsOf(reply, 'reply', { service: 0x92, secret: 1 })));
      }
    }
  });

  it('shows where in the capture a file is that was read, and whether all of it', () => {
    for (const [frame, u16Of] of [
      [little, u16le],
      [routed, u16le],
      [big, u16],
    ] as const) {
      const asks = join(hex`31 00`, u16Of(12), ascii('DEFAULT.PRG\0'));
      const says = (content: string, follows: number) =>
        join([0, 0, follows, 0], u16Of(content.length), ascii(content));
      const report = analysed(
        ['request', frame(asks)],
        ['reply', frame(says('machine ', 1))],
        ['request', keepAlive],
        ['reply', keepAlive],
        ['request', frame([0x32])],
        ['reply', frame(says('code', 0))],
      );
      assert.deepEqual(sentences(report, all), ['2 × read DEFAULT.PRG']);
      assert.deepEqual(carried(report), [['from', 'program', 'DEFAULT.PRG', 'machine code', true]]);
    }
  });

  it('shows where in the capture a file is that was written', () => {
    const report = analysed(
      ['request', little(writeFile('DEFAULT.CHK', 'x'.repeat(300)))],
      ['reply', little([0, 0])],
      ['request', little(writeOn('yy'))],
      ['reply', little([0, 0])],
      ['request', little(writeOn('z', true))],
    );
    assert.deepEqual(sentences(report, all), ['3 × write DEFAULT.CHK']);
    assert.deepEqual(carried(report), [['to', 'program', 'DEFAULT.CHK', `${'x'.repeat(300)}yyz`, true]]);
  });

  it('tells a file as not whole whose end or beginning is missing, or a part of which does not fit', () => {
    const wrong = writeFile('a.txt', 'first');
    const parts: [readonly Uint8Array[], string][] = [
      [[writeFile('a.txt', 'first'), writeOn('next')], 'firstnext'],
      [[writeOn('next'), writeOn('last', true)], 'nextlast'],
      [[wrong.with(4, wrong[4]! + 1), writeOn('last', true)], 'last'],
      [[writeFile('a.txt', 'first'), writeOn('next').with(2, 9), writeOn('last', true)], 'firstlast'],
    ];
    for (const [payloads, content] of parts) {
      const report = analysed(...payloads.map((payload) => ['request', little(payload)] as const));
      assert.deepEqual(
        carried(report).map(([, , , bytes, complete]) => [bytes, complete]),
        [[content, false]],
      );
      assert.ok(codes(report).every((code) => code === 'write-file'));
    }
  });

  it('tells a file that was read as not whole when a reply does not fit', () => {
    const report = analysed(
      ['request', little(readFile('a.txt'))],
      ['reply', little(part('one').with(4, 9))],
      ['request', little([0x32])],
      ['reply', little(part('two', true))],
      ['request', little([0x32])],
      ['reply', little(part('three', true))],
    );
    assert.deepEqual(carried(report), [
      ['from', 'file', 'a.txt', 'two', false],
      ['from', 'file', 'file', 'three', false],
    ]);
  });

  it('gives up the order of replies where bytes are missing', () => {
    const wire = new Wire({ on: 'tcp', at: [2455] });
    wire.say('request', little(readFile('a.txt')));
    wire.say('reply', little(part('one')));
    wire.say('request', little([0x32]));
    wire.skip('reply', 100);
    wire.say('request', little(withPassword));
    for (let i = 0; i < 5; i++) wire.say('reply', little(refusal(1001)));
    for (let i = 0; i < 9; i++) {
      wire.say('request', little([0x32]));
      wire.say('reply', little(part('two', i === 8)));
    }
    const analysis = new Analysis({ dissectors: [codesysV2], strict: true });
    analysis.push(wire.pcap());
    const { operations, transfers } = analysis.finish();
    assert.deepEqual(
      operations.flatMap(({ refused }) => refused),
      [],
    );
    assert.deepEqual(
      transfers.map(({ bytes, complete }) => [bytes, complete]),
      [[30, false]],
    );
  });
});

async function assertNowhere({ file, ...report }: Report & { file: Uint8Array }): Promise<void> {
  assert.ok(!isSecret(JSON.stringify(report)));
  const places = report.operations.flatMap(({ samples }) => samples.map(({ at }) => at));
  assert.ok(places.length > 0);
  for (const at of places) {
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [codesysV2]);
    assert.ok(!isSecret(JSON.stringify(tree)));
  }
}

function carried({ transfers, file }: Report & { file: Uint8Array }) {
  return transfers.map(({ way, kind, name, complete, pieces }) => {
    const content = pieces.map(([at, length]) =>
      Buffer.from(file.subarray(at, at + length)).toString('latin1'),
    );
    return [way, kind, name, content.join(''), complete];
  });
}
