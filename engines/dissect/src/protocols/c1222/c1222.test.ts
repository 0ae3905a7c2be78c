import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { c1222 } from './c1222.ts';
import { checksum } from './message.ts';

const METER = hex`06 0F 2B060104018285638E7F85F1C24E00`;
const HEAD_END = hex`06 08 2B06010401828563`;
const tagged = (tag: number, ...content: ArrayLike<number>[]) => {
  const inner = join(...content);
  return join([tag], inner.length < 128 ? [inner.length] : [0x81, inner.length], inner);
};

/** Services in clear. */
function message(called: Uint8Array, calling: Uint8Array, ...services: Uint8Array[]): Uint8Array {
  const epsem = join([0x80], ...services.map((service) => tagged(0, service).subarray(1)));
  return tagged(
    0x60,
    tagged(0xa2, called),
    tagged(0xa6, calling),
    tagged(0xa8, hex`02 04 13E81421`),
    tagged(0xbe, tagged(0x28, tagged(0x81, epsem))),
  );
}
const asks = (...services: Uint8Array[]) => message(METER, HEAD_END, ...services);
const answers = (...services: Uint8Array[]) => message(HEAD_END, METER, ...services);
const ok = hex`00`;

const table = (data: Uint8Array) => join(u16(data.length), data, [checksum(data)]);
const readTable = (number: number) => join([0x30], u16(number));
const logon = join(hex`50 0002`, Buffer.from('operator1 '), u16(60));
const password = Buffer.from('bright lights!      ');
const security = join([0x51], password);
/** Table 1: maker, model, versions, serial number. */
const manufacturer = join(Buffer.from('ELSTA3 ALPHA'), hex`03 01 07 02`, Buffer.from('00012345678     '));

/** IEEE 1703-2012, annex: encrypted, as its example 8 has it. */
const encrypted = hex`
  60 4F
  A2 05 80 03 7BC175
  A6 04 80 02 7B04
  A8 03 02 01 03
  AC 0F A2 0D A0 0B A1 09 80 01 02 81 04 48F3D061
  BE 2A 28 28 81 26 88
  41D10CDA76206811B36F781489A11997773E117CB07AA3AA40374A7107C50DA7F7
  99C5D4E8
`;

