import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { ads } from './ads.ts';
import { adsDiscovery } from './discovery.ts';

const u16le = (value: number) => u16(value).reverse();
const u32le = (value: number) => u32(value).reverse();
const text = (words: string) => Buffer.from(`${words}\0`);

const DEVICE_INFO = 1;
const READ = 2;
const WRITE = 3;
const STATE = 4;
const CONTROL = 5;
const SUBSCRIBE = 6;
const NOTIFY = 8;
const READ_WRITE = 9;

const RUNTIME = 851;
const SYSTEM = 10_000;
const FILES = { open: 120, close: 121, write: 123 };

interface Header {
  port?: number;
  invoke?: number;
  error?: number;
}

function ams(command: number, response: boolean, body: ArrayLike<number>, header: Header = {}): Uint8Array {
  const { port = RUNTIME, invoke = 1, error = 0 } = header;
  const device = join([5, 13, 117, 96, 1, 1], u16le(port));
  const client = join([192, 0, 2, 1, 1, 1], u16le(33_000));
  const [to, from] = response || command === NOTIFY ? [client, device] : [device, client];
  return join(
    [0, 0],
    u32le(32 + body.length),
    to,
    from,
    u16le(command),
    u16le(response ? 5 : 4),
    u32le(body.length),
    u32le(error),
    u32le(invoke),
    body,
  );
}

const place = (group: number, offset: number, length: number) =>
  join(u32le(group), u32le(offset), u32le(length));
const ask = (command: number, body: ArrayLike<number> = [], header?: Header) =>
  ams(command, false, body, header);
const answer = (command: number, body: ArrayLike<number> = [], header?: Header) =>
  ams(command, true, join(u32le(0), body), header);
const data = (bytes: ArrayLike<number>) => join(u32le(bytes.length), bytes);
const readWrite = (
  group: number,
  offset: number,
  length: number,
  written: ArrayLike<number>,
  header?: Header,
) => ask(READ_WRITE, join(place(group, offset, length), u32le(written.length), written), header);

