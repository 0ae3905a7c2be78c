import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import * as mandatory21 from '@secvisogram/csaf-validator-lib/csaf_2_1/mandatoryTests.js';
import * as recommended21 from '@secvisogram/csaf-validator-lib/csaf_2_1/recommendedTests.js';
import { csaf_2_1_strict } from '@secvisogram/csaf-validator-lib/csaf_2_1/schemaTests.js';
import * as mandatory20 from '@secvisogram/csaf-validator-lib/mandatoryTests.js';
import * as optional20 from '@secvisogram/csaf-validator-lib/optionalTests.js';
import { csaf_2_0_strict } from '@secvisogram/csaf-validator-lib/schemaTests.js';
import judgeBy from '@secvisogram/csaf-validator-lib/validate.js';

import { type AdvisoryDraft, fileName, type Profile, read, validate, writeAdvisory } from '../index.ts';

/** What others wrote to check CSAF documents judges what we write: every mandatory and every recommended test. */
describe('what is written', () => {
  const profiles: readonly Profile[] = [
    'base',
    'securityAdvisory',
    'informational',
    'incidentResponse',
    'vex',
    'withdrawn',
    'superseded',
  ];
  for (const csaf of ['2.0', '2.1'] as const) {
    for (const profile of profiles) {
      it(`as CSAF ${csaf}, ${profile}, has no fault that another validator finds`, async () => {
        const findings = await judge({ ...full, csaf, profile });
        assert.deepEqual(findings.errors, []);
        assert.deepEqual(findings.warnings, []);
      });
      it(`as CSAF ${csaf}, ${profile}, keeps every mandatory and recommended rule that we know`, () => {
        const document = JSON.parse(JSON.stringify(writeAdvisory({ ...full, csaf, profile })));
        const { findings } = validate(document);
        assert.deepEqual(
          findings
            .filter(({ section, severity }) => severity !== 'information' && section !== asDevices)
            .map(({ section, path, message }) => `${section} ${path} ${message}`),
          [],
        );
      });
    }
    it(`as CSAF ${csaf} from the least that a draft can say is valid`, async () => {
      const { errors } = await judge({ ...least, csaf });
      assert.deepEqual(errors, []);
    });
    it(`as CSAF ${csaf} for each label is valid`, async () => {
      for (const tlp of ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'] as const) {
        const { errors } = await judge({ ...full, csaf, tlp });
        assert.deepEqual(errors, [], tlp);
        const reading = read(writeAdvisory({ ...full, csaf, tlp }));
        assert.equal(reading.ok && reading.document.tlp, tlp);
      }
    });
  }

  it('and is not, is found by the judge', async () => {
    const { errors } = await judge({
      ...full,
      vulnerabilities: [{ ...full.vulnerabilities[0]!, affected: ['nobody'] }],
    });
    assert.notDeepEqual(errors, []);
  });

  it('as 2.0 and as 2.1 is read as the same', () => {
    const [old, recent] = (['2.0', '2.1'] as const).map((csaf) => {
      const reading = read(writeAdvisory({ ...full, csaf }));
      assert.ok(reading.ok);
      assert.deepEqual(reading.problems, []);
      return reading.document;
    });
    assert.deepEqual(old!.products, recent!.products);
    assert.deepEqual(old!.vulnerabilities[0]!.statuses, recent!.vulnerabilities[0]!.statuses);
    assert.deepEqual(
      old!.vulnerabilities[0]!.remediations.map(({ text, products }) => [text, products]),
      recent!.vulnerabilities[0]!.remediations.map(({ text, products }) => [text, products]),
    );
  });
});

it('the name of a file follows from the id', () => {
  // The examples of CSAF 2.0 section 5.1.
  assert.equal(fileName('Example Company - 2019-YH3234'), 'example_company_-_2019-yh3234.json');
  assert.equal(fileName('RHBA-2019:0024'), 'rhba-2019_0024.json');
  assert.equal(fileName('2022_#01-A'), '2022_01-a.json');
});

/** A device with its order number and its firmware is one product here, as vendors of devices write it. */
const asDevices = '6.2.31';

async function judge(draft: AdvisoryDraft) {
  const document = JSON.parse(JSON.stringify(writeAdvisory(draft)));
  const tests =
    draft.csaf === '2.1'
      ? [csaf_2_1_strict, ...Object.values(mandatory21), ...Object.values(recommended21)]
      : [csaf_2_0_strict, ...Object.values(mandatory20), ...Object.values(optional20)];
  const { tests: results } = await judgeBy(tests, document);
  const told = (kind: 'errors' | 'warnings') =>
    results
      .flatMap((result) =>
        result[kind].map(({ instancePath, message }) => `${result.name} ${instancePath} ${message}`),
      )
      .filter((finding) => draft.csaf !== '2.1' || !mistakes.some((mistake) => mistake.test(finding)));
  return { errors: told('errors'), warnings: told('warnings') };
}

/** Where the judge (version 2.0.x) holds documents of CSAF 2.1 against the schema and the list of profiles of 2.0. */
const mistakes = [
  /^recommendedTest_6_2_20 .* must NOT have additional properties$/,
  /^mandatoryTest_6_1_26 \/document\/category reserved prefix used$/,
];

