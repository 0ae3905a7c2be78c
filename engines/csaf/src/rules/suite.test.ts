import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { needs, sharedData } from '../testing/shared.ts';
import type { Resources } from './rule.ts';
import { validate } from './validate.ts';

/** What the rules ask of the world, as it is for the documents of the OASIS TC. */
const resources: Resources = {
  now: Date.parse('2026-11-01T00:00:00Z'),
  statusOf: (url) => (/\.invalid\b/.test(url) ? 0 : url.endsWith('/not-available') ? 404 : 200),
  misspelt: (text, language) =>
    language.startsWith('en')
      ? (text.match(/\b(?:Secruity|vulnerapility|Pruduct)\b/g) ?? [])
      : language === 'de'
        ? []
        : undefined,
  ungrammatical: (text, language) =>
    language.startsWith('en') ? (/must followed/.test(text) ? ['A verb is missing.'] : []) : undefined,
  scancodeLicense: (key) =>
    key === 'aop-pd' ? 'deprecated' : ['public-domain', 'copyheart'].includes(key) ? 'current' : 'unknown',
};

interface TestCase {
  readonly id: string;
  readonly group: string;
  readonly failures?: readonly Document[];
  readonly valid?: readonly Document[];
}

interface Document {
  readonly name: string;
  readonly result?: string;
}

type Told = readonly { readonly instance_path: string }[];

for (const version of ['2.0', '2.1'] as const) {
  const folder = `standards/csaf/oasis/csaf_${version}/test/validator/data`;
  const data = join(sharedData, folder);
  const read = (name: string): unknown => JSON.parse(readFileSync(join(data, name), 'utf8'));

  describe(`the recommended and informative tests of CSAF ${version}`, needs(folder), () => {
    const { tests } = existsSync(data)
      ? (read('testcases.json') as { tests: readonly TestCase[] })
      : { tests: [] };
    for (const { id, group, failures = [], valid = [] } of tests) {
      if (group === 'mandatory') continue;
      for (const { name, result } of failures) {
        it(`${id} fails ${name}`, () => {
          const { findings, runs } = validate(read(name), { resources });
          const run = runs.find(({ section }) => section === id);
          assert.equal(run?.outcome, 'failed', JSON.stringify(run));
          const primary =
            result === undefined
              ? undefined
              : (read(result) as { primary_result: { warnings?: Told; infos?: Told } }).primary_result;
          const theirs = primary?.warnings ?? primary?.infos;
          if (theirs)
            assert.deepEqual(
              findings.filter(({ section }) => section === id).map(({ path }) => path),
              theirs.map(({ instance_path: path }) => path),
            );
        });
      }
      for (const { name } of valid) {
        it(`${id} passes ${name}`, () => {
          const { findings, runs } = validate(read(name), { resources });
          const told = findings.filter(({ section }) => section === id);
          assert.equal(runs.find(({ section }) => section === id)?.outcome, 'passed', JSON.stringify(told));
        });
      }
    }
  });
}
