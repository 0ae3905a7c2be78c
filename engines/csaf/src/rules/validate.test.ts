import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { validate } from './validate.ts';

describe('validation', () => {
  it('says what is wrong with anything that is no CSAF document, and never throws', () => {
    for (const json of [
      undefined,
      null,
      1,
      'text',
      [],
      [[]],
      { document: [] },
      { document: { csaf_version: 2 } },
    ]) {
      const { valid, findings } = validate(json);
      assert.equal(valid, false);
      assert.equal(findings[0]!.section, 'structure');
    }
  });

  it('lets rules see what is left when something has the wrong type, in its old place', () => {
    const { findings } = validate({
      document: {},
      product_tree: {
        full_product_names: [7, { product_id: 'A', name: 'A' }, { product_id: 'A', name: 'B' }],
      },
      vulnerabilities: [{ product_status: { fixed: [5, 'B'] } }],
    });
    const byRules = findings.filter(({ section }) => section.startsWith('6.1'));
    assert.deepEqual(
      byRules.map(({ section, path }) => [section, path]),
      [
        ['6.1.1', '/vulnerabilities/0/product_status/fixed/1'],
        ['6.1.2', '/product_tree/full_product_names/2/product_id'],
      ],
    );
    assert.equal(
      byRules[0]!.message,
      'No product has the id B; define it in the product tree or correct the id',
    );
  });

  it('lists so many findings of a rule and counts the rest', () => {
    const fixed = Array.from({ length: 3000 }, (_, i) => `P${i}`);
    const { findings, runs } = validate({ vulnerabilities: [{ product_status: { fixed } }] }, { most: 10 });
    assert.equal(findings.filter(({ section }) => section === '6.1.1').length, 10);
    assert.deepEqual(
      runs.find(({ section }) => section === '6.1.1'),
      { section: '6.1.1', name: 'missing-product', outcome: 'failed', more: 2990 },
    );
  });

  it('takes time in proportion for a document of a hundred thousand products', () => {
    const ids = Array.from({ length: 100_000 }, (_, i) => `P${i}`);
    const document = {
      document: { category: 'csaf_vex', csaf_version: '2.1', tracking: {} },
      product_tree: {
        branches: ids.map((id) => ({
          category: 'product_version',
          name: id,
          product: { name: id, product_id: id },
        })),
        product_groups: [{ group_id: 'G', product_ids: ids }],
        product_paths: ids.map((id) => ({
          beginning_product_reference: id,
          full_product_name: { name: `${id} on P0`, product_id: `${id}-P0` },
          subpaths: [{ category: 'installed_on', next_product_reference: 'P0' }],
        })),
      },
      vulnerabilities: [
        {
          product_status: { known_affected: ids, known_not_affected: ids },
          remediations: [
            { category: 'vendor_fix', details: 'x', group_ids: ['G'] },
            { category: 'none_available', details: 'x', product_ids: ids },
          ],
          flags: [{ label: 'component_not_present', group_ids: ['G'] }],
        },
      ],
    };
    const start = performance.now();
    const { findings } = validate(document);
    assert.ok(performance.now() - start < 20_000);
    assert.ok(findings.length < 40_000);
  });

  it('looks no deeper than anybody nests, and says so', () => {
    let branches: unknown[] = [];
    for (let depth = 0; depth < 50_000; depth++) branches = [{ branches }];
    const { findings } = validate({ document: { csaf_version: '2.1' }, product_tree: { branches } });
    assert.ok(findings.some(({ name }) => name === 'deep'));
  });

  it('is not led astray by what looks like a prototype', () => {
    const json: unknown = JSON.parse(
      '{"__proto__": {"document": 1}, "constructor": 1, "document": {"__proto__": [], "toString": {}}, "vulnerabilities": [{"product_status": {"constructor": ["A"], "__proto__": ["B"]}}]}',
    );
    assert.equal(validate(json).valid, false);
  });
});
