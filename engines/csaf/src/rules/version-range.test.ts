import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isSingleVersion, parseVersionRange } from './version-range.ts';

describe('a version range of CSAF 2.1', () => {
  it('is VERS in its canonical form, or its constraints alone', () => {
    for (const range of [
      // The examples of section 3.1.3.
      'vers:gem/>=2.2.0|!=2.2.1|<2.3.0',
      'vers:npm/1.2.3|>=2.0.0|<5.0.0',
      'vers:pypi/0.0.0|0.0.1|0.0.2|0.0.3|1.0|2.0pre1',
      'vers:tomee/>=8.0.0-M1|<=8.0.1',
      'vers:all/*',
      '<=2',
      '<V3.0.29',
      '>10.9a|!=10.9c|!=10.9f|<=10.9k',
      '<2024-4-pabc0019|>2024-10-pefd0010|<2024-12-pjkl2010|>2024-12-pjkl5010|<=2025-1-pghi1001',
    ])
      assert.equal(typeof parseVersionRange(range), 'object', range);
  });

  it('is told what is wrong with it', () => {
    for (const [range, problem] of [
      ['all versions < 4.2.0', 'blank'],
      ['vers:/1.0', 'scheme'],
      ['vers:Intdot/<1', 'scheme'],
      ['VERS:intdot/<1', 'scheme'],
      ['vers:intdot/<>1', 'constraint'],
      ['vers:intdot/=1|>2', 'constraint'],
      ['vers:intdot/', 'constraint'],
      ['*', 'star'],
      ['vers:all/<1', 'star'],
      ['vers:intdot/*|<1', 'star'],
      ['vers:unheard-of/<1|>1', 'repeated'],
      ['vers:intdot/>=1.0|<1', 'repeated'],
      ['vers:intdot/>=1.10|<1.9', 'order'],
      ['vers:semver/>=1.0.0|<1.0.0-rc.1', 'order'],
      ['vers:intdot/<1|<2', 'redundant'],
      ['>1|>=2', 'redundant'],
      ['1|<2', 'redundant'],
    ] as const)
      assert.equal(parseVersionRange(range), problem, range);
  });

  it('may be a single version, which is no range', () => {
    const single = (range: string) => {
      const parsed = parseVersionRange(range);
      return typeof parsed === 'object' && isSingleVersion(parsed);
    };
    assert.ok(single('vers:intdot/4.2.0') && single('4.2.0'));
    assert.ok(!single('1|2') && !single('<1'));
  });
});
