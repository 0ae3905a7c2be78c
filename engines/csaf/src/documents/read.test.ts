import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { byUsefulnessNow, documentsIn, read } from '../index.ts';

describe('a CSAF document', () => {
  it('gives its head, with TLP 1 read as TLP 2', () => {
    const { document } = understood({});
    assert.equal(document.tracking.id, 'ACME-1');
    assert.equal(document.tlp, 'CLEAR');
    assert.equal(document.publisher.name, 'Acme');
    assert.equal(document.summary, 'Pumps stop');
  });

  it('keeps only web addresses as links', () => {
    const references = [
      'https://acme.example/1',
      'javascript:alert(1)',
      'javascript://acme.example/%0aalert(1)',
      'file:///etc/passwd',
      'https://',
    ].map((url) => ({ url, summary: 's' }));
    const { document } = understood({ document: { references } });
    assert.deepEqual(
      document.references.map(({ url }) => url),
      ['https://acme.example/1', undefined, undefined, undefined, undefined],
    );
  });

  it('flattens the product tree, with order numbers and versions', () => {
    const { document } = understood({ product_tree: pumpTree });
    assert.deepEqual(
      document.products.map(({ id, vendor, productName, version, helper }) => [
        id,
        vendor,
        productName,
        version,
        helper?.modelNumbers,
      ]),
      [
        ['P1', 'Acme', 'Pump 100', { category: 'range', text: 'vers:all/<V2.1' }, ['PU-100']],
        ['P2', 'Acme', 'Pump 100', { category: 'version', text: 'V2.1' }, undefined],
      ],
    );
  });

  it('follows relationships in any order, and stops where they lead in circles', () => {
    const { document, problems } = understood({
      product_tree: {
        ...pumpTree,
        relationships: [
          relationship('R2', 'R1', 'P2'),
          relationship('R1', 'P1', 'P2'),
          relationship('C1', 'C2', 'P1'),
          relationship('C2', 'C1', 'P1'),
        ],
      },
    });
    assert.deepEqual(
      document.products.filter(({ combines }) => combines).map(({ id, productName }) => [id, productName]),
      [
        ['R1', 'Pump 100'],
        ['R2', 'Pump 100'],
      ],
    );
    assert.equal(problems.filter(({ code }) => code === 'unresolved').length, 2);
  });

  it('resolves product groups of remediations and puts mitigations first', () => {
    const { document } = understood({
      product_tree: { ...pumpTree, product_groups: [{ group_id: 'G', product_ids: ['P1', 'P2'] }] },
      vulnerabilities: [
        {
          remediations: [
            { category: 'vendor_fix', details: 'Update', product_ids: ['P1'] },
            { category: 'mitigation', details: 'Close port 502', group_ids: ['G'] },
          ],
        },
      ],
    });
    assert.deepEqual(
      byUsefulnessNow(document.vulnerabilities[0]!.remediations).map(({ category, text, products }) => [
        category,
        text,
        products,
      ]),
      [
        ['mitigation', 'Close port 502', ['P1', 'P2']],
        ['vendor_fix', 'Update', ['P1']],
      ],
    );
  });

  it('reads scores of CSAF 2.0 and 2.1 alike', () => {
    const cvss = {
      version: '3.1',
      vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
      baseScore: 7.5,
      baseSeverity: 'HIGH',
    };
    const { document } = understood({
      vulnerabilities: [
        {
          cve: 'CVE-2026-1',
          cwe: { id: 'CWE-1', name: 'one' },
          scores: [{ products: ['P1'], cvss_v3: cvss }],
        },
        {
          cve: 'CVE-2026-2',
          cwes: [{ id: 'CWE-1', name: 'one' }],
          metrics: [{ products: ['P1'], content: { cvss_v3: cvss } }],
        },
      ],
    });
    const [old, recent] = document.vulnerabilities;
    assert.deepEqual(old!.scores, [
      { ...recent!.scores[0]!, pointer: '/vulnerabilities/0/scores/0/cvss_v3' },
    ]);
    assert.equal(recent!.scores[0]!.pointer, '/vulnerabilities/1/metrics/0/content/cvss_v3');
    assert.equal(old!.scores[0]!.base, 7.5);
    assert.deepEqual(old!.cwes, recent!.cwes);
  });
});