const full: AdvisoryDraft = {
  id: 'NBC-2026-001',
  aliases: ['NB-17'],
  title: 'Hard-coded password in pump controllers',
  version: '2',
  status: 'final',
  language: 'en',
  tlp: 'CLEAR',
  distribution: 'May be translated.',
  license: 'CC-BY-4.0',
  published: '2026-03-01T09:00:00Z',
  updated: '2026-03-04T09:00:00Z',
  revisions: [
    { number: '1', date: '2026-03-01T09:00:00Z', summary: 'First publication' },
    { number: '2', date: '2026-03-04T09:00:00Z', summary: 'A fix' },
  ],
  generator: { name: 'Busbar', version: '0.1.0', date: '2026-03-04T09:00:00Z' },
  publisher: {
    name: 'Nordbruk CERT',
    namespace: 'https://nordbruk.example',
    category: 'coordinator',
    contact: 'cert@nordbruk.example',
    authority: 'The CERT of Nordbruk',
  },
  severity: { text: 'Critical', namespace: 'https://nordbruk.example/severity' },
  summary: 'Anyone on the network can stop the pump.',
  notes: [{ category: 'legal_disclaimer', title: 'Terms of use', text: 'As is.' }],
  acknowledgements: [
    {
      names: ['Ada Lindqvist'],
      organization: 'Harbour Works',
      summary: 'Found it',
      urls: ['https://harbour.example/'],
    },
  ],
  references: [
    { summary: 'This document', url: 'https://nordbruk.example/csaf/2026/nbc-2026-001.json', self: true },
    { summary: 'Superseding Document', url: 'https://nordbruk.example/csaf/2026/nbc-2026-009.json' },
  ],
  products: [
    {
      key: 'PX-old',
      vendor: 'Nordbruk',
      family: 'PX',
      name: 'PX 200',
      range: '>=2.0 | <2.4.1',
      orderNumbers: ['NB-PX-200'],
      cpe: 'cpe:2.3:o:nordbruk:px_200:*:*:*:*:*:*:*:*',
    },
    {
      key: 'PX-new',
      vendor: 'Nordbruk',
      family: 'PX',
      name: 'PX 200',
      version: '2.4.1',
      purls: ['pkg:generic/nordbruk/px-200@2.4.1'],
      hashes: [
        {
          file: 'px200.bin',
          algorithm: 'SHA256',
          value: '3FB9D502D096B1DFBCDFE60EED80DDECD98C8771BF21A82BBE1752735C4DC9E2',
        },
      ],
    },
    { key: 'PX-300', vendor: 'Nordbruk', name: 'PX 300', range: '*', skus: ['PX300'] },
    { key: 'V1', vendor: 'Harbour Works', name: 'Valve', version: 'V1.0 SP2', serialNumbers: ['HW-1'] },
  ],
  vulnerabilities: [
    {
      cve: 'CVE-2026-10001',
      ids: [{ system: 'NB', text: 'NB-17' }],
      title: 'Hard-coded password',
      description: 'The service account has a fixed password.',
      notes: [
        {
          category: 'details',
          title: 'Impact on the process',
          text: 'Pumps stop.',
          audience: 'shift supervisors',
        },
      ],
      cwe: [
        { id: 'CWE-798', name: 'Use of Hard-coded Credentials' },
        { id: 'CWE-306', name: 'Missing Authentication for Critical Function' },
      ],
      scores: [
        { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, severity: 'CRITICAL' },
        {
          vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
          score: 9.3,
          severity: 'CRITICAL',
        },
      ],
      affected: ['PX-old'],
      fixed: ['PX-new'],
      notAffected: ['PX-300'],
      underInvestigation: ['V1'],
      flags: [{ label: 'component_not_present', products: ['PX-300'] }],
      impact: 'The PX 300 has no service account.',
      exploited: { since: '2026-02-27T00:00:00Z', text: 'Seen in one plant.' },
      remediations: [
        { category: 'mitigation', text: 'Allow port 502 from the control room only.' },
        {
          category: 'vendor_fix',
          text: 'Install 2.4.1.',
          url: 'https://nordbruk.example/px',
          date: '2026-03-04T09:00:00Z',
          restart: { category: 'machine', text: 'The pump stops for two minutes.' },
          entitlements: ['A service contract is not needed.'],
        },
        { category: 'none_available', text: 'Still under investigation.', products: ['V1'] },
      ],
      references: [{ summary: 'How to look for it', url: 'https://nordbruk.example/look' }],
      acknowledgements: [{ names: ['Ada Lindqvist'] }],
      discovered: '2026-01-10T00:00:00Z',
      disclosed: '2026-03-01T09:00:00Z',
    },
    {
      cve: 'CVE-2026-10002',
      title: 'Restart by a broken message',
      description: 'A broken message restarts the controller.',
      cwe: { id: 'CWE-129', name: 'Improper Validation of Array Index' },
      cvss: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', score: 7.5, severity: 'HIGH' },
      affected: ['PX-old'],
      fixed: ['PX-new'],
      remediations: [{ category: 'vendor_fix', text: 'Install 2.4.1.' }],
      disclosed: '2026-03-01T09:00:00Z',
    },
  ],
};

const least: AdvisoryDraft = {
  id: 'NBC-2026-002',
  title: 'Pumps',
  tlp: 'GREEN',
  published: '2026-03-01T09:00:00Z',
  publisher: { name: 'Nordbruk', namespace: 'https://nordbruk.example', category: 'vendor' },
  summary: 'Pumps stop.',
  products: [{ key: 'P', vendor: 'Nordbruk', name: 'PX 200', range: '*' }],
  vulnerabilities: [{ title: 'Restart', description: 'It restarts.', affected: ['P'] }],
};
