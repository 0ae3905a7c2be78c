import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import {
  claimContent,
  type ClaimFact,
  claimsOfCsaf,
  type CsafDocument,
  cveFaults,
  disagreements,
  type DraftProduct,
  read,
  readCve,
  readEpss,
  readKev,
  writeAdvisory,
} from '../index.ts';
import { needs, sharedData } from '../testing/shared.ts';

describe('the claims of an advisory', () => {
  it('are one for each status, with the products that are the same but for the version together', () => {
    const claims = claimsOf(
      { key: 'A1', name: 'Pump', range: '<2.4', orderNumbers: ['P-1'] },
      { key: 'A2', name: 'Pump', range: '>=3|<3.1', orderNumbers: ['P-1'] },
      { key: 'A3', name: 'Valve', version: '1.0' },
    );
    const [status] = claims.filter(({ kind }) => kind === 'productStatus');
    assert.equal(status!.key, 'productStatus|CVE-2026-10001|known_affected');
    assert.equal(status!.pointer, '/vulnerabilities/0/product_status/known_affected');
    assert.deepEqual(
      status!.subject.products.map(({ vendor, product, versions, orderNumbers }) => [
        vendor,
        product,
        versions,
        orderNumbers,
      ]),
      [
        ['Acme', 'Pump', ['vers:generic/<2.4', 'vers:generic/>=3|<3.1'], ['P-1']],
        ['Acme', 'Valve', ['1.0'], []],
      ],
    );
  });

  it('cover scores, exploitation, remedies, mitigations, dates and weaknesses, each with its quote and place', () => {
    const { claims } = claimsOfCsaf(understood(rich));
    assert.deepEqual(
      claims.map(({ kind, value, pointer }) => [kind, Object.values(value)[0], pointer]),
      [
        ['productStatus', 'affected', '/vulnerabilities/0/product_status/known_affected'],
        ['productStatus', 'notAffected', '/vulnerabilities/0/product_status/known_not_affected'],
        ['severity', 'cvss3', '/vulnerabilities/0/metrics/0/content/cvss_v3'],
        ['exploitation', 'predicted', '/vulnerabilities/0/metrics/0/content/epss'],
        ['severity', 'ssvc', '/vulnerabilities/0/metrics/0/content/ssvc_v2'],
        ['exploitation', 'proofOfConcept', '/vulnerabilities/0/metrics/0/content/ssvc_v2'],
        ['exploitation', 'exploited', '/vulnerabilities/0/threats/0'],
        ['exploitation', 'exploited', '/vulnerabilities/0/first_known_exploitation_dates/0'],
        ['mitigation', 'mitigation', '/vulnerabilities/0/remediations/0'],
        ['remedy', 'vendor_fix', '/vulnerabilities/0/remediations/1'],
        ['date', 'disclosed', '/vulnerabilities/0/disclosure_date'],
        ['weakness', 'CWE-1', '/vulnerabilities/0/cwes/0'],
      ],
    );
    const notAffected = claims.find(({ key }) => key.endsWith('vulnerable_code_not_present'));
    assert.equal(notAffected?.kind, 'productStatus');
    assert.equal(claims.find(({ kind }) => kind === 'mitigation')!.quote, 'Close port 502');
  });

  it('have names that are unique and stay when only the value changes', () => {
    const before = claimsOf({ key: 'A', name: 'Pump', range: '<2.4' });
    const after = claimsOf({ key: 'A', name: 'Pump', range: '<2.5' });
    assert.deepEqual(
      before.map(({ key }) => key),
      after.map(({ key }) => key),
    );
    const changed = before.filter((claim, i) => claimContent(claim) !== claimContent(after[i]!));
    assert.deepEqual(
      [...new Set(changed.map(({ kind }) => kind))],
      ['productStatus', 'severity', 'mitigation'],
    );
    const { claims } = claimsOfCsaf(
      understood({ vulnerabilities: [{ cve: 'CVE-2026-1' }, { cve: 'cve-2026-1' }].map(twoScores) }),
    );
    assert.equal(new Set(claims.map(({ key }) => key)).size, 4);
    assert.ok(claims.every(({ vulnerability }) => vulnerability === 'CVE-2026-1'));
  });

  it('keep a hundred thousand products once, not once a vulnerability', () => {
    const ids = Array.from({ length: 100_000 }, (_, i) => `P${i}`);
    const document = understood({
      product_tree: {
        branches: ids.map((id) => ({
          category: 'product_name',
          name: id,
          product: { name: id, product_id: id },
        })),
      },
      vulnerabilities: Array.from({ length: 30 }, (_, i) => ({
        cve: `CVE-2026-${1000 + i}`,
        product_status: { known_affected: ids },
        remediations: [{ category: 'vendor_fix', details: 'Update', product_ids: ids }],
      })),
    });
    const { claims } = claimsOfCsaf(document);
    assert.equal(claims.length, 60);
    assert.equal(new Set(claims.map(({ subject }) => subject)).size, 1);
    assert.ok(claims.every(({ quote }) => quote.length <= 500));
  });

  it('stop where a document makes too many, and say so', () => {
    const { claims, problems } = claimsOfCsaf(
      understood({
        vulnerabilities: [
          {
            cve: 'CVE-2026-1',
            remediations: Array.from({ length: 60_000 }, (_, i) => ({
              category: 'mitigation',
              details: `Step ${i}`,
            })),
          },
        ],
      }),
    );
    assert.equal(claims.length, 50_000);
    assert.match(problems[0]!.message, /makes 60000 claims/);
  });

  it('read what is said of exploitation, denials first', () => {
    const states = [
      'This vulnerability is being actively exploited in the wild.',
      'No known public exploitation specifically targeting this vulnerability has been reported.',
      'Not exploited, but proof-of-concept code is available.',
      'Publicly Disclosed:No;Exploited:Yes;Latest Software Release:Exploitation Detected',
      'Exploit code has been published.',
      'See the vendor.',
    ].map((details) => {
      const { claims } = claimsOfCsaf(
        understood({
          vulnerabilities: [{ cve: 'CVE-2026-1', threats: [{ category: 'exploit_status', details }] }],
        }),
      );
      return claims[0]?.kind === 'exploitation' && claims[0].value.state;
    });
    assert.deepEqual(states, [
      'exploited',
      'noneKnown',
      'proofOfConcept',
      'exploited',
      'proofOfConcept',
      'unclear',
    ]);
  });
});

