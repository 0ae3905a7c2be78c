import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { type AdvisoryDraft, changeInEnglish, diff, read, writeAdvisory } from '../index.ts';

describe('a new version of an advisory', () => {
  const matters: readonly (readonly [string, string[], Partial<Parts>])[] = [
    ['with another range', ['range-changed'], { range: '<2.5' }],
    ['with a product more', ['status-added'], { affected: ['A', 'B'] }],
    [
      'with a product that is fixed after all',
      ['status-added', 'status-removed'],
      { affected: [], fixed: ['A'] },
    ],
    ['with another score', ['score-changed'], { score: 5.3 }],
    ['with a fix', ['remedy-added'], { fix: 'Install 2.4' }],
    ['with other numbers in a remedy', ['remedy-changed'], { mitigation: 'Close port 503.' }],
    [
      'with another vulnerability',
      ['vulnerability-added', 'vulnerability-removed'],
      { cve: 'CVE-2026-10002' },
    ],
    ['that says that it is exploited', ['exploitation-changed'], { exploit: 'Exploited in the wild' }],
  ];
  for (const [name, codes, parts] of matters) {
    it(`${name} matters`, () => {
      const difference = compare({}, parts);
      assert.deepEqual(
        difference.changes.filter((change) => change.matters).map(({ code }) => code),
        codes,
      );
      assert.equal(difference.matters, true);
    });
  }

  const wording: readonly (readonly [string, string[], Partial<Parts>])[] = [
    ['that is the same', [], {}],
    [
      'with a comma more',
      ['title-changed', 'summary-changed'],
      { title: 'A, test', summary: 'A summary, of it' },
    ],
    ['with the range in other spelling', ['range-respelled'], { range: '<2.4.0' }],
    ['with a remedy in other words', ['remedy-reworded'], { mitigation: 'Please do close port 502!' }],
    ['with another description', ['vulnerability-text-changed'], { description: 'In other words' }],
    ['with another label', ['label-changed'], { tlp: 'GREEN' }],
    ['with blanks and quotes of another kind', [], { summary: 'A  summary\u00a0of it ' }],
  ];
  for (const [name, codes, parts] of wording) {
    it(`${name} alerts nobody`, () => {
      const difference = compare({}, parts);
      assert.deepEqual(
        difference.changes.map(({ code }) => code),
        codes,
      );
      assert.equal(difference.matters, false);
    });
  }

  it('is told in sentences', () => {
    const { changes } = compare({}, { range: '<2.5', score: 5.3 });
    assert.deepEqual(changes.map(changeInEnglish), [
      'CVE-2026-10001: Acme Pump is known_affected in vers:generic/<2.5; it was vers:generic/<2.4.',
      'CVE-2026-10001: CVSS 3 changed from CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H 9.8 CRITICAL to CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H 5.3 CRITICAL.',
    ]);
  });

  it('with a thousand products more is told with a number', () => {
    const products = Array.from({ length: 1000 }, (_, i) => ({
      key: `P${i}`,
      vendor: 'Acme',
      name: `Valve ${i}`,
      range: '*',
    }));
    const { changes } = compare({}, { products, affected: ['A', ...products.map(({ key }) => key)] });
    assert.equal(changes.length, 51);
    assert.deepEqual(changes.at(-1)!.params, { vulnerability: 'CVE-2026-10001', count: '950' });
  });
});

interface Parts {
  readonly title: string;
  readonly summary: string;
  readonly tlp: AdvisoryDraft['tlp'];
  readonly cve: string;
  readonly range: string;
  readonly products: AdvisoryDraft['products'];
  readonly affected: string[];
  readonly fixed: string[];
  readonly score: number;
  readonly description: string;
  readonly mitigation: string;
  readonly fix: string | undefined;
  readonly exploit: string | undefined;
}

function compare(before: Partial<Parts>, after: Partial<Parts>) {
  return diff(written(before), written(after));
}

function written(parts: Partial<Parts>) {
  const { affected = ['A'], fixed = [], fix, exploit } = parts;
  const document = writeAdvisory({
    id: 'A-1',
    title: parts.title ?? 'A test',
    tlp: parts.tlp ?? 'CLEAR',
    published: '2026-01-01T00:00:00Z',
    publisher: { name: 'Acme', namespace: 'https://acme.example', category: 'vendor' },
    summary: parts.summary ?? 'A summary of it',
    products: [
      { key: 'A', vendor: 'Acme', name: 'Pump', range: parts.range ?? '<2.4' },
      { key: 'B', vendor: 'Acme', name: 'Valve', range: '<1' },
      ...(parts.products ?? []),
    ],
    vulnerabilities: [
      {
        cve: parts.cve ?? 'CVE-2026-10001',
        title: 'A weakness',
        description: parts.description ?? 'It is so',
        affected,
        fixed,
        remediations: [
          { category: 'mitigation', text: parts.mitigation ?? 'Close port 502.', products: ['A'] },
          ...(fix === undefined ? [] : [{ category: 'vendor_fix' as const, text: fix, products: ['A'] }]),
        ],
      },
    ],
  }) as { vulnerabilities: Record<string, unknown>[] };
  const [vulnerability] = document.vulnerabilities;
  vulnerability!['scores'] = [
    {
      products: ['A'],
      cvss_v3: {
        version: '3.1',
        vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
        baseScore: parts.score ?? 9.8,
        baseSeverity: 'CRITICAL',
      },
    },
  ];
  if (exploit !== undefined) vulnerability!['threats'] = [{ category: 'exploit_status', details: exploit }];
  const reading = read(document);
  assert.ok(reading.ok);
  return reading.document;
}
