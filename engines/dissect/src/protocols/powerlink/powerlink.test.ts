import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { type Carrier, type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { assertSound, told } from '../../testing/shared.ts';
import { ethernet, join, Wire } from '../../testing/wire.ts';
import { powerlink } from './powerlink.ts';
import { powerlinkV1 } from './version-1.ts';

const ON_WIRE = { on: 'ethertype', at: [0x88ab] };
const OVER_UDP = { on: 'udp', at: [3819] };

const startOfCycle = hex`01 FF F0 00 80 00 01000000 02000000 0300000000000000`;
const poll = (value: number, ready = 1) =>
  Uint8Array.from([...hex`03 05 F0 00`, ready, ...hex`00 20 00 0200`, 1, value]);
const answer = (state: number, value = 7) =>
  Uint8Array.from([...hex`04 FF 05`, state, ...hex`01 00 20 00 0200 01`, value]);
const stop = hex`06 05 F0 04 22 00`;
const reset = hex`06 FF F0 04 28 00`;
const identification = hex`
  06 FF 05 01             ASnd from node 5, identification
  00 00 1D 00 20 00       Pre-Operational 1
  00000000 2C01 2400 2400
  64000000 0000
  91010F00                device type 401
  6C000001 34120000 01000100 39300000   B&R, product, revision, serial
  0000000000000000
  00000000 00000000 00000000 00000000
  0564A8C0 00FFFFFF FE64A8C0            192.168.100.5
  6E6F646535 000000000000000000000000000000000000000000000000000000
  0000
`;

/** Sequence, then command. */
const read = hex`06 00 00 05 02 06 0000 00 01 00 02 0400 0000 0010 00 00`;
const value = hex`06 00 00 05 06 06 0000 00 01 80 02 0400 0000 91010F00`;
const write = hex`06 00 00 05 02 0A 0000 00 02 00 01 0800 0000 0610 00 00 D0070000`;
const written = hex`06 00 00 05 0A 06 0000 00 02 80 01 0000 0000`;
const refused = hex`06 00 00 05 0A 06 0000 00 02 C0 01 0400 0000 02000106`;
const acknowledged = hex`06 00 00 05 06 06 0000 0000 0000 0000 0000 0000`;
const writeFile = hex`06 00 00 05 02 0E 0000 00 03 00 20 0C00 0000 00000000 66772E62696E 00 01`;

function analysed(carrier: Carrier, ...parts: [Direction, Uint8Array][]) {
  return analysedWire(Wire.speaking(carrier, parts));
}

function analysedWire(wire: Wire) {
  const analysis = new Analysis({ dissectors: [powerlink, powerlinkV1], strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

const byText = (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : 1);

describe('POWERLINK', () => {
  keepsItsPromises(powerlink, [
    { request: startOfCycle },
    { request: poll(1), reply: answer(0xfd) },
    { request: stop },
    { request: write, reply: refused },
  ]);

  it('counts messages by type', () => {
    const { counts } = analysed(
      ON_WIRE,
      ['request', startOfCycle],
      ['request', poll(1)],
      ['reply', answer(0xfd)],
    );
    assert.deepEqual({ ...(counts['epl_mtyp'] as object) }, { 1: 1, 3: 1, 4: 1 });
  });

  it('tells who stops or resets which node', () => {
    const { operations } = analysed(ON_WIRE, ['request', stop], ['request', reset]);
    assert.deepEqual(
      operations.map(({ samples: [sample], dangerous }) => [sample!.text, dangerous]).toSorted(byText),
      [
        ['reset node all: ResetNode', true],
        ['stop node 5: StopNode', true],
      ],
    );
  });

  it('notices a node that leaves Operational', () => {
    const { anomalies } = analysed(
      ON_WIRE,
      ['reply', answer(0xfd)],
      ['reply', answer(0x4d)],
      ['reply', answer(0x4d)],
    );
    assert.deepEqual(
      anomalies.map(({ code, count, samples }) => [code, count, samples[0]!.params]),
      [['powerlink.left-operational', 1, { node: 5, state: 'Stopped' }]],
    );
  });

  it('tells process data of nodes when they change, and only while they are valid', () => {
    const { variables } = analysed(
      ON_WIRE,
      ['request', poll(1)],
      ['request', poll(9, 0)],
      ['request', poll(2)],
      ['reply', answer(0xfd)],
    );
    assert.deepEqual(
      variables.map(({ name, sets, changes, last }) => [name, sets, changes, last.value]).toSorted(byText),
      [
        ['node 5 PReq byte 0', 1, 0, 1],
        ['node 5 PReq byte 1', 2, 1, 2],
        ['node 5 PRes byte 0', 0, 0, 1],
        ['node 5 PRes byte 1', 0, 0, 7],
      ],
    );
  });

  it('learns what a node says of itself', () => {
    const { devices } = analysed(ON_WIRE, ['reply', identification]);
    const node = devices.find(({ facts }) => facts.length > 0)!;
    const facts = node.facts.map(({ field, value: text }) => `${field} ${text}`);
    assert.ok(facts.includes('vendor B&R'));
    assert.ok(facts.includes('serial 12345'));
    assert.ok(facts.includes('name node5'));
    assert.ok(node.addresses.includes('192.168.100.5'));
  });

  it('tells a second managing node', () => {
    const wire = Wire.speaking(ON_WIRE, [['request', startOfCycle]]);
    wire.say('request', startOfCycle);
    const frame = ethernet('request', 0x88ab, startOfCycle);
    frame[11] = 0x77;
    wire.add(frame);
    const { operations } = analysedWire(wire);
    assert.deepEqual(
      operations.map(({ code, techniques }) => [code, techniques]),
      [['powerlink.another-manager', ['T0848']]],
    );
  });
});

describe('POWERLINK over UDP', () => {
  keepsItsPromises({ ...powerlink, carriers: [OVER_UDP] }, [{ request: read, reply: value }]);

  it('joins what is read to what was asked for', () => {
    const { operations } = analysed(OVER_UDP, ['request', read], ['reply', value], ['request', acknowledged]);
    assert.deepEqual(
      operations.map(({ count, samples: [sample] }) => [count, sample!.text]),
      [[1, 'read object 0x1000, device type subindex 0: 983441']],
    );
  });

  it('tells what was written, and whether it was taken', () => {
    const taken = analysed(OVER_UDP, ['request', write], ['reply', written]);
    assert.equal(taken.operations[0]!.samples[0]!.params['value'], 2_000);
    assert.deepEqual(
      taken.variables.map(({ name, sets, last }) => [name, sets, last.value]),
      [['0x1006.0', 1, 2_000]],
    );
    const not = analysed(OVER_UDP, ['request', write], ['reply', refused]);
    assert.equal(not.operations[0]!.refused[0]!.code, 'powerlink.object-is-read-only');
    assert.deepEqual(not.variables, []);
    const unanswered = analysed(OVER_UDP, ['request', write], ['reply', acknowledged]);
    assert.deepEqual(
      unanswered.variables.map(({ name, sets, setters }) => [name, sets, setters[0]!.by.address]),
      [['0x1006.0', 1, '192.0.2.1']],
    );
  });

  it('does not take the answer to somebody else who has its port', () => {
    const dns = hex`03 A1 81 80 0001 0001 0000 0000 03777777 00 0001 0001`;
    assert.equal(powerlink.recognises(dns, 0, dns.length, true), NOT_OURS);
    assert.equal(powerlink.recognises(read, 0, read.length, true), OURS);
  });

  it('tells a file that is written', () => {
    const [operation] = analysed(OVER_UDP, ['request', writeFile]).operations;
    assert.equal(operation!.samples[0]!.text, 'write the file fw.bin');
    assert.deepEqual(operation!.techniques, ['T0839']);
  });

  it('hands on a program that comes in segments, without what was sent again', () => {
    const segment = (sequence: number, flags: number, content: ArrayLike<number>) =>
      join(
        hex`06 00 00 05 02`,
        [(sequence << 2) | 2],
        hex`0000 00 04`,
        [flags],
        hex`01`,
        [content.length, 0],
        [0, 0],
        content,
      );
    const begins = segment(1, 0x10, hex`0C000000 501F 01 00 01020304`);
    const middle = segment(2, 0x20, hex`05060708`);
    const last = segment(3, 0x30, hex`090A0B0C`);
    const done = hex`06 00 00 05 0A 06 0000 00 04 80 01 0000 0000`;
    const carried = (...parts: [Direction, Uint8Array][]) =>
      analysed(OVER_UDP, ...parts).transfers.map(({ name, kind, way, bytes, complete }) => [
        name,
        kind,
        way,
        bytes,
        complete,
      ]);
    const all: [Direction, Uint8Array][] = [
      ['request', begins],
      ['request', middle],
      ['request', middle],
      ['request', last],
    ];
    assert.deepEqual(carried(...all, ['reply', done]), [['0x1f50, program data', 'program', 'to', 12, true]]);
    assert.deepEqual(carried(...all), [['0x1f50, program data', 'program', 'to', 12, false]]);
  });

  it('reads what a stack answers', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/PowerlinkEPL/epl.pcap');
    if (!report) return;
    assertSound(report, /powerlink/, 'epl.pcap');
    const write1000 = report.operations.find(({ code }) => code === 'powerlink.write-object')!;
    assert.equal(write1000.refused[0]!.text, 'object is read only');
    const facts = report.devices.flatMap(({ facts: told1 }) => told1.map(({ value: text }) => text));
    assert.ok(facts.includes('SYS TEC electronic EPL V2 Stack'));
  });
});

describe('POWERLINK version 1', () => {
  const pollRequest = hex`03 01 00 01 0400 00000000`;
  const pollResponse = hex`04 00 01 01 0400 101DAE06 0A0C0000`;
  const cycle = hex`01 FF 00 40 0100 101DAE06 D0070000 2200 0100`;

  keepsItsPromises(powerlinkV1, [{ request: cycle }, { request: pollRequest, reply: pollResponse }]);

  it('counts as POWERLINK', () => {
    const { counts, operations } = analysed(
      { on: 'ethertype', at: [0x3e3f] },
      ['request', cycle],
      ['request', pollRequest],
      ['reply', pollResponse],
    );
    assert.deepEqual(counts['ics_frames'], { powerlink: 3 });
    assert.equal(operations[0]!.code, 'powerlink.poll');
  });
});
