import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { CsafVersion } from './rule.ts';
import { validate } from './validate.ts';

/** The time is that of the processor, and far above what is needed: without bounds it would be minutes. */
function within(seconds: number, work: () => unknown): void {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < seconds * 1e6, `${(user + system) / 1e6} s`);
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `P-${i}`);
const many = <T>(count: number, of: (i: number) => T) => Array.from({ length: count }, (_, i) => of(i));
const csaf = (version: CsafVersion, rest: object) => ({
  document: { csaf_version: version, category: 'csaf_security_advisory' },
  ...rest,
});

for (const version of ['2.0', '2.1'] as const)
  describe(`a hostile document of CSAF ${version}`, () => {
    it('has 100,000 products, and each that is not defined is counted', () => {
      const full = ids(100_000);
      const product_tree = { full_product_names: full.map((id) => ({ name: id, product_id: id })) };
      const vulnerabilities = [
        { product_status: { known_affected: [...full, ...full.map((id) => `${id}x`)] } },
      ];
      within(20, () => {
        const { findings, runs } = validate(csaf(version, { product_tree, vulnerabilities }));
        const run = runs.find(({ section }) => section === '6.1.1');
        assert.equal(findings.filter(({ section }) => section === '6.1.1').length, 1000);
        assert.equal(run?.more, 99_000);
      });
    });

    it('names a large group in a few bytes, again and again', () => {
      const group_ids = ['G'];
      const product_tree = {
        full_product_names: ids(20_000).map((id) => ({ name: id, product_id: id })),
        product_groups: [{ group_id: 'G', product_ids: ids(20_000) }],
      };
      const remediations = many(2000, (i) => ({
        category: i % 2 ? 'vendor_fix' : 'none_available',
        details: `${i}`,
        group_ids,
      }));
      const flags = many(2000, (i) => ({ label: 'component_not_present', date: `${i}`, group_ids }));
      const vulnerabilities = [
        { product_status: { known_affected: ids(20_000) }, flags, remediations },
        ...many(2000, () => ({
          threats: [{ category: 'impact', details: 'x', group_ids }],
          remediations: [{ category: 'vendor_fix', details: 'x', group_ids }],
        })),
      ];
      within(20, () => {
        const { runs } = validate(csaf(version, { product_tree, vulnerabilities }));
        assert.equal(runs.find(({ section }) => section === '6.1.33')?.outcome, 'failed');
      });
    });

    it('has hundreds of levels with hundreds of version ranges each, and one with more than arguments fit on a stack', () => {
      const range = (i: number) => ({
        category: 'product_version_range',
        name: `vers:intdot/>=${i}|<${i + 2}`,
        product: { name: 'x', product_id: `R-${i}` },
      });
      const levels = many(250, (level) => ({
        category: 'product_name',
        name: `${level}`,
        branches: many(300, range),
      }));
      const wide = { ...range(0), branches: many(200_000, range) };
      const product_tree = {
        branches: [...levels, { category: 'vendor', name: 'x', branches: [wide, range(1)] }],
      };
      within(20, () => validate(csaf(version, { product_tree })));
    });
  });
