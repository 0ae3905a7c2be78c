import assert from 'node:assert/strict';
import { it } from 'node:test';

import { compareDocumentVersions, parseDocumentVersion } from './document-version.ts';
import { instantOf } from './instant.ts';

it('versions of documents are in the order that Semantic Versioning gives them', () => {
  // Section 11 of the specification, with what it leaves to the reader between them.
  const ascending = [
    '0',
    '0.1.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2',
    '10',
    '99999999999999999999',
    '100000000000000000000',
  ].map((text) => parseDocumentVersion(text)!);
  for (let i = 1; i < ascending.length; i++)
    assert.ok(compareDocumentVersions(ascending[i - 1]!, ascending[i]!) < 0, ascending[i]!.numbers.join('.'));
  assert.equal(
    compareDocumentVersions(parseDocumentVersion('1.0.0+a')!, parseDocumentVersion('1.0.0+b')!),
    0,
  );
  for (const text of ['', '01', '1.0', '1.0.0-', '1.0.0-01', 'v1', '1.0.0 '])
    assert.equal(parseDocumentVersion(text), undefined);
});

it('instants are compared over time zones and finer than milliseconds', () => {
  assert.equal(instantOf('2024-01-23T10:00:00+12:00'), instantOf('2024-01-22T22:00:00Z'));
  assert.ok(instantOf('2024-01-21T10:00:00.0001Z')! > instantOf('2024-01-21T10:00:00.000Z')!);
  assert.equal(instantOf('2016-12-31T23:59:60Z'), instantOf('2017-01-01T00:00:00Z'));
  for (const text of ['', '2024-01-21', '2024-13-01T00:00:00Z', '2024-01-21 10:00:00Z'])
    assert.equal(instantOf(text), undefined);
});
