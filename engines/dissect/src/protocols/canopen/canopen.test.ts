import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readMessage } from '../../analysis/read-message.ts';
import { canFrame, onBus, survivesDamage } from '../../testing/bus.ts';
import { hex } from '../../testing/hex.ts';
import { sentences, told } from '../../testing/shared.ts';

const started = canFrame(0x702, hex`00`);
const alive = canFrame(0x702, hex`05`);
const start = canFrame(0x000, hex`01 02`);
const stop = canFrame(0x000, hex`02 00`);
/** CiA 301, 7.2.4.3.3: two octets of the control word, at once. */
const write = canFrame(0x602, hex`2B 4060 00 0F00 0000`);
const written = canFrame(0x582, hex`60 4060 00 0000 0000`);
const read = canFrame(0x602, hex`40 4160 00 0000 0000`);
const answered = canFrame(0x582, hex`4B 4160 00 3706 0000`);
/** The name of the device, longer than one frame. */
const readName = [
  canFrame(0x602, hex`40 0810 00 0000 0000`),
  canFrame(0x582, hex`41 0810 00 0A00 0000`),
  canFrame(0x602, hex`60 00 0000 0000 0000`),
  canFrame(0x582, hex`00 53 6572 766F 2050`),
  canFrame(0x602, hex`70 00 0000 0000 0000`),
  canFrame(0x582, hex`19 31 3200 0000 0000`),
];
const refused = canFrame(0x582, hex`80 4060 00 2200 0008`);
const outputs = canFrame(0x202, hex`01 FF`);
const inputs = canFrame(0x182, hex`2A`);
const emergency = canFrame(0x082, hex`1043 01 0000 0000 00`);

const shown = (report: ReturnType<typeof onBus>) =>
  report.operations
    .filter(({ code }) => code.startsWith('canopen.'))
    .flatMap(({ samples }) => samples.map(({ text }) => text));
const factsOf = ({ devices }: ReturnType<typeof onBus>, address: string) =>
  devices
    .find(({ addresses }) => addresses.includes(address))!
    .facts.map(({ field, value }) => `${field}: ${value}`);

describe('CANopen', () => {
  it('tells objects that are read and written, with values and what they were before', () => {
    const again = canFrame(0x602, hex`2B 4060 00 0600 0000`);
    const report = onBus(started, write, written, read, answered, again, written);
    assert.deepEqual(
      shown(report).toSorted((a, b) => a.localeCompare(b)),
      [
        'node 2 has started',
        'read object 0x6041, status word subindex 0 (got 1591)',
        'write 15 to object 0x6040, control word subindex 0',
        'write 6 to object 0x6040, control word subindex 0 (was 15)',
      ],
    );
    const word = report.variables.find(({ name }) => name.startsWith('0x6040'))!;
    assert.deepEqual([word.device.address, word.sets, word.last.value], ['canopen:2', 2, 6]);
  });

  it('gives the reason of an abort, and takes no value from it', () => {
    const report = onBus(started, write, refused);
    const operation = report.operations.find(({ code }) => code === 'canopen.write-object')!;
    assert.equal(operation.refused[0]!.code, 'canopen.device-state');
    assert.deepEqual(report.variables, []);
  });

  it('puts values together that come in segments', () => {
    assert.deepEqual(factsOf(onBus(started, alive, start, ...readName), 'canopen:2'), ['product: Servo P12']);
  });

  it('tells who is started and stopped', () => {
    const report = onBus(start, stop);
    assert.deepEqual(shown(report), ['stop all nodes', 'start node 2']);
    const { techniques, dangerous } = report.operations.find(({ code }) => code === 'canopen.stop-node')!;
    assert.deepEqual([techniques, dangerous], [['T0858'], true]);
  });

  it('takes data of the process for what it is once it is clear that CANopen is spoken', () => {
    assert.deepEqual(onBus(outputs, inputs).variables, []);
    const report = onBus(started, alive, start, outputs, inputs);
    assert.deepEqual(
      report.variables.map(({ name, sets, last }) => [name, sets, last.value]),
      [
        ['RPDO1 octet 0', 1, 1],
        ['RPDO1 octet 1', 1, 255],
        ['TPDO1 octet 0', 0, 42],
      ],
    );
  });

  it('tells of emergencies and of nodes that change their state', () => {
    const stopped = canFrame(0x702, hex`04`);
    const { anomalies } = onBus(started, alive, alive, stopped, emergency);
    assert.deepEqual(
      anomalies.map(({ code, samples: [sample] }) => [code, sample!.params]),
      [
        ['canopen.state-changed', { before: 'operational', state: 'stopped' }],
        ['canopen.emergency', { errors: '0x4310', what: 'temperature' }],
      ],
    );
  });

  it('is not seen in frames of others', () => {
    const others = [canFrame(0x3e8, hex`0102030405060708`), canFrame(0x620, hex`10 50 45 00 00 00 00 00`)];
    assert.equal((onBus(...others).counts['ics_frames'] as Record<string, number>)['canopen'], undefined);
  });

  it('shows every field of a frame', async () => {
    const report = onBus(write);
    const { at } = report.operations.find(({ code }) => code === 'canopen.write-object')!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at);
    const { dissector, fields } = tree.messages.at(-1)!;
    assert.equal(dissector, 'canopen');
    assert.match(JSON.stringify(fields), /control word/);
  });

  it('survives damage', () => survivesDamage([write, answered, readName[3]!, stop, emergency]));

  it('reads a capture of a drive', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/CANopen/CANopen.pcap');
    if (!report) return;
    assert.deepEqual(report.malformed, []);
    assert.deepEqual(sentences(report, /^canopen\.(reset|stop|write|start)/), [
      '1 × reset all nodes',
      '1 × stop node 99',
      '1 × write 1717859169 to object 0x6200 subindex 1',
      '1 × start node 66',
      '1 × start all nodes',
    ]);
    const attempt = report.operations.find(({ code }) => code === 'canopen.write-object')!;
    assert.equal(attempt.refused[0]!.code, 'canopen.object-does-not-exist');
  });
});
