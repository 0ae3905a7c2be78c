import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { assetOfRecord } from '../index.ts';

describe('a row of an inventory', () => {
  const asset = {
    vendor: 'Siemens',
    product: 'S7-300',
    orderNumber: '6ES7 315-2EH14-0AB0',
    firmware: 'V3.2.6',
    serial: '77',
  };
  for (const names of [
    ['vendor', 'product', 'orderNumber', 'firmware', 'serial'],
    ['Manufacturer', 'Product name', 'order_number', 'FW-Version', 'Serial No.'],
    ['Hersteller', 'Gerät', 'Bestellnummer', 'Firmwarestand', 'Seriennummer'],
    ['Производитель', 'Изделие', 'Заказной номер', 'Версия прошивки', 'Заводской номер'],
    ['厂商', '产品名称', '订货号', '固件版本', '序列号'],
  ]) {
    it(`is read by its columns: ${names.join(', ')}`, () => {
      const record = Object.fromEntries(Object.values(asset).map((value, i) => [names[i]!, value]));
      assert.deepEqual(assetOfRecord(record), { id: undefined, asset, ignored: [] });
    });
  }

  it('tells what it did not use, and takes numbers as texts', () => {
    assert.deepEqual(assetOfRecord({ tag: 'P-1', version: 4.2, room: '7', photo: { a: 1 }, model: ' ' }), {
      id: 'P-1',
      asset: { software: '4.2' },
      ignored: ['room'],
    });
  });

  it('collects what it says about the hardware', () => {
    assert.equal(assetOfRecord({ series: 'D', cpu: 'CP300', fs: 9 }).asset.hardware, 'Series D, CP300, FS 9');
  });

  it('is called by its name where nothing better is known', () => {
    const { id, asset: known } = assetOfRecord({ hostname: 'Pump station AX-300' });
    assert.deepEqual([id, known], ['Pump station AX-300', { product: 'Pump station AX-300' }]);
  });
});

describe('the names of columns', () => {
  const json = (name: string): any =>
    JSON.parse(readFileSync(join(import.meta.dirname, 'data', name), 'utf8'));

  it('keep their schema', () => {
    const validate = new Ajv2020({ allErrors: true }).compile(json('asset-fields.schema.json'));
    assert.ok(validate(json('asset-fields.json')), JSON.stringify(validate.errors));
  });

  it('mean one field each', () => {
    const { fields, hardware } = json('asset-fields.json') as {
      fields: Record<string, string[]>;
      hardware: Record<string, string>;
    };
    const names = [
      ...Object.entries(fields).flatMap(([field, others]) => [field, ...others]),
      ...Object.keys(hardware),
    ].map((name) => name.toLowerCase().replace(/[\s._\-/]+/g, ''));
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
    );
  });
});
