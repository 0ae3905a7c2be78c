import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { compareVersions, parseVersion } from '../index.ts';

describe('versions of industrial products are in order', () => {
  for (const [earlier, later, why] of [
    ['V3.2.6', '3.2.16', 'numbers, not text'],
    ['V 3.2.18', 'V3.2.19', 'a blank after the V'],
    ['SV3.30', 'SV3.51', 'Schneider'],
    ['R511.5 TCU4 HF3', 'R511.5_TCU4_HF4', 'an underscore is a blank'],
    ['4.7', '4.7 SP1', 'nothing before a service pack'],
    ['4.7 HF27', '4.7 SP1', 'a hotfix of the base before the next service pack'],
    ['4.7 SP6 HF5', '4.7 SP6 HF12', 'hotfixes by number'],
    ['V17 Update 2', 'V17 Update 4', 'updates'],
    ['2019 SP1', '2019 R2', 'a second release after service packs'],
    ['7.10', '7.10a', 'a letter after the number'],
    ['14.1s0', '14.1s1', 'letters inside'],
    ['02.07.07(09)', '02.07.07(10)', 'brackets'],
    ['04.07.06.05', 'V4.7 SP6 HF6', 'the numeric twin of SP and HF'],
    ['1.0.0-rc1', '1.0.0', 'a candidate before its release'],
    ['V01L001', 'V02L061', 'letters between'],
    ['B', 'C', 'revision letters'],
    ['6.0.0-3', '6.0.0-4', 'a dash'],
    ['R302-V0', 'R302-V1', 'an inner V'],
  ] as const) {
    it(`${earlier} < ${later}: ${why}`, () => {
      assert.equal(order(earlier, later), -1);
      assert.equal(order(later, earlier), 1);
    });
  }

  for (const [one, other, why] of [
    ['10.010', '10.10', 'leading zeros'],
    ['04.07.06.05', 'V4.7 SP6 HF5', 'the numeric twin'],
    ['V3.8 build 19072315', '3.8', 'a build says nothing where the other has none'],
    ['3.2.17', 'V3.X.17', 'a placeholder in the middle'],
    ['11.4.2', '11.*', 'a placeholder at the end'],
    ['R155.1', 'R15x', 'a placeholder for digits'],
    ['ROS V5.0.1', '5.0.1', 'prefixes'],
    ['12.3', '12.3.0.0', 'zeros at the end'],
    ['Firmware-Version 4.5', 'fw=4.5', 'words in front'],
    ['Ｖ４．５', '4.5', 'full-width characters'],
    ['2024.0.6 LTS', '2024.0.6', 'a promise of support'],
  ] as const) {
    it(`${one} = ${other}: ${why}`, () => assert.equal(order(one, other), 0));
  }

  for (const [one, other] of [
    ['4.7.1', '4.7 SP2'],
    ['3.5 SP16', '3.5.16.20'],
    ['5.2.A', '5.2.1'],
  ] as const) {
    it(`${one} and ${other} are not put in an order`, () => assert.equal(order(one, other), undefined));
  }

  for (const text of [
    '',
    'unknown',
    'a3b04b7bc4872a5a39e5de3fdc5fbde52c09e10e',
    'CODESYS Gateway',
    'n/a',
    '<script>',
    '4.5.2/4.5.3',
    '4.5.2 or 4.5.3',
  ]) {
    it(`“${text}” is no version`, () => assert.equal(parseVersion(text), undefined));
  }

  it('the same both ways round', () => {
    const text = fc
      .array(fc.constantFrom('1', '2', '10', '.', '-', ' SP1', ' HF2', 'a', 'x', '(09)', 'V'), {
        maxLength: 7,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [there, back] = [order(a, b), order(b, a)];
        assert.equal(there, back === undefined ? undefined : -back + 0 || 0);
      }),
    );
  });
});

function order(a: string, b: string) {
  const [one, other] = [parseVersion(a), parseVersion(b)];
  return one && other && compareVersions(one, other)?.order;
}