function symbol(name: string, type: number, size: number, offset: number): Uint8Array {
  const words = join(text(name), text('T'), text(''));
  return join(
    u32le(30 + words.length),
    u32le(0x4040),
    u32le(offset),
    u32le(size),
    u32le(type),
    u32le(8),
    u16le(name.length),
    u16le(1),
    u16le(0),
    words,
  );
}

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'tcp', at: [48_898] }, parts);
  const analysis = new Analysis({ dissectors: [ads], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const told1 = ({ operations }: Report, code: string) =>
  operations.find((operation) => operation.code === `beckhoff-ads.${code}`)?.samples[0]?.text;
const factsOf = ({ devices }: Report, address: string) =>
  devices
    .find(({ addresses }) => addresses.includes(address))!
    .facts.map(({ field, value }) => `${field} ${value}`);

/** As TwinCAT System Manager and a CX1020 say it. */
const stateRequest = hex`
  0000 20000000        AMS/TCP header
  050D75600101 1027    5.13.117.96.1.1, system service
  C0A801630101 7882    192.168.1.99.1.1
  0400 0400            ReadState, ADS command
  00000000 00000000 09000000  length, error, invoke id
`;
const stateReply = hex`
  0000 28000000
  C0A801630101 7882
  050D75600101 1027
  0400 0500            ReadState, response
  08000000 00000000 09000000
  00000000 0500 0200   result, run, device state
`;

const samples = [
  { request: stateRequest, reply: stateReply },
  {
    request: ask(READ, place(0x4020, 12, 2)),
    reply: answer(READ, data([0x39, 0x30])),
  },
  {
    request: readWrite(0xf082, 1, 8, join(place(0xf005, 7, 4), u32le(2), [1, 0])),
    reply: answer(READ_WRITE, data(join(u32le(0), u32le(4), [1, 2, 3, 4]))),
  },
];

describe('Beckhoff ADS', () => {
  keepsItsPromises(ads, samples);

  it('reads and writes addresses as engineers write them, and remembers what was before', () => {
    const report = analysed(
      ['request', ask(READ, place(0x4020, 12, 2))],
      ['reply', answer(READ, data([0x39, 0x30]))],
      ['request', ask(WRITE, join(place(0x4020, 12, 2), [0x01, 0x00]), { invoke: 2 })],
      ['reply', answer(WRITE, [], { invoke: 2 })],
    );
    assert.equal(told1(report, 'read'), 'read %MB12 of PLC 3 runtime 1 (851): 12345');
    assert.equal(told1(report, 'write'), 'write %MB12 of PLC 3 runtime 1 (851) := 1 (before: 12345)');
    const [variable] = report.variables;
    assert.equal(variable!.name, '%MB12');
    assert.equal(variable!.last.value, 1);
  });

  it('knows symbols by their handles, and their types by the list of symbols', () => {
    const name = 'MAIN.rLevel';
    const report = analysed(
      ['request', ask(READ, place(0xf00b, 0, 200))],
      ['reply', answer(READ, data(symbol(name, 4, 4, 16)))],
      ['request', readWrite(0xf003, 0, 4, text(name), { invoke: 2 })],
      ['reply', answer(READ_WRITE, data(u32le(77)), { invoke: 2 })],
      ['request', ask(WRITE, join(place(0xf005, 77, 4), hex`00004841`), { invoke: 3 })],
      ['reply', answer(WRITE, [], { invoke: 3 })],
      ['request', ask(READ, place(0x4040, 16, 4), { invoke: 4 })],
      ['reply', answer(READ, data(hex`00002041`), { invoke: 4 })],
    );
    assert.equal(told1(report, 'resolve-symbol'), `look up ${name} of PLC 3 runtime 1 (851)`);
    assert.equal(told1(report, 'write'), `write ${name} of PLC 3 runtime 1 (851) := 12.5`);
    assert.equal(told1(report, 'read'), `read ${name} of PLC 3 runtime 1 (851): 10`);
    assert.deepEqual(
      report.variables.map((one) => [one.name, one.last.value]),
      [[name, 10]],
    );
  });

  it('takes four bytes without a type for no number', () => {
    const { variables } = analysed(
      ['request', ask(READ, place(0x4020, 0, 4))],
      ['reply', answer(READ, data([1, 2, 3, 4]))],
    );
    assert.deepEqual(variables, []);
  });

  it('reads sums of reads and of writes part by part', () => {
    const two = join(place(0x4020, 0, 1), place(0x4020, 1, 2));
    const report = analysed(
      ['request', readWrite(0xf080, 2, 11, two)],
      ['reply', answer(READ_WRITE, data(join(u32le(0), u32le(0), [9], [1, 1])))],
      ['request', readWrite(0xf081, 2, 8, join(two, [8], [2, 0]), { invoke: 2 })],
      ['reply', answer(READ_WRITE, data(new Uint8Array(8)), { invoke: 2 })],
    );
    assert.equal(told1(report, 'read'), 'read %MB0, %MB1 of PLC 3 runtime 1 (851): 9, 257');
    assert.equal(
      told1(report, 'write'),
      'write %MB0, %MB1 of PLC 3 runtime 1 (851) := 8, 2 (before: 9, 257)',
    );
  });

  it('tells who switches a runtime to another state, and from which', () => {
    const report = analysed(
      ['request', ask(STATE)],
      ['reply', answer(STATE, [5, 0, 0, 0])],
      ['request', ask(CONTROL, join([6, 0, 0, 0], u32le(0)), { invoke: 2 })],
      ['reply', answer(CONTROL, [], { invoke: 2 })],
      ['request', ask(CONTROL, join([12, 0, 0, 0], u32le(0)), { invoke: 3, port: SYSTEM })],
    );
    assert.equal(told1(report, 'write-control'), 'switch PLC 3 runtime 1 (851) to stop (before: run)');
    assert.equal(told1(report, 'restart'), 'switch system service (10000) to shutdown');
    const control = report.operations.find(({ code }) => code === 'beckhoff-ads.write-control')!;
    assert.deepEqual(control.techniques, ['T0858']);
  });

  it('follows subscriptions: samples get the name of what was subscribed to', () => {
    const subscribed = join(place(0xf020, 3, 1), u32le(4), u32le(0), u32le(100), new Uint8Array(16));
    const sample = join(u32le(5), u32le(1), [1]);
    const stamp = join(hex`0040AE6DF79EDA01`, u32le(1), sample);
    const report = analysed(
      ['request', ask(SUBSCRIBE, subscribed)],
      ['reply', answer(SUBSCRIBE, u32le(5))],
      ['reply', ask(NOTIFY, join(u32le(4 + stamp.length), u32le(1), stamp))],
    );
    assert.equal(told1(report, 'notification'), 'PLC 3 runtime 1 (851) sends %IB3: 1');
    const notification = report.operations.find(({ code }) => code === 'beckhoff-ads.notification')!;
    assert.equal(notification.source.address, '192.0.2.2');
    assert.equal(report.variables[0]!.name, '%IB3');
  });

  it('shows where in the capture a written file is', () => {
    const report = analysed(
      ['request', readWrite(FILES.open, 0x12, 4, text('Boot\\Plc\\Port_851.app'), { port: SYSTEM })],
      ['reply', answer(READ_WRITE, data(u32le(3)), { port: SYSTEM })],
      ['request', readWrite(FILES.write, 3, 4, Buffer.from('program'), { port: SYSTEM, invoke: 2 })],
      ['reply', answer(READ_WRITE, data(u32le(7)), { port: SYSTEM, invoke: 2 })],
      ['request', readWrite(FILES.close, 3, 0, [], { port: SYSTEM, invoke: 3 })],
    );
    const [transfer] = report.transfers;
    assert.equal(transfer!.name, 'Boot\\Plc\\Port_851.app');
    assert.equal(transfer!.kind, 'program');
    const [at, length] = transfer!.pieces[0]!;
    assert.equal(Buffer.from(report.file.subarray(at, at + length)).toString(), 'program');
  });

  it('gives the reason of a refusal, by the router or by the device', () => {
    const report = analysed(
      ['request', ask(DEVICE_INFO)],
      ['reply', ams(DEVICE_INFO, true, [], { error: 6 })],
      ['request', ask(READ, place(1, 2, 4), { invoke: 2 })],
      ['reply', ams(READ, true, u32le(0x702), { invoke: 2 })],
    );
    assert.deepEqual(report.operations.flatMap(({ refused }) => refused.map(({ code }) => code)).sort(), [
      'beckhoff-ads.invalid-index-group',
      'beckhoff-ads.target-port-not-found',
    ]);
  });

  it('is recognised on any port, by lengths that agree', () => {
    assert.equal(ads.recognises(stateRequest, 0, stateRequest.length, false), OURS);
    assert.equal(ads.recognises(stateRequest.with(26, 1), 0, stateRequest.length, false), NOT_OURS);
  });

  it('tells of a real CX1020 what it is and what its registry lacks', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/beckoff/beckofflink.pcapng');
    if (!report) return;
    const facts = factsOf(report, '192.168.1.8');
    for (const fact of ['model CX1020-CE', 'serial 63667', 'firmware TwinCAT 2.11.2228', 'name CX_0D7560']) {
      assert.ok(facts.includes(fact), fact);
    }
    assert.deepEqual(sentences(report, /read-registry/), [
      '7 × read registry Software\\Beckhoff\\TwinCAT\\Drivers',
    ]);
  });
});

const MAGIC = hex`03661471`;
const tag = (number: number, content: ArrayLike<number>) =>
  join(u16le(number), u16le(content.length), content);

function discovery(service: number, ...tags: Uint8Array[]): Uint8Array {
  const port = u16le(SYSTEM);
  return join(MAGIC, u32le(0), u32le(service), [192, 0, 2, 1, 1, 1], port, u32le(tags.length), ...tags);
}

const addRoute = discovery(
  6,
  tag(12, text('ENGINEERING')),
  tag(7, [192, 0, 2, 1, 1, 1]),
  tag(13, text('Administrator')),
  tag(2, text('hunter2')),
  tag(5, text('192.0.2.1')),
);

function discovered(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'udp', at: [48_899] }, parts);
  const analysis = new Analysis({ dissectors: [adsDiscovery], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

describe('Beckhoff ADS discovery', () => {
  keepsItsPromises(adsDiscovery, [
    {
      request: discovery(1),
      reply: discovery(0x8000_0001, tag(5, text('CX_0D7560')), tag(3, hex`020BB408`)),
    },
    { request: addRoute, reply: discovery(0x8000_0006, tag(1, u32le(0))) },
  ]);

  it('tells who adds a route with which user, and never the password', async () => {
    const report = discovered(['request', addRoute], ['reply', discovery(0x8000_0006, tag(1, u32le(0x704)))]);
    const [operation] = report.operations;
    assert.equal(
      operation!.samples[0]!.text,
      'add route ENGINEERING to 192.0.2.1 (192.0.2.1.1.1) as user Administrator',
    );
    assert.equal(operation!.refused[0]!.code, 'ads-discovery.wrong-user-name-or-password');
    const { user, secret } = report.credentials[0]!;
    assert.deepEqual([user, secret], ['Administrator', 7]);
    const { at } = operation!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [
      adsDiscovery,
    ]);
    const fields = tree.messages.map((message) => message.fields);
    const shown = JSON.stringify([fields, report.operations, report.devices, report.credentials]);
    assert.ok(shown.includes('"password"'));
    assert.ok(!shown.includes('hunter2') && !shown.includes(Buffer.from('hunter2').toString('hex')));
  });

  it('tells of a real capture who added routes, twice', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/beckoff/beckoffaddroute.pcapng');
    if (!report) return;
    assert.deepEqual(sentences(report, /^ads-discovery\.add/), [
      '2 × add route SHENHUAJ6-PC to SHENHUAJ6-PC (192.168.1.199.1.1) as user Administrator',
    ]);
    assert.equal(report.credentials[0]!.user, 'Administrator');
    assert.ok(factsOf(report, '192.168.1.8').includes('os Windows CE 6.0'));
  });
});
