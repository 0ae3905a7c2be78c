import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'busbar-csaf-'));
after(() => rmSync(folder, { recursive: true }));

describe('busbar csaf validate', () => {
  it('ends with 1 and says what is wrong with a document that is not valid', () => {
    const { status, stdout } = run(
      file('wrong.json', { document: { csaf_version: '2.0', title: '\u001b[2J' } }),
    );
    assert.equal(status, 1);
    assert.match(stdout, /NOT VALID/);
    assert.match(stdout, /structure \/document\n +The field tracking is missing; add it/);
  });

  it('writes findings and tests as JSON', () => {
    const { stdout } = run(file('wrong.json', { document: {} }), '--json');
    const { valid, findings, runs } = JSON.parse(stdout) as {
      valid: boolean;
      findings: unknown[];
      runs: unknown[];
    };
    assert.equal(valid, false);
    assert.ok(findings.length > 0 && runs.length > 50);
  });

  it('says what a file is that is no document, and goes on with the others', () => {
    const notJson = file('text.json', undefined);
    const { status, stdout, stderr } = run(
      notJson,
      join(folder, 'absent.json'),
      file('a.json', { document: {} }),
    );
    assert.equal(status, 1);
    assert.match(stderr, /text\.json: This is not JSON/);
    assert.match(stderr, /absent\.json: There is no such file/);
    assert.match(stdout, /a\.json/);
  });

  it('lets no text of a document steer the terminal', () => {
    const { stdout } = run(
      file('steering.json', { document: { '\u001b[2J': 1 }, vulnerabilities: [{ cve: '\u001b[2J' }] }),
    );
    assert.ok(!stdout.includes('\u001b'));
  });
});

function file(name: string, json: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, json === undefined ? 'no JSON' : JSON.stringify(json));
  return path;
}

function run(...args: string[]) {
  return spawnSync(
    process.execPath,
    [resolve(import.meta.dirname, '../busbar.mjs'), 'csaf', 'validate', ...args],
    {
      encoding: 'utf8',
    },
  );
}