describe('the claims of a CVE record', () => {
  it('say for each status which versions, as ranges', () => {
    const { claims } = cveOf({
      cna: {
        providerMetadata: { shortName: 'acme' },
        affected: [
          {
            vendor: 'Acme',
            product: 'Pump',
            defaultStatus: 'unaffected',
            versions: [
              { version: '0', lessThan: '2.4', status: 'affected' },
              {
                version: '3.0',
                lessThanOrEqual: '3.9',
                status: 'affected',
                changes: [{ at: '3.5', status: 'unaffected' }],
              },
              { version: '4.0', status: 'affected' },
              { version: '5.0', lessThan: '*', status: 'unknown' },
            ],
          },
        ],
      },
    });
    assert.deepEqual(
      claims.map(({ by, value, subject }) => [
        by,
        (value as { as: string }).as,
        subject.products[0]!.versions,
      ]),
      [
        ['CNA acme', 'affected', ['<2.4', '>=3.0|<3.5', '4.0']],
        ['CNA acme', 'unaffected', ['>=3.5|<=3.9']],
        ['CNA acme', 'unknown', ['>=5.0']],
        ['CNA acme', 'unaffected', ['* (excluding <2.4 | >=3.0|<3.5 | >=3.5|<=3.9 | 4.0 | >=5.0)']],
      ],
    );
  });

  it('tell the CNA from the ADP, with SSVC and known exploitation', () => {
    const { claims } = cveOf({
      cna: {
        metrics: [
          {
            cvssV3_1: {
              version: '3.1',
              baseScore: 7.5,
              vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
            },
          },
        ],
      },
      adp: [
        {
          providerMetadata: { shortName: 'CISA-ADP' },
          metrics: [
            {
              other: {
                type: 'ssvc',
                content: { options: [{ Exploitation: 'active' }, { Automatable: 'yes' }] },
              },
            },
            { other: { type: 'kev', content: { dateAdded: '2026-01-02' } } },
          ],
        },
      ],
    });
    assert.deepEqual(
      claims.map(({ key }) => key),
      [
        'severity|CVE-2026-10001|CNA|cvss3|3.1',
        'severity|CVE-2026-10001|ADP CISA-ADP|ssvc',
        'exploitation|CVE-2026-10001|ADP CISA-ADP|ssvc',
        'exploitation|CVE-2026-10001|ADP CISA-ADP|kev',
      ],
    );
  });

  it('are none where the record was rejected, and refused where it is none', () => {
    const rejected = readCve({
      cveMetadata: { cveId: 'CVE-2026-10001', state: 'REJECTED' },
      containers: { cna: { affected: [{ product: 'x' }] } },
    });
    assert.ok(rejected.ok);
    assert.deepEqual(rejected.claims, []);
    assert.equal(readCve('{}').problems[0]!.code, 'not-cve');
    fc.assert(
      fc.property(fc.jsonValue(), (containers) => {
        assert.ok(readCve({ cveMetadata: { cveId: 'CVE-2026-10001' }, containers }).ok);
      }),
    );
  });
});

