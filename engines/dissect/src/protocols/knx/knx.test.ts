import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { knx } from './knx.ts';

const frame = (service: number, ...body: ArrayLike<number>[]) => {
  const content = join(...body);
  return join([6, 0x10], u16(service), u16(6 + content.length), content);
};

const ENDPOINT = hex`08 01 C0000201 0E57`;

// KNX 03_08_02, 7.6, prints these.
const search = frame(0x0201, ENDPOINT);
const information = hex`
  36 01        device information
  02 00        TP1
  1101 0011    1.1.1, project
  000111111111  serial number
  E000170C     multicast address
  45493E0A1B2C  MAC address
  4D594F574E4445564943450000000000000000000000000000000000000000  MYOWNDEVICE
`.subarray(0, 54);
const searched = frame(0x0202, ENDPOINT, information, hex`04 02 02 01`);
const connect = frame(0x0205, ENDPOINT, ENDPOINT, hex`04 04 02 00`);
const connected = frame(0x0206, hex`15 00`, ENDPOINT, hex`04 04 11FA`);
const noMore = frame(0x0206, hex`00 24`);

const tunnel = (code: number, rest: Uint8Array, sequence = 0) =>
  frame(0x0420, [4, 0x15, sequence, 0], [code, 0], rest);
const REQUEST = 0x11;
const INDICATION = 0x29;
const CONFIRMATION = 0x2e;
/** 1/2/3 := on, and off. */
const writeOn = tunnel(REQUEST, hex`BC E0 0000 0A03 01 00 81`);
const writeOff = tunnel(REQUEST, hex`BC E0 0000 0A03 01 00 80`);
const taken = tunnel(CONFIRMATION, hex`BC E0 11FA 0A03 01 00 81`);
const heard = tunnel(INDICATION, hex`BC E0 1105 0A04 02 00 80 7F`);
const groupRead = tunnel(REQUEST, hex`BC E0 0000 0A05 01 00 00`);
const groupAnswer = tunnel(INDICATION, hex`BC E0 1105 0A05 01 00 41`);
const memoryWrite = tunnel(REQUEST, hex`B0 60 0000 1105 05 42 82 0100 AABB`);
const restart = tunnel(REQUEST, hex`B0 60 0000 1105 01 43 80`);
const keyWrite = tunnel(REQUEST, hex`B0 60 0000 1105 06 43 D3 00 CAFED00D`);
const authorize = tunnel(REQUEST, hex`B0 60 0000 1105 06 43 D1 00 CAFED00D`);
const valueRead = tunnel(REQUEST, hex`B0 60 0000 1105 05 47 D5 00 0B 1001`);
const valueAnswer = tunnel(INDICATION, hex`B0 60 1105 11FA 07 47 D6 00 0B 1001 00C5`);
const acknowledged = frame(0x0421, hex`04 15 00 00`);
const propertyRead = frame(0x0310, hex`04 15 00 00`, hex`FC 0000 01 0B 1001`);
const propertyAnswer = frame(0x0310, hex`04 15 00 00`, hex`FB 0000 01 0B 1001 00C501020304`);

