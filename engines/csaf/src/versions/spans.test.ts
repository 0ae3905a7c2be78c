import assert from 'node:assert/strict';
import { it } from 'node:test';

import { sameVersions, versionsMeet } from './spans.ts';

it('two sets of versions are the same, are not, or cannot be compared', () => {
  const cases: readonly (readonly [string[], string[], boolean | undefined])[] = [
    [['<2.4'], ['vers:generic/<V2.4'], true],
    [['<2.4'], ['<2.4.0'], true],
    [['<2.4'], ['<=2.4'], false],
    [['>=1|<2', '>=2|<3'], ['>=1|<3'], true],
    [['1.0', '2.0'], ['2.0', '1.0'], true],
    [['1.0'], ['1.0', '2.0'], false],
    [['*'], ['all versions'], true],
    [['* (excluding >=2)'], ['<2'], true],
    [['* (excluding 1.5)'], ['<1.5', '>1.5'], true],
    [['<2 (if the web server is on)'], ['<2'], undefined],
    [['<2 (if the web server is on)'], ['<2 (if the web server is on)'], true],
    [['see the portal'], ['<2'], undefined],
    [[], ['<2'], undefined],
  ];
  for (const [one, other, expected] of cases) {
    assert.equal(sameVersions(one, other), expected, JSON.stringify([one, other]));
    assert.equal(sameVersions(other, one), expected, JSON.stringify([other, one]));
  }
});

it('two sets of versions have one in common, have none, or it cannot be said', () => {
  const cases: readonly (readonly [string[], string[], boolean | undefined])[] = [
    [['<2.4'], ['2.4'], false],
    [['<=2.4'], ['2.4'], true],
    [['<2.4', '>=3'], ['3.1'], true],
    [['<2'], ['>2'], false],
    [['*'], ['7'], true],
    [['* (excluding >=2)'], ['2.5'], false],
    [['<2'], ['see the portal'], undefined],
    [['R2x'], ['R25'], undefined],
  ];
  for (const [one, other, expected] of cases) {
    assert.equal(versionsMeet(one, other), expected, JSON.stringify([one, other]));
    assert.equal(versionsMeet(other, one), expected, JSON.stringify([other, one]));
  }
});
