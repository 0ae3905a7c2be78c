import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { parsePurl } from './purl.ts';

describe('a package URL', () => {
  it('is taken apart', () => {
    assert.deepEqual(parsePurl('pkg:maven/org.example/lib%20x@1.2%2B3?type=jar&classifier=sources#a/b'), {
      type: 'maven',
      namespace: ['org.example'],
      name: 'lib x',
      version: '1.2+3',
      qualifiers: new Map([
        ['type', 'jar'],
        ['classifier', 'sources'],
      ]),
      subpath: ['a', 'b'],
    });
    assert.deepEqual(parsePurl('pkg:npm/%40angular/animation@12.3.1')?.namespace, ['@angular']);
  });

  it('needs a name, and a namespace exactly where its type wants one', () => {
    for (const purl of [
      'pkg:maven/@1.3.4',
      'pkg:maven/lib@1',
      'pkg:oci/example.com/image@1',
      'pkg:pypi/a/b',
      'pkg:generic/',
      'pkg:generic',
      'pkg://generic/x',
      'pkg:1x/y',
    ])
      assert.equal(parsePurl(purl), undefined, purl);
    for (const purl of [
      'pkg:oci/image@1',
      'pkg:generic/x',
      'pkg:pypi/django@1.11.1',
      'pkg:deb/debian/curl@?arch=i386',
    ])
      assert.ok(parsePurl(purl), purl);
  });

  it('has each qualifier once, and no way out of its package', () => {
    for (const purl of [
      'pkg:generic/x?a=1&a=2',
      'pkg:generic/x?1a=1',
      'pkg:generic/x#../y',
      'pkg:generic/%zz',
    ])
      assert.equal(parsePurl(purl), undefined, purl);
  });
});
