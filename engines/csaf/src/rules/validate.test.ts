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
});
