import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { parseVers, versFromNative } from '../index.ts';

describe('a range of a package manager becomes VERS', () => {
  const cases: readonly (readonly [scheme: string, native: string, vers: string | undefined])[] = [
    ['npm', '^1.2.3', '>=1.2.3|<2.0.0'],
    ['npm', '^0.2.3', '>=0.2.3|<0.3.0'],
    ['npm', '^0.0.3', '>=0.0.3|<0.0.4'],
    ['npm', '^0.0', '>=0.0.0|<0.1.0'],
    ['npm', '^0.x', '>=0.0.0|<1.0.0'],
    ['npm', '~1', '>=1.0.0|<2.0.0'],
    ['npm', '~1.2', '>=1.2.0|<1.3.0'],
    ['npm', '>1.2', '>=1.3.0'],
    ['npm', '<=1.2', '<1.3.0'],
    ['npm', '1.2.3 - 2.3', '>=1.2.3|<2.4.0'],
    ['npm', '', '*'],
    ['npm', '1.x || >=2.5.0 || 5.0.0 - 7.2.3', '>=1.0.0|<2.0.0|>=2.5.0'],
    ['npm', '<1.0.0 || >1.0.0', '!=1.0.0'],
    ['npm', '>2.0.0 <1.0.0', undefined],
    ['npm', '>x', undefined],
    ['npm', 'latest', undefined],
    ['npm', 'file:../x', undefined],
    ['gem', '~> 2.2', '>=2.2|<3'],
    ['gem', '~> 2', '>=2|<3'],
    ['gem', '>= 1.0, != 1.5, < 2', '>=1.0|!=1.5|<2'],
    ['gem', '2.0', '2.0'],
    ['pypi', '~=2.2', '>=2.2|<3.dev0'],
    ['pypi', '~=1.4.5', '>=1.4.5|<1.5.dev0'],
    ['pypi', '==1.4.*', '>=1.4.dev0|<1.5.dev0'],
    ['pypi', '!=1.4.*, >=1', '>=1|<1.4.dev0|>=1.5.dev0'],
    ['pypi', '== 1.0+local', '1.0+local'],
    ['pypi', '~=1', undefined],
    ['pypi', '>=1.*', undefined],
    ['nginx', '1.1.4-1.2.8, 1.3.9-1.4.0', '>=1.1.4|<=1.2.8|>=1.3.9|<=1.4.0'],
    ['nginx', '1.4.1+', '>=1.4.1|<1.5.0'],
    ['nginx', 'all', '*'],
    ['nginx', 'none', undefined],
    ['maven', '[1,2)', undefined],
    ['constructor', '1', undefined],
  ];
  for (const [scheme, native, vers] of cases)
    it(`${scheme} ${native} is ${vers ?? 'nothing that can be said'}`, () => {
      assert.equal(versFromNative(scheme, native), vers === undefined ? undefined : `vers:${scheme}/${vers}`);
    });

  it('that is canonical, whatever comes in, and soon', () => {
    const piece = fc.constantFrom(
      '^',
      '~',
      '>=',
      '<',
      '=',
      ' ',
      '||',
      ' - ',
      '1',
      '2.3',
      '0.0.4',
      '.x',
      '-rc.1',
      ',',
      '*',
      '!=',
    );
    fc.assert(
      fc.property(
        fc.constantFrom('npm', 'gem', 'pypi', 'nginx'),
        fc.array(piece, { maxLength: 30 }),
        (scheme, pieces) => {
          const vers = versFromNative(scheme, pieces.join(''));
          if (vers !== undefined) assert.notEqual(typeof parseVers(vers), 'string', vers);
        },
      ),
      { numRuns: 2000 },
    );
    const before = performance.now();
    versFromNative('npm', '>=1 '.repeat(120));
    versFromNative('pypi', Array.from({ length: 120 }, (_, i) => `!=${i}`).join(','));
    versFromNative('npm', '1'.repeat(5000));
    assert.ok(performance.now() - before < 1000);
  });
});
