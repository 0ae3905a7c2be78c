import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import type { Direction, Dissector } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { Wire } from '../../testing/wire.ts';
import { modbus } from './modbus.ts';
import { modbusAscii, modbusRtu } from './serial.ts';

const line = (text: string) => new TextEncoder().encode(`${text}\r\n`);

/** The checksums are those of MODBUS over Serial Line, 6.2. */
const rtu = {
  request: hex`11 03 006B 0003 7687`,
  reply: hex`11 03 06 AE41 5652 4340 49AD`,
};
const ascii = { request: line(':1103006B00037E'), reply: line(':110306AE4156524340CC') };
const refused = hex`0A 81 02 B053`;

function told(parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [modbusRtu, modbusAscii, modbus], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [4001] }, parts).pcap());
  return analysis.finish();
}

describe('Modbus as on a serial line', () => {
  const framings: [string, Dissector, typeof rtu][] = [
    ['RTU', modbusRtu, rtu],
    ['ASCII', modbusAscii, ascii],
  ];
  for (const [name, dissector, { request, reply }] of framings) {
    it(`is read as Modbus, from ${name} on any port`, () => {
      const report = told([
        ['request', request],
        ['reply', reply],
      ]);
      assert.deepEqual(report.malformed, []);
      const [operation] = report.operations;
      assert.equal(operation!.protocol, dissector.name);
      assert.equal(operation!.code, 'modbus.read-holding-registers');
      assert.deepEqual(operation!.samples[0]!.params, {
        unit: 17,
        address: 107,
        quantity: 3,
        values: [44_609, 22_098, 17_216],
      });
      assert.deepEqual(
        report.variables.map((variable) => variable.name),
        ['unit 17 40108', 'unit 17 40109', 'unit 17 40110'],
      );
    });
  }

  it('is not what a checksum contradicts', () => {
    for (let bit = 0; bit < rtu.request.length * 8; bit++) {
      const damaged = Uint8Array.from(rtu.request);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(told([['request', damaged]]).operations.length, 0);
    }
    assert.equal(told([['request', line(':1103006B00037F')]]).operations.length, 0);
  });

  it('says why a device refused', () => {
    const report = told([
      ['request', hex`0A 01 04A1 0001 AC63`],
      ['reply', refused],
    ]);
    assert.deepEqual(
      report.operations[0]!.refused.map(({ code }) => code),
      ['modbus.illegal-data-address'],
    );
  });
});

describe('Modbus RTU over TCP', () => keepsItsPromises(modbusRtu, [rtu]));
describe('Modbus ASCII over TCP', () => keepsItsPromises(modbusAscii, [ascii]));
