import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { amqp } from './amqp.ts';

const short = (text: string) => join([text.length], Buffer.from(text));
const long = (text: string) => join(u32(text.length), Buffer.from(text));
const frame = (type: number, channel: number, content: Uint8Array) =>
  join([type], u16(channel), u32(content.length), content, [0xce]);
const method = (classId: number, methodId: number, ...content: ArrayLike<number>[]) =>
  frame(1, classId === 10 ? 0 : 1, join(u16(classId), u16(methodId), ...content));
const table = (...fields: Uint8Array[]) => {
  const content = join(...fields);
  return join(u32(content.length), content);
};
const property = (key: string, value: string) => join(short(key), [0x53], long(value));

const protocol = join(Buffer.from('AMQP'), hex`00 00 09 01`);
const start = method(
  10,
  10,
  [0, 9],
  table(property('product', 'RabbitMQ'), property('version', '3.12.1')),
  long('PLAIN'),
  long('en_US'),
);
const startOk = method(
  10,
  11,
  table(property('product', 'pika')),
  short('PLAIN'),
  long('\0historian\0hunter2!'),
  short('en_US'),
);
const open = method(10, 40, short('plant'), hex`00 00`);
const refused = method(10, 50, u16(403), short('ACCESS_REFUSED'), u16(10), u16(40));
const purge = method(50, 30, u16(0), short('alarms'), [0]);
const publish = method(60, 40, u16(0), short('telemetry'), short('boiler.1'), [0]);

/** AMQP 1.0: SASL init with PLAIN, an open and an attach. */
const performative = (type: number, code: number, ...fields: ArrayLike<number>[]) => {
  const list = join([fields.length], ...fields);
  const body = join([0x00, 0x53, code, 0xc0, list.length], list);
  return join(u32(8 + body.length), [2, type, 0, 0], body);
};
const symbol = (text: string) => join([0xa3], short(text));
const string = (text: string) => join([0xa1], short(text));
const init = performative(1, 0x41, symbol('PLAIN'), join([0xa0], short('\0scada\0swordfish')));
const open10 = performative(0, 0x10, string('container-1'), string('broker.plant'));
const source = join(hex`00 53 28 C0`, [8, 1], string('tags'), hex`40`);
const attach = performative(0, 0x12, string('link'), hex`43`, hex`41`, hex`40`, hex`40`, source);

const samples = [
  { request: startOk, reply: start },
  { request: publish },
  { request: open },
  { request: init },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking(amqp.carriers[0]!, parts);
  const analysis = new Analysis({ dissectors: [amqp], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}
const texts = ({ operations }: Pick<ReturnType<typeof analysed>, 'operations'>) =>
  operations.flatMap(({ samples: all }) => all.map(({ text }) => text));

describe('AMQP', () => {
  keepsItsPromises(amqp, samples);

  it('tells who signs in, and of the password how long it is', async () => {
    const { file, ...report } = analysed(['request', protocol], ['reply', start], ['request', startOk]);
    assert.deepEqual(texts(report), ['sign in with PLAIN (as historian)']);
    const { user, secret, scheme } = report.credentials[0]!;
    assert.deepEqual([scheme, user, secret], ['AMQP PLAIN', 'historian', 8]);
    assert.ok(!JSON.stringify(report).includes('hunter2'));
    const { at } = report.operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [amqp]);
    const fields = JSON.stringify(tree.messages[0]!.fields);
    assert.ok(!fields.includes('hunter2') && !fields.includes(Buffer.from('hunter2').toString('hex')));
  });

  it('learns what both sides are', () => {
    const { devices } = analysed(['reply', start], ['request', startOk]);
    const products = devices.flatMap(({ addresses, facts }) =>
      facts.filter(({ field }) => field === 'product').map(({ value }) => `${addresses[0]} ${value}`),
    );
    assert.deepEqual(products.toSorted(), ['192.0.2.1 pika', '192.0.2.2 RabbitMQ']);
  });

  it('tells what is published where, and who throws away what waits', () => {
    const report = analysed(['request', publish], ['request', purge]);
    assert.deepEqual(texts(report).toSorted(), [
      'publish to telemetry boiler.1',
      'throw away what waits in alarms',
    ]);
  });

  it('takes a close for a refusal of what came before', () => {
    const { operations } = analysed(['request', open], ['reply', refused]);
    assert.equal(operations[0]!.samples[0]!.refused!.code, 'amqp.access-refused');
  });

  it('takes a close without an error for none', () => {
    for (const code of [200, 100]) {
      const closed = method(10, 60, u16(code), short('No error'), u16(0), u16(0));
      const { operations } = analysed(['request', open], ['reply', closed]);
      assert.deepEqual(operations[0]!.refused, []);
    }
  });

  it('reads AMQP 1.0: who signs in, and what is attached to', () => {
    const { file: _, ...report } = analysed(['request', init], ['request', open10], ['request', attach]);
    assert.deepEqual(texts(report).toSorted(), [
      'open a connection (to broker.plant)',
      'send to or receive from tags',
      'sign in with PLAIN (as scada)',
    ]);
    assert.deepEqual([report.credentials[0]!.user, report.credentials[0]!.secret], ['scada', 9]);
    assert.ok(!JSON.stringify(report).includes('swordfish'));
  });

  it('is recognised elsewhere by a method that ends where it says', () => {
    assert.equal(amqp.recognises(publish, 0, publish.length, false), OURS);
    const endless = publish.with(publish.length - 1, 0);
    assert.equal(amqp.recognises(endless, 0, endless.length, false), NOT_OURS);
    assert.equal(amqp.recognises(init, 0, init.length, false), NOT_OURS);
  });

  it('reads a real broker', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/AMQP/AMQP_Sample.pcap');
    if (!report) return;
    const products = report.devices[0]!.facts.filter(({ field }) => field === 'product').map(
      ({ value }) => value,
    );
    assert.deepEqual(products.toSorted(), ['OpenAMQ Kernel Client', 'OpenAMQ Server']);
    assert.deepEqual(report.malformed, []);
  });
});
