import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { ethernet, join, u16, Wire } from '../../testing/wire.ts';
import { bacnet } from './bacnet.ts';
import { bvlc } from './bvlc.ts';
import { groupOf, listOf, valueOf } from './shapes.ts';

/** In an NPDU of the local network, from one node to another. */
const npdu = (apdu: Uint8Array, reply = false) => join([1, reply ? 0 : 4], apdu);
const bvll = (message: Uint8Array, code = 0x0a) => join([0x81, code], u16(message.length + 4), message);

// Annex F prints these.
const readProperty = npdu(hex`
  00 00 01 0C  confirmed request, invoke id 1, ReadProperty
  0C 00000005  analog-input 5
  19 55        present-value
`);
const readPropertyAck = npdu(
  hex`
    30 01 0C     complex ack
    0C 00000005  analog-input 5
    19 55        present-value
    3E 44 4290999A 3F  72.3
  `,
  true,
);
const writeProperty = npdu(hex`
  00 04 59 0F  invoke id 89, WriteProperty
  0C 00800001  analog-value 1
  19 55        present-value
  3E 44 43340000 3F  180.0
`);
const writePropertyAck = npdu(hex`20 59 0F`, true);
const readFile = npdu(hex`
  00 02 00 06  AtomicReadFile
  C4 02800001  file 1
  0E 31 00 21 1B 0F  27 octets from the beginning
`);
const readFileAck = npdu(
  join(hex`30 00 06 10 0E 31 00 65 1B`, Buffer.from('Chiller01 On-Time=4.3 Hours'), [0x0f]),
  true,
);
const covNotification = npdu(hex`
  10 02        unconfirmed, COV notification
  09 12        process 18
  1C 02000004  device 4
  2C 0000000A  analog-input 10
  39 00        0 s remaining
  4E 09 55 2E 44 42820000 2F  present-value 65.0
  09 6F 2E 82 04 00 2F 4F  status-flags
`);
const communicationControl = npdu(hex`
  00 04 05 11  DeviceCommunicationControl
  09 05        5 minutes
  19 01        disable
  2D 08 00 23656762646621  password
`);
const communicationControlAck = npdu(hex`20 05 11`, true);
const reinitialize = npdu(hex`
  00 01 02 14  ReinitializeDevice
  09 01        warmstart
  1D 09 00 4162436445664768  password
`);
const passwordFailure = npdu(hex`50 02 14 91 05 91 1A`, true);
const readMultipleAck = npdu(
  hex`
    30 01 0E  ReadPropertyMultiple
    0C 00000010 1E  analog-input 16
    29 55 4E 44 4290999A 4F  present-value 72.3
    29 67 5E 91 02 91 20 5F 1F  reliability: unknown property
  `,
  true,
);
const readMultiple = npdu(hex`00 04 01 0E 0C 00000010 1E 09 55 09 67 1F`);
const iAm = npdu(hex`10 00 C4 02000001 22 01E0 91 01 21 07`);
const whoIs = npdu(hex`10 08 09 03 19 03`);
const writeGroup = npdu(hex`
  10 0A        WriteGroup
  09 17 19 08  group 23, priority 8
  2E           of these channels
  0A 010C 44 448AE000  268: 1111.0
  0A 010D 19 05 91 01  269, overriding priority 5: enumerated 1
  09 0E 00             14: NULL
  09 0F 0E 09 01 1C 42480000 49 64 0F  15: lighting command fade-to, 50 %, 100 ms
  2F 39 01     inhibit delay
`);
const whoIsRouter = hex`01 80 00 0005`;
const iAmRouter = hex`01 80 01 0005 0006`;

