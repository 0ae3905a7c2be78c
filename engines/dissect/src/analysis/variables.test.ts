import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOBODY } from '../dissector.ts';
import { Variables } from './variables.ts';

describe('process variables', () => {
  it('are told with their range, what was set, and when they changed', () => {
    const variables = new Variables();
    const registers = variables.family(3, (index) => `4${String(index + 1).padStart(4, '0')}`);
    for (const [time, value, set] of [
      [1, 50, false],
      [2, 50, false],
      [3, 51, false],
      [4, 90, true],
      [5, 49, false],
    ] as const)
      variables.note(7, registers, 11, value, set ? 9 : NOBODY, { time });
    const [register] = variables.list();
    assert.deepEqual(register, {
      about: 7,
      dissector: 3,
      name: '40012',
      count: 5,
      sets: 1,
      changes: 3,
      first: 50,
      last: 49,
      least: 49,
      most: 90,
      leastSet: 90,
      mostSet: 90,
      firstTime: 1,
      lastTime: 5,
      points: [
        [1, 50],
        [3, 51],
        [4, 90],
        [5, 49],
      ],
      setters: [{ by: 9, count: 1, least: 90, most: 90, first: 4, last: 4, toggles: 0 }],
      cyclic: false,
    });
  });

  it('keep the shape of a long course in a bounded number of points', () => {
    const variables = new Variables();
    const family = variables.family(0, String);
    for (let time = 0; time < 100_000; time++) variables.note(1, family, 2 ** 40, time, NOBODY, { time });
    const { points, count, changes, name } = variables.list()[0]!;
    assert.deepEqual([count, changes, name], [100_000, 99_999, String(2 ** 40)]);
    assert.ok(points.length > 16 && points.length <= 64, `${points.length} points`);
    assert.deepEqual(points[0], [0, 0]);
    assert.ok(points.at(-1)![0] > 90_000);
    const steps = points.slice(1).map(([time], i) => time - points[i]![0]);
    assert.ok(Math.max(...steps.slice(1)) <= 2 * Math.min(...steps.slice(1)), 'evenly');
  });

  it('tell apart devices, families and numbers', () => {
    const variables = new Variables();
    const [one, other] = [variables.family(0, (i) => `a${i}`), variables.family(0, (i) => `b${i}`)];
    for (let i = 0; i < 1000; i++) {
      variables.note(1, one, i, i, NOBODY, { time: 0 });
      variables.note(2, one, i, -i, NOBODY, { time: 0 });
      variables.note(1, other, i + 2 ** 33, i, NOBODY, { time: 0 });
    }
    assert.equal(variables.size, 3000);
    assert.ok(variables.list().every(({ count }) => count === 1));
  });

  it('give way when there are too many, and say so', () => {
    const variables = new Variables();
    const family = variables.family(0, String);
    for (let i = 0; i < 20_000; i++) variables.note(1, family, i, 1, NOBODY, { time: 0 });
    assert.equal(variables.size + variables.dropped, 20_000);
    assert.ok(variables.dropped > 0);
    for (let i = 0; i < 20_000; i++) variables.noteNamed(0, 1, `tag ${i}`, NaN, NOBODY, { time: 0 });
    assert.ok(variables.dropped < 20_000);
  });
});
