import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { includes, isOpenAbove, overlap } from './version-overlap.ts';
import { parseVersionRange, type VersionRange } from './version-range.ts';

function range(text: string): VersionRange {
  const found = parseVersionRange(text);
  assert(typeof found === 'object', `${text}: ${JSON.stringify(found)}`);
  return found;
}

describe('a version range', () => {
  it('overlaps another where they share a version', () => {
    const cases: [string, string, boolean | undefined][] = [
      ['vers:intdot/>2.1.0|<4.2.0', 'vers:intdot/>1.2.0|<2.4.0', true],
      ['vers:intdot/>2.4.0|<4.2.0', 'vers:intdot/>1.2.0|<2.1.0', false],
      ['vers:intdot/>2.1.0|<4.2.0', 'vers:intdot/>1.2.0|<=2.1.0', false],
      ['vers:intdot/>=2.1.0|<4.2.0', 'vers:intdot/>1.2.0|<=2.1.0', true],
      ['vers:intdot/>=2.1.0|<4.2.0', 'vers:intdot/2.1.0|!=2.2.0', true],
      ['vers:intdot/>=2.0|!=2.1.0|<4.2.0', 'vers:intdot/2.1.0', false],
      ['vers:intdot/<10.0', 'vers:intdot/>9.0', true],
      ['>2.1.0|<4.2.0', '>1.2.0|<2.4.0', true],
      ['<V2.0|>=V3.0', '>=V2.1|<V2.9', false],
      ['vers:all/*', 'vers:intdot/<1', true],
      ['vers:npm/<2.0.0', 'vers:deb/<2', undefined],
      ['vers:lexicographic/<b', 'vers:lexicographic/>a', true],
      ['vers:datetime/<2012-06-30T23:59:60Z', 'vers:datetime/>2013-01-01T00:00:00Z', false],
      ['<spring', '>autumn', undefined],
    ];
    for (const [one, other, expected] of cases) {
      assert.equal(overlap(range(one), range(other)), expected, `${one} ${other}`);
      assert.equal(overlap(range(other), range(one)), expected, `${other} ${one}`);
    }
  });

  it('includes a version or not', () => {
    assert.equal(includes(range('vers:intdot/>2.1.0|<4.2.0'), '2.4.0'), true);
    assert.equal(includes(range('vers:intdot/>2.1.0|!=2.4.0|<4.2.0'), '2.4.0'), false);
    assert.equal(includes(range('>2.1.0|<4.2.0'), 'all that we sold'), undefined);
  });

  it('may go on without end', () => {
    for (const text of ['vers:intdot/>=4.2.0', '<1.2.0|>=4.2.0', 'vers:intdot/<2.1.0|>4.2.0|!=5.1|!=9.17.4'])
      assert.equal(isOpenAbove(range(text)), true, text);
    for (const text of ['vers:semver/<2.1.0|>4.2.0|<=5.4.18', 'vers:intdot/1|2', 'vers:all/*'])
      assert.equal(isOpenAbove(range(text)), false, text);
  });
});