const samples = [
  { request: readProperty, reply: readPropertyAck },
  { request: writeProperty, reply: writePropertyAck },
  { request: readFile, reply: readFileAck },
  { request: communicationControl, reply: communicationControlAck },
  { request: reinitialize, reply: passwordFailure },
  { request: readMultiple, reply: readMultipleAck },
  { request: whoIs, reply: iAm },
  { request: whoIsRouter, reply: iAmRouter },
  { request: covNotification },
  { request: writeGroup },
];

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking(
    bvlc.carriers[0]!,
    parts.map(([direction, message]) => [direction, bvll(message)]),
  );
  const analysis = new Analysis({ dissectors: [bvlc, bacnet], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

const read = (bytes: Uint8Array) => bacnet.read(new ByteReader(bytes), { direction: 'request' });

const texts = ({ operations }: Pick<ReturnType<typeof analysed>, 'operations'>) =>
  operations.flatMap(({ samples: all }) => all.map(({ text }) => text));

describe('BACnet', () => {
  keepsItsPromises(bacnet, samples, { dissectors: [bvlc], wrap: bvll });

  it('reads a property with its value', () => {
    const { apdu } = read(readPropertyAck);
    const group = groupOf(apdu!.parameters);
    assert.equal(valueOf(group['object'])!.means, 'analog-input 5');
    assert.equal(valueOf(group['property'])!.means, 'present-value');
    assert.equal(valueOf(listOf(group['value'])[0])!.value, 72.3);
  });

  it('tells what was read, and the value as a variable of the process', () => {
    const report = analysed(['request', readProperty], ['reply', readPropertyAck]);
    assert.deepEqual(texts(report), ['read analog-input 5 present-value (= 72.3)']);
    const [variable] = report.variables;
    assert.equal(variable!.name, 'analog-input 5 present-value');
    assert.equal(variable!.last.value, 72.3);
    assert.equal(variable!.device.address, '192.0.2.2');
  });

  it('tells what a write replaces, once the device has agreed to the one before', () => {
    const another = writeProperty.slice();
    another.set(hex`42C80000`, another.length - 5);
    const ack = writePropertyAck;
    const report = analysed(['request', writeProperty], ['reply', ack], ['request', another], ['reply', ack]);
    assert.deepEqual(texts(report), [
      'write analog-value 1 present-value := 180',
      'write analog-value 1 present-value := 100 (was 180)',
    ]);
    assert.equal(report.variables[0]!.sets, 2);
  });

  it('does not take a refused write for the value', () => {
    const error = npdu(hex`50 59 0F 91 02 91 28`, true);
    const report = analysed(['request', writeProperty], ['reply', error], ['request', writeProperty]);
    assert.deepEqual(texts(report), Array(2).fill('write analog-value 1 present-value := 180'));
    assert.equal(report.operations[0]!.samples[0]!.refused!.code, 'bacnet.write-access-denied');
    // The second one got no answer that anybody saw.
    assert.deepEqual(
      report.variables.map(({ name, count, sets }) => [name, count, sets]),
      [['analog-value 1 present-value', 1, 1]],
    );
  });

  it('takes of several writes those before the one that failed for values', () => {
    const writeMultiple = npdu(hex`
      00 04 01 10                  WritePropertyMultiple
      0C 00800001 1E 09 55 2E 44 42860000 2F 1F  analog-value 1 present-value 67.0
      0C 00800002 1E 09 55 2E 44 42860000 2F 1F  analog-value 2
      0C 00800003 1E 09 55 2E 44 42900000 2F 1F  analog-value 3
    `);
    const denied = hex`50 01 10 0E 91 02 91 28 0F`;
    const failed = npdu(join(denied, hex`1E 0C 00800002 19 55 1F`), true);
    assert.deepEqual(
      analysed(['request', writeMultiple], ['reply', failed]).variables.map(({ name }) => name),
      ['analog-value 1 present-value'],
    );
    assert.deepEqual(analysed(['request', writeMultiple], ['reply', npdu(denied, true)]).variables, []);
  });

  it('tells the priority of a write, and null as giving it up', () => {
    const relinquish = npdu(hex`00 04 5A 0F 0C 00400001 19 55 3E 00 3F 49 08`);
    assert.deepEqual(texts(analysed(['request', relinquish])), [
      'write analog-output 1 present-value := null (priority 8)',
    ]);
  });

  it('tells several properties, and which of them the device does not have', () => {
    const report = analysed(['request', readMultiple], ['reply', readMultipleAck]);
    assert.deepEqual(texts(report), [
      'read analog-input 16 present-value, analog-input 16 reliability (= 72.3, error: unknown property)',
    ]);
  });

  it('finds a file that is read, in the capture', () => {
    const { transfers, file } = analysed(['request', readFile], ['reply', readFileAck]);
    const { name, way, bytes, pieces } = transfers[0]!;
    assert.deepEqual([name, way, bytes], ['file 1', 'from', 27]);
    const [[at, length]] = pieces as [[number, number]];
    assert.equal(Buffer.from(file.subarray(at, at + length)).toString(), 'Chiller01 On-Time=4.3 Hours');
  });

  it('tells values that are reported, of the one who reports them', () => {
    const report = analysed(['reply', covNotification]);
    assert.deepEqual(texts(report), [
      'report analog-input 10 present-value, analog-input 10 status-flags = 65, {0 0 0 0}',
    ]);
    assert.equal(report.operations[0]!.source.address, '192.0.2.2');
    assert.equal(report.variables[0]!.device.address, '192.0.2.2');
  });

  it('tells events with what the object had', () => {
    const event = npdu(hex`
      10 03 09 01  process 1
      1C 02000004  device 4
      2C 00000002  analog-input 2
      3E 19 10 3F  sequence number 16
      49 04 59 64 69 05  class 4, priority 100, out-of-range
      89 00 99 01 A9 00 B9 03  alarm, to be acknowledged, normal to high-limit
      CE 5E 0C 42A03333 1A 0480 2C 3F800000 3C 42A00000 5F CF  80.1, over 80
    `);
    const report = analysed(['request', event]);
    assert.deepEqual(texts(report), ['report out-of-range of analog-input 2: normal → high-limit (at 80.1)']);
    assert.deepEqual(report.malformed, []);
  });

  it('tells who mutes a device, and that a password was sent, but not which', async () => {
    const report = analysed(['request', communicationControl], ['reply', communicationControlAck]);
    assert.deepEqual(texts(report), ['communication of the device: disable (for 5 minutes)']);
    const [operation] = report.operations;
    assert.deepEqual(operation!.techniques, ['T0814', 'T0804']);
    assert.equal(report.credentials[0]!.secret, 7);
    const { file, ...said } = report;
    assert.ok(!JSON.stringify(said).includes('egbdf'));
    const { at } = operation!.samples[0]!;
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [bvlc, bacnet]);
    const fields = JSON.stringify(tree.messages.map((message) => message.fields));
    assert.ok(!fields.includes('egbdf') && !fields.includes('6567626466') && fields.includes('"password"'));
  });

  it('tells who restarts a device, and why it did not', () => {
    const { operations } = analysed(['request', reinitialize], ['reply', passwordFailure]);
    assert.equal(operations[0]!.samples[0]!.text, 'reinitialize the device: warmstart');
    assert.equal(operations[0]!.samples[0]!.refused!.text, 'password failure');
  });

  it('takes a reject and an abort for refusals too', () => {
    const reject = analysed(['request', readProperty], ['reply', npdu(hex`60 01 09`, true)]);
    assert.equal(reject.operations[0]!.samples[0]!.refused!.code, 'bacnet.unrecognized-service');
    const abort = analysed(['request', readProperty], ['reply', npdu(hex`71 01 04`, true)]);
    assert.equal(abort.operations[0]!.samples[0]!.refused!.code, 'bacnet.segmentation-not-supported');
  });

  it('tells a program that is halted from other writes', () => {
    const halt = npdu(hex`00 04 5B 0F 0C 04000001 19 5A 3E 91 03 3F`);
    const [operation] = analysed(['request', halt]).operations;
    assert.equal(operation!.code, 'bacnet.program-change');
    assert.equal(operation!.samples[0]!.text, 'program 1 program-change: halt');
  });

  it('learns who a device is', () => {
    const name = npdu(
      join(hex`30 01 0C 0C 02000001 19 46 3E 75 08 00`, Buffer.from('NAE5510'), [0x3f]),
      true,
    );
    const { devices } = analysed(['reply', iAm], ['reply', name]);
    const { facts } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const stated = facts.map(({ field, value }) => `${field} ${value}`);
    for (const fact of ['station device 1', 'vendor Siemens', 'model NAE5510'])
      assert.ok(stated.includes(fact), fact);
  });

  it('knows a station behind a router from the router', () => {
    const routed = hex`01 08 0005 01 0C 10 00 C4 02000009 22 01E0 91 01 21 07`;
    const { devices } = analysed(['reply', routed]);
    const { facts, roles } = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    assert.deepEqual(
      facts.map(({ field, value }) => `${field} ${value}`),
      ['module 5:0c: device 9, Siemens'],
    );
    assert.ok(roles.some(({ role, because }) => role === 'router' && because === 'bacnet.routes'));
  });

  it('joins answers to requests that have the same invoke id, by the station they went to', () => {
    const asks = (station: number) =>
      join(hex`01 24 0005 01`, [station], hex`FF 00 04 01 0C 0C 00000001 19 55`);
    const answers = (station: number) =>
      join(hex`01 08 0005 01`, [station], hex`30 01 0C 0C 00000001 19 55 3E 44 42C80000 3F`);
    const refuses = (station: number) => join(hex`01 08 0005 01`, [station], hex`50 01 0C 91 01 91 1F`);
    const { operations } = analysed(
      ['request', asks(1)],
      ['request', asks(2)],
      ['reply', refuses(2)],
      ['reply', answers(1)],
    );
    const said = operations[0]!.samples.map(({ text, refused }) => [text, refused?.text]);
    assert.deepEqual(said, [
      ['read analog-input 1 present-value (= 100) (station 5:01)', undefined],
      ['read analog-input 1 present-value (station 5:02)', 'unknown object'],
    ]);
  });

  it('puts segments together, and shows the whole', async () => {
    const list = join(
      hex`0C 02000001 19 4C 3E`,
      ...Array.from({ length: 20 }, (_, i) => join([0xc4, 0, 0, 0], [i])),
      [0x3f],
    );
    const request = npdu(hex`02 75 01 0C 0C 02000001 19 4C`);
    const first = npdu(join(hex`3C 01 00 02 0C`, list.subarray(0, 60)), true);
    const second = npdu(join(hex`38 01 01 02 0C`, list.subarray(60)), true);
    const report = analysed(['request', request], ['reply', first], ['reply', first], ['reply', second]);
    const [sample] = report.operations[0]!.samples;
    assert.match(String(sample!.params['values']), /^\{analog-input 0, analog-input 1, .*analog-input 19\}$/);
    assert.deepEqual(report.malformed, []);
    assert.deepEqual(
      { ...(report.counts['bacnet_apdu'] as object) },
      { 'complex-ack': 3, 'confirmed-req': 1 },
    );
  });

  it('keeps a place for a fact from segments that shows all of them', async () => {
    const text = Buffer.from('A controller of the third floor, north wing');
    const data = join(hex`0C 02000001 19 1C 3E 75`, [text.length + 1, 0], text, [0x3f]);
    const parts = [
      npdu(join(hex`3C 01 00 02 0C`, data.subarray(0, 20)), true),
      npdu(join(hex`38 01 01 02 0C`, data.subarray(20)), true),
    ];
    const { devices, file } = analysed(['reply', parts[0]!], ['reply', parts[1]!]);
    const fact = devices.flatMap(({ facts }) => facts).find(({ field }) => field === 'description')!;
    assert.equal(fact.value, text.toString());
    const tree = await readMessage((from, count) => file.subarray(from, from + count), fact.at!, [
      bvlc,
      bacnet,
    ]);
    assert.equal(tree.messages.at(-1)!.malformed, undefined);
    assert.ok(JSON.stringify(tree.messages.at(-1)!.fields).includes(text.toString()));
  });

  it('gives up a message of which a segment is missing', () => {
    const part = (sequence: number, more: boolean) =>
      npdu(join([more ? 0x3c : 0x38, 1, sequence, 2, 0x0c], hex`0C 00000001 19 55 3E`), true);
    const { malformed, operations } = analysed(['reply', part(0, true)], ['reply', part(2, false)]);
    assert.deepEqual([malformed, operations], [[], []]);
  });

  it('notices who tries objects that are not there', () => {
    const parts = Array.from({ length: 8 }, (_, i): [Direction, Uint8Array][] => [
      ['request', npdu(join([0, 4, i, 12, 12, 0, 0, 0, i], hex`19 55`))],
      ['reply', npdu(join([0x50, i, 12], hex`91 01 91 1F`), true)],
    ]).flat();
    const { operations, devices } = analysed(...parts);
    assert.ok(operations.some(({ code }) => code === 'bacnet.object-sweep'));
    assert.ok(!analysedCodes(parts.slice(2)).includes('bacnet.object-sweep'));
    assert.ok(devices.some(({ roles }) => roles.some(({ because }) => because === 'bacnet.tries-objects')));
  });

  it('notices who looks for devices range by range', () => {
    const parts = Array.from({ length: 5 }, (_, i): [Direction, Uint8Array] => [
      'request',
      npdu(join(hex`10 08 0A`, u16(i * 1_000), [0x1a], u16(i * 1_000 + 999))),
    ]);
    assert.ok(analysedCodes(parts).includes('bacnet.device-sweep'));
    assert.ok(!analysedCodes(parts.slice(1)).includes('bacnet.device-sweep'));
  });

  it('notices two that say they are the same device', () => {
    const { anomalies } = analysed(['reply', iAm], ['reply', iAm], ['request', iAm]);
    assert.deepEqual(
      anomalies.map(({ code, count }) => [code, count]),
      [['bacnet.device-number-twice', 1]],
    );
  });

  it('learns who routes', () => {
    const { devices } = analysed(['request', whoIsRouter], ['reply', iAmRouter]);
    const role = devices.flatMap(({ roles }) => roles).find(({ because }) => because === 'bacnet.is-router');
    assert.deepEqual(role!.params, { networks: [5, 6] });
  });

  it('takes NPDUs from Ethernet without IP', () => {
    const wire = new Wire({ on: 'ethertype' });
    for (const [direction, message] of [
      ['request', readProperty],
      ['reply', readPropertyAck],
    ] as const) {
      const frame = join([0x82, 0x82, 0x03], message);
      wire.add(ethernet(direction, frame.length, join(frame, new Uint8Array(20))));
    }
    const analysis = new Analysis({ dissectors: [bacnet], strict: true });
    analysis.push(wire.pcap());
    const report = analysis.finish();
    assert.deepEqual(texts(report), ['read analog-input 5 present-value (= 72.3)']);
    assert.deepEqual(report.malformed, []);
  });

  it('takes no nesting that nobody means, and no integer longer than there are', () => {
    const deep = npdu(join(hex`00 04 01 0F 0C 00000001 19 55 3E`, new Uint8Array(200).fill(0x0e)));
    assert.throws(() => read(deep), /nested too deeply/);
    const long = npdu(join(hex`00 04 01 0F 0C 00000001 19 55 3E 25 09`, new Uint8Array(9), [0x3f]));
    assert.throws(() => read(long), new Malformed('value', 16, 'an integer of 9 bytes'));
  });

  it('reads what devices say of themselves in a real capture', (t) => {
    const report = told(t, 'cisagov+icsnpp-bacnet/testing/traces/bacnet_example.pcap');
    if (!report) return;
    const device = report.devices.find(({ addresses }) => addresses.includes('172.20.32.109'))!;
    const stated = device.facts.map(({ field, value }) => `${field} ${value}`);
    for (const fact of ['station device 501', 'name PLC_28', 'model HIY-054', 'firmware 4.2.1']) {
      assert.ok(stated.includes(fact), fact);
    }
    const restarts = report.operations.filter(({ code }) => code === 'bacnet.reinitialize-device');
    assert.equal(
      restarts.reduce((sum, { count }) => sum + count, 0),
      120,
    );
    const value = report.variables.find(({ name }) => name === 'analog-input 1 present-value')!;
    assert.deepEqual([value.count, value.first.value, value.last.value], [20, 60.092587, 59.947212]);
  });
});

function analysedCodes(parts: [Direction, Uint8Array][]): string[] {
  return analysed(...parts).operations.map(({ code }) => code);
}

const writeTable = hex`81 01 000E C0000201 BAC0 FFFFFFFF`;
const refused = hex`81 00 0006 0010`;
const readForeign = hex`81 06 0004`;
const foreign = hex`81 07 000E C0000207 BAC0 003C 001E`;
const register = hex`81 05 0006 003C`;
const deleteForeign = hex`81 08 000A C0000207 BAC0`;
const registered = hex`81 00 0006 0000`;

function managed(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [bvlc, bacnet], strict: true });
  analysis.push(Wire.speaking(bvlc.carriers[0]!, parts).pcap());
  return analysis.finish();
}

