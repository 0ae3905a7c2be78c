import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { includes, isOpenAbove, overlap, parseRange, type VersionRange } from './vers.ts';

function range(text: string): VersionRange {
  const found = parseRange(text);
  assert(found, text);
  return found;
}

describe('a strict version range', () => {
  it('is VERS or the constraints of one', () => {
    assert.deepEqual(parseRange('vers:npm/1.2.3|>=2.0.0|<5.0.0'), {
      type: 'npm',
      all: false,
      constraints: [
        { comparator: '=', version: '1.2.3' },
        { comparator: '>=', version: '2.0.0' },
        { comparator: '<', version: '5.0.0' },
      ],
    });
    assert.equal(range('<V3.0.29').type, undefined);
    assert.equal(range('vers:all/*').all, true);
    for (const text of [
      'all versions < 4.2',
      '<= 2',
      '*',
      '4.2',
      'vers:npm/',
      'vers:x/>1||<2',
      'vers:/all',
      '',
    ]) {
      assert.equal(parseRange(text), undefined, text);
    }
  });

  it('overlaps another where they share a version', () => {
    const cases: [string, string, boolean | undefined][] = [
      ['vers:intdot/>2.1.0|<4.2.0', 'vers:intdot/>1.2.0|<2.4.0', true],
      ['vers:intdot/>2.4.0|<4.2.0', 'vers:intdot/>1.2.0|<2.1.0', false],
      ['vers:intdot/>2.1.0|<4.2.0', 'vers:intdot/>1.2.0|<=2.1.0', false],
      ['vers:intdot/>=2.1.0|<4.2.0', 'vers:intdot/>1.2.0|<=2.1.0', true],
      ['vers:intdot/>=2.1.0|!=2.1.0|<4.2.0', 'vers:intdot/>1.2.0|<=2.1.0', false],
      ['vers:intdot/<10.0', 'vers:intdot/>9.0', true],
      ['>2.1.0|<4.2.0', '>1.2.0|<2.4.0', true],
      ['<V2.0|>=V3.0', '>=V2.1|<V2.9', false],
      ['vers:all/*', 'vers:intdot/<1', true],
      ['vers:npm/<2', 'vers:deb/<2', undefined],
      ['vers:lexicographic/<b', 'vers:lexicographic/>a', true],
    ];
    for (const [one, other, expected] of cases) {
      assert.equal(overlap(range(one), range(other)), expected, `${one} ${other}`);
      assert.equal(overlap(range(other), range(one)), expected, `${other} ${one}`);
    }
  });

  it('includes a version or not', () => {
    assert.equal(includes(range('vers:intdot/>2.1.0|<4.2.0'), '2.4.0'), true);
    assert.equal(includes(range('vers:intdot/>2.1.0|!=2.4.0|<4.2.0'), '2.4.0'), false);
    assert.equal(includes(range('>2.1.0|<3.16.0|>3.16.0|<4.2.0'), '3.16.0'), false);
    assert.equal(includes(range('>2.1.0|<4.2.0'), 'all that we sold'), undefined);
  });

  it('may go on without end', () => {
    for (const text of [
      'vers:intdot/>=4.2.0',
      '<1.2.0|>=4.2.0',
      'vers:intdot/<2.1.0|>4.2.0|!=5.1|!=9.17.4',
    ]) {
      assert.equal(isOpenAbove(range(text)), true, text);
    }
    for (const text of ['vers:semver/<2.1.0|>4.2.0|<=5.4.18', '<1.2.0|=4.2.0', 'vers:intdot/1|2']) {
      assert.equal(isOpenAbove(range(text)), false, text);
    }
  });
});
