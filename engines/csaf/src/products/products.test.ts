import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { Ajv2020 } from 'ajv/dist/2020.js';

import {
  familiesOf,
  normaliseOrderNumber,
  normaliseVendor,
  parseProductName,
  repair,
  vendorKeys,
} from '../index.ts';
import { isInterfaceMaker } from './vendors.ts';

describe('vendors', () => {
  for (const [names, key] of [
    [
      ['Rockwell Automation', 'Rockwell Automation ', 'Allen-Bradley', 'ROCKWELL AUTOMATION, INC.'],
      'rockwell automation',
    ],
    [['Siemens', 'Siemens AG', 'RuggedCom'], 'siemens'],
    [['Schneider Electric Software, LLC', 'Schneider Electric ', 'APC'], 'schneider electric'],
    [['GeutebrÃ¼ck', 'Geutebrück GmbH', 'Geutebrueck'], 'geutebruck'],
    [['3S-Smart Software Solutions GmbH', 'CODESYS, GmbH'], '3s smart software solutions'],
    [['General Electric (GE)', 'GE'], 'general electric'],
    [['MOXA', 'Moxa'], 'moxa'],
    [
      [
        'Siemens Aktiengesellschaft',
        'Fa. Siemens',
        'Siemens AG - Industrial Automation - EWA',
        'SIEMENS AG A&D MC RD',
        'ООО «Сименс»',
        '西门子（中国）有限公司',
      ],
      'siemens',
    ],
    [['Шнейдер Электрик', '施耐德电气', 'TELEMECANIQUE ELECTRIQUE'], 'schneider electric'],
    [['Emerson Process Management Power & Water Solutions', '艾默生'], 'emerson'],
    [
      ['Johnson Controls Inc.', 'Sensormatic Electronics, a subsidiary of Johnson Controls, Inc.'],
      'johnson controls',
    ],
  ] as const) {
    it(`${names.join(' = ')}`, () =>
      names.forEach((name) => assert.ok(vendorKeys(name).includes(key), `${name}: ${vendorKeys(name)}`)));
  }

  it('that stand together are each found', () => {
    assert.ok(vendorKeys('PHOENIX CONTACT, Innominate Security Technologies').includes('phoenix contact'));
    assert.ok(vendorKeys('ABB, Phoenix Contact, Schneider Electric, Siemens, and WAGO').includes('wago'));
  });

  it('with a longer name are not another vendor, except where the words behind it say so', () => {
    assert.ok(vendorKeys('Delta Electronics (Netherlands) B.V.').includes('delta electronics'));
    assert.ok(!vendorKeys('Delta Controls').includes('delta electronics'));
    assert.ok(!vendorKeys('GE Healthcare').includes('general electric'));
  });

  it('of network chips are told apart', () => {
    assert.ok(isInterfaceMaker('Texas Instruments'));
    assert.ok(isInterfaceMaker('Realtek Semiconductor Corp.'));
    assert.ok(!isInterfaceMaker('Siemens AG'));
  });

  it('that are nobody have no key', () => {
    for (const name of ['multiple', 'n/a', '']) assert.deepEqual(vendorKeys(name), []);
  });
});

describe('order numbers', () => {
  it('are one without blanks and dashes', () => {
    assert.equal(normaliseOrderNumber('6ES7 315-2EH14-0AB0'), normaliseOrderNumber('6es7315-2eh14-0ab0'));
  });

  for (const [number, family] of [
    ['6ES7 214-1AG40-0XB0', 'S7-1200'],
    ['6AG1214-1AG40-2XB0', 'S7-1200'],
    ['6ES7315-2EH14-0AB0', 'S7-300'],
    ['1756-L83E', 'ControlLogix 5580'],
    ['1756-L83ES', 'GuardLogix 5580'],
    ['BMXP342020', 'Modicon M340'],
    ['BMEP584040S', 'Modicon M580 Safety'],
  ] as const) {
    it(`${number} is of the family ${family}`, () =>
      assert.deepEqual(
        familiesOf(number)
          .flatMap(({ names }) => names)
          .slice(0, 1),
        [family],
      ));
  }

  it('of the old S7-200 are not of the family S7-1200', () =>
    assert.deepEqual(familiesOf('6ES7214-1AD23-0XB0'), []));
});

