import assert from 'node:assert/strict';
import { createReadStream, existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { operationKinds } from './operation-kinds.ts';
import { analyse } from './analyse.ts';
import { Analysis } from './analysis.ts';
import { readMessage } from './read-message.ts';
import { filled } from './report.ts';
import { hex } from '../testing/hex.ts';
import { sharedCaptures, sharedData } from '../testing/shared.ts';
import { Wire } from '../testing/wire.ts';

const root = resolve(import.meta.dirname, '../../../..');
const schema = JSON.parse(readFileSync(join(root, 'docs/analysis.schema.json'), 'utf8')) as object;
const valid = new Ajv2020({
  allErrors: false,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
}).compile(schema);

function asSchemaSays(report: unknown, where: string): void {
  const json: unknown = JSON.parse(JSON.stringify(report));
  assert.ok(valid(json), `${where}: ${JSON.stringify(valid.errors?.[0])}`);
}

describe('a report', () => {
  it('is as its schema says', () => {
    const wire = new Wire({ on: 'tcp', at: [502] });
    wire.say('request', hex`0001 0000 0006 11 06 006B 0003`);
    wire.say('reply', hex`0001 0000 0003 11 86 02`);
    wire.say('request', hex`0002 0000 0008 11 03 006B 0003 DEAD`);
    const analysis = new Analysis({ strict: true });
    analysis.push(wire.pcap());
    asSchemaSays(analysis.finish(), 'Modbus');
  });

  it('leaves out of a sentence what is not known', () => {
    assert.equal(filled('register {a} := {v} (was {b})', { a: 1, v: [true, 7] }), 'register 1 := on, 7');
    assert.equal(filled('register {a} := {v} (was {b})', { a: 1, b: 0 }), 'register 1 := ? (was 0)');
  });
});

describe('operations', () => {
  it('name techniques that ATT&CK for ICS still has', async (t) => {
    const file = join(sharedData, 'standards/attack/ics-attack-18.1.json');
    if (!existsSync(file)) return t.skip('the ATT&CK data is not here');
    const { objects } = JSON.parse(readFileSync(file, 'utf8')) as { objects: AttackObject[] };
    const current = new Set(
      objects
        .filter((one) => one.type === 'attack-pattern' && !one.revoked && !one.x_mitre_deprecated)
        .map(
          (one) => one.external_references?.find((ref) => ref.source_name === 'mitre-attack')?.external_id,
        ),
    );
    const kinds = operationKinds();
    assert.ok(kinds.length > 500);
    for (const { code, techniques } of kinds) {
      for (const technique of techniques ?? []) assert.ok(current.has(technique), `${code}: ${technique}`);
    }
  });
});

interface AttackObject {
  readonly type: string;
  readonly revoked?: boolean;
  readonly x_mitre_deprecated?: boolean;
  readonly external_references?: { source_name: string; external_id?: string }[];
}

describe('real captures', () => {
  it('give valid reports, in which every message can be read again', async (t) => {
    if (!existsSync(sharedCaptures)) return t.skip('the shared captures are not here');
    const files = globSync('**/*.{pcap,pcapng,cap}', { cwd: sharedCaptures }).sort();
    let read = 0;
    for (const file of files.filter((_, i) => i % 4 === 0)) {
      const path = join(sharedCaptures, file);
      const report = await analyse(createReadStream(path, { highWaterMark: 1 << 20 }), { strict: true });
      asSchemaSays(report, file);
      const bytes = readFileSync(path);
      if (bytes[0] === 0x1f) continue;
      const places = [
        ...report.operations.flatMap(({ samples }) => samples.slice(0, 2)),
        ...report.devices.flatMap(({ facts }) => facts.flatMap(({ at }) => (at ? [{ at }] : []))),
      ].slice(0, 60);
      for (const { at } of places) {
        const tree = await readMessage((offset, length) => bytes.subarray(offset, offset + length), at);
        const message = tree.messages.at(-1)!;
        read++;
        assert.ok(message.fields.length > 0, `${file}: packet ${at.packet}`);
        assert.equal(
          message.malformed,
          undefined,
          `${file}: packet ${at.packet} ${JSON.stringify(message.malformed)}`,
        );
      }
    }
    assert.ok(read > 300, `${read} messages`);
  });
});
