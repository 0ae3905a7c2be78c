import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { convert, conversionInEnglish, read, validate, writeAdvisory } from '../index.ts';

describe('a document of CSAF 2.0 that is converted', () => {
  it('is valid CSAF 2.1 and says the same', () => {
    const { document, warnings } = converted(advisory());
    const { findings } = validate(document);
    assert.deepEqual(
      findings.filter(({ section }) => section === 'structure' || section.startsWith('6.1.')),
      [],
    );
    assert.deepEqual(document['$schema'], 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json');
    assert.deepEqual(codes(warnings), ['partial-number']);
    const [before, after] = [read(advisory()), read(document)];
    assert.ok(before.ok && after.ok);
    assert.deepEqual(
      after.document.vulnerabilities[0]!.statuses,
      before.document.vulnerabilities[0]!.statuses,
    );
    assert.equal(after.document.vulnerabilities[0]!.disclosed, '2026-02-01T00:00:00Z');
  });

  it('does not change the original', () => {
    const original = advisory();
    const before = JSON.stringify(original);
    convert(original);
    assert.equal(JSON.stringify(original), before);
  });

  const head: readonly (readonly [string, object, string[], (head: any) => unknown, unknown])[] = [
    [
      'loses what CSAF does not know',
      { unknown: 1 },
      ['additional-field'],
      (document) => document.unknown,
      undefined,
    ],
    [
      'gets the label that the text means',
      { distribution: { tlp: { label: 'RED' }, text: 'TLP v2.0: TLP:AMBER+STRICT' } },
      ['label-from-text'],
      (document) => document.distribution.tlp.label,
      'AMBER+STRICT',
    ],
    [
      'without a label gets one',
      { distribution: undefined },
      ['label-default'],
      (document) => document.distribution.tlp.label,
      'CLEAR',
    ],
    ['loses its id from the title', { title: 'A-1: Pumps (A-1)' }, [], (document) => document.title, 'Pumps'],
    [
      'takes its license from a note',
      { notes: [{ category: 'legal_disclaimer', text: 'CC-BY-4.0' }] },
      ['license'],
      (document) => document.license_expression,
      'CC-BY-4.0',
    ],
    [
      'does not choose among licenses',
      {
        notes: [
          { category: 'legal_disclaimer', text: 'MIT' },
          { category: 'legal_disclaimer', text: 'CC-BY-4.0' },
        ],
      },
      ['licenses'],
      (document) => document.license_expression,
      undefined,
    ],
  ];
  for (const [name, change, expected, of, value] of head) {
    it(name, () => {
      const { document, warnings } = converted(advisory(change));
      assert.deepEqual(
        codes(warnings).filter((code) => code !== 'partial-number'),
        expected,
      );
      assert.deepEqual(of(document['document']), value);
    });
  }

  const trees: readonly (readonly [string, string[], [string, string][], [string, string][]])[] = [
    [
      'legacy branches',
      ['legacy-branch'],
      [
        ['vendor', 'A'],
        ['legacy', 'P'],
        ['product_version', '1'],
      ],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version', '1'],
      ],
    ],
    [
      'vendors that are nobody',
      ['stacked-categories'],
      [
        ['vendor', 'Open Source'],
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version', '1'],
      ],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version', '1'],
      ],
    ],
    [
      'versions in versions',
      ['stacked-categories'],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version', '1'],
        ['product_version', '1.2'],
      ],
      [
        ['vendor', 'A'],
        ['product_family', 'P'],
        ['product_name', 'P 1'],
        ['product_version', '1.2'],
      ],
    ],
    [
      'names in names',
      ['stacked-categories-left'],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_name', 'Q'],
        ['product_version', '1'],
      ],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_name', 'Q'],
        ['product_version', '1'],
      ],
    ],
    [
      'ranges below versions',
      ['version-and-range'],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version', '1'],
        ['product_version_range', 'vers:generic/<=1.2'],
      ],
      [
        ['vendor', 'A'],
        ['product_family', 'P'],
        ['product_name', 'P 1'],
        ['product_version_range', 'vers:generic/<=1.2'],
      ],
    ],
    [
      'ranges without an end',
      ['open-range'],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version_range', 'vers:generic/>=1.2%2B3'],
      ],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version', '1.2+3'],
      ],
    ],
    [
      'ranges after a version',
      ['open-range-left'],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version_range', 'vers:generic/>1.2'],
      ],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version_range', 'vers:generic/>1.2'],
      ],
    ],
    [
      'ranges of one version',
      ['single-version'],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version_range', 'vers:generic/1.2'],
      ],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version', '1.2'],
      ],
    ],
    [
      'ranges in two parts',
      [],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version_range', 'vers:generic/>=1|<=1.2'],
      ],
      [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version_range', 'vers:generic/>=1|<=1.2'],
      ],
    ],
  ];
  for (const [name, expected, before, after] of trees) {
    it(`has ${name} put right, or told`, () => {
      const { document, warnings } = converted(advisory({}, before));
      assert.deepEqual(codes(warnings), expected);
      assert.deepEqual(pathOf(document), after);
    });
  }

  it('gets relationships as paths, weaknesses with their version, purls in a list', () => {
    const original = advisory() as any;
    original.product_tree.relationships = [
      {
        category: 'installed_on',
        product_reference: 'Old',
        relates_to_product_reference: 'New',
        full_product_name: { name: 'x', product_id: 'R' },
      },
    ];
    original.product_tree.branches[0].branches[0].branches[0].product.product_identification_helper = {
      purl: 'pkg:generic/a@1',
      cpe: 'no cpe',
      hashes: [{ filename: 'a', file_hashes: [{ algorithm: 'SHA-256', value: 'AB'.repeat(32) }] }],
    };
    const { document, warnings } = converted(original) as any;
    assert.deepEqual(document.product_tree.product_paths, [
      {
        beginning_product_reference: 'Old',
        full_product_name: { name: 'x', product_id: 'R' },
        subpaths: [{ category: 'installed_on', next_product_reference: 'New' }],
      },
    ]);
    assert.deepEqual(
      document.product_tree.branches[0].branches[0].branches[0].product.product_identification_helper,
      {
        hashes: [{ file_hashes: [{ algorithm: 'sha256', value: 'ab'.repeat(32) }], filename: 'a' }],
        purls: ['pkg:generic/a@1'],
      },
    );
    assert.deepEqual(codes(warnings), ['invalid-cpe']);
    assert.equal(document.vulnerabilities[0].cwes[0].id, 'CWE-798');
    assert.match(document.vulnerabilities[0].cwes[0].version, /^4\./);
  });

  it('gets CVSS 4.0 from a reference to its calculator', () => {
    const vector = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
    const original = advisory() as any;
    original.vulnerabilities[0].references = [
      { summary: 's', url: `https://www.first.org/cvss/calculator/4.0#${vector}` },
    ];
    const { document } = converted(original) as any;
    const [metric] = document.vulnerabilities[0].metrics;
    assert.deepEqual(metric.content.cvss_v4, {
      baseScore: 9.3,
      baseSeverity: 'CRITICAL',
      vectorString: vector,
      version: '4.0',
    });
  });

  it('gets the version that fixes as a product, in each vulnerability', () => {
    const { document, warnings } = converted(
      advisory({}, [
        ['vendor', 'A'],
        ['product_name', 'P'],
        ['product_version_range', 'vers:generic/<2.4'],
      ]),
    ) as any;
    assert.deepEqual(codes(warnings), ['fixed-added']);
    assert.deepEqual(document.vulnerabilities[0].product_status.fixed, ['Old-fixed']);
    assert.equal(warnings[0].params.vulnerabilities, '/vulnerabilities/0');
    assert.equal(validate(document).valid, true);
  });

  it('has its remediations told apart by status and date', () => {
    const change = (remediations: object[]) => {
      const original = advisory() as any;
      original.vulnerabilities[0].remediations = remediations;
      const { document, warnings } = converted(original) as any;
      return [
        document.vulnerabilities[0].remediations?.map((one: any) => [one.category, one.product_ids]),
        codes(warnings).filter((code) => code !== 'partial-number'),
      ];
    };
    assert.deepEqual(change([{ category: 'vendor_fix', details: 'x', product_ids: ['Old', 'New'] }]), [
      [
        ['vendor_fix', ['Old']],
        ['optional_patch', ['New']],
      ],
      ['remediation-changed'],
    ]);
    assert.deepEqual(
      change([
        { category: 'none_available', details: 'x', product_ids: ['Old'] },
        { category: 'vendor_fix', details: 'x', product_ids: ['Old'] },
      ]),
      [[['fix_planned', ['Old']]], ['remediation-changed', 'remediation-removed']],
    );
    assert.deepEqual(
      change([
        { category: 'none_available', details: 'x', product_ids: ['Old'] },
        { category: 'vendor_fix', details: 'x', date: '2026-01-01T00:00:00Z', product_ids: ['Old'] },
      ]),
      [[['vendor_fix', ['Old']]], ['remediation-removed']],
    );
  });

  it('tells in sentences, and refuses what is no CSAF 2.0', () => {
    const refused = convert(writeAdvisory({ ...minimal, csaf: '2.1' }));
    assert.equal(refused.ok, false);
    assert.equal(conversionInEnglish(refused.warnings[0]!), 'Only documents of CSAF 2.0 are converted.');
    assert.equal(convert('<html>').ok, false);
  });

  it('may be anything', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (one, tree, vulnerabilities) => {
        convert({
          document: { ...Object(one), csaf_version: '2.0' },
          product_tree: { branches: tree, relationships: one },
          vulnerabilities,
        });
      }),
    );
  });
});

