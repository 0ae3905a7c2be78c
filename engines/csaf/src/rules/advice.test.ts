import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { urlsToAsk } from './asked-urls.ts';
import type { Resources } from './rule.ts';
import { validate } from './validate.ts';

/** What one rule finds: places, and what it was told about them. */
function found(section: string, document: Readonly<Record<string, unknown>>, resources: Resources = {}) {
  const json = { document: { csaf_version: '2.1' }, ...document };
  const { findings, runs } = validate(json, { resources });
  const run = runs.find((one) => one.section === section);
  return {
    outcome: run?.outcome,
    missing: run?.missing,
    places: findings.filter((one) => one.section === section).map(({ path }) => path),
  };
}

function revised(date: string, more: object = {}) {
  return { csaf_version: '2.1', tracking: { revision_history: [{ date, number: '1' }], ...more } };
}

describe('rules that lack something', () => {
  it('say so, and find nothing', () => {
    const references = [{ category: 'self', url: 'https://example.invalid/a.json' }];
    assert.deepEqual(found('6.3.7', { document: { references } }), {
      outcome: 'not run',
      missing: 'statusOf',
      places: [],
    });
    assert.equal(found('6.3.8', {}).missing, 'misspelt');
    assert.equal(found('6.2.33', {}).missing, 'now');
  });

  it('are not run where nobody has translated a title', () => {
    const document = { csaf_version: '2.1', category: 'csaf_withdrawn', lang: 'ru' };
    assert.equal(found('6.2.39.2', { document }).missing, 'translation');
    assert.equal(found('6.2.39.2', { document: { ...document, lang: 'de-AT' } }).outcome, 'failed');
    assert.equal(found('6.2.39.2', { document: { ...document, lang: 'en' } }).outcome, 'passed');
  });

  it('tell a language that nobody can check from one without mistakes', () => {
    const document = { csaf_version: '2.1', lang: 'zz', title: 'Hm' };
    const misspelt = (_: string, language: string) => (language === 'zz' ? undefined : []);
    assert.deepEqual(found('6.3.8', { document }, { misspelt }).places, ['/document/lang']);
    assert.deepEqual(found('6.3.8', { document: { ...document, lang: 'en' } }, { misspelt }).places, []);
  });
});

describe('the URLs of a document', () => {
  it('are there to be asked for beforehand, each once', () => {
    const references = [
      { category: 'self', url: 'https://example.com/a.json' },
      { url: 'https://example.com/b' },
      { url: 'https://example.com/b' },
      { url: 7 },
    ];
    const json = { document: { csaf_version: '2.1', references } };
    assert.deepEqual(urlsToAsk(json), ['https://example.com/a.json', 'https://example.com/b']);
    assert.deepEqual(urlsToAsk(null), []);
    const statusOf = (url: string) => (url.endsWith('b') ? 404 : 200);
    assert.deepEqual(found('6.3.6', json, { statusOf }).places, [
      '/document/references/1/url',
      '/document/references/2/url',
    ]);
  });
});

describe('unsorted keys', () => {
  const nested = (depth: number, around: (inner: unknown) => unknown): unknown => {
    let inner: unknown = { b: 1, a: 1 };
    for (let i = 0; i < depth; i++) inner = around(inner);
    return inner;
  };

  it('are found in what nobody described, too', () => {
    assert.equal(found('6.2.13', { zzz: nested(300, (inner) => ({ a: inner })) }).outcome, 'failed');
    assert.equal(found('6.2.13', { zzz: nested(300, (inner) => [inner]) }).outcome, 'failed');
  });

  it('cost little, however deeply a stranger nests them', () => {
    const before = performance.now();
    found('6.2.13', { zzz: nested(200_000, (inner) => ({ a: inner })) });
    found('6.2.13', { zzz: nested(200_000, (inner) => [inner]) });
    assert.ok(performance.now() - before < 5000);
  });
});

describe('a private language', () => {
  for (const [lang, isPrivate] of [
    ['qaa', true],
    ['de-x-ours', true],
    ['x-ours', true],
    ['de-Qaaa', true],
    ['de-Qabx-DE', true],
    ['de-Qaby', false],
    ['en-QM', true],
    ['en-ZZ', true],
    ['en-a-xx-x-ours', true],
    ['en-a-xx', false],
    ['qua', false],
    ['zh-Hant-TW', false],
  ] as const) {
    it(`${lang} is ${isPrivate ? '' : 'not '}one`, () => {
      const { places } = found('6.2.14', { document: { csaf_version: '2.1', lang } });
      assert.deepEqual(places, isPrivate ? ['/document/lang'] : []);
    });
  }
});

describe('a CWE of a version that came out after this program did', () => {
  it('is not called wrong', () => {
    const vulnerabilities = [{ cwes: [{ id: 'CWE-9999', name: 'Something New', version: '99.0' }] }];
    assert.equal(found('6.1.11', { vulnerabilities }).outcome, 'passed');
  });
});

