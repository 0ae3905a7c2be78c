import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Direction } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, sentences, told } from '../../testing/shared.ts';
import { ethernet, ipv4, join, u16, u32, udp, Wire } from '../../testing/wire.ts';
import { dcerpc } from '../dcerpc/dcerpc.ts';
import {
  accepted,
  agreed,
  block,
  control,
  iocr,
  record,
  relation,
  RELATION,
  reply,
  request,
  submodule,
} from './io-encode.ts';
import { profinetIo } from './io.ts';
import { profinetRt } from './real-time.ts';

const [CONNECT, RELEASE, READ, WRITE, CONTROL] = [0, 1, 2, 3, 4];
const OK = [0, 0, 0, 0];
const [INPUT, OUTPUT] = [1, 2];

const connect = (sequence = 0, kind = 1, station = 'plc') =>
  request(
    CONNECT,
    sequence,
    relation(kind, station),
    iocr(INPUT, 0x8001, 2),
    iocr(OUTPUT, 0xffff, 1),
    submodule(2, 1),
  );
const connected = (sequence = 0) =>
  reply(CONNECT, sequence, OK, accepted, agreed(INPUT, 0x8001), agreed(OUTPUT, 0x8002));
/** Error code, decode, code 1 and 2: out of AR resources. */
const refused = reply(CONNECT, 0, [...hex`DB 81 40 04`]);

const write = request(WRITE, 1, record(0x0008, 0x007b, { slot: 1, length: 4 }), hex`00000001`);
const written = reply(WRITE, 1, OK, record(0x8008, 0x007b, { slot: 1, length: 4 }));

const IM0 = 0xaff0;
const identify = request(READ, 2, record(0x0009, IM0, { length: 64 }));
const im0 = hex`
  0020 0038 01 00
  002A                                      Siemens
  36455337203135352D36415530302D30424E3020  6ES7 155-6AU00-0BN0
  53204331323334353637383930312020          serial number
  0003                                      hardware
  56 03 00 01                               V3.0.1
  0000 0000 0000 01 01 001E
`;
const identified = reply(READ, 2, OK, record(0x8009, IM0, { length: im0.length }), im0);
const release = request(RELEASE, 3, control(0x0114, 4));
const released = reply(RELEASE, 3, OK, control(0x8114, 8));
const end = request(CONTROL, 4, control(0x0110, 1));
const ended = reply(CONTROL, 4, OK, control(0x8110, 8));

const dissectors = [profinetRt, profinetIo, dcerpc];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking({ on: 'udp', at: [34_964] }, parts);
  return analysedWire(wire);
}

