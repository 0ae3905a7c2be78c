import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Report } from '@busbar/dissect';

import { type Ticks, choiceOf } from './sharing.ts';
import { nothingShown } from './shown.ts';
import { boundsOf, secondsIn } from './time-bounds.ts';

/** Two hours. */
const capture = { first: 5e6, last: 5e6 + 7_200e6, conversations: [] as const };

describe('a bound in time of what is shared', () => {
  for (const [words, seconds] of [
    ['90', 90],
    [' 1.5 ', 1.5],
    ['1,25', 1.25],
    ['0.125', 0.125],
    ['1 000', 1_000],
    ['7\u202F200', 7_200],
    ['00:10', 10],
    ['90:00', 5_400],
    ['1:02:03', 3_723],
    ['00:00:01,5', 1.5],
    ['', undefined],
  ] as const)
    it(`takes “${words}”`, () => assert.equal(secondsIn(words), seconds));

  for (const words of [
    '1h',
    '00:1',
    '1:60',
    '1:60:00',
    '-5',
    '1 0',
    '1e3',
    '0x10',
    '10 s',
    '::',
    '1:2:03',
    'Infinity',
  ])
    it(`does not guess what “${words}” is`, () => assert.equal(secondsIn(words), 'unreadable'));

  it('does not guess whether a thousand or one is meant', () => {
    for (const words of ['1,000', '1.500']) assert.equal(secondsIn(words), 'ambiguous');
  });

  it('lies within the capture, the end after the beginning', () => {
    assert.deepEqual(boundsOf(capture, { from: '10', to: '0:10' }).wrong, {});
    assert.deepEqual(boundsOf(capture, { from: '11', to: '0:10' }).wrong, { to: 'backwards' });
    assert.deepEqual(boundsOf(capture, { from: '7201', to: '13:45:00' }).wrong, {
      from: 'beyond',
      to: 'beyond',
    });
  });

  it('never becomes the whole capture where it cannot be understood', () => {
    const of = (from: string, to: string) => {
      const none: ReadonlySet<string> = new Set();
      const ticks = { devices: none, protocols: none, conversations: none, tickedHosts: false, from, to };
      return choiceOf(capture as unknown as Report, nothingShown, ticks as unknown as Ticks);
    };
    assert.deepEqual(of('00:10', '1:00:00'), { from: 15e6, to: 3_605e6 });
    assert.deepEqual(of('', '1 000'), { to: 1_005e6 });
    for (const [from, to] of [
      ['00:10', '1h'],
      ['soon', ''],
      ['20', '10'],
    ] as const)
      assert.throws(() => of(from, to), /cannot be understood/);
  });
});