describe('a CVE record', () => {
  const orgId = '88c02595-c8f7-4864-a0e7-e09b3e1da691';
  const record = (cna: object) => ({
    dataType: 'CVE_RECORD',
    dataVersion: '5.1',
    cveMetadata: { cveId: 'CVE-2026-10001', assignerOrgId: orgId, state: 'PUBLISHED' },
    containers: {
      cna: {
        providerMetadata: { orgId },
        descriptions: [{ lang: 'en', value: 'A pump stops.' }],
        affected: [{ vendor: 'Acme', product: 'Pump', versions: [{ version: '1', status: 'affected' }] }],
        references: [{ url: 'https://acme.example/1' }],
        x_own: { anything: 1 },
        ...cna,
      },
    },
  });

  it('keeps the format of the programme, or its faults are told with their place', () => {
    assert.deepEqual(cveFaults(record({})), []);
    const faultOf = (cna: object) => cveFaults(record(cna)).map(({ misfit, path }) => [misfit, path]);
    assert.deepEqual(faultOf({ references: undefined }), [['type', '/containers/cna/references']]);
    assert.deepEqual(faultOf({ own: 1 }), [['unexpected', '/containers/cna/own']]);
    assert.deepEqual(faultOf({ descriptions: [{ lang: 'de', value: 'Eine Pumpe.' }] }), [
      ['choice', '/containers/cna/descriptions'],
    ]);
    assert.deepEqual(
      faultOf({
        affected: [{ vendor: 'Acme', versions: [{ version: '1', status: 'affected', lessThan: '2' }] }],
      }),
      [
        ['missing', '/containers/cna/affected/0/versions/0'],
        ['missing', '/containers/cna/affected/0'],
      ],
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => void cveFaults(value)));
  });
});

describe('the claims of lists', () => {
  it('are taken from the catalogue of known exploited vulnerabilities', needs('standards/kev'), () => {
    const reading = readKev(
      readFileSync(join(sharedData, 'standards/kev/known_exploited_vulnerabilities.json'), 'utf8'),
    );
    assert.ok(reading.ok);
    assert.deepEqual(reading.problems, []);
    const exploited = reading.claims.filter(({ kind }) => kind === 'exploitation');
    assert.equal(exploited.length, 1404);
    assert.equal(exploited[0]!.vulnerability, 'CVE-2025-48384');
    assert.equal(readKev('<html>').ok, false);
  });

  it('are taken from EPSS, with lines that are none listed', () => {
    const reading = readEpss(
      '#model_version:v2025.03.14,score_date:2026-01-02T00:00:00Z\ncve,epss,percentile\nCVE-2026-10001,0.5,0.9\r\nCVE-2026-10002,2,0.9\nCVE-2026-10003,0.1,0.2\n',
      (cve) => cve !== 'CVE-2026-10003',
    );
    assert.ok(reading.ok);
    assert.deepEqual(
      reading.claims.map(({ vulnerability, value, pointer }) => [vulnerability, value, pointer]),
      [
        [
          'CVE-2026-10001',
          { state: 'predicted', probability: 0.5, percentile: 0.9, since: '2026-01-02T00:00:00Z' },
          '/3',
        ],
      ],
    );
    assert.equal(reading.problems.length, 1);
    assert.equal(readEpss('<html>\n').ok, false);
  });
});

