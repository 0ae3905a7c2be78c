import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { compareIn, parseVers, schemes, sortVers, versContains, type VersProblem } from '../index.ts';

describe('VERS', () => {
  it('is read in canonical form only', () => {
    const refused: readonly (readonly [string, VersProblem])[] = [
      ['vers:npm/>=1.0.0| <2.0.0', 'blank'],
      ['>=1.0.0', 'scheme'],
      ['vers:npm/>=2.0.0|<1.0.0', 'order'],
      ['vers:npm/1.0%2G0', 'encoding'],
      ['vers:generic/1%2e0', 'encoding'],
      ['vers:datetime/2024-01-01t00:00:00z', 'version'],
    ];
    for (const [text, problem] of refused) assert.equal(parseVers(text), problem, text);
    assert.deepEqual(parseVers('vers:npm/1.0%252F0'), {
      scheme: 'npm',
      constraints: [{ comparator: '=', version: '1.0%2F0' }],
    });
  });

  it('holds versions, holds them not, or cannot say', () => {
    const holds = (text: string, version: string) => {
      const range = parseVers(text);
      assert.ok(typeof range !== 'string', text);
      return versContains(range, version);
    };
    assert.deepEqual(
      [
        holds('vers:all/*', 'whatever'),
        holds('vers:npm/>=1.0.0|<2.0.0', '1.9.9'),
        holds('vers:npm/>=1.0.0|<2.0.0', '2.0.0'),
        holds('vers:npm/<1.0.0|>=2.0.0', '1.5.0'),
        holds('vers:npm/>=1.0.0|!=1.2.0|<2.0.0', '1.2.0'),
        holds('vers:npm/!=1.2.0', '1.3.0'),
        holds('vers:generic/<V2.4%20SP1', 'V2.4'),
        holds('vers:npm/<2.0.0', 'two'),
      ],
      [true, true, false, false, false, true, true, undefined],
    );
  });

  it('is put in order without being made shorter', () => {
    assert.equal(sortVers('vers:pypi/3.0|>=1.0|<2.0'), 'vers:pypi/>=1.0|<2.0|3.0');
    assert.equal(sortVers('vers:pypi/1.0|what'), undefined);
  });
});

describe('versions', () => {
  const ascending: Readonly<Record<string, readonly string[]>> = {
    pypi: [
      '1.0.dev1',
      '1.0a1.dev1',
      '1.0a1',
      '1.0b2',
      '1.0rc1',
      '1.0',
      '1.0+abc',
      '1.0+1',
      '1.0.post1.dev1',
      '1.0.post1',
      '1.1',
      '1!0.1',
    ],
    maven: ['1-alpha', '1-beta-2', '1-m3', '1-rc', '1-snapshot', '1', '1-sp', '1-x', '1-1', '1.1'],
    alpm: ['1.0alpha', '1.0rc', '1.0', '1.0.1-1', '1.0.1-2', '1:0.1'],
    apk: ['1.0_alpha1', '1.0_rc1', '1.0', '1.0-r1', '1.0_p1', '1.0a', '1.06', '1.1'],
    semver: ['1.0.0-alpha', '1.0.0-rc.1', '1.0.0', '1.0.1'],
    intdot: ['1.2', '1.10', '2'],
  };
  for (const [scheme, versions] of Object.entries(ascending)) {
    it(`of ${scheme} are in the order of their scheme`, () => {
      for (const [i, one] of versions.entries())
        for (const [k, other] of versions.entries())
          assert.equal(Math.sign(compareIn(scheme, one, other)!), Math.sign(i - k), `${one} ${other}`);
    });
  }

  it('of a scheme that is not known here are compared as those of devices, or not at all', () => {
    assert.equal(compareIn('siemens', 'V2.4 SP1', 'V2.4'), 1);
    assert.equal(compareIn('siemens', 'first', 'last'), undefined);
    assert.equal(compareIn('constructor', '1', '2'), -1);
  });

  it('may be anything; what is before is not after', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(schemes)),
        fc.string(),
        fc.string(),
        (scheme, one, other) => {
          const [forth, back] = [compareIn(scheme, one, other), compareIn(scheme, other, one)];
          assert.equal(forth === undefined, back === undefined);
          if (forth !== undefined) assert.equal(Math.sign(forth) + Math.sign(back!), 0);
        },
      ),
    );
  });
});
