import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { lontalk } from './lontalk.ts';

const packet = (frame: Uint8Array) =>
  join(u16(20 + frame.length), hex`01 01 00 00 0000 6B8B4567 00000000 00000000`, frame);

/** From subnet 1, node 42 to node 41 of the same, in the domain 01: as a real capture has it. */
const update = packet(hex`
  01           delta backlog 1
  09           transport, to a node, domain of one octet
  01 AA 01 A9 01  from 1/42 to 1/41
  03           acknowledged, transaction 3
  81 0D 00CA   network variable 0x010d
`);
const acknowledgement = packet(hex`00 09 01 A9 01 AA 01 23`);
const offline = packet(hex`01 19 01 81 01 AA 01 04 6C 00`);
const updateKey = packet(hex`01 19 01 81 01 AA 01 05 65 00 CAFED00DBEEF`);
const toNeuron = packet(hex`01 3D 01 81 00 112233445566 01 61 00`);

function analysed(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [lontalk], strict: true });
  analysis.push(Wire.speaking(lontalk.carriers[0]!, parts).pcap());
  return analysis.finish();
}
const texts = (report: ReturnType<typeof analysed>) =>
  report.operations.flatMap(({ samples }) => samples.map(({ text }) => text));

describe('LonTalk over IP', () => {
  keepsItsPromises(lontalk, [
    { request: update, reply: acknowledgement },
    { request: offline },
    { request: toNeuron },
  ]);

  it('tells what a node says, as a variable of the process', () => {
    const report = analysed(['request', update], ['reply', acknowledgement]);
    assert.deepEqual(texts(report), ['01:1/42 tells 01:1/41: NV 269 = 202']);
    assert.deepEqual([report.variables[0]!.name, report.variables[0]!.last.value], ['1/42 NV 269', 202]);
  });

  it('tells who takes a node offline', () => {
    const report = analysed(['request', offline]);
    assert.deepEqual(texts(report), ['set the mode of 01:1/42: offline']);
    assert.equal(report.operations[0]!.dangerous, true);
  });

  it('tells that a key is set, but not which', () => {
    const report = analysed(['request', updateKey]);
    const reader = new TracedReader(updateKey);
    lontalk.read(reader, { direction: 'request' });
    assert.ok(!JSON.stringify(reader.finish()).includes('cafed00d'));
    assert.deepEqual(texts(report), ['set the authentication key of 01:1/42']);
    assert.equal(report.credentials[0]!.secret, 6);
    assert.ok(!JSON.stringify(report).toLowerCase().includes('cafed00d'));
  });

  it('reads addresses by Neuron id', () => {
    const { frame } = lontalk.read(new ByteReader(toNeuron), { direction: 'request' });
    assert.equal(frame!.destination, '01:0, Neuron 112233445566');
    assert.equal(frame!.code, 0x61);
  });

  it('is recognised elsewhere by its plain header', () => {
    assert.equal(lontalk.recognises(update, 0, update.length, false), OURS);
    assert.equal(lontalk.recognises(update.with(1, 99), 0, update.length, false), NOT_OURS);
    assert.equal(lontalk.recognises(update.with(5, 1), 0, update.length, false), NOT_OURS);
  });

  it('reads a building in a real capture', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/LonTalk/Lon.part1.pcap');
    if (!report) return;
    const heard = report.variables.find(({ name }) => name === '1/42 NV 269')!;
    assert.ok(heard.count > 0 && heard.first.value === 202);
    assert.deepEqual(
      report.malformed.filter(({ protocol }) => protocol === 'lontalk').map(({ count }) => count),
      [1],
    );
  });
});
