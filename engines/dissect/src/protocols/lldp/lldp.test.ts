import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import { described, stationOfChassis } from './descriptions.ts';
import { lldp } from './lldp.ts';

/** Type in 7 bits, length in 9. */
const element = (type: number, ...value: (string | ArrayLike<number>)[]) => {
  const bytes = join(
    ...value.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part)),
  );
  return join([(type << 1) | (bytes.length >> 8), bytes.length & 0xff], bytes);
};
const END = [0, 0];

const bridge = hex`
  0207 04 020000000102    chassis: MAC address
  0404 05 312F31          port: interface name 1/1
  0602 0078               120 seconds
  0A05 7377697463         name: switc
  0E04 0014 0014          bridge and router, both enabled
  100C 05 01 C0000214 02 00000001 00  management address 192.0.2.20
  FE06 0080C2 01 01E8     port VLAN
  FE09 00120F 01 03 6C00 0010  100BASE-TX
  0000
`;

const controller = join(
  element(1, [7], 'plcxb1d0ed'),
  element(2, [7], 'port-001.plcxb1d0ed'),
  element(3, [0, 20]),
  element(6, 'Siemens, SIMATIC S7, CPU-1200, 6ES7 214-1AG40-0XB0, HW: 7, FW: V.4.2.1, S V-K2C13707'),
  element(7, [0, 0x84, 0, 0x84]),
  element(127, [0x00, 0x0e, 0xcf, 5], [2, 0, 0, 0, 0, 9]),
  END,
);

const telephone = join(
  element(1, [4], [2, 0, 0, 0, 0, 1]),
  element(2, [3], [2, 0, 0, 0, 0, 1]),
  element(3, [0, 120]),
  element(127, [0x00, 0x12, 0xbb, 5], 'A2'),
  element(127, [0x00, 0x12, 0xbb, 6], '1.4.2'),
  element(127, [0x00, 0x12, 0xbb, 8], 'SN-0042'),
  element(127, [0x00, 0x12, 0xbb, 9], 'Pumps & Co'),
  END,
);

function deviceOf(message: Uint8Array) {
  const analysis = new Analysis({ dissectors: [lldp], strict: true });
  analysis.push(Wire.speaking({ on: 'ethertype', at: [0x88cc] }, [['request', message]]).pcap());
  return analysis.finish().devices.find(({ macs }) => macs.includes('02:00:00:00:00:01'))!;
}

const factsOf = (message: Uint8Array) =>
  deviceOf(message)
    .facts.filter(({ protocol }) => protocol === 'lldp')
    .map(({ field, value }) => [field, value]);

const inWords = (description: string) =>
  described(description).facts.map(({ field, value }) => `${field} ${value}`);

describe('LLDP', () => {
  keepsItsPromises(lldp, [{ request: bridge }, { request: controller }, { request: telephone }]);

  it('learns name, addresses and role of a switch', () => {
    const device = deviceOf(bridge);
    assert.ok(device.addresses.includes('192.0.2.20'));
    assert.ok(device.macs.includes('02:00:00:00:01:02'));
    assert.deepEqual(device.names, ['switc']);
    assert.equal(device.roles[0]!.role, 'switch');
    assert.equal(device.roles[0]!.certainty, 'stated');
  });

  it('does not take a controller with two ports for a switch', () => {
    const device = deviceOf(controller);
    assert.deepEqual(
      device.roles.map(({ role }) => role),
      ['controller'],
    );
    assert.ok(device.macs.includes('02:00:00:00:00:09'));
  });

  it('does not take a silent station for a switch because it forwards frames', () => {
    const forwards = join(element(1, [7], 'a'), element(7, [0, 0x84, 0, 0x84]), END);
    assert.ok(!deviceOf(forwards).roles.some(({ role }) => role === 'switch'));
  });

  it('reads the nameplate of a PROFINET station out of its description', () => {
    const facts = Object.fromEntries(factsOf(controller));
    assert.equal(facts['station'], 'plcxb1d0ed');
    assert.equal(facts['vendor'], 'Siemens');
    assert.equal(facts['orderNumber'], '6ES7 214-1AG40-0XB0');
    assert.equal(facts['hardware'], '7');
    assert.equal(facts['firmware'], 'V4.2.1');
    assert.equal(facts['serial'], 'S V-K2C13707');
  });

  it('reads the nameplate in the identifier of the chassis as well', () => {
    const chassis = 'S7-1200                   6ES7 214-1AG40-0XB0  S V-K2C13707         7 V  4  2  1';
    assert.deepEqual(
      stationOfChassis(chassis, 'port-001.plc', true).map(({ value }) => value),
      ['plc', 'S7-1200', '6ES7 214-1AG40-0XB0', 'S V-K2C13707', '7', 'V4.2.1'],
    );
    assert.deepEqual(stationOfChassis('plc', 'eth0', false), []);
  });

  it('reads the inventory of LLDP-MED', () => {
    assert.deepEqual(factsOf(telephone), [
      ['hardware', 'A2'],
      ['firmware', '1.4.2'],
      ['serial', 'SN-0042'],
      ['vendor', 'Pumps & Co'],
    ]);
  });

  it('understands the descriptions that are met in plants', () => {
    assert.deepEqual(
      inWords('Siemens, SIMATIC NET, SCALANCE X212-2, 6GK5 212-2BB00-2AA3, HW: 7, FW: V4.02'),
      [
        'vendor Siemens',
        'product SCALANCE X212-2',
        'orderNumber 6GK5 212-2BB00-2AA3',
        'hardware 7',
        'firmware V4.02',
      ],
    );
    assert.deepEqual(
      inWords(
        'Cisco IOS Software, C3560 Software (C3560-ADVIPSERVICESK9-M), Version 12.2(44)SE, RELEASE SOFTWARE',
      ),
      ['vendor Cisco', 'product C3560', 'firmware 12.2(44)SE', 'os IOS'],
    );
    assert.deepEqual(inWords('Dell Inc. OptiPlex 990,01,G22XB2S + HMI'), [
      'vendor Dell Inc.',
      'product OptiPlex 990',
      'hardware 01',
      'serial G22XB2S',
    ]);
    assert.deepEqual(inWords('a box'), []);
  });

  it('answers in time whatever a description says', () => {
    const started = performance.now();
    for (const text of ['A'.repeat(500), 'A '.repeat(250), 'Siemens, '.repeat(60), `A${' b'.repeat(200)},,`])
      described(text);
    stationOfChassis(`S${' S'.repeat(120)}`, `port-001.${'x'.repeat(400)}`, true);
    assert.ok(performance.now() - started < 500);
  });

  it('does not believe addresses that are none', () => {
    const unset = join(element(1, [7], 'a'), element(8, [5, 1, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0]), END);
    assert.deepEqual(deviceOf(unset).addresses, []);
  });

  it('shows every element by name', () => {
    const reader = new TracedReader(bridge);
    lldp.read(reader, { direction: 'request' });
    assert.deepEqual(
      reader.finish().map(({ remark }) => remark),
      [
        'chassis',
        'port',
        'time to live',
        'system name',
        'system capabilities',
        'management address',
        'organisationally specific',
        'organisationally specific',
        'end',
      ],
    );
  });
});