describe('sources', () => {
  it('disagree where the affected versions of one product differ, and agree however these are spelled', () => {
    const one = claimsOf({ key: 'A', name: 'Acme Pump', range: '<2.4' });
    assert.deepEqual(codes(one, claimsOf({ key: 'B', name: 'Pump', range: '<2.5' })), ['ranges-differ']);
    assert.deepEqual(codes(one, claimsOf({ key: 'B', name: 'pump', range: '<V2.4.0' })), []);
    assert.deepEqual(codes(one, claimsOf({ key: 'B', name: 'Valve', range: '<9' })), []);
  });

  it('cannot be compared where versions cannot, and that is said', () => {
    const one = claimsOf({ key: 'A', name: 'Pump', range: '<2.4' });
    const other = claimsOf({ key: 'A', name: 'Pump', version: 'see the vendor portal' });
    const { found } = compare(one, other);
    assert.deepEqual(
      found.map(({ code, certain }) => [code, certain]),
      [['ranges-not-comparable', false]],
    );
  });

  it('contradict one another, or themselves, where one version is affected and fixed', () => {
    const contradicting = [
      { key: 'A', name: 'Pump', range: '<=2.4' },
      { key: 'B', name: 'Pump', version: '2.4' },
    ];
    assert.deepEqual(codes(claimsOfDraft(contradicting, ['A'], ['B'])), ['affected-and-fixed']);
    assert.deepEqual(
      codes(claimsOfDraft([contradicting[0]!], ['A']), claimsOfDraft([contradicting[1]!], [], ['B'])),
      ['affected-and-fixed'],
    );
    const consistent = [{ ...contradicting[0]!, range: '<2.4' }, contradicting[1]!];
    assert.deepEqual(codes(claimsOfDraft(consistent, ['A'], ['B'])), []);
  });

  it('are told apart by order numbers', () => {
    const one = claimsOf(
      { key: 'A', name: 'Pump', range: '<2.4', orderNumbers: ['P-1'] },
      { key: 'B', name: 'Pump', range: '<9', orderNumbers: ['P-2'] },
    );
    const other = claimsOf({ key: 'A', name: 'Pump', range: '<2.4', orderNumbers: ['P1'] });
    assert.deepEqual(codes(one, other), []);
  });

  it('disagree on scores, exploitation, a fix, dates and weaknesses', () => {
    const say = (vulnerability: object) =>
      claimsOfCsaf(
        understood({ product_tree: tree, vulnerabilities: [{ cve: 'CVE-2026-1', ...vulnerability }] }),
      ).claims;
    const vector = (text: string, baseScore: number) => ({
      scores: [{ products: ['P1'], cvss_v3: { version: '3.1', vectorString: text, baseScore } }],
    });
    const pairs: readonly (readonly [string[], object, object])[] = [
      [['severity-differs'], vector('CVSS:3.1/AV:N/A:H', 7.5), vector('CVSS:3.1/AV:L/A:H', 5.5)],
      [['vector-differs'], vector('CVSS:3.1/AV:N/A:H', 7.5), vector('CVSS:3.1/AV:L/A:H', 7.5)],
      [[], vector('CVSS:3.1/AV:N/A:H', 7.5), vector('CVSS:3.0/A:H/AV:N/E:P/RL:O', 7.5)],
      [['exploitation-differs'], threat('Exploited in the wild'), threat('No known exploits')],
      [['exploitation-unclear'], threat('Exploited in the wild'), threat('See the portal')],
      [['fix-and-none'], remedy('vendor_fix'), remedy('none_available')],
      [[], remedy('vendor_fix'), remedy('mitigation')],
      [
        ['date-differs'],
        { discovery_date: '2026-01-01T00:00:00Z' },
        { discovery_date: '2026-01-02T00:00:00Z' },
      ],
      [[], { discovery_date: '2026-01-01T23:00:00-02:00' }, { discovery_date: '2026-01-02T09:00:00Z' }],
      [['weakness-differs'], { cwe: { id: 'CWE-1' } }, { cwe: { id: 'CWE-2' } }],
    ];
    for (const [expected, one, other] of pairs)
      assert.deepEqual(codes(say(one), say(other)), expected, JSON.stringify([one, other]));
  });

  it('say the same of a range in a CVE record and in an advisory', () => {
    const { claims } = cveOf({
      cna: {
        affected: [
          {
            vendor: 'ACME',
            product: 'Pump',
            defaultStatus: 'unaffected',
            versions: [{ version: '0', lessThan: '2.4', status: 'affected', versionType: 'custom' }],
          },
        ],
      },
    });
    assert.deepEqual(
      codes(
        claimsOf({ key: 'A', name: 'Pump', range: '<2.4' }).filter(({ kind }) => kind === 'productStatus'),
        claims,
      ),
      [],
    );
    assert.deepEqual(
      codes(
        claimsOf({ key: 'A', name: 'Pump', range: '<2.5' }).filter(({ kind }) => kind === 'productStatus'),
        claims,
      ),
      ['ranges-differ'],
    );
  });
});