describe('product names', () => {
  it('carry order numbers', () => {
    const { orderNumbers, tokens } = name('SIMATIC S7-300 CPU 315-2 PN/DP (6ES7315-2EH14-0AB0)');
    assert.deepEqual(orderNumbers, ['6ES73152EH140AB0']);
    assert.deepEqual(tokens.flat(), ['s7300', '3152', 'pn/dp']);
  });

  it('carry release trains, variants and series', () => {
    const switchName = name('RUGGEDCOM RS900 (32M) V4.X');
    assert.deepEqual(
      [switchName.tokens.flat(), switchName.variants, switchName.train?.text],
      [['rs900'], ['32m'], '4.X'],
    );
    assert.equal(name('1756-EN2T Series D', 'rockwell automation').seriesLetter, 'D');
    assert.equal(name('1756-EN2T/D', 'rockwell automation').seriesLetter, 'D');
    assert.ok(name('SIMATIC S7-1200 CPU family (incl. SIPLUS variants)').includesSiplus);
  });

  it('name several products at once', () => {
    assert.deepEqual(name('RT430 RT431 and RT434', 'ge').tokens, [['rt430', 'rt431', 'rt434']]);
    assert.deepEqual(name('Relion 670/650', 'hitachi energy').tokens, [['670', '650']]);
    assert.deepEqual(name('1734-AENT/1734-AENTR Series B', 'rockwell automation').tokens, [
      ['1734aent', '1734aentr'],
    ]);
    for (const [text, ...tokens] of [
      ['S7-1200/1500', ['s71200', 's71500']],
      ['Q03/04/26UDVCPU', ['q03udvcpu', 'q04udvcpu', 'q26udvcpu']],
      ['PXC12/22/36-E.D', ['pxc12ed', 'pxc22ed', 'pxc36ed']],
      ['L02/06/26CPU L26CPU-BT', ['l02cpu', 'l06cpu', 'l26cpu', 'l26cpubt']],
      ['Relion 670/650/SAM600-IO', ['relion'], ['670', '650', 'sam600io']],
      ['JetWave 2411L/2111L', ['jetwave'], ['2411l', '2111l']],
      ['cMT-G01/G02', ['cmtg01', 'cmtg02']],
      ['SEL-787-2/-3/-4', ['sel7872', 'sel7873', 'sel7874']],
      ['DeltaV CIOC/EIOC/WIOC', ['deltav'], ['cioc', 'eioc', 'wioc']],
      // Measures, interfaces, codes and what may be either stay as they are.
      ['Supply 24V/48V', ['supply'], ['24v/48v']],
      ['Module DIO-16/32', ['dio16/32']],
      ['PC10PE-16/16P', ['pc10pe16/16p']],
      ['750-8202/025-000', ['7508202/025000']],
      ['AFS660/665C', ['afs660/665c']],
      ['ILC 1x1 GSM/GPRS', ['ilc'], ['1x1'], ['gsm/gprs']],
      ['Optima NM/CT640', ['optima'], ['nm/ct640']],
    ] as const)
      assert.deepEqual(name(text, 'nordbruk').tokens, tokens, text);
  });

  for (const [text, fits, not] of [
    ['Modicon M340 CPU (part numbers BMXP34*)', ['BMXP342020'], ['BMEP584040']],
    [
      'Modicon M580 CPU Safety (part numbers BMEP58*S and BMEH58*S)',
      ['BMEP584040S', 'BMEH582040S'],
      ['BMEP584040'],
    ],
    ['FX5U(C)-**M*/**', ['FX5U64MT/ES', 'FX5UC32MT/D'], ['FX5UJ24MT/ES']],
    ['FX5U-xMy/z x=32,64,80, y=T,R, z=ES,DS,ESS,DSS', ['FX5U64MT/ES'], ['FX5U64MT/D', 'FX5U96MT/ES']],
    ['G-Code EBC-21xx', ['EBC2110'], ['EBC2210', 'EBC211']],
  ] as const) {
    it(`carry patterns: ${text}`, () => {
      const patterns = name(text, 'x').patterns.map(({ source }) => new RegExp(source));
      for (const number of fits)
        assert.ok(
          patterns.some((pattern) => pattern.test(number)),
          number,
        );
      for (const number of not) assert.ok(!patterns.some((pattern) => pattern.test(number)), number);
    });
  }
});

it('text is repaired for comparing', () => {
  assert.equal(repair('GeutebrÃ¼ck\u00a0 GmbH '), 'Geutebrück GmbH');
  assert.equal(repair('ArmorStratixâ„¢'), 'ArmorStratix™');
  assert.equal(repair('naïve Â'), 'naïve Â');
});

describe('the data files keep their schema:', () => {
  for (const file of ['vendors', 'families', 'words', 'reading']) {
    it(file, () => {
      const json = (name: string): any =>
        JSON.parse(readFileSync(join(import.meta.dirname, 'data', name), 'utf8'));
      const validate = new Ajv2020({ allErrors: true }).compile(json(`${file}.schema.json`));
      assert.ok(validate(json(`${file}.json`)), JSON.stringify(validate.errors));
    });
  }

  it('every place to read a version is of a vendor that is known', () => {
    const json = (name: string): any =>
      JSON.parse(readFileSync(join(import.meta.dirname, 'data', name), 'utf8'));
    const vendors = new Set(json('vendors.json').vendors.map(({ vendor }: any) => vendor));
    for (const { vendor } of json('reading.json').places) assert.ok(vendors.has(vendor), vendor);
  });

  it('every name of a vendor is written as it is compared', () => {
    const { vendors, interfaceMakers } = JSON.parse(
      readFileSync(join(import.meta.dirname, 'data/vendors.json'), 'utf8'),
    ) as { vendors: { vendor: string; aliases: string[] }[]; interfaceMakers: string[] };
    const names = [...vendors.flatMap(({ vendor, aliases }) => [vendor, ...aliases]), ...interfaceMakers];
    assert.deepEqual(
      names.filter((one) => normaliseVendor(one) !== one),
      [],
    );
  });

  it('every pattern of an order number is one, and finds its family', () => {
    const { families } = JSON.parse(
      readFileSync(join(import.meta.dirname, 'data/families.json'), 'utf8'),
    ) as {
      families: { vendor: string; numbers: string[]; names: string[] }[];
    };
    for (const { vendor, numbers, names } of families)
      for (const number of numbers) {
        const example = number.replaceAll('?', '1').replaceAll('*', '1AB00');
        const found = familiesOf(example).filter((one) => one.vendor === vendor);
        assert.ok(
          found.some((one) => names.every((name) => one.names.includes(name))),
          `${number} (${example})`,
        );
      }
  });

  it('no alias stands for two vendors', () => {
    const { vendors } = JSON.parse(readFileSync(join(import.meta.dirname, 'data/vendors.json'), 'utf8')) as {
      vendors: { vendor: string; aliases: string[] }[];
    };
    const names = vendors.flatMap(({ vendor, aliases }) => [vendor, ...aliases]);
    assert.deepEqual(
      names.filter((one, i) => names.indexOf(one) !== i),
      [],
    );
  });
});

function name(text: string, vendor = 'siemens') {
  return parseProductName(text, [vendor]);
}
