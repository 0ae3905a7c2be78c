import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

import { detections } from '@busbar/dissect';

import { unraised, written } from './detections.ts';

describe('detections', () => {
  it('are in the engine as their files say; otherwise `npm run detections` is to be run', () => {
    assert.deepEqual(detections, written());
  });

  it('are raised to a higher version when they change: elsewhere the higher one counts', () => {
    const [first, ...others] = detections;
    const changed = (version?: number) => [
      { ...first!, techniques: ['T0800'], ...(version && { version }) },
      ...others,
    ];
    assert.deepEqual(unraised(changed(), detections), [first!.id]);
    assert.deepEqual(unraised(changed(1), detections), [first!.id]);
    assert.deepEqual(unraised(changed(2), detections), []);
    assert.deepEqual(unraised(detections.slice(1), detections), []);
  });

  it('are refused by the command while one has changed and kept its version, and made when it was raised', () => {
    const place = mkdtempSync(join(tmpdir(), 'busbar-detections-'));
    const [folder, module] = [join(place, 'yaml'), join(place, 'catalogue.ts')];
    const make = () =>
      spawnSync(process.execPath, [join(root, 'tools/detections.ts'), folder, module], {
        encoding: 'utf8',
        env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}` },
      });
    try {
      cpSync(join(root, 'engines/dissect/detections'), folder, { recursive: true });
      const file = join(folder, 'address-sweep.yaml');
      const [before, version] = [readFileSync(file, 'utf8'), catalogueVersion('address-sweep')];
      const changed = before.replace(/^severity: .*$/m, 'severity: critical');
      assert.notEqual(changed, before);
      writeFileSync(file, changed);
      const refused = make();
      assert.notEqual(refused.status, 0);
      assert.match(refused.stderr, /Changed, and of the same version: address-sweep\. Raise it/);
      assert.equal(existsSync(module), false);

      const unversioned = changed.replace(/^version: .*\n/m, '');
      writeFileSync(file, `${unversioned.trimEnd()}\nversion: ${version + 1}\n`);
      const raised = make();
      assert.equal(raised.status, 0, raised.stderr);
      assert.match(readFileSync(module, 'utf8'), /export const catalogue: readonly Detection\[\] = \[/);
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  it('speak three languages, each in its own script', () => {
    for (const { id, title, why, next } of detections) {
      for (const { en, ru, zh } of [title, why, next]) {
        assert.doesNotMatch(en, /[\u0400-\u04ff\u4e00-\u9fff]/, id);
        assert.match(ru, /[\u0400-\u04ff]{4}/, id);
        assert.match(zh, /[\u4e00-\u9fff]{2}/, id);
        assert.doesNotMatch(zh, /[\u0400-\u04ff]|[\u4e00-\u9fff] [\u4e00-\u9fff]/, id);
      }
      assert.ok(title.en.length < 100, `${id}: a title is one line`);
    }
  });

  it('are each shown by a test, or by a line of what we tell of a real capture', () => {
    const shown = globSync(['engines/dissect/src/**/*.test.ts', 'tools/truth/golden/*.txt'], { cwd: root })
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const unseen = detections.filter(({ id }) => !new RegExp(`\\b${id}\\b(?!-)`).test(shown));
    assert.deepEqual(
      unseen.map(({ id }) => id),
      [],
    );
  });

  it('name techniques that ATT&CK for ICS still has', (t) => {
    const file = join(shared, 'data/standards/attack/ics-attack-18.1.json');
    if (!existsSync(file)) return t.skip('the ATT&CK data is not here');
    const { objects } = JSON.parse(readFileSync(file, 'utf8')) as { objects: AttackObject[] };
    const current = new Set(
      objects
        .filter((one) => one.type === 'attack-pattern' && !one.revoked && !one.x_mitre_deprecated)
        .map(
          (one) => one.external_references?.find((ref) => ref.source_name === 'mitre-attack')?.external_id,
        ),
    );
    for (const { id, techniques, seen } of detections) {
      const named = [...techniques, ...JSON.stringify(seen).matchAll(/T0\d{3}/g)].map(String);
      for (const technique of named) assert.ok(current.has(technique), `${id}: ${technique}`);
    }
  });
});

const root = resolve(import.meta.dirname, '..');
const catalogueVersion = (id: string) => detections.find((one) => one.id === id)!.version ?? 1;
const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../shared');

interface AttackObject {
  readonly type: string;
  readonly revoked?: boolean;
  readonly x_mitre_deprecated?: boolean;
  readonly external_references?: { source_name: string; external_id?: string }[];
}
