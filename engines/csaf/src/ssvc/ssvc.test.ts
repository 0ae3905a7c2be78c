import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { readDecisionTable } from '../testing/decision-rows.ts';
import { needs, sharedData } from '../testing/shared.ts';
import { decisionPoint, decisionPoints, latestVersion } from './decision-points.ts';
import { decisionTables, evaluateTable } from './decision-tables.ts';
import { parseNamespace } from './namespaces.ts';
import { selectionProblems } from './selection.ts';

const deployer = decisionTables.get('ssvc:DT_DP:1.0.0');
assert(deployer);

describe('SSVC decision tables', () => {
  it('say what to do when everything is decided', () => {
    assert.deepEqual(
      evaluateTable(deployer, {
        'ssvc:E:1.1.0': ['A'],
        'ssvc:EXP:1.0.1': ['O'],
        'ssvc:A:2.0.0': ['Y'],
        'ssvc:HI:2.0.2': ['VH'],
      }),
      { outcomes: ['I'], open: [], unknown: [] },
    );
  });

  it('say what is still possible when something is open', () => {
    assert.deepEqual(evaluateTable(deployer, { 'ssvc:E:1.1.0': ['N'], 'ssvc:EXP:1.0.1': ['S'] }), {
      outcomes: ['D', 'S'],
      open: ['ssvc:A:2.0.0', 'ssvc:HI:2.0.2'],
      unknown: [],
    });
  });

  it('do not fall over values that nobody has defined', () => {
    const { outcomes, unknown } = evaluateTable(deployer, {
      'ssvc:E:1.1.0': ['toString'],
      __proto__: ['A'],
    });
    assert.deepEqual(unknown, [{ point: 'ssvc:E:1.1.0', value: 'toString' }]);
    assert.deepEqual(outcomes, ['D', 'S', 'O', 'I']);
  });

  it('have an outcome for each combination of values', () => {
    for (const { id, inputs, outcome, outcomes } of decisionTables.values()) {
      const combinations = inputs.reduce((product, { values }) => product * values.size, 1);
      assert.equal(outcomes.length, combinations, id);
      for (const digit of outcomes) assert(Number.parseInt(digit, 16) < outcome.values.size, id);
    }
  });

  const folder = 'standards/ssvc/csv';
  const files = existsSync(join(sharedData, folder))
    ? readdirSync(join(sharedData, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.csv'),
      )
    : [];
  it('are all those of CERT/CC', needs(folder), () => assert.equal(files.length, decisionTables.size));
  for (const file of files) {
    it(`decide as every row of ${file}`, () => {
      const text = readFileSync(join(sharedData, folder, file), 'utf8');
      const { table, rows } = readDecisionTable(text, decisionTables);
      assert(table, text.slice(0, 200));
      assert(rows.length > 0);
      for (const row of rows) {
        const { outcomes } = evaluateTable(table, row.selection);
        assert.deepEqual(
          outcomes.map((key) => table.outcome.values.get(key)?.toLowerCase()),
          [row.outcome],
          row.text,
        );
      }
    });
  }
});

describe('SSVC decision points', () => {
  it('have versions, of which one is the latest', () => {
    assert.equal(decisionPoint('ssvc', 'E', '1.1.0')?.name, 'Exploitation');
    assert.equal(decisionPoint('ssvc', 'E', '7.0.0'), undefined);
    assert.equal(latestVersion('ssvc', 'HI'), '2.0.2');
    assert.equal(latestVersion('ssvc', 'constructor'), undefined);
  });

  const registry = 'standards/ssvc/json/ssvc_object_registry.json';
  it('are those of the registry, with its values in its order', needs(registry), () => {
    const { types } = JSON.parse(readFileSync(join(sharedData, registry), 'utf8')) as Registry;
    let count = 0;
    for (const { keys } of Object.values(types.DecisionPoint.namespaces)) {
      for (const { versions } of Object.values(keys)) {
        for (const { obj } of Object.values(versions)) {
          const ours = decisionPoint(obj.namespace, obj.key, obj.version);
          assert.deepEqual(
            [...(ours?.values ?? [])],
            obj.values.map(({ key, name }) => [key, name]),
          );
          count += 1;
        }
      }
    }
    assert.equal(count, decisionPoints.size);
  });

  it('are named in namespaces with a base and extensions', () => {
    assert.deepEqual(parseNamespace('ssvc//.example.test#refined'), {
      base: 'ssvc',
      extension: '/.example.test#refined',
      kind: 'registered',
    });
    assert.equal(parseNamespace('nist#800-30').kind, 'registered');
    assert.equal(parseNamespace('x_example.test#ours/de-DE').kind, 'unregistered');
    assert.equal(parseNamespace('test').kind, 'test');
  });
});

describe('an SSVC selection', () => {
  const safety = { namespace: 'ssvc', key: 'SI', version: '2.0.0' };

  it('may leave values out', () => {
    assert.deepEqual(selectionProblems({ ...safety, values: ['M', 'R', 'C'] }), []);
    assert.deepEqual(selectionProblems({ ...safety, namespace: 'x_org.example#a', values: ['?'] }), []);
  });

  it('may not name values, points or versions that do not exist, or values in another order', () => {
    const codes = (selection: Partial<typeof safety>, values: string[]) =>
      selectionProblems({ ...safety, ...selection, values }).map(({ code }) => code);
    assert.deepEqual(codes({}, ['M', 'C', 'R']), ['order']);
    assert.deepEqual(codes({}, ['M', 'M']), ['order']);
    assert.deepEqual(codes({ namespace: 'ssvc/en-GB' }, ['S']), ['unknown-value']);
    assert.deepEqual(codes({ version: '1.9.7' }, ['M']), ['unknown-version']);
    assert.deepEqual(codes({ key: 'SIs' }, ['M']), ['unknown-decision-point']);
    assert.deepEqual(codes({ namespace: 'invalid' }, ['M']), ['invalid-namespace']);
  });
});

interface Registry {
  types: {
    DecisionPoint: {
      namespaces: Record<
        string,
        { keys: Record<string, { versions: Record<string, { obj: RegisteredPoint }> }> }
      >;
    };
  };
}

interface RegisteredPoint {
  namespace: string;
  key: string;
  version: string;
  values: { key: string; name: string }[];
}
