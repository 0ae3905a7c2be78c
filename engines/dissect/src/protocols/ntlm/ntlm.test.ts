import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ByteReader } from '../../bytes/byte-reader.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { authenticate, challenge } from './ntlm-encode.ts';
import { findNtlm, ntlmAt, readNtlmBlob } from './ntlm.ts';
import { windowsVersion } from './windows.ts';

describe('NTLM', () => {
  it('tells who signs in from where, and what the password can be guessed from', () => {
    const bytes = authenticate('operator', 'PLANT', 'HMI7');
    assert.deepEqual(ntlmAt(bytes, 0, bytes.length), {
      kind: 3,
      os: 'Windows 7 or Server 2008 R2 (build 7601)',
      domain: 'PLANT',
      host: 'HMI7',
      user: 'operator',
      response: 24,
    });
  });

  it('tells who the server is', () => {
    const bytes = challenge('HISTORIAN', 'PLANT');
    const { host, domain } = ntlmAt(bytes, 0, bytes.length)!;
    assert.deepEqual([host, domain], ['HISTORIAN', 'PLANT']);
  });

  it('is found wherever it stands, and shows no answer to a challenge', () => {
    const bytes = Uint8Array.from([1, 2, 3, ...authenticate('a', 'b', 'c')]);
    assert.equal(findNtlm(bytes, 0, bytes.length), 3);
    assert.equal(findNtlm(bytes, 4, bytes.length), -1);
    const reader = new TracedReader(bytes);
    assert.equal(readNtlmBlob(reader, bytes.length)!.user, 'a');
    assert.ok(!JSON.stringify(reader.finish()).includes('aaaaaa'));
  });

  it('believes no place outside the message', () => {
    const bytes = authenticate('operator', 'PLANT', 'HMI7');
    for (let length = 0; length < bytes.length; length++) {
      readNtlmBlob(new ByteReader(bytes.subarray(0, length)), length);
    }
    assert.equal(ntlmAt(bytes, 0, bytes.length - 1)!.host, '');
  });

  it('knows Windows by its version', () => {
    assert.equal(windowsVersion(5, 1), 'Windows XP');
    assert.equal(windowsVersion(10, 0, 19045), 'Windows 10, 11 or Server 2016 and later (build 19045)');
    assert.equal(windowsVersion(99, 0), '');
  });
});