function compare(...sources: (readonly ClaimFact[])[]) {
  return disagreements(
    sources.flatMap((claims, i) => claims.map((claim) => ({ source: `source ${i}`, claim }))),
  );
}

function codes(...sources: (readonly ClaimFact[])[]): string[] {
  return compare(...sources).found.map(({ code }) => code);
}

function claimsOf(...products: Omit<DraftProduct, 'vendor'>[]): readonly ClaimFact[] {
  return claimsOfDraft(
    products,
    products.map(({ key }) => key),
  );
}

function claimsOfDraft(
  products: readonly Omit<DraftProduct, 'vendor'>[],
  affected: string[],
  fixed: string[] = [],
): readonly ClaimFact[] {
  const written = writeAdvisory({
    id: 'A-1',
    title: 'A test',
    tlp: 'CLEAR',
    published: '2026-01-01T00:00:00Z',
    publisher: { name: 'Acme', namespace: 'https://acme.example', category: 'vendor' },
    summary: 'For a test',
    products: products.map((product) => ({ vendor: 'Acme', ...product })),
    vulnerabilities: [
      {
        cve: 'CVE-2026-10001',
        title: 'A weakness',
        description: 'For a test',
        cvss: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, severity: 'CRITICAL' },
        affected,
        fixed,
        remediations: affected.length ? [{ category: 'mitigation', text: 'Close port 502' }] : [],
      },
    ],
  });
  return claimsOfCsaf(understood(written)).claims;
}

function cveOf(containers: object) {
  const reading = readCve({ cveMetadata: { cveId: 'CVE-2026-10001', state: 'PUBLISHED' }, containers });
  assert.ok(reading.ok);
  return reading;
}

function understood(more: object): CsafDocument {
  const reading = read({ document: { title: 'x', tracking: { id: 'A-1', version: '1' } }, ...more });
  assert.ok(reading.ok);
  return reading.document;
}

function threat(details: string) {
  return { threats: [{ category: 'exploit_status', details }] };
}

function remedy(category: string) {
  return { remediations: [{ category, details: 'So', product_ids: ['P1'] }] };
}

function twoScores(vulnerability: object) {
  const cvss = { version: '3.1', baseScore: 5 };
  return {
    ...vulnerability,
    scores: [
      { products: ['P1'], cvss_v3: cvss },
      { products: ['P2'], cvss_v3: cvss },
    ],
  };
}

const tree = {
  full_product_names: [
    { product_id: 'P1', name: 'Pump' },
    { product_id: 'P2', name: 'Valve' },
  ],
};

const rich = {
  document: { title: 'x', csaf_version: '2.1', tracking: { id: 'A-1', version: '1' } },
  product_tree: tree,
  vulnerabilities: [
    {
      cve: 'CVE-2026-1',
      cwes: [{ id: 'CWE-1', name: 'One' }],
      disclosure_date: '2026-01-01T00:00:00Z',
      product_status: { known_affected: ['P1'], known_not_affected: ['P2'] },
      flags: [{ label: 'vulnerable_code_not_present', product_ids: ['P2'] }],
      metrics: [
        {
          products: ['P1'],
          content: {
            cvss_v3: { version: '3.1', baseScore: 9.8 },
            epss: { probability: '0.5', percentile: '0.9', timestamp: '2026-01-01T00:00:00Z' },
            ssvc_v2: { selections: [{ namespace: 'ssvc', key: 'E', values: [{ key: 'P' }] }] },
          },
        },
      ],
      threats: [
        { category: 'exploit_status', details: 'Exploited in the wild' },
        { category: 'impact', details: 'None' },
      ],
      first_known_exploitation_dates: [
        { date: '2026-01-02T00:00:00Z', exploitation_date: '2026-01-01T00:00:00Z', product_ids: ['P1'] },
      ],
      remediations: [
        { category: 'mitigation', details: 'Close port 502', product_ids: ['P1'] },
        { category: 'vendor_fix', details: 'Update', product_ids: ['P1'] },
      ],
    },
  ],
};