describe('what is not as it should be', () => {
  it('is refused with a sentence when it is no CSAF document', () => {
    for (const [text, code] of [
      ['<html>', 'not-json'],
      ['[]', 'not-csaf'],
      ['null', 'not-csaf'],
      ['{"document":{"tracking":{}}}', 'not-csaf'],
    ] as const) {
      const reading = read(text);
      assert.equal(reading.ok, false);
      assert.equal(reading.problems[0]!.code, code);
    }
  });

  it('is listed with its place, and the rest is read', () => {
    const { document, problems } = understood({
      document: { title: 7, notes: 'none', distribution: { tlp: { label: 'PURPLE' } } },
    });
    assert.equal(document.title, '7');
    assert.equal(document.tlp, undefined);
    assert.ok(problems.some(({ path }) => path === '/document/distribution/tlp/label'));
  });

  it('does not reach prototypes', () => {
    const { document } = understood(
      JSON.parse('{"__proto__":{"vulnerabilities":[{"cve":"CVE-1"}]},"constructor":1}'),
    );
    assert.deepEqual(document.vulnerabilities, []);
    assert.equal(({} as Record<string, unknown>)['vulnerabilities'], undefined);
  });

  it('has its lone surrogates replaced', () => {
    const { document } = understood({ document: { title: 'broken \ud800 text' } });
    assert.ok(document.title.isWellFormed());
  });

  it('may be nested without end', () => {
    const depth = 100_000;
    const text = `{"document":{"tracking":{"id":"A"}},"product_tree":{"branches":${'[{"branches":'.repeat(depth)}[]${'}]'.repeat(depth)}}}`;
    const reading = read(text);
    assert.ok(reading.problems.some(({ code }) => code === 'too-deep'));
  });

  it('may be a value that contains itself', () => {
    const branch: Record<string, unknown> = { category: 'vendor', name: 'Acme' };
    branch['branches'] = [branch];
    const { problems } = understood({ product_tree: { branches: [branch] } });
    assert.ok(problems.some(({ code }) => code === 'too-deep'));
  });

  it('may have a hundred thousand products', () => {
    const branches = Array.from({ length: 100_000 }, (_, i) => ({
      category: 'product_name',
      name: `Pump ${i}`,
      product: { name: `Pump ${i}`, product_id: `P${i}` },
    }));
    const { document } = understood({ product_tree: { branches } });
    assert.equal(document.products.length, 100_000);
  });

  it('never makes the reader throw', () => {
    fc.assert(fc.property(fc.anything(), (value) => void read(value)));
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (head, tree, vulnerabilities) => {
        const reading = read({
          document: { ...Object(head), tracking: { id: 'A' } },
          product_tree: tree,
          vulnerabilities,
        });
        assert.ok(reading.ok);
      }),
    );
  });
});

it('documents of an archive are read one by one', () => {
  const entries = [
    { name: 'a.json', text: '{}' },
    { name: 'a.json.asc', text: '' },
    { name: 'b.JSON', text: JSON.stringify(base) },
  ];
  assert.deepEqual(
    Array.from(documentsIn(entries), ({ name, reading }) => [name, reading.ok]),
    [
      ['a.json', false],
      ['b.JSON', true],
    ],
  );
});

const base = {
  document: {
    title: 'Pump',
    csaf_version: '2.0',
    distribution: { tlp: { label: 'WHITE' } },
    publisher: { name: 'Acme' },
    notes: [{ category: 'summary', text: 'Pumps stop' }],
    tracking: { id: 'ACME-1', version: '1', status: 'final' },
  },
};

const pumpTree = {
  branches: [
    {
      category: 'vendor',
      name: 'Acme',
      branches: [
        {
          category: 'product_name',
          name: 'Pump 100',
          branches: [
            {
              category: 'product_version_range',
              name: 'vers:all/<V2.1',
              product: {
                name: 'Pump',
                product_id: 'P1',
                product_identification_helper: { model_numbers: ['PU-100'] },
              },
            },
            { category: 'product_version', name: 'V2.1', product: { name: 'Pump', product_id: 'P2' } },
          ],
        },
      ],
    },
  ],
};

function relationship(id: string, first: string, second: string) {
  return {
    category: 'installed_on',
    product_reference: first,
    relates_to_product_reference: second,
    full_product_name: { product_id: id, name: id },
  };
}

function understood(more: { document?: object; product_tree?: unknown; vulnerabilities?: unknown }) {
  const reading = read({ ...base, ...more, document: { ...base.document, ...more.document } });
  assert.ok(reading.ok);
  return reading;
}
