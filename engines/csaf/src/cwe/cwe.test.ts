import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { compareCweVersions, cweVersions, isLaterThanKnown, weakness } from './cwe.ts';

describe('the CWE', () => {
  it('knows what a weakness was called in which version', () => {
    assert.equal(weakness('CWE-1324', '4.9')?.deprecated, false);
    assert.equal(weakness('CWE-1324', '4.10')?.deprecated, true);
    assert.match(weakness('CWE-1192', '4.13')?.name ?? '', /^System-on-Chip/);
    assert.match(weakness('CWE-1192', '4.14')?.name ?? '', /^Improper Identifier/);
    assert.equal(weakness('CWE-1419', '4.12'), undefined);
    assert.equal(weakness('CWE-19', '2.11'), undefined);
  });

  it('knows since 4.12 whether vulnerabilities may be mapped to it', () => {
    assert.equal(weakness('CWE-20', '4.11')?.usage, undefined);
    assert.equal(weakness('CWE-20', '4.12')?.usage, 'discouraged');
    assert.equal(weakness('CWE-1023', '4.13')?.usage, 'allowed-with-review');
  });

  it('does not know what there never was', () => {
    for (const [id, version] of [
      ['CWE-79', '9.9'],
      ['CWE-0', '4.13'],
      ['toString', '4.13'],
      ['CWE-79', '__proto__'],
    ] as const) {
      assert.equal(weakness(id, version), undefined);
    }
    assert(weakness('CWE-79'));
  });

  it('knows which versions it cannot know', () => {
    assert.equal(isLaterThanKnown('99.1'), true);
    assert.equal(isLaterThanKnown(cweVersions.at(-1)!.version), false);
    assert.equal(isLaterThanKnown('4.9'), false);
    assert.equal(isLaterThanKnown('none'), false);
  });

  it('orders its versions by their numbers', () => {
    for (const [i, { version }] of cweVersions.entries()) {
      const next = cweVersions[i + 1];
      if (next) assert(compareCweVersions(next.version, version) > 0, `${version} ${next.version}`);
    }
  });
});
