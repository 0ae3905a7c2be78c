import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { type AdvisoryDraft, AdvisoryIndex, match, read, writeAdvisory } from '../index.ts';
import { needs, sharedData } from '../testing/shared.ts';

const draft: AdvisoryDraft = {
  id: 'NBC-2026-001',
  title: 'Hard-coded password in Nordbruk PX pump controllers',
  version: '2',
  language: 'en',
  tlp: 'CLEAR',
  published: '2026-03-01T09:00:00Z',
  updated: '2026-03-04T09:00:00Z',
  publisher: { name: 'Nordbruk', namespace: 'https://nordbruk.example', category: 'vendor' },
  summary: 'Anyone on the network can stop the pump.',
  references: [
    { summary: 'This document', url: 'https://nordbruk.example/csaf/nbc-2026-001.json', self: true },
  ],
  products: [
    { key: 'PX-old', vendor: 'Nordbruk', name: 'PX 200', range: '<2.4.1', orderNumbers: ['NB-PX-200'] },
    { key: 'PX-new', vendor: 'Nordbruk', name: 'PX 200', version: '2.4.1' },
    { key: 'PX-300', vendor: 'Nordbruk', name: 'PX 300', range: '*' },
  ],
  vulnerabilities: [
    {
      cve: 'CVE-2026-10001',
      title: 'Hard-coded password',
      description: 'The service account has a fixed password.',
      cwe: { id: 'CWE-798', name: 'Use of Hard-coded Credentials' },
      cvss: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, severity: 'CRITICAL' },
      affected: ['PX-old'],
      fixed: ['PX-new'],
      notAffected: ['PX-300'],
      impact: 'The PX 300 has no service account.',
      remediations: [
        { category: 'mitigation', text: 'Allow port 502 from the control room only.' },
        { category: 'vendor_fix', text: 'Install 2.4.1.', url: 'https://nordbruk.example/px' },
      ],
    },
  ],
};

it('an advisory that is written keeps the schema of CSAF 2.0', needs('standards/csaf/oasis/csaf_2.0'), () => {
  const folder = join(sharedData, 'standards/csaf/oasis/csaf_2.0');
  const json = (file: string): any => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  for (const version of ['2.0', '3.0', '3.1']) {
    const {
      $schema: _schema,
      id: _id,
      $id: _newId,
      ...schema
    } = json(`referenced_schema/first/cvss-v${version}.json`);
    ajv.addSchema(schema, `https://www.first.org/cvss/cvss-v${version}.json`);
  }
  const validate = ajv.compile(json('json_schema/csaf_json_schema.json'));
  assert.ok(
    validate(JSON.parse(JSON.stringify(writeAdvisory(draft)))),
    JSON.stringify(validate.errors, null, 1),
  );
});

it('an advisory that is written is read as it was meant', () => {
  const reading = read(JSON.stringify(writeAdvisory(draft)));
  assert.ok(reading.ok);
  assert.deepEqual(reading.problems, []);
  const { document } = reading;
  assert.equal(document.tracking.revisions.at(-1)!.number, document.tracking.version);
  assert.equal(document.tlp, 'CLEAR');
  const index = AdvisoryIndex.of([document]);
  const verdictOf = (product: string, firmware: string) =>
    match({ vendor: 'Nordbruk', product, firmware }, index)[0]?.verdict;
  assert.deepEqual(
    [verdictOf('PX 200', '2.3.9'), verdictOf('PX 200', '2.4.1'), verdictOf('PX 300', '1')],
    ['affected', 'notAffected', 'notAffected'],
  );
});

it('the same draft gives the same document', () =>
  assert.deepEqual(writeAdvisory(draft), writeAdvisory(draft)));