const samples = [
  { request: search, reply: searched },
  { request: connect, reply: connected },
  { request: writeOn, reply: acknowledged },
  { request: memoryWrite, reply: heard },
  { request: valueRead, reply: valueAnswer },
  { request: propertyRead, reply: propertyAnswer },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking(knx.carriers[0]!, parts);
  const analysis = new Analysis({ dissectors: [knx], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}
const texts = ({ operations }: Pick<ReturnType<typeof analysed>, 'operations'>) =>
  operations.flatMap(({ samples: all }) => all.map(({ text }) => text));

describe('KNXnet/IP', () => {
  keepsItsPromises(knx, samples);

  it('learns who an interface is', () => {
    const { devices } = analysed(['request', search], ['reply', searched]);
    const { facts } = devices.find(({ addresses }) => addresses.includes('192.0.2.2'))!;
    const stated = facts.map(({ field, value }) => `${field} ${value}`);
    for (const fact of ['name MYOWNDEVICE', 'station 1.1.1', 'serial 000111111111']) {
      assert.ok(stated.includes(fact), `${fact} in ${stated.join()}`);
    }
  });

  it('tells connections with the address given, and why there is none', () => {
    assert.deepEqual(texts(analysed(['request', connect], ['reply', connected])), [
      'open a connection for tunnelling, link layer (as 1.1.250)',
    ]);
    const [operation] = analysed(['request', connect], ['reply', noMore]).operations;
    assert.equal(operation!.samples[0]!.refused!.code, 'knx.no-more-connections');
  });

  it('tells who switches what, and what it was before', () => {
    const report = analysed(['request', writeOn], ['reply', taken], ['request', writeOff]);
    assert.deepEqual(texts(report), ['write 1/2/3 := 1', 'write 1/2/3 := 0 (was 1)']);
    const [variable] = report.variables;
    assert.deepEqual([variable!.name, variable!.sets, variable!.last.value], ['1/2/3', 2, 0]);
    assert.equal(variable!.device.address, '192.0.2.2');
  });

  it('takes for a value what the bus took, or what nobody saw it answer', () => {
    const failed = tunnel(CONFIRMATION, hex`BD E0 11FA 0A03 01 00 81`);
    const setsOf = (...parts: [Direction, Uint8Array][]) =>
      analysed(...parts).variables.map(({ count, sets, last }) => [count, sets, last.value]);
    assert.deepEqual(setsOf(['request', writeOn], ['reply', taken]), [[1, 1, 1]]);
    assert.deepEqual(setsOf(['request', writeOn]), [[1, 1, 1]]);
    assert.deepEqual(setsOf(['request', writeOn], ['reply', failed]), []);
    const { operations } = analysed(['request', writeOn], ['reply', failed]);
    assert.equal(operations[0]!.refused[0]!.code, 'knx.negative-confirmation');
  });

  it('tells what the bus says from what is sent into it', () => {
    const report = analysed(['reply', heard]);
    assert.deepEqual(texts(report), ['1.1.5 says 1/2/4 = 127']);
    assert.equal(report.operations[0]!.code, 'knx.group-value');
    assert.equal(report.variables[0]!.sets, 0);
  });

  it('joins what a group answers to who asked', () => {
    assert.deepEqual(texts(analysed(['request', groupRead], ['reply', groupAnswer])), ['read 1/2/5 (= 1)']);
    assert.deepEqual(texts(analysed(['request', valueRead], ['reply', valueAnswer])), [
      'read object 0 serial number of 1.1.5 (= 00c5)',
    ]);
    assert.deepEqual(texts(analysed(['request', propertyRead], ['reply', propertyAnswer])), [
      'read device serial number (= 00c501020304)',
    ]);
  });

  it('tells who writes memory, and who restarts a device', () => {
    const { operations } = analysed(['request', memoryWrite], ['request', restart]);
    assert.deepEqual(texts({ operations }), ['write 2 bytes of 1.1.5 from 256: aabb', 'restart 1.1.5']);
    assert.ok(operations.every(({ dangerous }) => dangerous));
  });

  it('tells that a key is set or sent, but not which', async () => {
    const { file, ...report } = analysed(['request', authorize], ['request', keyWrite]);
    assert.deepEqual(texts(report).toSorted(), [
      'set the access key of 1.1.5',
      'sign in at 1.1.5 with a key',
    ]);
    assert.equal(report.credentials[0]!.secret, 4);
    assert.ok(!JSON.stringify(report).includes('cafed00d'));
    for (const {
      samples: [sample],
    } of report.operations) {
      const tree = await readMessage((from, count) => file.subarray(from, from + count), sample!.at, [knx]);
      assert.ok(!JSON.stringify(tree.messages[0]!.fields).includes('cafed00d'));
    }
  });

  it('reads what routers put on IP', () => {
    const routed = frame(0x0530, hex`29 00 BC D0 1105 0A03 01 00 81`);
    const report = analysed(['request', routed]);
    assert.deepEqual(texts(report), ['1.1.5 says 1/2/3 = 1']);
    assert.equal(report.operations[0]!.source.address, '192.0.2.1');
  });

  it('reads of a secure wrapper what is not encrypted', () => {
    const wrapper = frame(0x0950, hex`0001 000000000001 00FA12345678 AFFE`, new Uint8Array(24));
    const fields = knx.read(new ByteReader(wrapper), { direction: 'request' });
    assert.equal(fields.service, 0x0950);
    assert.equal(analysed(['request', wrapper]).operations[0]!.code, 'knx.secured');
  });

  it('is recognised elsewhere by a service and a length that agrees', () => {
    assert.equal(knx.recognises(search, 0, search.length, false), OURS);
    assert.equal(knx.recognises(search.with(5, 99), 0, search.length, false), NOT_OURS);
    assert.equal(knx.recognises(search.with(2, 0x77), 0, search.length, false), NOT_OURS);
  });
});