const samples = [
  { request: asks(hex`20`), reply: answers(hex`00 03 01 00 05 08 07 04 00 414243 00`) },
  { request: asks(readTable(1)), reply: answers(join(ok, table(manufacturer))) },
  { request: asks(logon, security), reply: answers(join(ok, u16(60)), hex`03`) },
  { request: asks(join(hex`40 0017`, table(hex`0102`))), reply: answers(ok) },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking(c1222.carriers[0]!, parts);
  const analysis = new Analysis({ dissectors: [c1222], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}
const texts = ({ operations }: Pick<ReturnType<typeof analysed>, 'operations'>) =>
  operations.flatMap(({ samples: all }) => all.map(({ text }) => text));

describe('ANSI C12.22', () => {
  keepsItsPromises(c1222, samples);

  it('reads who speaks to whom, and what stays encrypted', () => {
    const read = c1222.read(new ByteReader(encrypted), { direction: 'request' });
    assert.deepEqual(read, {
      called: '.123.8437',
      calling: '.123.4',
      calledInvocation: -1,
      callingInvocation: 3,
      security: 2,
      services: [],
    });
  });

  it('tells what was read, with what the meter said', () => {
    const report = analysed(
      ['request', asks(readTable(5))],
      ['reply', answers(join(ok, table(Buffer.from('Feeder 7'))))],
    );
    assert.deepEqual(texts(report), ['read ST 5 device identification (= Feeder 7)']);
  });

  it('learns who made the meter', () => {
    const { devices } = analysed(
      ['request', asks(readTable(1))],
      ['reply', answers(join(ok, table(manufacturer)))],
    );
    const stated = devices
      .find(({ addresses }) => addresses[0] === '192.0.2.2')!
      .facts.map(({ field, value }) => `${field} ${value}`);
    for (const fact of ['vendor ELST', 'model A3 ALPHA', 'firmware 7.2', 'serial 00012345678']) {
      assert.ok(stated.includes(fact), `${fact} in ${stated.join()}`);
    }
  });

  it('tells who signs in as whom, and of the password how long it is', async () => {
    const { file, ...report } = analysed(['request', asks(logon, security)], ['reply', answers(ok, hex`03`)]);
    assert.deepEqual(texts(report), ['log on as operator1 (number 2)', 'Send password']);
    const { user, secret } = report.credentials[0]!;
    assert.deepEqual([user, secret], ['operator1', 14]);
    assert.equal(report.operations[1]!.samples[0]!.refused!.code, 'c12.22.insufficient-security-clearance');
    assert.ok(!JSON.stringify(report).includes('bright'));
    const { at } = report.operations[1]!.samples[0]!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [c1222]);
    const fields = JSON.stringify(tree.messages[0]!.fields);
    assert.ok(!fields.includes(password.subarray(0, 6).toString('hex')) && !fields.includes('bright'));
  });

  it('shows nobody the passwords in a table', () => {
    const secrets = Buffer.from('swordfish');
    const { file: _, ...report } = analysed(
      ['request', asks(join(hex`40 002A`, table(secrets)))],
      ['reply', answers(ok)],
      ['request', asks(readTable(42))],
      ['reply', answers(join(ok, table(secrets)))],
    );
    assert.deepEqual(texts(report), ['write ST 42 security := 9 bytes, not shown', 'read ST 42 security']);
    assert.ok(!JSON.stringify(report).includes('swordfish'));
  });

  it('tells procedures from other writes', () => {
    const { operations } = analysed(['request', asks(join(hex`40 0007`, table(hex`1500 01 FF`)))]);
    assert.equal(operations[0]!.code, 'c12.22.procedure');
    assert.equal(operations[0]!.samples[0]!.text, 'have the meter do: direct load control');
  });

  it('tells where in a table something is written, and notices a wrong checksum', () => {
    const wrong = join(hex`4F 0834 000010 0002 AABB 00`);
    const report = analysed(['request', asks(wrong)]);
    assert.deepEqual(texts(report), ['write MT 52 (from 16) := aabb']);
    assert.equal(report.anomalies[0]!.code, 'c12.22.checksum-wrong');
  });

  it('is recognised elsewhere by EPSEM in the last of its elements', () => {
    assert.equal(c1222.recognises(encrypted, 0, encrypted.length, false), OURS);
    // An association of DLMS/COSEM begins alike.
    const cosem = hex`60 1D A1 09 06 07 60857405080101 BE 10 04 0E 01000000065F1F040000001C03FFFF`;
    assert.equal(c1222.recognises(cosem, 0, cosem.length, false), NOT_OURS);
  });

  it('reads real exchanges', (t) => {
    const dir = 'parsitects+icsnpp-c1222/testing/traces';
    const read = told(t, `${dir}/c1222_rw_service_tcp.pcap`);
    if (!read) return;
    assert.deepEqual(sentences(read, /./), ['1 × read ST 0 general configuration (from 0) (= testdata)']);
    assert.deepEqual(sentences(told(t, `${dir}/c1222_trace_service_tcp.pcap`)!, /./), [
      '1 × ask for the way to 1.3.6.1.4.1.33507 (it is 1.3.6.1.4.1.33507, 1.3.6.1.4.1.33507.1919.12345678.0)',
    ]);
    const register = told(t, `${dir}/c1222_reg_service_tcp.pcap`)!;
    assert.deepEqual(sentences(register, /./), [
      '1 × register 1.3.6.1.4.1.33507 (with serial number 1.3.6.1.4.1.33507) (at fizzbuzz)',
    ]);
    const error = told(t, `${dir}/c1222_service_error_tcp.pcap`)!;
    assert.equal(error.operations[0]!.samples[0]!.refused!.text, 'invalid service sequence state');
    const logged = told(t, `${dir}/c1222_logon_service_tcp.pcap`)!;
    assert.deepEqual(sentences(logged, /./), ['1 × log on as helloworld (number 4660)']);
    assert.equal(told(t, `${dir}/c1222_security_service_tcp.pcap`)!.credentials[0]!.secret, 12);
  });
});
