import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { licenseStatus } from './license-list.ts';

describe('the lists of licenses', () => {
  it('have what SPDX has, has no longer, or never had', () => {
    assert.equal(licenseStatus('mit', 'license'), 'current');
    assert.equal(licenseStatus('GFDL-1.1', 'license'), 'deprecated');
    assert.equal(licenseStatus('any-OSI', 'license'), 'current');
    assert.equal(licenseStatus('No-Such-License', 'license'), 'unknown');
    assert.equal(licenseStatus('MIT', 'exception'), 'unknown');
    assert.equal(licenseStatus('Classpath-exception-2.0', 'exception'), 'current');
    assert.equal(licenseStatus('constructor', 'license'), 'unknown');
  });

  it('are asked for licenses of ScanCode only when somebody knows them', () => {
    const id = 'LicenseRef-scancode-copyheart';
    assert.equal(licenseStatus(id, 'license'), undefined);
    assert.equal(
      licenseStatus(id, 'license', (key) => (key === 'copyheart' ? 'current' : 'unknown')),
      'current',
    );
    assert.equal(licenseStatus('LicenseRef-www.example.org-a', 'license'), undefined);
  });
});
