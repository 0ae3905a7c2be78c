import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { configFrom } from './config.ts';

describe('the master key', () => {
  let data: string;
  before(() => void (data = mkdtempSync(join(tmpdir(), 'busbar-config-'))));
  after(() => rmSync(data, { recursive: true }));

  const of = (environment: NodeJS.ProcessEnv) => configFrom(environment, { data }).masterKey;

  it('comes from a command that gives the one of the file, and then no file is made', () => {
    const text = randomBytes(32).toString('base64');
    const elsewhere = join(data, 'sealed');
    writeFileSync(elsewhere, text);
    const given = of({ BUSBAR_MASTER_KEY_COMMAND: `cat '${elsewhere}'` });
    assert.ok(!existsSync(join(data, 'keys')));
    assert.equal(given.fingerprint, of({ BUSBAR_MASTER_KEY_FILE: elsewhere }).fingerprint);
    assert.notEqual(given.fingerprint, of({}).fingerprint);
    assert.ok(existsSync(join(data, 'keys', 'master.key')));
  });

  it('is none where the command fails, hangs on to nothing, or says anything else, and no message holds it', () => {
    const short = randomBytes(31).toString('base64');
    for (const [command, says] of [
      ['exit 3', /gave no key \(it ended with 3\)/],
      ['yes', /gave no key/],
      ['true', /must print the 32 bytes/],
      [`echo ${short}`, /must print the 32 bytes/],
      [`echo Enter PIN; echo ${randomBytes(32).toString('base64')}`, /must print the 32 bytes/],
    ] as const)
      assert.throws(
        () => of({ BUSBAR_MASTER_KEY_COMMAND: command }),
        (error: Error) => says.test(error.message) && !error.message.includes(short),
      );
  });
});