function analysedWire(wire: Wire) {
  const analysis = new Analysis({ dissectors, strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const byText = (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : 1);

describe('PROFINET IO', () => {
  keepsItsPromises(
    profinetIo,
    [
      { request: request(CONNECT, 0, iocr(INPUT, 0x8001, 2)), reply: reply(CONNECT, 0, OK, accepted) },
      { request: write, reply: identified },
      { request: end, reply: ended },
    ],
    { dissectors: [{ ...dcerpc, carriers: [{ on: 'udp', at: [34_964] }] }], wrap: (message) => message },
  );

  it('counts calls by function and every block by type', () => {
    const { counts } = analysed(['request', connect()], ['reply', connected()]);
    assert.deepEqual({ ...(counts['pn_io_opnum'] as object) }, { 0: 2 });
    assert.deepEqual(
      { ...(counts['pn_io_block'] as object) },
      { '0x0102': 2, '0x8102': 2, '0x0101': 1, '0x0104': 1, '0x8101': 1 },
    );
  });

  it('tells who connects as what, with which modules and how fast', () => {
    const { operations } = analysed(['request', connect()], ['reply', connected()]);
    const [{ code, samples, dangerous }] = operations as [(typeof operations)[0]];
    assert.equal(code, 'profinet-io.connect');
    assert.equal(dangerous, false);
    assert.deepEqual(samples[0]!.params, {
      role: 'IO controller',
      station: 'plc',
      cycle: 4,
      inputs: 2,
      outputs: 1,
      modules: ['slot 1 = 0x00000032'],
    });
  });

  it('tells why a device did not want to', () => {
    const { refused: reasons } = analysed(['request', connect()], ['reply', refused]).operations[0]!;
    assert.deepEqual(
      reasons.map(({ code, text }) => [code, text]),
      [['profinet-io.out-of-ar-resources', 'out of AR resources']],
    );
  });

  it('joins calls and answers by activity, for the answer may come from another port', () => {
    const wire = new Wire({ on: 'udp', at: [34_964] });
    wire.say('request', connect());
    wire.add(ethernet('reply', 0x0800, ipv4('reply', 17, udp([49_161, 49_152], refused))));
    assert.equal(analysedWire(wire).operations[0]!.refused.length, 1);
  });

  it('does not mix up calls that wait at the same time', () => {
    const no = reply(WRITE, 1, hex`DF 80 B0 00` as unknown as number[]);
    const { operations } = analysed(
      ['request', write],
      ['request', identify],
      ['reply', identified],
      ['reply', no],
    );
    const reasons = operations.map(({ code, refused: why }) => [code, why.map(({ text }) => text)]);
    assert.deepEqual(reasons.toSorted(byText), [
      ['profinet-io.identify', []],
      ['profinet-io.write', ['invalid index']],
    ]);
  });

  it('tells a second controller from one that connects again', () => {
    const other = (payload: Uint8Array) => {
      const frame = ethernet('request', 0x0800, ipv4('request', 17, udp([49_152, 34_964], payload)));
      frame[29] = 9;
      return frame;
    };
    const wire = Wire.speaking({ on: 'udp', at: [34_964] }, [
      ['request', connect(0)],
      ['reply', connected(0)],
      ['request', connect(1)],
      ['reply', connected(1)],
    ]);
    wire.add(other(connect(2)));
    const codes = analysedWire(wire).operations.map(({ code, count, techniques }) => [
      code,
      count,
      techniques,
    ]);
    assert.deepEqual(codes.toSorted(byText), [
      ['profinet-io.connect', 2, []],
      ['profinet-io.connect-another', 1, ['T0848']],
    ]);
  });

  it('does not call the next controller a second one when the first let go', () => {
    const wire = Wire.speaking({ on: 'udp', at: [34_964] }, [
      ['request', connect()],
      ['reply', connected()],
      ['request', release],
      ['reply', released],
    ]);
    const frame = ethernet('request', 0x0800, ipv4('request', 17, udp([49_152, 34_964], connect(5))));
    frame[29] = 9;
    wire.add(frame);
    const codes = analysedWire(wire).operations.map(({ code }) => code);
    assert.ok(!codes.includes('profinet-io.connect-another'));
    assert.ok(codes.includes('profinet-io.release'));
  });

  it('knows a supervisor', () => {
    const { operations, devices } = analysed(['request', connect(0, 6, 'laptop')]);
    assert.equal(operations[0]!.code, 'profinet-io.connect-supervisor');
    const roles = devices.flatMap((device) => device.roles.map(({ role, because }) => [role, because]));
    assert.ok(
      roles.some(([role, because]) => role === 'engineering' && because === 'profinet-io.supervises'),
    );
  });

  it('tells what is written where', () => {
    const { operations } = analysed(['request', write], ['reply', written]);
    assert.equal(operations[0]!.samples[0]!.text, 'write parameters 123 of slot 1.1: 00000001');
    assert.deepEqual(operations[0]!.techniques, ['T0836']);
  });

  it('tells each of several records written at once, and which of them was refused', () => {
    const inner = (sequence: number, value: Uint8Array) =>
      join(record(0x0008, 0x007b, { slot: sequence, sequence, length: value.length }), value);
    const content = join(inner(1, hex`01 000000`), inner(2, hex`02 000000`));
    const several = request(WRITE, 1, record(0x0008, 0xe040, { length: content.length }), content);
    const answer = reply(
      WRITE,
      1,
      OK,
      record(0x8008, 0xe040),
      record(0x8008, 0x007b, { slot: 1, sequence: 1 }),
      record(0x8008, 0x007b, { slot: 2, sequence: 2, status: hex`DF 80 B6 00` as unknown as number[] }),
    );
    const [operation] = analysed(['request', several], ['reply', answer]).operations;
    assert.equal(operation!.count, 2);
    assert.deepEqual(
      operation!.samples.map(({ text }) => text),
      ['write parameters 123 of slot 1.1: 01000000', 'write parameters 123 of slot 2.1: 02000000'],
    );
    assert.deepEqual(
      operation!.refused.map(({ code, count }) => [code, count]),
      [['profinet-io.access-denied', 1]],
    );
  });

  it('learns who a device is from its identification', () => {
    const { operations, devices } = analysed(['request', identify], ['reply', identified]);
    assert.equal(operations[0]!.code, 'profinet-io.identify');
    const device = devices.find(({ addresses }) => addresses.includes('192.0.2.2'))!;
    const facts = Object.fromEntries(device.facts.map(({ field, value }) => [field, value]));
    assert.equal(facts['orderNumber'], '6ES7 155-6AU00-0BN0');
    assert.equal(facts['serial'], 'S C12345678901');
    assert.equal(facts['firmware'], 'V3.0.1');
    assert.equal(facts['hardware'], '3');
    assert.equal(facts['vendor'], 'Siemens');
    assert.equal(facts['deviceType'], 'PROFINET 002a:0101');
  });

  it('tells an identified module by its slot', () => {
    const answer = reply(READ, 2, OK, record(0x8009, IM0, { slot: 3, length: im0.length }), im0);
    const { devices } = analysed(['request', identify], ['reply', answer]);
    const facts = devices.flatMap((device) => device.facts.map(({ field, value }) => `${field} ${value}`));
    assert.ok(facts.includes('module slot 3.1: 6ES7 155-6AU00-0BN0, V3.0.1, S C12345678901'));
  });

  it('notices modules that are not those expected', () => {
    const differences = block(
      0x8104,
      u16(1),
      u32(0),
      u16(1),
      u16(2),
      u32(0x55),
      u16(1),
      u16(1),
      u16(1),
      u32(1),
      u16(0x8000 | (2 << 11) | 0x40),
    );
    const { anomalies } = analysed(
      ['request', connect()],
      ['reply', reply(CONNECT, 0, OK, accepted, differences)],
    );
    assert.equal(anomalies[0]!.code, 'profinet-io.modules-differ');
    assert.deepEqual(anomalies[0]!.samples[0]!.params, {
      slots: ['slot 2: wrong module', 'slot 2.1: wrong, diagnosis'],
    });
  });

  it('puts faults of channels in words', () => {
    const diagnosis = hex`0010 0016 01 01 00000000 0001 0001 8000 0800 8000 0003 0800 0006`;
    const answer = reply(READ, 2, OK, record(0x8009, 0xf00c, { length: diagnosis.length }), diagnosis);
    const { anomalies } = analysed(['request', identify], ['reply', answer]);
    assert.deepEqual(anomalies[0]!.samples[0]!.params, { faults: ['slot 1.1 channel 3: line break'] });
  });

  it('reads a call again, with its blocks by name', async () => {
    const { operations, file } = analysed(['request', connect()], ['reply', connected()]);
    const { at } = operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, dissectors);
    assert.deepEqual(
      tree.messages.map(({ dissector }) => dissector),
      ['dcerpc', 'profinet-io'],
    );
    assert.ok(JSON.stringify(tree).includes('ExpectedSubmoduleBlockReq'));
  });

  it('does not nest without end', () => {
    let nested = block(0x0400, new Uint8Array(10));
    for (let i = 0; i < 100; i++) nested = block(0x0400, u16(0), u32(0), u16(0), u16(0), nested);
    const deep = reply(READ, 2, OK, record(0x8009, 0xf841, { length: nested.length }), nested);
    assert.ok(profinetIo.read(new ByteReader(deep), { direction: 'reply' }));
  });

  it('takes no count for more than the block has room for', () => {
    const lying = request(CONNECT, 0, block(0x0104, u16(0xffff), u32(0), RELATION));
    assert.throws(() => profinetIo.read(new ByteReader(lying), { direction: 'request' }), Malformed);
  });
});

describe('PROFINET IO in captures', () => {
  const folder = 'cisagov+icsnpp-profinet-io-cm/testing/traces';

  it('connections that find no room, and a second controller', (t) => {
    const report = told(t, `${folder}/profinet_io_cm.pcap`);
    if (!report) return;
    assertSound(report, /profinet|dcerpc/, 'profinet_io_cm.pcap');
    const full = report.operations.filter(({ refused: why }) =>
      why.some(({ code }) => code === 'profinet-io.out-of-ar-resources'),
    );
    assert.equal(full[0]!.refused[0]!.count, 83);
    assert.equal(sentences(report, /connect-another$/).length, 2);
  });

  it('input and output bytes of a device, by slot', (t) => {
    const report = told(t, `${folder}/profinet_io_cm_mixed_1.pcap`);
    if (!report) return;
    const names = report.variables.map(({ name }) => name);
    assert.ok(names.includes('slot 0.1 QB 0'));
    assert.ok(names.some((name) => / IB /.test(name)));
  });
});
