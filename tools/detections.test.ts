import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
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
const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../shared');

interface AttackObject {
  readonly type: string;
  readonly revoked?: boolean;
  readonly x_mitre_deprecated?: boolean;
  readonly external_references?: { source_name: string; external_id?: string }[];
}
