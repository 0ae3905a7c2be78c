import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { licenceParts, licenceStatus, listOf } from './licence-expression.ts';

describe('a licence expression', () => {
  it('names licences and exceptions', () => {
    assert.deepEqual(
      licenceParts('(MIT OR GPL-2.0+ WITH Classpath-exception-2.0) and LicenseRef-www.example.org-a'),
      [
        { id: 'MIT', exception: false },
        { id: 'GPL-2.0', exception: false },
        { id: 'Classpath-exception-2.0', exception: true },
        { id: 'LicenseRef-www.example.org-a', exception: false },
      ],
    );
  });

  it('may name what the SPDX list has, has no longer, or never had', () => {
    const status = (id: string, exception = false) => licenceStatus({ id, exception });
    assert.equal(status('mit'), 'current');
    assert.equal(status('GFDL-1.1'), 'deprecated');
    assert.equal(status('any-OSI'), 'current');
    assert.equal(status('No-Such-Licence'), 'unknown');
    assert.equal(status('MIT', true), 'unknown');
    assert.equal(status('Classpath-exception-2.0', true), 'current');
    assert.equal(status('constructor'), 'unknown');
  });

  it('asks for licences of ScanCode only when somebody knows them', () => {
    const part = { id: 'LicenseRef-scancode-copyheart', exception: false };
    assert.equal(listOf(part), 'scancode');
    assert.equal(licenceStatus(part), undefined);
    assert.equal(
      licenceStatus(part, (key) => (key === 'copyheart' ? 'current' : 'unknown')),
      'current',
    );
  });
});
