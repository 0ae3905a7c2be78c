import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readName, readVersion } from './inventory-text.ts';

describe('the name of a device in an inventory', () => {
  for (const [text, name, hardware = []] of [
    ['SCALANCE X204-2 (slot 2)', 'SCALANCE X204-2'],
    ['1756-L83E, Slot 3', '1756-L83E'],
    ['CPU 1516-3 Rack 0/Slot 2', 'CPU 1516-3'],
    ['BMXP342020 [R0/S4]', 'BMXP342020'],
    ['CP 443-1 Steckplatz 5', 'CP 443-1'],
    ['SCALANCE_X204-2', 'SCALANCE X204-2'],
    ['AC500 Rev. 3', 'AC500', ['Rev. 3']],
    ['PFC200 (HW Rev. 1)', 'PFC200', ['HW Rev. 1']],
    ['Relay hardware revision 4', 'Relay', ['hardware revision 4']],
    ['1756-A7 7-slot chassis', '1756-A7 7-slot chassis'],
    ['HW Suite 12', 'HW Suite 12'],
  ] as const) {
    it(`${text} → ${name}`, () => assert.deepEqual(readName(text), { name, hardware: [...hardware] }));
  }
});

describe('the version of a device in an inventory', () => {
  for (const [stated, hardware, version] of [
    ['V4.2.1', 'E-Stand 5', 'V4.2.1'],
    ['HW: 3, FW: 4.4.0', undefined, '4.4.0'],
    ['FW 4.4.0 / HW 2', undefined, '4.4.0'],
    ['HW1 FW V4.4.0', undefined, 'V4.4.0'],
    ['1.000.HW00.21.20190812', undefined, '1.000.HW00.21.20190812'],
    ['2', '3', '2'],
    ['HW 3', undefined, undefined],
    ['', 'V4.2.1', undefined],
  ] as const) {
    it(`${stated} beside ${hardware} is ${version}`, () =>
      assert.equal(readVersion(stated, hardware).version, version));
  }

  for (const [firmware, hardware] of [
    ['2', 'V4.2.1'],
    ['B', 'FW 4.2'],
    ['Rev. B', '4.2.1.17'],
    ['E-Stand 5', 'Firmware V3.2'],
    ['Rev. 5', 'V4.1'],
    ['E:03', 'V4.3.1'],
    ['FS: 02', '4.1'],
    ['B', 'V4.1'],
    ['HW 2', '3.10'],
  ] as const) {
    it(`${firmware} beside the hardware ${hardware} seems to be swapped with it`, () => {
      const read = readVersion(firmware, hardware);
      assert.deepEqual([read.version, read.swapped], [undefined, { firmware, hardware }]);
    });
  }

  for (const [firmware, hardware] of [
    ['2', 'V4.1'],
    ['Rev. 5.12', '1.0'],
    ['V4.1', 'Rev. 5'],
    ['E5', 'B'],
    ['Rev. 5', '2'],
  ] as const) {
    it(`${firmware} beside the hardware ${hardware} may be as it should be`, () => {
      assert.equal(readVersion(firmware, hardware).swapped, undefined);
    });
  }
});
