import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { AdvisoryIndex, type Asset, Fleet, match, parseExpression } from '../index.ts';
import { advisory, indexOf } from '../testing/advisories.ts';

/** Each repeated until it is 100 kB long. */
const pieces = [
  '1',
  'a1',
  '_',
  '(',
  '((a',
  '<',
  '>= 1 | ',
  '1 and ',
  '12/34/',
  'A1-',
  'x=1,',
  'RT430 RT431 and ',
  '6ES7123-1AA00-x ',
  'first 5 digits of serial number ',
  'HW 1 ',
  'Slot 1 ',
  'v1.1 v1.1 ',
  '西门子',
  'Ã¼',
  ' ',
];

describe('names and expressions of 100 kB', () => {
  for (const piece of pieces) {
    it(`of ${JSON.stringify(piece)} take no longer than others`, () => {
      const text = piece.repeat(100_000 / piece.length);
      const asset: Asset = {
        vendor: text,
        product: `Siemens ${text}`,
        model: text,
        orderNumber: text,
        hardware: text,
        firmware: text,
        serial: text,
      };
      // Measured on the processor, so that a busy machine changes nothing.
      const begin = process.cpuUsage();
      const index = indexOf([
        { vendor: 'Siemens', name: `S7-1200 ${text}`, range: text },
        { name: text, range: text },
      ]);
      match(asset, index);
      match({ ...asset, vendor: undefined }, index);
      parseExpression(text.slice(0, 500));
      const { user, system } = process.cpuUsage(begin);
      assert.ok((user + system) / 1000 < 400, `${(user + system) / 1000} ms`);
    });
  }
});

it('patterns with a star at every character take no time on a number made for them', () => {
  const stars = 'A*'.repeat(90);
  const index = indexOf([{ name: `CPU (${stars})`, orderNumbers: [stars], range: '*' }]);
  const begin = process.cpuUsage();
  match({ vendor: 'Siemens', product: `CPU ${'A'.repeat(250)}1`, orderNumber: `${'A'.repeat(90)}1` }, index);
  const { user, system } = process.cpuUsage(begin);
  assert.ok((user + system) / 1000 < 200);
});

it('an advisory of 100,000 products is taken in, and a device meets only those that it could be', () => {
  const template = advisory([{ vendor: 'Acme', name: 'Pump', range: '< 2' }]);
  const [product] = template.products;
  const products = Array.from({ length: 100_000 }, (_, i) => ({
    ...product!,
    id: `P${i}`,
    productName: `Pump AX${i}`,
    name: `Acme Pump AX${i}`,
  }));
  const begin = process.cpuUsage();
  const index = AdvisoryIndex.of([
    {
      ...template,
      products,
      vulnerabilities: template.vulnerabilities.map((one) => ({
        ...one,
        statuses: { known_affected: products.map(({ id }) => id) },
      })),
    },
  ]);
  const { user, system } = process.cpuUsage(begin);
  assert.ok((user + system) / 1e6 < 20, `${(user + system) / 1e6} s`);
  const [verdict] = match({ vendor: 'Acme', product: 'Pump AX77123', firmware: '1' }, index);
  assert.deepEqual([verdict!.verdict, verdict!.path.productId], ['affected', 'P77123']);
  assert.equal(verdict!.vulnerabilities[0]!.entries.length, 1);
});

it('a fleet of equal assets is kept as one', () => {
  const fleet = new Fleet();
  for (let i = 0; i < 10_000; i++)
    fleet.add({ vendor: 'Acme', product: 'Pump', firmware: '1', serial: `${i}` });
  assert.deepEqual([fleet.size, fleet.distinct], [10_000, { models: 1, groups: 1 }]);
});