describe('BACnet/IP', () => {
  keepsItsPromises(bvlc, [
    { request: writeTable, reply: refused },
    { request: readForeign, reply: foreign },
    { request: register, reply: registered },
    { request: deleteForeign, reply: registered },
  ]);

  it('tells who changes where broadcasts go, and that it was refused', () => {
    const [operation] = managed(['request', writeTable], ['reply', refused]).operations;
    assert.equal(operation!.code, 'bvlc.write-broadcast-table');
    assert.deepEqual(operation!.samples[0]!.params, { entries: ['192.0.2.1:47808/255.255.255.255'] });
    assert.match(operation!.samples[0]!.refused!.text, /refused/);
  });

  it('tells who registers, and who is registered', () => {
    const parts: [Direction, Uint8Array][] = [
      ['request', register],
      ['reply', registered],
      ['request', readForeign],
      ['reply', foreign],
    ];
    assert.deepEqual(texts(managed(...parts)), [
      'be sent the broadcasts of a network for 60 s',
      'ask which foreign devices are sent broadcasts (these: 192.0.2.7:47808)',
    ]);
  });

  it('counts as BACnet what carries nothing', () => {
    const { counts } = managed(['request', register]);
    assert.deepEqual({ ...(counts['ics_frames'] as object) }, { bacnet: 1 });
    assert.deepEqual({ ...(counts['bacnet_bvlc'] as object) }, { '0x05': 1 });
  });

  it('tells facts in what is forwarded of the one who sent it first', () => {
    const forwarded = join(hex`81 04`, u16(10 + iAm.length), hex`C0000263 BAC0`, iAm);
    const { devices } = managed(['reply', forwarded]);
    const device = devices.find(({ addresses }) => addresses.includes('192.0.2.99'))!;
    assert.ok(device.facts.some(({ field, value }) => field === 'station' && value === 'device 1'));
  });

  it('tells that it was the first sender who looks for devices, not who forwards that', () => {
    const whoIs = hex`01 20 FFFF 00 FF 10 08`;
    const { operations } = managed([
      'request',
      join(hex`81 04`, u16(10 + whoIs.length), hex`C0000263 BAC0`, whoIs),
    ]);
    assert.deepEqual(
      operations.map(({ code, source }) => [code, source.address]),
      [['bacnet.who-is', '192.0.2.99']],
    );
  });

  it('reads what is there where a device counts its bytes wrongly, and says so', () => {
    const wrong = bvll(readProperty).with(3, 40);
    const { anomalies, malformed, operations } = managed(['request', wrong]);
    assert.equal(operations.length, 1);
    assert.deepEqual(malformed, []);
    assert.deepEqual(anomalies[0]!.samples[0]!.params, { says: 40, actual: readProperty.length + 4 });
  });

  it('reads BACnet/IPv6 behind its virtual addresses', () => {
    const message = join(hex`82 01`, u16(10 + readProperty.length), hex`000001 000002`, readProperty);
    assert.deepEqual(texts(managed(['request', message])), ['read analog-input 5 present-value']);
  });

  it('is recognised elsewhere only when it carries an NPDU and every length agrees', () => {
    const message = bvll(readProperty);
    assert.equal(bvlc.recognises(message, 0, message.length, false), OURS);
    assert.equal(bvlc.recognises(message.with(3, 9), 0, message.length, false), NOT_OURS);
    assert.equal(bvlc.recognises(message.with(4, 2), 0, message.length, false), NOT_OURS);
    assert.equal(bvlc.recognises(register, 0, register.length, false), NOT_OURS);
  });

  // Clause 15.11.
  it('tells which channels of a group are written, with the priority of each, and what lamps are told', () => {
    const report = analysed(['request', writeGroup]);
    assert.deepEqual(texts(report), [
      'write channels 268 = 1111, 269 = 1 (priority 5), 14 = null, 15 = {fade-to, 50, 100} of group 23 (priority 8)',
    ]);
    assert.equal(report.operations[0]!.code, 'bacnet.write-group');
    assert.equal(report.malformed.length + report.anomalies.length, 0);
  });
});
