import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, Wire } from '../../testing/wire.ts';
import { rtps } from './rtps.ts';

const header = hex`52545053 02 02 010F 010F0102030405060708090A`;
const le16 = (value: number) => [value & 0xff, value >> 8];
const le32 = (value: number) => [...le16(value & 0xffff), 0, 0];
const text = (value: string) => {
  const padded = Math.ceil((value.length + 1) / 4) * 4;
  return join(le32(value.length + 1), Buffer.from(value.padEnd(padded, '\0')));
};
const parameter = (id: number, value: Uint8Array) => join(le16(id), le16(value.length), value);
const END = hex`0100 0000`;

/** Discovery data from one of the built-in writers. */
const discovered = (writer: Uint8Array, ...parameters: Uint8Array[]) => {
  const content = join(hex`0000 1000 00000000`, writer, hex`00000000 01000000 0003 0000`, ...parameters, END);
  return join(header, hex`09 01 0800 0000000000000000`, hex`15 05`, le16(content.length), content);
};
const participant = discovered(
  hex`000100C2`,
  parameter(0x62, text('Boiler')),
  parameter(0x59, join(le32(1), text('fastdds.physical_data.hostname'), text('plc-7'))),
);
const writer = discovered(hex`000003C2`, parameter(5, text('Pressure')), parameter(7, text('Scalar')));
const reader = discovered(hex`000004C2`, parameter(5, text('Valve')), parameter(7, text('Command')));
const ping = hex`52545053 02 01 0101 4E44445350494E47`;

function analysed(...parts: Uint8Array[]) {
  const analysis = new Analysis({ dissectors: [rtps], strict: true });
  analysis.push(
    Wire.speaking(
      rtps.carriers[0]!,
      parts.map((part) => ['request', part]),
    ).pcap(),
  );
  return analysis.finish();
}

describe('DDS (RTPS)', () => {
  keepsItsPromises(rtps, [{ request: participant, reply: writer }, { request: reader }, { request: ping }]);

  it('learns who takes part', () => {
    const { devices, operations } = analysed(participant);
    const stated = devices.flatMap(({ facts }) => facts.map(({ field, value }) => `${field} ${value}`));
    for (const fact of ['name plc-7', 'product eProsima Fast DDS'])
      assert.ok(stated.includes(fact), stated.join());
    assert.equal(operations[0]!.samples[0]!.text, 'participant Boiler announces itself');
  });

  it('tells topics by who offers and who wants them', () => {
    const { operations } = analysed(writer, reader);
    assert.deepEqual(operations.map(({ samples }) => samples[0]!.text).toSorted(), [
      'offer to publish Pressure (Scalar)',
      'subscribe to Valve (Command)',
    ]);
  });

  it('takes no submessage for longer than the message', () => {
    const lying = Uint8Array.from(writer);
    lying.set([0xff, 0x7f], 34);
    assert.throws(() => rtps.read(new ByteReader(lying), { direction: 'request' }), /length/);
  });

  it('is recognised anywhere by its name and version', () => {
    assert.equal(rtps.recognises(ping, 0, ping.length, false), OURS);
    assert.equal(rtps.recognises(ping.with(3, 0), 0, ping.length, false), NOT_OURS);
    assert.equal(rtps.recognises(ping.with(4, 9), 0, ping.length, false), NOT_OURS);
  });

  it('reads a real participant', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/RTPS/rtps.pcap');
    if (!report) return;
    const stated = report.devices[0]!.facts.map(({ field, value }) => `${field} ${value}`);
    for (const fact of ['name localhost.localdomain', 'user root', 'product RTI Connext DDS']) {
      assert.ok(stated.includes(fact), `${fact} in ${stated.join()}`);
    }
    assert.deepEqual(report.malformed, []);
  });
});