describe('the version of a CWE', () => {
  const document = revised('2099-01-01T00:00:00Z');
  const cited = (version: string) => [{ cwes: [{ id: 'CWE-79', name: 'x', version }] }];

  it('may be later than any known here, for a document that is', () => {
    assert.equal(found('6.2.24', { document, vulnerabilities: cited('5.3') }).outcome, 'passed');
    assert.equal(found('6.2.24', { document, vulnerabilities: cited('4.9') }).outcome, 'failed');
    const old = revised('2023-11-01T00:00:00Z');
    assert.equal(found('6.2.24', { document: old, vulnerabilities: cited('5.3') }).outcome, 'failed');
    assert.equal(found('6.2.24', { document: old, vulnerabilities: cited('4.13') }).outcome, 'passed');
  });
});

describe('a missing fixed product', () => {
  const version = (name: string, id: string) => ({
    category: 'product_version',
    name,
    product: { name: id, product_id: id },
  });
  const tree = {
    branches: [
      { category: 'product_name', name: 'A', branches: [version('1', 'A1'), version('2', 'A2')] },
      { category: 'product_name', name: 'B', branches: [version('2', 'B2')] },
    ],
  };
  const document = { csaf_version: '2.1', category: 'csaf_security_advisory' };
  const outcome = (fixed: string[], categories: string[]) =>
    found('6.2.39.1', {
      document,
      product_tree: tree,
      vulnerabilities: [
        {
          product_status: { known_affected: ['A1'], ...(fixed.length && { fixed }) },
          remediations: categories.map((category) => ({ category, details: 'x', product_ids: ['A1'] })),
        },
      ],
    }).outcome;

  it('must be a version of the same product', () => {
    assert.equal(outcome(['A2'], ['vendor_fix']), 'passed');
    assert.equal(outcome(['B2'], ['vendor_fix']), 'failed');
  });

  it('is nobody’s fault where there is no fix, unless there is one after all', () => {
    assert.equal(outcome([], ['no_fix_planned']), 'passed');
    assert.equal(outcome([], ['mitigation']), 'failed');
    assert.equal(outcome([], ['fix_planned', 'vendor_fix']), 'failed');
  });
});

describe('an identification helper', () => {
  const places = (helper: object, categories: Record<string, string>) => {
    const product = { name: 'P', product_id: 'P', product_identification_helper: helper };
    const branch = Object.entries(categories)
      .toReversed()
      .reduce<object | undefined>(
        (inner, [category, name]) => ({ category, name, ...(inner ? { branches: [inner] } : { product }) }),
        undefined,
      );
    return found('6.2.42', { product_tree: { branches: [branch] } }).places.length;
  };
  const path = { vendor: 'Example', product_name: 'A', product_version: 'V2.2' };

  it('says as much as the branches, in CPE 2.3 and 2.2', () => {
    assert.equal(places({ cpe: 'cpe:2.3:a:example:a:2.2:*:*:*:*:*:*:*' }, path), 0);
    assert.equal(places({ cpe: 'cpe:/a:example:a:2.2' }, path), 0);
    assert.equal(places({ cpe: 'cpe:2.3:a:example:a:*:*:*:*:*:*:*:*' }, path), 1);
    assert.equal(places({ cpe: 'cpe:2.3:a:*:a:2.2:*:*:*:*:*:*:*' }, path), 1);
    assert.equal(places({ cpe: 'cpe:/a:example:a:2.3' }, path), 1);
  });

  it('leaves the version to a range', () => {
    const range = { vendor: 'Example', product_name: 'A', product_version_range: '<2.2' };
    assert.equal(places({ cpe: 'cpe:2.3:a:example:a:*:*:*:*:*:*:*:*' }, range), 0);
    assert.equal(places({ purls: ['pkg:npm/a'] }, range), 0);
  });

  it('has no namespace in ecosystems without one', () => {
    assert.equal(places({ purls: ['pkg:pypi/a@2.2'] }, path), 0);
    assert.equal(places({ purls: ['pkg:deb/a@2.2'] }, path), 1);
  });
});

describe('overlapping version ranges', () => {
  it('cost little, however many a stranger puts side by side', () => {
    const branches = Array.from({ length: 20_000 }, (_, i) => ({
      category: 'product_version_range',
      name: `vers:intdot/>=${i}|<${i + 2}`,
      product: { name: `P${i}`, product_id: `P${i}` },
    }));
    const before = performance.now();
    const { outcome } = found('6.3.19.1', {
      product_tree: { branches },
      vulnerabilities: [{ product_status: { fixed: branches.map(({ product }) => product.product_id) } }],
    });
    assert.equal(outcome, 'failed');
    assert.ok(performance.now() - before < 20_000);
  });
});