const minimal = {
  id: 'A-1',
  title: 'Pumps',
  tlp: 'CLEAR' as const,
  published: '2026-02-01T00:00:00Z',
  publisher: { name: 'Acme', namespace: 'https://acme.example', category: 'vendor' as const },
  summary: 'Pumps stop.',
  products: [
    { key: 'Old', vendor: 'A', name: 'P', range: '<=2.3', orderNumbers: ['P-1'] },
    { key: 'New', vendor: 'A', name: 'P', version: '2.4' },
  ],
  vulnerabilities: [
    {
      cve: 'CVE-2026-10001',
      title: 'Password',
      description: 'It is fixed.',
      cwe: { id: 'CWE-798', name: 'Use of Hard-coded Credentials' },
      cvss: {
        vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
        score: 9.8,
        severity: 'CRITICAL' as const,
      },
      affected: ['Old'],
      fixed: ['New'],
      disclosed: '2026-02-01T00:00:00Z',
      remediations: [{ category: 'vendor_fix' as const, text: 'Install 2.4' }],
    },
  ],
};

/** With another head, and with one product behind this path. */
function advisory(head: object = {}, path?: readonly (readonly [string, string])[]): object {
  const written = JSON.parse(JSON.stringify(writeAdvisory(minimal)));
  if (path) {
    const [leaf, ...above] = path.toReversed();
    let branch: object = { category: leaf![0], name: leaf![1], product: { name: 'A P', product_id: 'Old' } };
    for (const [category, name] of above) branch = { category, name, branches: [branch] };
    written.product_tree = { branches: [branch] };
    written.vulnerabilities[0].product_status = { known_affected: ['Old'] };
  }
  return { ...written, document: { ...written.document, ...head } };
}

function converted(original: object) {
  const conversion = convert(JSON.stringify(original));
  assert.ok(conversion.ok);
  return conversion;
}

function codes(warnings: readonly { code: string }[]): string[] {
  return warnings.map(({ code }) => code);
}

function pathOf(document: any): [string, string][] {
  const path: [string, string][] = [];
  for (let [branch] = document.product_tree.branches; branch; branch = branch.branches?.[0])
    path.push([branch.category, branch.name]);
  return path;
}
